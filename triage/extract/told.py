"""Its sole purpose is to undo disguises that the mail itself explains, or that spell each sign.

"Remove the word X", "part 2 of 3", "read it backwards"; and signs written as figures. What comes
out counts only where a checksum proves it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from casefile.indicator import Indicator
from triage.extract.cues import speaks_of_coins
from triage.extract.disguise import Budget, Stretch, blanked, wanted
from triage.extract.family import Family, Value, with_tail
from triage.extract.glance import spoken
from triage.extract.whole_words import Stems
from triage.folding import readable, shapes
from triage.view import View

#: Characters on either side of an instruction that it is about.
AROUND = 1_500
MAX_INSTRUCTIONS = 6
MAX_PARTS = 12
MAX_CODED = 20

REMOVED = "words removed as the mail says"
NUMBERED = "parts put in the order of their numbers"
BACKWARDS = "read backwards as the mail says"
DECODED = "signs written as figures read"

_REMOVE = re.compile(
    r"\b(?:remove|delete|without|take (?:out|away)|ignore|drop|omit|erase|replace|cut out|strip"
    r"|entfern\w{0,4}|losche\w{0,2}|ohne|streich\w{0,3}|supprime\w{0,2}|retire\w{0,2}|enleve\w{0,2}"
    r"|sans|quita\w{0,2}|elimina\w{0,2}|borra\w{0,2}|sin|rimuov\w{1,3}|togli\w{0,3}|usun\w{0,2}"
    r"|verwijder\w{0,2}|remov\w{1,3}|tynnwch|dileu|удалит\w{0,2}|уберит\w{0,2}|без)\b"
)
_GATE_BACKWARDS = (
    *("revers", "backward", "right to left", "from end", "from the end", "mirror", "ruckwarts"),
    *("von hinten", "umgekehrt", "l'envers", "al reves", "al contrario", "achterst", "wstecz"),
    *("pozpatku", "yn ol", "наоборот", "задом"),
)
_BACKWARDS = re.compile(
    r"\b(?:revers\w{1,3}|backwards?|right to left|from (?:the )?end|mirror\w{0,3}|ruckwarts"
    r"|von hinten|umgekehrt|a l'envers|al reves|al contrario|achterstevoren|wstecz|pozpatku"
    r"|yn ol|наоборот|задом)"
)
_TAKEN_OUT = re.compile(r"[\"'«„(\[]?([^\s\"'»“”()\[\],;]{1,20})[\"'»“”)\]]?")
#: Words of the instruction itself; and `the` could not be told from what stands in a value.
_INSTRUCTION = (
    "the all any every word words letter letters sign signs symbol symbols space spaces from and it"
    " them this that both a an of in out to first second last wort das die den alle mot le les la"
    " palabra el las los parola il woord het slovo słowo слово"
)
_NOT_MEANT = frozenset(_INSTRUCTION.split())
_LABELS = Stems(
    (
        *("part", "half", "piece", "line", "section", "step", "teil", "moitie", "rhan", "deel"),
        *("czesc", "cast", "часть"),
    )
)
_PART = re.compile(
    r"(?:part|half|piece|line|section|step|teil|partie|parte|moitie|rhan|deel|czesc|cast|часть)"
    r"[ #:.-]{0,3}(\d{1,2}|one|two|three|four|eins|zwei|drei|un|deux|trois|uno|dos|tres)"
    r"[ )\].:=-]{0,4}(?:is|ist|est|es)?[\s:=\"'-]{0,4}(?=[0-9a-z])"
)
_NUMBERS = {
    word: number
    for number, words in enumerate(
        ("one eins un uno", "two zwei deux dos", "three drei trois tres", "four"), start=1
    )
    for word in words.split()
}
_VALUE = re.compile(r"[0-9A-Za-z]{2,110}")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}[ :,-]?){24,120}(?![0-9A-Za-z])")
#: What a value with words in it looks like.
_GLUED = re.compile(r"(?<!\S)\S{27,300}")
MAX_GLUED = 50
_PERCENT = re.compile(r"(?:(?:%|\\x|=|&#x|0x|\\u00)[0-9A-Fa-f]{2};?[ ,]{0,2}){24,120}")
#: What figures for signs have in them: 3 before a figure and 6 or 7 before a letter.
_MAY_BE_HEX = re.compile(r"[3-7][0-9A-Fa-f][ :,-]?(?:[3-7][0-9A-Fa-f][ :,-]?){11}")
_MARKS = ("%", "\\x", "=", "&#x", "0x", "\\u00")
_PAIR = re.compile(r"(?:%|\\x|=|&#x|0x|\\u00)?([0-9A-Fa-f]{2})")
#: Signs of values, and what ends one: a value does not go on behind a full stop.
_SIGN = re.compile(r"[0-9A-Za-z]|[.,;!?](?=\s)")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Spelling:
    """Signs put in an order that was told, and where each of them stands in the text."""

    signs: str
    places: Sequence[int]
    step: str


def told(view: View, taken: Sequence[Stretch], budget: Budget) -> Iterator[Indicator]:
    """Find what is written as the mail says, beside what stands at the places taken."""
    families = wanted(view.text)
    lower = readable(view.text)
    text = blanked(shapes(view.text), taken)
    for spell in _WAYS:
        for spelling in spell(text, lower):
            yield from _proven(view, spelling, families, budget)


def _proven(
    view: View, spelling: _Spelling, families: Sequence[Family], budget: Budget
) -> Iterator[Indicator]:
    for family in families:
        for match in family.run.finditer(spelling.signs) if family.run else ():
            for size in reversed(family.lengths):
                if size > len(match[1]) or not budget.allows():
                    continue
                value = family.canonical(match[1][:size])
                if value is not None and value.check == "valid":
                    first = match.start()
                    stretch = spelling.places[first : first + size]
                    yield _indicator(view, family, value, stretch, spelling.step)
                    break


def _indicator(
    view: View, family: Family, value: Value, places: Sequence[int], step: str
) -> Indicator:
    value, end = with_tail(family, value, view.text, max(places) + 1)
    start = min(places)
    written = view.text[start:end]
    return Indicator(
        kind=family.kind,
        value=value.text,
        as_written=written,
        found_in=view.found_in,
        check=value.check,
        steps=(*view.steps(written), step),
        at=view.spot(start, end),
    )


def _without_words(text: str, lower: str) -> Iterator[_Spelling]:
    plain = text.lower() if len(text.lower()) == len(text) else lower
    glued = [run.span() for run in _GLUED.finditer(plain)][:MAX_GLUED]
    for cue in _instructions(_REMOVE, lower) if glued else ():
        start, end = max(0, cue.start() - AROUND), cue.end() + AROUND
        near = [run for run in glued if start <= run[0] < end]
        for named in (
            list(_TAKEN_OUT.finditer(plain, cue.end(), cue.end() + 60))[:5] if near else ()
        ):
            word = named[1].strip(".:!?*_")
            if not word or word in _NOT_MEANT or not any(map(str.isalnum, word)):
                continue
            if places := [at for run in near for at in _places(plain, word, run)]:
                yield _spelled(_blotted(text, places, len(word)), start, end, REMOVED)


def _places(plain: str, word: str, run: Stretch) -> Iterator[int]:
    """Say where a word stands within other signs, as it does in a value; elsewhere it is a word."""
    place = plain.find(word, run[0] + 1, run[1] - 1)
    while place >= 0:
        yield place
        place = plain.find(word, place + len(word), run[1] - 1)


def _blotted(text: str, places: Sequence[int], length: int) -> str:
    pieces, behind = [], 0
    for place in places:
        pieces += [text[behind:place], "*" * length]
        behind = place + length
    return "".join([*pieces, text[behind:]])


def _backwards(text: str, lower: str) -> Iterator[_Spelling]:
    said = any(it in lower for it in _GATE_BACKWARDS)
    for cue in _instructions(_BACKWARDS, lower) if said else ():
        start, end = max(0, cue.start() - AROUND), cue.end() + AROUND
        straight = _spelled(text, start, end, BACKWARDS)
        yield _Spelling(
            signs=straight.signs[::-1], places=straight.places[::-1], step=straight.step
        )


def _numbered(text: str, lower: str) -> Iterator[_Spelling]:
    parts = []
    labels = (_PART.match(lower, at) for at in _LABELS.starts(lower, spoken(lower)))
    for label in list(filter(None, labels))[:MAX_PARTS]:
        value = _VALUE.match(text, label.end())
        if value is not None:
            number = int(label[1]) if label[1].isdecimal() else _NUMBERS[label[1]]
            parts.append((number, value.start(), value[0]))
    if len(parts) > 1:
        ordered = sorted(parts)
        yield _Spelling(
            signs="".join(said for _, _, said in ordered),
            places=[at + step for _, at, said in ordered for step in range(len(said))],
            step=NUMBERED,
        )


def _figures(text: str, lower: str) -> Iterator[_Spelling]:
    shapes_here = (
        *([_HEX] if _MAY_BE_HEX.search(text) else []),
        *([_PERCENT] if any(it in text for it in _MARKS) else []),
    )
    runs = [run for shape in shapes_here for run in islice(shape.finditer(text), MAX_CODED)]
    if runs and speaks_of_coins(lower):
        for run in runs:
            pairs = list(_PAIR.finditer(run[0]))
            signs = "".join(chr(int(pair[1], 16)) for pair in pairs)
            if signs.isascii() and signs.isprintable():
                places = [run.start() + pair.start() for pair in pairs]
                places[-1] = run.start() + pairs[-1].end() - 1
                yield _Spelling(signs=signs, places=places, step=DECODED)


_WAYS: tuple[Callable[[str, str], Iterator[_Spelling]], ...] = (
    _without_words,
    _backwards,
    _numbered,
    _figures,
)


def _instructions(cue: re.Pattern[str], lower: str) -> list[re.Match[str]]:
    found = []
    for match in cue.finditer(lower):
        found.append(match)
        if len(found) == MAX_INSTRUCTIONS:
            break
    return found


def _spelled(text: str, start: int, end: int, step: str) -> _Spelling:
    signs = list(_SIGN.finditer(text, start, end))
    return _Spelling(
        signs="".join(sign[0] if sign[0].isalnum() else "|" for sign in signs),
        places=[sign.start() for sign in signs],
        step=step,
    )
