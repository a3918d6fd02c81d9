"""The language of a text: Welsh and English told apart even where little is written."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.language import FEWEST_LETTERS, LANGUAGES, language


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("cy", "Beth ddylwn i wneud nawr?"),
        ("cy", "Dw i wedi cael yr e-bost hwn heddiw."),
        ("cy", "Rwy'n poeni yn fawr am fy mab."),
        ("en", "What should I do about this?"),
        ("en", "Is this real? I am worried."),
        ("de", "Ich habe das heute bekommen."),
        ("fr", "J'ai reçu ce message hier soir."),
        ("es", "He recibido este mensaje hoy."),
        ("it", "Ho ricevuto questo messaggio oggi."),
        ("pt", "Não sei o que fazer com isto."),
        ("nl", "Ik heb dit bericht vandaag gekregen."),
        ("pl", "Dostałem dzisiaj taką wiadomość."),
        ("cs", "Dnes jsem dostal tuto zprávu."),
        ("ru", "Я получил это письмо сегодня."),
    ],
)
def test_a_short_sentence_tells_its_language(code: str, text: str) -> None:
    assert code == language(text)


@pytest.mark.parametrize("text", ["", "Help!", "1234567890 " * 9, "Mae fy mab yn 14 oed"])
def test_below_twenty_letters_nobody_can_tell(text: str) -> None:
    assert sum(map(str.isalpha, text)) < FEWEST_LETTERS
    assert language(text) == ""


def test_addresses_and_links_are_in_no_language() -> None:
    assert language("robin@home-and-garden.example https://www.longenough.example/page/here") == ""


def test_a_link_does_not_drown_the_words_around_it() -> None:
    link = "https://www.the-longest-english-link.example/with/many/english/words/in/it"

    assert language(f"Beth ddylwn i wneud nawr? {link}") == "cy"


@given(st.text(alphabet=st.characters()))
@settings(max_examples=50, deadline=None)
def test_any_text_has_one_known_language_or_none(text: str) -> None:
    assert language(text) in {"", *LANGUAGES.split()}


def test_a_lone_surrogate_is_no_error() -> None:
    assert language("\ud800 what should I do about this mail?") == "en"


def test_numpy_starts_no_threads() -> None:
    """A worker that waits for mails holds one thread, not one a core."""
    counted = (
        "import triage.language as l; l.language('what should I do about this mail?');"
        "print(open('/proc/self/status').read().split('Threads:')[1].split()[0])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", counted], capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == "1"
