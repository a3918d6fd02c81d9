"""Its sole purpose is the order of the desk: clean, extract, fingerprint, judge."""

from __future__ import annotations

from casefile.finding import Finding
from casefile.report import Report
from triage.clean import clean, read_plain
from triage.extract import extract
from triage.extract.accounts import as_good_as_money
from triage.fingerprint import fingerprint
from triage.judge import judge
from triage.language import language
from triage.masking import mask_report, mask_verdict, masking, sealed
from triage.names import names_of
from triage.sending import sending_of


def examine(report: Report) -> Finding:
    """Make of a report everything that can be said without asking anybody. Pure and total.

    The finding is not yet placed. It holds no leaked password, no number of a card, no code of a
    gift card, and neither telephone nor home of the reader: in its texts, in the words of its
    reasons and in the report that it keeps, each stands as `masking.MASK`, and where one was found
    the HTML is left out.
    """
    note = read_plain(report.reporter.note)
    readable = clean(report.reported)
    found = extract(readable)
    names = names_of(report.reported.to, readable.text)
    wording = fingerprint(readable.folded, found.spans, names=names)
    verdict = judge(report, readable, found, read_plain(report.reporter.said))

    secrets = [span.text for span in found.spans if span.kind == "secret"]
    secrets += as_good_as_money(note)
    mask = masking(secrets)
    kept = mask_report(report, mask) if secrets else report
    return Finding(
        report=sealed(kept),
        text=mask(readable.text),
        hidden=mask(readable.hidden),
        accounts=found.accounts,
        contacts=found.contacts,
        demand=found.demand,
        secrets=found.secrets,
        own=found.own,
        language=language(readable.text),
        note_language=language(note),
        verdict=mask_verdict(verdict, mask),
        fingerprint=wording,
        sending=sending_of(kept),
        defects=tuple(dict.fromkeys((*kept.defects, *readable.defects))),
    )
