"""Its sole purpose is to say what CSS does to the sight of an element: CSS 2.2 and HTML's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import tinycss2
from tinycss2.color3 import RGBA, parse_color

#: Text smaller than this many CSS pixels is not seen.
SMALLEST = 1.5
#: Boxes this many pixels off the page are not seen.
FAR = 500.0
#: Channels (0 to 1) that differ by less than this are the same colour to the eye.
SAME_COLOUR = 0.06
#: The width, in pixels, of the window that mails are read in here.
WINDOW = 1024.0
#: Rules and characters of style sheets that are read.
MAX_RULES = 400
MAX_SHEET = 65_536
MAX_NESTING = 30

Declarations = Mapping[str, str]

_PROPERTIES = frozenset(
    [
        "background",
        "background-color",
        "background-image",
        "clip",
        "clip-path",
        "color",
        "direction",
        "display",
        "filter",
        "float",
        "font",
        "font-size",
        "height",
        "left",
        "margin-left",
        "margin-top",
        "max-height",
        "max-width",
        "mso-hide",
        "opacity",
        "overflow",
        "position",
        "right",
        "text-indent",
        "top",
        "transform",
        "unicode-bidi",
        "visibility",
        "width",
    ]
)
_PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "": 1.0}
_SIZE_WORDS = {"xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0}
_BRACKET = re.compile(r"[()\[\]{}]")
_LENGTH = re.compile(r"([-+]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}))([a-z%]{0,4})")
_FONT_SIZE = re.compile(r"(?:^|\s)((?:\d{1,5}(?:\.\d{0,5})?|\.\d{1,5})[a-z%]{0,3})(?=/|\s|$)")
_NOTHING_LEFT = re.compile(
    r"rect\((?:\s{0,3}0[a-z]{0,2}\s{0,3},?){4}\s{0,3}\)|inset\(\s{0,3}(?:50|100)%"
)
_GONE = re.compile(
    r"(?:scale[xy]?\(\s{0,3}0(?:\.0{1,4})?\s{0,3}[,)]|translate[xy]?\([^)]{0,40}-\d{4,})"
)
_HEX = re.compile(r"[0-9a-f]{6}|[0-9a-f]{3}")
_PLAIN_SELECTOR = re.compile(
    r"[\w\s.#>*~+-]{1,200}|[\w\s.#>*~+-]{0,100}\[[\w\s=\"'*^$~|-]{1,100}\]"
)
_WIDTH = re.compile(r"\(\s{0,3}(min|max)-(?:device-)?width\s{0,3}:\s{0,3}(\d{1,5})(?:\.\d{1,3})?px")


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What an element inherits of its sight, or what a child may set anew."""

    #: Font size in CSS pixels.
    size: float = 16.0
    #: Colours; None where unknown.
    ink: RGBA | None = RGBA(0.0, 0.0, 0.0, 1.0)  # noqa: RUF009 - a frozen tuple
    ground: RGBA | None = RGBA(1.0, 1.0, 1.0, 1.0)  # noqa: RUF009 - a frozen tuple
    shown: bool = True

    @property
    def seen(self) -> bool:
        """Tell whether text that looks so can be seen."""
        return self.shown and self.size >= SMALLEST and not _blends(self.ink, self.ground)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One selector of a style sheet with what it sets, and its rank in the cascade."""

    selector: str
    #: Important, ids, classes, types, order.
    rank: tuple[bool, int, int, int, int]
    sets: Declarations


def inherit(look: Look, sets: Declarations) -> Look:
    """Give the look of an element in one that looks like `look`."""
    if not sets:
        return look
    return Look(
        size=_size(sets, look.size),
        ink=_ink(sets, look.ink),
        ground=_ground(sets, look.ground),
        shown=sets.get("visibility", "visible" if look.shown else "hidden")
        not in {"hidden", "collapse"},
    )


def gone(sets: Declarations) -> bool:
    """Tell whether an element is not seen with all that is in it, whatever that sets."""
    return (
        sets.get("display") == "none"
        or sets.get("mso-hide") == "all"
        or _pixels(sets.get("opacity", "1")) <= SAME_COLOUR
        or "opacity(0" in sets.get("filter", "")
        or _has_no_box(sets)
        or _is_off_page(sets)
        or _GONE.search(sets.get("transform", "")) is not None
    )


def reverses(sets: Declarations) -> bool:
    """Tell whether the letters of an element are shown from right to left."""
    return sets.get("direction") == "rtl" and "override" in sets.get("unicode-bidi", "")


def declarations(style: str) -> tuple[Declarations, Declarations]:
    """Give what a declaration list sets and what it sets as important, names lower case."""
    if _is_nested(style):
        return {}, {}
    return _declarations(tinycss2.parse_blocks_contents(style))


def rules(sheet: str) -> list[Rule]:
    """Give the rules that hold in a window of `WINDOW` pixels, at most `MAX_RULES`."""
    found: list[Rule] = []
    sheet = sheet[:MAX_SHEET]
    for selector, content in () if _is_nested(sheet) else _blocks(sheet):
        usual, important = _declarations(tinycss2.parse_blocks_contents(content))
        for one in selector.split(","):
            name = one.strip()
            if len(found) >= MAX_RULES:
                return found
            if name and _PLAIN_SELECTOR.fullmatch(name):
                found.extend(
                    Rule(selector=name, rank=(urgent, *_weight(name), len(found)), sets=sets)
                    for urgent, sets in ((False, usual), (True, important))
                    if sets
                )
    return found


def colour(value: str) -> str:
    """Give a colour attribute as CSS writes it: HTML forgives a missing `#`."""
    value = value.strip().lower()
    return f"#{value}" if _HEX.fullmatch(value) else value


def _is_nested(css: str) -> bool:
    """Tell whether brackets stand in one another deeper than a reader that recurs should follow."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(css):
        depth = depth + 1 if bracket in "([{" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest > MAX_NESTING


