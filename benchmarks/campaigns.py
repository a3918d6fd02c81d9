"""How well and how fast reports are sorted into wordings: ours, the peers, and the limit.

The mails are those of a seeded generator (tests/wordings/letters.py) and, where DESK_CORPUS names
them, the labelled real ones. All sort the same masked texts, so that it is the sorting that is
compared; what masking is worth stands in lines of its own. DESK_PEERS names the Python that has the
peers; who could not be asked is named.

Run as: PYTHONPATH=tests:. python benchmarks/campaigns.py [PART ...], a part being quality, wallets,
speed, register, full (a register of a million families on SQLite) or million (4.3 million reports).
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from casefile.finding import Fingerprint
from contracts.sample_findings import finding
from desk.engine import open_engine
from services.postgres import MISSING, running_postgres
from triage.cluster import as_shingles
from triage.fingerprint import fingerprint
from triage.register import SqlRegister, metadata
from triage.wordings import Changes, Wordings
from wordings.bulk import Bulk
from wordings.full import filled, findings, opened_anew
from wordings.letters import SHARED, Letters, Trouble, wording
from wordings.million import place_many, told
from wordings.peers import WAYS, asked, memory
from wordings.real_mails import labelled
from wordings.scores import Score, score

SPINS = (0.0, 0.2, 0.4)
TEMPLATES, MAILS, MANY = 40, 1_200, 20_000
KNOWN, PLACED = 10_000, 10_000
FULL = 1_000_000
BATCH = 100


def main() -> None:
    """Print what was asked for, or all but what takes long."""
    parts: dict[str, Callable[[], None]] = {
        "quality": quality,
        "wallets": wallets,
        "speed": speed,
        "register": register,
        "full": full,
        "million": million,
    }
    for name in sys.argv[1:] or [it for it in parts if it not in {"full", "million"}]:
        print(f"\n== {name}")
        parts[name]()


def quality() -> None:
    """Compare on the generator at each spin, and on the real mails."""
    for spin in SPINS:
        letters = list(Letters(TEMPLATES).written(MAILS, Trouble(spin=spin)))
        made = [wording(it) for it in letters]
        true = [it.template for it in letters]
        print(f"\n{MAILS:,} mails of {TEMPLATES} templates, spin {spin}")
        _compare(made, true)
        raw = [fingerprint(it.text, ()) for it in letters]
        _line("ours on raw text", *_ours(raw), true)
    _real()


def _real() -> None:
    if not os.environ.get("DESK_CORPUS"):
        print("\nDESK_CORPUS is not set: no real mails here")
        return
    labels, wordings = labelled(Path(os.environ["DESK_CORPUS"]))
    true = list(labels.values())
    print(f"\n{len(true)} labelled real mails of {len(set(true))} templates, by language")
    _compare([wordings[name] for name in labels], true)


def _compare(made: Sequence[Fingerprint], true: Sequence[str]) -> None:
    print(
        f"{'':18} {'P':>7} {'R':>7} {'F':>7} {'ARI':>7} {'clusters':>9} {'biggest':>8} "
        f"{'µs each':>9} {'kB each':>8}"
    )
    _line("ours", *_ours(made), true)
    texts = [it.masked for it in made]
    for way in WAYS:
        answer = asked(way, texts)
        if answer is None:
            print(f"{way:18} could not be asked: see DESK_PEERS")
        else:
            _line(way, answer["clusters"], answer["seconds"], answer["bytes"], true)


def _ours(made: Sequence[Fingerprint]) -> tuple[list[int], float, float]:
    before, start = memory(), time.process_time()
    wordings = Wordings()
    told_ = [it for it in made if it.shingles]
    placed = wordings.place([it.shingles for it in told_])
    found = [next(placed).family.number if it.shingles else -at for at, it in enumerate(made, 1)]
    return found, time.process_time() - start, memory() - before


def _line(
    name: str, found: Sequence[int], seconds: float, size: float, true: Sequence[str]
) -> None:
    it: Score = score(found, true)
    print(
        f"{name:18} {it.precision:7.4f} {it.recall:7.4f} {it.f:7.4f} {it.ari:7.4f} "
        f"{it.clusters:9,} {it.biggest:8,} {1e6 * seconds / len(true):9,.0f} "
        f"{size / len(true) / 1e3:8.1f}"
    )


def wallets() -> None:
    """Let a tenth of very many mails name three shared wallets."""
    letters = list(Letters(TEMPLATES).written(MANY, Trouble(spin=0.2)))
    found, seconds, _ = _ours([wording(it) for it in letters])
    it = score(found, [it.template for it in letters])
    largest = max(_sizes([it.template for it in letters]))
    print(
        f"{MANY:,} mails, a tenth names {SHARED} wallets: F {it.f:.4f}, biggest cluster "
        f"{it.biggest:,}, biggest template {largest:,}, {1e6 * seconds / MANY:.0f} µs each"
    )


def _sizes(labels: Sequence[str]) -> Iterator[int]:
    yield from (labels.count(it) for it in set(labels))


def speed() -> None:
    """Place where many families are known, in memory; the limit is to take the numbers in."""
    reports = [it.tolist() for _, it in Bulk(2_000).reports(5 * PLACED)]
    wordings = Wordings()
    done = iter(range(0, len(reports), BATCH))
    for at in done:
        for _ in wordings.place(reports[at : at + BATCH]):
            pass
        if wordings.last_family >= KNOWN:
            break
    rates, limits = [], []
    for at in done:
        some = reports[at : at + BATCH]
        start = time.process_time()
        for _ in wordings.place(some):
            pass
        middle = time.process_time()
        for values in some:
            as_shingles(values)
        limits.append((time.process_time() - middle) / BATCH)
        rates.append((middle - start) / BATCH)
        wordings.changes = Changes()
    rates.sort()
    limits.sort()
    for name, part in (("quickest tenth", 20), ("median", 2)):
        us, limit = 1e6 * rates[len(rates) // part], 1e6 * limits[len(limits) // part]
        print(
            f"{wordings.last_family:,} families known, {name} of {len(rates)} batches: {us:.0f} µs "
            f"a report, {1e6 / us:,.0f} a core-second; taking the numbers in {limit:.1f} µs"
        )


def register() -> None:
    """Place through the durable register, on SQLite and on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        _durably("SQLite", f"sqlite:///{folder}/record.sqlite")
    if MISSING:
        print(MISSING)
        return
    with running_postgres() as postgres, postgres.database() as url:
        _durably("PostgreSQL", url)


