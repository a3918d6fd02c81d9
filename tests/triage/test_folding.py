"""Folded copies compare: look-alikes and accents are gone, Cyrillic and Greek stay themselves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.folding import fold, readable, shapes


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Pay the ƒee to mу ßitcöın ẃaɭlet", "pay the fee to my bitcoin wallet"),
        ("Ѕeƞd exɑctly ʍoney", "send exactly money"),
        ("the соре word", "the cope word"),
        ("Größe ist groß", "grosse ist gross"),
        ("ŵyth niwrnod — “nawr”", 'wyth niwrnod - "nawr"'),
        ("Łódź, Smørrebrød", "lodz, smorrebrod"),
        ("b\u200bi\u00adtcoin", "bitcoin"),
    ],
)
def test_latin_text_loses_accents_and_look_alikes(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Здравствуйте, пользователь", "здравствуйте, пользователь"),
        ("Здрaвcтвуйтe, пoльзoвaтeль", "здравствуйте, пользователь"),
        ("Всё о кошельке BTC", "все о кошельке btc"),
        ("Καλημέρα σας", "καλημερα σασ"),
        ("Kαλημέρα", "καλημερα"),
    ],
)
def test_cyrillic_and_greek_words_fold_towards_their_own_script(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize("text", ["مرحبا بالعالم", "שלום עולם", "日本語の文章", "বাংলা ভাষা"])
def test_other_scripts_keep_their_letters(text: str) -> None:
    assert fold(text) == text


def test_shapes_keep_length_and_case_and_read_every_script_as_latin() -> None:
    assert shapes("ВТС аесо 1А") == "BTC aeco 1A"


def test_readable_copies_keep_the_length_so_that_places_stay() -> None:
    assert readable("ÙSD İstanbul größe Ѕeƞd") == "usd istanbul große send"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_folded_and_the_copies_keep_its_length(text: str) -> None:
    fold(text).encode()
    assert len(readable(text)) == len(text)
    assert len(shapes(text)) == len(text)
