"""Reads a police force's profile: every name, number and address we show, each with its source."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from casefile.errors import SettingsError
from responders.address import is_strict
from responders.facts import CATALOGUE, MANDATORY, NEEDED_TO_RUN, POLICIES

Status = Literal["verified", "unverified"]
Level = Literal["error", "warning"]
#: A check older than this many days is named by `problems`; the line stays in the replies.
AGED_DAYS = 365
#: Stands where a leaf is absent or unverified; the line around it is left out of the reply.
LEFT_OUT = "\ue0ff"
#: Where replies come from until the force has verified an address of its own (RFC 2606).
TRIAL_ADDRESS = "report-mailbox@not-live.invalid"
PREFIX = re.compile(r"[A-Z]{1,6}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaf:
    """One fact: what we show, who says so, and when that was last checked."""

    #: `section.name`, a key of the catalogue.
    key: str
    #: Text, or text by language.
    value: str | Mapping[str, str]
    source: str
    checked_on: date
    status: Status
    #: `V` read in the body's own text, `V2` in a second-hand or old copy, `U` not found, `own`.
    mark: str

    def text(self, language: str) -> str:
        """Give what is shown in a language."""
        return self.value if isinstance(self.value, str) else self.value[language]


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """What a force lets the desk say, and in whose name."""

    path: Path
    leaves: Mapping[str, Leaf]
    #: ISO 639-1, in the force's order.
    languages: tuple[str, ...]
    time_zone: ZoneInfo

    @property
    def prefix(self) -> str:
        """Give the letters that open a reference."""
        return self.leaves["force.prefix"].text("")

    @property
    def from_address(self) -> str:
        """Give the verified address that replies come from, or the one for trial."""
        leaf = self.leaves["force.from_address"]
        return leaf.text("") if leaf.status == "verified" else TRIAL_ADDRESS

    @property
    def says_bluff(self) -> bool:
        """Tell whether the force has verified that a sure bluff may be called one."""
        leaf = self.leaves.get("force.bluff_text")
        return leaf is not None and leaf.status == "verified" and leaf.text("") == "bluff"

    def name(self, language: str) -> str:
        """Give the force's name."""
        return self.leaves["force.name"].text(language)

    def shown(self, language: str) -> dict[str, dict[str, str]]:
        """Give every fact of the catalogue by section and name, as a reply may show it."""
        facts: dict[str, dict[str, str]] = {}
        for key in CATALOGUE:
            section, _, name = key.partition(".")
            leaf = self.leaves.get(key)
            facts.setdefault(section, {})[name] = LEFT_OUT
            if leaf is not None and leaf.status == "verified":
                facts[section][name] = leaf.text(language)
        return facts

    def missing(self) -> tuple[str, ...]:
        """Give the mandatory facts that are not verified: with one of them nothing may be sent."""
        return tuple(key for key in MANDATORY if not self._verified(key))

    def problems(self, today: date | None = None) -> list[tuple[Level, str]]:
        """Give what `desk check` says of the profile, the worst first. `today` is the force's."""
        today = today or datetime.now(self.time_zone).date()
        found: list[tuple[Level, str]] = [
            ("error", f"{self.path.name}: {key} is mandatory and not verified")
            for key in self.missing()
        ]
        for leaf in self.leaves.values():
            found += [
                ("warning", f"{self.path.name}: {leaf.key} {say}") for say in _says(leaf, today)
            ]
        return found

    def _verified(self, key: str) -> bool:
        return key in self.leaves and self.leaves[key].status == "verified"


