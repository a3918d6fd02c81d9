"""What closing a case does to the people's queue, and opening it again."""

from __future__ import annotations

from sqlalchemy import Connection, and_, delete, not_, select

from casefile.casework import Case
from casefile.finding import Finding
from casefile.reply import waits
from casefile.report import submission_of
from desk.casework_tables import cases
from desk.finding_rows import findings_of
from desk.people import raised
from desk.schema import submissions, waiting
from desk.waiting import add_waiting

#: A reply that may have left is settled by a person, and goes off the queue by nothing else.
_UNCERTAIN = and_(waiting.c.desk == "uncertain", waiting.c.reason.startswith("uncertain"))


def settle_queue(db: Connection, case: Case, *, was_closed: bool) -> None:
    """Take a mail off the queue once all of it is closed; put it back where it is opened again."""
    key, findings = _mail_of(db, case.subject)
    if not key:
        return
    if case.state == "closed":
        rest = {it.key for it in findings} - {case.subject}
        if rest <= _closed(db, rest):
            db.execute(delete(waiting).where(waiting.c.key == key, not_(_UNCERTAIN)))
    elif was_closed:
        rows = raised(key, findings, case.at)
        add_waiting(db, rows or [waits(key, "unanswered", "opened again by a person", case.at)])


def _mail_of(db: Connection, subject: str) -> tuple[str, tuple[Finding, ...]]:
    """Give the mail that a case is about and what was found in it; nothing for a campaign."""
    for key in (subject, submission_of(subject)):
        stage = db.scalar(select(submissions.c.stage).where(submissions.c.key == key))
        if stage is not None:
            return key, findings_of(db, key)
    return "", ()


def _closed(db: Connection, subjects: set[str]) -> set[str]:
    query = select(cases.c.subject).where(cases.c.subject.in_(subjects), cases.c.state == "closed")
    return set(db.scalars(query))
