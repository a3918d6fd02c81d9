"""Finds the header block of a forward in lines of text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.unwrap import labels
from ingest.unwrap.lines import DASHES, LONGEST, View, label_of

#: So many kinds of header make a block without From, below a separator or on one line.
_ENOUGH = 3
#: Kinds of header that a whole block has.
_WHOLE = {"from", "to", "date", "subject"}
#: No more lines of them stand above a forward.
_HIGHEST = 60
_RULES = frozenset("-=_*\u2500\u2013\u2014")
_RULE = re.compile(rf"^[{re.escape(''.join(sorted(_RULES)))}]{{5,}}$")
_DASHED = re.compile(r"^[-=_]{3,}\s*([^-=_\s][^\n]{2,80}?)\s*[-=_]{3,}\s*:?\s*(.*)$")
_ATOM = r"[^\s<>()\[\]:;,\"'@]+"
ADDRESS = re.compile(rf"{_ATOM}@{_ATOM}\.{_ATOM}")
_COLONS = re.compile(r"[:：]")
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
    #: Names and values of the headers of the mail's source (`labels.RAW`), in order.
    source: tuple[tuple[str, str], ...] = ()
    #: Its labels stand without colons.
    bare_labels: bool = False
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
    source: list[tuple[str, str]] = field(default_factory=list)
    bare_labels: bool = False

    @property
    def kinds(self) -> set[str]:
        return set(self.fields) - {"other"}

    def add(self, label: str, value: str) -> None:
        kind = labels.FIELD_OF[label]
        self.labels.append(label)
        before = self.fields.get(kind)
        # What may stand there twice is kept twice: no line of a block is lost.
        self.fields[kind] = value.strip() if before is None else f"{before}\n{value.strip()}"

    def keep_source(self, said: str) -> None:
        """Keep a header of a mail's source, or lines that go on with the one before."""
        if labels.RAW_LINE.match(said):
            name, _, value = said.partition(":")
            self.source.append((name, value.strip()))
        elif self.source:
            name, value = self.source[-1]
            self.source[-1] = (name, f"{value} {said}")

    def accepts(self, label: str) -> bool:
        return _repeats(label) or labels.FIELD_OF[label] not in self.fields

    def counts(self, *, announced: bool) -> bool:
        """Tell whether this is a header block.

        From with an address and another, or three; below a separator a name will do, and From
        may be missing. Two lines of a text may well start with "From:" and "To:".
        """
        author = self.fields.get("from")
        if len(self.kinds) >= _ENOUGH:
            return announced or author is not None
        return author is not None and (
            announced
            if len(self.kinds) > 1 and not ADDRESS.search(author)
            else bool(ADDRESS.search(author)) and (announced or len(self.kinds) > 1)
        )


def _repeats(label: str) -> bool:
    return labels.FIELD_OF[label] in {"cc", "other", "reply_to"}


def find_block(view: View, start: int = 0) -> Block | None:
    """Give the first header block at or after line `start`, or None."""
    behind = start
    for number in view.starts[bisect_left(view.starts, start) :]:
        run = _run_at(view, number) if number >= behind else None
        if run is not None and run.counts(announced=True):
            block = _block(view, number, run, start)
            if run.counts(announced=bool(block.announced)):
                return block
        if run is not None:
            found = view.header(number)
            behind = _behind(view, number) + 1 if found and _repeats(found[0]) else behind
    return None


def find_separator(view: View) -> Block | None:
    """Give the first line that announces a forwarded mail, where no header block stands below it.

    Some programs write no header lines, and people cut them away.
    """
    for number, line in enumerate(view.plain):
        known = labels.phrase(line) if line else None
        end = view.after_blanks(number + 1)
        if known and known[0] == "forwarded" and end < len(view):
            return Block(
                start=number,
                end=end,
                fields={},
                language=known[1],
                announced=known[0],
                separator=line,
                quoted=bool(_QUOTED.match(view.lines[number])),
            )
    return None


