"""Rows of the ledger: how a choice becomes a decision, and a decision another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update

# SQLite took its ON CONFLICT from PostgreSQL; this insert is written for both.
from sqlalchemy.dialects.postgresql import insert

from casefile.errors import NotFound, Refused
from casefile.ports import Choice, Outcome
from casefile.reply import FINAL_STATES, Answer, Decision, Limits, State
from responders.ledger_tables import decision_of, row_of, stamp, table
from responders.limits import COUNTED_STATES, OPEN_STATES, may_move, over_limit

# Made once: to put a statement together takes longer than to have it carried out.
_MINE = table.c.submission == bindparam("of")
_FIND = select(table).where(_MINE)
_FIND_ALONE = _FIND.with_for_update()
_CHANGE = (
    update(table)
    .where(_MINE)
    .values(state=bindparam("state"), reason=bindparam("reason"), at=bindparam("at"))
)


def find(connection: Connection, submission: str, *, alone: bool = False) -> Decision | None:
    """Give a decision; `alone` keeps others from changing it until the transaction ends."""
    mine = _FIND_ALONE if alone else _FIND
    row = connection.execute(mine, {"of": submission}).first()
    return None if row is None else decision_of(row)


def decision_on(
    choice: Choice, recent: Sequence[Decision], unused: list[str], limits: Limits, now: datetime
) -> Decision:
    """Say what a choice comes to, for a reporter with these decisions; takes a reference."""
    state, reason = choice.state, choice.reason
    if choice.address is not None and (over := over_limit(choice.answer, recent, limits, now)):
        state, reason = "suppressed", over
    return Decision(
        submission=choice.submission,
        state=state,
        answer=choice.answer,
        reason=reason,
        reference=unused.pop() if state == "claimed" else "",
        at=now,
    )


def keep(
    connection: Connection, new: Sequence[Decision], reporters: Mapping[str, str]
) -> dict[str, Decision]:
    """Keep decisions where there are none, and give those that stood there already."""
    if not new:
        return {}
    rows = [row_of(it, reporters.get(it.submission)) for it in new]
    first = insert(table).on_conflict_do_nothing(index_elements=[table.c.submission])
    kept = set(connection.scalars(first.returning(table.c.submission), rows))
    stood = [it.submission for it in new if it.submission not in kept]
    return find_all(connection, stood) if stood else {}


def find_all(connection: Connection, submissions: Sequence[str]) -> dict[str, Decision]:
    """Give the decisions of these submissions, as far as they are decided."""
    rows = connection.execute(select(table).where(table.c.submission.in_(submissions)))
    return {it.submission: it for it in map(decision_of, rows)}


def move(connection: Connection, outcome: Outcome, now: datetime) -> Decision:
    """Change the state of a decision, as `casefile.ports.Ledger` says. Raises NotFound, Refused."""
    known = find(connection, outcome.submission, alone=True)
    if known is not None and known.state == outcome.state and known.state in FINAL_STATES:
        return known
    known = changeable(connection, outcome.submission, outcome.state)
    return change(connection, known, outcome.state, outcome.reason, now)


def changeable(connection: Connection, submission: str, state: State) -> Decision:
    """Give a decision that may go into a state, kept from others. Raises NotFound, Refused."""
    known = find(connection, submission, alone=True)
    if known is None:
        raise NotFound
    if not may_move(known.state, state):
        raise Refused(f"a decision cannot go from {known.state} to {state}")
    return known


def change(
    connection: Connection, known: Decision, state: State, reason: str, now: datetime
) -> Decision:
    """Write the new state of a decision that is `changeable`."""
    new = {"state": state, "reason": reason, "at": stamp(now)}
    connection.execute(_CHANGE, {"of": known.submission, **new})
    return replace(known, state=state, reason=reason, at=now)


def amend(connection: Connection, submission: str, answer: Answer) -> Decision:
    """Put another answer into what has not left; anything else stays. Raises NotFound."""
    known = find(connection, submission, alone=True)
    if known is None:
        raise NotFound
    if known.state not in OPEN_STATES:
        return known
    amended = replace(known, answer=answer)
    row = row_of(amended, None)
    new = {name: row[name] for name in ("main", "parts", "alert", "languages")}
    connection.execute(update(table).where(table.c.submission == submission).values(new))
    return amended


def rewrite(connection: Connection, decision: Decision, reporter: str) -> None:
    """Put a decision in the place of the one that is there and kept from others."""
    mine = update(table).where(table.c.submission == decision.submission)
    connection.execute(mine.values(row_of(decision, reporter)))


def recent_of(
    connection: Connection, reporters: set[str], limits: Limits, now: datetime
) -> dict[str | None, list[Decision]]:
    """Give what counts for each of these reporters, a list for each."""
    if not reporters:
        return {}
    since = now - timedelta(days=max(limits.same_kind_days, 1))
    rows = select(table).where(
        table.c.reporter.in_(reporters),
        table.c.at > stamp(since),
        table.c.state.in_(COUNTED_STATES),
    )
    found: dict[str | None, list[Decision]] = {it: [] for it in reporters}
    for row in connection.execute(rows):
        found[row.reporter].append(decision_of(row))
    return found
