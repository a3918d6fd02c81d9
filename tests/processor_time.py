"""How much of the processor a process and everybody below it has used so far."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def seconds_of(pid: int) -> float:
    """Give the seconds that a process, its living descendants and the dead it waited for used.

    A process that is gone has used none (proc(5): utime, stime, cutime, cstime).
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    own = sum(map(int, stat[11:15])) / _TICKS
    return own + sum(map(seconds_of, children_of(pid)))


def children_of(pid: int) -> list[int]:
    """Give the processes that a process has started and that still live."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found.update(map(int, task.read_text().split()))
        except OSError:  # the thread or the process ended just now
            continue
    return sorted(found)
