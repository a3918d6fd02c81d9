"""Who sent a mail, and whether it came before, as every Record keeps it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from casefile.errors import NotFound
from casefile.ports import Record
from casefile.report import Authentication
from ingest.keys import first_key_at
from makers import NOON, cover, key, triaged

LATER = NOON + timedelta(minutes=5)
WEEK, SECOND = timedelta(days=7), timedelta(seconds=1)


def key_at(after: timedelta) -> str:
    """Give a key that was given so long after noon."""
    return first_key_at(NOON + after)


class SendersContract:
    """Authentication, copies and mails that join a report."""

    def test_who_sent_it_is_settled_once(self, record: Record) -> None:
        """What is open is settled by the first definite result; no later one replaces it."""
        open_ = Authentication(method="required", passed=False, reason="open", temporary=True)
        again = replace(open_, reason="spf temperror", spf="temperror")
        proven = replace(again, passed=True, reason="spf pass", temporary=False, spf="pass")
        record.receive([key(1)], NOON)
        record.triaged([triaged(key(1), cover=cover(authentication=open_))], NOON)

        assert record.cover(key(1)).authentication == open_
        assert record.settle_authentication(key(1), again).authentication == again
        assert record.settle_authentication(key(1), proven) == cover(authentication=proven)
        assert record.settle_authentication(key(1), open_).authentication == proven
        assert record.cover(key(1)) == cover(authentication=proven)

    def test_who_sent_it_is_not_asked_again(self, record: Record) -> None:
        """What triage settled stays, and of what is not triaged nothing is kept."""
        record.receive([key(1), key(2)], NOON)
        record.triaged([triaged(key(1))], NOON)
        forged = Authentication(method="required", passed=False, reason="spf fail")

        assert record.settle_authentication(key(1), forged) == cover()
        with pytest.raises(NotFound):
            record.settle_authentication(key(2), forged)
        with pytest.raises(NotFound):
            record.settle_authentication(key(3), forged)

    def test_what_comes_again_is_known_by_its_content(self, record: Record) -> None:
        """The first is the first for all, in whatever order and how often it is asked."""
        content, other = "b" * 64, "c" * 64
        both = {key(2): content, key(1): content, key(3): other}

        assert record.originals(both, WEEK) == {key(2): key(1)}
        assert record.originals({key(4): content}, WEEK) == {key(4): key(1)}
        assert record.originals(both, WEEK) == {key(2): key(1)}
        assert record.originals({key(4): content, key(1): content}, WEEK) == {key(4): key(1)}
        assert record.originals({}, WEEK) == {}

    def test_what_comes_again_before_the_first_is_read_is_the_first(self, record: Record) -> None:
        """A mail that was put off finds that its copy was quicker."""
        assert record.originals({key(2): "b" * 64}, WEEK) == {}
        assert record.originals({key(1): "b" * 64}, WEEK) == {key(1): key(2)}

    def test_what_comes_again_after_a_week_is_no_copy(self, record: Record) -> None:
        """But others are copies of that one from then on, and an early one is of nobody's."""
        content = "b" * 64
        assert key_at(WEEK) < key_at(WEEK + SECOND)
        for after, first in (
            (timedelta(0), None),
            (WEEK, timedelta(0)),
            (WEEK + SECOND, None),
            (2 * WEEK, WEEK + SECOND),
            (timedelta(0), None),
        ):
            found = record.originals({key_at(after): content}, WEEK)
            assert found == ({} if first is None else {key_at(after): key_at(first)})

    def test_copies(self, record: Record) -> None:
        """The same content is known again within its days, from either side."""
        record.receive([key(1), key(2), key(3)], NOON)
        same = cover(content_hash="b" * 64)
        record.triaged(
            [triaged(key(1), cover=same), triaged(key(2), cover=same), triaged(key(3))], NOON
        )

        assert record.copies(key(2), NOON) == [key(1)]
        assert record.copies(key(1), NOON) == [key(2)]
        assert record.copies(key(3), NOON) == []
        assert record.copies(key(2), LATER) == []

    def test_a_mail_joins_one_report_and_both_sides_know_it(self, record: Record) -> None:
        """The first word stays; what joined comes in intake order."""
        record.receive([key(1), key(2), key(3), key(4)], NOON)
        for later, first in ((3, 1), (2, 1), (2, 4)):
            record.follow(key(later), key(first))

        assert record.followed(key(2)) == key(1)
        assert record.followed(key(1)) is None
        assert record.follow_ups(key(1)) == [key(2), key(3)]
        assert record.follow_ups(key(4)) == []

    def test_copy_of_bytes(self, record: Record) -> None:
        """The very same bytes are known once they were triaged."""
        record.receive([key(1)], NOON)
        assert record.copy_of("c" * 64) is None
        record.triaged([triaged(key(1), sha256="c" * 64)], NOON)
        assert record.copy_of("c" * 64) == key(1)
