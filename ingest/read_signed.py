"""What was signed in an opaque S/MIME part (CMS SignedData, RFC 5652): its bytes, unchecked."""

from __future__ import annotations

#: Object identifier of signed data, as it stands in the file.
_SIGNED = bytes.fromhex("06092a864886f70d010702")
_DATA = bytes.fromhex("06092a864886f70d010701")
_OCTETS, _OCTETS_IN_PIECES, _SEQUENCE, _FIRST = 0x04, 0x24, 0x30, 0xA0
_LONG = 0x80
_MOST_LENGTH = 4
_MAX_PIECES = 100_000
#: Bytes from the start in which the content must begin.
_NEAR = 4096

Value = tuple[int, int, int]


def signed_content(data: bytes) -> bytes | None:
    """Give the content of signed data; None where there is none, or it is enciphered or broken.

    The signature is not looked at: who sent the mail is settled elsewhere.
    """
    start = data.find(_SIGNED, 0, _NEAR)
    at = data.find(_DATA, start + len(_SIGNED), _NEAR) if start >= 0 else -1
    if at < 0:
        return None
    try:
        tag, inside, _end = _value(data, at + len(_DATA))
        return _octets(data, inside) if tag == _FIRST else None
    except (IndexError, ValueError):
        return None


def _octets(data: bytes, at: int) -> bytes:
    tag, inside, end = _value(data, at)
    if tag == _OCTETS:
        return data[inside:end]
    if tag != _OCTETS_IN_PIECES:
        raise ValueError("no octets")
    pieces = []
    for _ in range(_MAX_PIECES):
        if inside >= end or data[inside : inside + 2] == b"\0\0":
            break
        tag, start, inside = _value(data, inside)
        if tag != _OCTETS:
            raise ValueError("a piece that is no octets")
        pieces.append(data[start:inside])
    return b"".join(pieces)


def _value(data: bytes, at: int) -> Value:
    """Give tag, first byte and end of a value; one of indefinite length reaches to the file's."""
    tag, length = data[at], data[at + 1]
    at += 2
    if length == _LONG:
        return tag, at, len(data)
    if length > _LONG:
        size = length - _LONG
        if size > _MOST_LENGTH:
            raise ValueError("too long a length")
        length = int.from_bytes(data[at : at + size], "big")
        at += size
    if at + length > len(data):
        raise ValueError("a value is longer than the file")
    return tag, at, at + length
