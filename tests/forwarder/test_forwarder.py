"""Whatever client in whatever language forwards a mail, all of it comes out again, and apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from forwarder.clients import BY_KEY, CLIENTS, Client
from forwarder.compose import Views, forward
from forwarder.mails import WORDS
from forwarder.shapes import FORCE, REPORTER, SCAM, Shape, combinations
from forwarder.verify import differences
from hypothesis import given, settings
from hypothesis import strategies as st
from submissions import reports_of

from ingest.unwrap.dates import read_date

ALL = tuple(combinations())
#: Of the combinations, those that every run of the tests forwards: each client, each language.
STEP = 5


def wrong(shapes: Iterator[Shape] | tuple[Shape, ...]) -> dict[str, list[str]]:
    """Give what differs, by combination; empty where all came out as it went in."""
    found = {}
    for shape in shapes:
        reports = reports_of(shape.raw())
        same = differences(reports[0], shape.original, shape.client, shape.note)
        if same or len(reports) != 1:
            found[shape.name] = same or [f"{len(reports)} reports"]
    return found


def test_there_are_as_many_combinations_as_promised() -> None:
    languages = {shape.language for shape in ALL}
    assert len(ALL) >= 1500
    assert len(languages) >= 23
    assert "cy" in languages


def test_a_slice_of_the_combinations_comes_out_as_it_went_in() -> None:
    assert wrong(ALL[::STEP]) == {}


@pytest.mark.long
def test_every_combination_comes_out_as_it_went_in() -> None:
    assert wrong(ALL) == {}


@pytest.mark.parametrize("code", WORDS)
def test_every_day_of_a_year_is_read_in_every_language(code: str) -> None:
    words = WORDS[code]
    days = (datetime(2025, 1, 1, 9, 5) + timedelta(days=n, hours=n % 24) for n in range(365))  # noqa: DTZ001
    misread = [
        (written, read_date(written, code))
        for day in days
        for written in (words.long(day), words.short(day))
        if read_date(written, code) != day.isoformat()
    ]
    assert misread == []


LINE = st.text(
    st.characters(
        codec="utf-8",
        exclude_categories=("C", "Z"),
        exclude_characters=":：>|<&*@-=_",
        max_codepoint=0x2FFF,
    )
    | st.just(" "),
    max_size=60,
).map(lambda line: " ".join(line.split()))
TEXT = st.lists(LINE, min_size=1, max_size=12).map("\n".join).filter(lambda it: bool(it.strip()))


@given(
    text=TEXT,
    subject=LINE.filter(bool),
    note=st.sampled_from(["", "Is this real?", "Please help.\n\nMy son got this."]),
    client=st.sampled_from(CLIENTS),
    views=st.sampled_from(["plain", "html", "both"]),
    data=st.data(),
)
@settings(max_examples=120, deadline=None)
def test_any_text_comes_out_as_it_went_in(
    *, text: str, subject: str, note: str, client: Client, views: Views, data: st.DataObject
) -> None:
    language = data.draw(st.sampled_from(client.languages))
    original = replace(SCAM, text=text, subject=subject)
    shape = Shape(client=client, language=language, views=views, note=note, original=original)
    assert wrong((shape,)) == {}


@pytest.mark.parametrize("key", ["gmail", "outlook-web", "apple-mail", "thunderbird"])
def test_a_client_of_another_language_than_the_mail_changes_nothing(key: str) -> None:
    raw = forward(SCAM, BY_KEY[key], WORDS["ja"], reporter=REPORTER, to=FORCE, note="Please help")
    (report,) = reports_of(raw)
    assert report.unwrapping.language == "ja"
    assert report.reporter.note == "Please help"
