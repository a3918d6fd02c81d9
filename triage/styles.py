"""Its sole purpose is to say what CSS does to the sight of an element: CSS 2.2 and HTML's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import tinycss2
from tinycss2.color3 import RGBA

from triage.css_values import NOWHERE, pixels, rgba
from triage.unseen import FAINTEST, SMALLEST, WINDOW

#: Rules and characters of style sheets that are read.
MAX_RULES = 400
MAX_SHEET = 65_536
MAX_NESTING = 30

Declarations = Mapping[str, str]
_NESTING = frozenset({"media", "supports", "layer"})
_DISPLAYS = re.compile(
    r"none|block|inline|flow|flex|grid|table|list-item|ruby|contents|initial|inherit|unset|revert"
    r"|-webkit|-moz|-ms"
)

_PROPERTIES = frozenset(
    [
        "background",
        "background-color",
        "background-image",
        "clip",
        "clip-path",
        "-webkit-text-fill-color",
        "bottom",
        "color",
        "content",
        "content-visibility",
        "direction",
        "display",
        "filter",
        "float",
        "font",
        "font-size",
        "height",
        "inset",
        "left",
        "letter-spacing",
        "margin-left",
        "margin-top",
        "max-height",
        "max-width",
        "mso-hide",
        "opacity",
        "overflow",
        "overflow-x",
        "overflow-y",
        "position",
        "right",
        "scale",
        "text-indent",
        "text-shadow",
        "top",
        "transform",
        "unicode-bidi",
        "visibility",
        "width",
        "zoom",
    ]
)
_SIZE_WORDS = {"xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0}
_BESIDE = re.compile(r"::?(before|after)$", re.IGNORECASE)
_OTHER_SIZES = frozenset(
    {"inherit", "initial", "unset", "smaller", "larger", "x-large", "xx-large", "xxx-large"}
)
_BRACKET = re.compile(r"[()\[\]{}]")
_FONT_SIZE = re.compile(r"(?:^|\s)((?:\d{1,5}(?:\.\d{0,5})?|\.\d{1,5})[a-z%]{0,3})(?=/|\s|$)")
#: Selectors that are tried: others are for a pointer over the text, or cost too much.
_PLAIN_SELECTOR = re.compile(
    r"[\w\s.#>*~+-]{1,200}(?::(?:first-child|last-child|empty|root|not\([\w.#-]{1,40}\)))?|[\w\s.#>*~+-]{0,100}\[[\w\s=\"'*^$~|-]{1,100}\]"
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
    #: `before` or `after`: it is about text that the style sheet itself puts there.
    beside: str = ""


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
            name, beside = _parted(one.strip())
            if len(found) >= MAX_RULES:
                return found
            if name and _PLAIN_SELECTOR.fullmatch(name):
                found.extend(
                    Rule(
                        selector=name,
                        rank=(urgent, *_weight(name), len(found)),
                        sets=sets,
                        beside=beside,
                    )
                    for urgent, sets in ((False, usual), (True, important))
                    if sets
                )
    return found


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
        elif block.type == "at-rule" and block.lower_at_keyword in _NESTING and block.content:
            inner = tinycss2.parse_rule_list(
                block.content, skip_comments=True, skip_whitespace=True
            )
            applies = block.lower_at_keyword != "media" or applies_to(
                tinycss2.serialize(block.prelude).lower()
            )
            waiting.extend(inner[::-1] if applies else ())


def applies_to(media: str) -> bool:
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
        if not isinstance(one, tinycss2.ast.Declaration) or one.lower_name not in _PROPERTIES:
            continue
        tokens = [token for token in one.value if token.type != "comment"]
        value = tinycss2.serialize(tokens).strip()
        value = value if one.lower_name == "content" else value.lower()
        if _is_wrong(one.lower_name, value):
            continue
        chosen = sets[bool(one.important)]
        chosen[one.lower_name] = value
        if one.lower_name == "font" and (size := _FONT_SIZE.search(value)):
            chosen["font-size"] = size[1]
        elif one.lower_name == "inset":
            sides = (value.split() * 4)[:4]
            chosen.update(zip(("top", "right", "bottom", "left"), sides, strict=True))
    return sets


def _is_wrong(name: str, value: str) -> bool:
    """Tell whether a value means nothing, so that the one before it holds (CSS 2.2, 4.2)."""
    if name == "display":
        return not _DISPLAYS.match(value)
    if name == "font-size":
        return value.isalpha() and value not in _SIZE_WORDS and value not in _OTHER_SIZES
    return False


def _parted(selector: str) -> tuple[str, str]:
    """Part a selector from the pseudo-element that it is about, `before` or `after`."""
    found = _BESIDE.search(selector)
    return (selector[: found.start()] or "*", found[1].lower()) if found else (selector, "")


def _weight(selector: str) -> tuple[int, int, int]:
    words = re.findall(r"(?:^|[\s>+~])[a-z]", selector.lower())
    return selector.count("#"), selector.count(".") + selector.count("["), len(words)


def _size(sets: Declarations, size: float) -> float:
    value = sets.get("font-size")
    if value is None or value == "inherit":
        return size
    if value in _SIZE_WORDS:
        return _SIZE_WORDS[value]
    length = pixels(value, size)
    return size if length == NOWHERE else length


def _ink(sets: Declarations, ink: RGBA | None) -> RGBA | None:
    if sets.get("text-shadow", "none") != "none":
        return None  # a shadow is seen whatever the colour of the letters
    value = sets.get("-webkit-text-fill-color") or sets.get("color")
    if value is None or value in {"inherit", "currentcolor"}:
        return ink
    return rgba(value)


def _ground(sets: Declarations, ground: RGBA | None) -> RGBA | None:
    for name in ("background", "background-color", "background-image"):
        value = sets.get(name)
        if value is None or value in {"none", "transparent", "inherit", "initial"}:
            continue
        if "url(" in value or "gradient" in value:
            return None
        known = next(filter(None, map(rgba, value.split())), None) or rgba(value)
        ground = ground if known is not None and known.alpha == 0 else known
    return ground


def _blends(ink: RGBA | None, ground: RGBA | None) -> bool:
    if ink is None:
        return False
    if ink.alpha <= FAINTEST:
        return True
    return ground is not None and all(
        abs(mine - theirs) < FAINTEST for mine, theirs in zip(ink[:3], ground[:3], strict=True)
    )
