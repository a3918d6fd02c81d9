"""What the record costs on SQLite and on PostgreSQL: by deed, by batch, and with several workers.

Both on the same disk, both synced at every commit; the limit beside them is one row a commit. Of
each deed: the best time of several, the processor time of client and server, and the statements
that go to the database, without BEGIN and COMMIT.
"""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, event, text

from casefile.finding import Finding
from casefile.ports import Triaged
from casefile.reply import Answer, Limits
from contracts.sample_findings import edited, finding, submission_key, wording
from desk.engine import open_engine
from desk.migrate import create
from desk.record import SqlRecord
from makers import NOON, cover
from responders.ledger import SqlLedger
from services.postgres import MISSING, running_postgres
from triage.register import SqlRegister

TICK = os.sysconf("SC_CLK_TCK")
BATCHES = (1, 16, 100)
TRIES = 15
WORKERS = (1, 2, 8)
SECONDS = 4.0
WORDINGS = 40
WEEK = timedelta(days=7)
ANSWER = Answer(main="general", parts=(), alert=False, languages=("en",))


def letters(first: int, many: int) -> list[Finding]:
    """Give findings of a few wordings, each edited a little, as a wave of mails is."""
    return [
        finding(number, edited(wording(number % WORDINGS, 200), number, 0.05))
        for number in range(first, first + many)
    ]


def outcomes(found: Sequence[Finding]) -> list[Triaged]:
    """Give what triage made of as many submissions, each with a content of its own."""
    return [
        Triaged(
            key=it.report.submission,
            sha256=it.report.submission.replace("-", "").ljust(64, "0"),
            cover=cover(content_hash=it.report.submission.replace("-", "").rjust(64, "0")),
            findings=(it,),
        )
        for it in found
    ]


def open_ledger(engine: Engine) -> SqlLedger:
    """Give a ledger."""
    return SqlLedger(engine, secret=b"s" * 32, prefix="DP")


def deeds(engine: Engine, found: Sequence[Finding]) -> Iterator[tuple[str, Callable[[], object]]]:
    """Give what is done to a batch on its way, in order."""
    record, register, ledger = SqlRecord(engine), SqlRegister(engine), open_ledger(engine)
    done = outcomes(found)
    keys = [it.key for it in done]
    yield "receive", lambda: record.receive(keys, NOON)
    yield "take", lambda: record.take("triage", keys, "w", NOON)
    yield (
        "originals",
        lambda: record.originals({it.key: it.cover.content_hash for it in done}, WEEK),
    )
    yield "place", lambda: register.place(found)
    yield "triaged", lambda: record.triaged(done, NOON)
    yield "indexed", lambda: record.indexed(keys, "an index")
    if len(keys) == 1:
        yield "claim", lambda: ledger.claim(keys[0], keys[0], ANSWER, Limits(), NOON)
        yield "move", lambda: ledger.move(keys[0], "sending", "", NOON)
        yield "answered", lambda: record.answered(keys[0], [])
        yield "one row", lambda: _one_row(engine)


def _one_row(engine: Engine) -> None:
    with engine.begin() as db:
        db.execute(text("INSERT INTO one_row (number) VALUES (1)"))


def processor(engine: Engine) -> float:
    """Give the seconds of processor time so far: of this process, and of who serves it."""
    mine = time.process_time()
    if engine.dialect.name == "sqlite":
        return mine
    with engine.connect() as db:
        pid = db.scalar(text("SELECT pg_backend_pid()"))
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return mine + (int(fields[11]) + int(fields[12])) / TICK


def by_deed(
    engine: Engine, numbers: Iterator[int], many: int
) -> dict[str, tuple[float, float, int]]:
    """Give milliseconds, those of the processor, and statements of each deed for a batch."""
    times: dict[str, list[float]] = {}
    used: dict[str, float] = defaultdict(float)
    statements: dict[str, int] = {}
    count = [0]

    def counted(_: object, __: object, statement: str, *___: object) -> None:
        count[0] += not statement.startswith("BEGIN")

    event.listen(engine, "before_cursor_execute", counted)
    for _ in range(TRIES):
        first = next(numbers) * 100
        for name, do in deeds(engine, letters(first, many)):
            before, began = processor(engine), time.perf_counter()
            count[0] = 0
            do()
            statements[name] = count[0]
            times.setdefault(name, []).append((time.perf_counter() - began) * 1000)
            used[name] += processor(engine) - before
    event.remove(engine, "before_cursor_execute", counted)
    return {
        name: (min(it), used[name] / TRIES * 1000, statements[name]) for name, it in times.items()
    }


