"""Its sole purpose is to find what a mail quotes of its reader's own life, to be masked.

Name, telephone, home: they make a threat felt, they differ from mail to mail, and they are nobody
else's business. The values leave this module only to be masked; they are never listed or logged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from triage.extract.glance import Spoken, spoken
from triage.extract.phones import numbers
from triage.extract.whole_words import Stems
from triage.folding import readable

MAX_VALUES = 20
#: How far before a number the words are read that say whose it is.
BEFORE = 60

_YOUR = (
    r"(?:your|ur|dein\w{0,2}|ihr\w{0,2}|votre|ton|tu|su|sua|seu|tuo|uw|je|dy|eich|ваш\w{0,2}|твой)"
)
_YOUR_NUMBER = re.compile(
    rf"\b{_YOUR} (?:\w{{1,15}} ){{0,2}}(?:phone|telephone|mobile|cell|number|nummer"
    r"|telefon\w{0,6}|handy\w{0,6}|numero|telefono|telefone|rhif|ffon|номер|телефон)"
    r"(?: (?:number|nummer))?(?: is| ist| est| es| e| yw)?[ :=-]{0,4}[(\"']?$"
)
_GATE = Stems(
    (
        *("address", "adres", "direccion", "endereco", "indirizzo", "home", "cyfeiriad", "адрес"),
        *("vives en", "rydych chi'n byw"),
        *("you live", "show up", "visit", "come to", "du wohnst", "sie wohnen", "vous habitez"),
    )
)
_HOME = re.compile(
    r"(?:(address|adresse|direccion|endereco|indirizzo|adres|home|cyfeiriad|адрес)"
    r"(?: is| ist| est| es| yw)?[ :=-]{1,4}"
    r"|(?:you live (?:at|in|on)|show up at|visit(?:ing)? you at|come to|du wohnst in"
    r"|sie wohnen in|vous habitez(?: au)?|vives en|rydych chi'n byw yn)[ :]{1,2})"
)
_YOURS = re.compile(rf"\b{_YOUR} (?:home |street |postal |full |house |current )?$")
#: A line that begins with a number of a house, or a street that ends with one.
_STREET = re.compile(
    r"(?:\d{1,5}[a-z]?,? (?:[^\W\d_][\w'.-]{1,20},? ?){1,5}"
    r"|(?:[^\W\d_][\w'.-]{1,20} ){1,4}\d{1,5}[a-z]?\b)"
    r"(?:, ?(?:[\w'.-]{1,20} ?){1,4}){0,4}",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"(?<!\w)[a-z]{1,2}\d[\da-z]? ?\d[a-z]{2}(?!\w)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Own:
    """Something of the reader's own that a mail quotes."""

    kind: Literal["phone", "home"]
    #: As written.
    text: str

    def __repr__(self) -> str:
        """Say what it is and not what it says."""
        return f"Own({self.kind})"


def whose(lower: str, number_at: int) -> Literal["victim", "unknown"]:
    """Say whose a number is by the words before it, folded: "your phone number is"."""
    before = lower[max(0, number_at - BEFORE) : number_at]
    return "victim" if _YOUR_NUMBER.search(before) else "unknown"


def find_own(text: str, said: Spoken | None = None) -> tuple[Own, ...]:
    """Give telephone numbers and homes of the reader that a text quotes, as written.

    `said` has the words of the text, where they are known.
    """
    return tuple(dict.fromkeys(_own(text, said or spoken(text))))[:MAX_VALUES]


def _own(text: str, said: Spoken) -> Iterator[Own]:
    lower = readable(text)
    for match in numbers(text):
        if whose(lower, match.start()) == "victim":
            yield Own(kind="phone", text=match[0])
    cues = (_HOME.match(lower, at) for at in _GATE.starts(lower, said))
    for cue in filter(None, cues):
        if cue[1] and not _YOURS.search(lower, max(0, cue.start() - 30), cue.start()):
            continue
        street = _STREET.match(text, cue.end(), cue.end() + 160)
        if street is not None:
            line = street[0].split("\n")[0].rstrip(" ,.")
            yield Own(kind="home", text=line)
            code = _POSTCODE.search(lower, street.start(), street.end() + 60)
            if code is not None:
                yield Own(kind="home", text=text[code.start() : code.end()])
