"""Keeps who was answered when: one decision a submission, for ever."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, func, select, update

# SQLite took its ON CONFLICT from PostgreSQL; this insert is written for both.
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import (
    IntegrityError,
    OperationalError,
    TimeoutError,  # noqa: A004 - the pool's own
)

from casefile.errors import NotFound, Refused, SettingsError, TryLater
from casefile.ports import Claim
from casefile.reply import FINAL_STATES, Answer, Brake, Ceilings, Decision, Limits, State
from responders.ceilings import find_brake, held_back, in_all, put_on, take_off
from responders.ledger_tables import decision_of, metadata, row_of, stamp, table
from responders.limits import COUNTED_STATES, OPEN_STATES, may_move, over_limit
from responders.reference import check_reference, new_reference, tidy_reference

__all__ = ["SqlLedger", "check_reference", "metadata"]

_PAGE = 500
_SHORTEST_SECRET = 16
#: What a database that is busy or away raises (desk/engine.py opens it).
_BUSY = (OperationalError, TimeoutError)
#: The ledger's own number among the advisory locks of PostgreSQL.
_LOCKS = 0x4C45


class SqlLedger:
    """The ledger in the record's database.

    A claim reads and writes alone among those of its reporter: on SQLite because `engine` begins a
    transaction IMMEDIATE unless the execution option `reading` is set, on PostgreSQL by a lock that
    is named after the reporter's hash. A move reads and writes its row alone.

    `secret` keys the hashes of the reporters' addresses: with another secret the desk would not
    know whom it answered. `prefix` opens the references (`DP`).
    """

    def __init__(self, engine: Engine, *, secret: bytes, prefix: str) -> None:
        if len(secret) < _SHORTEST_SECRET:
            raise SettingsError(f"the ledger's secret must have {_SHORTEST_SECRET} bytes or more")
        self._engine = engine
        self._reading = engine.execution_options(reading=True)
        self._secret = secret
        self._prefix = prefix

    def claim(
        self, submission: str, address: str, answer: Answer, limits: Limits, now: datetime
    ) -> Claim:
        """Claim the right to answer, as `casefile.ports.Ledger` promises.

        Over a limit the submission is `suppressed` with the reason. Raises TryLater.
        """
        reporter = self._hash(address)
        with _writing(self._engine) as connection:
            _wait_for_turn(connection, reporter)
            known = _find(connection, submission)
            if known is not None:
                return _claim(known)
            reason = over_limit(answer, _recent(connection, reporter, limits, now), limits, now)
            decision = Decision(
                submission=submission,
                state="suppressed" if reason else "claimed",
                answer=answer,
                reason=reason,
                reference="" if reason else self._unused_reference(connection),
                at=now,
            )
            return _claim(_decide(connection, decision, reporter))

    def decline(
        self, submission: str, answer: Answer, state: State, reason: str, now: datetime
    ) -> Decision:
        """Note that a submission is not answered, and why. The first decision stays."""
        decision = Decision(
            submission=submission,
            state=state,
            answer=answer,
            reason=reason,
            reference="",
            at=now,
        )
        with _writing(self._engine) as connection:
            return _decide(connection, decision, None)

    def move(self, submission: str, state: State, reason: str, now: datetime) -> Decision:
        """Change the state of a decision; durable when it returns.

        Raises NotFound, and Refused where the change could answer somebody twice: into `sending`
        only from `claimed` or `deferred`, and out of a final state not at all, but for `uncertain`,
        which is settled. A final state moved to itself stays as it is.
        """
        with _writing(self._engine) as connection:
            known = _find(connection, submission, alone=True)
            if known is None:
                raise NotFound
            if state == known.state and state in FINAL_STATES:
                return known
            if not may_move(known.state, state):
                raise Refused(f"a decision cannot go from {known.state} to {state}")
            connection.execute(
                update(table)
                .where(table.c.submission == submission)
                .values(state=state, reason=reason, at=stamp(now))
            )
        return replace(known, state=state, reason=reason, at=now)

    def begin(self, submission: str, domain: str, ceilings: Ceilings, now: datetime) -> Decision:
        """Move into `sending` where there is room, as `casefile.ports.Ledger` promises."""
        key = None if domain in ceilings.shared_domains else self._hash(f"@{domain}")
        with _writing(self._engine) as connection:
            known = _find(connection, submission, alone=True)
            if known is None:
                raise NotFound
            if not may_move(known.state, "sending"):
                raise Refused(f"a decision cannot go from {known.state} to sending")
            reason = held_back(connection, known.answer, key, ceilings, now)
            state: State = "deferred" if reason else "sending"
            connection.execute(
                update(table)
                .where(table.c.submission == submission)
                .values(state=state, reason=reason, at=stamp(now))
            )
        return replace(known, state=state, reason=reason, at=now)

    def stop(self, reason: str, now: datetime) -> None:
        """Let no reply begin until `resume`."""
        with _writing(self._engine) as connection:
            put_on(connection, reason, now)

    def resume(self) -> None:
        """Let replies begin again."""
        with _writing(self._engine) as connection:
            take_off(connection)

    def stopped(self) -> Brake | None:
        """Tell whether and why replies are stopped."""
        with _reading(self._reading) as connection:
            return find_brake(connection)

    def begun(self, now: datetime) -> tuple[int, int, int]:
        """Give how many replies began to leave in this minute, the last hour and the last day."""
        with _reading(self._reading) as connection:
            return in_all(connection, now)

    def decision(self, submission: str) -> Decision | None:
        """Give the decision of a submission."""
        with _reading(self._reading) as connection:
            return _find(connection, submission)

    def by_reference(self, reference: str) -> Decision | None:
        """Give the decision that a reference stands for, however people write it."""
        mine = table.c.reference == tidy_reference(reference)
        with _reading(self._reading) as connection:
            row = connection.execute(select(table).where(mine)).first()
        return None if row is None else decision_of(row)

    def theirs(self, named: str, address: str) -> Decision | None:
        """Give the decision that a reporter names, where it was answered, and to this address."""
        mine = (table.c.submission == named) | (table.c.reference == tidy_reference(named))
        own = table.c.reference.is_not(None) & (table.c.reporter == self._hash(address))
        with _reading(self._reading) as connection:
            row = connection.execute(select(table).where(mine, own)).first()
        return None if row is None else decision_of(row)

    def decisions(self) -> Iterator[Decision]:
        """Give every decision, in intake order, a page at a time."""
        after = ""
        while True:
            page = self._page(after)
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].submission

    def _page(self, after: str) -> list[Decision]:
        rows = (
            select(table)
            .where(table.c.submission > after)
            .order_by(table.c.submission)
            .limit(_PAGE)
        )
        with _reading(self._reading) as connection:
            return [decision_of(row) for row in connection.execute(rows)]

    def _hash(self, address: str) -> str:
        spelt = address.casefold().encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, spelt, hashlib.sha256).hexdigest()

    def _unused_reference(self, connection: Connection) -> str:
        while True:
            reference = new_reference(self._prefix)
            taken = select(table.c.submission).where(table.c.reference == reference)
            if connection.execute(taken).first() is None:
                return reference


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    # The database's message may quote what was to be stored, so it goes no further. Two that drew
    # the same reference meet at its index; the next try draws another.
    try:
        with engine.begin() as connection:
            yield connection
    except (*_BUSY, IntegrityError):
        raise TryLater("the record cannot be written now") from None


@contextmanager
def _reading(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.begin() as connection:
            yield connection
    except _BUSY:
        raise TryLater("the record cannot be read now") from None


def _wait_for_turn(connection: Connection, reporter: str) -> None:
    """Let one claim of a reporter look at the limits at a time, until its transaction ends."""
    if connection.dialect.name == "postgresql":
        number = int(reporter[:8], 16) - 2**31  # the lock's second half is signed, 32 bits
        connection.execute(select(func.pg_advisory_xact_lock(_LOCKS, number)))


def _decide(connection: Connection, decision: Decision, reporter: str | None) -> Decision:
    """Keep a decision where there is none, and give the one that stands."""
    first = insert(table).on_conflict_do_nothing(index_elements=[table.c.submission])
    kept = first.values(row_of(decision, reporter)).returning(table.c.submission)
    if connection.scalar(kept) is not None:
        return decision
    known = _find(connection, decision.submission)
    if known is None:  # cannot be: nobody deletes decisions
        raise TryLater("the record cannot be read now")
    return known


def _claim(decision: Decision) -> Claim:
    return Claim(granted=decision.state in OPEN_STATES, decision=decision)


def _find(connection: Connection, submission: str, *, alone: bool = False) -> Decision | None:
    """Give a decision; `alone` keeps others from changing it until the transaction ends."""
    mine = select(table).where(table.c.submission == submission)
    row = connection.execute(mine.with_for_update() if alone else mine).first()
    return None if row is None else decision_of(row)


def _recent(connection: Connection, reporter: str, limits: Limits, now: datetime) -> list[Decision]:
    since = now - timedelta(days=max(limits.same_kind_days, 1))
    rows = select(table).where(
        table.c.reporter == reporter,
        table.c.at > stamp(since),
        table.c.state.in_(COUNTED_STATES),
    )
    return [decision_of(row) for row in connection.execute(rows)]