def _behind(view: View, number: int) -> int:
    """Give the last of the lines that need not be tried after a run that is no block.

    Where lines that may be repeated lead it, the same run without them is none either.
    """
    end = min(number + _HIGHEST // 2, len(view) - 1)
    while number < end and (found := view.header(number + 1)) and _repeats(found[0]):
        number += 1
    return number


def _run_at(view: View, number: int) -> _Run | None:
    line = view.plain[number]
    if not line:
        return None
    dashed = _DASHED.match(line) if line[:1] in DASHES else None
    if dashed is None and view.header(number) is None:
        return _without_colons(view, number)
    return _glued(line, dashed) or _run(view, number)


def _run(view: View, start: int) -> _Run | None:
    """Read header lines from a line on, no more than `_HIGHEST`.

    Folded addresses and one blank line between are allowed.
    """
    if view.header(start) is None:
        return None
    run = _Run(end=start)
    number = start
    while number < min(len(view), start + _HIGHEST):
        found = view.header(number)
        if found is not None and run.accepts(found[0]):
            number = _take(view, number, found, run)
            run.end = number
        elif not view.plain[number] and not run.kinds >= _WHOLE and _goes_on(view, number + 1, run):
            number += 1
        else:
            break
    return run


def _take(view: View, number: int, found: tuple[str, str], run: _Run) -> int:
    """Add a header with its folded lines; give the line after it."""
    label, value = found
    kind = labels.FIELD_OF[label]
    first = number
    number += 1
    while number < len(view) and _folds(view, number, kind, value, run):
        value += " " + view.plain[number]
        number += 1
    run.add(label, value)
    if label == labels.RAW:
        run.keep_source(" ".join(view.unfolded(it) for it in range(first, number)))
    return number


def _folds(view: View, number: int, kind: str, value: str, run: _Run) -> bool:
    """Tell whether a line goes on with a header.

    Addresses fold after a comma, or where the line ends like one of them. A subject folds only
    where another header follows: it must never swallow the first line of the text.
    """
    line = view.plain[number]
    if not line or view.header(number) is not None or labels.phrase(line) or len(line) > LONGEST:
        return False
    if kind in {"to", "cc"}:
        more = re.search(r"[,;>]\s*$", line)
        return bool(ADDRESS.search(line)) and bool(more or value.rstrip().endswith((",", ";")))
    if kind in {"from", "date"} and not value.strip():
        return True
    if kind == "other":
        return bool(labels.RAW_LINE.match(value)) and _source_goes_on(view, number + 1)
    following = view.header(number + 1) if number + 1 < len(view) else None
    new = following is not None and labels.FIELD_OF[following[0]] not in {kind, *run.fields}
    return kind in {"subject", "from"} and new


def _source_goes_on(view: View, number: int) -> bool:
    """Tell whether the header of a mail's source goes on within a few lines.

    Thunderbird shows all of it where people have it so, its long lines wrapped without a mark.
    """
    for near in range(number, min(number + 3, len(view))):
        if not view.plain[near]:
            return False
        if view.header(near) is not None:
            return True
    return False


def _goes_on(view: View, number: int, run: _Run) -> bool:
    """Tell whether the header block goes on after a blank line."""
    found = view.header(number) if number < len(view) else None
    return found is not None and run.accepts(found[0]) and labels.FIELD_OF[found[0]] != "other"


def _without_colons(view: View, number: int) -> _Run | None:
    """Read a block below a separator whose labels have no colons, as eM Client writes it."""
    if number == 0 or not view.plain[number - 1]:
        return None
    first = view.plain[number].split(" ", 1)[0].lower()
    if first not in labels.FIRST_WORDS or not _separates(view.plain[number - 1]):
        return None
    run = _Run(end=number, bare_labels=True)
    for line in view.plain[number : number + 8]:
        match = labels.BARE_LABEL.match(line)
        label = label_of(match[1]) if match else ""
        if match is None or not run.accepts(label):
            break
        run.add(label, match[2])
        run.end += 1
    return run if ADDRESS.search(run.fields.get("from", "")) else None


def _glued(line: str, dashed: re.Match[str] | None) -> _Run | None:
    """Read a block whose headers stand on one line, after its separator or without one."""
    text = dashed[2] if dashed else line
    few = dashed is None and len(_COLONS.findall(text)) < _ENOUGH - 1
    if not text or few or len(line) > LONGEST:
        return None
    run = _Run(end=0)
    for piece in filter(None, labels.GLUED.split(text)):
        match = labels.BARE_LABEL.match(piece)
        label = label_of(match[1]) if match else ""
        if match and label in labels.FIELD_OF and run.accepts(label):
            run.add(label, match[2])
    return run if len(run.kinds) >= _ENOUGH else None


def _block(view: View, number: int, run: _Run, floor: int) -> Block:
    plain = view.plain
    first, separator = separator_above(plain, number, floor)
    announced = labels.phrase(separator_words(separator)) if separator else None
    end = run.end or number + 1
    # Some clients close the block with the separator once more.
    following = view.after_blanks(end)
    if separator and following < min(end + 2, len(view)) and plain[following] == separator:
        end = following + 1
    end = view.after_blanks(end)
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
        source=tuple(run.source),
        bare_labels=run.bare_labels,
        quoted=bool(_QUOTED.match(view.lines[number])),
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
    if line[:1] in _RULES and (_RULE.match(line) or _DASHED.match(line)):
        return True
    return bool(line) and labels.phrase(line) is not None


def separator_words(separator: str) -> str:
    """Give a separator without its dashes."""
    return separator.strip(" -=_*:")


def announced_by(separator: str, known: tuple[str, str] | None) -> str:
    """Give what a separator announces: `forwarded`, `original`, or nothing."""
    if known:
        return known[0]
    # Dashes with words in a language the table lacks still announce a mail.
    return "forwarded" if _DASHED.match(separator) else ""
