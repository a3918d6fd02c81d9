"""The sentence on how many have told us of the same message: its bands and its one text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from composing import BOTH, ENGLISH, SAM, decision, text_of

from casefile.reply import MAINS, Told
from desk.cli import desk
from makers import NOON, at, cover
from responders.compose import MAX_BYTES

SINCE = datetime(2026, 8, 31, 23, 30, tzinfo=UTC)  # in Wales it is September


@pytest.mark.parametrize(
    ("people", "said"),
    [
        (0, None),
        (10, None),
        (11, "10"),
        (100, "10"),
        (101, "100"),
        (1000, "100"),
        (1001, "1,000"),
        (9_999_999, "1,000"),
    ],
)
def test_the_number_is_banded_and_true(people: int, said: str | None) -> None:
    """More than ten, a hundred, a thousand: never the number itself, and never below eleven."""
    shown = BOTH.preview("bluff", "both", Told(people=people, since=SINCE))

    english = f"More than {said} people have told us of this same message since September 2026."
    welsh = f"Mae mwy na {said} o bobl wedi dweud wrthym am yr un neges hon ers mis Medi 2026."
    assert (english in shown, welsh in shown) == (said is not None, said is not None)
    assert ("told us" in shown, "wedi dweud wrthym" in shown) == (said is not None,) * 2


def test_no_other_text_says_it() -> None:
    """That many got it too is no comfort to somebody who is really recorded, or has paid."""
    told = Told(people=5000, since=SINCE)
    for maker in (BOTH, ENGLISH):
        for main in MAINS:
            reply = maker.compose(
                decision(main), recipient=at(SAM), cover=cover(), now=NOON, told=told
            )
            assert ("people have told us" in text_of(reply.message)) == (main == "bluff")
            assert len(reply.message) <= MAX_BYTES


def test_it_stands_before_what_it_is_the_reason_for() -> None:
    shown = BOTH.preview("bluff", "en", Told(people=11, since=SINCE))

    assert shown.index("people have told us") < shown.index("very likely sent to many people")


def test_it_is_known_again_where_it_is_quoted() -> None:
    assert sum("people have told us" in it for it in BOTH.every_text()) == 1


def test_the_command_shows_it() -> None:
    words = ["reply-preview", "--kind", "bluff", "--language", "en"]
    said = CliRunner().invoke(desk, [*words, "--told", "150"]).output

    assert "More than 100 people have told us of this same message since" in said
    assert "have told us" not in CliRunner().invoke(desk, words).output
