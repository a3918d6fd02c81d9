"""Tells whether a disk has room for what is promised to be put on it."""

from __future__ import annotations

import os
import time
from pathlib import Path

from casefile.errors import TryLater

#: How old what is known of the room on the disk may be, in seconds.
_LOOK_SECONDS = 0.2
#: One part in so many of the file system's inodes stays free.
_FREE_INODES = 20


class DiskLow(TryLater):
    """The disk is nearly full, so nothing more is taken in."""


class Room:
    """The room on the disk that a folder is on, of which so many bytes stay free."""

    def __init__(self, folder: Path, min_free: int) -> None:
        """Look at it for the first time. Raises OSError."""
        self._folder, self._min_free = folder, min_free
        self._space, self._looked = os.statvfs(folder), time.monotonic()

    def check(self, size: int) -> None:
        """Say whether so many bytes find room. Raises DiskLow, or OSError."""
        now = time.monotonic()
        if now - self._looked > _LOOK_SECONDS:
            self._space, self._looked = os.statvfs(self._folder), now
        space = self._space
        if space.f_bavail * space.f_frsize < max(3 * size // 2, self._min_free):
            raise DiskLow
        if space.f_favail < space.f_files // _FREE_INODES:  # some file systems count none: 0 of 0
            raise DiskLow
