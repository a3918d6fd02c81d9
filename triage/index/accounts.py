"""An account wherever it was named, and those that are one slip of the pen away from it."""

from __future__ import annotations

import json
from collections import Counter

from sqlalchemy import Connection

from casefile.campaign import MOST_MEMBERS, AccountPage
from casefile.indicator import KINDS
from triage.index.matching import LAST, Matching
from triage.index.order import Order
from triage.index.question import looked_for
from triage.index.rows import moment

#: Shorter values differ by one character from too much.
LEAST_LENGTH = 6
_ACCOUNT_KINDS = json.dumps(sorted(name for name, kind in KINDS.items() if kind.account))
_MEANT = """
    SELECT kind, value, (SELECT count(*) FROM index_named AS n WHERE n.value = v.id)
    FROM index_value AS v WHERE folded IN (:a, :b) OR written IN (:a, :b)
"""
_NEAR = """
    SELECT DISTINCT value, folded FROM index_value AS v
    WHERE {0} >= ? AND {0} < ? AND kind IN (SELECT value FROM json_each(?))
    AND length(folded) BETWEEN ? AND ?
    AND EXISTS (SELECT 1 FROM index_named AS n WHERE n.value = v.id)
"""
_KEYS = """
    SELECT key, received FROM index_finding WHERE number IN (SELECT value FROM json_each(?))
    ORDER BY received DESC, key DESC
"""


def account_page(matching: Matching, value: str) -> AccountPage:
    """Give the page of an account, by its canonical value or as written."""
    connection, standing = matching.connection, matching.standing
    hits = matching.naming(value) & standing.all
    if not hits:
        return AccountPage(
            kind="",
            value=value,
            findings=(),
            campaigns=(),
            near_misses=_near_misses(connection, value),
            first_seen=None,
            last_seen=None,
        )
    kind, canonical = _meant(connection, value)
    order = Order(connection=connection, standing=standing)
    rows = _rows(connection, order.page(hits, 0, MOST_MEMBERS))
    first = rows[-1]
    if len(hits) > len(rows):
        oldest = Order(connection=connection, standing=standing, oldest_first=True)
        (first,) = _rows(connection, oldest.page(hits, 0, 1))
    campaigns = standing.counts("campaign", hits)
    return AccountPage(
        kind=kind,
        value=canonical,
        findings=tuple(key for key, _ in rows),
        campaigns=tuple(sorted(campaigns.items(), key=lambda item: (-item[1], item[0]))),
        near_misses=_near_misses(connection, canonical),
        first_seen=moment(first[1]),
        last_seen=moment(rows[0][1]),
    )


def _rows(connection: Connection, numbers: list[int]) -> list[tuple[str, int]]:
    listed = (json.dumps(numbers),)
    return [(row[0], row[1]) for row in connection.exec_driver_sql(_KEYS, listed).all()]


def _meant(connection: Connection, value: str) -> tuple[str, str]:
    """Give kind and canonical value of what most findings mean by it."""
    one, other = (*looked_for(value), *looked_for(value))[:2]
    meant: Counter[tuple[str, str]] = Counter()
    for kind, canonical, count in connection.exec_driver_sql(_MEANT, {"a": one, "b": other}):
        meant[kind, canonical] += count
    return max(meant, key=lambda it: (meant[it], it))


def _near_misses(connection: Connection, value: str) -> tuple[str, ...]:
    """Give accounts one edit away: one half of such a pair is equal, so either half leads there.

    But for two characters that changed places across the middle: so these are changed back as well.
    """
    forms = looked_for(value)
    if len(forms[0]) < LEAST_LENGTH:
        return ()
    half = len(forms[0]) // 2
    found: set[str] = set()
    for form in forms:
        lengths = len(form) - 1, len(form) + 1
        for column, beginning in (
            ("folded", form[:half]),
            ("backwards", form[: half - 1 : -1]),
            ("folded", exchanged(form, half)[:half]),
        ):
            asked = (beginning, beginning + LAST, _ACCOUNT_KINDS, *lengths)
            rows = connection.exec_driver_sql(_NEAR.format(column), asked)
            found.update(near for near, folded in rows if one_edit(form, folded))
    return tuple(sorted(found))


def exchanged(form: str, half: int) -> str:
    """Give a value with the two characters exchanged between which it is halved."""
    return form[: half - 1] + form[half - 1 : half + 1][::-1] + form[half + 1 :]


def one_edit(one: str, other: str) -> bool:
    """Tell whether one makes the other by one character or by two neighbours that changed places.

    The character is replaced, added or left out (the restricted distance of Damerau 1964 is one).
    """
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    at = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    rest, other_rest = one[at:], other[at:]
    if rest[1:] == other_rest[1:] or rest[1:] == other_rest or rest == other_rest[1:]:
        return True
    return rest[1::-1] == other_rest[:2] and rest[2:] == other_rest[2:]
