"""Writes a file so that it is whole and on disk, or not there at all."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from casefile.errors import Refused

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
#: Unfinished files bear it; nobody reads them.
UNFINISHED = ".tmp-"


def place(folder: Path, name: str, suffix: str) -> Path:
    """Give the path of a named file. Raises Refused where the name could leave the folder."""
    if _NAME.fullmatch(name) is None:
        raise Refused("a file cannot bear this name")
    return folder / f"{name}{suffix}"


def write(path: Path, data: bytes) -> None:
    """Write a file by temporary name, fsync, rename and fsync of the folder. Raises OSError.

    The order is that of Maildir; after an error no part of the file is visible.
    """
    handle, unfinished = tempfile.mkstemp(prefix=UNFINISHED, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(unfinished).rename(path)
    except OSError:
        Path(unfinished).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
