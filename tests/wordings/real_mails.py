"""The labelled real mails of the corpus: their wordings, and the templates of one annotator."""

from __future__ import annotations

import email
import re
from pathlib import Path

from casefile.finding import Fingerprint
from casefile.report import ReportedMessage
from triage.clean import clean
from triage.extract import extract
from triage.fingerprint import fingerprint


def labelled(corpus: Path) -> tuple[dict[str, str], dict[str, Fingerprint]]:
    """Give by file its template with its language, and its wording."""
    labels, wordings = {}, {}
    for line in (corpus / "index.tsv").read_text().splitlines():
        name, *_, label = line.split("\t")
        if told := re.search(r"lang=(\w+);template=(\w+)", label):
            labels[name] = " ".join(told.groups())
            read = clean(_texts_of(corpus / name))
            wordings[name] = fingerprint(read.folded, extract(read).spans)
    return labels, wordings


def _texts_of(place: Path) -> ReportedMessage:
    texts = {"text/plain": "", "text/html": ""}
    for part in email.message_from_bytes(place.read_bytes()).walk():
        kind = part.get_content_type()
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and not texts.get(kind, "no text"):
            texts[kind] = payload.decode(part.get_content_charset() or "utf-8", "replace")
    return ReportedMessage(
        sender="",
        reply_to="",
        to="",
        subject="",
        date="",
        date_as_written="",
        message_id="",
        text=texts["text/plain"],
        html=texts["text/html"],
    )
