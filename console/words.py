"""Keeps every word that the console shows in one file a language."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from casefile.errors import SettingsError
from console.visible import line


def _english(number: int) -> str:
    return "one" if number == 1 else "other"


def _welsh(number: int) -> str:
    return {0: "zero", 1: "one", 2: "two", 3: "few", 6: "many"}.get(number, "other")


#: The plural form of a number by language (Unicode CLDR, plural rules).
PLURALS: dict[str, Callable[[int], str]] = {"en": _english, "cy": _welsh}


@dataclass(frozen=True, kw_only=True)
class Words:
    """The words of one language by name, such as `search.title`."""

    language: str
    by_name: Mapping[str, str]

    def text(self, name: str, /, **values: object) -> Markup:
        """Give a text, its `{slots}` filled with escaped values. Raises KeyError."""
        return escape(self.by_name[name]).format(
            **{slot: _fit(value) for slot, value in values.items()}
        )

    def number(self, name: str, count: int, /, **values: object) -> Markup:
        """Give the text for so many, `{count}` in it. Raises KeyError."""
        form = f"{name}.{PLURALS[self.language](count)}"
        return self.text(
            form if form in self.by_name else f"{name}.other", count=f"{count:,}", **values
        )

    def label(self, group: str, name: str) -> str:
        """Give the label of a value, or the value itself where it has none."""
        return self.by_name.get(f"{group}.{name}", name)


def _fit(value: object) -> Markup:
    return value if isinstance(value, Markup) else line(value)


def load_words(folder: Path, language: str) -> Words:
    """Read `<language>.toml` of the console's templates. Raises SettingsError."""
    path = folder / f"{language}.toml"
    if language not in PLURALS:
        raise SettingsError(f"The console does not speak {language!r}, only {', '.join(PLURALS)}.")
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"The console's words cannot be read from {path}.") from error
    return Words(language=language, by_name=dict(_flat(tables)))


def _flat(tables: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in tables.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", str(value)
