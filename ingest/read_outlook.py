"""What Outlook's own forms of a mail hold, in one shape: .msg files and winmail.dat alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

MAX_ATTACHMENTS = 100
#: Messages within messages are opened this deep; deeper ones stay files.
MAX_DEPTH = 10
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A body, a file or a message in it."""

    content_type: str
    filename: str
    #: Set for bodies only.
    text: str | None
    data: bytes
    #: A message that is kept in Outlook's own form.
    inner: Outlook | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """A message in Outlook's form: a header block as in a mail, bodies and files."""

    headers: bytes
    items: tuple[Item, ...]
    defects: tuple[str, ...]


def body(content_type: str, text: str) -> Item:
    """Give a body, its line ends as everywhere."""
    plain = text.encode("utf-8", "replace").decode()
    clean = plain.replace("\0", "\ufffd").replace("\r\n", "\n").replace("\r", "\n")
    data = text.encode("utf-8", "surrogateescape")
    return Item(content_type=content_type, filename="", text=clean, data=data)


def header_block(transport: str, fields: dict[str, str]) -> bytes:
    """Give the transport's header block, or one made from `fields` for a message never sent.

    Content headers are left out: the bodies are given apart.
    """
    if transport.strip():
        block = _without_content(transport)
    else:
        lines = ((name, " ".join(value.split())) for name, value in fields.items())
        block = "".join(f"{name}: {value}\n" for name, value in lines if value)
    return block.encode("utf-8", "surrogateescape") + b"\n"


def file_time(ticks: int) -> str:
    """Give a date (RFC 5322) of a time counted in 100 ns since 1601; empty where it is none."""
    try:
        return format_datetime(_EPOCH + timedelta(microseconds=ticks // 10))
    except OverflowError:
        return ""


def _without_content(block: str) -> str:
    kept = []
    keep = True
    for line in block.replace("\r\n", "\n").split("\n"):
        if not line.strip():
            continue
        if line[:1] not in " \t":
            keep = not line.lower().startswith(("content-", "mime-version"))
        if keep:
            kept.append(line)
    return "\n".join(kept) + "\n"
