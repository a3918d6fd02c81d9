"""Reads many texts at once as the numbers of known words, as SQLite would part them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from triage.index.tables import TOKENIZER
from triage.index.words import unaccented

#: Bytes of the longest word that is known; a longer one is passed over.
LONGEST = 16
#: All but those letters and signs that SQLite and `words` read alike, as a test says of each one.
#: What is odd is of later Unicode than SQLite's, or rare.
ODD = re.compile(
    "[^\x01-\u01df\u01e2-\u0304\u0306-\u030c\u0323-\u0328\u0330-\u0377\u0384-\u038a\u038e-\u03a1\u03a3-\u0527"
    "\u05d0-\u05ea\u0620-\u06ff\u0904-\u0939\u0e01-\u0e3a\u1e00-\u1f15\u2000-\u2064\u2074-\u208e"
    "\u20a0-\u20cf\u2100-\u2189\u2190-\u2bff\u3000-\u303f\u3041-\u3096\u30a1-\u30ff\u3400-\u9fff"
    "\uac00-\ud7a3\ufe0e\ufe0f\ufeff\uff01-\uff9f\ufffd\U0001d400-\U0001d454"
    "\U0001f000-\U0001faff]"
)
#: Stands between two texts, and is no word of any.
APART = b" \0 "
#: For each byte what it is in a word: 0 where it parts words, and 1 for what stands between texts.
#: Beyond ASCII only letters are left by now.
_LETTERS = bytes(
    [
        1,
        *(ord(chr(it).lower()) if chr(it).isalnum() else 0 for it in range(1, 128)),
        *range(128, 256),
    ]
)
_MASKS = np.array([(1 << 8 * it) - 1 for it in range(9)], dtype=np.uint64)
_BITS = 18
_IN_ORDER = "SELECT doc, col, term FROM word ORDER BY doc, col, offset"
_MIXED = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))

_Halves = tuple[NDArray[np.uint64], NDArray[np.uint64]]


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """The words of texts in order: how many each text has, and which words they are."""

    each: NDArray[np.int64]
    #: From 1, by its place among the known words; 0 for any other, and between two parts of a text.
    words: NDArray[np.uint16]


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Known words, in a table in which each is looked up by one glance."""

    words: tuple[str, ...]
    _halves: _Halves
    _table: NDArray[np.uint16]

    @classmethod
    def of(cls, words: Sequence[str]) -> Self:
        """Know these words, but for long ones and the few that would stand in another's place."""
        short = [it for it in words if len(it.encode()) <= LONGEST]
        _, first = np.unique(_places(_written(short)), return_index=True)
        known = tuple(short[at] for at in sorted(first.tolist()))
        halves = _written(["", *known])
        table = np.zeros(1 << _BITS, dtype=np.uint16)
        table[_places(halves)] = np.arange(len(known) + 1, dtype=np.uint16)
        return cls(words=known, _halves=halves, _table=table)

    def read(self, texts: Sequence[bytes]) -> Tokens:
        """Read texts made by `joined`."""
        ends = np.cumsum([len(it) for it in texts])
        padded = b"".join((*texts, APART, b" " * LONGEST)).translate(_LETTERS)
        letters = np.frombuffer(padded, dtype=np.uint8)
        inside = letters != 0
        edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
        starts, lengths = edges[::2], edges[1::2] - edges[::2]
        each = np.diff(np.searchsorted(starts, ends), prepend=0)
        starts, lengths = starts[: each.sum()], lengths[: each.sum()]
        return Tokens(each=each, words=self._found(letters, starts, lengths))

    def _found(
        self,
        letters: NDArray[np.uint8],
        starts: NDArray[np.int64],
        lengths: NDArray[np.int64],
    ) -> NDArray[np.uint16]:
        # Eight letters from each place on, as one number.
        eight = np.ndarray(len(letters) - 7, dtype="<u8", buffer=letters, strides=(1,))
        halves = (
            eight[starts] & _MASKS[np.minimum(lengths, 8)],
            eight[starts + 8] & _MASKS[np.clip(lengths - 8, 0, 8)],
        )
        found = self._table[_places(halves)]
        same = (self._halves[0][found] == halves[0]) & (self._halves[1][found] == halves[1])
        return np.where(same & (lengths <= LONGEST), found, np.uint16(0))


def joined(parts: Sequence[str]) -> bytes | None:
    """Give the parts of a text for `Vocabulary.read`; None where something in them is odd."""
    made = []
    for part in parts:
        if part.isascii():
            made.append(part.encode())
        elif ODD.search(part):
            return None
        else:
            made.append(unaccented(part).lower().encode())
    return APART.join((b"", *made))


def by_sqlite(texts: Sequence[Sequence[str]]) -> list[bytes]:
    """Give texts in which something is odd, as `joined` does, in the words that SQLite reads."""
    columns = [f"part{at}" for at in range(len(texts[0]))]
    parts: list[list[list[str]]] = [[[] for _ in columns] for _ in texts]
    with closing(sqlite3.connect(":memory:")) as database:
        table = f'fts5({", ".join(columns)}, tokenize = "{TOKENIZER}")'
        database.execute(f"CREATE VIRTUAL TABLE said USING {table}")
        database.execute("CREATE VIRTUAL TABLE word USING fts5vocab(said, 'instance')")
        marks = ", ".join("?" * (1 + len(columns)))
        insert = f"INSERT INTO said (rowid, {', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own words
        database.executemany(insert, [(at, *text) for at, text in enumerate(texts)])
        for at, column, word in database.execute(_IN_ORDER):
            parts[at][columns.index(column)].append(word)
    return [APART.join((b"", *(" ".join(part).encode() for part in text))) for text in parts]


def _written(words: Sequence[str]) -> _Halves:
    padded = b"".join(it.encode().ljust(LONGEST, b"\0") for it in words)
    both = np.frombuffer(padded, dtype="<u8").reshape(-1, 2)
    return np.ascontiguousarray(both[:, 0]), np.ascontiguousarray(both[:, 1])


def _places(halves: _Halves) -> NDArray[np.uint64]:
    mixed = halves[0] * _MIXED[0] + halves[1] * _MIXED[1]
    return mixed >> np.uint64(64 - _BITS)
