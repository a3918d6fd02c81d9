"""Lays people's corrections over the findings that they touch; what was cut off is gone on with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice

from casefile.correction import OVERRULING, Correction
from casefile.ports import Record, Register
from casefile.report import submission_of
from desk.people import raised

#: Findings that are looked at in one transaction.
CHUNK = 200


def nothing(_: int) -> None:
    """Show no progress."""


def finish(register: Register, record: Record) -> int:
    """Go on with corrections that were cut off. Gives how many findings changed.

    Raises TryLater.
    """
    return sum(carry_out(register, record, it, nothing) for it in register.unapplied())


def carry_out(
    register: Register, record: Record, correction: Correction, step: Callable[[int], None]
) -> int:
    """Lay a correction over the findings; `step` is told how many were looked at.

    Gives how many changed. Raises TryLater.
    """
    keys = register.touched(correction)
    if keys is None:
        keys = (finding.key for finding in record.findings())
    changed = 0
    for chunk in _chunks(keys):
        changed += record.revise(chunk, register.corrected)
        step(len(chunk))
    if correction.action in OVERRULING:
        _raise(record, submission_of(correction.subject))
    register.applied(correction.number)
    return changed


def _raise(record: Record, key: str) -> None:
    """Put a submission before a person where somebody says now that it is about danger or harm."""
    record.wait(raised(key, record.findings_of(key), datetime.now(UTC)))


def _chunks(keys: Iterator[str]) -> Iterator[Sequence[str]]:
    while chunk := list(islice(keys, CHUNK)):
        yield chunk
