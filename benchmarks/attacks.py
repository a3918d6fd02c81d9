"""What attacks on the door cost: its memory, and how long honest clients wait for EHLO."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from doors.attack import LONGEST_EHLO, MOST_MEMORY, Outcome, attacked
from doors.attackers import ATTACKS


def main() -> None:
    """Attack a fresh door in each way and print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10, help="of each attack")
    parser.add_argument("attacks", nargs="*", help="names; all, where none is given")
    asked = parser.parse_args()
    print(f"Each for {asked.seconds:.0f} s, default limits, clients from ever new networks.")
    print(f"Promised: under {MOST_MEMORY >> 20} MiB, and p99 under {1000 * LONGEST_EHLO:.0f} ms.")
    print("Refused: told 421 at once, to come again later, as all places were taken.\n")
    print_row(Outcome.HEADINGS)
    for name in asked.attacks or ATTACKS:
        folder = Path(tempfile.mkdtemp(prefix="attacked-"))
        try:
            print_row(attacked(ATTACKS[name], folder, asked.seconds).row())
        finally:
            shutil.rmtree(folder)


def print_row(cells: tuple[object, ...]) -> None:
    """Print one line of the table."""
    name, *figures = cells
    print(f"{name:16}", *(f"{figure:>11}" for figure in figures), flush=True)


if __name__ == "__main__":
    main()
