"""Loads the text blocks of the replies and fills in the facts of the profile."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import jinja2

from casefile.errors import SettingsError
from responders.profile import LEFT_OUT

_FENCE = "+++\n"
_SUFFIX = ".txt"
MONTHS = 12

Facts = Mapping[str, object]


class Texts:
    """The blocks of a folder: `<language>/<block>.txt`, each with TOML between two `+++` lines.

    Raises SettingsError where a file is not of this form or a language lacks a block of another.
    """

    def __init__(self, folder: Path, languages: Iterable[str]) -> None:
        self._folder = folder
        self._heads: dict[str, dict[str, object]] = {}
        bodies: dict[str, str] = {}
        for language in languages:
            for path in sorted((folder / language).glob(f"*{_SUFFIX}")):
                name = f"{language}/{path.stem}"
                self._heads[name], bodies[name] = _split(path)
        self._require_equal_blocks(languages, bodies)
        # Only these files are ever compiled, each once: no text of a mail becomes a template.
        # Nothing is escaped because the reply is text/plain, where `&amp;` would be read as such.
        self._environment = jinja2.Environment(
            loader=jinja2.DictLoader(bodies),
            undefined=jinja2.StrictUndefined,
            autoescape=False,  # noqa: S701 - plain text, and no value comes from a mail
            cache_size=-1,
            auto_reload=False,
        )

    def render(self, language: str, block: str, facts: Facts) -> str:
        """Give a block as text. A line that needs a fact we cannot vouch for is left out whole.

        Raises SettingsError where the block is not there or uses an unknown name.
        """
        name = f"{language}/{block}"
        try:
            text = self._environment.get_template(name).render(facts)
        except jinja2.TemplateError as error:
            raise SettingsError(f"{self._folder}/{name}{_SUFFIX}: {error.message}") from error
        return "\n".join(line.rstrip() for line in text.splitlines() if LEFT_OUT not in line)

    def months(self, language: str, block: str) -> Sequence[str]:
        """Give the names of the months as a block writes them. Raises SettingsError."""
        names = self._heads[f"{language}/{block}"].get("months")
        if not isinstance(names, list) or len(names) != MONTHS:
            raise SettingsError(f"{language}/{block}{_SUFFIX}: must name {MONTHS} months")
        return [str(it) for it in names]

    def drafts(self) -> list[str]:
        """Give each file that bears a status, with it: not yet signed off."""
        return [
            f"{name}{_SUFFIX}: {head['status']}"
            for name, head in self._heads.items()
            if "status" in head
        ]

    def _require_equal_blocks(self, languages: Iterable[str], bodies: Iterable[str]) -> None:
        blocks = {name.partition("/")[2] for name in bodies}
        if not blocks:
            raise SettingsError(f"{self._folder}: holds no reply texts")
        for language in languages:
            for block in sorted(blocks):
                if f"{language}/{block}" not in self._heads:
                    raise SettingsError(f"{self._folder}/{language}/{block}{_SUFFIX}: is missing")


def _split(path: Path) -> tuple[dict[str, object], str]:
    text = path.read_text(encoding="utf-8")
    parts = text.split(_FENCE, 2)
    if len(parts) != 3 or parts[0]:  # noqa: PLR2004 - nothing, head, body
        raise SettingsError(f"{path}: must open with TOML between two lines of +++")
    try:
        head = tomllib.loads(parts[1])
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: the TOML between the +++ lines is wrong") from error
    if head.get("kind") != path.stem or head.get("language") != path.parent.name:
        raise SettingsError(f"{path}: kind and language must be those of the file's name")
    return head, parts[2].strip("\n")