def work(url: str, number: int, placing: bool, gate: object, said: object) -> None:
    """Bring batches of 16 from the spool to triaged for a while; say how many it came to."""
    engine = open_engine(url)
    record, register = SqlRecord(engine), SqlRegister(engine)
    prepared = letters(10_000_000 + number * 100_000, WORDINGS)
    gate.wait()  # type: ignore[attr-defined]
    end, done = time.monotonic() + SECONDS, 0
    fresh = zip(itertools.cycle(prepared), itertools.count(20_000_000 + number * 1_000_000))
    while time.monotonic() < end:
        found = [_renumbered(it, turn) for it, turn in itertools.islice(fresh, 16)]
        kept = outcomes(found)
        leases = record.take("triage", [it.key for it in kept], f"w{number}", NOON)
        record.originals({it.key: it.cover.content_hash for it in kept}, WEEK)
        if placing:
            register.place(found)
        record.triaged(kept, NOON)
        record.indexed([it.key for it in kept], "an index")
        done += len(leases)
    engine.dispose()
    said.put(done)  # type: ignore[attr-defined]


def _renumbered(it: Finding, number: int) -> Finding:
    submission = submission_key(number)
    report = replace(it.report, key=f"{submission}-1", submission=submission)
    return replace(it, report=report)


def together(url: str, many: int, *, placing: bool) -> float:
    """Give mails a second that so many workers bring through the record."""
    fork = multiprocessing.get_context("fork")
    gate, said = fork.Barrier(many), fork.SimpleQueue()
    workers = [
        fork.Process(target=work, args=(url, number, placing, gate, said)) for number in range(many)
    ]
    for worker in workers:
        worker.start()
    mails = sum(said.get() for _ in workers)
    for worker in workers:
        worker.join()
    return mails / SECONDS


@contextlib.contextmanager
def databases(
    folder: Path,
) -> Iterator[dict[str, Callable[[], contextlib.AbstractContextManager[str]]]]:
    """Give both kinds; each gives fresh databases."""
    files = itertools.count()

    @contextlib.contextmanager
    def a_file() -> Iterator[str]:
        yield f"sqlite:///{folder / f'{next(files)}.sqlite'}"

    kinds: dict[str, Callable[[], contextlib.AbstractContextManager[str]]] = {"SQLite": a_file}
    with contextlib.ExitStack() as stack:
        if MISSING:
            print(f"PostgreSQL is left out: {MISSING}")
        else:
            server = stack.enter_context(running_postgres(folder))
            kinds["PostgreSQL"] = server.database
        yield kinds


def prepared(url: str) -> Engine:
    """Make the tables, and let the register know the wordings."""
    engine = open_engine(url)
    create(engine)
    SqlRecord(engine).told("an index")
    with engine.begin() as db:
        db.execute(text("CREATE TABLE one_row (number INTEGER)"))
    SqlRegister(engine).place(letters(1, WORDINGS * 5))
    return engine


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as name, databases(Path(name)) as kinds:
        print(f"\nbest of {TRIES}, one process: ms, of the processor (statements)\n")
        print(
            f"{'deed':<12}" + "".join(f"{kind + f', {it}':>22}" for kind in kinds for it in BATCHES)
        )
        table: dict[str, list[str]] = {}
        for kind, fresh in kinds.items():
            with fresh() as url:
                engine, numbers = prepared(url), itertools.count(1000)
                for column, many in enumerate(BATCHES):
                    place = list(kinds).index(kind) * len(BATCHES) + column
                    for deed, (ms, cpu, count) in by_deed(engine, numbers, many).items():
                        row = table.setdefault(deed, [""] * len(kinds) * len(BATCHES))
                        row[place] = f"{ms:.1f}, {cpu:.1f} ({count})"
                engine.dispose()
        for deed, row in table.items():
            print(f"{deed:<12}" + "".join(f"{it:>22}" for it in row))
        print(f"\nmails a second in batches of 16, {SECONDS:.0f} s each\n")
        print(
            f"{'workers':<12}"
            + "".join(f"{kind + it:>26}" for kind in kinds for it in ("", ", not placed"))
        )
        for many in WORKERS:
            cells = []
            for fresh, placing in itertools.product(kinds.values(), (True, False)):
                with fresh() as url:
                    prepared(url).dispose()
                    cells.append(f"{together(url, many, placing=placing):.0f}")
            print(f"{many:<12}" + "".join(f"{it:>26}" for it in cells))


if __name__ == "__main__":
    main()
