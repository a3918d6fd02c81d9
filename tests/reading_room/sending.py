"""Sends forms of the console as a browser does from its own pages."""

from __future__ import annotations

import re

#: What a browser says of a form of the same site.
OWN = {"sec-fetch-site": "same-origin"}


def hidden(page: str, action: str) -> dict[str, str]:
    """Give the hidden fields of the first form of a page that is sent there."""
    block = page.partition(f'action="{action}"')[2].partition("</form>")[0]
    assert block, action
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', block))
