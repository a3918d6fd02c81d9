"""What the contracts of the ledger, and tests beside them, answer to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from casefile.ports import Choice
from casefile.reply import Answer, Ceilings, Limits, Main
from makers import key

SAM = "sam@reporter.example"
LIMITS = Limits()
GENERAL = Answer(main="general", parts=("paid",), alert=False, languages=("cy", "en"))
DAY = timedelta(days=1)


def answer(main: Main) -> Answer:
    return replace(GENERAL, main=main, parts=())


def asked(number: int, main: Main) -> Choice:
    """Give what a person chooses for a mail of Sam's."""
    return Choice(submission=key(number), answer=answer(main), address=SAM)


WIDE = Ceilings()
DOMAIN = "reporter.example"
