"""The JSON shapes that others read: one function a noun. Keep names and shapes; add freely."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from casefile.campaign import AccountPage, Campaign, CampaignSummary
from casefile.finding import Finding
from casefile.indicator import Indicator, Spot
from casefile.reply import Answer, Decision, Waiting
from casefile.sending import UNTOLD, Sending
from responders.decide import answer_for

Shape = dict[str, Any]


def inspected(
    source: str, finding: Finding, defects: tuple[str, ...] = (), *, says_bluff: bool = False
) -> Shape:
    """Give what `desk inspect --json` prints of one reported message.

    With `says_bluff` the force lets a sure bluff be answered with the text that calls it one.
    """
    report, reported = finding.report, finding.report.reported
    return {
        "source": source,
        "unwrap": {
            "how": report.unwrapping.how,
            "client": report.unwrapping.client,
            "language": report.unwrapping.language,
            "depth": report.unwrapping.depth,
            "chain": [
                {
                    "grade": layer.grade,
                    "from": layer.sender,
                    "to": layer.to,
                    "subject": layer.subject,
                    "date": layer.date,
                    "message_id": layer.message_id,
                    "place": layer.place,
                }
                for layer in report.unwrapping.chain
            ],
        },
        "reporter": {
            "address": report.reporter.address,
            "note": report.reporter.note,
            "subject": report.reporter.subject,
            "below": report.reporter.below,
        },
        "reported": {
            "from": reported.sender,
            "reply_to": reported.reply_to,
            "to": reported.to,
            "subject": reported.subject,
            "date": reported.date,
            "date_as_written": reported.date_as_written,
            "message_id": reported.message_id,
            "text": finding.text,
        },
        "sending": sending(finding.sending),
        "accounts": [account(it) for it in finding.accounts],
        "contacts": [{"kind": it.kind, "value": it.value} for it in finding.contacts],
        "demand": demand(finding),
        "secrets": finding.secrets,
        "own": list(finding.own),
        "language": finding.language,
        "verdict": verdict(finding),
        "wording": finding.placement.wording,
        "version": finding.placement.version,
        "reply": answer(answer_for([finding], bluff_proven=says_bluff)),
        "defects": list(dict.fromkeys((*defects, *finding.defects))),
    }


def unreadable(source: str, error: str) -> Shape:
    """Give the same shape for an input that could not be read at all."""
    return {
        "source": source,
        "unwrap": {"how": "none", "client": "", "language": "", "depth": 0, "chain": []},
        "reporter": {"address": "", "note": ""},
        "reported": dict.fromkeys(
            (
                "from",
                "reply_to",
                "to",
                "subject",
                "date",
                "date_as_written",
                "message_id",
                "text",
            ),
            "",
        ),
        "sending": sending(UNTOLD),
        "accounts": [],
        "contacts": [],
        "demand": {"amounts": [], "deadline_hours": None, "claims": []},
        "secrets": 0,
        "own": [],
        "language": "",
        "verdict": {"kind": "unclear", "confidence": 0.0, "flags": [], "reasons": []},
        "wording": None,
        "version": None,
        "reply": {"kind": None, "parts": [], "alert": False},
        "defects": [error],
    }


def sending(way: Sending) -> Shape:
    """Give by which way a reported mail was sent; `handed_over` is null where nobody knows."""
    return {
        "received": [
            {"helo": it.helo, "name": it.name, "address": it.address, "by": it.by}
            for it in way.passages
        ],
        "handed_over": way.handed_over if way.seen else None,
        "sender_domain": way.sender_domain,
        "return_domain": way.return_domain,
        "mailer": way.mailer,
        "checks": dict(way.checks),
        "checked_by": way.checked_by,
        "checked_there": way.checked_there,
        "zone": way.zone,
    }


def found(finding: Finding) -> Shape:
    """Give what `desk findings --json` and `desk search --json` print of one finding."""
    return {
        "key": finding.key,
        "received_at": finding.report.received_at.isoformat(),
        "wording": finding.placement.wording,
        "version": finding.placement.version,
        "campaign": finding.placement.campaign,
        "why": finding.placement.why,
        "copy_of": finding.copy_of,
        "accounts": [account(it) for it in finding.accounts],
        "verdict": verdict(finding),
        "language": finding.language,
        "unwrap": finding.report.unwrapping.how,
        "defects": list(finding.defects),
    }


def account(indicator: Indicator) -> Shape:
    """Give one account with how it was read."""
    return {
        "kind": indicator.kind,
        "value": indicator.value,
        "as_written": indicator.as_written,
        "found_in": indicator.found_in,
        "check": indicator.check,
        "steps": list(indicator.steps),
        "also": list(indicator.also),
        "benign": indicator.benign,
        "at": spot(indicator.at),
    }


def spot(at: Spot | None) -> Shape | None:
    """Give where a value stood: as it was read, as it was written, and in the bytes."""
    if at is None:
        return None
    written = [at.written_start, at.written_end] if at.written_start >= 0 else None
    return {"read": [at.start, at.end], "written": written, "place": at.place}


def demand(finding: Finding) -> Shape:
    """Give sums, deadline, and the malware that is claimed."""
    return {
        "amounts": [{"value": it.value, "currency": it.currency} for it in finding.demand.amounts],
        "deadline_hours": finding.demand.deadline_hours,
        "claims": list(finding.demand.claims),
    }


def verdict(finding: Finding) -> Shape:
    """Give kind, confidence, flags and reasons."""
    return {
        "kind": finding.verdict.kind,
        "confidence": round(finding.verdict.confidence, 3),
        "flags": list(finding.verdict.flags),
        "reasons": [{"rule": it.rule, "words": it.words} for it in finding.verdict.reasons],
    }


def answer(given: Answer) -> Shape:
    """Give what would be answered."""
    return {"kind": given.main, "parts": list(given.parts), "alert": given.alert}


def decided(decision: Decision) -> Shape:
    """Give what `desk replies --json` prints."""
    return {
        "key": decision.submission,
        "reference": decision.reference,
        "state": decision.state,
        "kind": decision.answer.main,
        "parts": list(decision.answer.parts),
        "language": ",".join(decision.answer.languages),
        "reason": decision.reason,
        "at": decision.at.isoformat(),
    }


def waits(item: Waiting, now: datetime) -> Shape:
    """Give what `desk queue --json` prints."""
    return {
        "key": item.key,
        "desk": item.desk,
        "reason": item.reason,
        "since": item.since.isoformat(),
        "due": item.due.isoformat(),
        "overdue": item.due < now,
    }


def campaign_line(summary: CampaignSummary) -> Shape:
    """Give what `desk campaigns --json` prints."""
    return {
        "id": summary.key,
        "wording": summary.wording,
        "findings": summary.findings,
        "reporters": summary.reporters,
        "first_seen": summary.first_seen.isoformat(),
        "last_seen": summary.last_seen.isoformat(),
        "kind": summary.kind,
        "languages": list(summary.languages),
        "accounts": summary.accounts,
        "excerpt": summary.excerpt,
    }


def campaign(whole: Campaign) -> Shape:
    """Give what `desk campaign --json` prints."""
    return {
        **campaign_line(whole.summary),
        "accounts": [
            {
                "kind": it.kind,
                "value": it.value,
                "findings": it.findings,
                "first_seen": it.first_seen.isoformat(),
                "last_seen": it.last_seen.isoformat(),
            }
            for it in whole.accounts
        ],
        "links": [
            {
                "campaign": it.campaign,
                "kind": it.kind,
                "value": it.value,
                "findings": it.findings,
                "first_seen": it.first_seen.isoformat(),
                "last_seen": it.last_seen.isoformat(),
                "degree": it.degree,
                "hub": it.hub,
                "why": it.why,
            }
            for it in whole.links
        ],
        "versions": [{"version": name, "findings": count} for name, count in whole.versions],
        "members": [{"key": it.finding, "why": it.why} for it in whole.members],
    }


def account_page(page: AccountPage) -> Shape:
    """Give what `desk account --json` prints."""
    return {
        "kind": page.kind,
        "value": page.value,
        "findings": list(page.findings),
        "campaigns": [{"id": name, "findings": count} for name, count in page.campaigns],
        "near_misses": list(page.near_misses),
        "first_seen": page.first_seen.isoformat() if page.first_seen else None,
        "last_seen": page.last_seen.isoformat() if page.last_seen else None,
    }


def as_text(shape: Mapping[str, Any], indent: str = "") -> str:
    """Give a shape as lines for people: one name a line, lists below their name."""
    lines = []
    for name, value in shape.items():
        if isinstance(value, Mapping):
            lines.append(f"{indent}{name}:\n{as_text(value, indent + '  ')}")
        elif isinstance(value, list) and value:
            rows = [
                "; ".join(f"{key} {it}" for key, it in row.items() if it not in ("", [], None))
                if isinstance(row, Mapping)
                else str(row)
                for row in value
            ]
            lines.append(f"{indent}{name}:\n" + "\n".join(f"{indent}  - {row}" for row in rows))
        elif value not in ("", None, []):
            lines.append(f"{indent}{name}: {value}")
    return "\n".join(lines)
