"""Real mail through the whole walk: blackmail in two kinds of forward, and mail of machines."""

from __future__ import annotations

import csv
import email
import email.policy
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import forwards
from running import running_desk, wait_until
from samples.forwards_sent import FORCE

pytestmark = pytest.mark.corpus

WAYS: tuple[Callable[..., bytes], ...] = (forwards.attached, forwards.gmail)


def labelled(corpus: Path, measure: str) -> list[tuple[Path, str]]:
    """Give files and labels of a measure."""
    with (corpus / "index.tsv").open(encoding="utf-8") as table:
        rows = csv.reader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(corpus / row[0], row[5]) for row in rows if row[1].startswith(measure)]


def wallet(label: str) -> str | None:
    """Give the Bitcoin wallet of a label."""
    found = re.search(r"BTC:(\w+)", label)
    return found[1] if found else None


def test_every_blackmail_mail_arrives_with_its_wallet(corpus: Path, tmp_path: Path) -> None:
    """Sent attached and inline, each is one finding that names the wallet of its label."""
    sent: dict[str, str | None] = {}
    with running_desk(tmp_path / "data") as desk:
        for number, (path, label) in enumerate(labelled(corpus, "wallet_extraction")):
            for way in WAYS:
                reporter = f"{way.__name__}{number}@reporter.example"
                raw = way(path.read_bytes(), reporter=reporter, to=FORCE, note="")
                sent[desk.send(raw, reporter)] = wallet(label)
        opened = desk.desk()
        wait_until(
            lambda: all(opened.record.stage(key) == "answered" for key in sent), 120, "all done"
        )

    found = {key: opened.record.findings_of(key) for key in sent}
    assert len(sent) == 46
    assert all(len(findings) == 1 for findings in found.values())
    missed = [
        key
        for key, value in sent.items()
        if value is not None and value not in [it.value for it in found[key][0].accounts]
    ]
    assert missed == []


def test_no_machine_is_ever_answered(corpus: Path, tmp_path: Path) -> None:
    """Bounces and automatic answers get no reply, whoever they name as their sender."""
    sent: list[str] = []
    with running_desk(tmp_path / "data") as desk:
        for path, _ in labelled(corpus, "autoreply_loop"):
            raw = path.read_bytes()
            sent += [desk.send(raw, sender) for sender in _senders(raw)]
        opened = desk.desk()
        wait_until(
            lambda: all(opened.record.stage(key) == "answered" for key in sent), 180, "all done"
        )

    assert len(sent) == 244
    assert list((desk.data / "outbox").glob("*.eml")) == []
    assert {it.state for it in opened.ledger.decisions()} == {"suppressed"}
    assert all(it.reason for it in opened.ledger.decisions())


def _senders(raw: bytes) -> tuple[str, str]:
    """Give the Return-Path and the From address of a mail, empty where it has none."""
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    return _address(message, "Return-Path"), _address(message, "From")


def _address(message: email.message.Message, name: str) -> str:
    found = re.search(r"[\w.+=-]+@[\w.-]+", str(message.get(name, "")))
    return found[0] if found else ""
