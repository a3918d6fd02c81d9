"""Cuts one header block to what a parser can take, field by field."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

#: A field as a parser takes it (stdlib `feedparser`), continuation lines with it. Possessive, so
#: that a field of a hundred thousand lines costs no stack.
FIELD = re.compile(
    rb"(?:From |[!-9;-~]*+:|[ \t])[^\r\n]*+(?:\r\n|\r|\n|\Z)"
    rb"(?:[ \t][^\r\n]*+(?:\r\n|\r|\n|\Z))*+"
)
#: Where an address list may end, and what hides such a place: an escape, a quote, a comment.
_LIST_SIGN = re.compile(rb'\\.|[",;()]', re.DOTALL)
_LISTS = frozenset(
    [
        b"from",
        b"sender",
        b"reply-to",
        b"to",
        b"cc",
        b"bcc",
        b"resent-from",
        b"resent-sender",
        b"resent-reply-to",
        b"resent-to",
        b"resent-cc",
        b"resent-bcc",
        b"delivered-to",
        b"return-path",
        b"disposition-notification-to",
        b"errors-to",
    ]
)
#: RFC 5322 section 2.1.1: no line is longer, so no name is.
_LONGEST_NAME = 998


@dataclass(frozen=True, kw_only=True, slots=True)
class Caps:
    """How much of a message is handed to a parser. Sizes are bytes as they came."""

    #: All header fields of one message, those of its parts included.
    header_block: int = 256 * 1024
    field: int = 64 * 1024
    #: A Content-* field: its parameters are read by a parser that is quadratic in them.
    content_field: int = 8 * 1024
    #: A Content-* field with more separators than this, and how far it is read.
    separators: int = 100
    crowded_field: int = 1024
    #: Fields in one block, and hops among them.
    fields: int = 1000
    received: int = 50
    #: Addresses in all headers of one name.
    addresses: int = 100
    #: Containers in containers, and messages in messages.
    depth: int = 20
    parts: int = 500
    #: Longer ones are named, and beyond `longest_boundary` the container is read as text.
    boundary: int = 256
    longest_boundary: int = 2048
    #: A mail of the largest size in base64 has about 340,000 lines.
    lines: int = 500_000


class Block:
    """One header block while it is cut: what it has spent, and what was cut."""

    def __init__(self, caps: Caps, left: int) -> None:
        #: Bytes of header that the message may still have.
        self.left = left
        self.cut: set[str] = set()
        self._caps = caps
        self._fields = 0
        self._received = 0
        self._addresses: Counter[bytes] = Counter()

    def kept(self, field: bytes) -> bytes:
        """Give a field as far as it may stand; empty where it may not."""
        self._fields += 1
        colon = field.find(b":", 0, _LONGEST_NAME)
        name = field[:colon].lower() if colon > 0 else b""
        self._received += name == b"received"
        if self._fields > self._caps.fields or self.left <= 0:
            return self._dropped("headers-cut")
        if name == b"received" and self._received > self._caps.received:
            return self._dropped("received-cut")
        if colon < 0 and len(field) > _LONGEST_NAME:
            return self._dropped("header-cut")
        if name in _LISTS:
            field = self._within_addresses(name, field)
        field = self._within_size(name, field, colon + 1)
        self.left -= len(field)
        return field

    def _dropped(self, defect: str) -> bytes:
        self.cut.add(defect)
        return b""

    def _within_size(self, name: bytes, field: bytes, least: int) -> bytes:
        limit = self._caps.field
        if name.startswith(b"content-"):
            crowded = field.count(b";") + field.count(b'"') > self._caps.separators
            limit = self._caps.crowded_field if crowded else self._caps.content_field
        limit = max(limit, least)  # without its colon it would end the block
        if len(field) <= limit:
            return field
        self.cut.add("header-cut")
        return field[:limit].rstrip(b"\r\n") + b"\r\n"

    def _within_addresses(self, name: bytes, field: bytes) -> bytes:
        """Cut an address list before the first address too many, or drop a further list."""
        room = self._caps.addresses - self._addresses[name]
        if room <= 0:
            return self._dropped("addresses-cut")
        ends = 0
        for ends, place in enumerate(separators(field), start=1):
            if ends == room:
                rest = field[place + 1 :].strip()
                self._addresses[name] += room
                return field if not rest else self._list_cut(field[:place])
        self._addresses[name] += ends + 1
        return field

    def _list_cut(self, field: bytes) -> bytes:
        self.cut.add("addresses-cut")
        return field.rstrip(b"\r\n") + b"\r\n"


def separators(field: bytes) -> Iterator[int]:
    """Give where one address ends and the next begins: outside quotes and comments (RFC 5322)."""
    quoted = False
    comments = 0
    for sign in _LIST_SIGN.finditer(field):
        mark = sign[0]
        if mark == b'"' and not comments:
            quoted = not quoted
        elif quoted or mark.startswith(b"\\"):
            continue
        elif mark == b"(":
            comments += 1
        elif mark == b")":
            comments = max(0, comments - 1)
        elif not comments:
            yield sign.start()
