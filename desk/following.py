"""A mail that answers a reply of ours, or quotes its reference: it joins the report it is about."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

# SQLite took its ON CONFLICT from PostgreSQL; this insert is written for both.
from sqlalchemy.dialects.postgresql import insert

from casefile.finding import Finding
from casefile.ports import Ledger
from casefile.reply import Decision
from casefile.report import Cover, Submission
from desk.schema import follow_ups
from responders.address import same_mailbox


def followed(ledger: Ledger, submission: Submission, cover: Cover) -> Decision | None:
    """Give the decision of the report that a mail follows; None where it follows none.

    Only the person whom we answered adds to their report: the same address, proven to be its own.
    What a stranger names is nobody's report, and is judged as any other mail.
    """
    sender = submission.envelope.sender
    proven = cover.authentication.passed and len(cover.authors) == 1 and sender != ""
    if not proven or not same_mailbox(cover.authors[0], sender):
        return None
    found = (ledger.theirs(named, sender) for named in cover.named)
    return next((it for it in found if it is not None and it.submission != submission.key), None)


def told_since(reference: str, findings: Iterable[Finding]) -> str:
    """Say for a person what a follow-up adds: our reference, and flags in words of our own."""
    flags = dict.fromkeys(flag for finding in findings for flag in finding.verdict.flags)
    return f"follows {reference}" + (f", says {', '.join(flags)}" if flags else "")


def note_follow_up(db: Connection, key: str, first: str) -> None:
    """Keep which report a mail joins; the first word stays."""
    new = insert(follow_ups).on_conflict_do_nothing(index_elements=[follow_ups.c.key])
    db.execute(new, {"key": key, "first": first})


def report_of(db: Connection, key: str) -> str | None:
    """Give the report that a mail joined."""
    return db.scalar(select(follow_ups.c.first).where(follow_ups.c.key == key))


def mails_of(db: Connection, first: str) -> list[str]:
    """Give the mails that joined a report, in intake order."""
    mine = select(follow_ups.c.key).where(follow_ups.c.first == first)
    return list(db.scalars(mine.order_by(follow_ups.c.key)))
