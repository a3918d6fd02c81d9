from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from multiprocessing import get_context
from multiprocessing.connection import Connection

import pytest

from casefile.ports import Job
from contracts.queue import Heard, QueueContract
from desk.queue.local import LocalQueue
from makers import key


class TestLocalQueue(QueueContract):
    @pytest.fixture
    def queue(self) -> Iterator[LocalQueue]:
        """Give a pair of sockets."""
        queue = LocalQueue.make()
        yield queue
        queue.close()

    @pytest.fixture
    def heard(self, queue: LocalQueue) -> Heard:
        """Give one that asks until nothing is left."""

        def heard(count: int) -> list[tuple[Job, str]]:
            found = []
            while len(found) < count and (hint := queue.take(0.05)) is not None:
                found.append(hint)
            return found

        return heard

    def test_hints_come_out_as_they_went_in(self, queue: LocalQueue, heard: Heard) -> None:
        """On one machine the order stays among those of one job; answers come first."""
        for job, it in (("triage", key(1)), ("answer", key(2)), ("triage", key(3))):
            queue.put(job, it)  # type: ignore[arg-type]

        assert heard(3) == [("answer", key(2)), ("triage", key(1)), ("triage", key(3))]

    def test_who_listens_to_one_job_hears_of_no_other(self, queue: LocalQueue) -> None:
        """However many mails are to be read: whoever answers is told at once, and that alone."""
        while queue.put("triage", key(1)):
            pass
        assert queue.put("answer", key(2))
        answers, mails = queue.only("answer"), queue.only("triage")

        assert answers.take(0) == ("answer", key(2))
        assert answers.take(0) is None
        assert mails.take(0) == ("triage", key(1))

    def test_the_ends_are_handed_down(self, queue: LocalQueue) -> None:
        """A child that takes over the files has the same hints for the same jobs."""
        queue.put("triage", key(1))
        with closing(LocalQueue.from_files(*map(os.dup, queue.files()))) as child:
            assert child.put("answer", key(2))
            assert child.only("triage").take(0) == ("triage", key(1))
        assert queue.take(0) == ("answer", key(2))

    def test_a_full_queue_is_full(self, queue: LocalQueue) -> None:
        """There is an end to what the kernel keeps."""
        while queue.put("triage", key(1)):
            pass

    def test_each_hint_reaches_one_of_two_processes(self, queue: LocalQueue) -> None:
        """Two workers that share the queue never get the same hint."""
        context = get_context("fork")
        pipes = [context.Pipe() for _ in range(2)]
        workers = [context.Process(target=_take_all, args=(queue, end)) for _, end in pipes]
        for worker in workers:
            worker.start()
        sent = [key(number) for number in range(60)]
        for it in sent:
            while not queue.put("triage", it):
                pass
        taken = [it for ours, _ in pipes for it in ours.recv()]
        for worker in workers:
            worker.join()

        assert sorted(taken) == sent


def _take_all(queue: LocalQueue, end: Connection) -> None:
    taken = []
    while (hint := queue.take(0.5)) is not None:
        taken.append(hint[1])
    end.send(taken)
