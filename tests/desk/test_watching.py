"""Whoever watches is told when it comes again: once, and nothing is forgotten by a kill."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hooks import SECRET, Hook, running_hook
from sqlalchemy import event
from wishes import submit as submit_text
from wishes import wish

from bench import Bench, bench, submit, walk
from casefile.casework import Case
from casefile.errors import DeskError, Refused, SettingsError, TryLater
from casefile.report import finding_key
from contracts.sample_findings import wording
from desk.checks import run_checks
from desk.correcting import correct
from desk.embedded import EmbeddedDesk
from desk.forms import open_desk
from desk.lookout import lookout_of
from desk.reading import Reader
from desk.settings import load
from desk.watching import Lookout, tell, trial
from desk.watching_child import lookout_over, watchman_of
from desk.watching_targets import targets_of, ways_of
from desk.watching_ways import WebhookWay
from makers import NOON
from samples.originals import WALLET_EN
from services.dovecot import make_certificate
from services.plain_server import PlainServer, running_server

TEAM = "team@force.example"
SAM = "sam@reporter.example"


@pytest.fixture(scope="module")
def hook() -> Iterator[Hook]:
    with running_hook() as hook:
        yield hook


@pytest.fixture(scope="module")
def smarthost() -> Iterator[PlainServer]:
    with running_server() as server:
        yield server


@pytest.fixture
def watching(tmp_path: Path, reader: Reader, hook: Hook, smarthost: PlainServer) -> Iterator[Bench]:
    """Give a desk whose operator lists an address and a webhook."""
    hook.__init__(url=hook.url)  # type: ignore[misc]
    smarthost.taken.clear()
    with bench(tmp_path, reader) as desk:
        given = environ(tmp_path, hook, f"127.0.0.1:{smarthost.port}")
        settings = load({"data": tmp_path / "data"}, given, tmp_path)
        changed = replace(settings, smarthost=settings.smarthost)
        vars(desk)["mailer"] = desk.mailer  # replies are files
        object.__setattr__(desk, "settings", changed)
        yield desk


def environ(folder: Path, hook: Hook, smarthost: str = "") -> dict[str, str]:
    """Give the settings of an operator who lists whom to tell."""
    secret = folder / "watch.key"
    secret.write_text(SECRET)
    given = {
        "DESK_MIN_FREE": "0",
        "DESK_WATCH_WEBHOOKS": f"siem={hook.url}",
        "DESK_WATCH_SECRET_FILE": str(secret),
        "DESK_CONSOLE_URL": "https://desk.force.example/",
    }
    if smarthost:
        given |= {"DESK_SMARTHOST": smarthost, "DESK_WATCH_ADDRESSES": TEAM}
    return given


def at(desk: Bench, when: datetime) -> Lookout:
    """Give what looks and tells, at a moment."""
    return replace(lookout_over(desk), now=lambda: when)


def test_an_account_that_comes_again_is_told_by_webhook_with_keys_only(
    watching: Bench, hook: Hook
) -> None:
    lookout_of(watching, "ann").watch("account", WALLET_EN.upper(), "siem")
    key = submit(watching)
    submit_text(watching, "bob", wording(1))
    walk(watching)
    watch = at(watching, NOON)
    assert watch.look() == 2
    assert watch.look() == 0
    assert watch.tell() == 1
    assert watch.tell() == 0
    (told,) = hook.told
    campaign = watching.record.finding(finding_key(key, 1)).placement.campaign
    assert told == {
        "type": "watch.met",
        "id": told["id"],
        "at": "2026-11-24T12:00:00+00:00",
        "watch": 1,
        "kind": "account",
        "findings": 1,
        "named": [{"finding": finding_key(key, 1), "campaign": campaign}],
        "more": 0,
        "campaigns": [{"campaign": campaign, "findings": 1}],
        "url": "https://desk.force.example/watches/1",
    }


def test_a_campaign_is_watched_under_the_name_it_has_now(watching: Bench, hook: Hook) -> None:
    for who, seed in (("ann", 1), ("cat", 2)):
        submit_text(watching, who, wording(seed))
    walk(watching)
    at(watching, NOON).look()
    lookout_of(watching, "ann").watch("campaign", "C-1", "siem")
    correct(watching, wish("merge", "C-1", "C-2"), "the same")
    assert at(watching, NOON).look() == 0, "what people correct has not come again"
    key = submit_text(watching, "dan", wording(1))
    walk(watching)
    at(watching, NOON).look()
    at(watching, NOON).tell()
    assert [it["named"] for it in hook.told] == [[{"finding": key, "campaign": "C-2"}]]


def test_a_saved_search_is_watched_by_the_rules_of_the_search(
    watching: Bench, smarthost: PlainServer
) -> None:
    """The mail bears keys and counts: no account, no word of a mail, no address of a reporter."""
    lookout = lookout_of(watching, "ann")
    lookout.save("sam's secret search", f"q={WALLET_EN[:8]}&kind=webcam-bluff&since=2020-01-01")
    lookout.save("nothing", "q=kangaroo")
    for number in (1, 2):
        lookout.watch("search", str(number), TEAM)
    keys = [submit(watching, sender=f"sam{it}@reporter.example") for it in range(2)]
    walk(watching)
    watch = at(watching, NOON)
    watch.look()
    watch.tell()
    (mail,) = smarthost.taken
    assert mail.rcpt_tos == [TEAM]
    assert mail.mail_from == "<>"
    said = bytes(mail.content or b"").decode("ascii")
    found = watching.record.finding(finding_key(keys[0], 1))
    assert "Subject: Blackmail desk: watch 1 for a saved search met" in said
    assert f"https://desk.force.example/findings/{finding_key(keys[0], 1)}" in said
    assert "https://desk.force.example/watches/1" in said
    for hidden in (WALLET_EN, "secret search", "reporter.example", "webcam", found.text[:20]):
        assert hidden not in said


def test_what_comes_to_a_case_of_mine_is_watched_for(watching: Bench, hook: Hook) -> None:
    submit_text(watching, "ann", wording(1))
    walk(watching)
    at(watching, NOON).look()
    mine = Case(
        subject="C-1", state="being-worked", assigned="Ann", reason="", actor="ann", at=NOON
    )
    watching.casework.change(mine, None)
    lookout = lookout_of(watching, "ann")
    lookout.save("mine", "case=being-worked&assigned=Ann")
    lookout.watch("search", "1", "siem")
    keys = [submit_text(watching, who, wording(seed)) for who, seed in (("bob", 1), ("cat", 2))]
    walk(watching)
    at(watching, NOON).look()
    at(watching, NOON).tell()
    assert [it["named"] for it in hook.told] == [[{"finding": keys[0], "campaign": "C-1"}]]


def test_what_becomes_of_a_reply_cannot_be_watched_for(watching: Bench) -> None:
    """It is not known yet when a watch looks, so that such a watch would never tell."""
    lookout = lookout_of(watching, "ann")
    lookout.save("answered", "state=sent&q=camera")
    with pytest.raises(Refused, match="before it is answered"):
        lookout.watch("search", "1", "siem")


def test_a_flood_makes_one_message_and_copies_make_none(watching: Bench, hook: Hook) -> None:
    lookout_of(watching, "ann").watch("account", WALLET_EN, "siem")
    watch = at(watching, NOON)
    for _ in range(2):
        submit(watching)
    walk(watching)
    watch.look()
    watch.tell()
    submit(watching, sender="kim@reporter.example")
    walk(watching)
    watch.look()
    watch.tell()
    assert [it["findings"] for it in hook.told] == [1]
    at(watching, NOON + timedelta(minutes=14)).tell()
    assert len(hook.told) == 1
    at(watching, NOON + timedelta(minutes=15)).tell()
    (watched,) = watch.watches.all()
    assert watched.untold == 0


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"code": 500}, "does not take it (500)"),
        ({"code": 302, "location": "http://127.0.0.1:1/"}, "leads elsewhere (302)"),
        ({"mute": True}, "broke off"),
        ({"drip": 0.2}, "broke off"),
    ],
)
def test_what_is_not_taken_is_told_again_with_the_same_id(
    watching: Bench, hook: Hook, answer: dict[str, object], said: str
) -> None:
    vars(hook).update(answer)
    lookout_of(watching, "ann").watch("account", WALLET_EN, "siem")
    submit(watching)
    walk(watching)
    watch = at(watching, NOON)
    siem = watch.ways["siem"]
    assert isinstance(siem, WebhookWay)
    watch = replace(watch, ways={"siem": replace(siem, patience=0.5)})
    watch.look()
    watch.tell()
    (kept,) = watch.watches.all()
    assert said in kept.trouble
    assert "secret-path" not in kept.trouble
    verdicts = {it.text: it.level for it in run_checks(watching.settings) if it.what == "watches"}
    assert [level for text, level in verdicts.items() if said in text] == ["bad"]
    assert watch.tell() == 0
    vars(hook).update(code=200, location="", mute=False, drip=0.0)
    replace(watch, now=lambda: NOON + timedelta(minutes=1)).tell()
    first, *again = hook.told
    assert again == [first]
    assert watch.watches.all()[0].trouble == ""


def test_a_target_that_the_operator_lists_no_more_is_not_told(watching: Bench, hook: Hook) -> None:
    lookout = lookout_of(watching, "ann")
    with pytest.raises(Refused, match="nobody to be told"):
        lookout.watch("account", WALLET_EN, "https://elsewhere.example/")
    with pytest.raises(Refused, match="nobody to be told"):
        lookout.watch("account", WALLET_EN, SAM)
    lookout.watch("account", WALLET_EN, "siem")
    submit(watching)
    walk(watching)
    watch = replace(at(watching, NOON), ways={})
    watch.look()
    watch.tell()
    assert "list no siem any more" in watch.watches.all()[0].trouble
    assert hook.told == []


def test_a_host_that_can_be_none_is_a_webhook_that_is_away(tmp_path: Path) -> None:
    nobody = Hook(url=f"https://{'a' * 64}.example/")
    settings = load({}, environ(tmp_path, nobody), tmp_path)
    ways = ways_of(settings, EmbeddedDesk(settings).profile)
    with pytest.raises(TryLater, match="cannot be reached"):
        tell(ways, "siem", trial(NOON), NOON)


def test_a_webhook_is_asked_over_tls_with_its_certificate(tmp_path: Path) -> None:
    make_certificate(tmp_path)
    with running_hook(tmp_path) as hook:
        given = environ(tmp_path, hook)
        for ca_file, taken in (("", 0), (str(tmp_path / "cert.pem"), 1)):
            settings = load({}, {**given, "DESK_WATCH_CA_FILE": ca_file}, tmp_path)
            ways = ways_of(settings, open_desk(settings).profile)
            with contextlib.suppress(DeskError) if not taken else contextlib.nullcontext():
                tell(ways, "siem", trial(NOON), NOON)
            assert len(hook.told) == taken
        assert hook.told[0]["type"] == "watch.test"


@pytest.mark.parametrize(
    ("hooks", "said"),
    [
        ("siem=http://elsewhere.example/x", "https://"),
        ("siem=http://10.0.0.1/x", "https://"),
        ("siem=https://user:word@hook.example/", "holds no user"),
        ("siem=file:///etc/passwd", "https://"),
        ("siem=https://hook.example:99999/", "https://"),
        ("https://hook.example/", "NAME=URL"),
        ("Siem=https://hook.example/", "NAME=URL"),
        ("siem=https://a.example siem=https://b.example", "NAME=URL"),
    ],
)
def test_only_safe_webhooks_can_be_listed(tmp_path: Path, hooks: str, said: str) -> None:
    given = {"DESK_WATCH_WEBHOOKS": hooks, "DESK_WATCH_SECRET_FILE": "/nowhere"}
    with pytest.raises(SettingsError, match=said) as refused:
        load({}, given, tmp_path)
    assert "word@" not in str(refused.value)


def test_what_goes_together_is_said(tmp_path: Path) -> None:
    listed = {"DESK_WATCH_WEBHOOKS": "siem=https://hook.example/?a=b"}
    for given, said in (
        (listed, "DESK_WATCH_SECRET_FILE"),
        ({"DESK_WATCH_ADDRESSES": TEAM}, "DESK_SMARTHOST"),
        ({"DESK_CONSOLE_URL": "javascript:1"}, "DESK_CONSOLE_URL"),
        ({"DESK_WATCH_MINUTES": "0"}, "DESK_WATCH_MINUTES"),
    ):
        with pytest.raises(SettingsError, match=said):
            load({}, given, tmp_path)
    key = tmp_path / "short"
    key.write_text("whsec_c2hvcnQ=")
    settings = load({}, {**listed, "DESK_WATCH_SECRET_FILE": str(key)}, tmp_path)
    assert targets_of(settings) == ("siem",)
    with pytest.raises(SettingsError, match="holds no key") as refused:
        ways_of(settings, EmbeddedDesk(settings).profile)
    assert "c2hvcnQ" not in str(refused.value)


def look_until(folder: Path, given: dict[str, str], last: int | None) -> None:
    """Look out once, and end as by a power cut before the statement after the `last`."""
    desk = open_desk(load({"data": folder / "data"}, given, folder))
    numbers = itertools.count()
    if last is not None:

        @event.listens_for(desk.engine, "before_cursor_execute")
        def _end(*_: object) -> None:
            if next(numbers) >= last:
                os.kill(os.getpid(), signal.SIGKILL)

        @event.listens_for(desk.engine, "commit")
        def _end_before_commit(*_: object) -> None:
            _end()

    watchman_of(desk, "lookout").once()
    desk.engine.dispose()


def test_nothing_is_forgotten_wherever_it_is_killed(tmp_path: Path, reader: Reader) -> None:
    """Killed before each statement in turn, it tells of every finding, twice only by one id."""
    fork = multiprocessing.get_context("fork")
    with running_hook() as hook:
        given = environ(tmp_path, hook)
        with bench(tmp_path, reader) as desk:
            vars(desk)["settings"] = load({"data": tmp_path / "data"}, given, tmp_path)
            lookout_of(desk, "ann").watch("account", WALLET_EN, "siem", minutes=1)
            for who in ("ann", "bob"):
                submit_text(desk, who, f"Pay to {WALLET_EN} now. {wording(1, 30)} {who}")
            walk(desk)
            keys = {it.key for it in desk.record.findings() if it.copy_of is None}
            desk.engine.dispose()
        kills = 0
        for last in itertools.count():
            runner = fork.Process(target=look_until, args=(tmp_path, given, last))
            runner.start()
            runner.join(60)
            if runner.exitcode == 0:
                break
            assert runner.exitcode == -signal.SIGKILL
            kills += 1
        look_until(tmp_path, given, None)
        told = hook.told
    assert kills > 15
    assert {it["finding"] for body in told for it in body["named"]} == keys  # type: ignore[attr-defined]
    assert len({str(it["id"]) for it in told}) == 1
