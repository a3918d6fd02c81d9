"""Says with what a submission is answered; `refusal` says whether it may be answered at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from casefile.finding import Finding
from casefile.reply import MAINS, PARTS, AddedPart, Answer, Main
from casefile.report import FORWARDS
from responders.refuse import refusal

__all__ = ["BLUFF_SURE_FROM", "REASSURING", "answer_for", "by_machine", "refusal"]

#: The confidence from which a bluff is sure enough to say so.
BLUFF_SURE_FROM = 0.9
#: A note of fewer letters does not tell the language that its writer wants.
NOTE_LETTERS = 20
_UNANSWERABLE = frozenset({"direct", "redirected"})
_OWN_WORDS = frozenset({"pasted", "none"})
_RECORDED_FLAGS = frozenset({"images-shared", "contact-continues"})
_BLUFF_FLAGS = frozenset({"personal-data", "self-spoofed"})
_SCAMS = frozenset({"other-scam", "authority-hoax", "recovery-offer"})
#: Texts that calm or send away: only where every finding of the submission allows it.
REASSURING: frozenset[Main] = frozenset({"bluff", "thanks"})
_PART_OF_FLAG: dict[str, AddedPart] = {"distress": "distress", "under-18": "young", "paid": "paid"}


def answer_for(findings: Sequence[Finding], *, bluff_proven: bool = False) -> Answer:
    """Say what the findings of one submission are answered with, whoever asks.

    The main text is the most serious of the findings (order of `MAINS`), None where there is
    nothing that may be answered; the parts of all are joined. A text that reassures (`bluff`,
    `thanks`) gives way to `general` as soon as one other finding needs `general`: of two reported
    mails, a sure bluff must not calm the reporter about the one that nobody understood. Nor does
    a correction calm anybody, of a wording or of one finding: what the machine had said counts as
    well, its flags too, and what it would not answer is not answered.
    Without `bluff_proven`, `bluff` is answered with `general`. A submission that could not be read
    has no findings: `general`, and a person has been paged.
    """
    if not findings:
        return Answer(main="general", parts=(), alert=True, languages=_languages(findings))
    both = [*findings, *by_machine(findings)]
    mains = {main for it in findings for main in _mains(it)}
    if not bluff_proven and "bluff" in mains:
        mains = mains - {"bluff"} | {"general"}
    if "general" in mains:
        mains -= REASSURING
    return Answer(
        main=min(mains, key=MAINS.index, default=None),
        parts=_parts(both),
        alert=any(finding.verdict.danger for finding in both),
        languages=_languages(findings),
    )


def by_machine(findings: Sequence[Finding]) -> list[Finding]:
    """Give those that people see otherwise as the machine sees them."""
    return [replace(it, verdict=it.judged) for it in findings if it.judged is not None]


def _mains(finding: Finding) -> list[Main]:
    """Give the text by the finding as it stands, and the machine's; none where that has none."""
    machine = [main_of(it) for it in by_machine([finding])]
    if None in machine:
        return []
    return [main for main in (main_of(finding), *machine) if main is not None]


def main_of(finding: Finding) -> Main | None:
    """Give the main text for one finding: the first that applies, the most serious first."""
    flags = frozenset(finding.verdict.flags)
    kind = finding.verdict.kind
    if kind == "auto-reply" or finding.report.unwrapping.how in _UNANSWERABLE:
        return None
    if kind == "physical-threat":
        return "threat"
    if "under-18" in flags:
        return "young"
    if flags & _RECORDED_FLAGS:
        return "recorded"
    if finding.report.unwrapping.how in _OWN_WORDS and not _is_blank(finding):
        return "general"
    return _by_kind(finding, flags)


def _by_kind(finding: Finding, flags: frozenset[str]) -> Main:
    kind = finding.verdict.kind
    if kind == "recorded-chat":
        return "recorded"
    if kind == "data-threat":
        return "organisation"
    if kind in _SCAMS:
        return "scam"
    if kind == "webcam-bluff" and _is_sure_bluff(finding, flags):
        return "bluff"
    if not flags and (kind == "not-a-scam" or _is_blank(finding)):
        return "thanks"
    return "general"


def _is_sure_bluff(finding: Finding, flags: frozenset[str]) -> bool:
    return (
        finding.verdict.confidence >= BLUFF_SURE_FROM
        and finding.report.unwrapping.how in FORWARDS
        and flags <= _BLUFF_FLAGS
    )


def _is_blank(finding: Finding) -> bool:
    # Nobody's words are in it, so there are no own words either: they just pressed "send".
    return finding.verdict.kind == "empty" and not finding.report.reporter.note.strip()


def _parts(findings: Sequence[Finding]) -> tuple[AddedPart, ...]:
    flags = {flag for finding in findings for flag in finding.verdict.flags}
    wanted = {_PART_OF_FLAG[flag] for flag in flags if flag in _PART_OF_FLAG}
    return tuple(part for part in PARTS if part in wanted)


def _languages(findings: Sequence[Finding]) -> tuple[str, ...]:
    # Welsh stands first unless the reporter showed that they write English.
    for finding in findings:
        words, language = _own_words(finding)
        if sum(map(str.isalpha, words)) >= NOTE_LETTERS and language in {"cy", "en"}:
            return ("en", "cy") if language == "en" else ("cy", "en")
    return ("cy", "en")


def _own_words(finding: Finding) -> tuple[str, str]:
    note = finding.report.reporter.note
    if not note.strip() and finding.report.unwrapping.how == "none":
        return finding.text, finding.language
    return note, finding.note_language
