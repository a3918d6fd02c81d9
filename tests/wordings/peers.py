"""Asks other libraries how they sort texts into clusters; run by a Python that has them installed.

As a script it reads JSON, texts and the names of ways, and writes for each way its clusters, the
seconds of the processor and the bytes it took. As a module it runs itself under the Python that
DESK_PEERS names, because the desk installs none of them.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

Texts = Sequence[str]
Clusters = list[int]
#: Likeness of word triples from which on two texts are joined, and then all that these join.
JACCARD = 0.5
HASHES = 128
#: Bits that may differ; distance of TLSH. The best ones of content.md.
SIMHASH_BITS, TLSH_DISTANCE = 8, 60


class _Union:
    """Which things were joined, however indirectly."""

    def __init__(self, number: int) -> None:
        self._of = list(range(number))

    def root(self, it: int) -> int:
        while self._of[it] != it:
            self._of[it] = self._of[self._of[it]]
            it = self._of[it]
        return it

    def join(self, one: int, other: int) -> None:
        self._of[self.root(one)] = self.root(other)

    def clusters(self) -> Clusters:
        return [self.root(it) for it in range(len(self._of))]


def _triples(text: str) -> list[str]:
    words = text.split()
    return [" ".join(words[at : at + 3]) for at in range(max(1, len(words) - 2))]


def _joined(texts: Texts, like: Iterable[Iterable[int]]) -> Clusters:
    """Join each text with the earlier ones that are said to be like it."""
    union = _Union(len(texts))
    for at, found in enumerate(like):
        for other in found:
            union.join(at, other)
    return union.clusters()


def _datasketch(texts: Texts) -> Clusters:
    library = importlib.import_module("datasketch")
    index = library.MinHashLSH(threshold=JACCARD, num_perm=HASHES)

    def like() -> Iterator[list[int]]:
        for at, text in enumerate(texts):
            sketch = library.MinHash(num_perm=HASHES)
            sketch.update_batch([it.encode() for it in _triples(text)])
            yield index.query(sketch)
            index.insert(at, sketch)

    return _joined(texts, like())


def _rensa(texts: Texts) -> Clusters:
    library = importlib.import_module("rensa")
    index = library.RMinHashLSH(threshold=JACCARD, num_perm=HASHES, num_bands=32)
    sketches: list[Any] = []

    def like() -> Iterator[list[int]]:
        for at, text in enumerate(texts):
            sketch = library.RMinHash(num_perm=HASHES, seed=42)
            sketch.update(_triples(text))
            sketches.append(sketch)
            near = index.query(sketch)
            yield [it for it in near if sketches[it].jaccard(sketch) >= JACCARD]
            index.insert(at, sketch)

    return _joined(texts, like())


def _gaoya(texts: Texts) -> Clusters:
    library = importlib.import_module("gaoya")
    index = library.minhash.MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=JACCARD,
        num_bands=42,
        band_size=3,
        analyzer="word",
        lowercase=True,
        ngram_range=(3, 3),
    )

    def like() -> Iterator[list[int]]:
        for at, text in enumerate(texts):
            yield index.query(text)
            index.insert_document(at, text)

    return _joined(texts, like())


def _simhash(texts: Texts) -> Clusters:
    library = importlib.import_module("simhash")
    values = [library.Simhash(_triples(text)) for text in texts]
    index = library.SimhashIndex([], k=SIMHASH_BITS)

    def like() -> Iterator[list[int]]:
        for at, value in enumerate(values):
            yield [int(it) for it in index.get_near_dups(value)]
            index.add(str(at), value)

    return _joined(texts, like())


def _tlsh(texts: Texts) -> Clusters:
    library = importlib.import_module("tlsh")
    hashes = [library.hash(text.encode()) for text in texts]
    leaders: list[int] = []

    def like() -> Iterator[list[int]]:
        for at, mine in enumerate(hashes):
            told = mine not in {"", "TNULL"}  # it says nothing of a short text
            near = [
                it for it in leaders if told and library.diff(hashes[it], mine) <= TLSH_DISTANCE
            ]
            if told and not near:
                leaders.append(at)
            yield near

    return _joined(texts, like())


def _last_line(texts: Texts) -> Clusters:
    """Bucket by the exact last line, as the first step of the study of 2019 did."""
    last = [text.strip().rsplit("\n", 1)[-1] for text in texts]
    first = {line: at for at, line in reversed(list(enumerate(last)))}
    return [first[line] for line in last]


WAYS: dict[str, Callable[[Texts], Clusters]] = {
    "datasketch": _datasketch,
    "rensa": _rensa,
    "gaoya": _gaoya,
    "simhash": _simhash,
    "tlsh": _tlsh,
    "last line": _last_line,
}


def asked(way: str, texts: Texts) -> dict[str, Any] | None:
    """Ask for a way in a process of its own. None where its library is not there."""
    python = os.environ.get("DESK_PEERS")
    if not python:
        return None
    question = json.dumps({"way": way, "texts": list(texts)})
    done = subprocess.run(
        [python, __file__], input=question, capture_output=True, text=True, check=True
    )
    answer: dict[str, Any] | None = json.loads(done.stdout)
    return answer


def memory() -> int:
    """Give the bytes that this process has now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _answer(question: dict[str, Any]) -> dict[str, Any] | None:
    way, texts = WAYS[question["way"]], question["texts"]
    try:
        way(texts[:2])  # what is loaded once is not counted
    except ModuleNotFoundError:
        return None
    before, start = memory(), time.process_time()
    clusters = way(texts)
    return {
        "clusters": clusters,
        "seconds": time.process_time() - start,
        "bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024 - before,
    }


if __name__ == "__main__":
    json.dump(_answer(json.load(sys.stdin)), sys.stdout)
