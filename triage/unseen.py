"""Its sole purpose is to say which declarations take an element, and all in it, out of sight."""

from __future__ import annotations

import re
from collections.abc import Mapping

from triage.css_values import NOWHERE, pixels

#: Text and boxes smaller than this many CSS pixels are not seen.
SMALLEST = 2.0
#: Boxes this many pixels off the page are not seen; to the right a window can be scrolled.
FAR, FAR_RIGHT = 500.0, 5_000.0
#: Opacities and channels of colour (0 to 1) below this are nothing to the eye.
FAINTEST = 0.06
#: Letters drawn this many pixels nearer to each other are one blot.
TIGHTEST = -8.0
#: The width, in pixels, of the window that mails are read in here.
WINDOW = 1024.0

_CLIPPED = re.compile(
    r"rect\(\s{0,3}(\d{1,4}[a-z]{0,2})(?:[\s,]{1,5}\1){3}\s{0,3}\)"
    r"|inset\(\s{0,3}(?:50|[6-9]\d|100)%|circle\(\s{0,3}0(?![.\d])"
    r"|polygon\(\s{0,3}0[a-z%]{0,2} 0[a-z%]{0,2}"
    r"(?:\s{0,3},\s{0,3}0[a-z%]{0,2} 0[a-z%]{0,2}){2,9}\s{0,3}\)"
)
_TRANSFORMED = re.compile(
    r"scale(?:[xy]|3d)?\(\s{0,3}0(?:\.0{1,4})?\s{0,3}[,)]|translate[xy]?\([^)]{0,40}-\d{4,}"
    r"|rotate[xy]\(\s{0,3}-?(?:90|270)deg"
)
_FILTERED = re.compile(r"opacity\s{0,3}(?:\(|=)\s{0,3}0(?:\.0{1,4})?%?\s{0,3}\)")
_CUTTING = frozenset({"hidden", "clip", "auto", "scroll"})


def gone(sets: Mapping[str, str]) -> bool:
    """Tell whether an element is not seen with all that is in it, whatever that sets."""
    return bool(sets) and (
        sets.get("display") == "none"
        or sets.get("mso-hide") == "all"
        or sets.get("content-visibility") == "hidden"
        or pixels(sets.get("opacity", "1")) <= FAINTEST
        or _FILTERED.search(sets.get("filter", "")) is not None
        or _TRANSFORMED.search(sets.get("transform", "")) is not None
        or any(pixels(sets.get(name, "1")) == 0 for name in ("scale", "zoom"))
        or pixels(sets.get("letter-spacing", "0"), 16.0) <= TIGHTEST
        or _has_no_box(sets)
        or _is_off_page(sets)
    )


def _has_no_box(sets: Mapping[str, str]) -> bool:
    if _CLIPPED.search(sets.get("clip-path", "")):
        return True
    if _CLIPPED.search(sets.get("clip", "")):
        return sets.get("position") in {"absolute", "fixed"}
    across, along = (
        sets.get(f"overflow-{axis}", sets.get("overflow", "")) in _CUTTING for axis in "xy"
    )
    sides = (
        *(("width", "max-width") if across else ()),
        *(("height", "max-height") if along else ()),
    )
    if any(pixels(sets.get(side, "auto"), WINDOW) < SMALLEST for side in sides):
        return True
    indent = pixels(sets.get("text-indent", "0"), WINDOW)
    return across and WINDOW <= indent < NOWHERE


def _is_off_page(sets: Mapping[str, str]) -> bool:
    before = ["text-indent", "margin-left", "margin-top"]
    behind = ["margin-left"]
    if sets.get("position") in {"absolute", "fixed", "relative"}:
        before += ["left", "top", "right", "bottom"]
        behind += ["left"]
    if any(pixels(sets.get(side, "0"), WINDOW) <= -FAR for side in before):
        return True
    return any(FAR_RIGHT <= pixels(sets.get(side, "0"), WINDOW) < NOWHERE for side in behind)
