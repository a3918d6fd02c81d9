"""What every Queue keeps to."""

from __future__ import annotations

from casefile.ports import Queue
from makers import key


class QueueContract:
    """Subclass it with a fixture `queue` that gives an empty one."""

    def test_hints_come_out_as_they_went_in(self, queue: Queue) -> None:
        """A hint names its job and key."""
        assert queue.put("triage", key(1))
        assert queue.put("answer", key(2))

        assert queue.take(1) == ("triage", key(1))
        assert queue.take(1) == ("answer", key(2))

    def test_an_empty_queue_waits_no_longer_than_told(self, queue: Queue) -> None:
        """Nothing there gives None."""
        assert queue.take(0) is None
        assert queue.take(0.01) is None

    def test_a_full_queue_drops_without_waiting(self, queue: Queue) -> None:
        """A hint that finds no room says so, and those inside stay whole."""
        put = 0
        while put < 100_000 and queue.put("triage", key(put % 5000)):
            put += 1

        assert 16 <= put < 100_000
        taken = 0
        while queue.take(0) is not None:
            taken += 1
        assert taken == put
