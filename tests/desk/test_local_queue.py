from __future__ import annotations

from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection

import pytest

from contracts.queue import QueueContract
from desk.queue.local import LocalQueue
from makers import key


class TestLocalQueue(QueueContract):
    @pytest.fixture
    def queue(self) -> Iterator[LocalQueue]:
        """Give a pair of sockets."""
        queue = LocalQueue.make()
        yield queue
        queue.close()

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
