"""Outlook's winmail.dat (TNEF, MS-OXTNEF) as headers, bodies and files."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.read_outlook import (
    MAX_ATTACHMENTS,
    MAX_DEPTH,
    Item,
    Outlook,
    body,
    file_time,
    header_block,
)
from ingest.read_rtf import Allowance, words_in
from ingest.read_text import decode_text

#: How every such file starts.
TNEF_MAGIC = b"\x78\x9f\x3e\x22"
NOT_READ = ("tnef-not-read",)
MAX_ATTRIBUTES = 10_000
MAX_PROPERTIES = 5_000
_START = len(TNEF_MAGIC) + 2
_HEAD = struct.Struct("<BII")
# Attributes of the file (MS-OXTNEF 2.1.3.4), by the lower half of their number.
_SUBJECT, _BODY, _PROPERTIES, _CODEPAGE = 0x8004, 0x800C, 0x9003, 0x9007
_NEXT_FILE, _FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
# Properties (MS-OXPROPS).
_P_SUBJECT, _P_SENT, _P_TRANSPORT, _P_NAME, _P_ADDRESS, _P_SMTP = (
    0x0037,
    0x0039,
    0x007D,
    0x0C1A,
    0x0C1F,
    0x5D01,
)
_P_TO, _P_BODY, _P_RTF, _P_HTML, _P_ID = 0x0E04, 0x1000, 0x1009, 0x1013, 0x1035
_P_DATA, _P_FILE, _P_SHORT, _P_LONG, _P_MEDIA = 0x3701, 0x3001, 0x3704, 0x3707, 0x370E
# Types of properties.
_TEXT8, _TEXT16, _BINARY, _OBJECT, _MANY = 0x001E, 0x001F, 0x0102, 0x000D, 0x1000
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
_GUID = 16
_NAMED = 0x8000
_BROKEN = (struct.error, IndexError, ValueError)

Properties = dict[int, tuple[int, bytes]]


@dataclass(slots=True)
class _File:
    title: bytes = b""
    data: bytes = b""
    properties: Properties = field(default_factory=dict)


def open_tnef(data: bytes, depth: int = 0, rtf: Allowance | None = None) -> Outlook | None:
    """Read a winmail.dat, or give None where it is something else. What is broken in it is named.

    Bounded by its own length: every length in it is checked, none is believed.
    """
    if not data.startswith(TNEF_MAGIC) or depth > MAX_DEPTH:
        return None
    rtf = rtf or Allowance()
    top: dict[int, bytes] = {}
    properties: Properties = {}
    files: list[_File] = []
    defects: list[str] = []
    try:
        for number, value in _attributes(data):
            if number == _NEXT_FILE:
                files.append(_File())
            elif number == _PROPERTIES:
                properties = _properties(value)
            elif files:
                _add(files[-1], number, value)
            else:
                top.setdefault(number, value)
    except _BROKEN:
        defects.append("tnef-cut")
    if not top and not properties and not files:
        return None
    charset = _charset(top.get(_CODEPAGE, b""))
    if len(files) > MAX_ATTACHMENTS:
        defects.append("parts-cut")
    return Outlook(
        headers=_headers(top, properties, charset),
        items=(
            *_bodies(top, properties, charset, rtf),
            *(_item(it, charset, depth, rtf) for it in files[:MAX_ATTACHMENTS]),
        ),
        defects=tuple(defects),
    )


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = _START
    for _ in range(MAX_ATTRIBUTES):
        if at + _HEAD.size > len(data):
            return
        _level, number, length = _HEAD.unpack_from(data, at)
        start = at + _HEAD.size
        if start + length > len(data):
            raise ValueError("an attribute is longer than the file")
        yield number & 0xFFFF, data[start : start + length]
        at = start + length + 2


def _add(file: _File, number: int, value: bytes) -> None:
    if number == _FILE_TITLE:
        file.title = value
    elif number == _FILE_DATA:
        file.data = value
    elif number == _FILE_PROPERTIES:
        file.properties = _properties(value)


def _properties(data: bytes) -> Properties:
    """Read as many properties as can be read: type and value by number, named ones left out."""
    found: Properties = {}
    try:
        (count,) = struct.unpack_from("<I", data)
        at = 4
        for _ in range(min(count, MAX_PROPERTIES)):
            kind, number = struct.unpack_from("<HH", data, at)
            at = _after_name(data, at + 4) if number >= _NAMED else at + 4
            value, at = _value(data, at, kind)
            if number < _NAMED:
                found.setdefault(number, (kind, value))
    except _BROKEN:
        return found
    return found


def _after_name(data: bytes, at: int) -> int:
    at += _GUID
    (by_name,) = struct.unpack_from("<I", data, at)
    (length,) = struct.unpack_from("<I", data, at + 4)
    return at + 8 + (_padded(length) if by_name else 0)


def _value(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    """Give a property's value (the first of many) and where the next property starts."""
    single = kind & ~_MANY
    counted = bool(kind & _MANY) or single in {_TEXT8, _TEXT16, _BINARY, _OBJECT}
    (count,) = struct.unpack_from("<I", data, at) if counted else (1,)
    at += 4 if counted else 0
    first = b""
    for number in range(min(count, MAX_PROPERTIES)):
        if single in _FIXED:
            length = size = _FIXED[single]
        else:
            (length,) = struct.unpack_from("<I", data, at)
            size = _padded(length)
            at += 4
        if at + length > len(data):
            raise ValueError("a property is longer than the file")
        first = data[at : at + length] if number == 0 else first
        at += size
    return first, at


