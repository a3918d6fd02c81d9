"""A load of forwards on a running desk, with a note of each that the door accepted."""

from __future__ import annotations

import smtplib
import threading
import time
from typing import Self

import forwards
from running import RunningDesk
from samples.forwards_sent import FORCE
from samples.originals import BLUFF_EN, WALLET_EN, mail

SENDERS = 3


class Load:
    """Senders that note each mail the door accepted, and try again later where it did not."""

    def __init__(self, desk: RunningDesk, pause: float = 0.0) -> None:
        """Send as fast as the door takes it, or with so many seconds between two of a sender."""
        self._desk, self._pause = desk, pause
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._send, args=(number,)) for number in range(SENDERS)
        ]
        self.accepted: dict[str, str] = {}

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _send(self, number: int) -> None:
        count = 0
        while not self._stop.is_set():
            count += 1
            reporter = f"r{number}-{count}@reporter.example"
            self._insist(reporter, _forward(reporter, f"secret{number}x{count}"))
            self._stop.wait(self._pause)

    def _insist(self, reporter: str, raw: bytes) -> None:
        """Send one mail until it is accepted, as a mail server does: a 250 may have been lost."""
        while not self._stop.is_set():
            try:
                self.accepted[self._desk.send(raw, reporter)] = reporter
            except (OSError, smtplib.SMTPException):
                time.sleep(0.05)
            else:
                return


def _forward(reporter: str, password: str) -> bytes:
    name = reporter.partition("@")[0]
    text = BLUFF_EN.format(name=name, password=password, amount="1,400", wallet=WALLET_EN)
    return forwards.gmail(mail(text, subject="hello"), reporter=reporter, to=FORCE, note="")
