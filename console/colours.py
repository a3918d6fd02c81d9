"""The colours of the pictures, those of templates/console/console.css in light and in dark."""

from __future__ import annotations

INK, QUIET, RULE, ACCENT, SOFT = "#16222b", "#51616d", "#d5dce1", "#17506e", "#a9c8d8"
_DARK = {INK: "#e6ecef", QUIET: "#a3b2bc", RULE: "#303d46", ACCENT: "#8cc7e6", SOFT: "#2f5468"}


def darkened(svg: str) -> str:
    """Give a picture that was drawn in the light colours in the dark ones."""
    for light, dark in _DARK.items():
        svg = svg.replace(f'"{light}"', f'"{dark}"')
    return svg
