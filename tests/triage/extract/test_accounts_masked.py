"""A card's number and a gift card's code are in nothing that a finding keeps."""

from __future__ import annotations

import msgspec
import pytest
import wallets
from builders_of_reports import report, reported

from triage.examine import examine
from triage.masking import LEFT_OUT, MASK

CARD = wallets.card_number("4")
SPACED = " ".join(CARD[place : place + 4] for place in range(0, 16, 4))
CODE = "AB1D2-CD3EF-GH4IJ"


@pytest.mark.parametrize(
    ("secret", "says"),
    [(CARD, "pay to card"), (SPACED, "pay to card"), (CODE, "the Steam gift card code is")],
)
def test_it_is_not_kept_whether_the_offender_or_the_reporter_wrote_it(
    secret: str, says: str
) -> None:
    line = f"Hello, {says} {secret} today"
    whole = report(
        reported=reported(text=line, html=f"<p>{line}</p>", subject=line), note=f"I did it: {line}"
    )
    finding = examine(whole)
    kept = msgspec.json.encode(finding).decode()
    assert secret not in kept
    assert "".join(filter(str.isalnum, secret)) not in "".join(filter(str.isalnum, kept))
    assert MASK in finding.text
    assert MASK in finding.report.reporter.note
    assert LEFT_OUT in finding.defects
    assert len(finding.accounts) == 1
    assert finding.secrets == 0


def test_its_place_in_the_wording_is_that_of_an_account() -> None:
    finding = examine(report(reported=reported(text=f"Please pay to my card {CARD} today")))
    assert "my card wlt today" in finding.fingerprint.masked


def test_a_card_in_the_reporters_note_alone_is_masked_and_no_account() -> None:
    finding = examine(report(reported=reported(text="Pay me"), note=f"I paid by card {CARD}"))
    assert finding.accounts == ()
    assert finding.report.reporter.note == f"I paid by card {MASK}"
