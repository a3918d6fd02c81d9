"""What every Journal keeps to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from casefile.errors import NotFound
from casefile.ports import Entry, Journal

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def fill(journal: Journal, number: int = 5) -> list[Entry]:
    """Append entries with the payloads `secret 1`, `secret 2` and so on."""
    return [
        journal.append("inv-1", "viewed", f"key-{n}", f"secret {n}", AT + timedelta(minutes=n))
        for n in range(1, number + 1)
    ]


class JournalContract:
    """Subclass it with a fixture `journal` that gives an empty Journal."""

    def test_an_empty_journal_holds(self, journal: Journal) -> None:
        assert journal.verify() is None
        assert list(journal.entries()) == []

    def test_what_is_appended_is_given_back_in_order(self, journal: Journal) -> None:
        appended = fill(journal)
        assert list(journal.entries()) == appended
        assert [entry.number for entry in appended] == [1, 2, 3, 4, 5]
        assert (appended[0].actor, appended[0].action) == ("inv-1", "viewed")
        assert (appended[0].object, appended[0].payload) == ("key-1", "secret 1")

    def test_entries_after_a_number_are_the_later_ones(self, journal: Journal) -> None:
        appended = fill(journal)
        assert list(journal.entries(3)) == appended[3:]
        assert list(journal.entries(5)) == []

    def test_each_entry_names_the_digest_before_it(self, journal: Journal) -> None:
        first, second, third = fill(journal, 3)
        assert second.previous == first.digest
        assert third.previous == second.digest
        assert len({first.digest, second.digest, third.digest, first.previous}) == 4

    def test_the_same_said_twice_has_two_digests(self, journal: Journal) -> None:
        first, second = (journal.append("a", "viewed", "x", "same", AT) for _ in range(2))
        assert first.digest != second.digest

    def test_times_are_kept_in_utc(self, journal: Journal) -> None:
        summer = timezone(timedelta(hours=1))
        entry = journal.append("a", "viewed", "x", "", AT.astimezone(summer))
        assert entry.at == AT
        assert entry.at.utcoffset() == timedelta(0)
        assert list(journal.entries()) == [entry]

    def test_an_untouched_journal_holds(self, journal: Journal) -> None:
        fill(journal)
        assert journal.verify() is None

    def test_an_erased_payload_is_gone_and_the_chain_holds(self, journal: Journal) -> None:
        appended = fill(journal)
        journal.erase_payload(3)
        found = list(journal.entries())
        assert [entry.payload for entry in found] == [
            "secret 1",
            "secret 2",
            None,
            "secret 4",
            "secret 5",
        ]
        assert [entry.digest for entry in found] == [entry.digest for entry in appended]
        assert journal.verify() is None

    def test_some_are_found_by_their_numbers(self, journal: Journal) -> None:
        appended = fill(journal)
        assert journal.some([4, 2, 2, 99]) == {2: appended[1], 4: appended[3]}
        journal.erase_payload(2)
        assert journal.some([2])[2].payload is None
        assert journal.some([]) == {}

    def test_erasing_twice_is_no_error(self, journal: Journal) -> None:
        fill(journal, 1)
        journal.erase_payload(1)
        journal.erase_payload(1)
        assert journal.verify() is None

    def test_erasing_an_unknown_entry_is_an_error(self, journal: Journal) -> None:
        with pytest.raises(NotFound):
            journal.erase_payload(1)

    def test_the_chain_goes_on_after_an_erasure(self, journal: Journal) -> None:
        fill(journal, 2)
        journal.erase_payload(2)
        fill(journal, 2)
        assert [entry.number for entry in journal.entries()] == [1, 2, 3, 4]
        assert journal.verify() is None

    @pytest.mark.parametrize(
        "odd", ["", "\x00", "\udc80", "\u202e‹é›\n\r", "🙂", "'; drop table journal_entries; --"]
    )
    def test_any_text_is_kept_exactly(self, journal: Journal, odd: str) -> None:
        entry = journal.append(odd, odd, odd, odd, AT)
        assert list(journal.entries()) == [entry]
        assert (entry.actor, entry.action, entry.object, entry.payload) == (odd, odd, odd, odd)
        assert journal.verify() is None

    def test_a_journal_longer_than_a_page_is_walked_whole(self, journal: Journal) -> None:
        appended = fill(journal, 503)
        assert list(journal.entries()) == appended
        assert journal.verify() is None
