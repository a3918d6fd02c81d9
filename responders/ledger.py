"""Keeps who was answered when: one decision a submission, for ever."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import get_args

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    Index,
    MetaData,
    Row,
    String,
    Table,
    Text,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError

from casefile.errors import NotFound, Refused, SettingsError, TryLater
from casefile.ports import Claim
from casefile.reply import (
    FINAL_STATES,
    MAINS,
    PARTS,
    Answer,
    Decision,
    Limits,
    Main,
    State,
)
from responders.limits import COUNTED_STATES, OPEN_STATES, may_move, over_limit
from responders.reference import check_reference, new_reference

__all__ = ["SqlLedger", "check_reference", "metadata"]

metadata = MetaData()
_decisions = Table(
    "ledger_decisions",
    metadata,
    Column("submission", String(64), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("main", String(16)),
    # Parts and languages: words between blanks, in the order of the answer.
    Column("parts", String(64), nullable=False),
    Column("alert", Boolean, nullable=False),
    Column("languages", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("reference", String(32), unique=True),
    # HMAC-SHA-256, hexadecimal; null where nobody asked to be answered.
    Column("reporter", String(64)),
    # UTC, ISO 8601 of fixed width, so that it sorts as text in every database.
    Column("at", String(32), nullable=False),
    Index("ledger_decisions_by_reporter", "reporter", "at"),
)

_STATES: dict[str, State] = {state: state for state in get_args(State)}
_PAGE = 500
_SHORTEST_SECRET = 16


class SqlLedger:
    """The ledger in the record's database.

    `engine` begins a transaction IMMEDIATE unless the execution option `reading` is set, so that a
    claim reads and writes alone. `secret` keys the hashes of the reporters' addresses: with another
    secret the desk would not know whom it answered. `prefix` opens the references (`DP`).
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
            known = _find(connection, submission)
            if known is not None:
                return Claim(granted=known.state in OPEN_STATES, decision=known)
            reason = over_limit(answer, _recent(connection, reporter, limits, now), limits, now)
            decision = Decision(
                submission=submission,
                state="suppressed" if reason else "claimed",
                answer=answer,
                reason=reason,
                reference="" if reason else self._unused_reference(connection),
                at=now,
            )
            connection.execute(insert(_decisions).values(_row(decision, reporter)))
        return Claim(granted=not reason, decision=decision)

    def decline(
        self, submission: str, answer: Answer, state: State, reason: str, now: datetime
    ) -> Decision:
        """Note that a submission is not answered, and why. The first decision stays."""
        with _writing(self._engine) as connection:
            known = _find(connection, submission)
            if known is not None:
                return known
            decision = Decision(
                submission=submission,
                state=state,
                answer=answer,
                reason=reason,
                reference="",
                at=now,
            )
            connection.execute(insert(_decisions).values(_row(decision, None)))
        return decision

    def move(self, submission: str, state: State, reason: str, now: datetime) -> Decision:
        """Change the state of a decision; durable when it returns.

        Raises NotFound, and Refused where the change could answer somebody twice: into `sending`
        only from `claimed` or `deferred`, and out of a final state not at all, but for `uncertain`,
        which is settled. A final state moved to itself stays as it is.
        """
        with _writing(self._engine) as connection:
            known = _find(connection, submission)
            if known is None:
                raise NotFound
            if state == known.state and state in FINAL_STATES:
                return known
            if not may_move(known.state, state):
                raise Refused(f"a decision cannot go from {known.state} to {state}")
            connection.execute(
                update(_decisions)
                .where(_decisions.c.submission == submission)
                .values(state=state, reason=reason, at=_stamp(now))
            )
        return Decision(
            submission=submission,
            state=state,
            answer=known.answer,
            reason=reason,
            reference=known.reference,
            at=now,
        )

    def decision(self, submission: str) -> Decision | None:
        """Give the decision of a submission."""
        with _reading(self._reading) as connection:
            return _find(connection, submission)

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
            select(_decisions)
            .where(_decisions.c.submission > after)
            .order_by(_decisions.c.submission)
            .limit(_PAGE)
        )
        with _reading(self._reading) as connection:
            return [_decision(row) for row in connection.execute(rows)]

    def _hash(self, address: str) -> str:
        return hmac.new(self._secret, address.casefold().encode(), hashlib.sha256).hexdigest()

    def _unused_reference(self, connection: Connection) -> str:
        while True:
            reference = new_reference(self._prefix)
            taken = select(_decisions.c.submission).where(_decisions.c.reference == reference)
            if connection.execute(taken).first() is None:
                return reference


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    # Two writers of one submission meet at the primary key where the database lets them in at once.
    try:
        with engine.begin() as connection:
            yield connection
    except (OperationalError, IntegrityError) as error:
        raise TryLater("the record cannot be written now") from error


@contextmanager
def _reading(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.begin() as connection:
            yield connection
    except OperationalError as error:
        raise TryLater("the record cannot be read now") from error


def _find(connection: Connection, submission: str) -> Decision | None:
    row = connection.execute(
        select(_decisions).where(_decisions.c.submission == submission)
    ).first()
    return None if row is None else _decision(row)


def _recent(connection: Connection, reporter: str, limits: Limits, now: datetime) -> list[Decision]:
    since = now - timedelta(days=max(limits.same_kind_days, 1))
    rows = select(_decisions).where(
        _decisions.c.reporter == reporter,
        _decisions.c.at > _stamp(since),
        _decisions.c.state.in_(COUNTED_STATES),
    )
    return [_decision(row) for row in connection.execute(rows)]


def _row(decision: Decision, reporter: str | None) -> dict[str, str | bool | None]:
    return {
        "submission": decision.submission,
        "state": decision.state,
        "main": decision.answer.main,
        "parts": " ".join(decision.answer.parts),
        "alert": decision.answer.alert,
        "languages": " ".join(decision.answer.languages),
        "reason": decision.reason,
        "reference": decision.reference or None,
        "reporter": reporter,
        "at": _stamp(decision.at),
    }


def _decision(row: Row[tuple[object, ...]]) -> Decision:
    values = row._mapping  # noqa: SLF001 - the documented way to a row's columns by name
    return Decision(
        submission=values["submission"],
        state=_STATES[values["state"]],
        answer=Answer(
            main=_main(values["main"]),
            parts=tuple(part for part in PARTS if part in values["parts"].split()),
            alert=values["alert"],
            languages=tuple(values["languages"].split()),
        ),
        reason=values["reason"],
        reference=values["reference"] or "",
        at=datetime.fromisoformat(values["at"]),
    )


def _main(name: str | None) -> Main | None:
    return next((main for main in MAINS if main == name), None)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
