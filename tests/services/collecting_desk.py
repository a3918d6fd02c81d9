"""A desk that collects a user's mailbox on a real Dovecot, as processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from commands import command

from desk.forms import open_desk
from desk.rooms import Desk
from desk.settings import load
from ingest.mailbox_session import KEYWORD
from running import ROOT
from services.dovecot import PASSWORD, Dovecot

MARKED = {"\\Seen", KEYWORD}


def letters(count: int) -> list[bytes]:
    return [b"Subject: letter %d\r\n\r\nGood morning.\r\n" % number for number in range(count)]


@dataclass(frozen=True)
class CollectingDesk:
    """A user's mailbox and a desk that collects it."""

    dovecot: Dovecot
    user: str
    folder: Path

    @property
    def environ(self) -> dict[str, str]:
        (self.folder / "password").write_text(PASSWORD, encoding="utf-8")
        return {
            "DESK_DATA": str(self.folder / "var"),
            "DESK_MIN_FREE": "0",
            "DESK_MAILBOX_URL": f"imaps://{self.user}@localhost:{self.dovecot.tls}/INBOX",
            "DESK_MAILBOX_PASSWORD_FILE": str(self.folder / "password"),
            "SSL_CERT_FILE": str(self.dovecot.certificate),
        }

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words],
            env={**os.environ, **self.environ, **more},
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
            timeout=120,
        )

    def command(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return command(*words, environ={**os.environ, **self.environ, **more})

    def desk(self) -> Desk:
        return open_desk(load(environ=self.environ))

    def spooled(self) -> Counter[bytes]:
        spool = self.desk().spool
        return Counter(spool.get(key).raw for key in spool.keys())  # noqa: SIM118 - no dictionary

    def flags(self) -> dict[int, set[str]]:
        return self.dovecot.flags(self.user)
