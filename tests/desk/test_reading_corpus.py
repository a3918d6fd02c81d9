"""Real mails that took other parsers apart, and mutations of them, through the reading child."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from submissions import PASSED, mail, submission

from desk.reading import Reader, ReadingFailed
from mutations import mutated

MUTATIONS = 20
LETTER = submission(mail("I saw you. Send 500 dollars, or else.\n" * 5))


@pytest.fixture(scope="module")
def alone() -> Iterator[Reader]:
    """Give a reader with the limits of a real desk."""
    with closing(Reader()) as reader:
        yield reader


def files(corpus: Path) -> Iterator[tuple[str, bytes]]:
    """Give name and bytes of the mails that are there to break parsers."""
    for line in (corpus / "index.tsv").read_text(encoding="utf-8").splitlines():
        name, measure, *_ = line.split("\t")
        if "parser_robustness" in measure:
            yield name, (corpus / name).read_bytes()


def unread(reader: Reader, mails: Iterator[tuple[str, bytes]]) -> tuple[int, list[str]]:
    """Read mails, and a letter after each. Gives how many there were, and what went wrong."""
    expected = reader.examine(LETTER, PASSED)
    count, wrong = 0, []
    for name, raw in mails:
        count += 1
        try:
            reader.examine(submission(raw), PASSED)
        except ReadingFailed as error:
            wrong.append(f"{name}: {error}")
        if reader.examine(LETTER, PASSED) != expected:
            wrong.append(f"{name}: the next mail is read in another way")
    return count, wrong


@pytest.mark.corpus
def test_every_such_mail_is_read_and_so_is_one_mutation_of_it(corpus: Path, alone: Reader) -> None:
    """No error, nothing beyond its budget, and the next mail is read as ever."""
    both = (
        (f"{name}, {'mutated' if number else 'as it is'}", mutated(raw, name) if number else raw)
        for name, raw in files(corpus)
        for number in range(2)
    )
    count, wrong = unread(alone, both)
    assert count == 2 * 257
    assert wrong == []


@pytest.mark.long
@pytest.mark.corpus
def test_twenty_mutations_of_every_such_mail_are_read(corpus: Path, alone: Reader) -> None:
    """The same for a great many mails that no client writes."""
    many = (
        (f"{name}, mutation {number}", mutated(raw, f"{name} {number}"))
        for name, raw in files(corpus)
        for number in range(MUTATIONS)
    )
    count, wrong = unread(alone, many)
    assert count == MUTATIONS * 257
    assert wrong == []
