"""Finds the header block of a forward in lines of text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ingest.unwrap import labels

#: So many kinds of header make a block without From, below a separator or on one line.
_ENOUGH = 3
#: Kinds of header that a whole block has.
_WHOLE = {"from", "to", "date", "subject"}
#: No client writes longer header lines than this above a forward; longer ones are text.
_LONGEST = 2000
#: A block further down than this is not looked for; the text then stays whole.
MAX_LINES = 20_000
#: Nor more lines of them.
_HIGHEST = 60
_MARKS = re.compile(r"^[\s>|\u200b-\u200f\u2060\ufeff]+")
_RULE = re.compile(r"^[-=_*\u2500\u2013\u2014]{5,}$")
_DASHED = re.compile(r"^[-=_]{3,}\s*([^-=_\s][^\n]{2,80}?)\s*[-=_]{3,}\s*:?\s*(.*)$")
_ATOM = r"[^\s<>()\[\]:;,\"'@]+"
ADDRESS = re.compile(rf"{_ATOM}@{_ATOM}\.{_ATOM}")
_INDENTED = re.compile(r"^(?>(?:[>|] ?)*)[ \t]+\S")
#: Stands for a folded line of a mail's source; it matches `labels.RAW_LINE`.
_FOLDED = "X-Folded: -"
_QUOTED = re.compile(r"^\s*[>|]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """What stands between a note and a forwarded text, as a range of lines."""

    #: First line of it, a separator where there is one.
    start: int
    #: First line after it.
    end: int
    #: Values by field: from, to, cc, date, subject, reply_to.
    fields: dict[str, str]
    language: str
    #: `forwarded` or `original` where a separator says so; empty without one.
    announced: str
    #: The separator as written, for telling clients apart.
    separator: str = ""
    #: Labels as they stood, in lower case and in order.
    labels: tuple[str, ...] = ()
    #: It is a line such as "On … X wrote:".
    attribution: bool = False
    #: Its own lines carry quote marks, and so does what belongs to it.
    quoted: bool = False


@dataclass(slots=True)
class _Run:
    """Header lines read so far."""

    end: int
    fields: dict[str, str] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)

    @property
    def kinds(self) -> set[str]:
        return set(self.fields) - {"other"}

    def add(self, label: str, value: str) -> None:
        kind = labels.FIELD_OF[label]
        self.labels.append(label)
        self.fields.setdefault(kind, value.strip())

    def accepts(self, label: str) -> bool:
        kind = labels.FIELD_OF[label]
        return kind in {"cc", "other", "reply_to"} or kind not in self.fields

    def counts(self, *, announced: bool) -> bool:
        """Tell whether this is a header block.

        From with an address and another, or three; without From only below a separator. Two
        lines of a text may well start with "From:" and "To:".
        """
        if len(self.kinds) >= _ENOUGH:
            return announced or "from" in self.kinds
        return len(self.kinds) > 1 and bool(ADDRESS.search(self.fields.get("from", "")))


def bare(line: str) -> str:
    """Give a line without quote marks and invisible marks, for matching only."""
    return _MARKS.sub("", line.replace("\xa0", " ")).rstrip()


def find_block(lines: Sequence[str], start: int = 0) -> Block | None:
    """Give the first header block at or after `start`, or None."""
    found = _first_block(lines, start)
    _header.cache_clear()  # it holds people's lines
    return found


def _first_block(lines: Sequence[str], start: int) -> Block | None:
    plain = _unfolded(lines[:MAX_LINES])
    for number in range(start, len(plain)):
        run = _glued(plain, number) or _run(plain, number) or _without_colons(plain, number)
        if run is None:
            continue
        block = _block(plain, number, run, start, quoted=bool(_QUOTED.match(lines[number])))
        if run.counts(announced=bool(block.announced)):
            return block
    return None


def _unfolded(lines: Sequence[str]) -> list[str]:
    """Give the lines bare, those that go on with a source header made such headers themselves."""
    plain = [bare(line) for line in lines]
    for number in range(1, len(plain)):
        if labels.RAW_LINE.match(plain[number - 1]) and _INDENTED.match(lines[number]):
            plain[number] = _FOLDED
    return plain


def _run(plain: Sequence[str], start: int) -> _Run | None:
    """Read header lines from a line on, no more than `_HIGHEST`.

    Folded addresses and one blank line between are allowed.
    """
    if _header(plain[start]) is None:
        return None
    run = _Run(end=start)
    number = start
    while number < min(len(plain), start + _HIGHEST):
        found = _header(plain[number])
        if found is not None and run.accepts(found[0]):
            number = _take(plain, number, found, run)
            run.end = number
        elif not plain[number] and not run.kinds >= _WHOLE and _goes_on(plain, number + 1, run):
            number += 1
        else:
            break
    return run


@lru_cache(maxsize=4096)
def _header(line: str) -> tuple[str, str] | None:
    if len(line) > _LONGEST:
        return None
    match = labels.HEADER_LINE.match(line)
    if match:
        return " ".join(match[1].lower().split()), match[2]
    return (labels.RAW, line) if labels.RAW_LINE.match(line) else None


def _take(plain: Sequence[str], number: int, found: tuple[str, str], run: _Run) -> int:
    """Add a header with its folded lines; give the line after it."""
    label, value = found
    kind = labels.FIELD_OF[label]
    number += 1
    while number < len(plain) and _folds(plain, number, kind, value, run):
        value += " " + plain[number]
        number += 1
    run.add(label, value)
    return number


def _folds(plain: Sequence[str], number: int, kind: str, value: str, run: _Run) -> bool:
    """Tell whether a line goes on with a header.

    Addresses fold after a comma, or where the line ends like one of them. A subject folds only
    where another header follows: it must never swallow the first line of the text.
    """
    line = plain[number]
    if not line or _header(line) is not None or labels.phrase(line) or len(line) > _LONGEST:
        return False
    if kind in {"to", "cc"}:
        more = re.search(r"[,;>]\s*$", line)
        return bool(ADDRESS.search(line)) and bool(more or value.rstrip().endswith((",", ";")))
    if kind in {"from", "date"} and not value.strip():
        return True
    following = _header(plain[number + 1]) if number + 1 < len(plain) else None
    new = following is not None and labels.FIELD_OF[following[0]] not in {kind, *run.fields}
    return kind in {"subject", "from"} and new


def _goes_on(plain: Sequence[str], number: int, run: _Run) -> bool:
    """Tell whether the header block goes on after a blank line."""
    found = _header(plain[number]) if number < len(plain) else None
    return found is not None and run.accepts(found[0]) and labels.FIELD_OF[found[0]] != "other"


def _without_colons(plain: Sequence[str], number: int) -> _Run | None:
    """Read a block below a separator whose labels have no colons, as eM Client writes it."""
    if number == 0 or not _separates(plain[number - 1]):
        return None
    run = _Run(end=number)
    for line in plain[number : number + 8]:
        match = labels.BARE_LABEL.match(line)
        label = " ".join(match[1].lower().split()) if match else ""
        if match is None or not run.accepts(label):
            break
        run.add(label, match[2])
        run.end += 1
    return run if ADDRESS.search(run.fields.get("from", "")) else None


def _glued(plain: Sequence[str], number: int) -> _Run | None:
    """Read a block whose headers stand on one line, after its separator or without one."""
    line = plain[number]
    if len(line) > _LONGEST:
        return None
    dashed = _DASHED.match(line)
    text = dashed[2] if dashed else line
    if not text or (not dashed and _header(line) is None):
        return None
    pieces = [piece for piece in labels.GLUED.split(text) if piece]
    run = _Run(end=number + 1)
    for piece in pieces:
        match = labels.BARE_LABEL.match(piece)
        label = " ".join(match[1].lower().split()) if match else ""
        if match and label in labels.FIELD_OF and run.accepts(label):
            run.add(label, match[2])
    return run if len(run.kinds) >= _ENOUGH else None


def _block(plain: Sequence[str], number: int, run: _Run, floor: int, *, quoted: bool) -> Block:
    first, separator = separator_above(plain, number, floor)
    announced = labels.phrase(separator_words(separator)) if separator else None
    end = run.end
    # Some clients close the block with the separator once more.
    following = next((n for n in range(end, min(end + 2, len(plain))) if plain[n]), None)
    if separator and following is not None and plain[following] == separator:
        end = following + 1
    while end < len(plain) and not plain[end]:
        end += 1
    language = labels.language_of(run.labels, run.fields.get("date", ""))
    if announced and announced[1] and language in {"", "en"}:
        language = announced[1] if announced[1] != "en" else language or "en"
    return Block(
        start=first,
        end=end,
        fields=run.fields,
        language=language,
        announced=announced_by(separator, announced),
        separator=separator,
        labels=tuple(run.labels),
        quoted=quoted,
    )


def separator_above(plain: Sequence[str], number: int, floor: int) -> tuple[int, str]:
    """Give the separator above a block, or on its first line, and where it stands."""
    dashed = _DASHED.match(plain[number])
    if dashed:
        return number, plain[number][: dashed.start(2)].rstrip()
    above = number - 1
    while above >= max(floor, number - 3) and not plain[above]:
        above -= 1
    if above >= floor and _separates(plain[above]):
        return above, plain[above]
    return number, ""


def _separates(line: str) -> bool:
    return bool(_RULE.match(line) or _DASHED.match(line) or labels.phrase(line))


def separator_words(separator: str) -> str:
    """Give a separator without its dashes."""
    return separator.strip(" -=_*:")


def announced_by(separator: str, known: tuple[str, str] | None) -> str:
    """Give what a separator announces: `forwarded`, `original`, or nothing."""
    if known:
        return known[0]
    # Dashes with words in a language the table lacks still announce a mail.
    return "forwarded" if _DASHED.match(separator) else ""
