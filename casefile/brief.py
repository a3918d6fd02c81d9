"""A finding without its texts: what lists, figures and graphs of very many are made of."""

from __future__ import annotations

from dataclasses import replace

from casefile.finding import Finding, Fingerprint
from casefile.report import Unwrapping

#: Header fields of an original that say to whom it went.
TO_WHOM = frozenset(
    {"to", "cc", "bcc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to"}
)


def brief(finding: Finding) -> Finding:
    """Give a finding without what takes its room: texts, reasons, files, hashes, defects.

    All that counts and links stays, and all that its addresses are masked by.
    """
    report, reported = finding.report, finding.report.reported
    headers = tuple((name, value) for name, value in reported.headers if name.lower() in TO_WHOM)
    reporter = replace(report.reporter, note="", subject="", below="")
    return replace(
        finding,
        text="",
        hidden="",
        verdict=replace(finding.verdict, reasons=()),
        judged=None,
        fingerprint=Fingerprint(masked="", shingles=()),
        defects=(),
        report=replace(
            report,
            reporter=reporter,
            unwrapping=Unwrapping(how=report.unwrapping.how),
            reported=replace(reported, text="", html="", attachments=(), headers=headers),
            defects=(),
        ),
    )
