"""Which numbers of a note may be somebody's age, and which are nobody's."""

from __future__ import annotations

import pytest

from triage.ages import without_other_numbers
from triage.folding import fold
from triage.signs import plain


def left(note: str) -> str:
    return " ".join(without_other_numbers(plain(fold(note))).split())


@pytest.mark.parametrize(
    ("note", "seen"),
    [
        ("It came on 15 November.", "it came on november."),
        ("Nov 14, at 10:15", "nov , at :"),
        ("on 9/11/2026", "on //"),
        ("2026-11-09", "--"),
        ("received on 8/8", "received on /"),
        ("am 10 o'r gloch, 14eg o Dachwedd", "am o’r gloch, 14eg o dachwedd"),
        ("open 9am to 5.30pm", "open am to .pm"),
        ("Ring 07700 900 117 or +44 (0)1632 960 112", "ring or + ()"),
        ("Sent from my iPhone 15 Pro", "sent from my iphone pro"),
        ("14 High Street, Swansea", "high street, swansea"),
        ("Fflat 12, 9 Heol y Bryn", "fflat , heol y bryn"),
        ("I have 12 of these, 9 colleagues have", "i have of these, colleagues have"),
        ("8 years ago, 15 minutes", "years ago, minutes"),
        ("order no. 12", "order no."),
        ("my 12 year old laptop", "my year old laptop"),
        ("the account is only 8 years old", "the account is only years old"),
        ("mail 9 of 14", "mail of"),
    ],
)
def test_a_number_that_is_nobodys_age_is_taken_out(note: str, seen: str) -> None:
    assert left(note) == seen


@pytest.mark.parametrize("note", ["they want £1,400", "i paid 15 quid", "$12", "2,000 dollars"])
def test_a_sum_stays(note: str) -> None:
    """Who has paid says so with one."""
    assert left(note) == note


@pytest.mark.parametrize(
    "note",
    [
        "my son is 15",
        "my lad, 12, had this",
        "(13)",
        "i’m 14, high street school",
        "i am 15 november is my birthday",
        "she turned 13 march the fourth",
        "mae’n 13 mis mai",
        "dw i’n 15 oed",
        "hi 14 f wales",
        "15 and goes to park street school",
        "14yr old",
        "blwyddyn 10",
        "year 9 at school",
        "aged 11",
        "the phone of my 12 year old",
        "im 15 of us all are",
    ],
)
def test_what_may_be_an_age_is_left(note: str) -> None:
    assert left(note) == note


def test_a_number_beside_an_age_is_taken_out_and_the_age_left() -> None:
    said = "My daughter (15) got this 12 Nov at 9.30; we live at 14 Park Road. I'm 15. 07700 900123"

    assert left(said) == ("my daughter (15) got this nov at .; we live at park road. i’m 15.")


@pytest.mark.parametrize("text", ["", " ", "no number", "1" * 5_000, "1 " * 5_000, "0 1" * 3_000])
def test_any_text_is_taken(text: str) -> None:
    assert len(without_other_numbers(text)) <= len(text)
