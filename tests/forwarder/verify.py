"""Whether what came out of a forward is what went in."""

from __future__ import annotations

from forwarder.clients import Client
from forwarder.mails import Original

from casefile.report import Report
from ingest.unwrap.markup import Page

#: `2025-11-04T17:42`.
_TO_THE_MINUTE = 16


def differences(report: Report, original: Original, client: Client, note: str) -> list[str]:
    """Name what differs, each with both sides; empty where all is equal."""
    reported = report.reported
    expected = {
        "how": "inline",
        "client": client.name,
        "note": note,
        "from": original.sender,
        "to": original.to,
        "subject": original.subject,
        "date": original.when.strftime("%Y-%m-%dT%H:%M") if original.when else "",
        "reply-to": original.reply_to if "reply_to" in client.fields else "",
        "text": _tidy(original.text),
    }
    found = {
        "how": report.unwrapping.how,
        "client": report.unwrapping.client,
        "note": report.reporter.note,
        "from": reported.sender,
        "to": reported.to,
        "subject": reported.subject,
        "date": reported.date[:_TO_THE_MINUTE],
        "reply-to": reported.reply_to,
        "text": _tidy(reported.text or _shown(reported.html)),
    }
    wrong = [
        f"{it}: {found[it]!r}, not {expected[it]!r}" for it in expected if found[it] != expected[it]
    ]
    if reported.html and not original.html and _tidy(_shown(reported.html)) != expected["text"]:
        wrong.append(f"html: {_tidy(_shown(reported.html))!r}")
    return wrong


def _shown(html: str) -> str:
    return "\n".join(Page(html).texts)


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().split("\n") if line.strip())
