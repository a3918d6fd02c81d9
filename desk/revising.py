"""Lays people's corrections over the findings that they touch; what was cut off is gone on with."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import islice

from casefile.correction import OVERRULING, Correction
from casefile.ports import Record, Register
from casefile.report import submission_of
from desk.gauge import Gauge
from desk.people import raised

#: Findings that are looked at in one transaction.
CHUNK = 200
#: Who carries out a correction and is not heard of for so long is gone.
TURN = timedelta(seconds=60)


def nothing(_: int) -> None:
    """Show no progress."""


def finish(register: Register, record: Record) -> int:
    """Go on with corrections that were cut off. Gives how many findings changed.

    Whoever carries one out at this moment is left alone with it. Raises TryLater.
    """
    unapplied = register.unapplied()
    if not unapplied or not _take_turn(record):
        return 0
    return sum(carry_out(register, record, it, nothing) for it in unapplied)


def carry_out(
    register: Register, record: Record, correction: Correction, step: Callable[[int], None]
) -> int:
    """Lay a correction over the findings; `step` is told how many were looked at.

    Gives how many changed. Raises TryLater.
    """
    touched = register.touched(correction)
    if touched is None:
        keys = (finding.key for finding in record.findings())
        total = sum(record.counts().values())  # of mails: most have one finding
    else:
        known = list(touched)
        keys, total = (key for key in known), len(known)
    changed = 0
    with ExitStack() as stack:
        if total > CHUNK:  # what is done at once need not be watched
            gauge = stack.enter_context(Gauge(record, f"correction {correction.number}", total))
            step = _both(step, gauge.step)
        for chunk in _chunks(keys):
            _take_turn(record)
            changed += record.revise(chunk, register.corrected)
            step(len(chunk))
    if correction.action in OVERRULING:
        _raise(record, submission_of(correction.subject))
    register.applied(correction.number)
    _take_turn(record, timedelta(0))
    return changed


def _both(one: Callable[[int], None], other: Callable[[int], None]) -> Callable[[int], None]:
    def step(count: int) -> None:
        one(count)
        other(count)

    return step


def _take_turn(record: Record, span: timedelta = TURN) -> bool:
    """Take or prolong the turn at carrying out, so that no sweep does the same beside it."""
    now = datetime.now(UTC)
    holder = f"{os.getpid()}-{threading.get_ident()}"
    return record.turn("corrections", holder, now, now + span)


def _raise(record: Record, key: str) -> None:
    """Put a submission before a person where somebody says now that it is about danger or harm."""
    record.wait(raised(key, record.findings_of(key), datetime.now(UTC)))


def _chunks(keys: Iterator[str]) -> Iterator[Sequence[str]]:
    while chunk := list(islice(keys, CHUNK)):
        yield chunk
