"""Reads a page of the search: how many findings there are, and which stand on it."""

from __future__ import annotations

import re


def total(page: str) -> int:
    """Give how many findings a page says there are."""
    found = re.search(r">([\d,]+) findings?</h2>", page)
    assert found is not None
    return int(found[1].replace(",", ""))


def keys(page: str) -> list[str]:
    """Give the keys of the findings on a page, in order."""
    return re.findall(r'<h3><a data-item href="/findings/([^"]+)">', page)
