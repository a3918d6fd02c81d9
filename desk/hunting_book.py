"""Keeps hunts, how far each has come and what it found, in the record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, Row, and_, func, insert, or_, select, update

from casefile.errors import NotFound, Refused
from casefile.watch import Hunt, Notation, Prey
from desk.engine import reading, transaction
from desk.schema import findings, iso, submissions
from desk.watch_tables import hunts, prey
from desk.watching_searches import next_number, wait_for_turn
from ingest.keys import first_key_at

#: Whoever hunts is taken for gone after so long without a word, and the next one goes on.
HELD = timedelta(seconds=60)
#: Submissions that are looked through between two words, where there is time for so many.
PAGE = 1000
_row = hunts.c
_OPEN = _row.state.in_(("waiting", "running"))


class SqlHunts:
    """The hunts in the record's database. Each call may raise TryLater."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    def all(self, offset: int = 0, limit: int | None = None) -> tuple[list[Hunt], int]:
        """Give them, the newest first, or so many from there on; and how many there are in all."""
        query = select(hunts).order_by(_row.number.desc()).offset(offset).limit(limit)
        with transaction(self._reading) as db:
            rows = db.execute(query).all()
            total = db.scalar(select(func.count()).select_from(hunts))
        return [_hunt(row) for row in rows], total or 0

    def one(self, number: int) -> Hunt:
        """Give one. Raises NotFound."""
        with transaction(self._reading) as db:
            return _found(db, number)

    def begin(
        self,
        pattern: str,
        notation: Notation,
        *,
        reason: str,
        actor: str,
        since: datetime | None,
        now: datetime,
    ) -> Hunt:
        """Keep a hunt through all that is triaged by now, or since then; somebody takes it up."""
        after = first_key_at(since) if since is not None else ""
        with transaction(self._engine) as db:
            wait_for_turn(db)
            last = db.scalar(select(func.max(submissions.c.key))) or ""
            within = and_(findings.c.submission > after, findings.c.submission <= last)
            number = next_number(db, hunts)
            values = {
                "number": number,
                "pattern": pattern,
                "notation": notation,
                "reason": reason,
                "actor": actor,
                "at": iso(now),
                "since": since and iso(since),
                "state": "waiting",
                "after": after,
                "last": last,
                "total": db.scalar(select(func.count()).select_from(findings).where(within)),
                "looked": 0,
                "found": 0,
                "unfinished": 0,
                "held_until": iso(now),
            }
            db.execute(insert(hunts).values(**values))
            return _found(db, number)

    def take(self, holder: str, now: datetime, number: int | None = None) -> Hunt | None:
        """Take up the oldest hunt that nobody is at, or that one; None where there is none."""
        free = or_(_row.holder.is_(None), _row.holder == holder, _row.held_until <= iso(now))
        pick = select(_row.number).where(_OPEN, free).order_by(_row.number).limit(1)
        if number is not None:
            pick = pick.where(_row.number == number)
        with transaction(self._reading) as db:  # mostly there is none, and nobody is kept waiting
            if db.scalar(pick) is None:
                return None
        with transaction(self._engine) as db:
            wait_for_turn(db)
            taken = db.scalar(pick)
            if taken is None:
                return None
            values = {"state": "running", "holder": holder, "held_until": iso(now + HELD)}
            db.execute(update(hunts).where(_row.number == taken).values(**values))
            return _found(db, taken)

    def page(self, number: int) -> list[str]:
        """Give the submissions that come next; empty where all were looked through."""
        key = submissions.c.key
        with transaction(self._reading) as db:
            place = db.execute(select(_row.after, _row.last).where(_row.number == number)).one()
            within = and_(key > place.after, key <= place.last)
            return list(db.scalars(select(key).where(within).order_by(key).limit(PAGE)))

    def keep(
        self,
        number: int,
        holder: str,
        after: str,
        found: Sequence[Prey],
        *,
        looked: int,
        unfinished: int,
        now: datetime,
    ) -> bool:
        """Keep how far it came and what it found, at once. False where it is not ours any more."""
        ours = and_(_row.number == number, _row.state == "running", _row.holder == holder)
        values = {
            "after": after,
            "looked": _row.looked + looked,
            "found": _row.found + len(found),
            "unfinished": _row.unfinished + unfinished,
            "held_until": iso(now + HELD),
        }
        with transaction(self._engine) as db:
            if not db.execute(update(hunts).where(ours).values(**values)).rowcount:
                return False
            if found:
                rows = [{"hunt": number, "finding": it.finding, "end": it.end} for it in found]
                db.execute(insert(prey), rows)
            return True

    def end(self, number: int, holder: str, now: datetime) -> None:
        """Note that all was looked through."""
        ours = and_(_row.number == number, _row.state == "running", _row.holder == holder)
        values = {"state": "done", "holder": None, "ended": iso(now)}
        with transaction(self._engine) as db:
            db.execute(update(hunts).where(ours).values(**values))

    def cancel(self, number: int, now: datetime) -> None:
        """End a hunt where it is; what it found stays. Raises NotFound, Refused where it ended."""
        values = {"state": "cancelled", "holder": None, "ended": iso(now)}
        with transaction(self._engine) as db:
            ended = update(hunts).where(_row.number == number, _OPEN).values(**values)
            if not db.execute(ended).rowcount:
                _found(db, number)
                raise Refused(f"Hunt {number} has ended.")

    def prey(self, number: int, offset: int = 0, limit: int = 50) -> list[Prey]:
        """Give what a hunt found, in intake order."""
        query = select(prey.c.finding, prey.c.end).where(prey.c.hunt == number)
        query = query.order_by(prey.c.finding).offset(offset).limit(limit)
        with transaction(self._reading) as db:
            return [Prey(finding=row.finding, end=row.end) for row in db.execute(query)]


def _found(db: Connection, number: int) -> Hunt:
    row = db.execute(select(hunts).where(_row.number == number)).one_or_none()
    if row is None:
        raise NotFound(f"There is no hunt {number}.")
    return _hunt(row)


def _hunt(row: Row[tuple[object, ...]]) -> Hunt:
    return Hunt(
        number=row.number,
        pattern=row.pattern,
        notation=row.notation,
        reason=row.reason,
        actor=row.actor,
        at=datetime.fromisoformat(row.at),
        since=None if row.since is None else datetime.fromisoformat(row.since),
        state=row.state,
        total=row.total,
        looked=row.looked,
        found=row.found,
        unfinished=row.unfinished,
        ended=None if row.ended is None else datetime.fromisoformat(row.ended),
    )
