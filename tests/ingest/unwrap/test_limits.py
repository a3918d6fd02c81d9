"""Texts made to keep the finder busy cost seconds at most, and nothing of them is lost."""

from __future__ import annotations

import time

import pytest
from submissions import mail, reports_of

HOSTILE = {
    "many copies": "Cc: x\n" * 100_000,
    "many senders": "From: a@b.example\n" * 100_000,
    "many attributions": "in 2020 a@b.example wrote:\n" * 50_000,
    "many forwards": "From: a@b.example\nTo: c\nSubject: FW: x\n\n" * 10_000,
    "many at signs": "From: " + "a@" * 900 + "\nTo: " + "a@" * 900 + "\n\nx",
    "one long line": "a" * 5_000_000,
    "source headers": "X-A: b\n" * 100_000,
    "quote marks": "> " * 1_000_000,
    "digits": "From: a@b.example\nTo: c\n\nFrom: z@b.example\nTo: c\n\n" + "1A" * 1_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_unwrapped_within_seconds(name: str) -> None:
    raw = mail(HOSTILE[name])
    started = time.process_time()
    assert reports_of(raw)
    assert time.process_time() - started < 6


@pytest.mark.parametrize("piece", ["<p>x</p>", "x<br>", "<", "<a ", "<tr><td>From: a<td>To: x"])
def test_hostile_html_is_unwrapped_within_seconds(piece: str) -> None:
    raw = mail(piece * 200_000, content_type="text/html; charset=utf-8")
    started = time.process_time()
    assert reports_of(raw)
    assert time.process_time() - started < 6


def test_a_block_below_the_limit_of_lines_leaves_the_text_whole() -> None:
    body = "word\n" * 30_000 + "From: nobody@offender.example\nTo: x\nSubject: y\n\nPay\n"
    (report,) = reports_of(mail(body))
    assert report.reported.text.endswith("Pay\n")
    assert report.reported.text.count("word") == 30_000
