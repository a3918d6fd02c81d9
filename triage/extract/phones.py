"""Its sole purpose is to read telephone numbers, and to write them as E.164 says.

Numbering plans are Google's (`phonenumbers`). All of them are loaded at once: a reading child may
open no file later on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from triage.extract.glance import kinds_of

phonenumbers.PhoneMetadata.load_all()

#: A number that a word before it makes one, and one that begins with its country.
NUMBER = re.compile(r"(?<![\w+./-])(?:\+|00)?\(?\d[\d ()./-]{5,20}\d(?![\w/-])")
INTERNATIONAL = re.compile(r"(?<![\w+./-])\+\(?[1-9][\d ()./-]{6,20}\d(?![\w/-])")
#: What every number has, and what that looks like by its kinds of signs: few texts have it.
_FIGURES = re.compile(r"[0-9][\d ()./-]{5}")
_FIGURES_BY_KIND = re.compile(rb"0[0 x]{5}")
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}$|\d{4}[./-]\d{2}[./-]\d{2}$")
_DIGITS = range(7, 16)
#: In which countries a number without one is looked for, by the language of its text.
_REGIONS = {
    "en": ("GB", "US"),
    "cy": ("GB",),
    "de": ("DE", "AT", "CH"),
    "fr": ("FR", "BE", "CH", "CA"),
    "es": ("ES", "MX"),
    "pt": ("PT", "BR"),
    "it": ("IT",),
    "nl": ("NL", "BE"),
    "pl": ("PL",),
    "cs": ("CZ",),
    "sv": ("SE",),
    "da": ("DK",),
    "no": ("NO",),
    "fi": ("FI",),
    "hu": ("HU",),
    "ro": ("RO",),
    "tr": ("TR",),
    "ru": ("RU",),
    "uk": ("UA",),
    "ga": ("IE",),
}


def numbers(text: str) -> Iterator[re.Match[str]]:
    """Give what looks like a number, in order."""
    behind = 0
    for start in _figures(text):
        if start < behind:
            continue
        match = NUMBER.search(text, max(0, start - 3), start + 28)
        if match is not None and match.start() >= behind:
            behind = match.end()
            yield match


def _figures(text: str) -> Iterator[int]:
    kinds, place = kinds_of(text), 0
    while seen := _FIGURES_BY_KIND.search(kinds, place):
        figures = _FIGURES.match(text, seen.start())
        place = seen.start() + 1 if figures is None else figures.end()
        if figures is not None:
            yield figures.start()


def canonical(written: str, language: str = "en") -> str:
    """Give a number as E.164, or its digits where its country is not known; empty for none."""
    digits = re.sub(r"\D", "", written)
    if len(digits) not in _DIGITS or _DATE.search(written):
        return ""
    regions = _REGIONS.get(language, _REGIONS["en"])
    read = [number for region in regions if (number := _parsed(written, region)) is not None]
    proven = next(filter(phonenumbers.is_valid_number, read), None)
    if proven is not None:
        return str(phonenumbers.format_number(proven, PhoneNumberFormat.E164))
    # Ranges that are given to nobody, or not yet, are numbers too where they say what they are.
    if read and (written.startswith(("+", "(+", "00", "0")) and _is_possible(read[0])):
        return str(phonenumbers.format_number(read[0], PhoneNumberFormat.E164))
    return f"+{digits}" if written.startswith(("+", "(+")) else digits


def international(text: str) -> Iterator[re.Match[str]]:
    """Give the numbers that begin with their country and are given to somebody there."""
    if "+" not in text:
        return
    for match in INTERNATIONAL.finditer(text):
        number = _parsed(match[0], "GB")
        if number is not None and phonenumbers.is_valid_number(number):
            yield match


def _parsed(written: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(written, region)
    except NumberParseException:
        return None


def _is_possible(number: PhoneNumber) -> bool:
    return bool(phonenumbers.is_possible_number(number))
