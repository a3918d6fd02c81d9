"""docker-compose.yml as the tests read it: each service with .env.example filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from running import ROOT

FILE = ROOT / "docker-compose.yml"
EXAMPLE = ROOT / ".env.example"
_VARIABLE = re.compile(r"\$\{([A-Z_]+)(:?\?)\}")
_SECONDS = {"s": 1, "m": 60}


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service as it stands in the file."""

    name: str
    given: Mapping[str, Any]

    @property
    def command(self) -> list[str]:
        """Give what it runs."""
        return [str(word) for word in self.given["command"]]

    @property
    def environment(self) -> dict[str, str]:
        """Give its environment, beside what its image sets."""
        return {name: str(value) for name, value in self.given.get("environment", {}).items()}

    @property
    def health(self) -> list[str]:
        """Give the command that tells whether it is well."""
        kind, *words = self.given["healthcheck"]["test"]
        return words if kind == "CMD" else ["sh", "-c", *words]

    @property
    def user(self) -> tuple[int, int]:
        """Give user and group."""
        user, group = str(self.given["user"]).split(":")
        return int(user), int(group)

    @property
    def is_ours(self) -> bool:
        """Tell whether it is built here."""
        return "build" in self.given

    @property
    def ends(self) -> bool:
        """Tell whether it does something once and ends."""
        return str(self.given["restart"]).startswith("on-failure")

    @property
    def grace(self) -> int:
        """Give how many seconds it has to end."""
        value = self.given["stop_grace_period"]
        return int(value[:-1]) * _SECONDS[value[-1]]

    @property
    def secrets(self) -> list[str]:
        """Give the names of the secrets that it sees."""
        return list(self.given.get("secrets", []))

    @property
    def configs(self) -> dict[str, str]:
        """Give where it sees which configs: names by path."""
        return {it["target"]: it["source"] for it in self.given.get("configs", [])}

    @property
    def volumes(self) -> dict[str, tuple[str, bool]]:
        """Give where it sees which volumes: the name, and whether it may write, by path."""
        parts = (it.split(":") for it in self.given.get("volumes", []))
        return {where: (name, how != ["ro"]) for name, where, *how in parts}

    @property
    def tmpfs(self) -> dict[str, str]:
        """Give the options of its folders in memory, by path."""
        return dict(it.split(":", 1) for it in self.given.get("tmpfs", []))


@dataclass(frozen=True, kw_only=True)
class Composed:
    """The whole file."""

    given: Mapping[str, Any]

    @property
    def services(self) -> dict[str, Service]:
        """Give the services by name."""
        return {name: Service(name=name, given=it) for name, it in self.given["services"].items()}

    def file_of(self, kind: str, name: str) -> Path:
        """Give the file of a config or a secret."""
        return Path(ROOT / self.given[kind][name]["file"])


def example() -> dict[str, str]:
    """Give the variables of .env.example."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return dict(pairs)


def variables() -> set[str]:
    """Give the names of the variables that the file asks for."""
    return {name for name, _ in _VARIABLE.findall(FILE.read_text(encoding="utf-8"))}


def composed(environ: Mapping[str, str] | None = None) -> Composed:
    """Read the file with these variables, or those of .env.example. Raises KeyError."""
    values = example() if environ is None else environ

    def filled(match: re.Match[str]) -> str:
        value = values[match[1]]
        assert value or match[2] == "?", f"{match[1]} must not be empty"
        return value

    return Composed(given=_filled(yaml.safe_load(FILE.read_text(encoding="utf-8")), filled))


def _filled(node: Any, fill: Callable[[re.Match[str]], str]) -> Any:  # noqa: ANN401 - any of YAML's
    """Fill the variables in where they stand: what is read as YAML is the file alone."""
    if isinstance(node, str):
        text = _VARIABLE.sub(fill, node)
        assert "${" not in text, "variables are written ${NAME?} or ${NAME:?}: none is forgotten"
        return text
    if isinstance(node, list):
        return [_filled(it, fill) for it in node]
    if isinstance(node, dict):
        return {name: _filled(it, fill) for name, it in node.items()}
    return node
