"""A user's mailbox on a real Dovecot, and what was collected of it."""

from __future__ import annotations

import ssl
from pathlib import Path

from ingest.mailbox import Collected, Mailbox
from ingest.mailbox_account import account_in
from services.dovecot import PASSWORD, Dovecot

MAILS = [
    b"Subject: one\r\n\r\nGood morning.\r\n",
    b"Subject: two\r\n\r\n.\r\n..\r\nFrom here\r\n\r\n",
    "Subject: tŷ\r\n\r\nBore da i’r tŷ\r\n".encode(),
]


class Visitor:
    """One user's mailbox, and what was kept of it."""

    def __init__(self, dovecot: Dovecot, user: str, folder: Path) -> None:
        self.dovecot, self.user, self.folder = dovecot, user, folder
        self.kept: list[bytes] = []
        self.sources: list[str] = []
        self.password = folder / "password"
        self.password.write_text(PASSWORD + "\n", encoding="utf-8")

    def url(self, *, scheme: str = "imaps", path: str = "INBOX") -> str:
        port = self.dovecot.tls if scheme == "imaps" else self.dovecot.plain
        return f"{scheme}://{self.user}@localhost:{port}/{path}"

    def mailbox(
        self,
        url: str = "",
        *,
        done: str = "",
        max_size: int = 100_000,
        tls: ssl.SSLContext | None = None,
        **secret: str,
    ) -> Mailbox:
        account = account_in(
            url or self.url(),
            **(secret or {"password_file": str(self.password)}),
            done=done,
        )
        return Mailbox(account, max_size=max_size, tls=tls or self.dovecot.trusting(), patience=20)

    def keep(self, raw: bytes, source: str) -> bool:
        self.kept.append(raw)
        self.sources.append(source)
        return True

    def collect(self, mailbox: Mailbox) -> Collected:
        return mailbox.collect(self.keep, lambda *_: None)

    def deliver(self, *mails: bytes, folder: str = "INBOX") -> None:
        self.dovecot.deliver(self.user, mails, folder)

    def flags(self, folder: str = "INBOX") -> dict[int, set[str]]:
        return self.dovecot.flags(self.user, folder)
