"""The wordings of the labelled real mails, where they are at hand, are told apart and together."""

from __future__ import annotations

import email
import random
import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from casefile.finding import Finding, Fingerprint
from casefile.report import ReportedMessage
from contracts.sample_findings import finding
from desk.engine import open_engine
from triage.clean import clean
from triage.extract import extract
from triage.fingerprint import fingerprint
from triage.register import SqlRegister, metadata

pytestmark = pytest.mark.corpus

Groups = dict[str, set[str]]


def texts_of(place: Path) -> ReportedMessage:
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


def labelled(corpus: Path) -> tuple[dict[str, str], dict[str, Fingerprint]]:
    """Give by file its template with its language, and its wording."""
    labels, wordings = {}, {}
    for line in (corpus / "index.tsv").read_text().splitlines():
        name, *_, label = line.split("\t")
        if told := re.search(r"lang=(\w+);template=(\w+)", label):
            labels[name] = " ".join(told.groups())
            read = clean(texts_of(corpus / name))
            wordings[name] = fingerprint(read.folded, extract(read).spans)
    return labels, wordings


def grouped(of: dict[str, str]) -> Groups:
    together = defaultdict(set)
    for name, group in of.items():
        together[group].add(name)
    return {name: together[group] for name, group in of.items()}


def placed(wordings: dict[str, Fingerprint], order: list[str], engine: Engine) -> Groups:
    metadata.create_all(engine)
    findings: list[Finding] = [
        replace(finding(number), fingerprint=wordings[name]) for number, name in enumerate(order)
    ]
    placements = SqlRegister(engine).place(findings)
    engine.dispose()
    return grouped(
        {name: placement.wording or name for name, placement in zip(order, placements, strict=True)}
    )


def b_cubed(found: Groups, true: Groups) -> tuple[float, float]:
    """Give B³ precision and recall (Bagga and Baldwin, 1998)."""
    shared = {name: len(found[name] & true[name]) for name in true}
    precision = sum(shared[name] / len(found[name]) for name in true) / len(true)
    recall = sum(shared[name] / len(true[name]) for name in true) / len(true)
    return precision, recall


def test_wordings_are_found_in_whatever_order_the_mails_come(corpus: Path) -> None:
    labels, wordings = labelled(corpus)
    assert len(labels) >= 20
    orders = [sorted(labels) for _ in range(6)]
    for seed, order in enumerate(orders[1:]):
        random.Random(seed).shuffle(order)  # noqa: S311 - repeatable, not secret
    found = [placed(wordings, order, open_engine("sqlite://")) for order in orders]
    assert all(groups == found[0] for groups in found)
    precision, recall = b_cubed(found[0], grouped(labels))
    assert precision == 1.0
    assert recall >= 0.95