def _durably(name: str, url: str) -> None:
    engine = open_engine(url)
    metadata.create_all(engine)
    kept = SqlRegister(engine)
    made = list(findings(Bulk(500), 2 * PLACED))
    for at in range(0, PLACED, 1_000):
        kept.place(made[at : at + 1_000])
    for batch in (1, 16, BATCH, 1_000):
        rates = []
        some = made[PLACED : PLACED + min(PLACED, 40 * batch)]
        del made[PLACED : PLACED + len(some) // 2]
        for at in range(0, len(some) // 2, batch):
            start, used = time.monotonic(), time.process_time()
            kept.place(some[at : at + batch])
            rates.append((time.monotonic() - start, time.process_time() - used))
        clock, processor = (sum(it) / (len(some) // 2) for it in zip(*rates, strict=True))
        print(
            f"{name:10} batches of {batch:5,}: {1 / clock:7,.0f} a second by the clock, "
            f"{1 / processor:7,.0f} a core-second of ours"
        )
    start = time.monotonic()
    SqlRegister(engine).place([finding(10_000_000, "a wording that nobody knows " * 30)])
    print(f"{name:10} a new process reads the register in {time.monotonic() - start:.2f} s")
    engine.dispose()


def full() -> None:
    """Fill the durable register with a million families, then let a new process open it."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/record.sqlite"
        engine = open_engine(url)
        metadata.create_all(engine)
        print(filled(SqlRegister(engine), FULL))
        engine.dispose()
        size = sum(it.stat().st_size for it in Path(folder).iterdir())
        print(f"on disk {size / 1e9:.2f} GB, {size / FULL:,.0f} bytes a family")
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as new:
            print(new.submit(opened_anew, url, FULL).result())


def million() -> None:
    """Place as many as the largest published study had."""
    print(told(place_many(4_300_000, templates=2_000, spin=0.2)))


if __name__ == "__main__":
    main()
