"""An account wherever it was named, and those that are one slip of the pen away from it."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, or_, select

from casefile.campaign import AccountPage
from casefile.indicator import KINDS
from triage.index.question import begins_with, is_account
from triage.index.rows import moment, storable
from triage.index.tables import findings, indicators

#: Shorter values differ by one character from too much.
LEAST_LENGTH = 6
_ACCOUNT_KINDS = sorted(name for name, kind in KINDS.items() if kind.account)


def account_page(connection: Connection, value: str) -> AccountPage:
    """Give the page of an account, by its canonical value or as written."""
    rows = connection.execute(
        select(
            indicators.c.kind,
            indicators.c.value,
            findings.c.key,
            findings.c.campaign,
            findings.c.received,
        )
        .join(findings, findings.c.number == indicators.c.number)
        .where(is_account(value))
        .order_by(findings.c.received.desc(), findings.c.key.desc())
    ).all()
    if not rows:
        return AccountPage(
            kind="",
            value=value,
            findings=(),
            campaigns=(),
            near_misses=_near_misses(connection, value),
            first_seen=None,
            last_seen=None,
        )
    meant = Counter((row.kind, row.value) for row in rows)
    kind, canonical = max(meant, key=lambda it: (meant[it], it))
    campaign_of = {row.key: row.campaign for row in rows}
    campaigns = Counter(campaign for campaign in campaign_of.values() if campaign)
    return AccountPage(
        kind=kind,
        value=canonical,
        findings=tuple(campaign_of),
        campaigns=tuple(sorted(campaigns.items(), key=lambda item: (-item[1], item[0]))),
        near_misses=_near_misses(connection, canonical),
        first_seen=moment(rows[-1].received),
        last_seen=moment(rows[0].received),
    )


def _near_misses(connection: Connection, value: str) -> tuple[str, ...]:
    """Give accounts one edit away: one half of such a pair is equal, so either half leads there."""
    typed = "".join(storable(value).split())
    if len(typed) < LEAST_LENGTH:
        return ()
    half = len(typed) // 2
    found: set[str] = set()
    for form in {typed, typed.casefold()}:
        statement = (
            select(indicators.c.value, indicators.c.folded)
            .where(
                indicators.c.kind.in_(_ACCOUNT_KINDS),
                or_(
                    begins_with(indicators.c.folded, form[:half]),
                    begins_with(indicators.c.backwards, form[: half - 1 : -1]),
                ),
            )
            .distinct()
        )
        found.update(
            near for near, folded in connection.execute(statement) if one_edit(form, folded)
        )
    return tuple(sorted(found))


def one_edit(one: str, other: str) -> bool:
    """Tell whether one character replaced, added or left out makes the one the other."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    at = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    rest, other_rest = one[at:], other[at:]
    return rest[1:] == other_rest[1:] or rest[1:] == other_rest or rest == other_rest[1:]
