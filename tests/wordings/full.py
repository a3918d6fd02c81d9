"""Fills the durable register with very many families, and opens it in a new process."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from casefile.finding import Finding, Fingerprint
from contracts.sample_findings import finding
from desk.engine import open_engine
from triage.register import SqlRegister
from wordings.bulk import Bulk

TOGETHER = 1_000
#: Mails of no template: nearly each opens a family, as the long tail of a real register did.
UNRELATED = 0.8
PLACED = 20_000


def findings(bulk: Bulk, number: int, first: int = 0) -> Iterator[Finding]:
    """Give so many findings that hold a fingerprint and nothing else."""
    empty = finding(0)
    for at, (_, shingles) in enumerate(bulk.reports(number), first):
        made = Fingerprint(masked="", shingles=tuple(shingles.tolist()))
        report = replace(empty.report, key=f"0190a000-0000-7000-8000-{at:012x}-1")
        yield replace(empty, report=report, fingerprint=made)


def filled(register: SqlRegister, families: int) -> str:
    """Place reports until there are so many families. Gives what it took, in lines."""
    before, begin = _memory(), time.monotonic()
    reports = findings(Bulk(2_000, unrelated=UNRELATED), 10 * families)
    number, last, rates, known = 0, 0, [], 0
    lines = []
    while known < families:
        some = list(islice(reports, TOGETHER))
        start, used = time.monotonic(), time.process_time()
        placed = register.place(some)
        rates.append((time.monotonic() - start, time.process_time() - used))
        number += len(some)
        known = max(known, *(int((it.wording or "W-0")[2:]) for it in placed))
        if known - last >= families // 10:
            last = known
            lines.append(_said(number, known, rates[-50:], before))
    lines.append(f"{number:,} reports in {(time.monotonic() - begin) / 60:.1f} minutes")
    return "\n".join(lines)


def opened_anew(url: str, families: int) -> str:
    """Open a full register in this process and place what comes next. Gives what it took."""
    engine = open_engine(url)
    register = SqlRegister(engine)
    before, start = _memory(), time.monotonic()
    number = 100 * families  # no report of these keys was placed yet
    reports = findings(Bulk(2_000, unrelated=UNRELATED), PLACED + 1, number)
    register.place(list(islice(reports, 1)))
    line = f"a new process reads it in {time.monotonic() - start:.1f} s"
    rates = []
    while some := list(islice(reports, TOGETHER)):
        begin, used = time.monotonic(), time.process_time()
        register.place(some)
        rates.append((time.monotonic() - begin, time.process_time() - used))
    engine.dispose()
    return f"{line}, then {_said(PLACED, families, rates, before)}"


def _said(number: int, families: int, rates: list[tuple[float, float]], before: int) -> str:
    clock, processor = (len(rates) * TOGETHER / sum(it) for it in zip(*rates, strict=True))
    return (
        f"{number:9,} reports, {families:9,} families: {clock:6,.0f} a second by the clock, "
        f"{processor:6,.0f} a core-second, {(_memory() - before) / 1e9:.2f} GB"
    )


def _memory() -> int:
    """Give the bytes that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4_096
