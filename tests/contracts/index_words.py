"""What is typed into the one box of a search, as every Index takes it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casefile.ports import Index
from casefile.query import Page, Query
from contracts.sample_findings import (
    OTHER_WALLET,
    WALLET,
    account,
    finding,
    placed,
)

#: What a hostile or careless hand types; none of it may be syntax, and none may raise.
ODD = [
    "((((",
    "*",
    "bit*",
    "NEAR(",
    "NEAR(a b, 2)",
    "a AND",
    "NOT",
    "OR OR OR",
    "text:webcam",
    "-webcam",
    "^webcam",
    "a\0b",
    '"',
    '"""',
    '"unclosed phrase',
    "'; DROP TABLE index_finding; --",
    "%_%",
    "\ud800",
    "\ue000\ue001",
    " ".join(f"word{number}" for number in range(10_000)),
    "x" * 5_000,
    "é" * 900,
    "W-",
    "C-99999999999999999999999",
    "0190a000",
]


def keys(page: Page) -> list[str]:
    return [hit.finding.key for hit in page.hits]


class WordsContract:
    """Words, phrases, accounts and ids; nothing that is typed is syntax."""

    def found(self, index: Index, text: str) -> list[str]:
        return keys(index.search(Query(text=text)))

    def test_all_words_must_match_wherever_they_stand(self, index: Index) -> None:
        both = finding(1, "your webcam is mine", note="my son is afraid")
        index.upsert([both, finding(2, "your webcam is mine")])
        assert self.found(index, "webcam AFRAID") == [both.key]
        assert self.found(index, "webcam trousers") == []

    def test_subject_sender_and_reporter_are_searched(self, index: Index) -> None:
        one = finding(1, "text", subject="Your account", reporter="Jane.Doe@home.example")
        index.upsert([one, finding(2, "text")])
        assert self.found(index, "account") == [one.key]
        assert self.found(index, "jane.doe@home.example") == [one.key]
        assert len(self.found(index, "offender@mail.example")) == 2

    def test_accents_do_not_matter(self, index: Index) -> None:
        one = finding(1, "Mae gennyf fideo ohonoch chi, tâl nawr")
        index.upsert([one])
        assert self.found(index, "tal") == self.found(index, "TÂL") == [one.key]

    def test_a_text_in_look_alike_letters_is_found_by_the_words_read_in_it(
        self, index: Index
    ) -> None:
        odd = "pаy the bitсoin now"  # with Cyrillic a and c
        one = replace(finding(1, "pay the bitcoin now"), text=odd)
        index.upsert([one])
        assert self.found(index, "bitcoin") == [one.key]

    def test_a_phrase_matches_in_order_only(self, index: Index) -> None:
        one = finding(1, "I recorded you through the camera")
        index.upsert([one])
        assert self.found(index, '"recorded you"') == [one.key]
        assert self.found(index, '"you recorded"') == []

    @pytest.mark.parametrize("typed", ODD)
    def test_nothing_typed_is_syntax_or_raises(self, index: Index, typed: str) -> None:
        index.upsert([finding(1, "webcam text bit a b or and not near")])
        page = index.search(Query(text=typed))
        assert page.total == len(page.hits) <= 1

    @pytest.mark.parametrize("typed", ["((((", "*", '"', "'' --", "\ue000"])
    def test_what_holds_no_letter_or_digit_finds_nothing(self, index: Index, typed: str) -> None:
        index.upsert([finding(1, "webcam")])
        assert self.found(index, typed) == []

    @pytest.mark.parametrize("typed", ["webcam &", "* webcam", '"" webcam', "text:webcam text"])
    def test_marks_beside_words_are_passed_over(self, index: Index, typed: str) -> None:
        one = finding(1, "text: webcam")
        index.upsert([one])
        assert self.found(index, typed) == [one.key]

    def test_operators_are_words(self, index: Index) -> None:
        index.upsert([finding(1, "apple"), finding(2, "pear")])
        assert self.found(index, "apple OR pear") == []
        assert self.found(index, "NOT apple") == []

    def test_an_account_is_found_whole_or_by_its_beginning(self, index: Index) -> None:
        one = finding(1, "text", accounts=[account()])
        other = finding(2, "text", accounts=[account(OTHER_WALLET)])
        index.upsert([one, other])
        assert self.found(index, WALLET) == self.found(index, WALLET[:6]) == [one.key]
        assert (
            self.found(index, WALLET.upper()) == self.found(index, WALLET[:6].upper()) == [one.key]
        )
        assert self.found(index, OTHER_WALLET) == [other.key]
        assert self.found(index, OTHER_WALLET.lower()) == []
        assert self.found(index, WALLET[:5]) == []

    def test_ids_typed_in_the_box_are_found(self, index: Index) -> None:
        one = finding(1, "text", placement=placed(17, 2, 9))
        index.upsert([one, finding(2, "text", placement=placed(1, 1, 1))])
        for typed in ("W-17", "w-17", "W-17.2", "C-9", "c-9", one.key, one.report.submission):
            assert self.found(index, typed) == [one.key]
