"""Writes small winmail.dat files (TNEF, MS-OXTNEF) with the attributes and properties of a mail."""

from __future__ import annotations

import struct

_MAGIC = b"\x78\x9f\x3e\x22\x01\x00"
_MESSAGE_INTERFACE = bytes(16)


def tnef(
    *,
    texts: dict[int, str] | None = None,
    blobs: dict[int, bytes] | None = None,
    body: str = "",
    files: tuple[tuple[str, bytes], ...] = (),
    embedded: tuple[tuple[str, bytes], ...] = (),
) -> bytes:
    """Give a winmail.dat. `embedded` are others in it, each a message, with what it is called."""
    out = _MAGIC + _attribute(1, 0x00069007, struct.pack("<II", 1252, 0))
    if body:
        out += _attribute(1, 0x0002800C, body.encode("cp1252") + b"\0")
    out += _attribute(1, 0x00069003, _properties(texts or {}, blobs or {}))
    for name, data in files:
        out += _attribute(2, 0x00069002, bytes(14))
        out += _attribute(2, 0x0006800F, data)
        out += _attribute(2, 0x00018010, name.encode("cp1252") + b"\0")
    for name, inner in embedded:
        out += _attribute(2, 0x00069002, bytes(14))
        held = struct.pack("<HHI", 0x000D, 0x3701, 1) + _sized(_MESSAGE_INTERFACE + inner)
        table = struct.pack("<I", 2) + _text(0x3707, name) + held
        out += _attribute(2, 0x00069005, table)
    return out


def _attribute(level: int, number: int, data: bytes) -> bytes:
    head = struct.pack("<BII", level, number, len(data))
    return head + data + struct.pack("<H", sum(data) & 0xFFFF)


def _properties(texts: dict[int, str], blobs: dict[int, bytes]) -> bytes:
    table = struct.pack("<I", len(texts) + len(blobs) + 2)
    # A flag, and a property with a name of its own, which readers have to step over.
    table += struct.pack("<HHI", 0x000B, 0x0E1F, 1)
    name = "x-name\0".encode("utf-16-le")
    named = struct.pack("<HH16sII", 0x0003, 0x8001, b"", 1, len(name))
    table += named + name.ljust(-(-len(name) // 4) * 4, b"\0") + struct.pack("<I", 7)
    for number, text in texts.items():
        table += _text(number, text)
    for number, data in blobs.items():
        table += struct.pack("<HHI", 0x0102, number, 1) + _sized(data)
    return table


def _text(number: int, text: str) -> bytes:
    return struct.pack("<HHI", 0x001F, number, 1) + _sized(text.encode("utf-16-le") + b"\0\0")


def _sized(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data.ljust(-(-len(data) // 4) * 4, b"\0")
