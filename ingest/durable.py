"""Puts bytes on the disk so that they outlast a crash: written whole, synced, renamed."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o400


def write_durably(chunks: tuple[bytes, ...], *, draft: Path, target: Path) -> None:
    """Write a new file under the draft's name, sync it, and give it the target's name, synced.

    Both names are on one file system. Raises OSError; then neither name is left. A sync that
    failed is never tried again: the kernel may say yes the second time with the data gone.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(draft, flags, FILE_MODE)
    name = draft
    try:
        _fill(descriptor, chunks)
        draft.rename(target)
        name = target
        sync_folder(target.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            name.unlink()
        raise


def _fill(descriptor: int, chunks: tuple[bytes, ...]) -> None:
    """Write all of it, sync and close. The descriptor is closed whatever happens."""
    try:
        for chunk in chunks:
            rest = memoryview(chunk)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def move_durably(source: Path, target: Path) -> None:
    """Rename a file into another folder of the same file system, both synced."""
    source.rename(target)
    sync_folder(target.parent)
    sync_folder(source.parent)


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
