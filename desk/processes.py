"""Asks the machine about processes by their numbers."""

from __future__ import annotations

import os


def lives(process: int) -> bool:
    """Tell whether a process runs here, whoever's it is."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
