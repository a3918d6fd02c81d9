"""Opens the desk in the form that the settings say; nobody else asks which one it is."""

from __future__ import annotations

import os
from importlib import import_module

from casefile.errors import SettingsError
from desk.embedded import EmbeddedDesk
from desk.rooms import Desk
from desk.settings import Settings


def open_desk(settings: Settings) -> Desk:
    """Open a desk over its data folder, which is made where it is missing.

    Raises SettingsError where the folder cannot be made or written.
    """
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SettingsError(
            f"The data folder {settings.data} cannot be made: {error.strerror}. "
            "Set DESK_DATA or --data to a folder that you may write."
        ) from error
    if not os.access(settings.data, os.W_OK | os.X_OK):
        raise SettingsError(f"The data folder {settings.data} cannot be written by this user.")
    return _distributed(settings) if settings.distributed else EmbeddedDesk(settings)


def open_embedded(settings: Settings) -> Desk:
    """Open a desk for `desk serve`.

    Raises SettingsError where servers are set that it would not use.
    """
    if settings.distributed:
        raise SettingsError(
            "`desk serve` runs the embedded form, but DESK_REDIS_URL and DESK_ELASTICSEARCH_URL "
            "are set: leave both empty, or start `desk door`, `desk work` and `desk console`."
        )
    return open_desk(settings)


def open_distributed(settings: Settings) -> Desk:
    """Open a desk for one of the processes of the distributed form. Raises SettingsError."""
    if not settings.distributed:
        raise SettingsError(
            "This is a process of the distributed form, which needs DESK_REDIS_URL and "
            "DESK_ELASTICSEARCH_URL: set both, or run `desk serve`."
        )
    return open_desk(settings)


def _distributed(settings: Settings) -> Desk:
    """Open the distributed form, whose libraries the embedded one is installed without."""
    try:
        module = import_module("desk.distributed")
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"The distributed form needs {error.name}, which is not installed: "
            "pip install --require-hashes -r requirements/distributed.txt"
        ) from error
    desk: Desk = module.DistributedDesk(settings)
    return desk
