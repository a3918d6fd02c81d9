"""Counts the replies that leave, and says when there are too many at once.

Counted by the minute of the clock: an hour is the last sixty of these, so a ceiling may be passed
by what fits into a part of a minute. A clock that jumps back frees nothing.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, String, bindparam, case, delete, func, select

# SQLite took its ON CONFLICT from PostgreSQL; this insert is written for both.
from sqlalchemy.dialects.postgresql import insert

from casefile.reply import Answer, Brake, Ceilings, Decision
from responders.ledger_tables import brake, sendings, stamp

ALL = "all"
HOUR, DAY = 60, 24 * 60
#: Older counts are of no use to anybody.
KEPT = 2 * DAY
STOPPED = "replies are stopped"
TOO_MANY = {
    "minute": "over the ceiling of a minute",
    "hour": "over the ceiling of an hour",
    "day": "over the ceiling of a day",
    "domain": "over the ceiling of a minute to one domain",
}
#: Why a reply waits that nobody has tried to send.
HELD = frozenset({STOPPED, *TOO_MANY.values()})
_NAME = "sending"


def is_held(decision: Decision) -> bool:
    """Tell whether a reply waits for room or for a person, and not for a mail server."""
    return decision.state == "deferred" and decision.reason in HELD


def is_urgent(answer: Answer) -> bool:
    """Tell whether a reply brings help to somebody in danger."""
    return answer.main in {"threat", "young"} or not {"distress", "young"}.isdisjoint(answer.parts)


def held_back(
    db: Connection, answer: Answer, domain: str | None, ceilings: Ceilings, now: datetime
) -> str:
    """Count one reply, or say why it must wait; empty where it may leave.

    `domain` is the key of the reporter's domain, None where that one is shared by many.
    """
    if find_brake(db) is not None:
        return STOPPED
    minute, times = _minute(now), 2 if is_urgent(answer) else 1
    counted = [ALL] if domain is None else [ALL, domain]
    for what in counted:
        _count(db, what, minute)
    in_minute, in_hour, in_day, to_domain = _sums(db, domain, minute)
    over = {
        "minute": in_minute > times * ceilings.per_minute,
        "hour": in_hour > times * ceilings.per_hour,
        "day": in_day > times * ceilings.per_day,
        "domain": to_domain > times * ceilings.domain_per_minute,
    }
    reason = next((TOO_MANY[name] for name, holds in over.items() if holds), "")
    if reason:
        for what in counted:
            _count(db, what, minute, by=-1)
    return reason


def in_all(db: Connection, now: datetime) -> tuple[int, int, int]:
    """Give how many replies began to leave in this minute, the last hour and the last day."""
    in_minute, in_hour, in_day, _ = _sums(db, None, _minute(now))
    return in_minute, in_hour, in_day


def find_brake(db: Connection) -> Brake | None:
    """Give why replies are stopped, where they are."""
    row = db.execute(_BRAKE).first()
    return None if row is None else Brake(since=datetime.fromisoformat(row[0]), reason=row[1])


def put_on(db: Connection, reason: str, now: datetime) -> None:
    """Stop all replies; the first reason stays."""
    row = {"name": _NAME, "since": stamp(now), "reason": reason}
    db.execute(insert(brake).on_conflict_do_nothing(index_elements=[brake.c.name]).values(row))


def take_off(db: Connection) -> None:
    """Let replies leave again."""
    db.execute(delete(brake))


def _count(db: Connection, what: str, minute: int, *, by: int = 1) -> None:
    """Count; the row stays locked for the others until the transaction ends."""
    counted = db.scalar(_COUNT, {"what": what, "minute": minute, "replies": by})
    if counted == by == 1 and what == ALL:
        db.execute(delete(sendings).where(sendings.c.minute < minute - KEPT))


def _sums(db: Connection, domain: str | None, minute: int) -> tuple[int, int, int, int]:
    """Give the counts of this minute, the last hour, the last day; and of this minute to a domain.

    What a clock that was ahead has counted counts with this minute.
    """
    since = {"now": minute, "hour": minute - HOUR + 1, "day": minute - DAY + 1}
    row = db.execute(_SUMS, {"domain": domain, **since}).one()
    return int(row[0]), int(row[1]), int(row[2]), int(row[3])


def _sum(what: ColumnElement[bool], since: str) -> ColumnElement[int]:
    counts = case((what & (sendings.c.minute >= bindparam(since)), sendings.c.replies), else_=0)
    return func.coalesce(func.sum(counts), 0)


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // 60


# Made once: to put a statement together takes longer than to have it carried out.
_BRAKE = select(brake.c.since, brake.c.reason)
_NEW = insert(sendings)
_COUNT = _NEW.on_conflict_do_update(
    index_elements=[sendings.c.what, sendings.c.minute],
    set_={"replies": sendings.c.replies + _NEW.excluded.replies},
).returning(sendings.c.replies)
_IN_ALL = sendings.c.what == ALL
_TO_DOMAIN = sendings.c.what == bindparam("domain", type_=String)
_SUMS = select(
    _sum(_IN_ALL, "now"), _sum(_IN_ALL, "hour"), _sum(_IN_ALL, "day"), _sum(_TO_DOMAIN, "now")
).where(
    (_IN_ALL & (sendings.c.minute >= bindparam("day")))
    | (_TO_DOMAIN & (sendings.c.minute >= bindparam("now")))
)
