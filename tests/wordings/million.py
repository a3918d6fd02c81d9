"""Places very many synthetic reports in memory: one process makes them, one places them.

Run as a program: PYTHONPATH=tests:. python tests/wordings/million.py NUMBER [TEMPLATES [SPIN]]
"""

from __future__ import annotations

import gc
import multiprocessing
import resource
import sys
import time
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection

import numpy as np

from triage.wordings import Changes, Wordings
from wordings.bulk import Bulk
from wordings.scores import Score, score

TOGETHER = 1_000
SEED = 2_019


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What placing came to."""

    reports: int
    #: By the clock, with waiting for the maker; of the processor, placing alone.
    seconds: float
    processor: float
    families: int
    #: Bytes that the process had at most, and how many of them it had before it placed.
    memory: int
    before: int
    score: Score
    #: Microseconds of the processor a report in each tenth.
    tenths: tuple[float, ...]


def place_many(number: int, *, templates: int, spin: float) -> Outcome:
    """Place so many reports of so many templates."""
    own, other = multiprocessing.Pipe(duplex=False)
    maker = multiprocessing.get_context("fork").Process(
        target=_make, args=(other, number, templates, spin), daemon=True
    )
    maker.start()
    other.close()
    before, begin = _memory(), time.monotonic()
    wordings = Wordings()
    gc.freeze()
    true, found = array("q"), array("i")
    spent: list[float] = []
    for labels, reports in _received(own):
        start = time.process_time()
        for placed in wordings.place(reports):
            found.append(placed.family.number)
        wordings.changes = Changes()  # there is nowhere to keep them
        spent.append(time.process_time() - start)
        true.extend(labels)
    seconds = time.monotonic() - begin
    maker.join()
    tenth = max(1, len(spent) // 10)
    return Outcome(
        reports=len(found),
        seconds=seconds,
        processor=sum(spent),
        families=wordings.last_family,
        memory=_memory(),
        before=before,
        score=score(found, true),
        tenths=tuple(
            1e6 * sum(spent[at : at + tenth]) / (TOGETHER * len(spent[at : at + tenth]))
            for at in range(0, len(spent), tenth)
        ),
    )


def _make(to: Connection, number: int, templates: int, spin: float) -> None:
    labels: list[int] = []
    reports = []
    for label, shingles in Bulk(templates, seed=SEED, spin=spin).reports(number):
        labels.append(label)
        reports.append(shingles)
        if len(labels) == TOGETHER:
            _send(to, labels, reports)
            labels, reports = [], []
    if labels:
        _send(to, labels, reports)
    to.send(None)


def _send(
    to: Connection, labels: list[int], reports: list[np.ndarray[tuple[int], np.dtype[np.int64]]]
) -> None:
    to.send((labels, [len(it) for it in reports]))
    to.send_bytes(np.concatenate(reports).tobytes())


def _received(own: Connection) -> Iterator[tuple[list[int], list[list[int]]]]:
    while (head := own.recv()) is not None:
        labels, sizes = head
        together = np.frombuffer(own.recv_bytes(), dtype=np.int64)
        yield labels, [it.tolist() for it in np.split(together, np.cumsum(sizes)[:-1])]


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024


def told(it: Outcome) -> str:
    """Say it in lines."""
    rate = it.reports / it.processor
    per_family = (it.memory - it.before) / it.families
    return (
        f"{it.reports:,} reports placed in {it.seconds / 60:.1f} minutes by the clock, "
        f"{it.processor / 60:.1f} of one core ({rate:,.0f} a core-second)\n"
        f"{it.families:,} families, {it.memory / 1e9:.2f} GB at most "
        f"({per_family:,.0f} bytes a family)\n"
        f"B-cubed P {it.score.precision:.4f} R {it.score.recall:.4f} F {it.score.f:.4f}, "
        f"ARI {it.score.ari:.4f}, biggest {it.score.biggest:,}\n"
        f"microseconds a report in each tenth: {' '.join(f'{us:.0f}' for us in it.tenths)}"
    )


if __name__ == "__main__":
    arguments = [float(it) for it in sys.argv[1:]]
    number, templates, spin = (*arguments, *(4.3e6, 2_000, 0.2)[len(arguments) :])
    sys.stdout.write(told(place_many(int(number), templates=int(templates), spin=spin)) + "\n")
