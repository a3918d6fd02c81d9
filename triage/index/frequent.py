"""Gathers which findings say a frequent word, or two of the most frequent in a row.

The full-text search reads every place where a word stands: 80 ms where a million findings say it.
What stands under a number never changes, so once `STEP` more numbers are given, their texts are
read once and it is written down who says what. What is not gathered is asked of the full-text
search (`saying.py`), so what counts as frequent is a matter of time and room alone.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, update

from triage.index.bitmaps import Numbers
from triage.index.tables import TEXT_COLUMNS, identities
from triage.index.tokens import Vocabulary, by_sqlite, joined
from triage.index.words import words

#: So many numbers are gathered at once. They share a container within a bitmap.
STEP = 1 << 14
#: A word is frequent where one finding in so many says it, and common where one in so many does:
#: of two common words in a row it is known who says them so.
FREQUENT, COMMON = 64, 8
#: So many findings of a step tell which words may be frequent, and at most so many words may be.
SAMPLE, MOST_WORDS = 256, 2_048
#: A longer text has no say in that.
LONG = 1 << 15
#: A step is left to the full-text search where more of its texts are odd, or where more pairs stand
#: in its findings: nobody is to have very much read at once.
MOST_ODD, MOST_PAIRS = 1_024, 1 << 23
#: So many bytes of text are looked at at once, for the processor's caches; so many texts by SQLite.
AT_ONCE, ODD_AT_ONCE = 1 << 18, 64
#: Step, word or pair, whether common, and who says it.
_Row = tuple[int, str, bool, bytes]
_TEXTS = f"SELECT rowid, {', '.join(TEXT_COLUMNS)} FROM index_text"  # noqa: S608 - our own words
_SPAN = f"{_TEXTS} WHERE rowid >= ? AND rowid < ? AND rowid % ? = 0"


def gather(connection: Connection, gathered: int, given: int) -> None:
    """Gather what is due: from a number on, when all up to another were given.

    It is part of the transaction that gives the last number of a step.
    """
    upto = (given + 1) // STEP * STEP
    if upto <= gathered:
        return
    for start in range(gathered, upto, STEP):
        _gather_step(connection, start)
    connection.execute(update(identities).values(gathered=upto))


def _gather_step(connection: Connection, start: int) -> None:
    known, common = _worth_gathering(connection, start)
    step = _Step(start=start, known=Vocabulary.of(known), common=common)
    for number, *texts in connection.exec_driver_sql(_SPAN, (start, start + STEP, 1)):
        step.read(number, texts)
    if step.finished() and (rows := sorted(step.rows())):
        connection.exec_driver_sql("INSERT INTO index_frequent VALUES (?, ?, ?, ?)", rows)


def _worth_gathering(connection: Connection, start: int) -> tuple[list[str], set[str]]:
    """Give the words that may be frequent here by a sample, and those of them that are common."""
    span = (start, start + STEP, max(1, STEP // SAMPLE))
    counts: Counter[str] = Counter()
    read = 0
    for _, *texts in connection.exec_driver_sql(_SPAN, span):
        if sum(map(len, texts)) <= LONG:
            counts.update({word for text in texts for word in words(text)})
            read += 1
    # By half as much again, since some that are frequent are not as frequent in the sample.
    least = read / FREQUENT / 1.5
    known = [word for word, count in counts.most_common(MOST_WORDS) if count >= least]
    return known, {word for word in known if counts[word] * COMMON >= read}


@dataclass(kw_only=True)
class _Step:
    """Who says what among the findings of one step."""

    start: int
    known: Vocabulary
    common: set[str]
    #: Texts that are read, but not noted: places within the step, texts, and how large these are.
    _places: list[int] = field(default_factory=list)
    _texts: list[bytes] = field(default_factory=list)
    _bytes: int = 0
    #: Texts in which something is odd, by their places, and how many there were.
    _odd: list[tuple[int, Sequence[str]]] = field(default_factory=list)
    _all_odd: int = 0
    #: How many texts are noted, and how many pairs in them.
    _noted: int = 0
    _paired: int = 0

    def __post_init__(self) -> None:
        # For each known word a row, in it a place for each number of the step.
        self._said = np.zeros((len(self.known.words) + 1) * STEP, dtype=np.bool_)
        # For each known word which of the common ones it is, from 1; 0 where it is none.
        common = np.array([0, *(it in self.common for it in self.known.words)], dtype=np.int64)
        self._common = (common.cumsum() * common).astype(np.int32)
        self._pairs: list[NDArray[np.int64]] = []

    def read(self, number: int, parts: Sequence[str]) -> None:
        """Read the text that stands under a number of this step."""
        text = joined(parts)
        if text is not None:
            self._add(number - self.start, text)
        elif self._readable:
            self._odd.append((number - self.start, parts))
            self._all_odd += 1
            if len(self._odd) >= ODD_AT_ONCE:
                self._read_odd()

    def finished(self) -> bool:
        """Note what is left to be noted. Gives whether all of it is known now."""
        self._read_odd()
        self._note()
        return self._readable

    @property
    def _readable(self) -> bool:
        return self._all_odd <= MOST_ODD and self._paired <= MOST_PAIRS

    def _read_odd(self) -> None:
        if self._odd and self._readable:
            for (place, _), text in zip(
                self._odd, by_sqlite([parts for _, parts in self._odd]), strict=True
            ):
                self._add(place, text)
        self._odd = []

    def _add(self, place: int, text: bytes) -> None:
        self._places.append(place)
        self._texts.append(text)
        self._bytes += len(text)
        if self._bytes >= AT_ONCE:
            self._note()

    def _note(self) -> None:
        """Note who says what in the texts that were read."""
        if self._texts and self._readable:
            tokens = self.known.read(self._texts)
            places = np.repeat(np.array(self._places, dtype=np.int32), tokens.each)
            self._said[tokens.words.astype(np.int32) * STEP + places] = True
            common = self._common[tokens.words]
            here = np.flatnonzero((common[:-1] != 0) & (common[1:] != 0))
            first, second = common[here].astype(np.int64), common[here + 1]
            pairs = first * (len(self.common) + 1) + second
            self._pairs.append(_distinct(pairs * STEP + places[here]))
            self._paired += len(self._pairs[-1])
            self._noted += len(self._texts)
        self._places, self._texts, self._bytes = [], [], 0

    def rows(self) -> Iterator[_Row]:
        """Give what is to be written of a step that is finished."""
        said = self._said.reshape(-1, STEP)
        counts = said.sum(axis=1)
        for at, word in enumerate(self.known.words, 1):
            if counts[at] * FREQUENT >= self._noted or word in self.common:
                numbers = Numbers(self._listed(np.flatnonzero(said[at])))
                numbers.run_optimize()
                yield self.start // STEP, word, word in self.common, numbers.serialize()
        if self._pairs:
            yield from self._pair_rows(_distinct(np.concatenate(self._pairs)))

    def _pair_rows(self, all_pairs: NDArray[np.int64]) -> Iterator[_Row]:
        names = [word for word in self.known.words if word in self.common]
        pairs, places = np.divmod(all_pairs, STEP)
        starts = np.flatnonzero(np.diff(pairs, prepend=-1))
        listed = self._listed(places)
        ends = [*starts[1:].tolist(), len(pairs)]
        for pair, first, end in zip(pairs[starts].tolist(), starts.tolist(), ends, strict=True):
            one, next_to_it = divmod(pair, len(self.common) + 1)
            said = f"{names[one - 1]} {names[next_to_it - 1]}"
            yield self.start // STEP, said, True, Numbers(listed[first:end]).serialize()

    def _listed(self, places: NDArray[np.int64]) -> array[int]:
        return array("I", (places + self.start).astype(np.uint32).tobytes())


def _distinct(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give each value once, in order."""
    values.sort()  # np.unique takes ten times as long for these
    return values[np.flatnonzero(np.diff(values, prepend=-1))]
