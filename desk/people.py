"""What of a submission is for a person: who is paged, and what waits in their queue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from casefile.finding import Finding
from casefile.reply import Decision, Waiting, waits
from desk.copies import counted
from desk.following import told_since

_HARM = frozenset({"paid", "images-shared", "contact-continues"})


def dangers(finding: Finding) -> list[str]:
    """Name what makes a finding one for a person at once."""
    verdict = finding.verdict
    named = [verdict.kind] if verdict.kind == "physical-threat" else []
    return named + [flag for flag in verdict.flags if flag in {"under-18", "distress"}]


def harms(finding: Finding) -> list[str]:
    """Name what has been done to somebody already: they are recorded, or have paid.

    They are answered like others, and nobody is woken for it; but a person must look into it.
    """
    verdict = finding.verdict
    named = [verdict.kind] if verdict.kind == "recorded-chat" else []
    return named + [flag for flag in verdict.flags if flag in _HARM]


def causes_of(findings: Iterable[Finding]) -> str:
    """Give the dangers of all findings in one line; empty where there is none."""
    return ", ".join(sorted({cause for finding in findings for cause in dangers(finding)}))


def raised(key: str, findings: Sequence[Finding], now: datetime) -> tuple[Waiting, ...]:
    """Say what waits for a person as soon as it is read; a copy waits with the mail it repeats."""
    own = list(counted(findings))
    done = ", ".join(sorted({harm for finding in own for harm in harms(finding)}))
    at = {"danger": causes_of(own), "harm": done}
    return tuple(waits(key, desk, causes, now) for desk, causes in at.items() if causes)


def left_over(
    decision: Decision,
    findings: Sequence[Finding],
    now: datetime,
    *,
    copy: bool = False,
    follows: Decision | None = None,
) -> list[Waiting]:
    """Say what of a settled submission still waits for a person.

    A copy waits with the mail it repeats, but for what became of a reply of its own. What a later
    mail says of danger raises the report that it follows, too.
    """
    key = decision.submission
    if decision.state == "imported":
        return []
    left = []
    if decision.state == "suppressed" and not copy:
        more = f"; {told_since(follows.reference, findings)}" if follows else ""
        left.append(waits(key, "unanswered", f"not answered: {decision.reason}{more}", now))
    if follows and not copy and (causes := causes_of(findings)):
        left.append(waits(follows.submission, "danger", f"a later mail says: {causes}", now))
    if decision.state in {"uncertain", "failed"}:
        left.append(waits(key, "uncertain", f"{decision.state}: {decision.reason}", now))
    if not copy and any(finding.verdict.kind == "unclear" for finding in findings):
        left.append(waits(key, "unclear", "the machine does not know what this is", now))
    return left
