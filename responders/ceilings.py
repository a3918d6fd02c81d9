"""Counts the replies that leave, and says when there are too many at once.

Counted by the minute of the clock: an hour is the last sixty of these, so a ceiling may be passed
by what fits into a part of a minute. A clock that jumps back frees nothing.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, case, delete, func, select, update

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
    in_minute, in_hour, in_day = in_all(db, now)
    to_domain = 0 if domain is None else _since(db, domain, minute)
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
    minute = _minute(now)
    sums = [
        func.coalesce(func.sum(case((sendings.c.minute > since, sendings.c.replies), else_=0)), 0)
        for since in (minute - 1, minute - HOUR, minute - DAY)
    ]
    mine = (sendings.c.what == ALL) & (sendings.c.minute > minute - DAY)
    in_minute, in_hour, in_day = map(int, db.execute(select(*sums).where(mine)).one())
    return in_minute, in_hour, in_day


def find_brake(db: Connection) -> Brake | None:
    """Give why replies are stopped, where they are."""
    row = db.execute(select(brake.c.since, brake.c.reason)).first()
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
    if by < 0:
        mine = (sendings.c.what == what) & (sendings.c.minute == minute)
        db.execute(update(sendings).where(mine).values(replies=sendings.c.replies + by))
        return
    new = insert(sendings).values(what=what, minute=minute, replies=by)
    more = new.on_conflict_do_update(
        index_elements=[sendings.c.what, sendings.c.minute],
        set_={"replies": sendings.c.replies + by},
    )
    first = db.scalar(more.returning(sendings.c.replies)) == by
    if first and what == ALL:
        db.execute(delete(sendings).where(sendings.c.minute < minute - KEPT))


def _since(db: Connection, what: str, minute: int) -> int:
    """Give the count of a minute; those of a clock that was ahead count with it."""
    mine = (sendings.c.what == what) & (sendings.c.minute >= minute)
    return int(db.scalar(select(func.coalesce(func.sum(sendings.c.replies), 0)).where(mine)) or 0)


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // 60
