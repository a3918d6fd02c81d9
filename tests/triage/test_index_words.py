"""Words are those that SQLite's own full-text search reads in a text, one by one or very many."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.sample_findings import finding
from triage.index.elastic_snippets import word_snippet
from triage.index.tables import TOKENIZER
from triage.index.tokens import LONGEST, ODD, Vocabulary, by_sqlite, joined
from triage.index.words import LONGEST_WORD, places, words

#: Letters that SQLite's Unicode of 2012 does not know, and some with two accents that it leaves so.
NOT_ALIKE = set("\u037fǠǡǢǣ\u218a\u218bԨԩԪԫԬԭԮԯ")
SCRIPTS = (
    (0x20, 0x300),
    (0x370, 0x530),
    (0x1E00, 0x1F00),
    (0x2010, 0x2C00),
    (0x4E00, 0x4F00),
    (0x1F000, 0x1FB00),
)
LETTERS = [
    chr(code)
    for start, end in SCRIPTS
    for code in range(start, end)
    if chr(code).isprintable() and chr(code) not in NOT_ALIKE
]
#: Every letter that is not odd.
EVEN = [chr(code) for code in range(1, 0x1FB00) if not ODD.match(chr(code))]


def read_by_sqlite(texts: list[str]) -> list[list[str]]:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(f'CREATE VIRTUAL TABLE t USING fts5(text, tokenize = "{TOKENIZER}")')
        database.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance')")
        rows = list(enumerate(texts))
        database.executemany("INSERT INTO t (rowid, text) VALUES (?, ?)", rows)
        found: list[list[str]] = [[] for _ in texts]
        query = "SELECT doc, term FROM v ORDER BY doc, offset"
        for number, term in database.execute(query):
            found[number].append(term)
    return found


def test_each_letter_is_read_alike() -> None:
    texts = [f"q{letter}z {letter}" for letter in LETTERS]
    differing = [
        (text, theirs, words(text))
        for text, theirs in zip(texts, read_by_sqlite(texts), strict=True)
        if theirs != words(text)
    ]
    assert differing == []


def test_words_are_read_alike() -> None:
    texts = [
        "It's 3,5 BTC -- pay_now!",
        "TÂL nawr, Straße; naïve e\u0301te\u0301",
        "İstanbul Σίσυφος ΣΊΣΥΦΟΣ кошелёк ½ 大声 𝐁old",
        "don’t “quote” … a\u00a0b\u200bc\ufeffd\ttab\nline",
        "",
        "🙂 a🙂b",
    ]
    assert [words(text) for text in texts] == read_by_sqlite(texts)


@given(st.text(st.sampled_from([*LETTERS, " ", "\n", "_", "\u0301", "-"]), max_size=60))
@settings(max_examples=300, deadline=None)
def test_words_are_where_they_are_said_to_be(text: str) -> None:
    assert [words(text[start:end]) for start, end in places(text)] == [[it] for it in words(text)]


def test_a_long_word_stays_distinct() -> None:
    one, other = "x" * 5_000, "x" * 5_001
    assert words(one) == words(one.upper())
    assert words(one) != words(other)
    assert len(words(one)[0]) <= LONGEST_WORD


def test_a_snippet_of_a_text_of_one_word_is_a_snippet_like_others() -> None:
    """Looking at every match for each of them, it would take minutes."""
    shown = word_snippet(finding(1, "a " * 100_000), ("a",))
    assert shown is not None
    assert len(shown) < 200


def test_letters_that_are_not_odd_are_read_as_sqlite_reads_them() -> None:
    texts = [f"q{letter}z {letter}" for letter in EVEN]
    theirs = read_by_sqlite(texts)
    assert [text for text, it in zip(texts, theirs, strict=True) if words(text) != it] == []


@given(st.lists(st.text(st.sampled_from([*"abcAB 1_-.\n\u0301éÉσΣ大🙂", *EVEN]), max_size=40)))
@settings(max_examples=200, deadline=None)
def test_many_texts_are_read_as_each_is(texts: list[str]) -> None:
    there = [words(text) for text in texts]
    known = Vocabulary.of(sorted({it for text in there for it in text}))
    tokens = known.read([joined([text]) or b"" for text in texts])
    names = ("", *known.words)
    texts = np.repeat(np.arange(len(there)), tokens.each)
    for at, said in enumerate(there):
        found = [names[it] for it in tokens.words[texts == at]]
        assert found == ["", *(it if it in known.words else "" for it in said)]
        assert all(it in known.words or len(it.encode()) > LONGEST for it in said)


def test_no_phrase_runs_from_one_part_of_a_text_into_the_next() -> None:
    known = Vocabulary.of(["one", "two"])
    tokens = known.read([joined(["one", "two"]) or b"", joined(["ONE,two"]) or b""])
    assert tokens.words.tolist() == [0, 1, 0, 2, 0, 1, 2]
    assert tokens.each.tolist() == [4, 3]


def test_odd_texts_are_read_by_sqlite_itself() -> None:
    odd = [["one \u0378two", "Three,ǠFour"], ["", "é\u0378É two"]]
    assert all(joined(text) is None for text in odd)
    told = [" ".join(part) for text in odd for part in read_by_sqlite(text)]
    for at, text in enumerate(by_sqlite(odd)):
        assert text.decode().split(" \0 ")[1:] == told[2 * at : 2 * at + 2]
