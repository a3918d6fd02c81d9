"""Its sole purpose is to find the leaked passwords that a mail quotes, to be counted and masked.

The values leave this module only to be masked; they are never listed, logged or kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from triage.extract.glance import Spoken, spoken
from triage.extract.whole_words import Stems
from triage.folding import readable

MAX_SECRETS = 20
#: Places in a text that are looked at, and how far before one its value is spoken of.
MAX_PLACES, _BACK = 2_000, 80
SHORTEST, LONGEST = 4, 64

#: The word password, folded, in the languages that these mails come in.
_WORD = (
    r"(?:pass ?words?|pass ?phrases?|passwd|pwd|passcode|pass|passwort|kennwort|passworter"
    r"|mots? de passe|contrasenas?|clave|senhas?|palavra-passe|parola|wachtwoord|losenord"
    r"|adgangskode|kodeord|passord|salasana|haslo|heslo|jelszo|sifre(?:niz)?|cyfrinair|gyfrinair"
    r"|парол[ьяи]|κωδικοσ|κωδικος)"
)
#: How those words begin: only there a text is looked at more closely.
_BEGINS = Stems(
    (
        *("pass", "pwd", "kennwort", "mot de", "mots de", "contras", "clave", "senha", "palavra"),
        *("parol", "wachtwoord", "losenord", "adgang", "kodeord", "salasana", "haslo", "heslo"),
        *("jelszo", "sifre", "cyfrinair", "gyfrinair", "парол", "κωδικο"),
    )
)
#: "your password is X", "password: X".
_AHEAD = re.compile(
    rf"(?<!\w){_WORD}(?!\w)(?: (?:for|from|to|of|fur|zu|pour|de|para) [\w@.-]{{1,60}})?"
    r"(?: (?P<says>is|was|ist|war|lautet|est|es|era|e|yw|oedd|jest|to|je|это|är))?"
    r"(?P<sign> ?[:=>-]{1,2})?\s{0,6}(?P<quote>[\"'«„]?)(?P<value>\S{1,80})"
)
#: "X is your password", "X is one of your passwords".
_BEHIND = re.compile(
    r"(?<=\s)(?:is|was|ist|est|es|e|yw|это)(?: really| in fact| one of)? "
    rf"(?:your|ur|one of your|dein|deine|ihr|votre|ton|tu|su|sua|seu|dy|eich|ваш|твой) "
    rf"(?:\w{{1,15}} ){{0,2}}{_WORD}(?!\w)"
)
_EDGES = " \t\n\"'«»“”„,;()<>[]"
_TELLING = re.compile(r"\d|[a-z][A-Z]|[^\w\s.,:;'\"-]")


def find_secrets(text: str, said: Spoken | None = None) -> tuple[str, ...]:
    """Give the distinct passwords quoted in a text, as written, at most `MAX_SECRETS`.

    `said` has the words of the text, where they are known.
    """
    return tuple(dict.fromkeys(_quoted(text, said or spoken(text))))[:MAX_SECRETS]


def _quoted(text: str, said: Spoken) -> Iterator[str]:
    lower = readable(text)
    places = _BEGINS.starts(lower, said)[:MAX_PLACES]
    for match in filter(None, (_AHEAD.match(lower, at) for at in places)):
        start, end = match.span("value")
        value = _trimmed(text[start:end])
        sure = bool(match["quote"] or match["sign"]) and _stands_alone(text, end)
        if _is_one(value) and (sure or ((match["says"] or match["sign"]) and _tells(value))):
            yield value
    told = (_BEHIND.search(lower, max(0, at - _BACK), at + _BACK) for at in places)
    for match in filter(None, told):
        words = text[max(0, match.start() - LONGEST - 2) : match.start()].split()
        value = _trimmed(words[-1]) if words else ""
        if _is_one(value) and _tells(value):
            yield value


def _trimmed(value: str) -> str:
    value = value.strip(_EDGES)
    return value[:-1] if value.endswith((".", ":")) else value


def _is_one(value: str) -> bool:
    return SHORTEST <= len(value) <= LONGEST and not value.lower().startswith(("http", "www."))


def _tells(value: str) -> bool:
    """Tell whether a word looks like a password: a figure, a sign, a capital within."""
    return _TELLING.search(value) is not None


def _stands_alone(text: str, end: int) -> bool:
    """Tell whether the line ends behind the value."""
    return not text[end : text.find("\n", end) if "\n" in text[end:] else len(text)].strip(
        _EDGES + "."
    )
