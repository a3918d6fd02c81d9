"""Forwards to send, and a way to send many of them."""

from __future__ import annotations

import smtplib
import time
from concurrent.futures import ThreadPoolExecutor

import forwards
from samples.forwards_sent import FORCE
from samples.originals import BLUFF_EN, WALLET_EN, mail

CONNECTIONS = 8


def forward(number: int) -> tuple[str, bytes]:
    """Give one reporter and their forward: the same wording, other names and passwords."""
    reporter = f"r{number}@reporter.example"
    text = BLUFF_EN.format(
        name=f"R{number}", password=f"pw{number}", amount=1000 + number % 700, wallet=WALLET_EN
    )
    raw = forwards.gmail(mail(text, subject="hello"), reporter=reporter, to=FORCE, note="")
    return reporter, raw


def send_all(port: int, mails: list[tuple[str, bytes]]) -> float:
    """Send over a few connections, twenty mails a session. Gives messages a second."""
    sessions = [mails[at : at + 20] for at in range(0, len(mails), 20)]

    def session(some: list[tuple[str, bytes]]) -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
            for sender, raw in some:
                client.sendmail(sender, FORCE, raw)

    start = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(session, sessions))
    return len(mails) / (time.perf_counter() - start)
