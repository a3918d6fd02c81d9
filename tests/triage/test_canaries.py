"""What is the victim's own stands nowhere beyond the stored bytes: each value is a canary."""

from __future__ import annotations

import pytest
from builders_of_reports import report, reported

from triage.examine import examine
from triage.index.rows import encode, text_row

PASSWORD, PHONE, STREET, CODE, NAME = (
    "Qx7!canary",
    "07911 123456",
    "12 Canary Row",
    "SA31 1AB",
    "Zebedee",
)
LETTER = f"""Hello {NAME},

I recorded you. Your password is {PASSWORD} and your phone number is {PHONE}.
You live at {STREET}, Carmarthen {CODE}, {NAME}.
Send $900 in bitcoin within 48 hours, or everybody will see the video of you.
"""
SAID = {
    "text": LETTER,
    "html": f"<p>{LETTER.replace(chr(10), '<br>')}</p><!-- {PHONE} -->",
    "to": f"{NAME} Winterbottom <winter@victim.example>",
    "subject": f"{NAME}, {PHONE}",
}


@pytest.mark.parametrize("canary", [PASSWORD, PHONE, STREET, CODE])
def test_password_telephone_and_home_are_kept_nowhere(canary: str) -> None:
    """Not in texts, reasons, wording or report; what was masked is said, and how many."""
    finding = examine(report(reported=reported(**SAID)))
    assert canary not in encode(finding)
    assert canary not in repr(text_row(finding))
    assert (finding.secrets, finding.own) == (1, ("phone", "home"))
    assert "personal-data" in finding.verdict.flags


def test_the_name_is_shown_and_is_neither_in_the_wording_nor_searched_for() -> None:
    finding = examine(report(reported=reported(**SAID)))
    assert NAME in finding.text
    for text in (finding.fingerprint.masked, *text_row(finding).values()):
        assert NAME.casefold() not in text.casefold()
        assert "winterbottom" not in text.casefold()


def test_the_wording_is_the_same_whatever_was_quoted() -> None:
    other = {
        name: it.replace(NAME, "Ermintrude")
        .replace(STREET, "9 Other Street")
        .replace(PHONE, "+1 415 555 2671")
        for name, it in SAID.items()
    }
    masked = [
        examine(report(reported=reported(**said))).fingerprint.masked for said in (SAID, other)
    ]
    assert masked[0] == masked[1]


def test_the_offenders_own_number_stays() -> None:
    finding = examine(report("Your phone number is 07911 123456. WhatsApp me: 07911 999888."))
    assert [it.value for it in finding.contacts] == ["+447911999888"]
    assert "07911 999888" in finding.text
