"""Counts beside a search in SQLite: which values the findings that match have, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection, distinct, func, select

from casefile.query import MOST_NAMED
from triage.index.pages import ranked
from triage.index.tables import findings, flags, indicators

Facets = tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
_COLUMNS = {
    "kind": findings.c.kind,
    "language": findings.c.language,
    "campaign": findings.c.campaign,
    "wording": findings.c.wording,
}
#: Of these there are few values, so all are given.
_WHOLE = ("kind", "flag", "language", "account-kind")


def counted(connection: Connection, where: ColumnElement[bool]) -> tuple[int, Facets]:
    """Give the number of findings that match, and the facets of `casefile.query.Page`."""
    number, counts = _of_findings(connection, where)
    counts["flag"] = _beside(connection, where, flags.c.flag, flags.c.number)
    counts["account-kind"] = _beside(
        connection, where, indicators.c.kind, indicators.c.number, indicators.c.account
    )
    named = [(name, ranked(counts[name])[:MOST_NAMED]) for name in ("campaign", "wording")]
    return number, (*((name, ranked(counts[name])) for name in _WHOLE), *named)


def _of_findings(
    connection: Connection, where: ColumnElement[bool]
) -> tuple[int, dict[str, Mapping[str, int]]]:
    """Read the findings once for all that stands with them."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in _COLUMNS}
    number = 0
    columns = tuple(_COLUMNS.values())
    statement = select(func.count(), *columns).where(where).group_by(*columns)
    for count, *values in connection.execute(statement):
        number += count
        for name, value in zip(_COLUMNS, values, strict=True):
            if value:
                counts[name][value] += count
    return number, {**counts}


def _beside(
    connection: Connection,
    where: ColumnElement[bool],
    value: ColumnElement[str],
    number: ColumnElement[int],
    *only: ColumnElement[bool],
) -> dict[str, int]:
    """Count what stands in a table of its own: findings, however often each has the value."""
    statement = (
        select(value, func.count(distinct(number)))
        .join(findings, findings.c.number == number)
        .where(where, *only)
        .group_by(value)
    )
    return dict(row for row in connection.execute(statement))
