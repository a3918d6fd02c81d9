"""Its sole purpose is to take secrets out of everything that a finding keeps.

They are leaked passwords, and what is as good as money: numbers of cards, codes of gift cards.

The spool keeps the bytes as they came. What is read from them and kept beyond it, in the record,
the index and the console, shows `MASK` in the place of each. HTML can spell a value in
more ways than can be searched for, so where a mail quotes one its HTML is not kept at all:
the text that a person reads of it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from casefile.finding import Reason, Verdict
from casefile.report import Report
from triage.clean import read_plain

MASK = "••••••"
#: Said of a report whose HTML was left out.
LEFT_OUT = "html left out, it quotes a password or what is as good as money"

Mask = Callable[[str], str]


def masking(secrets: Iterable[str]) -> Mask:
    """Give a function that masks the secrets in a text: whole, in any case, the longest first."""
    choices = sorted({re.escape(secret) for secret in secrets if secret}, key=len, reverse=True)
    if not choices:
        return lambda text: text
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(choices)})(?!\w)", re.IGNORECASE)
    return lambda text: pattern.sub(MASK, text)


def mask_report(report: Report, mask: Mask) -> Report:
    """Give the report without the secrets, and without its HTML."""
    reported = report.reported
    return replace(
        report,
        reporter=replace(
            report.reporter,
            note=_plainly(report.reporter.note, mask),
            subject=_plainly(report.reporter.subject, mask),
            below=_plainly(report.reporter.below, mask),
        ),
        unwrapping=replace(
            report.unwrapping,
            chain=tuple(
                replace(layer, subject=_plainly(layer.subject, mask))
                for layer in report.unwrapping.chain
            ),
        ),
        reported=replace(
            reported,
            subject=_plainly(reported.subject, mask),
            text=_plainly(reported.text, mask),
            html="",
            headers=tuple((name, mask(value)) for name, value in reported.headers),
        ),
        defects=(*report.defects, *((LEFT_OUT,) if reported.html else ())),
    )


def sealed(report: Report) -> Report:
    """Give the report without what its files say: that is looked through and not kept."""
    files = report.reported.attachments
    if not any(file.texts for file in files):
        return report
    kept = tuple(replace(file, texts=()) for file in files)
    return replace(report, reported=replace(report.reported, attachments=kept))


def mask_verdict(verdict: Verdict, mask: Mask) -> Verdict:
    """Give the verdict without the secrets in the words it quotes."""
    return replace(
        verdict,
        reasons=tuple(
            Reason(rule=reason.rule, words=mask(reason.words)) for reason in verdict.reasons
        ),
    )


def _plainly(text: str, mask: Mask) -> str:
    """Mask a text; where unseen characters spell a secret out, keep what a person reads of it."""
    masked = mask(text)
    readable = read_plain(masked)
    return masked if mask(readable) == readable else mask(readable)
