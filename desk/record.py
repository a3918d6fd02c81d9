"""The record on SQL: the stages of each submission and its findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    case,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError

from casefile.errors import NotFound, TryLater
from casefile.finding import Finding
from casefile.ports import Job, Lease, Triaged
from casefile.reply import Waiting, waits
from casefile.report import Authentication, Cover
from desk.contents import note_content
from desk.engine import reading
from desk.finding_rows import add_findings, finding_at, findings_after, findings_of
from desk.holders import heard, lock_for_telling, note_beat, release_silent, take_turn
from desk.schema import index_told, iso, submissions
from desk.waiting import add_waiting, read_waiting, take_off


class SqlRecord:
    """The record in one SQL database (casefile.ports.Record)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    def receive(self, keys: Iterable[str], now: datetime) -> int:
        """See the port."""
        wanted = list(keys)
        if not wanted:
            return 0
        with self._engine.begin() as db:
            return self._receive(db, wanted, now)

    @staticmethod
    def _receive(db: Connection, keys: Sequence[str], now: datetime) -> int:
        known = set(db.scalars(select(submissions.c.key).where(submissions.c.key.in_(keys))))
        rows = [
            {
                "key": key,
                "received_at": iso(now),
                "stage": "received",
                "job": "triage",
                "due": iso(now),
                "attempts": 0,
                "indexed": True,
            }
            for key in dict.fromkeys(keys)
            if key not in known
        ]
        if rows:
            db.execute(insert(submissions), rows)
        return len(rows)

    def due(self, job: Job, now: datetime, limit: int) -> list[str]:
        """See the port."""
        query = (
            select(submissions.c.key)
            .where(_free(job, now))
            .order_by(submissions.c.key)
            .limit(limit)
        )
        with self._reading.begin() as db:
            return list(db.scalars(query))

    def take(self, job: Job, keys: Sequence[str], holder: str, now: datetime) -> list[Lease]:
        """See the port."""
        with self._engine.begin() as db:
            if job == "triage":
                self._receive(db, keys, now)
            fresh = [] if len(keys) == 1 else [submissions.c.attempts == 0]
            taken = db.execute(
                update(submissions)
                .where(submissions.c.key.in_(keys), _free(job, now), *fresh)
                .values(holder=holder, attempts=submissions.c.attempts + 1)
                .returning(submissions.c.key, submissions.c.attempts)
            )
            return sorted(
                (Lease(key=row.key, attempt=row.attempts) for row in taken), key=lambda it: it.key
            )

    def release(self, holder: str | None) -> int:
        """See the port."""
        held = submissions.c.holder
        if holder is None:
            freed = update(submissions).where(held.is_not(None))
            freed = freed.values(holder=None, attempts=submissions.c.attempts - 1)
        else:
            freed = update(submissions).where(held == holder).values(holder=None)
        with self._engine.begin() as db:
            return db.execute(freed).rowcount

    def put_off(self, job: Job, key: str, until: datetime, *, counts: bool) -> None:
        """See the port."""
        with self._engine.begin() as db:
            db.execute(
                update(submissions)
                .where(submissions.c.key == key, submissions.c.job == job)
                .values(
                    holder=None,
                    due=iso(until),
                    attempts=submissions.c.attempts - (0 if counts else 1),
                )
            )

    def triaged(self, results: Sequence[Triaged], now: datetime) -> None:
        """See the port."""
        with self._engine.begin() as db:
            for result in results:
                changed = db.execute(
                    update(submissions)
                    .where(submissions.c.key == result.key, submissions.c.job == "triage")
                    .values(
                        stage="triaged",
                        job="answer",
                        holder=None,
                        due=iso(now),
                        attempts=0,
                        indexed=False,
                        **_kept(result),
                    )
                ).rowcount
                if changed:
                    add_findings(db, result.key, result.findings)
                    add_waiting(db, result.waiting)

    def set_aside(self, key: str, reason: str, now: datetime, done: Triaged | None = None) -> None:
        """See the port."""
        values: dict[str, object] = {"stage": "set-aside", "job": None, "holder": None}
        if done is not None:
            values |= {"job": "answer", "due": iso(now), "attempts": 0, **_kept(done)}
        with self._engine.begin() as db:
            self._receive(db, [key], now)
            db.execute(update(submissions).where(submissions.c.key == key).values(**values))
            add_waiting(db, [waits(key, "set-aside", reason, now)])

    def aside(self) -> list[Waiting]:
        """See the port."""
        with self._reading.begin() as db:
            return read_waiting(db, desk="set-aside")

    def retry(self, key: str, now: datetime) -> None:
        """See the port."""
        row = and_(submissions.c.key == key, submissions.c.stage == "set-aside")
        values = {"stage": "received", "job": "triage", "holder": None, "attempts": 0}
        with self._engine.begin() as db:
            if not db.execute(
                update(submissions).where(row).values(due=iso(now), **values)
            ).rowcount:
                raise NotFound(f"{key} is not set aside.")
            take_off(db, key, "set-aside")

    def answered(self, key: str, waiting: Sequence[Waiting]) -> None:
        """See the port."""
        aside = submissions.c.stage == "set-aside"
        with self._engine.begin() as db:
            db.execute(
                update(submissions)
                .where(submissions.c.key == key, submissions.c.job == "answer")
                .values(stage=case((aside, "set-aside"), else_="answered"), job=None, holder=None)
            )
            add_waiting(db, waiting)

    def unindexed(self, limit: int) -> list[str]:
        """See the port."""
        query = select(submissions.c.key).where(submissions.c.indexed.is_(False))
        with self._reading.begin() as db:
            return list(db.scalars(query.order_by(submissions.c.key).limit(limit)))

    def indexed(self, keys: Sequence[str]) -> None:
        """See the port."""
        with self._engine.begin() as db:
            db.execute(update(submissions).where(submissions.c.key.in_(keys)).values(indexed=True))

    def unindex(self) -> int:
        """See the port."""
        with self._engine.begin() as db:
            return _owe_everything(db)

    def copy_of(self, sha256: str) -> str | None:
        """See the port."""
        query = select(submissions.c.key).where(submissions.c.sha256 == sha256)
        with self._reading.begin() as db:
            return db.scalar(query.order_by(submissions.c.key).limit(1))

    def stage(self, key: str) -> str | None:
        """See the port."""
        with self._reading.begin() as db:
            return db.scalar(select(submissions.c.stage).where(submissions.c.key == key))

    def cover(self, key: str) -> Cover:
        """See the port."""
        with self._reading.begin() as db:
            body = db.scalar(select(submissions.c.cover).where(submissions.c.key == key))
        if body is None:
            raise NotFound(f"No cover is kept for {key}.")
        return msgspec.json.decode(body, type=Cover)

    def settle_authentication(self, key: str, authentication: Authentication) -> Cover:
        """See the port."""
        with self._engine.begin() as db:
            row = submissions.c.key == key
            body = db.scalar(select(submissions.c.cover).where(row).with_for_update())
            if body is None:
                raise NotFound(f"No cover is kept for {key}.")
            kept = msgspec.json.decode(body, type=Cover)
            if kept.authentication.temporary:
                kept = replace(kept, authentication=authentication)
                db.execute(update(submissions).where(row).values(cover=msgspec.json.encode(kept)))
        return kept

    def originals(self, contents: Mapping[str, str], within: timedelta) -> dict[str, str]:
        """See the port."""
        try:
            with self._engine.begin() as db:
                found = {
                    key: note_content(db, key, content, within)
                    for key, content in sorted(contents.items())
                }
        except (IntegrityError, OperationalError) as error:
            raise TryLater("the record cannot be written now") from error
        return {key: first for key, first in found.items() if first is not None}

    def copies(self, key: str, since: datetime) -> list[str]:
        """See the port."""
        own = select(submissions.c.content_hash).where(submissions.c.key == key)
        query = select(submissions.c.key).where(
            submissions.c.content_hash == own.scalar_subquery(),
            submissions.c.received_at >= iso(since),
            submissions.c.key != key,
        )
        with self._reading.begin() as db:
            return list(db.scalars(query.order_by(submissions.c.key)))

    def findings_of(self, key: str) -> tuple[Finding, ...]:
        """See the port."""
        with self._reading.begin() as db:
            return findings_of(db, key)

    def finding(self, key: str) -> Finding:
        """See the port."""
        with self._reading.begin() as db:
            found = finding_at(db, key)
        if found is None:
            raise NotFound(f"There is no finding {key}.")
        return found

    def findings(self) -> Iterator[Finding]:
        """See the port."""
        page: Sequence[Finding] = ()
        while True:  # pages, so that a long walk holds no transaction open
            with self._reading.begin() as db:
                page = findings_after(db, page[-1] if page else None)
            if not page:
                return
            yield from page

    def counts(self) -> dict[str, int]:
        """See the port."""
        query = select(submissions.c.stage, func.count().label("count")).group_by(
            submissions.c.stage
        )
        with self._reading.begin() as db:
            return {stage: count for stage, count in db.execute(query).all()}  # noqa: C416 - rows

    def waiting(self) -> list[Waiting]:
        """See the port."""
        with self._reading.begin() as db:
            return read_waiting(db)

    def beat(self, holder: str, now: datetime) -> None:
        """See the port."""
        with self._engine.begin() as db:
            note_beat(db, holder, now)

    def release_silent(self, since: datetime) -> int:
        """See the port."""
        with self._engine.begin() as db:
            return release_silent(db, since)

    def heard(self) -> dict[str, datetime]:
        """See the port."""
        with self._reading.begin() as db:
            return heard(db)

    def turn(self, what: str, holder: str, now: datetime, until: datetime) -> bool:
        """See the port."""
        with self._engine.begin() as db:
            return take_turn(db, what, holder, now, until)

    def told(self, identity: str) -> bool:
        """See the port."""
        with self._reading.begin() as db:  # nearly always nothing changed, and nobody is kept
            if db.scalar(select(index_told.c.identity)) == identity:
                return True
        with self._engine.begin() as db:
            lock_for_telling(db)
            before = db.scalar(select(index_told.c.identity))
            if before == identity:
                return True
            db.execute(delete(index_told))
            db.execute(insert(index_told).values(identity=identity))
            _owe_everything(db)
            return False


def _owe_everything(db: Connection) -> int:
    triaged = submissions.c.cover.is_not(None)
    return db.execute(update(submissions).where(triaged).values(indexed=False)).rowcount


def _kept(result: Triaged) -> dict[str, object]:
    return {
        "sha256": result.sha256,
        "content_hash": result.cover.content_hash,
        "cover": msgspec.json.encode(result.cover),
    }


def _free(job: Job, now: datetime) -> ColumnElement[bool]:
    row = submissions.c
    return and_(row.job == job, row.holder.is_(None), row.due <= iso(now))