def _padded(length: int) -> int:
    return (length + 3) & ~3


def _charset(codepage: bytes) -> str:
    number = int.from_bytes(codepage[:4], "little")
    return {65001: "utf-8", 20127: "ascii", 28591: "latin-1"}.get(number, f"cp{number or 1252}")


def _string(properties: Properties, number: int, charset: str) -> str:
    kind, value = properties.get(number, (_TEXT8, b""))
    if kind & ~_MANY == _TEXT16:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    return decode_text(value, charset)[0].rstrip("\0\ufffd")


def _headers(top: dict[int, bytes], properties: Properties, charset: str) -> bytes:
    def said(number: int) -> str:
        return _string(properties, number, charset)

    address = said(_P_SMTP) or said(_P_ADDRESS)
    subject = said(_P_SUBJECT) or decode_text(top.get(_SUBJECT, b"").rstrip(b"\0"), charset)[0]
    sent = properties.get(_P_SENT, (0, b""))[1]
    return header_block(
        said(_P_TRANSPORT),
        {
            "From": f"{said(_P_NAME)} <{address}>" if address else said(_P_NAME),
            "To": said(_P_TO),
            "Subject": subject,
            "Date": file_time(int.from_bytes(sent, "little")) if sent else "",
            "Message-ID": said(_P_ID),
        },
    )


def _bodies(
    top: dict[int, bytes], properties: Properties, charset: str, allowance: Allowance
) -> tuple[Item, ...]:
    text = _string(properties, _P_BODY, charset)
    text = text or decode_text(top.get(_BODY, b"").rstrip(b"\0"), charset)[0]
    html = decode_text(properties.get(_P_HTML, (0, b""))[1], charset)[0]
    rtf = properties.get(_P_RTF, (0, b""))[1]
    if rtf and not text.strip() and not html.strip():
        text = words_in(rtf, allowance)
    found = (("text/plain", text), ("text/html", html))
    return tuple(body(kind, words) for kind, words in found if words.strip())


def _item(file: _File, charset: str, depth: int, rtf: Allowance) -> Item:
    numbers = (_P_LONG, _P_SHORT, _P_FILE)
    names = (_string(file.properties, number, charset) for number in numbers)
    title = decode_text(file.title.rstrip(b"\0"), charset)[0]
    media = _string(file.properties, _P_MEDIA, charset).lower()
    kind, data = file.properties.get(_P_DATA, (0, b""))
    inner = None
    if kind == _OBJECT:
        # An object's value starts with the number of what it is.
        data = data[_GUID:]
        inner = open_tnef(data, depth + 1, rtf)
    usual = "application/octet-stream" if inner is None else "application/ms-tnef"
    return Item(
        content_type=media if "/" in media else usual,
        filename=next(filter(None, names), title),
        text=None,
        data=data or file.data,
        inner=inner,
    )
