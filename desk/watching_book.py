"""Keeps watches, what they met and what they are still to tell, in the record.

Nothing that was found is forgotten, wherever a process ends: triage notes in its own transaction
that no watch has looked at a submission; that note goes in the transaction that keeps what the
watches met; and what was met is told by a message that is kept whole before it leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, Engine, Row, and_, case, func, insert, or_, select, update

# SQLite took its ON CONFLICT from PostgreSQL; this insert is written for both.
from sqlalchemy.dialects.postgresql import insert as insert_new

from casefile.errors import NotFound
from casefile.reply import waits
from casefile.watch import Message, Watch, WatchKind
from desk.engine import reading, transaction
from desk.schema import iso, submissions, waiting
from desk.waiting import add_waiting
from desk.watch_tables import met, watches
from desk.watching_searches import next_number, wait_for_turn

#: So many findings are named in a message; the others are counted.
NAMED = 20
#: Where in the people's queue those wait at which no watch could look.
UNWATCHED = "unwatched"
_LOST = "no watch could look at it: look whether anybody is to be told"
#: From one try to the next: doubled each time, up to the most.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
_row = watches.c


class SqlWatches:
    """The watches in the record's database. Each call may raise TryLater."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    def all(self, *, stopped: bool = False, counted: bool = True) -> list[Watch]:
        """Give the watches, the newest first; those that were stopped only where asked.

        What they met is counted only where that is asked: it takes longer the more they met.
        """
        query = select(watches) if stopped else select(watches).where(_row.stopped.is_(None))
        with transaction(self._reading) as db:
            rows = db.execute(query.order_by(_row.number.desc())).all()
            counts = _counts(db, [row.number for row in rows if counted])
        return [_watch(row, counts) for row in rows]

    def page(self, offset: int, limit: int | None) -> tuple[list[Watch], int]:
        """Give so many that last, the newest first, from there on; and how many there are."""
        query = select(watches).where(_row.stopped.is_(None)).order_by(_row.number.desc())
        with transaction(self._reading) as db:
            rows = db.execute(query.offset(offset).limit(limit)).all()
            counts = _counts(db, [row.number for row in rows])
            total = db.scalar(select(func.count()).where(_row.stopped.is_(None)))
        return [_watch(row, counts) for row in rows], total or 0

    def place(self, number: int) -> int | None:
        """Give how many that last are newer than this; None where it was stopped. Raises NotFound.

        That is its place in `page`.
        """
        newer = select(func.count()).where(_row.number > number, _row.stopped.is_(None))
        with transaction(self._reading) as db:
            it = db.execute(select(_row.stopped).where(_row.number == number)).one_or_none()
            if it is None:
                raise NotFound(f"There is no watch {number}.")
            return None if it.stopped else db.scalar(newer)

    def add(
        self,
        kind: WatchKind,
        subject: str,
        target: str,
        *,
        minutes: int,
        actor: str,
        now: datetime,
    ) -> Watch:
        """Begin to watch; the same for the same target is one watch, and is given as it is."""
        same = _row.kind == kind, _row.subject == subject, _row.target == target
        with transaction(self._engine) as db:
            wait_for_turn(db)
            kept = db.execute(select(watches).where(*same, _row.stopped.is_(None))).first()
            if kept is None:
                values = {
                    "number": next_number(db, watches),
                    "kind": kind,
                    "subject": subject,
                    "target": target,
                    "minutes": minutes,
                    "actor": actor,
                    "at": iso(now),
                    "attempts": 0,
                    "trouble": "",
                }
                db.execute(insert(watches).values(**values))
                newest = select(watches).where(_row.number == values["number"])
                kept = db.execute(newest).one()
            return _watch(kept, _counts(db, [kept.number]))

    def stop(self, number: int, now: datetime) -> None:
        """End a watch; what it had still to tell is dropped. Raises NotFound."""
        lasts = and_(_row.number == number, _row.stopped.is_(None))
        values = {"stopped": iso(now), "message": None, "body": None, "trouble": ""}
        with transaction(self._engine) as db:
            if not db.execute(update(watches).where(lasts).values(**values)).rowcount:
                raise NotFound(f"There is no watch {number} that lasts.")

    def unseen(self, limit: int) -> dict[str, int]:
        """Give submissions that no watch has looked at, in order, each with a mark for `saw`."""
        row = submissions.c
        query = select(row.key, row.unwatched).where(row.unwatched.is_not(None))
        with transaction(self._reading) as db:
            found = db.execute(query.order_by(row.key).limit(limit)).all()
        return {it.key: it.unwatched for it in found}

    def saw(
        self,
        marks: Mapping[str, int],
        hits: Iterable[tuple[int, str, str]],
        lost: Iterable[str] = (),
        now: datetime | None = None,
    ) -> None:
        """Keep what watches met (watch, finding, campaign or empty), and that they looked.

        Submissions that are `lost`, since none could look at them, wait for a person from `now`
        on. What was triaged anew meanwhile is looked at again.
        """
        unlooked = [waits(key, UNWATCHED, _LOST, now) for key in lost] if now else []
        rows = [
            {"watch": watch, "finding": finding, "campaign": campaign}
            for watch, finding, campaign in hits
        ]
        row = submissions.c
        with transaction(self._engine) as db:
            if rows:
                db.execute(insert_new(met).on_conflict_do_nothing(), rows)
            for key, mark in sorted(marks.items()):
                same = row.key == key, row.unwatched == mark
                db.execute(update(submissions).where(*same).values(unwatched=None))
            add_waiting(db, unlooked)

    def lost(self, limit: int) -> list[str]:
        """Give submissions at which no watch could look and that wait for a person, the first."""
        query = select(waiting.c.key).where(waiting.c.desk == UNWATCHED).order_by(waiting.c.key)
        with transaction(self._reading) as db:
            return list(db.scalars(query.limit(limit)))

    def form(self, identity: str, now: datetime) -> bool:
        """Make one message of all that a watch has to tell, where its time has come.

        False where there is none. `identity` names the message.
        """
        waits = select(met.c.watch).where(met.c.message.is_(None)).distinct()
        ready = and_(_row.stopped.is_(None), _row.message.is_(None), _row.number.in_(waits))
        pick = select(watches).where(ready, or_(_row.due.is_(None), _row.due <= iso(now)))
        with transaction(self._reading) as db:  # mostly there is none, and nobody is kept waiting
            if db.execute(pick.limit(1)).first() is None:
                return False
        with transaction(self._engine) as db:
            wait_for_turn(db)
            watch = db.execute(pick.order_by(_row.number).limit(1)).first()
            if watch is None:
                return False
            mine = and_(met.c.watch == watch.number, met.c.message.is_(None))
            found = db.execute(
                select(met.c.finding, met.c.campaign).where(mine).order_by(met.c.finding)
            ).all()
            message = _message(identity, watch, [(it.finding, it.campaign) for it in found], now)
            keys = [it.finding for it in found]
            # By name: what is met meanwhile is not in this message.
            for some in _chunks(keys):
                told = and_(met.c.watch == watch.number, met.c.finding.in_(some))
                db.execute(update(met).where(told).values(message=identity))
            body = msgspec.json.encode(message)
            values = {"message": identity, "body": body, "due": iso(now), "attempts": 0}
            db.execute(update(watches).where(_row.number == watch.number).values(**values))
            return True

    def due(self, now: datetime, limit: int = 100) -> list[tuple[str, Message]]:
        """Give messages whose time has come, each with its target, the longest due first."""
        owed = _row.message.is_not(None), _row.stopped.is_(None), _row.due <= iso(now)
        query = select(_row.target, _row.body).where(*owed).order_by(_row.due).limit(limit)
        with transaction(self._reading) as db:
            found = db.execute(query).all()
        return [(it.target, msgspec.json.decode(it.body, type=Message)) for it in found]

    def told(self, message: Message, now: datetime) -> None:
        """Note that a message was taken; the watch tells no more for its minutes."""
        mine = _row.message == message.id
        with transaction(self._engine) as db:
            minutes = db.scalar(select(_row.minutes).where(mine))
            if minutes is None:
                return
            values = {
                "told": iso(now),
                "due": iso(now + timedelta(minutes=minutes)),
                "message": None,
                "body": None,
                "attempts": 0,
                "trouble": "",
            }
            db.execute(update(watches).where(mine).values(**values))

    def failed(self, message: Message, trouble: str, now: datetime) -> None:
        """Note that a message was not taken, and why; it is tried again, later each time."""
        mine = _row.message == message.id
        with transaction(self._engine) as db:
            attempts = db.scalar(select(_row.attempts).where(mine))
            if attempts is None:
                return
            pause = min(FIRST_PAUSE * 2 ** min(attempts, 10), LONGEST_PAUSE)
            values = {
                "attempts": attempts + 1,
                "due": iso(now + pause),
                "trouble": trouble[:200],
            }
            db.execute(update(watches).where(mine).values(**values))


