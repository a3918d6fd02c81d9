"""The whole walk through a running desk: mails in by SMTP, replies out as files."""

from __future__ import annotations

import email
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from email.message import Message
from pathlib import Path

import httpx
import pytest

from casefile.reply import Decision
from running import RunningDesk, wait_until
from running_forms import FORMS, running_in_form
from samples.forwards_sent import Sample, samples
from samples.originals import WALLET_CY, WALLET_DE, WALLET_EN

SAMPLES = samples()
#: What each form came to, in the order in which they were run.
WALKED: list[tuple[object, ...]] = []


@pytest.fixture(scope="module", params=FORMS)
def desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningDesk]:
    """Give one desk for all of this file, in the one form and then in the other."""
    folder = tmp_path_factory.mktemp("walk")
    with running_in_form(request.param, folder, request.getfixturevalue) as running:
        yield running


@pytest.fixture(scope="module")
def answered(desk: RunningDesk) -> dict[str, tuple[Sample, Decision]]:
    """Send every sample and wait until each is decided. Gives sample and decision by key."""
    keys = {desk.send(it.raw, it.reporter): it for it in SAMPLES}
    opened = desk.desk()
    wait_until(
        lambda: all(opened.record.stage(key) == "answered" for key in keys), 60, "all decided"
    )
    decided = {}
    for key, sample in keys.items():
        decision = opened.ledger.decision(key)
        assert decision is not None
        decided[key] = (sample, decision)
    wait_until(lambda: opened.index.count() == len(keys), 60, "the index was told")
    return decided


def test_each_gets_the_text_that_is_meant(
    answered: dict[str, tuple[Sample, Decision]],
) -> None:
    """Main text and parts of every sample are as a person would choose them."""
    given = {it.name: (d.answer.main, d.answer.parts) for it, d in answered.values()}

    assert given == {it.name: (it.main, it.parts) for it in SAMPLES}


def test_each_is_answered_once_at_its_own_address(
    desk: RunningDesk, answered: dict[str, tuple[Sample, Decision]]
) -> None:
    """There is one reply a reporter, to the envelope sender and nobody else."""
    replies = [_reply(path) for path in sorted((desk.data / "outbox").glob("*.eml"))]

    assert sorted(str(it["To"]) for it in replies) == sorted(it.reporter for it in SAMPLES)
    assert {d.state for _, d in answered.values()} == {"sent"}
    for reply in replies:
        assert reply["Auto-Submitted"] == "auto-replied"
        assert reply["Cc"] is reply["Bcc"] is reply["Reply-To"] is None


def test_a_reply_quotes_its_reference_in_both_languages(
    desk: RunningDesk, answered: dict[str, tuple[Sample, Decision]]
) -> None:
    """The reporter can tell an officer which report it was, in Welsh and in English."""
    by_address = {it.reporter: decision for it, decision in answered.values()}
    for path in (desk.data / "outbox").glob("*.eml"):
        reply = _reply(path)
        body = reply.get_payload(decode=True)
        assert isinstance(body, bytes)
        assert by_address[str(reply["To"])].reference in body.decode()
        assert "999" in body.decode()
        assert "Peidiwch" in body.decode()


def test_danger_pages_a_person(
    desk: RunningDesk, answered: dict[str, tuple[Sample, Decision]]
) -> None:
    """The child and the one in distress are paged and lead the people's queue."""
    dangerous = sorted(key for key, (it, _) in answered.items() if it.danger)
    paged = "".join(path.read_text() for path in (desk.data / "alerts").iterdir())
    waiting = desk.desk().record.waiting()

    assert len(list((desk.data / "alerts").iterdir())) == len(dangerous)
    assert all(key in paged for key in dangerous)
    assert sorted(it.key for it in waiting[: len(dangerous)]) == dangerous
    assert "parents" not in paged


@pytest.mark.usefixtures("answered")
def test_the_same_wording_is_one_campaign(desk: RunningDesk) -> None:
    """Other names, passwords, sums and ways of forwarding do not hide that it is one text."""
    rows = _json(desk, "findings")
    english = [row for row in rows if _names(row, WALLET_EN) and row["unwrap"] != "none"]
    bluffs = [row for row in english if row["verdict"]["kind"] == "webcam-bluff"]
    largest = Counter(row["campaign"] for row in english).most_common(1)[0]

    assert largest == (bluffs[0]["campaign"], 5)
    for wallet in (WALLET_CY, WALLET_DE):
        assert len([row for row in rows if _names(row, wallet)]) == 1
    assert len(rows) == len(SAMPLES)


