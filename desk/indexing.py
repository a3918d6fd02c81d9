"""Tells the index what the record holds; what it misses it is told later."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from casefile.errors import TryLater
from casefile.finding import Finding
from casefile.ports import Index, Ledger, Record
from casefile.reply import FINAL_STATES, State
from desk.copies import counted

log = logging.getLogger(__name__)

#: Submissions that the index is told of in one go.
BATCH = 100


@dataclass(kw_only=True)
class Rest:
    """For how long an index is left alone after it could not be told something.

    One that hangs would otherwise hold up every batch of triage for as long as it is waited for.
    """

    seconds: float = 10.0
    _until: float = field(default=0.0, init=False)

    def begin(self) -> None:
        """Leave it alone from now on."""
        self._until = time.monotonic() + self.seconds

    @property
    def lasts(self) -> bool:
        """Tell whether it is still left alone."""
        return time.monotonic() < self._until


def tell_index(
    index: Index, record: Record, ledger: Ledger, keys: Sequence[str], rest: Rest | None = None
) -> None:
    """Index the findings of these submissions; where that fails, a sweep tries again."""
    rest = rest or Rest()
    if rest.lasts:
        return
    try:
        told(index, record, ledger, keys)
    except TryLater:
        rest.begin()
        log.warning("the index cannot be told now: what it is owed is left to the sweep")


def told(index: Index, record: Record, ledger: Ledger, keys: Sequence[str]) -> bool:
    """Index the findings of these submissions. False where the index was made anew meanwhile.

    What is noted as indexed is in the index that the record has as told: it went in between two
    looks at one and the same index, and the record notes it of that one alone. An index that was
    made anew is owed everything. Raises TryLater.
    """
    identity = index.identity()
    record.told(identity)
    revisions = record.revisions(keys)
    index.upsert(to_index(record, keys), states_of(ledger, keys))
    if index.identity() != identity:
        return False
    record.indexed(keys, identity, revisions)
    return True


def retold(index: Index, record: Record, ledger: Ledger) -> Iterator[int]:
    """Tell the index all that it is owed, and then have that read. Gives the number of each batch.

    Where this is cut off, the next one goes on. Raises TryLater.
    """
    while True:
        identity = index.identity()
        record.told(identity)
        owed = record.unindexed(BATCH)
        if not owed:
            index.settle(identity)
            return
        if told(index, record, ledger, owed):
            yield len(owed)


def catch_up(index: Index, record: Record, ledger: Ledger, seconds: float) -> None:
    """Tell the index what it is owed, for so long, whoever was to tell it and was cut off."""
    end = time.monotonic() + seconds
    try:
        for _ in retold(index, record, ledger):
            if time.monotonic() > end:
                return
    except TryLater:
        log.warning("the index cannot be told what it is owed")


def to_index(record: Record, keys: Sequence[str]) -> list[Finding]:
    """Give what the index is told of these submissions: nothing of a mail that came again."""
    return [it for key in keys for it in counted(record.findings_of(key))]


def states_of(ledger: Ledger, keys: Sequence[str]) -> Mapping[str, State]:
    """Give what became of the replies to these submissions, as far as that is final.

    The record owes the index a submission once more when that is decided.
    """
    known = ledger.known(keys)
    return {key: it.state for key, it in known.items() if it.state in FINAL_STATES}
