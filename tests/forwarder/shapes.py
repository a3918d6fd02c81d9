"""Every combination of mail, client, language, view and note that is forwarded in the proofs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import get_args

from forwarder.clients import CLIENTS, Client
from forwarder.compose import Views, forward
from forwarder.mails import WORDS, Original

REPORTER = "sam@reporter.example"
FORCE = "report@force.example"
SCAM = Original(
    name="Nobody Nowhere",
    address="nobody@offender.example",
    reply_to="drop@offender.example",
    to="Sam Reporter <sam@reporter.example>",
    subject="Your account: last notice, Sam",
    when=datetime(2025, 11, 4, 17, 42),  # noqa: DTZ001
    text=(
        "Hello,\n\nI switched your camera on while you watched.\n"
        "From: now on you have 48 hours.\nSubject: to no changes.\n\n"
        "> you asked who I am\n> and got no answer\n\n"
        "Send 650 dollars in bitcoin to bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4\n"
        "at once. Ni fydd neb yn gwybod – gwarantîr.\n\n"
        "To: be continued"
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """One combination."""

    client: Client
    language: str
    views: Views
    note: str
    original: Original = SCAM

    @property
    def name(self) -> str:
        """Give what the combination is called."""
        noted = "note" if self.note else "none"
        return f"{self.client.key}-{self.language}-{self.views}-{noted}"

    def raw(self) -> bytes:
        """Forward the mail."""
        return forward(
            self.original,
            self.client,
            WORDS[self.language],
            reporter=REPORTER,
            to=FORCE,
            views=self.views,
            note=self.note,
        )


def combinations() -> Iterator[Shape]:
    """Give client by language by view by with a note and without."""
    for client in CLIENTS:
        for language, views, noted in product(client.languages, get_args(Views), (True, False)):
            note = WORDS[language]["note"] if noted else ""
            yield Shape(client=client, language=language, views=views, note=note)
