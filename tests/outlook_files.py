"""Writes small Outlook files (.msg): compound files (MS-CFB) with the properties of a mail."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

SECTOR = 512
#: Streams shorter than this lie together in one.
_SHORT = 4096
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_TEXT, _BINARY, _NUMBER = 0x001F, 0x0102, 0x0003


@dataclass
class _Entry:
    name: str
    kind: int  # 1 storage, 2 stream, 5 root
    data: bytes = b""
    children: list[_Entry] = field(default_factory=list)
    child: int = _NONE
    right: int = _NONE
    start: int = _END
    size: int = 0


def msg(
    *,
    headers: str = "",
    sender: str = "",
    subject: str = "",
    body: str = "",
    html: str = "",
    files: tuple[tuple[str, bytes], ...] = (),
    rtf: bytes = b"",
    embedded: tuple[tuple[str, str, str], ...] = (),
) -> bytes:
    """Give a .msg with these properties; `files` are attached by value.

    `embedded` are messages in it, kept as storages: sender, subject and body of each.
    """
    texts = {0x007D: headers, 0x0C1F: sender, 0x0037: subject, 0x1000: body}
    blobs = {0x1013: html.encode(), 0x1009: rtf}
    streams = _properties(32, {k: v for k, v in texts.items() if v}, blobs)
    root = _Entry("Root Entry", 5, children=streams)
    for number, (author, title, text) in enumerate(embedded, start=len(files)):
        words = {0x0C1F: author, 0x0037: title, 0x1000: text}
        held = _Entry("__substg1.0_3701000D", 1, children=_properties(24, words, {}))
        inside = [*_properties(8, {0x3707: title}, {}, method=5), held]
        root.children.append(_Entry(f"__attach_version1.0_#{number:08X}", 1, children=inside))
    for number, (name, data) in enumerate(files):
        inside = _properties(8, {0x3707: name}, {0x3701: data}, method=1)
        root.children.append(_Entry(f"__attach_version1.0_#{number:08X}", 1, children=inside))
    return _compound(root)


def _properties(
    header: int, texts: dict[int, str], blobs: dict[int, bytes], method: int | None = None
) -> list[_Entry]:
    table = b"\0" * header
    entries = []
    encoded = [(pid, _TEXT, text.encode("utf-16-le")) for pid, text in texts.items()]
    encoded += [(pid, _BINARY, data) for pid, data in blobs.items() if data]
    for pid, kind, data in encoded:
        table += struct.pack("<HHIII", kind, pid, 6, len(data) + 2, 0)
        entries.append(_Entry(f"__substg1.0_{pid:04X}{kind:04X}", 2, data))
    if method is not None:
        table += struct.pack("<HHIII", _NUMBER, 0x3705, 6, method, 0)
    table += struct.pack("<HHIII", _NUMBER, 0x3FDE, 6, 65001, 0)
    return [_Entry("__properties_version1.0", 2, table), *entries]


def _compound(root: _Entry) -> bytes:
    """Lay the entries out: table of sectors, its part for short streams, directory, streams."""
    entries: list[_Entry] = []
    _flatten(root, entries)
    short, mini_table = _short_streams(entries)
    directory = -(-len(entries) * 128 // SECTOR)
    mini = -(-len(mini_table) // SECTOR)
    long = [entry for entry in entries if entry.kind == 2 and len(entry.data) >= _SHORT]
    contents = [(root, short), *((entry, entry.data) for entry in long)]
    total = directory + mini + sum(-(-len(data) // SECTOR) for _, data in contents)
    tables = next(n for n in range(1, 110) if n * SECTOR // 4 >= n + total)
    chains = [_FAT] * tables
    chains += _chain(tables, mini)
    chains += _chain(tables + mini, directory)
    body = b""
    for entry, data in contents:
        count = -(-len(data) // SECTOR)
        entry.start = len(chains) if count else _END
        entry.size = len(data)
        chains += _chain(len(chains), count)
        body += data.ljust(count * SECTOR, b"\0")
    fat = struct.pack(f"<{len(chains)}I", *chains).ljust(tables * SECTOR, b"\xff")
    records = b"".join(_record(entry) for entry in entries).ljust(directory * SECTOR, b"\0")
    head = _header(tables, tables if mini else _END, mini, tables + mini)
    return head + fat + mini_table.ljust(mini * SECTOR, b"\xff") + records + body


def _short_streams(entries: list[_Entry]) -> tuple[bytes, bytes]:
    """Give the stream that holds all short ones, in steps of 64 bytes, and its table."""
    stream = b""
    chains: list[int] = []
    for entry in entries:
        entry.size = len(entry.data)
        if entry.kind == 2 and 0 < len(entry.data) < _SHORT:
            count = -(-len(entry.data) // 64)
            entry.start = len(chains)
            chains += _chain(len(chains), count)
            stream += entry.data.ljust(count * 64, b"\0")
    return stream, struct.pack(f"<{len(chains)}I", *chains)


def _flatten(entry: _Entry, entries: list[_Entry]) -> None:
    entries.append(entry)
    previous: _Entry | None = None
    for child in entry.children:
        number = len(entries)
        if previous is None:
            entry.child = number
        else:
            previous.right = number
        _flatten(child, entries)
        previous = child


def _chain(first: int, count: int) -> list[int]:
    return [*range(first + 1, first + count), _END] if count else []


def _record(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        name,
        len(name),
        entry.kind,
        1,
        _NONE,
        entry.right,
        entry.child,
        b"",
        0,
        0,
        0,
        entry.start,
        entry.size,
    )


def _header(tables: int, mini_start: int, mini: int, directory_start: int) -> bytes:
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    start = struct.pack("<8s16sHHHHH6s", magic, b"", 0x3E, 3, 0xFFFE, 9, 6, b"")
    places = (0, tables, directory_start, 0, _SHORT, mini_start, mini, _END, 0)
    table = [*range(tables), *[_FREE] * (109 - tables)]
    return start + struct.pack("<9I", *places) + struct.pack("<109I", *table)
