"""A family's text shows what many brought, and of nobody what they alone brought."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from triage.template_text import REPORTERS, Member, Slot, shown, template_text

LETTER = "hello nam i have a {} of you pay amt to wlt within dur or {} will see it"


def members(*fillings: tuple[str, str]) -> list[Member]:
    return [
        Member(masked=LETTER.format(*filling), reporter=f"r{at}")
        for at, filling in enumerate(fillings)
    ]


def test_what_all_say_is_fixed_and_what_differs_is_a_slot_with_its_counts() -> None:
    found = template_text(
        members(*[("video", "friends")] * 5, *[("clip", "friends")] * 3, ("film", "friends"))
    )
    assert shown(found) == (
        "hello {name} i have a {video ×5|clip ×3|…×1} of you pay {amount} to {account} "
        "within {time} or friends will see it"
    )


def test_what_fewer_than_three_reporters_brought_is_shown_to_nobody() -> None:
    """A name and a password that no mask caught are in no family's text, however often sent."""
    canary = [
        Member(masked=LETTER.format("video", "hortensia swordfish77"), reporter="one")
        for _ in range(20)
    ]
    others = members(*[("video", "friends")] * 12)
    text = shown(template_text([*canary, *others]))
    assert "hortensia" not in text
    assert "swordfish77" not in text
    assert "video" in text


def test_two_reporters_make_no_text() -> None:
    assert template_text(members(("video", "friends"), ("video", "friends"))) == ()


def test_dropped_sentences_and_tails_leave_the_rest_as_it_is() -> None:
    whole = "one two three four five six seven eight nine ten"
    texts = [whole] * 6 + [whole.replace("four five six ", "")] + [f"{whole} x9 y9"]
    found = template_text([Member(masked=it, reporter=f"r{at}") for at, it in enumerate(texts)])
    assert shown(found) == whole


@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from("abcdefgh"), max_size=30).map(" ".join),
            st.sampled_from(["r1", "r2", "r3", "r4"]),
        ),
        max_size=12,
    )
)
@settings(max_examples=60, deadline=None)
def test_every_word_that_is_shown_was_brought_by_three(texts: list[tuple[str, str]]) -> None:
    found = template_text([Member(masked=text, reporter=who) for text, who in texts])
    words: set[str] = set()
    for piece in found:
        said = [value for value, _ in piece.values] if isinstance(piece, Slot) else [piece]
        words |= {word for it in said for word in it.split()}
    for word in words - {"…"}:
        assert len({who for text, who in texts if word in text.split()}) >= REPORTERS


def test_many_long_members_are_aligned_at_a_bounded_cost() -> None:
    chance = random.Random(1)  # noqa: S311 - repeatable, not secret
    texts = [" ".join(chance.choice("abcd") for _ in range(5_000)) for _ in range(60)]
    assert template_text([Member(masked=it, reporter=it[:40]) for it in texts])
