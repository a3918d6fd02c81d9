"""Rows of submissions: how each comes from one stage to the next, whoever else is at work.

Every statement that changes several rows locks them in the order of their keys, so that on
PostgreSQL no two wait for each other; and with KEY SHARE left to others, who only point at a row.
On SQLite one transaction writes at a time anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    exists,
    func,
    select,
    update,
)

# SQLite took its ON CONFLICT from PostgreSQL; this insert is written for both.
from sqlalchemy.dialects.postgresql import insert

from casefile.errors import NotFound
from casefile.ports import Job, Lease, Triaged
from desk import telling
from desk.finding_rows import add_findings, drop_findings
from desk.schema import iso, submissions, waiting
from desk.waiting import add_waiting, take_off
from ingest.keys import moment_of

_row = submissions.c
#: What a lease can be for; named, so that the index by job finds what is held.
HELD = and_(_row.job.in_(("triage", "answer")), _row.holder.is_not(None))
#: Among so many it is looked who is to be answered first.
LOOKED_AT = 1000
_KEPT = ("sha256", "content_hash", "cover")
_TRIAGED = (
    update(submissions)
    .where(_row.key == bindparam("of"))
    .values(
        stage="triaged",
        job="answer",
        holder=None,
        attempts=0,
        told=0,
        unwatched=func.coalesce(_row.unwatched, 0) + 1,
        due=bindparam("due"),
        **{name: bindparam(name) for name in _KEPT},
    )
)


def unknown(db: Connection, keys: Sequence[str]) -> list[str]:
    """Give those of the keys that are not noted; what is no key of a spool's is left out."""
    known = set(db.scalars(select(_row.key).where(_row.key.in_(keys))))
    return [key for key in keys if key not in known and moment_of(key) is not None]


def receive(db: Connection, keys: Sequence[str], now: datetime) -> int:
    """Note keys as received, each once whoever else does so. Gives how many are new."""
    rows = [
        {
            "key": key,
            "received_at": iso(now),
            "stage": "received",
            "job": "triage",
            "due": iso(now),
            "attempts": 0,
        }
        for key in sorted(set(keys))
    ]
    if not rows:
        return 0
    new = insert(submissions).on_conflict_do_nothing(index_elements=[_row.key])
    return len(db.scalars(new.returning(_row.key), rows).all())


def due(job: Job, now: datetime, limit: int) -> Select[tuple[str]]:
    """Ask for the keys that wait for a job, in intake order; for answers, danger first.

    Who is in danger is looked for among those only that have waited longest.
    """
    free = select(_row.key).where(_free(job, now)).order_by(_row.key)
    if job != "answer":
        return free.limit(limit)
    oldest = free.limit(max(limit, LOOKED_AT)).subquery()
    in_danger = exists().where(waiting.c.key == oldest.c.key, waiting.c.desk == "danger")
    return select(oldest.c.key).order_by(in_danger.desc(), oldest.c.key).limit(limit)


def take(db: Connection, job: Job, keys: Sequence[str], holder: str, now: datetime) -> list[Lease]:
    """Lease those of the keys that wait for the job; see the port.

    What another transaction has in its hands at this moment is left to it.
    """
    fresh = [] if len(keys) == 1 else [_row.attempts == 0]
    free = select(_row.key).where(_row.key.in_(keys), _free(job, now), *fresh)
    free = free.order_by(_row.key).with_for_update(key_share=True, skip_locked=True)
    taken = db.execute(
        update(submissions)
        .where(_row.key.in_(free))
        .values(holder=holder, attempts=_row.attempts + 1)
        .returning(_row.key, _row.attempts)
    )
    leases = (Lease(key=row.key, attempt=row.attempts) for row in taken)
    return sorted(leases, key=lambda it: it.key)


def release(db: Connection, holder: str | None) -> int:
    """Give back what a holder has in hand, or everybody; see the port."""
    if holder is None:
        return give_back(db, HELD, attempts=_row.attempts - 1)
    return give_back(db, and_(HELD, _row.holder == holder))


def give_back(db: Connection, held: ColumnElement[bool], **values: object) -> int:
    """Give back what is held. Gives how many."""
    keys = select(_row.key).where(held).order_by(_row.key).with_for_update(key_share=True)
    given = update(submissions).where(_row.key.in_(keys)).values(holder=None, **values)
    return db.execute(given).rowcount


def put_off(db: Connection, job: Job, key: str, until: datetime, *, counts: bool) -> None:
    """Give a lease back, to be tried again later."""
    attempts = _row.attempts - (0 if counts else 1)
    db.execute(
        update(submissions)
        .where(_row.key == key, _row.job == job)
        .values(holder=None, due=iso(until), attempts=attempts)
    )


def keep(db: Connection, results: Sequence[Triaged], now: datetime) -> None:
    """Keep what triage made of submissions that still wait for it, in few statements for all."""
    first: dict[str, Triaged] = {}
    for result in results:
        first.setdefault(result.key, result)
    open_ = select(_row.key, _row.cover.is_not(None).label("again"))
    open_ = open_.where(_row.key.in_(first), _row.job == "triage")
    rows = db.execute(open_.order_by(_row.key).with_for_update(key_share=True)).all()
    kept = [first[row.key] for row in rows]
    if not kept:
        return
    db.execute(_TRIAGED, [{"of": it.key, "due": iso(now), **_kept(it)} for it in kept])
    drop_findings(db, [row.key for row in rows if row.again])
    add_findings(db, [finding for it in kept for finding in it.findings])
    add_waiting(db, [row for it in kept for row in it.waiting])


def set_aside(db: Connection, key: str, now: datetime, done: Triaged | None) -> None:
    """Note that a submission cannot be worked on; with `done` it is still to be answered."""
    values: dict[str, object] = {"stage": "set-aside", "job": None, "holder": None}
    if done is not None:
        values |= {"job": "answer", "due": iso(now), "attempts": 0, **_kept(done)}
    receive(db, [key], now)
    db.execute(update(submissions).where(_row.key == key).values(**values))


def retry(db: Connection, key: str, now: datetime) -> None:
    """Let a submission that was set aside be triaged anew. Raises NotFound for any other."""
    values = {"stage": "received", "job": "triage", "holder": None, "attempts": 0}
    aside = and_(_row.key == key, _row.stage == "set-aside")
    if not db.execute(update(submissions).where(aside).values(due=iso(now), **values)).rowcount:
        raise NotFound(f"{key} is not set aside.")
    take_off(db, key, "set-aside")


def answer_again(db: Connection, key: str, now: datetime) -> bool:
    """Have a submission answered with which nothing is left to do. False where something is."""
    idle = and_(_row.key == key, _row.job.is_(None))
    values = {"job": "answer", "holder": None, "attempts": 0, "due": iso(now)}
    again = update(submissions).where(idle).values({**values, **telling.OWED_AGAIN})
    return db.execute(again).rowcount > 0


def _kept(result: Triaged) -> dict[str, object]:
    cover = result.cover
    values = (result.sha256, cover.content_hash, msgspec.json.encode(cover))
    return dict(zip(_KEPT, values, strict=True))


def _free(job: Job, now: datetime) -> ColumnElement[bool]:
    return and_(_row.job == job, _row.holder.is_(None), _row.due <= iso(now))
