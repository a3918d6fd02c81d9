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
        ("I have 12 of these. 9 colleagues have", "i have of these. colleagues have"),
        ("8 years ago, about 15 minutes", "years ago, about minutes"),
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
        "the girl in the photos is 14",
        "whoever uses this computer is 12",
        "he asked my 12 year old for pictures",
        "a boy of 14 may have sent images",
        "hi im called lily 12 may u help",
        "dwi’n meddwl mai 15 mlwydd oed ydi o",
        "hi my names ellie 14 am really scared",
        "my brother is 13 emails keep coming",
        "my son, 13 years of age, has received this",
        "ben, 13, from castle street got this",
        "pupil, 13, attends st davids",
        "a lad 13 from my street got this",
        "fy merch 13 tan bwysau",
        "bachgen, 14, maes y dre, wedi cael e-bost",
        "incident: 15 yr old disclosed",
        "question: 15 and scared what should i do",
        "kids are 16/14/11 eldest got it",
        "i have been alive 13 years now",
        "mae april 13 wedi cael hwn",
        "april 14 wont come out her room",
        "14 am to scared to tell mum",
        "he will be 14 oct",
        "elin 13 medi yma",
        "got this on my ipad 12 f",
        "my three 10.12.14",
        "ellie 13 messages me crying",
        "jess 14 stays close to me",
        "tia 14 massive row",
        "my 14 year old ipad got this",
        "age is 14 emails",
        "dob 14/10/2012",
        "ganwyd 14/10/12",
        "im 15 of us all are",
    ],
)
def test_what_may_be_an_age_is_left(note: str) -> None:
    assert left(note) == note


def test_an_age_behind_a_telephone_is_left() -> None:
    assert left("text me on 07700900123 15 m") == "text me on 15 m"


def test_a_date_beside_an_age_is_taken_out_and_the_age_left() -> None:
    said = "My daughter (15) got this 12 Nov at 9.30; I'm 15. Ring 07700 900123"

    assert left(said) == "my daughter (15) got this nov at .; i’m 15. ring"


def test_where_a_child_is_named_house_numbers_are_left() -> None:
    """They may be an age: "my son 14 lives close to me"."""
    note = "My niece got this. Tom Evans 14 Park Road"

    assert left(note) == "my niece got this. tom evans 14 park road"
    assert left(note.replace("niece", "wife")) == "my wife got this. tom evans park road"


@pytest.mark.parametrize("text", ["", " ", "no number", "1" * 5_000, "1 " * 5_000, "0 1" * 3_000])
def test_any_text_is_taken(text: str) -> None:
    assert len(without_other_numbers(text)) <= len(text)
