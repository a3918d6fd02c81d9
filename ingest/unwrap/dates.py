"""Reads the date that a mail client wrote into a header block."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from ingest.unwrap.labels import MONTHS

_LONGEST = 200
_FULL_YEAR = 4
_MONTHS = 12
_NOON = 12
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_TIME = re.compile(r"(?<!\d)(\d{1,2})[:.hH](\d{2})(?:[:.](\d{2}))?(?!\d)\s*([AaPp]\.?\s?[Mm])?")
#: Words for the half of a day, before the time in East Asia and after it elsewhere.
_MORNING = re.compile(r"上午|午前|오전|π\.?\s?μ", re.IGNORECASE)
_AFTERNOON = re.compile(r"下午|晚上|午後|오후|μ\.?\s?μ", re.IGNORECASE)
_OFFSET = re.compile(
    r"(?<=\s)([+-])(\d{2}):?(\d{2})(?!\d)|(?:GMT|UTC)\s?([+-])(\d{1,2})(?::?(\d{2}))?"
)
_ZERO = re.compile(r"\b(?:GMT|UTC)\b(?!\s?[+-]\d)")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?!\d)")
_IDEOGRAMS = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_DAY = re.compile(r"(?<![\d:.])(\d{1,2})(?![\d:])")
_WORD = re.compile(r"[^\W\d_]+")


def read_date(written: str, language: str) -> str:
    """Give ISO 8601 for a client's date, with an offset only where one stands; else empty.

    A date in figures that could be read in two ways, as 3/4 in English, is not read.
    """
    text = written.strip()[:_LONGEST]
    clock = _TIME.search(_NUMBERS.sub(" ", text))
    calendar = _figures(text, language) or _words(_TIME.sub(" ", text, count=1), language)
    if calendar is None:
        return ""
    hour, minute, second = _clock(clock, text)
    try:
        return datetime(*calendar, hour, minute, second, tzinfo=_zone(text)).isoformat()
    except (ValueError, OverflowError):
        return ""


def _without(text: str, match: re.Match[str] | None) -> str:
    return text if match is None else text[: match.start()] + " " + text[match.end() :]


def _figures(text: str, language: str) -> tuple[int, int, int] | None:
    ideograms = _IDEOGRAMS.search(text)
    if ideograms:
        return int(ideograms[1]), int(ideograms[2]), int(ideograms[3])
    match = _NUMBERS.search(text)
    if not match:
        return None
    first, second, third = int(match[1]), int(match[3]), int(match[4])
    if len(match[1]) == _FULL_YEAR:
        return first, second, third
    if len(match[4]) != _FULL_YEAR:
        return None
    if first > _MONTHS or match[2] == "." or (second <= _MONTHS and language not in {"", "en"}):
        return third, second, first
    return (third, first, second) if second > _MONTHS else None


def _words(text: str, language: str) -> tuple[int, int, int] | None:
    year = _YEAR.search(text)
    month = _month(text, language)
    if year is None or month is None:
        return None
    day = _DAY.search(_without(text, year))
    return (int(year[1]), month, int(day[1])) if day else None


def _month(text: str, language: str) -> int | None:
    """Give the month; the last word that may name one, for days stand first and are named alike."""
    words = _WORD.findall(text.lower())
    for code in (language, "en"):
        for word in reversed(words):
            for number, name in enumerate(MONTHS.get(code, ()), start=1):
                if word.startswith(name):
                    return number
    return None


def _clock(match: re.Match[str] | None, text: str) -> tuple[int, int, int]:
    if match is None:
        return 0, 0, 0
    hour = int(match[1])
    half = (match[4] or "").lower()[:1] or _half(text)
    if half == "p" and hour < _NOON:
        hour += 12
    elif half == "a" and hour == _NOON:
        hour = 0
    return hour, int(match[2]), int(match[3] or 0)


def _half(text: str) -> str:
    if _AFTERNOON.search(text):
        return "p"
    return "a" if _MORNING.search(text) else ""


def _zone(text: str) -> timezone | None:
    match = _OFFSET.search(text)
    if match is None:
        return UTC if _ZERO.search(text) else None
    sign = match[1] or match[4]
    shift = timedelta(hours=int(match[2] or match[5]), minutes=int(match[3] or match[6] or 0))
    if shift >= timedelta(hours=24):
        return None
    return timezone(-shift if sign == "-" else shift)
