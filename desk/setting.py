"""One setting of the desk: a row from which the commands and the docs are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """One row: name in `desk.toml`, `DESK_NAME` in the environment, `--name` where it is a flag."""

    name: str
    default: str
    help: str
    convert: Callable[[str], Any] = str
    #: The least that a number may be.
    at_least: int | None = None

    @property
    def variable(self) -> str:
        """Give the name of its environment variable."""
        return f"DESK_{self.name.upper()}"


def switch(value: str) -> bool:
    """Read `on` or `off`, or as TOML has it. Raises ValueError."""
    said = {"on": True, "true": True, "off": False, "false": False}.get(value.lower())
    if said is None:
        raise ValueError(value)
    return said


def words(value: str) -> tuple[str, ...]:
    """Split a list of words at commas and blanks."""
    return tuple(value.replace(",", " ").split())


def networks(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Read a list of networks. Raises ValueError."""
    return tuple(ip_network(word) for word in words(value))
