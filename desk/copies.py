"""A mail that comes again, since its sender did not hear our 250: known, shown, counted once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from casefile.finding import Finding
from casefile.ports import Ledger, Record, Triaged
from casefile.reply import ANSWERED_STATES, Limits
from casefile.report import Submission, finding_key, submission_of


def counted(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Give the findings without those of copies, which stand in no index and no statistics."""
    return (it for it in findings if it.copy_of is None)


def originals(record: Record, triaged: Sequence[Triaged], limits: Limits) -> dict[str, str]:
    """Give, for each submission that is a copy, the one that came first. Raises TryLater.

    What could not be read is nothing that a copy which could be may hide behind.
    """
    contents = {it.key: it.cover.content_hash for it in triaged}
    found = record.originals(contents, timedelta(days=limits.duplicate_days))
    readable = {it.key for it in triaged if it.findings}
    return {
        key: first
        for key, first in found.items()
        if key not in readable or record.stage(first) != "set-aside"
    }


def as_copy(done: Triaged, original: str) -> Triaged:
    """Give the outcome of a triage as that of a copy."""
    findings = (
        replace(finding, copy_of=finding_key(original, ordinal))
        for ordinal, finding in enumerate(done.findings, 1)
    )
    return replace(done, findings=tuple(findings))


def to_place(finding: Finding) -> Finding:
    """Give what the register is asked to place: for a copy the finding that it repeats.

    Whichever comes first opens the place, and the register counts it once.
    """
    if finding.copy_of is None:
        return finding
    return replace(finding, report=replace(finding.report, key=finding.copy_of))


def original_of(
    record: Record, key: str, findings: Sequence[Finding], limits: Limits
) -> str | None:
    """Give the submission that a triaged one is a copy of. Raises TryLater."""
    if findings:
        first = findings[0].copy_of
        return submission_of(first) if first is not None else None
    contents = {key: record.cover(key).content_hash}
    return record.originals(contents, timedelta(days=limits.duplicate_days)).get(key)


def is_undecided(record: Record, ledger: Ledger, key: str) -> bool:
    """Tell whether it is still open if a submission is answered, and will be known."""
    return ledger.decision(key) is None and record.stage(key) in {"received", "triaged"}


def answered_copy(
    record: Record, ledger: Ledger, submission: Submission, limits: Limits
) -> str | None:
    """Give a copy of this mail that was answered; one that was refused is in nobody's way."""
    since = submission.envelope.received_at - timedelta(days=limits.duplicate_days)
    for copy in record.copies(submission.key, since):
        decision = ledger.decision(copy)
        if decision is not None and decision.state in ANSWERED_STATES:
            return copy
    return None
