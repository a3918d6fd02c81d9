"""The verdict on real mails: blackmail is seen, other mail is not called blackmail."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders_of_reports import report, reported

from casefile.finding import DANGER_FLAGS, Finding
from casefile.report import Attachment, Message, ReportedMessage
from ingest.read import read
from triage.examine import examine

BLACKMAIL = {
    "webcam-bluff",
    "recorded-chat",
    "physical-threat",
    "data-threat",
    "authority-hoax",
    "other-blackmail",
}


def as_reported(message: Message) -> ReportedMessage:
    """Take a mail as the reported message itself, so that nothing but the examiner is tried."""
    bodies = [part for part in message.parts if part.disposition != "attachment"]
    text, html = (
        "\n".join(part.text for part in bodies if part.text and part.content_type == kind)
        for kind in ("text/plain", "text/html")
    )
    files = tuple(
        Attachment(
            filename=part.filename,
            content_type=part.content_type,
            size=part.size,
            sha256=part.sha256,
        )
        for part in message.parts
        if part.text is None
    )
    return reported(text, html=html, subject=message.subject, attachments=files)


def examined(corpus: Path, label: str) -> Iterator[tuple[str, Finding]]:
    with (corpus / "index.tsv").open(encoding="utf-8") as index:
        for row in csv.reader(index, delimiter="\t"):
            if label in row[5].split(";") and (corpus / row[0]).is_file():
                message = read((corpus / row[0]).read_bytes())
                yield row[5], examine(report(reported=as_reported(message)))


@pytest.mark.corpus
def test_blackmail_with_words_in_it_is_seen_as_such(corpus: Path) -> None:
    """Pictures are not read, so a mail of nothing else is `unclear`, which a person sees."""
    for label, finding in examined(corpus, "extortion=1"):
        expected = {"unclear"} if "image-only" in label else BLACKMAIL

        assert finding.verdict.kind in expected


@pytest.mark.corpus
@pytest.mark.long
def test_other_mail_is_not_called_blackmail_and_pages_nobody(corpus: Path) -> None:
    findings = [finding for _, finding in examined(corpus, "extortion=0")]
    kinds: Counter[str] = Counter(finding.verdict.kind for finding in findings)
    flags: Counter[str] = Counter(flag for finding in findings for flag in finding.verdict.flags)

    assert sum(kinds[kind] for kind in BLACKMAIL) <= len(findings) // 200
    assert sum(flags[flag] for flag in DANGER_FLAGS) <= len(findings) // 200
    assert kinds["not-a-scam"] == 0
