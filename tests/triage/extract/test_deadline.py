"""The deadline is read in hours, in several languages; other lengths of time are none."""

from __future__ import annotations

import pytest

from triage.extract.deadline import find_deadline


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("You have 48 hours to pay", 48),
        ("I give you 3 days time", 72),
        ("You have only one week", 168),
        ("within 50h", 50),
        ("Sie haben 50 Stunden (etwas mehr als 2 Tage) Zeit", 50),
        ("etwas mehr als zwei Tage Zeit (genau 50 Stunden)", 50),
        ("Mae gennych 48 awr i dalu", 48),
        ("o fewn dau ddiwrnod", 48),
        ("Vous avez 72 heures", 72),
        ("Tem 2 dias (48 horas) para pagar", 48),
        ("Tienes dos días", 48),
        ("Dávám vám 72 hodin", 72),
        ("У вас есть 48 часов", 48),
        ("You have 72 houɼs left", 72),
    ],
)
def test_a_deadline_is_read(text: str, hours: float) -> None:
    assert find_deadline(text) == hours


@pytest.mark.parametrize(
    "text",
    [
        "My malware updates every 4 hours",
        "I hacked you 30 days ago",
        "over the last 3 days I have been watching",
        "vor 3 Tagen haben wir",
        "The film runs 2 hours",
        "You have 9999 days",
        "",
    ],
)
def test_other_times_are_no_deadline(text: str) -> None:
    assert find_deadline(text) is None


def test_a_time_that_is_given_beats_one_that_is_told() -> None:
    assert find_deadline("It updates every 4 hours. You have 48 hours to pay.") == 48


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("Pay within forty-eight (48) hours.", 48),
        ("This offer will expire in 36 hours", 36),
        ("You have 3 business days", 72),
        ("three days from now all will know", 72),
        ("Заплати за 48 часов", 48),
        ("You have 48h.", 48),
    ],
)
def test_a_time_is_read_as_letters_and_forms_have_it(text: str, hours: float) -> None:
    assert find_deadline(text) == hours
