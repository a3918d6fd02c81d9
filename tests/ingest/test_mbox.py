from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.mbox import is_mbox, messages_in, separators_in

LINE = b"From reporter@post.example Tue Nov 24 16:30:00 2026\n"
MAIL = b"Subject: one\n\nwords\n"


def mails(content: bytes, *, head: int = 64, largest: int = 10_000) -> list[bytes | None]:
    stream = io.BytesIO(content)
    return list(messages_in(stream.read(head), stream, largest))


@pytest.mark.parametrize(
    "first",
    [
        LINE,
        LINE.replace(b"\n", b"\r\n"),
        b"From - Tue Nov 24 16:30:00 2026\n",
        b"From 1729@xxx Tue Nov 24 16:30:00 +0000 2026\n",
        b"From someone at post.example  Tue Nov 24 16:30:00 2026\n",
        b"From someone@post.example 2026-11-24\nReceived: from x\n",
    ],
)
def test_an_mbox_is_known_by_its_first_line(first: bytes) -> None:
    assert is_mbox(first + MAIL)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        MAIL,
        b"From: reporter@post.example\nSubject: x\n",
        b"From : reporter@post.example\nSubject: x\n",
        b"From now on\nnothing\n",
        b"\n" + LINE,
        b"From " + b"x" * 600 + b" Tue Nov 24 16:30:00 2026\n",
    ],
)
def test_anything_else_is_no_mbox(head: bytes) -> None:
    assert not is_mbox(head)


def test_each_mail_comes_without_separator_and_closing_blank_line() -> None:
    other = b"Subject: two\n\n\nblank lines\n\nwithin\n"
    assert mails(LINE + MAIL + b"\n" + LINE + other + b"\n") == [MAIL, other]


def test_line_ends_of_windows_are_left_as_they_are() -> None:
    mail = MAIL.replace(b"\n", b"\r\n")
    line = LINE.replace(b"\n", b"\r\n")
    assert mails((line + mail + b"\r\n") * 3) == [mail] * 3


@pytest.mark.parametrize(
    "words",
    [
        LINE + b"Subject: no blank line before\n",
        b"\n" + LINE + b"no field after\n",
        b"\nFrom now on: you have two days\nand: no more\n",
    ],
)
def test_words_that_look_a_little_like_a_separator_stay_in_the_mail(words: bytes) -> None:
    assert mails(LINE + MAIL + words) == [MAIL + words]


def test_separators_without_a_date_are_known_where_the_first_has_none() -> None:
    line = b"From someone@post.example\n"
    assert mails((line + MAIL + b"\n") * 2) == [MAIL, MAIL]


def test_a_quoted_from_loses_one_quote_mark() -> None:
    raw = LINE + MAIL + b">From now on\n>>From then on\n> From her\n"
    assert mails(raw) == [MAIL + b"From now on\n>From then on\n> From her\n"]


def test_a_mail_that_is_too_large_is_named_and_the_others_come() -> None:
    large = MAIL + b"x" * 2_000_000 + b"\n" + MAIL
    assert mails((LINE + MAIL + b"\n") + (LINE + large + b"\n") + LINE + MAIL) == [MAIL, None, MAIL]


def test_a_separator_at_the_very_end_is_words() -> None:
    assert mails(LINE + MAIL + b"\n" + LINE) == [MAIL + b"\n" + LINE]


@settings(max_examples=100, deadline=None)
@given(
    bodies=st.lists(st.binary(max_size=120).filter(lambda b: b"From " not in b), min_size=1),
    head=st.integers(1, 400),
)
def test_mails_come_out_as_they_went_in_wherever_the_file_is_cut(
    bodies: list[bytes], head: int
) -> None:
    went_in = [b"Subject: x\n\n" + body + b"\n" for body in bodies]
    content = b"".join(LINE + mail + b"\n" for mail in went_in)
    assert mails(content, head=max(head, len(LINE))) == went_in


@pytest.mark.parametrize("number", [1, 2, 700])
def test_counting_is_right_for_a_plain_mbox(number: int) -> None:
    content = (LINE + MAIL + b"x" * 4000 + b"\n\n") * number
    stream = io.BytesIO(content)
    assert separators_in(stream.read(4096), stream) == number
