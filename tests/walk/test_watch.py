"""A running desk tells what comes again, and goes on hunting, whichever process is killed."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import httpx
from hooks import SECRET, running_hook
from reading_room.sending import OWN, hidden

import forwards
from desk.lookout import lookout_of
from running import FORCE, ROOT, RunningDesk, alive, running_desk, wait_until
from running_forms import running_distributed
from samples.originals import BLUFF_EN, WALLET_EN, mail
from services.elasticsearch import needs_elasticsearch
from services.plain_server import running_server
from services.postgres import Postgres, needs_postgres
from services.valkey import Valkey

TEAM = "team@force.example"


def send(desk: RunningDesk, who: str) -> str:
    text = BLUFF_EN.format(name=who, password="tulip77", amount="1,400", wallet=WALLET_EN)
    sender = f"{who}@reporter.example"
    raw = forwards.gmail(mail(text, subject=f"hello {who}"), reporter=sender, to=FORCE)
    return f"{desk.send(raw, sender)}-1"


def kill(desk: RunningDesk) -> None:
    """Kill the one that looks out, and see that it is gone."""
    pid = desk.pids()["lookout"]
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not alive(pid), 10, "it is gone")


@needs_elasticsearch
@needs_postgres
def test_in_the_distributed_form_what_is_watched_on_the_console_is_told_by_mail_and_webhook(
    tmp_path: Path, postgres: Postgres, elasticsearch: str, valkey: Valkey
) -> None:
    """Each once; the finding is taken up there too, and searched by who works on it."""
    key = tmp_path / "key"
    key.write_text(SECRET)
    with (
        running_hook() as hook,
        running_server() as smarthost,
        postgres.database() as database,
        running_distributed(
            tmp_path / "data",
            database,
            elasticsearch,
            valkey,
            which=("door", "work-1", "console"),
            DESK_WATCH_WEBHOOKS=f"siem={hook.url}",
            DESK_WATCH_SECRET_FILE=str(key),
            DESK_WATCH_ADDRESSES=TEAM,
            DESK_SMARTHOST=f"127.0.0.1:{smarthost.port}",
            DESK_PROFILE=str(ROOT / "profiles" / "mercia-vale.toml"),
        ) as desk,
        httpx.Client(base_url=f"http://127.0.0.1:{desk.console_port}", timeout=30) as console,
    ):
        for target in ("siem", TEAM):
            posted(console, f"/accounts/{WALLET_EN}", "/watches", target=target)
        told = [send(desk, "ann")]

        def mails() -> list[str]:
            taken = [it for it in smarthost.taken if it.rcpt_tos == [TEAM]]
            return [bytes(it.content or b"").decode() for it in taken]

        wait_until(lambda: bool(hook.told) and bool(mails()), 90, "both are told")
        lasting = lookout_of(desk.desk(), "ann").lasting
        wait_until(lambda: all(it.told for it in lasting.all()), 30, "that is kept")
        assert [(it.met, it.untold) for it in lasting.all()] == [(1, 0), (1, 0)]
        (body,), (mail_,) = hook.told, mails()
        assert [it["finding"] for it in body["named"]] == told  # type: ignore[attr-defined]
        assert f"/findings/{told[0]}" in mail_
        assert WALLET_EN not in mail_
        case = {"state": "being-worked", "assigned": "Ann", "reason": ""}
        posted(console, f"/findings/{told[0]}", "/cases", **case)
        found = f"/findings/{told[0]}"
        wait_until(lambda: found in console.get("/?assigned=Ann").text, 30, "it is searched")
        assert found in console.get("/?case=being-worked").text
        assert found not in console.get("/?case=new").text


def posted(console: httpx.Client, page: str, path: str, **fields: str) -> None:
    """Fill in a form of a page as a person does."""
    form = hidden(console.get(page).text, path) | fields
    answer = console.post(path, data=form, headers=OWN)
    assert answer.status_code == 303, answer.text


def test_it_tells_and_hunts_on(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(SECRET)
    with (
        running_hook() as hook,
        running_desk(
            tmp_path / "data",
            DESK_WATCH_WEBHOOKS=f"siem={hook.url}",
            DESK_WATCH_SECRET_FILE=str(key),
        ) as desk,
    ):
        opened = desk.desk()
        lookout = lookout_of(opened, "ann")
        lookout.watch("account", WALLET_EN, "siem")
        kill(desk)
        first = send(desk, "ann")
        wait_until(lambda: bool(hook.told), 60, "it tells")
        assert [it["finding"] for it in hook.told[0]["named"]] == [first]  # type: ignore[attr-defined]
        for who in ("bob", "cat"):
            send(desk, who)
        wait_until(lambda: opened.record.counts().get("answered") == 3, 60, "all are answered")
        kill(desk)
        lookout.begin_hunt("bitcoin", "words", "a tip")
        wait_until(lambda: lookout.hunt(1).state == "done", 60, "it hunts")
        assert (lookout.hunt(1).looked, lookout.hunt(1).found) == (3, 3)
        assert len(hook.told) == 1, "the next message waits for its minutes"
        ((watch,), _) = lookout.watches()
        assert (watch.met, watch.untold) == (3, 2)