@pytest.mark.usefixtures("answered")
def test_the_commands_show_what_the_console_shows(desk: RunningDesk) -> None:
    """Search, account, campaigns and campaign agree on one wallet."""
    account = _json(desk, "account", WALLET_EN)[0]
    found = _json(desk, "search", WALLET_EN)
    campaigns = {row["id"]: row for row in _json(desk, "campaigns")}
    largest = max(campaigns.values(), key=lambda row: row["findings"])
    whole = _json(desk, "campaign", largest["id"])[0]

    assert sorted(account["findings"]) == sorted(row["key"] for row in found)
    assert largest["findings"] == 5
    assert largest["reporters"] == 5
    assert [it["value"] for it in whole["accounts"]] == [WALLET_EN]
    assert len(whole["members"]) == 5
    assert all(it["why"] for it in whole["members"])


def test_the_console_finds_a_welsh_word(
    desk: RunningDesk, answered: dict[str, tuple[Sample, Decision]]
) -> None:
    """A word of a mail leads to its finding, and the waiting room is there."""
    site = f"http://127.0.0.1:{desk.console_port}"
    key = next(key for key, (it, _) in answered.items() if "Welsh" in it.name)

    assert f"{key}-1" in _page(f"{site}/?q=hacio")
    assert WALLET_CY in _page(f"{site}/findings/{key}-1")
    assert "under 18" in _page(f"{site}/waiting").lower()


@pytest.mark.usefixtures("answered")
def test_replay_rebuilds_the_index_to_the_same_and_answers_nobody(desk: RunningDesk) -> None:
    """The index can be thrown away: afterwards every list says what it said before."""
    lists = (["findings"], ["campaigns"], ["replies"], ["queue"], ["search", "bitcoin"])
    before = [_json(desk, *it) for it in lists]
    replies = sorted((desk.data / "outbox").iterdir())
    desk.desk().index.clear()

    desk.run("replay")

    assert [_json(desk, *it) for it in lists] == before
    assert sorted((desk.data / "outbox").iterdir()) == replies


def test_both_forms_come_to_the_same(
    desk: RunningDesk, answered: dict[str, tuple[Sample, Decision]]
) -> None:
    """Findings, wordings, campaigns and replies of the second form are those of the first.

    Numbers are given in the order of arrival at the register, so what stands together is compared.
    """
    names = {key: sample.name for key, (sample, _) in answered.items()}
    found = {names[it.report.submission]: it for it in desk.desk().record.findings()}
    told = {
        name: (
            it.verdict,
            [(account.kind, account.value, account.check) for account in it.accounts],
            it.language,
            it.report.reported.subject,
            it.text,
        )
        for name, it in found.items()
    }
    wordings, campaigns = defaultdict(set), defaultdict(set)
    for name, it in found.items():
        wordings[it.placement.wording].add(name)
        campaigns[it.placement.campaign].add(name)
    replies = {}
    by_address = {sample.reporter: decision for sample, decision in answered.values()}
    for path in (desk.data / "outbox").glob("*.eml"):
        reply = _reply(path)
        body = reply.get_payload(decode=True)
        assert isinstance(body, bytes)
        reference = by_address[str(reply["To"])].reference
        replies[str(reply["To"])] = body.decode().replace(reference, "REFERENCE")

    WALKED.append((told, _groups(wordings), _groups(campaigns), replies))

    assert WALKED[-1] == WALKED[0]


def _groups(by_number: Mapping[object, set[str]]) -> list[list[str]]:
    return sorted(sorted(group) for group in by_number.values())


def _names(row: dict[str, list[dict[str, str]]], wallet: str) -> bool:
    return wallet in [it["value"] for it in row["accounts"]]


def _reply(path: Path) -> Message:
    return email.message_from_bytes(path.read_bytes())


def _page(url: str) -> str:
    answer = httpx.get(url, timeout=10)
    assert answer.status_code == 200
    return answer.text


def _json(desk: RunningDesk, *words: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in desk.run(*words, "--json").splitlines()]
