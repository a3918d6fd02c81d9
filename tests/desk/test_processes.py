from __future__ import annotations

import os
import subprocess
import sys

from desk.processes import lives, place


def test_a_process_lives_until_it_is_waited_for() -> None:
    """A number that nobody bears is nobody's."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert lives(child.pid)
    assert lives(os.getpid())
    child.communicate(b"\n")
    assert not lives(child.pid)


def test_a_place_is_the_same_for_all_processes_of_a_host() -> None:
    """What one of them calls its place, another calls so too."""
    command = [sys.executable, "-c", "from desk.processes import place; print(place())"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said == f"{place()}\n"
    assert len(place()) <= 33
