"""Rows of findings: added with their submission, given in order."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from casefile.finding import Finding
from desk.schema import findings

PAGE = 200


def add_findings(db: Connection, found: Sequence[Finding]) -> None:
    """Keep what was found in submissions, which have none yet."""
    rows = [
        {
            "key": finding.key,
            "submission": finding.report.submission,
            "ordinal": _ordinal(finding),
            "body": msgspec.json.encode(finding),
        }
        for finding in found
    ]
    if rows:
        db.execute(insert(findings), rows)


def drop_findings(db: Connection, submissions: Sequence[str]) -> None:
    """Forget what was found in submissions that are triaged anew."""
    if submissions:
        db.execute(delete(findings).where(findings.c.submission.in_(submissions)))


def findings_of(db: Connection, submission: str) -> tuple[Finding, ...]:
    """Give what was found in a submission, in order."""
    query = select(findings.c.body).where(findings.c.submission == submission)
    return tuple(_finding(body) for body in db.scalars(query.order_by(findings.c.ordinal)))


def finding_at(db: Connection, key: str) -> Finding | None:
    """Give one finding, or None."""
    body = db.scalar(select(findings.c.body).where(findings.c.key == key))
    return None if body is None else _finding(body)


def findings_at(db: Connection, keys: Sequence[str]) -> list[tuple[bytes, Finding]]:
    """Give findings by their keys, in order, each as it lies there; unknown keys are left out."""
    query = select(findings.c.body).where(findings.c.key.in_(keys)).order_by(findings.c.key)
    return [(body, _finding(body)) for body in db.scalars(query)]


def replace_findings(db: Connection, revised: Sequence[tuple[bytes, Finding]]) -> int:
    """Put findings in the place of what lies there; what is another by now stays. Gives how many.

    Whoever put another one there meanwhile put it as people corrected it too.
    """
    changed = 0
    for body, new in revised:
        same = and_(findings.c.key == new.key, findings.c.body == body)
        done = update(findings).where(same).values(body=msgspec.json.encode(new))
        changed += db.execute(done).rowcount
    return changed


def findings_after(db: Connection, last: Finding | None) -> list[Finding]:
    """Give the next page in intake order; None begins."""
    query = select(findings.c.body).order_by(findings.c.submission, findings.c.ordinal)
    if last is not None:
        submission, ordinal = last.report.submission, _ordinal(last)
        same = and_(findings.c.submission == submission, findings.c.ordinal > ordinal)
        query = query.where(or_(findings.c.submission > submission, same))
    return [_finding(body) for body in db.scalars(query.limit(PAGE))]


def _ordinal(finding: Finding) -> int:
    return int(finding.key.rpartition("-")[2])


def _finding(body: bytes) -> Finding:
    return msgspec.json.decode(body, type=Finding)
