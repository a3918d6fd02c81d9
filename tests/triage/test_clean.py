"""A reported message becomes readable, and nothing in it raises or is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reported_messages import reported
from wallets import P2PKH

from triage.characters import MAX_TEXT
from triage.clean import clean, read_plain

LETTER = "Pay me in bitcoin by tonight or everybody will know of it."


def test_html_is_what_was_shown_and_plain_text_is_searched_too() -> None:
    readable = clean(reported(text=f"plain {LETTER}", html=f"<p>{LETTER}</p>"))
    assert readable.text == LETTER
    assert [view.found_in for view in readable.views] == ["html", "text"]
    assert readable.folded == LETTER.lower()


def test_where_html_says_nothing_the_plain_text_is_the_text() -> None:
    assert clean(reported(text=LETTER, html="<img src=x>")).text == LETTER


def test_two_parts_that_say_different_things_are_a_defect() -> None:
    other = "Dear customer, thank you for shopping with us during these lovely holidays."
    readable = clean(reported(text=other, html=f"<p>{LETTER}</p>"))
    assert readable.defects == ("plain text and html say different things",)


def test_character_references_in_plain_text_are_read() -> None:
    assert clean(reported(text="Ol&#225;, p&amp;q &eacute;")).text == "Olá, p&q é"
    assert read_plain("Ol&#225;\u200b") == "Olá"


def test_a_subject_is_decoded_and_cleaned() -> None:
    assert clean(reported(subject="=?UTF-8?Q?Pay=20m=CA=8De?=  now\u200b")).subject == "Pay mʍe now"
    assert clean(reported(subject="=?nonsense?B?%%%?=")).subject == "=?nonsense?B?%%%?="


def test_unseen_characters_and_hidden_text_are_evidence() -> None:
    readable = clean(reported(html=f"<p>{LETTER}\u200b<i hidden>decoy</i></p>"))
    assert readable.text == LETTER
    assert readable.hidden == "decoy\nU+200B ×1"


def test_the_way_back_names_the_steps_that_a_value_needed() -> None:
    html = f"<p>{P2PKH[:9]}<b></b>{P2PKH[9:]} and {LETTER}</p>"
    view = clean(reported(html=html)).views[0]
    assert view.steps(P2PKH) == ("markup read as it is shown",)
    assert view.steps("tonight") == ()
    (view,) = clean(reported(text=f"{P2PKH[:9]}\u200b{P2PKH[9:]}")).views
    assert view.steps(P2PKH) == ("unseen characters removed",)


def test_the_addressees_are_known_and_the_reply_address_is_searched() -> None:
    readable = clean(
        reported(to="Sam <Sam@victim.example>", sender="a@b.example", reply_to="c@d.example")
    )
    assert readable.addressees == {"sam@victim.example"}
    assert [(view.found_in, view.text) for view in readable.views] == [("header", "c@d.example")]


def test_a_long_text_is_cut_with_a_defect() -> None:
    readable = clean(reported(text="word " * (MAX_TEXT // 4)))
    assert len(readable.text) <= MAX_TEXT
    assert readable.defects == ("text cut at 1 MiB",)


@pytest.mark.parametrize("field", ["text", "html", "subject", "sender", "to", "reply_to"])
@settings(max_examples=40, deadline=None)
@given(value=st.text(st.characters(), max_size=200))
def test_nothing_raises(field: str, value: str) -> None:
    readable = clean(reported(**{field: value}))
    readable.text.encode()
    readable.folded.encode()


def test_quoted_printable_whose_field_was_lost_is_read() -> None:
    written = "I know what you did last night, =\nand it is caf=C3=A9 =E2=80=93 pay =3D now=20\n"
    readable = clean(reported(text=written))
    assert readable.text == "I know what you did last night, and it is café – pay = now "
    assert readable.views[0].layers[0] == ("quoted-printable read", written.strip("\n"))


@pytest.mark.parametrize("text", ["a =\nb", "x=20 y=3", "https://a.example/?q=C3&r=20"])
def test_signs_of_equality_are_no_quoted_printable(text: str) -> None:
    assert clean(reported(text=text)).text == text
