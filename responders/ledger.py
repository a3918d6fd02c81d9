"""Keeps who was answered when: one decision a submission, for ever."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import (
    IntegrityError,
    OperationalError,
    TimeoutError,  # noqa: A004 - the pool's own
)

from casefile.errors import NotFound, SettingsError, TryLater
from casefile.ports import Choice, Claim, Outcome
from casefile.reference import check_reference, new_reference, tidy_reference
from casefile.reply import Answer, Brake, Ceilings, Decision, Limits, State, Told
from responders.ceilings import find_brake, held_back, in_all, put_on, take_off
from responders.ledger_rows import (
    amend,
    change,
    changeable,
    decision_on,
    find,
    find_all,
    keep,
    move,
    recent_of,
    rewrite,
)
from responders.ledger_tables import decision_of, metadata, table
from responders.limits import COUNTED_STATES, OPEN_STATES, may_reconsider
from responders.tellers import note_tellers, told

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

    def decide(self, choices: Sequence[Choice], limits: Limits, now: datetime) -> list[Claim]:
        """Claim or decline each in turn, as `casefile.ports.Ledger` promises. Raises TryLater.

        Over a limit a submission is `suppressed` with the reason.
        """
        reporters = {
            it.submission: self._hash(it.address) for it in choices if it.address is not None
        }
        with _writing(self._engine) as connection:
            _wait_for_turn(connection, set(reporters.values()))
            decided = find_all(connection, [it.submission for it in choices])
            recent = recent_of(connection, set(reporters.values()), limits, now)
            unused = self._unused_references(connection, len(reporters))
            new: list[Decision] = []
            for choice in choices:
                if choice.submission in decided:
                    continue
                theirs = recent.get(reporters.get(choice.submission), [])
                decision = decision_on(choice, theirs, unused, limits, now)
                if decision.state in COUNTED_STATES:
                    theirs.append(decision)
                decided[choice.submission] = decision
                new.append(decision)
            decided |= keep(connection, new, reporters)
            note_tellers(connection, choices, reporters, now)
        return [_claim(decided[it.submission]) for it in choices]

    def claim(
        self, submission: str, address: str, answer: Answer, limits: Limits, now: datetime
    ) -> Claim:
        """Claim the right to answer, as `casefile.ports.Ledger` promises. Raises TryLater."""
        choice = Choice(submission=submission, answer=answer, address=address)
        return self.decide([choice], limits, now)[0]

    def reconsider(self, choice: Choice, limits: Limits, now: datetime) -> Claim:
        """Claim for a person what was not answered, as `casefile.ports.Ledger` promises."""
        reporter = self._hash(choice.address or "")
        with _writing(self._engine) as connection:
            _wait_for_turn(connection, {reporter})
            known = find(connection, choice.submission, alone=True)
            if known is None:
                raise NotFound
            if not may_reconsider(known):
                return _claim(known)
            theirs = recent_of(connection, {reporter}, limits, now)[reporter]
            unused = self._unused_references(connection, 1)
            decision = decision_on(choice, theirs, unused, limits, now)
            if decision.state != "claimed":
                return _claim(replace(known, reason=decision.reason))
            rewrite(connection, decision, reporter)
        return _claim(decision)

    def amend(self, submission: str, answer: Answer) -> Decision:
        """Put another answer into what has not left, as `casefile.ports.Ledger` promises."""
        with _writing(self._engine) as connection:
            return amend(connection, submission, answer)

    def decline(
        self, submission: str, answer: Answer, state: State, reason: str, now: datetime
    ) -> Decision:
        """Note that a submission is not answered, and why. The first decision stays."""
        choice = Choice(submission=submission, answer=answer, state=state, reason=reason)
        return self.decide([choice], Limits(), now)[0].decision

    def move(self, submission: str, state: State, reason: str, now: datetime) -> Decision:
        """Change the state of a decision; durable when it returns.

        Raises NotFound, and Refused where the change could answer somebody twice: into `sending`
        only from `claimed` or `deferred`, and out of a final state not at all, but for `uncertain`,
        which is settled. A final state moved to itself stays as it is.
        """
        outcome = Outcome(submission=submission, state=state, reason=reason)
        with _writing(self._engine) as connection:
            return move(connection, outcome, now)

    def begin(
        self,
        submission: str,
        domain: str,
        ceilings: Ceilings,
        now: datetime,
        *,
        before: Outcome | None = None,
    ) -> Decision:
        """Move into `sending` where there is room, as `casefile.ports.Ledger` promises."""
        key = None if domain in ceilings.shared_domains else self._hash(f"@{domain}")
        with _writing(self._engine) as connection:
            if before is not None:
                move(connection, before, now)
            known = changeable(connection, submission, "sending")
            reason = held_back(connection, known.answer, key, ceilings, now)
            state: State = "deferred" if reason else "sending"
            return change(connection, known, state, reason, now)

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
            return find(connection, submission)

    def known(self, submissions: Sequence[str]) -> dict[str, Decision]:
        """Give the decisions of these submissions, as far as they are decided."""
        with _reading(self._reading) as connection:
            return find_all(connection, submissions)

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

    def told(self, wording: str) -> Told | None:
        """Give how many addresses have told us of a wording; None where none has."""
        with _reading(self._reading) as connection:
            return told(connection, wording)

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

    def _unused_references(self, connection: Connection, count: int) -> list[str]:
        drawn: set[str] = set()
        while len(drawn) < count:
            drawn |= {new_reference(self._prefix) for _ in range(count - len(drawn))}
            taken = select(table.c.reference).where(table.c.reference.in_(drawn))
            drawn -= {str(it) for it in connection.scalars(taken)}
        return list(drawn)


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


def _wait_for_turn(connection: Connection, reporters: set[str]) -> None:
    """Let one claim of a reporter look at the limits at a time, until its transaction ends."""
    if connection.dialect.name == "postgresql":
        for reporter in sorted(reporters):  # in one order, so that no two wait for each other
            number = int(reporter[:8], 16) - 2**31  # the lock's second half is signed, 32 bits
            connection.execute(select(func.pg_advisory_xact_lock(_LOCKS, number)))


def _claim(decision: Decision) -> Claim:
    return Claim(granted=decision.state in OPEN_STATES, decision=decision)
