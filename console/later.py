"""What came later to a report: mails of its reporter that answer our reply, or name it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casefile.finding import Finding
from console.masked import fit_to_list
from console.room import Room


@dataclass(frozen=True, kw_only=True)
class Later:
    """What came later to a report."""

    #: The mail that was answered, where this one joined its report.
    first: str | None
    #: The other mails that joined it, each with its findings, fit to be listed.
    mails: Sequence[tuple[str, Sequence[Finding]]]


def told_later(room: Room, key: str) -> Later:
    """Give what came later to the report that a mail is of, and which report it joined."""
    first = room.record.followed(key)
    return Later(
        first=first,
        mails=[
            (it, [fit_to_list(one) for one in room.record.findings_of(it)])
            for it in room.record.follow_ups(first or key)
            if it != key
        ],
    )
