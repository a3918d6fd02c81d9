"""What the operator has set: read from file, environment and flags, and checked."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from casefile.errors import SettingsError
from desk.setting import ROOT, Setting, networks, switch
from desk.settings_addresses import address_of, is_loopback
from desk.settings_checks import check
from desk.settings_table import SETTINGS
from desk.settings_values import Settings

FILE = "desk.toml"

__all__ = [
    "BY_NAME",
    "ROOT",
    "SETTINGS",
    "Setting",
    "Settings",
    "address_of",
    "authentication",
    "is_loopback",
    "load",
]


BY_NAME = {setting.name: setting for setting in SETTINGS}


def load(
    flags: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Settings:
    """Read `desk.toml` in the folder, then the environment, then flags; the last one wins.

    Flags that are None were not given. Raises SettingsError, which names the setting and the mend.
    """
    environ = os.environ if environ is None else environ
    given = {setting.name: (setting.default, "the default") for setting in SETTINGS}
    given |= _from_file((folder or Path()) / FILE)
    for setting in SETTINGS:
        if setting.variable in environ:
            given[setting.name] = (environ[setting.variable], setting.variable)
    for name, value in (flags or {}).items():
        if value is not None:
            given[name] = (str(value), "--" + name.replace("_", "-"))
    values: dict[str, Any] = {
        name: _converted(BY_NAME[name], *pair) for name, pair in given.items()
    }
    settings = Settings(**values)
    check(settings)
    return settings


def _from_file(path: Path) -> dict[str, tuple[str, str]]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path} cannot be read as TOML: {error}") from error
    unknown = sorted(set(table) - set(BY_NAME))
    if unknown:
        raise SettingsError(
            f"{path} sets {', '.join(unknown)}, which the desk does not know. "
            "`desk settings` lists what there is."
        )
    return {
        name: (" ".join(map(str, value)) if isinstance(value, list) else str(value), str(path))
        for name, value in table.items()
    }


_KINDS = {
    int: "whole number",
    networks: "list of networks such as 192.0.2.0/28",
    switch: "`on` or `off`",
}


def _converted(setting: Setting, value: str, place: str) -> Any:  # noqa: ANN401 - each setting has a type of its own
    try:
        return setting.convert(value)
    except ValueError as error:
        raise SettingsError(
            f"{place} sets {setting.name} to {value!r}, which is no {_KINDS[setting.convert]}."
        ) from error


def authentication(settings: Settings) -> str:
    """Give the method in force: what is set, else what goes with mail servers around the desk."""
    return settings.authentication or (
        "required" if settings.smarthost or settings.lmtp else "loopback"
    )
