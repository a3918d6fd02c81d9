"""Who is put before a person, and how urgently."""

from __future__ import annotations

import pytest

from casefile.finding import Flag, Verdict, VerdictKind
from casefile.reply import DESKS
from desk.people import raised
from makers import NOON, finding, key


@pytest.mark.parametrize(
    ("kind", "flags", "desks"),
    [
        ("recorded-chat", (), ["harm"]),
        ("webcam-bluff", ("paid",), ["harm"]),
        ("unclear", ("images-shared",), ["harm"]),
        ("other-blackmail", ("contact-continues", "distress"), ["danger", "harm"]),
        ("recorded-chat", ("under-18", "paid"), ["danger", "harm"]),
        ("physical-threat", (), ["danger"]),
        ("webcam-bluff", ("personal-data", "self-spoofed"), []),
        ("unclear", (), []),
    ],
)
def test_danger_comes_first_and_then_who_was_recorded_or_paid(
    kind: VerdictKind, flags: tuple[Flag, ...], desks: list[str]
) -> None:
    """They are answered like others; a person must look into it all the same."""
    verdict = Verdict(kind=kind, confidence=0.9, flags=flags)

    waiting = raised(key(1), [finding(key(1), verdict=verdict)], NOON)

    assert [it.desk for it in waiting] == desks
    assert all(flag in " ".join(it.reason for it in waiting) for flag in flags if desks)


def test_a_copy_waits_with_the_mail_that_it_repeats() -> None:
    verdict = Verdict(kind="recorded-chat", confidence=0.9, flags=("paid",))

    copy = finding(key(2), verdict=verdict, copy_of=f"{key(1)}-1")

    assert raised(key(2), [copy], NOON) == ()


def test_the_order_of_the_desks_is_that_of_their_seriousness() -> None:
    assert DESKS[:2] == ("danger", "harm")
