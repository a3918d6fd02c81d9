"""What every Queue keeps to."""

from __future__ import annotations

from collections.abc import Callable

from casefile.ports import Job, Queue
from makers import key

#: Waits until so many hints have come out, or none came for a while; gives all since the last call.
Heard = Callable[[int], list[tuple[Job, str]]]
MANY = 100_000


class QueueContract:
    """Subclass it with fixtures: `queue`, an empty one, and `heard`, which takes hints out."""

    def test_a_hint_names_its_job_and_key(self, queue: Queue, heard: Heard) -> None:
        """Whoever takes it out learns what was put in."""
        assert queue.put("triage", key(1))
        assert queue.put("answer", key(2))

        assert sorted(heard(2)) == [("answer", key(2)), ("triage", key(1))]

    def test_an_empty_queue_holds_no_hint(self, heard: Heard) -> None:
        """Nothing comes out that was not put in."""
        assert heard(1) == []

    def test_a_hint_comes_out_once(self, queue: Queue, heard: Heard) -> None:
        """Whoever else listens does not get it too."""
        put = [key(number) for number in range(100)]
        for it in put:
            while not queue.put("triage", it):
                pass

        assert sorted(it for _, it in heard(len(put) + 1)) == put

    def test_a_full_queue_drops_without_waiting(self, queue: Queue, heard: Heard) -> None:
        """A hint that finds no room says so, and those inside stay whole."""
        put = 0
        while put < MANY and queue.put("triage", key(put % 5000)):
            put += 1

        assert put >= 16
        assert len(heard(put)) == put