def _blocks(sheet: str) -> Iterator[tuple[str, list[object]]]:
    waiting = tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)[::-1]
    while waiting:
        block = waiting.pop()
        if block.type == "qualified-rule":
            yield tinycss2.serialize(block.prelude).strip(), block.content
        elif block.type == "at-rule" and block.lower_at_keyword == "media" and block.content:
            inner = tinycss2.parse_rule_list(
                block.content, skip_comments=True, skip_whitespace=True
            )
            applies = _applies(tinycss2.serialize(block.prelude).lower())
            waiting.extend(inner[::-1] if applies else ())


def _applies(media: str) -> bool:
    """Tell whether a media query holds for a mail read on a screen."""
    if "print" in media or "not " in media or "prefers-" in media or "orientation" in media:
        return False
    return all(
        float(width) <= WINDOW if side == "min" else float(width) >= WINDOW
        for side, width in _WIDTH.findall(media)
    )


def _declarations(parsed: list[object]) -> tuple[Declarations, Declarations]:
    sets: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for one in parsed:
        if isinstance(one, tinycss2.ast.Declaration) and one.lower_name in _PROPERTIES:
            value = tinycss2.serialize(one.value).strip().lower()
            sets[bool(one.important)][one.lower_name] = value
            if one.lower_name == "font" and (size := _FONT_SIZE.search(value)):
                sets[bool(one.important)]["font-size"] = size[1]
    return sets


def _weight(selector: str) -> tuple[int, int, int]:
    words = re.findall(r"(?:^|[\s>+~])[a-z]", selector.lower())
    return selector.count("#"), selector.count(".") + selector.count("["), len(words)


def _pixels(value: str, whole: float = 1.0) -> float:
    """Give a length in pixels, `em` and `%` as shares of `whole`; infinity where it is none."""
    length = _LENGTH.match(value.strip())
    if length is None:
        return float("inf")
    number, unit = float(length[1]), length[2]
    if unit == "%":
        return number / 100 * whole
    return number * _PIXELS.get(unit, whole if unit == "em" else 16.0)


def _size(sets: Declarations, size: float) -> float:
    value = sets.get("font-size")
    if value is None or value == "inherit":
        return size
    if value in _SIZE_WORDS:
        return _SIZE_WORDS[value]
    pixels = _pixels(value, size)
    return size if pixels == float("inf") else pixels


def _ink(sets: Declarations, ink: RGBA | None) -> RGBA | None:
    value = sets.get("color")
    if value is None or value in {"inherit", "currentcolor"}:
        return ink
    return _rgba(value)


def _ground(sets: Declarations, ground: RGBA | None) -> RGBA | None:
    for name in ("background", "background-color", "background-image"):
        value = sets.get(name)
        if value is None or value in {"none", "transparent", "inherit", "initial"}:
            continue
        if "url(" in value or "gradient" in value:
            return None
        known = next(filter(None, map(_rgba, value.split())), None) or _rgba(value)
        ground = ground if known is not None and known.alpha == 0 else known
    return ground


@lru_cache(maxsize=4_096)
def _rgba(value: str) -> RGBA | None:
    found = parse_color(value)
    return found if isinstance(found, RGBA) else None


def _blends(ink: RGBA | None, ground: RGBA | None) -> bool:
    if ink is None:
        return False
    if ink.alpha <= SAME_COLOUR:
        return True
    return ground is not None and all(
        abs(mine - theirs) < SAME_COLOUR for mine, theirs in zip(ink[:3], ground[:3], strict=True)
    )


def _has_no_box(sets: Declarations) -> bool:
    if _NOTHING_LEFT.search(sets.get("clip", "") + sets.get("clip-path", "")):
        return sets.get("position") in {"absolute", "fixed"}
    if sets.get("overflow") not in {"hidden", "clip"}:
        return False
    sides = ("width", "height", "max-width", "max-height")
    return any(_pixels(sets.get(side, "auto"), WINDOW) < SMALLEST for side in sides)


def _is_off_page(sets: Declarations) -> bool:
    moved = ["text-indent", "margin-left", "margin-top"]
    if sets.get("position") in {"absolute", "fixed", "relative"}:
        moved += ["left", "top", "right"]
    return any(_pixels(sets.get(side, "0"), WINDOW) <= -FAR for side in moved)
