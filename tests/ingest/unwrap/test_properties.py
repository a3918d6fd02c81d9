"""Nothing is lost and nothing raises, whatever stands in the text."""

from __future__ import annotations

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st
from submissions import mail, reports_of

from ingest.unwrap.inline import open_forwards

LINES = [
    "",
    "> ",
    "-------- Forwarded Message --------",
    "_" * 32,
    "Begin forwarded message:",
    "From: Nobody <nobody@offender.example>",
    "> From: x@offender.example",
    "Von: y@a.example",
    "Oddi wrth: z@a.example",
    "To: sam@reporter.example",
    "At: sam@reporter.example",
    "Cc: a, b,",
    "Sent: 4 November 2025",
    "Date: x",
    "Subject: Hi",
    "Pwnc: Hi",
    "*From:* a@b.example",
    "On 4 Nov 2025, at 08:15, Nobody <nobody@offender.example> wrote:",
    "> Pay $650",
    "Received: from a by b",
    "Sent from my iPhone",
    "From: now on",
    "Reply-To: r@a.example",
]
WORD = re.compile(r"word\d+")
line = st.one_of(
    st.sampled_from(LINES),
    st.integers(0, 99).map(lambda n: f"word{n} and"),
    st.integers(0, 99).map(lambda n: f"> word{n}"),
)


@given(st.lists(line, max_size=30))
@settings(max_examples=150, deadline=None)
def test_every_line_of_text_ends_up_in_note_or_body(lines: list[str]) -> None:
    forwards = open_forwards(lines, set())
    if forwards:
        kept = "\n".join(
            piece
            for opened in forwards
            for piece in (*opened.note, *opened.body, *(str(it.fields) for it in opened.blocks))
        )
        headers = "\n".join(x for x in lines if ":" in x)
        assert set(WORD.findall("\n".join(lines))) <= set(WORD.findall(kept + headers))
        assert forwards[-1].end <= len(lines)


@given(st.lists(line, max_size=30), st.sampled_from(["Fwd: x", "Re: x", "x", ""]))
@example(
    [
        "-------- Forwarded Message --------",
        "From: Nobody <nobody@offender.example>",
        "Received: from a by b",
        "word0 and",
        "From: Nobody <nobody@offender.example>",
    ],
    "Fwd: x",
)
@settings(max_examples=120, deadline=None)
def test_every_mail_gives_reports_that_keep_its_words(lines: list[str], subject: str) -> None:
    body = "\n".join(lines)
    reports = reports_of(mail(body, subject=subject))
    assert reports
    if any(report.unwrapping.depth > 1 for report in reports):
        return  # headers of those in between stay in the spool only
    kept = "\n".join(f"{r.reporter.note}\n{r.reported.text}\n{r.reported}" for r in reports)
    assert set(WORD.findall(body)) <= set(WORD.findall(kept))


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_bytes_make_a_report(raw: bytes) -> None:
    assert reports_of(raw)
    assert reports_of(raw, door="collect")
