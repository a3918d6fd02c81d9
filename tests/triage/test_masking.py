"""A leaked password stands in nothing that a finding keeps."""

from __future__ import annotations

import pytest
from builders_of_reports import report, reported

from casefile.finding import Reason, Verdict
from triage.masking import LEFT_OUT, MASK, mask_report, mask_verdict, masking

SECRET = "Tr0ub4dor&3"
mask = masking([SECRET])


@pytest.mark.parametrize("text", [SECRET, SECRET.upper(), f"it is {SECRET}.", f'"{SECRET}"'])
def test_a_secret_is_masked_in_any_case_and_between_any_signs(text: str) -> None:
    assert SECRET.lower() not in mask(text).lower()
    assert MASK in mask(text)


def test_a_secret_that_is_part_of_a_word_leaves_the_word() -> None:
    assert masking(["love"])("I love my glove") == f"I {MASK} my glove"


def test_of_two_secrets_the_longer_is_masked_whole() -> None:
    assert masking(["summer", "summer-2019"])("summer-2019") == MASK


def test_without_secrets_nothing_changes() -> None:
    assert masking([])("your password") == "your password"


@pytest.mark.parametrize("secret", ["a(b", "[x]", "\\d+", "$$$$"])
def test_a_secret_is_no_pattern(secret: str) -> None:
    assert MASK in masking([secret])(f"it is {secret} now")


def test_every_text_of_the_report_is_masked_and_its_html_left_out() -> None:
    whole = report(
        note=f"{SECRET} is old",
        reported=reported(
            f"Your password is {SECRET}",
            subject=SECRET,
            html=f"<p>{SECRET[:4]}<b></b>{SECRET[4:]}</p>",
            headers=(("Subject", SECRET),),
        ),
    )

    kept = mask_report(whole, mask)

    assert SECRET not in repr(kept)
    assert kept.reported.html == ""
    assert LEFT_OUT in kept.defects
    assert kept.reported.text == f"Your password is {MASK}"


def test_a_secret_spelt_out_with_unseen_characters_is_masked_as_it_is_read() -> None:
    spelt = "\u200b".join(SECRET)

    kept = mask_report(report(f"Your password is {spelt}"), mask)

    assert kept.reported.text == f"Your password is {MASK}"


def test_the_words_of_a_reason_are_masked() -> None:
    reasons = (Reason(rule="offender.password", words=f"your password is {SECRET}"),)
    verdict = Verdict(kind="unclear", confidence=0.0, reasons=reasons)

    assert mask_verdict(verdict, mask).reasons[0].words == f"your password is {MASK}"
