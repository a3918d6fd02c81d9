"""What a hunt costs: texts a second, and the worst a text can do, beside Python's own `re`.

`re` goes back where a way turns out wrong, so that a text can make it run for years: each of its
searches runs in a process that is ended after two seconds.
"""

from __future__ import annotations

import multiprocessing
import random
import re
import time
from collections.abc import Callable

from casefile.watch import Notation
from contracts.sample_findings import wording
from desk.hunting_pattern import LONGEST_TEXT, SECONDS, Unfinished, pattern_of

TEXTS = 2000
PATIENCE = 2.0
ORDINARY: tuple[tuple[Notation, str], ...] = (
    ("words", "your camera"),
    ("words", "bc1q*"),
    ("expression", r"\+44 7\d{3} ?\d{6}"),
    ("expression", r"(gift|prepaid) cards?.{0,40}(code|number)s?"),
)
HOSTILE = {
    r"(a+)+!": "a" * LONGEST_TEXT,
    r"(\w+\s?)+!": "ab " * (LONGEST_TEXT // 3),
    r"a.{0,400}b.{0,400}c": "ab" * (LONGEST_TEXT // 2),
    r"(a|b)*a(a|b){60}c": "".join(random.Random(1).choices("ab", k=LONGEST_TEXT)),  # noqa: S311
}


def least(work: Callable[[], object], rounds: int = 3) -> float:
    """Give the least of several times, in seconds of the processor."""
    times = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def ours_on(said: str, text: str) -> tuple[float, str]:
    """Give what one text costs, and whether it was looked through."""
    pattern = pattern_of(said, "expression")
    begun = time.thread_time()
    try:
        pattern.end_in(text)
    except Unfinished:
        return time.thread_time() - begun, "not looked through, and said so"
    return time.thread_time() - begun, ""


def theirs_on(said: str, text: str) -> str:
    """Give what it costs with `re`, in a process that may be ended."""
    begun = time.perf_counter()
    runner = multiprocessing.get_context("fork").Process(
        target=re.search, args=(said, text, re.IGNORECASE)
    )
    runner.start()
    runner.join(PATIENCE)
    took = time.perf_counter() - begun
    if runner.exitcode is None:
        runner.kill()
        runner.join()
        return f"over {PATIENCE:.0f} s, ended"
    return f"{1000 * took:.0f} ms"


def main() -> None:
    """Print both tables."""
    texts = [f"{wording(it, 450)}\n" for it in range(TEXTS)]
    letters = sum(map(len, texts))
    print(f"{TEXTS} texts of {letters // TEXTS} letters, none of which matches")
    print(f"{'pattern':45} {'ours':>14} {'re':>14}")
    for notation, said in ORDINARY:
        pattern = pattern_of(said, notation)
        ours = least(lambda p=pattern: [p.end_in(it) for it in texts])  # type: ignore[misc]
        known = re.compile(re.escape(said) if notation == "words" else said, re.IGNORECASE)
        theirs = least(lambda k=known: [k.search(it) for it in texts])  # type: ignore[misc]
        print(f"{said:45} {TEXTS / ours:>10,.0f} /s {TEXTS / theirs:>10,.0f} /s")
    print(f"\n1 MiB that is made for the pattern; ours may take {1000 * SECONDS:.0f} ms")
    for said, text in HOSTILE.items():
        seconds, beyond = ours_on(said, text)
        print(f"{said:45} {1000 * seconds:>10.0f} ms {theirs_on(said, text):>18}  {beyond}")


if __name__ == "__main__":
    main()
