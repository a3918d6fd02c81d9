"""Desks in which mails wait to be answered: triaged without reading, for floods, kills and loads.

As a program it is a sender of its own: for each line on standard input it forks a child that
answers what is due in the desk of the environment, and says its pid; on the next line it waits for
that child and says how it ended.
"""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from casefile.errors import Refused, TryLater
from casefile.finding import Flag
from casefile.report import Authentication
from desk.answering import Request, finish_wishes, have_answered
from desk.forms import open_desk
from desk.hands import Hands
from desk.pipeline import Pipeline
from desk.queue.local import LocalQueue
from desk.rooms import Desk
from desk.settings import load
from makers import cover, envelope, finding, triaged

ROOT = Path(__file__).resolve().parent.parent
PROVEN = Authentication(method="required", passed=True, reason="dmarc pass")
FORGED = Authentication(method="required", passed=False, reason="spf fail, dkim none, dmarc fail")
_TOGETHER = 200


def fill(
    desk: Desk,
    senders: Sequence[str],
    *,
    authentication: Authentication = PROVEN,
    flags: tuple[Flag, ...] = (),
) -> list[str]:
    """Keep a mail of each sender, triaged as a blackmail mail. Gives the keys in order."""
    verdict = replace(finding("").verdict, flags=flags)
    keys: list[str] = []
    now = datetime.now(UTC)
    for start in range(0, len(senders), _TOGETHER):
        some = senders[start : start + _TOGETHER]
        drafts = []
        for number, sender in enumerate(some, start):
            draft = desk.spool.draft(envelope(sender=sender, received_at=now))
            draft.add(b"From: %s\r\n\r\nmail %d\r\n" % (sender.encode(), number))
            drafts.append(draft)
        stored = desk.spool.keep(drafts)
        results = [
            replace(
                triaged(key, finding(key, verdict=verdict)),
                cover=cover(
                    authors=(sender,),
                    authentication=authentication,
                    content_hash=sha256(key.encode()).hexdigest(),
                    message_id=f"<{key}@reporter.example>",
                ),
            )
            for key, sender in zip(stored, some, strict=True)
        ]
        desk.record.receive(stored, now)
        desk.record.triaged(results, now)
        keys += stored
    return keys


def answer(pipeline: Pipeline, name: str = "w", *, guarded: bool = False) -> None:
    """Answer all that is due now."""
    hands = Hands(pipeline=pipeline, name=name, guarded=guarded)
    pipeline.record.release(name)
    while due := pipeline.record.due("answer", pipeline.clock(), 64):
        hands.do("answer", due)


def sending_to(port: int, folder: Path) -> dict[str, str]:
    """Give the settings of a desk that sends to a mail server on this port of the machine."""
    return {
        "DESK_MIN_FREE": "0",
        "DESK_SMARTHOST": f"127.0.0.1:{port}",
        "DESK_PROFILE": str(ROOT / "profiles" / "mercia-vale.toml"),
        "DESK_DOMAIN": "desk.example",
        "DESK_REPLIES_MINUTE": "100000",
        "DESK_REPLIES_DOMAIN_MINUTE": "100000",
        "DESK_REPLIES_HOUR": "100000",
        "DESK_NAMESERVERS": "127.0.0.1:1",
        "DESK_SECRET_FILE": str(folder / "secret.key"),
    }


@contextmanager
def opened_desk(folder: Path, **environ: str) -> Iterator[tuple[Desk, Pipeline]]:
    """Give a desk on a folder and its pipeline, in this process."""
    desk = open_desk(load({"data": folder}, {"DESK_MIN_FREE": "0", **environ}, folder.parent))
    with closing(LocalQueue.make()) as queue:
        yield desk, desk.pipeline(queue)
    desk.close()


@contextmanager
def running_sender(environ: Mapping[str, str]) -> Iterator[Sender]:
    """Run what forks senders, until the block ends."""
    path = {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    process = subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **path, **environ},
    )
    try:
        yield Sender(process)
    finally:
        process.kill()
        process.communicate()


class Sender:
    """A process that forks senders: to be killed, one after the other, without starting anew."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self) -> int:
        """Let a sender begin. Gives its pid."""
        return int(self._said())

    def ended(self) -> int:
        """Wait for its end. Gives its exit code, negative where a signal ended it."""
        return int(self._said())

    def _said(self) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()


def main() -> None:
    """Fork senders until there are no more orders."""
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(_send())
        print(child, flush=True)  # noqa: T201 - this is how it is heard
        sys.stdin.readline()
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


def _ask(desk: Desk, actor: str) -> None:
    """Have all answered that are not, as a person who vouches for each; not all in one order."""
    keys = [it.submission for it in desk.ledger.decisions() if it.state == "suppressed"]
    for key in sorted(keys, reverse=actor == "other"):
        with suppress(Refused, TryLater):
            have_answered(desk, Request(key=key, actor=actor, reason="spoke", vouched=True))


def _send() -> int:
    try:
        with opened_desk(Path(os.environ["DESK_DATA"]), **dict(os.environ)) as (desk, pipeline):
            if name := os.environ.get("ASKING_AS"):
                _ask(desk, name)
                finish_wishes(pipeline)
            answer(pipeline, name or "w")
    except BaseException:  # noqa: BLE001 - it must not go on as its parent
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    main()
