"""Asks the index and the console what an investigator asks, and says how long each answer takes.

The findings are invented (crowd.py). What was built stays in the folder and is used again: a
million take half an hour and 10 GB. Each question is asked many times, each time for something
else, so that no answer is remembered whole; then all of it again. The first few are not counted;
of a server that was just started, as many as are counted, for until then it compiles what it runs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

from elasticsearch import Elasticsearch
from reading_room.bare_elastic import bare_questions, processor_of
from reading_room.crowd import CAMPAIGNS, START, Crowd, wallet, word
from reading_room.engines import BARE
from reading_room.laid import BUILT, lay_down
from reading_room.sample import open_stores
from reading_room.served import asked, built

from casefile.errors import NotFound
from casefile.finding import Finding
from casefile.ports import Index
from casefile.query import Query
from casefile.reply import State
from desk.engine import open_engine
from services.elasticsearch import MISSING, running_elasticsearch
from triage.index.elastic import ElasticIndex
from triage.index.sqlite import SqliteIndex

FINDINGS = 5_000
BATCH = 500
#: How often each question is asked, after so many that are not counted.
TIMES, WARM = 40, 4
Asked = Callable[[int], object]


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Build what is missing, ask, and print a table."""
    wish = _wish()
    with ExitStack() as stack:
        number: int = wish.findings
        folder = wish.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder /= f"{number}-findings"
        folder.mkdir(parents=True, exist_ok=True)
        if wish.embedded:
            engine = open_engine(f"sqlite:///{folder / 'index.sqlite'}")
            stack.callback(engine.dispose)
            _measure("embedded", SqliteIndex(engine), number)
        if wish.elasticsearch and not MISSING:
            _measure_elasticsearch(stack, folder, number)
        if wish.embedded:
            _bare(folder, number)


def _wish() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--findings", type=int, default=FINDINGS)
    parser.add_argument("--folder", type=Path, help="where what is built stays")
    parser.add_argument("--elasticsearch", action="store_true")
    parser.add_argument("--embedded", action=argparse.BooleanOptionalAction, default=True)
    return parser.parse_args()


def _measure_elasticsearch(stack: ExitStack, folder: Path, number: int) -> None:
    """Ask the index and, with the same node, its bare client."""
    node = stack.enter_context(running_elasticsearch(folder, heap=3_072))
    index = ElasticIndex(node.url, prefix="bench", refresh=False)
    stack.callback(index.close)
    client = index.indices.client
    if number > BUILT and index.count() != number:
        index.clear()
        start = time.perf_counter()
        lay_down(client, index.indices.write, number, folder)
        say(f"{number:,} laid down, {number / (time.perf_counter() - start):.0f} a second")
    _rest(client)
    bare = bare_questions(client, index.indices.read)
    _measure("Elasticsearch", index, number, node.process.pid if node.process else 0, bare)


def _rest(client: Elasticsearch) -> None:
    """Wait until the server merges no segments: years of mail laid down at once leave much."""
    start = time.perf_counter()
    while _merging(client):
        time.sleep(1)
    say(f"at rest after {time.perf_counter() - start:.0f} s")


def _merging(client: Elasticsearch) -> bool:
    nodes = client.nodes.stats(metric="indices", index_metric="merge")["nodes"].values()
    return any(it["indices"]["merges"]["current"] for it in nodes)


def _measure(
    name: str,
    index: Index,
    number: int,
    server: int = 0,
    bare: Mapping[str, Asked] | None = None,
) -> None:
    _build(name, index, number)
    start = time.perf_counter()
    index.search(Query())
    say(f"\n{name}: {index.count():,} findings; the first search {_ms(start):.0f} ms")
    _table(_questions(index, number), server, bare)
    stores = replace(open_stores(), index=index)  # type: ignore[arg-type]
    with asked(built(stores)) as client:
        paths = {
            "page: first": lambda it: f"/?page={1 + it}",
            "page: common word": lambda it: f"/?q={word(1 + it)}",
            "page: campaign": lambda it: f"/campaigns/C-{1 + it}",
            "page: account": lambda it: f"/accounts/{wallet(it, 0)}",
            "page: campaigns": lambda it: f"/campaigns?page={1 + it}",
        }
        _table({name: _got(client.get, path) for name, path in paths.items()}, server)
        say("hostile queries: refused, or answered with nothing")
        _table({name: _got(client.get, lambda _, it=path: it) for name, path in HOSTILE.items()})


def _got(get: Callable[[str], object], path: Callable[[int], str]) -> Asked:
    return lambda it: get(path(it))


def _build(name: str, index: Index, number: int) -> None:
    """Tell the index what it has not been told yet."""
    done, start = index.count(), time.process_time()
    if done >= number:
        return
    crowd = islice(Crowd(number).findings(), done, None)
    while batch := list(islice(crowd, BATCH)):
        states: dict[str, State] = {it.report.submission: s for it, s in batch if s}
        index.upsert([it for it, _ in batch], states)
    each = 1e6 * (time.process_time() - start) / (number - done)
    say(f"{name}: {number - done:,} built, {each:.0f} µs of our processor each")
    time.sleep(1.5)  # Elasticsearch finds what it was told a second ago