def load(path: Path) -> Profile:
    """Read a profile. Raises SettingsError, which names the file, the key and what is wrong."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: not a readable TOML file ({type(error).__name__})") from error
    for key in NEEDED_TO_RUN:
        _table(path, tables, key)
    languages = _languages(path, tables)
    leaves = {
        key: _leaf(path, key, table, languages)
        for section, names in tables.items()
        for key, table in _entries(path, section, names)
    }
    sender = leaves["force.from_address"]
    if sender.status == "verified" and not is_strict(sender.text("")):
        raise _wrong(path, sender.key, "must be a plain address such as reports@force.example")
    if PREFIX.fullmatch(leaves["force.prefix"].text("")) is None:
        raise _wrong(path, "force.prefix", "must be one to six capital letters")
    return Profile(
        path=path, leaves=leaves, languages=languages, time_zone=_time_zone(path, leaves)
    )


def _says(leaf: Leaf, today: date) -> list[str]:
    said = []
    if leaf.status == "unverified" and leaf.key not in MANDATORY:
        said.append("is not verified and left out of every reply")
    if leaf.mark == "V2":
        said.append("was read in a second-hand or old copy: re-check before going live")
    if (today - leaf.checked_on).days > AGED_DAYS:
        said.append(f"was last checked on {leaf.checked_on.isoformat()}: check again")
    return said


def _entries(path: Path, section: str, names: object) -> list[tuple[str, object]]:
    if not isinstance(names, dict):
        raise _wrong(path, section, "must be a table of facts")
    return [(f"{section}.{name}", table) for name, table in names.items()]


def _table(path: Path, tables: Mapping[str, object], key: str) -> object:
    section, _, name = key.partition(".")
    names = tables.get(section)
    if not isinstance(names, dict) or name not in names:
        raise _wrong(path, key, "is missing")
    return names[name]


def _languages(path: Path, tables: Mapping[str, object]) -> tuple[str, ...]:
    key = "force.languages"
    table = _table(path, tables, key)
    value = table.get("value") if isinstance(table, dict) else None
    languages = tuple(value.split()) if isinstance(value, str) else ()
    if not languages or len(set(languages)) < len(languages):
        raise _wrong(path, key, 'needs a value such as "cy en"')
    return languages


def _time_zone(path: Path, leaves: Mapping[str, Leaf]) -> ZoneInfo:
    key = "force.time_zone"
    try:
        return ZoneInfo(leaves[key].text(""))
    except (ZoneInfoNotFoundError, ValueError, KeyError) as error:
        raise _wrong(path, key, 'needs a time zone such as "Europe/London"') from error


def _leaf(path: Path, key: str, table: object, languages: tuple[str, ...]) -> Leaf:
    if key not in CATALOGUE:
        raise _wrong(path, key, "is no fact that a reply can show")
    if not isinstance(table, dict):
        raise _wrong(path, key, "must have value, source, checked_on and status")
    for name in table.keys() - {"value", "source", "checked_on", "status", "mark"}:
        raise _wrong(path, key, f"has an unknown entry {name!r}")
    source, mark = table.get("source"), table.get("mark", "")
    if not isinstance(source, str) or not source.strip():
        raise _wrong(path, key, "needs a source")
    if mark not in {"V", "V2", "U", "own", ""}:
        raise _wrong(path, key, 'has a mark other than "V", "V2", "U" and "own"')
    return Leaf(
        key=key,
        value=_value(path, key, table.get("value"), languages),
        source=source,
        checked_on=_checked_on(path, key, table.get("checked_on")),
        status=_status(path, key, table.get("status"), mark),
        mark=mark,
    )


def _value(
    path: Path, key: str, value: object, languages: tuple[str, ...]
) -> str | Mapping[str, str]:
    if key in POLICIES and not isinstance(value, str):
        raise _wrong(path, key, "needs one value for all languages")
    texts = value if isinstance(value, dict) else dict.fromkeys(languages, value)
    checked: dict[str, str] = {}
    for language in languages:
        text = texts.get(language)
        if not isinstance(text, str) or not text.strip() or not text.isprintable():
            raise _wrong(path, key, f"needs a value of one line in {language!r}")
        checked[language] = text
    return value if isinstance(value, str) else checked


def _checked_on(path: Path, key: str, value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _wrong(path, key, "needs checked_on, a date such as 2026-11-24")
    return value


def _status(path: Path, key: str, value: object, mark: str) -> Status:
    if value == "unverified":
        return "unverified"
    if value != "verified":
        raise _wrong(path, key, 'needs the status "verified" or "unverified"')
    if mark == "U":
        raise _wrong(path, key, 'has the mark "U", which is never verified')
    return "verified"


def _wrong(path: Path, key: str, what: str) -> SettingsError:
    return SettingsError(f"{path}: {key} {what}")
