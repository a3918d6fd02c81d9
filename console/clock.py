"""Writes times as people of the force read them: in their own zone, with UTC at hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from casefile.errors import SettingsError
from console.words import Words

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Clock:
    """The zone of the force and the words for days and months."""

    zone: ZoneInfo
    words: Words

    def moment(self, when: datetime) -> Markup:
        """Give a `<time>`: shown in the zone, UTC as its title."""
        local, utc = when.astimezone(self.zone), when.astimezone(UTC)
        month = self.words.label("month", str(local.month))
        return Markup('<time datetime="{}" title="{}">{}</time>').format(
            utc.isoformat(timespec="seconds"),
            f"{utc:%Y-%m-%d %H:%M:%S} UTC",
            f"{local.day} {month} {local.year}, {local:%H:%M}",
        )

    def day(self, when: datetime) -> Markup:
        """Give a `<time>` that shows the day only."""
        local, utc = when.astimezone(self.zone), when.astimezone(UTC)
        month = self.words.label("month", str(local.month))
        return Markup('<time datetime="{}" title="{}">{}</time>').format(
            utc.isoformat(timespec="seconds"),
            f"{utc:%Y-%m-%d %H:%M:%S} UTC",
            f"{local.day} {month} {local.year}",
        )

    def calendar(self, day: date, *, month_only: bool = False) -> str:
        """Give a day of the calendar, or only its month."""
        month = self.words.label("month", str(day.month))
        return f"{month} {day.year}" if month_only else f"{day.day} {month} {day.year}"

    def briefly(self, day: date, unit: str) -> str:
        """Give what stands on an axis of days, weeks, months or years."""
        if unit == "year":
            return str(day.year)
        if unit == "month":
            return self.calendar(day, month_only=True)
        return f"{day.day} {self.words.label('month', str(day.month))}"

    def today(self) -> date:
        """Give the day that it is for the force."""
        return datetime.now(self.zone).date()

    def midnight(self, day: date | None, *, days: int = 0) -> datetime | None:
        """Give when a day begins for the force, or the day so many days later; in UTC.

        Beyond the end of the calendar that is its end.
        """
        if day is None:
            return None
        try:
            later = day + timedelta(days=days)
            return datetime.combine(later, time.min, self.zone).astimezone(UTC)
        except OverflowError:
            return datetime.max.replace(tzinfo=UTC)

    def span(self, long: timedelta) -> Markup:
        """Give a length of time in one unit, rounded down: minutes, hours or days."""
        long = abs(long)
        if long < _HOUR:
            return self.words.number("span.minutes", long // timedelta(minutes=1))
        if long < 2 * _DAY:
            return self.words.number("span.hours", long // _HOUR)
        return self.words.number("span.days", long // _DAY)


def zone_named(name: str) -> ZoneInfo:
    """Give a time zone by its IANA name. Raises SettingsError."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise SettingsError(
            f"The time zone {name!r} is not known here. Name one like Europe/London in the profile;"
            " where it is right, install the system's tzdata."
        ) from error
