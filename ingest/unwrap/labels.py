"""The words of mail clients, read from the label table beside this file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

_ROWS = tomllib.loads(Path(__file__).with_name("labels.toml").read_text("utf-8"))["language"]
FIELDS = ("from", "to", "cc", "date", "subject", "reply_to", "other")


def _words(key: str) -> list[tuple[str, str]]:
    """Give (word, language) pairs of one key of the table, longest word first."""
    pairs = [(word, row["code"]) for row in _ROWS for word in row.get(key, ())]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


def _either(words: Iterable[str]) -> str:
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered)


#: Label in lower case to its field, and to the languages that use it.
FIELD_OF: dict[str, str] = {}
LANGUAGES_OF: dict[str, list[str]] = {}
for _field in FIELDS:
    for _word, _code in _words(_field):
        FIELD_OF.setdefault(_word.lower(), _field)
        LANGUAGES_OF.setdefault(_word.lower(), []).append(_code)

CODES: tuple[str, ...] = tuple(row["code"] for row in _ROWS)
MONTHS = {row["code"]: tuple(row["months"]) for row in _ROWS if "months" in row}
_DAYS = {row["code"]: tuple(row["days"]) for row in _ROWS if "days" in row}
_LABELS = [word for field in FIELDS for word, _ in _words(field)]

#: The word that each label starts with.
FIRST_WORDS = frozenset(label.split()[0] for label in FIELD_OF)

#: Header lines of a mail's source that no client shows: `Received:`, `Message-ID:`, `X-…:`.
RAW = "raw header"
FIELD_OF[RAW] = "other"
RAW_LINE = re.compile(r"^(?:Received|[A-Z][A-Za-z0-9]{0,30}(?:-[A-Za-z0-9]{1,30}){1,6}):\s")

#: Where a label follows a value without a line end between them, as Yahoo writes it.
GLUED = re.compile(
    rf"(?<=\S)(?=(?:{_either(_LABELS)})\s?[:：]\s?\S)"
    rf"|(?<=[>A-Z0-9])(?=(?:{_either(w for w in _LABELS if len(w) > 1)})\s[^\s:])"
)
#: A label without its colon at the start of such a piece.
BARE_LABEL = re.compile(rf"^({_either(_LABELS)})\s?[:：]?\s+(.*)$", re.DOTALL)

#: Longer lines announce nothing.
_LONGEST_PHRASE = 200
_FORWARDED = {word.lower(): code for word, code in reversed(_words("forwarded"))}
_ORIGINAL = {word.lower(): code for word, code in reversed(_words("original"))}
WROTE = re.compile(rf"(?:{_either(word for word, _ in _words('wrote'))})", re.IGNORECASE)
_WROTE_LANGUAGE = {word.lower(): code for word, code in reversed(_words("wrote"))}

_FWD = _either([word for word, _ in _words("fwd")])
_RE = _either([word for word, _ in _words("re")])
FORWARD_SUBJECT = re.compile(
    rf"^\s*(?:\[[^\]]*\]\s*)?(?:{_FWD})\s*(?:\[\d+\])?\s*[:：]", re.IGNORECASE
)
REPLY_SUBJECT = re.compile(
    rf"^\s*(?:\[[^\]]*\]\s*)?(?:{_RE})\s*(?:\[\d+\])?\s*[:：]", re.IGNORECASE
)
SIGNATURE = re.compile(
    rf"^\W*(?:{_either(word for word, _ in _words('signature'))})", re.IGNORECASE
)


def phrase(line: str) -> tuple[str, str] | None:
    """Tell whether a line announces a mail: `forwarded` or `original`, and the language."""
    if len(line) > _LONGEST_PHRASE:
        return None
    words = " ".join(line.strip("-=_*>:： \t").lower().split())
    if words in _FORWARDED:
        return "forwarded", _FORWARDED[words]
    return ("original", _ORIGINAL[words]) if words in _ORIGINAL else None


def bare_subject(subject: str) -> str:
    """Give a subject without the prefixes of forwards and replies before it."""
    before = None
    while before != subject:
        before = subject
        subject = REPLY_SUBJECT.sub("", FORWARD_SUBJECT.sub("", subject)).strip()
    return subject


def wrote_language(verb: str) -> str:
    """Give the language of a verb that `WROTE` matched."""
    return _WROTE_LANGUAGE.get(" ".join(verb.lower().split()), "")


def language_of(found: Iterable[str], date: str = "") -> str:
    """Give the language whose labels these are, the date's words deciding between equals.

    Clients mix English labels into other languages, so a label that English lacks weighs first.
    """
    known = [LANGUAGES_OF[label] for label in found if label in LANGUAGES_OF]
    foreign = [codes for codes in known if "en" not in codes]
    if not foreign:
        return "en" if known else ""
    words = re.findall(r"[^\W\d]+", date.lower())

    def weight(code: str) -> tuple[int, int, int]:
        names = (*MONTHS.get(code, ()), *_DAYS.get(code, ()))
        dated = sum(word.startswith(names) for word in words) if names else 0
        return sum(code in codes for codes in foreign), dated, sum(code in c for c in known)

    return max(CODES, key=weight)
