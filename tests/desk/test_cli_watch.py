"""Saved searches, watches and hunts by their commands, with reasons in the journal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hooks import SECRET, running_hook

from bench import Bench, submit, walk
from casefile.errors import NotFound, Refused, SettingsError, TryLater
from console.room import BrokenQuery
from desk import cli
from desk.cli_watch import COMMANDS
from samples.originals import WALLET_EN


class Typist:
    """Types commands of a desk that has two findings."""

    def __init__(self, desk: Bench) -> None:
        self.desk = desk
        self.environ = {"DESK_MIN_FREE": "0"}

    def __call__(self, *words: str) -> str:
        return self.run(*words, fails=None).output

    def run(self, *words: str, fails: type[Exception] | None) -> Result:
        command = next(it for it in COMMANDS if it.name == words[0])
        whole = [*words[1:], f"--data={self.desk.settings.data}"]
        done = CliRunner(env=self.environ).invoke(command, whole)
        assert type(done.exception) is (fails or type(None)), done.output
        return done

    def rows(self, *words: str) -> list[dict[str, object]]:
        return [json.loads(line) for line in self(*words, "--json").splitlines() if line[0] == "{"]

    def noted(self) -> list[tuple[str, str, str]]:
        entries = self.desk.journal.entries()
        return [(it.actor, it.action, it.object) for it in entries if it.actor == "operator"]


@pytest.fixture
def types(desk: Bench) -> Typist:
    submit(desk)
    walk(desk)
    return Typist(desk)


def test_a_search_is_saved_listed_and_removed(types: Typist) -> None:
    assert "No search is saved" in types("searches", "list")
    types("searches", "save", "cameras", "camera")
    types("searches", "save", "paid", "?flag=paid&page=2&language=cy")
    (paid, cameras) = types.rows("searches", "list")
    types("searches", "save", "acts \x1b[2J\u202eon", "x")
    assert "acts ‹U+001B›[2J‹U+202E›on" in types("searches", "list")
    types("searches", "remove", "3", "--reason=it acts")
    assert (cameras["name"], cameras["asked"]) == ("cameras", "q=camera")
    assert paid["asked"] == "flag=paid&language=cy"
    types.run("searches", "save", "wrong", "flag=nothing", fails=BrokenQuery)
    types.run("searches", "save", "wrong", "page=1", fails=SettingsError)
    types.run("searches", "remove", "1", "--reason= ", fails=Refused)
    assert "0 watches" in types("searches", "remove", "1", "--reason=done with")
    types.run("searches", "remove", "1", "--reason=done with", fails=NotFound)
    assert ("operator", "removed-search", "search 1") in types.noted()


def test_a_watch_is_begun_tried_and_stopped(types: Typist, tmp_path: Path) -> None:
    types.run("watch", "add", "account", WALLET_EN, "--tell=siem", fails=Refused)
    types.run("watch", "test", fails=SettingsError)
    key = tmp_path / "key"
    key.write_text(SECRET)
    with running_hook() as hook:
        types.environ |= {
            "DESK_WATCH_WEBHOOKS": f"siem={hook.url}",
            "DESK_WATCH_SECRET_FILE": str(key),
        }
        assert types("watch", "test") == "siem: told\n"
        hook.code = 503
        assert "(503)" in types.run("watch", "test", "siem", fails=TryLater).output
        types.run("watch", "test", "other", fails=NotFound)
        assert [it["type"] for it in hook.told] == ["watch.test"] * 2
    types("watch", "add", "account", WALLET_EN, "--tell=siem", "--minutes=5")
    types("watch", "add", "campaign", "C-1", "--tell=siem")
    types.run("watch", "add", "campaign", "C-99", "--tell=siem", fails=NotFound)
    types.run("watch", "add", "search", "9", "--tell=siem", fails=NotFound)
    second, first = types.rows("watch", "list")
    assert (first["subject"], first["minutes"], second["minutes"]) == (WALLET_EN, 5, 15)
    assert "told nothing yet" in types("watch", "list")
    types("watch", "stop", "1", "--reason=closed")
    assert len(types.rows("watch", "list")) == 1
    assert types.noted()[-1] == ("operator", "stopped-watch", "watch 1")


def test_a_hunt_prints_what_it_finds_and_is_kept(types: Typist) -> None:
    said = types("hunt", "bitcoin", "--reason=a tip")
    assert "1 of 1" in said
    (found,) = types.rows("hunts", "show", "1")
    assert str(found["before"]).lower().endswith(("bitcoin", "bitcoin "))
    assert types("hunt", r"\d{4} wombats", "--expression", "--reason=x").count("0 found") == 1
    types.run("hunt", r"(a)\1", "--expression", "--reason=x", fails=Refused)
    types("hunt", "bitcoin", "--background", "--since=2999-01-01", "--reason=x")
    newest, *_ = types.rows("hunts", "list")
    assert (newest["state"], newest["total"], newest["reason"]) == ("waiting", 0, "x")
    types("hunts", "cancel", "3", "--reason=no need")
    types.run("hunts", "cancel", "3", "--reason=no need", fails=Refused)
    assert types.noted()[0] == ("operator", "hunts", "hunt 1")
    assert {it.name for it in COMMANDS} <= {it.name for it in cli.COMMANDS}
