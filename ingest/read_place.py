"""Where each part stands in the bytes of a mail, so that what is found in it can be shown there."""

from __future__ import annotations

from email.message import Message as MimeMessage

from ingest.read_fields import PARSER_ERRORS

#: After so many parts that are not found no more are looked for: each search reads the whole mail.
_MOST_MISSES = 3
#: Transfer encodings that leave the bytes of a body as they are.
AS_IT_IS = frozenset({"", "7bit", "8bit", "binary"})
UNKNOWN = (-1, -1)


class Places:
    """Finds the bodies of a mail's parts in its bytes, asked for in reading order."""

    def __init__(self, raw: bytes) -> None:
        """Take the bytes that were parsed."""
        self._raw = raw
        self._at = 0
        self._misses = 0
        line = raw[: raw.find(b"\n") + 1]
        self._gap = b"\r\n\r\n" if line.endswith(b"\r\n") else b"\n\n"

    def find(self, leaf: MimeMessage) -> tuple[int, int]:
        """Give first byte and end of the next leaf's body, still encoded; -1 where unknown.

        A body follows the first empty line after the part before it.
        """
        data = encoded(leaf)
        if data is None or self._misses >= _MOST_MISSES:
            return UNKNOWN
        found = self._raw.find(self._gap + data, self._at)
        if found < 0:
            self._misses += 1
            return UNKNOWN
        start = found + len(self._gap)
        self._at = start + len(data)
        return start, self._at


def encoding_of(leaf: MimeMessage) -> str:
    """Give the transfer encoding, in lower case; empty where none is given or it is none."""
    stated = str(leaf.get("Content-Transfer-Encoding", "")).strip().lower()
    return stated if stated.isascii() and stated.replace("-", "").isalnum() else ""


def encoded(leaf: MimeMessage) -> bytes | None:
    """Give the body of a leaf as it stood; None where the parser no longer has it."""
    try:
        payload = leaf.get_payload()
        if isinstance(payload, str) and payload.isascii():
            return payload.encode()
        data = leaf.get_payload(decode=True) if encoding_of(leaf) in AS_IT_IS else None
    except PARSER_ERRORS:
        return None
    return data if isinstance(data, bytes) else None