def _chunks(keys: Sequence[str], size: int = 500) -> Iterable[Sequence[str]]:
    return (keys[at : at + size] for at in range(0, len(keys), size))


def _message(
    identity: str,
    watch: Row[tuple[object, ...]],
    found: Sequence[tuple[str, str]],
    now: datetime,
) -> Message:
    counts: dict[str, int] = {}
    for _, campaign in found:
        if campaign:
            counts[campaign] = counts.get(campaign, 0) + 1
    ranked = sorted(counts.items(), key=lambda it: (-it[1], it[0]))
    return Message(
        id=identity,
        watch=watch.number,
        kind=watch.kind,
        at=now,
        findings=len(found),
        named=tuple(found[:NAMED]),
        campaigns=tuple(ranked[:NAMED]),
    )


def _counts(db: Connection, numbers: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Give, by watch, how many findings it met, and how many of them are in no taken message."""
    if not numbers:
        return {}
    on_its_way = and_(watches.c.message.is_not(None), met.c.message == watches.c.message)
    owed = func.sum(case((or_(met.c.message.is_(None), on_its_way), 1), else_=0))
    query = select(met.c.watch, func.count().label("met"), owed.label("owed"))
    query = query.join(watches, watches.c.number == met.c.watch).group_by(met.c.watch)
    query = query.where(met.c.watch.in_(numbers))
    return {row.watch: (row.met, int(row.owed or 0)) for row in db.execute(query)}


def _watch(row: Row[tuple[object, ...]], counts: Mapping[int, tuple[int, int]]) -> Watch:
    all_, owed = counts.get(row.number, (0, 0))
    return Watch(
        number=row.number,
        kind=row.kind,
        subject=row.subject,
        target=row.target,
        minutes=row.minutes,
        actor=row.actor,
        at=datetime.fromisoformat(row.at),
        stopped=_moment(row.stopped),
        told=_moment(row.told),
        met=all_,
        untold=owed if row.stopped is None else 0,
        attempts=row.attempts,
        trouble=row.trouble,
    )


def _moment(said: str | None) -> datetime | None:
    return None if said is None else datetime.fromisoformat(said)
