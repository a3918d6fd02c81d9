"""Puts bytes on the disk so that they outlast a crash: written whole, synced, renamed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600
#: Pieces that are handed to the system in one call; Linux takes 1,024.
_AT_ONCE = 512


def write_durably(chunks: Sequence[bytes], *, draft: Path, target: Path) -> None:
    """Write a new file under the draft's name, sync it, and give it the target's name, synced.

    Both names are on one file system. Raises OSError; then neither name is left. A sync that
    failed is never tried again: the kernel may say yes the second time with the data gone.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(draft, flags, FILE_MODE)
    try:
        _fill(descriptor, chunks)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
    place_durably(draft, target)


def write_all(descriptor: int, chunks: Sequence[bytes]) -> None:
    """Write all of it, however little the system takes at a time. Raises OSError."""
    for start in range(0, len(chunks), _AT_ONCE):
        some = chunks[start : start + _AT_ONCE]
        written = os.writev(descriptor, some)
        if written < sum(map(len, some)):
            rest = memoryview(b"".join(some))[written:]
            while rest:
                rest = rest[os.write(descriptor, rest) :]


def _fill(descriptor: int, chunks: Sequence[bytes]) -> None:
    """Write all of it, sync and close. The descriptor is closed whatever happens."""
    try:
        write_all(descriptor, chunks)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def place_durably(draft: Path, target: Path) -> None:
    """Give a synced file its name, synced. Raises OSError; then neither name is left."""
    name = draft
    try:
        draft.rename(target)
        name = target
        sync_folder(target.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            name.unlink()
        raise


def make_folder(folder: Path) -> None:
    """Make a folder, with those above it where they lack, each entry synced."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the entries of a folder outlast a crash."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
