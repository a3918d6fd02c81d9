"""Rows of submissions that are to be answered: read, proven and answered, several at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

import msgspec
from sqlalchemy import Connection, bindparam, case, select, update

from casefile.finding import Finding
from casefile.report import Authentication, Cover
from desk import telling
from desk.schema import findings, iso, submissions

_row = submissions.c
_CONTENT = select(_row.content_hash).where(_row.key == bindparam("of")).scalar_subquery()
# Made once: it is asked for every mail, and to put it together takes longer than to carry it out.
_COPIES = (
    select(_row.key)
    .where(
        _row.content_hash == _CONTENT,
        _row.received_at >= bindparam("since"),
        _row.key != bindparam("of"),
    )
    .order_by(_row.key)
)


def covers_of(db: Connection, keys: Sequence[str]) -> dict[str, Cover]:
    """Give what triage noted of the outer mails; who has no cover is left out."""
    rows = select(_row.key, _row.cover).where(_row.key.in_(keys), _row.cover.is_not(None))
    return {row.key: _cover(row.cover) for row in db.execute(rows)}


def findings_in(db: Connection, keys: Sequence[str]) -> dict[str, tuple[Finding, ...]]:
    """Give the findings of each submission, in order; empty where it has none."""
    column = findings.c
    query = select(column.submission, column.body).where(column.submission.in_(keys))
    rows = db.execute(query.order_by(column.submission, column.ordinal)).all()
    found: dict[str, tuple[Finding, ...]] = dict.fromkeys(keys, ())
    for key, own in groupby(rows, key=lambda row: str(row.submission)):
        found[key] = tuple(msgspec.json.decode(row.body, type=Finding) for row in own)
    return found


def copies_of(db: Connection, key: str, since: datetime) -> list[str]:
    """Give the other submissions since then with the same content, in intake order."""
    return list(db.scalars(_COPIES, {"of": key, "since": iso(since)}))


def settle(db: Connection, proofs: Mapping[str, Authentication]) -> dict[str, Cover]:
    """Keep who is proven where that is still open; give the covers as they stand then."""
    query = select(_row.key, _row.cover).where(_row.key.in_(proofs), _row.cover.is_not(None))
    rows = db.execute(query.order_by(_row.key).with_for_update(key_share=True)).all()
    covers = {row.key: _cover(row.cover) for row in rows}
    settled = {
        key: replace(cover, authentication=proofs[key])
        for key, cover in covers.items()
        if cover.authentication.temporary
    }
    if settled:
        new = [{"of": key, "now": msgspec.json.encode(it)} for key, it in settled.items()]
        mine = update(submissions).where(_row.key == bindparam("of"))
        db.execute(mine.values(cover=bindparam("now")), new)
    return covers | settled


def answered(db: Connection, keys: Sequence[str]) -> None:
    """Note that nothing is left to do by itself; what is set aside stays so."""
    stage = case((_row.stage == "set-aside", "set-aside"), else_="answered")
    some = select(_row.key).where(_row.key.in_(keys), _row.job == "answer")
    some = some.order_by(_row.key).with_for_update(key_share=True)
    done = update(submissions).where(_row.key.in_(some))
    db.execute(done.values(stage=stage, job=None, holder=None, **telling.OWED_AGAIN))


def _cover(body: bytes) -> Cover:
    return msgspec.json.decode(body, type=Cover)
