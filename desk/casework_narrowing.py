"""Says which findings a search is narrowed to by how far people are with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice

from sqlalchemy import ColumnElement, Connection, and_, not_, or_, select, true

from casefile.casework import Case, CaseState
from casefile.query import MOST_CASES, ByCase
from desk.casework_merged import holding, trees
from desk.casework_rows import cases_named
from desk.casework_tables import cases

_CAMPAIGN = "C-"


def narrowing(
    db: Connection, state: CaseState | None, assigned: str, merged: Mapping[str, str]
) -> ByCase:
    """See `Casework.by_case`."""

    def means(case: Case) -> bool:
        if others:
            return case.state != "new"
        return state in {None, case.state} and assigned in {"", case.assigned}

    # Whatever nobody said anything of is new, so the record knows all that is not.
    others = state == "new" and not assigned
    meant = _said_otherwise() if others else _said(state, assigned)
    named, cut = _subjects(db, meant)
    its = frozenset(it for it in named if it.startswith(_CAMPAIGN))
    campaigns = _by_all_names(db, its, merged, means) if merged else its
    apart: list[str] = []
    if campaigns:
        apart, more = _subjects(db, and_(not_(meant), not_(cases.c.subject.startswith(_CAMPAIGN))))
        cut = cut or more
    return ByCase(
        findings=frozenset(named) - its,
        campaigns=campaigns,
        apart=frozenset(apart),
        others=others,
        cut=cut,
    )


def _by_all_names(
    db: Connection,
    campaigns: frozenset[str],
    merged: Mapping[str, str],
    means: Callable[[Case], bool],
) -> frozenset[str]:
    """Give the campaigns by each of their names: an index may still have a finding by the old."""
    named = trees(merged)
    several = frozenset(it for names in named.values() for it in names)
    known = cases_named(db, sorted(several))
    held = ((holding(known, names), names) for names in named.values())
    meant = (names for case, names in held if case is not None and means(case))
    return (campaigns - several).union(*meant)


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
