"""Asks the machine about processes by their numbers, and where those numbers mean something."""

from __future__ import annotations

import hashlib
import os
import socket
from contextlib import suppress
from pathlib import Path


def lives(process: int) -> bool:
    """Tell whether a process runs here, whoever's it is."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def place() -> str:
    """Give a name for where process numbers mean the same as here: this host or container.

    Two containers may bear one host name, and number their processes alike.
    """
    parts = [socket.gethostname()]
    for file in ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"):
        with suppress(OSError):  # there is no /proc everywhere
            path = Path(file)
            parts.append(str(path.readlink()) if path.is_symlink() else path.read_text())
    mark = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]
    return f"{parts[0][:24]}.{mark}"
