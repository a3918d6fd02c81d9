"""Tells the index what the record holds; what it misses it is told later."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from casefile.errors import TryLater
from casefile.finding import Finding
from casefile.ports import Index, Record
from desk.copies import counted

log = logging.getLogger(__name__)


def tell_index(index: Index, record: Record, keys: Sequence[str]) -> None:
    """Index the findings of these submissions; where that fails, a sweep tries again.

    An index that came up empty is owed everything.
    """
    try:
        if index.count() == 0:
            record.unindex()
        index.upsert(to_index(record, keys))
    except TryLater:
        log.warning("the index could not be told of %d submissions", len(keys))
    else:
        record.indexed(keys)


def to_index(record: Record, keys: Sequence[str]) -> list[Finding]:
    """Give what the index is told of these submissions: nothing of a mail that came again."""
    return [it for key in keys for it in counted(record.findings_of(key))]
