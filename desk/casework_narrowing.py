"""Says which findings a search is narrowed to by how far people are with them."""

from __future__ import annotations

from itertools import islice

from sqlalchemy import ColumnElement, Connection, and_, not_, or_, select, true

from casefile.casework import CaseState
from casefile.query import MOST_CASES, ByCase
from desk.casework_tables import cases

_CAMPAIGN = "C-"


def narrowing(db: Connection, state: CaseState | None, assigned: str) -> ByCase:
    """See `Casework.by_case`."""
    # Whatever nobody said anything of is new, so the record knows all that is not.
    others = state == "new" and not assigned
    meant = _said_otherwise() if others else _said(state, assigned)
    named, cut = _subjects(db, meant)
    campaigns = frozenset(it for it in named if it.startswith(_CAMPAIGN))
    apart: list[str] = []
    if campaigns:
        apart, more = _subjects(db, and_(not_(meant), not_(cases.c.subject.startswith(_CAMPAIGN))))
        cut = cut or more
    return ByCase(
        findings=frozenset(named) - campaigns,
        campaigns=campaigns,
        apart=frozenset(apart),
        others=others,
        cut=cut,
    )


def _said(state: CaseState | None, assigned: str) -> ColumnElement[bool]:
    of_state = cases.c.state == state if state else true()
    return and_(of_state, cases.c.assigned == assigned if assigned else true())


def _said_otherwise() -> ColumnElement[bool]:
    """Mean what is being worked or closed; each by its name, as an index finds it."""
    return or_(cases.c.state == "being-worked", cases.c.state == "closed")


def _subjects(db: Connection, which: ColumnElement[bool]) -> tuple[list[str], bool]:
    """Give the subjects of the cases that were changed last, and whether there are more."""
    query = select(cases.c.subject).where(which).order_by(cases.c.at.desc(), cases.c.subject)
    found = iter(db.scalars(query.limit(MOST_CASES + 1)))
    taken = list(islice(found, MOST_CASES))
    return taken, next(found, None) is not None
