"""Lays people's corrections over the findings that they touch; what was cut off is gone on with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from casefile.correction import Correction
from casefile.ports import Record, Register

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
    register.applied(correction.number)
    return changed


def _chunks(keys: Iterator[str]) -> Iterator[Sequence[str]]:
    while chunk := list(islice(keys, CHUNK)):
        yield chunk
