"""Its sole purpose is to read the values of CSS that tell whether something is seen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

import tinycss2
from tinycss2.color3 import RGBA, parse_color

NOWHERE = float("inf")
#: Custom properties of a style sheet that are read, and characters of a value of one.
MAX_VARIABLES = 100
#: Characters that a style sheet puts in one place.
MAX_CONTENT = 500

_PIXELS = {
    "": 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "in": 96.0,
    "cm": 37.8,
    "mm": 3.78,
    "vw": 10.24,
    "vh": 7.68,
}
_LENGTH = re.compile(r"([-+]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}))([a-z%]{0,4})")
_WORKED_OUT = re.compile(r"(?:calc|min|max|clamp)\(")
_FIGURES = re.compile(r"\d{1,9}(?:\.\d{0,9})?")
_SPACED_COLOUR = re.compile(r"(rgba?|hsla?)\(([^,()]{1,60})\)")
_SET = re.compile(r"(--[\w-]{1,60})\s{0,9}:\s{0,9}([^;{}]{1,200})")
_USED = re.compile(r"var\(\s{0,9}(--[\w-]{1,60})\s{0,9}(?:,([^()]{0,100}))?\)")
_HEX = re.compile(r"[0-9a-f]{6}|[0-9a-f]{3}")


def pixels(value: str, whole: float = 1.0) -> float:
    """Give a length in pixels, `em` and `%` as shares of `whole`; infinity where it is none.

    What is worked out (`calc`, `min`) is known only where it is zero whatever the window.
    """
    value = value.strip()
    if _WORKED_OUT.match(value):
        figures = [float(it) for it in _FIGURES.findall(value[:200])]
        zero = min(figures, default=1) == 0 if value.startswith("min") else not any(figures)
        return 0.0 if figures and zero else NOWHERE
    length = _LENGTH.match(value)
    if length is None:
        return NOWHERE
    number, unit = float(length[1]), length[2]
    if unit == "%":
        return number / 100 * whole
    return number * _PIXELS.get(unit, whole if unit == "em" else 16.0)


@lru_cache(maxsize=4_096)
def rgba(value: str) -> RGBA | None:
    """Give a colour; None where it is none. Commas may be missing, as in CSS Color 4."""
    if spaced := _SPACED_COLOUR.fullmatch(value):
        parts = spaced[2].replace("/", " ").split()
        name = spaced[1][:3] + ("a" if len(parts) == 4 else "")  # noqa: PLR2004 - with its alpha
        value = f"{name}({','.join(parts)})"
    found = parse_color(value)
    return found if isinstance(found, RGBA) else None


def generated(content: str, attributes: Mapping[str, str | None]) -> str:
    """Give the text that `content` puts beside an element, its attributes named in it read."""
    said = ""
    for token in tinycss2.parse_component_value_list(content[:MAX_CONTENT], skip_comments=True):
        if token.type == "string":
            said += token.value
        elif token.type == "function" and token.lower_name == "attr":
            name = tinycss2.serialize(token.arguments).strip().lower()
            said += attributes.get(name) or ""
    return said[:MAX_CONTENT]


def colour(value: str) -> str:
    """Give a colour attribute as CSS writes it: HTML forgives a missing `#`."""
    value = value.strip().lower()
    return f"#{value}" if _HEX.fullmatch(value) else value


def variables(sheet: str) -> Mapping[str, str]:
    """Give the custom properties that a style sheet sets, wherever; the first one of a name."""
    found: dict[str, str] = {}
    for name, value in _SET.findall(sheet) if "--" in sheet else ():
        if len(found) < MAX_VARIABLES:
            found.setdefault(name, value.strip())
    return found


def resolved(css: str, known: Mapping[str, str]) -> str:
    """Give CSS with custom properties as what they stand for."""
    if "var(" not in css:
        return css
    return _USED.sub(lambda use: known.get(use[1], use[2] or "unset"), css)
