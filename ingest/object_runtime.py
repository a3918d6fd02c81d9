"""Keeps a request from hanging for ever where the library's threads did not outlast a fork."""

from __future__ import annotations

import os


class Runtime:
    """What the object store's library runs its requests on: one for a whole process."""

    used = False
    lost = False

    @classmethod
    def enter(cls) -> None:
        """Note that it is used. Raises RuntimeError where nothing would ever be answered."""
        if cls.lost:
            raise RuntimeError(
                "The object store was used before this process was forked from another, so every"
                " request would hang here: use it only after the fork."
            )
        cls.used = True

    @classmethod
    def forked(cls) -> None:
        """Note that this is a child."""
        cls.lost = cls.lost or cls.used


os.register_at_fork(after_in_child=Runtime.forked)
