"""Times are written in the zone of the force, with UTC behind them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from reading_room.served import TEMPLATES

from casefile.errors import SettingsError
from console.clock import Clock, zone_named
from console.words import load_words

CLOCK = Clock(zone=zone_named("Europe/London"), words=load_words(TEMPLATES, "en"))


def test_summer_is_an_hour_ahead_of_utc() -> None:
    shown = CLOCK.moment(datetime(2026, 7, 1, 23, 30, 5, tzinfo=UTC))
    assert shown == (
        '<time datetime="2026-07-01T23:30:05+00:00" title="2026-07-01 23:30:05 UTC">'
        "2 Jul 2026, 00:30</time>"
    )


def test_winter_is_utc() -> None:
    assert ">1 Jan 2026, 09:05<" in CLOCK.moment(datetime(2026, 1, 1, 9, 5, tzinfo=UTC))


def test_the_day_is_that_of_the_zone() -> None:
    assert ">2 Jul 2026<" in CLOCK.day(datetime(2026, 7, 1, 23, 30, tzinfo=UTC))


def test_a_time_with_another_offset_is_the_same_moment() -> None:
    east = timezone(timedelta(hours=5, minutes=30))
    at = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert CLOCK.moment(at.astimezone(east)) == CLOCK.moment(at)


@pytest.mark.parametrize(
    ("long", "said"),
    [
        (timedelta(seconds=59), "0 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=-3, minutes=-10), "3 hours"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=2), "2 days"),
    ],
)
def test_a_length_of_time_is_said_in_one_unit(long: timedelta, said: str) -> None:
    assert CLOCK.span(long) == said


@pytest.mark.parametrize("name", ["Europe/Nowhere", "", "../../etc/passwd", "\x00"])
def test_an_unknown_zone_is_a_setting_to_mend(name: str) -> None:
    with pytest.raises(SettingsError, match="time zone"):
        zone_named(name)