def _questions(index: Index, number: int) -> Mapping[str, Asked]:
    """Give what is asked, each by a number that makes it another question every time."""
    far = min(number // 4, 400_000)
    return {
        "all": lambda it: index.search(Query(offset=it)),
        "common word": lambda it: index.search(Query(text=word(it))),
        "word of one in a hundred": lambda it: index.search(Query(text=word(800 + it))),
        "rare word": lambda it: index.search(Query(text=word(20_000 + it))),
        "two words": lambda it: index.search(Query(text=f"{word(it)} {word(300 + it)}")),
        "phrase": lambda it: index.search(Query(text=f'"{word(it)} {word(it + 1)}"')),
        "word and facet": lambda it: index.search(Query(text=word(5 + it), kind="unclear")),
        "beginning of an account": lambda it: index.search(Query(text=wallet(it, 0)[:9])),
        "half a year": lambda it: index.search(
            Query(since=START + timedelta(days=it), until=START + timedelta(days=180 + it))
        ),
        "deep page": lambda it: index.search(Query(text=word(2), offset=far + 20 * it)),
        "account and near misses": lambda it: index.account(wallet(it, 0)),
        "a slip of the pen": lambda it: index.account(wallet(it, 0)[:-1] + "q"),
        "campaign": lambda it: _campaign(index, 1 + it % CAMPAIGNS),
        "campaigns": lambda it: index.campaigns(offset=20 * it, limit=51),
    }


def _campaign(index: Index, number: int) -> None:
    try:
        index.campaign(f"C-{number}")
    except NotFound:  # among few findings not every campaign has any
        return


def _bare(folder: Path, number: int) -> None:
    for opened in BARE:
        engine = opened(folder)
        if not engine.built:
            engine.build(_findings(number))
        say(f"\n{engine.name}, four facets")
        _table(
            {
                "common word": lambda it, e=engine: e.search(word(it)),
                "word of one in a hundred": lambda it, e=engine: e.search(word(800 + it)),
                "rare word": lambda it, e=engine: e.search(word(20_000 + it)),
                "phrase": lambda it, e=engine: e.search(f'"{word(it)} {word(it + 1)}"'),
            }
        )


def _findings(number: int) -> Iterator[Finding]:
    return (finding for finding, _ in Crowd(number).findings())


def _table(
    questions: Mapping[str, Asked], server: int = 0, bare: Mapping[str, Asked] | None = None
) -> None:
    """Ask all of it; where a server's process is named, say what it used for each question.

    What its bare client is asked (p50), it is asked in turn with the index, at the same load.
    """
    say(
        f"{'':26} {'p50 ms':>8} {'p99 ms':>8} {'again':>8} {'cpu':>8} {'server':>8} {'bare p50':>8}"
    )
    for name, ask in questions.items():
        plain = (bare or {}).get(name)
        for at in range(TIMES if server else WARM):
            ask(TIMES + at)
            if plain:
                plain(TIMES + at)
        first: list[_Took] = []
        beside: list[_Took] = []
        for at in range(TIMES):
            first.append(_timed(ask, at, server))
            if plain:
                beside.append(_timed(plain, at, server))
        again = [_timed(ask, at).wall for at in range(TIMES)]
        wall = [it.wall for it in first]
        said = [_part(wall, 0.5), _part(wall, 0.99), _part(again, 0.5)]
        said += [_part([it.cpu for it in first], 0.5), sum(it.server for it in first) / TIMES]
        if beside:
            said.append(_part([it.wall for it in beside], 0.5))
        say(f"{name:26} {' '.join(f'{it:8.1f}' for it in said)}")


@dataclass(frozen=True, kw_only=True)
class _Took:
    """What an answer took, in milliseconds: by the clock, of our processor, of the server's."""

    wall: float
    cpu: float
    server: float


def _timed(ask: Asked, at: int, server: int = 0) -> _Took:
    before = processor_of(server) if server else 0.0
    used, start = time.process_time(), time.perf_counter()
    ask(at)
    wall, cpu = _ms(start), 1e3 * (time.process_time() - used)
    return _Took(wall=wall, cpu=cpu, server=processor_of(server) - before if server else 0.0)


def _part(times: Sequence[float], part: float) -> float:
    return sorted(times)[min(int(part * len(times)), len(times) - 1)]


def _ms(start: float) -> float:
    return 1e3 * (time.perf_counter() - start)


#: What a hostile hand asks of the search.
HOSTILE: Mapping[str, str] = {
    "10 kB": "/?q=" + "a" * 10_000,
    "wildcards": "/?q=" + "*%3F" * 100,
    "nested quotes": "/?q=" + "%22a" * 300,
    "like a regex": "/?q=" + "(a%2B)%2B%24" * 60,
    "control characters": "/?q=" + "%00%01%1b" * 100,
    "forged page": "/?page=-1",
    "a page behind the last": "/?page=50000",
    "a thousand facets": "/?" + "&".join(f"kind=k{it}" for it in range(1_000)),
    "unknown facet": "/?kind=x",
}


if __name__ == "__main__":
    main()
