"""What every Record keeps to about who works, and which index is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casefile.ports import Record
from makers import NOON, key, triaged

LATER = NOON + timedelta(minutes=5)
WEEK, SECOND = timedelta(days=7), timedelta(seconds=1)


class HoldersContract:
    """A part of `RecordContract`, with the same fixture `record`."""

    def test_a_holder_whose_name_cannot_be_kept_is_a_mistake(self, record: Record) -> None:
        """So that it is seen at once, on whichever database."""
        long = "w" * 65
        for done in (
            lambda: record.beat(long, NOON),
            lambda: record.take("triage", [key(1)], long, NOON),
            lambda: record.turn("sweep", long, NOON, LATER),
            lambda: record.beat("", NOON),
        ):
            with pytest.raises(ValueError, match="64 characters"):
                done()
        record.beat(long[:-1], NOON)
        assert record.take("triage", [key(1)], long[:-1], NOON)

    def test_a_voice_is_heard(self, record: Record) -> None:
        """Who beats is known with the last time; a clock that runs back makes nobody silent."""
        record.beat("one", NOON)
        record.beat("two", NOON)
        record.beat("one", LATER)
        record.beat("one", NOON)

        assert record.heard() == {"one": LATER, "two": NOON}

    def test_what_the_silent_hold_is_given_back(self, record: Record) -> None:
        """Only theirs, and the tries count: perhaps it is the mail that silenced its worker."""
        for number, holder in enumerate(("one", "two", "three")):
            record.take("triage", [key(number)], holder, NOON)
        record.beat("one", NOON)
        record.beat("two", LATER)

        assert record.release_silent(LATER) == 2  # one is too old, three never spoke
        assert record.due("triage", LATER, 10) == [key(0), key(2)]
        assert record.take("triage", [key(0)], "two", LATER)[0].attempt == 2
        assert record.release_silent(LATER) == 0
        assert record.take("triage", [key(1)], "one", LATER) == []

    def test_who_is_silent_for_a_day_is_forgotten(self, record: Record) -> None:
        """So that names of workers that are gone do not pile up."""
        record.beat("one", NOON)
        record.beat("two", NOON + SECOND)

        record.release_silent(NOON + timedelta(days=1))
        assert set(record.heard()) == {"one", "two"}
        record.release_silent(NOON + timedelta(days=1) + SECOND)
        assert set(record.heard()) == {"two"}

    def test_a_turn_is_one_holders_until_it_ends(self, record: Record) -> None:
        """It may be prolonged by who has it, and then be taken by another; things are apart."""
        assert record.turn("sweep", "one", NOON, LATER)
        assert not record.turn("sweep", "two", NOON, LATER)
        assert record.turn("count", "two", NOON, LATER)
        assert record.turn("sweep", "one", NOON + SECOND, LATER + SECOND)
        assert not record.turn("sweep", "two", LATER, LATER + WEEK)
        assert record.turn("sweep", "two", LATER + SECOND, LATER + WEEK)
        assert not record.turn("sweep", "one", LATER + SECOND, LATER + WEEK)

    def test_another_index_is_owed_everything(self, record: Record) -> None:
        """The one that was told before is owed nothing; any other is, and so is the first."""
        record.receive([key(1), key(2), key(3)], NOON)
        record.triaged([triaged(key(1)), triaged(key(2))], NOON)

        assert not record.told("an index")
        record.indexed([key(1), key(2)], "an index")
        assert record.told("an index")
        assert record.unindexed(10) == []
        assert not record.told("made anew")
        assert record.unindexed(10) == [key(1), key(2)]
        assert record.told("made anew")
        record.indexed([key(1), key(2)], "made anew")
        assert not record.told("an index")
        assert record.unindexed(10) == [key(1), key(2)]

    def test_what_another_index_was_told_is_not_noted(self, record: Record) -> None:
        """Who told the old one, and comes too late to say so, takes nothing from the new one."""
        record.receive([key(1)], NOON)
        record.triaged([triaged(key(1))], NOON)
        record.told("an index")
        record.told("made anew")

        record.indexed([key(1)], "an index")
        assert record.unindexed(10) == [key(1)]
        record.indexed([key(1)], "made anew")
        assert record.unindexed(10) == []
