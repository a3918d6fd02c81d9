"""Its sole purpose is to find by when payment is wanted, in hours from the reading of the mail."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triage.extract.glance import Spoken, spoken
from triage.extract.numerals import WORDS
from triage.extract.whole_words import Names
from triage.folding import readable

#: Hours in a unit of time, by how it is written in lower case without accents.
UNITS: dict[str, float] = {
    name: hours
    for hours, names in (
        (
            1,
            "h hr hrs hour hours stunde stunden std awr oriau heure heures hora horas ora ore",
        ),
        (1, "uur uren godzin godziny godzina hodin hodiny timer timmar час часа часов години"),
        (24, "day days tag tage tagen diwrnod niwrnod ddiwrnod dydd jour jours dia dias giorno"),
        (24, "giorni dag dagen dni dzien den dny dnu dage dagar день дня дней"),
        (168, "week weeks woche wochen wythnos semaine semaines semana semanas settimana"),
        (168, "tydzien tyden неделя неделю недели"),
    )
    for name in names.split()
}
#: Longer than this is no deadline.
LONGEST = 24.0 * 90
#: How far around a length of time the words are read that make it one.
AROUND = 80
#: The units are tried in this order: who says "50 hours (a little over 2 days)" means 50.
_HOUR = 1.0

#: Units of one or two letters stand right behind figures.
_LONG = Names(sorted({it for it in UNITS if len(it) > 2}, key=len, reverse=True))  # noqa: PLR2004
_SHORT = frozenset({b"h", b"hr"})
_BRIEF = re.compile(r"[0-9]{1,4} ?(h|hr)(?!\w)")
_NUMBER = re.compile(
    rf"(?<![\w.,:])([0-9]{{1,4}}|{'|'.join(sorted(WORDS, key=len, reverse=True))})\)?[ -]?"
    r"(?:(?:business|working|full|calendar|whole|volle[n]?) )?$"
)
#: The longest number in words, and what may stand between it and its unit.
_NUMBER_AT_MOST = 40
_GIVEN = re.compile(
    r"\b(?:within|gives?|giving|given|countdown|counter|you have|you've|you got|left"
    r"|deadline|expir\w{1,3}|from now|in the next|until|timer|remaining|time|only|exactly"
    r"|to pay|to transfer|to send|for payment|no more than"
    r"|innerhalb|binnen|haben|zeit|frist|genau|gebe|bleiben|noch|o fewn|gennych|rhoi|amser"
    r"|vous avez|delai|dans les|donne|tem|tens|tienes|tiene|plazo|prazo|dentro|dou|doy|avete|hai"
    r"|entro|tempo|masz|ciagu|czas|mate|mas|davam|zbyva|cas|do|tijd|heeft|har|tid"
    r"|есть|за|даю|течение|осталось|время|срок|чтобы)(?!\w)"
)
_NOT = re.compile(
    r"(?:\b(?:every|each|alle|jede[ns]?|ago|last|past|vor|seit|bob|tous les|toutes les|cada|ogni"
    r"|co|kazde|kazdych|каждые|hace|ha|il y a|after|nach|for the last|over the)"
    r" (?:\w{1,12} ){0,2})$"
)
_AGO = re.compile(r"\s{0,2}(?:ago|before|earlier|more\b|old\b|yn ol|назад|temu|fa\b)")


def find_deadline(text: str, said: Spoken | None = None) -> float | None:
    """Give the hours of the first deadline, one in hours before one in days; None for none.

    `said` has the words of the text, where they are known.
    """
    lower = readable(text)
    found: list[float] = []
    for number, start, unit, end in _lengths(lower, said or spoken(text)):
        hours = UNITS[unit]
        before = lower[max(0, start - AROUND) : start]
        around = before + lower[end : end + AROUND]
        if _NOT.search(before) or _AGO.match(lower, end) or not _GIVEN.search(around):
            continue
        length = hours * (int(number) if number.isdecimal() else WORDS[number])
        if 0 < length <= LONGEST and hours == _HOUR:
            return length
        found.append(length)
    return next((length for length in found if 0 < length <= LONGEST), None)


def _lengths(lower: str, said: Spoken) -> Iterator[tuple[str, int, str, int]]:
    """Give the lengths of time in order: the number, where it begins, the unit, where that ends."""
    brief = _BRIEF.finditer(lower) if not _SHORT.isdisjoint(said.words) else ()
    units = [*_LONG.places(lower, said), *((*match.span(1), match[1]) for match in brief)]
    for start, end, unit in sorted(units):
        number = _NUMBER.search(lower, max(0, start - _NUMBER_AT_MOST), start)
        if number is not None:
            yield number[1], number.start(), unit, end
