"""Lists of `name=value` between semicolons, as DKIM and DMARC write them (RFC 6376 section 3.2)."""

from __future__ import annotations

import re

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_BLANKS = " \t\r\n"


def strict_tags(text: bytes) -> dict[str, str] | None:
    """Give the tags; None where the list is not of the form, or names a tag twice."""
    if not text.isascii():
        return None
    specs = text.decode().split(";")
    if not specs[-1].strip(_BLANKS):
        specs.pop()
    tags: dict[str, str] = {}
    for spec in specs:
        name, equals, value = spec.partition("=")
        name = name.strip(_BLANKS)
        if not equals or name in tags or not _NAME.fullmatch(name):
            return None
        tags[name] = value.strip(_BLANKS)
    return tags


def lenient_tags(text: bytes) -> dict[str, str]:
    """Give the tags that can be read, the first of each name (RFC 9989 section 4.7)."""
    tags: dict[str, str] = {}
    for spec in text.decode("latin-1").split(";"):
        name, equals, value = spec.partition("=")
        if equals:
            tags.setdefault(name.strip(_BLANKS), value.strip(_BLANKS))
    return tags
