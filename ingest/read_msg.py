"""Outlook's own file (.msg, MS-OXMSG) as headers and parts."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from email.utils import format_datetime

from oxmsg import Message as OutlookMessage
from oxmsg.attachment import Attachment

#: How every OLE compound file starts (MS-CFB).
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_ATTACHMENTS = 100
NOT_READ = ("msg-not-read",)
_HEADERS_PROPERTY = 0x007D  # PidTagTransportMessageHeaders
_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A body or a file in the .msg."""

    content_type: str
    filename: str
    #: Set for bodies only.
    text: str | None
    data: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """What a .msg file holds: a header block as in a mail, bodies and files."""

    headers: bytes
    items: tuple[Item, ...]
    defects: tuple[str, ...]


def sealed(data: bytes) -> Item:
    """Give an OLE file that is no readable .msg as one file."""
    return Item(content_type="application/octet-stream", filename="", text=None, data=data)


def open_msg(data: bytes) -> Outlook | None:
    """Read a .msg file, or give None where it is something else or broken."""
    try:
        message = OutlookMessage.load(data)
        headers = _headers(message)
        bodies = _bodies(message)
    except _ERRORS:
        return None
    if not headers.strip() and not bodies:
        return None
    files, defects = _files(message)
    return Outlook(headers=headers, items=(*bodies, *files), defects=defects)


def _headers(message: OutlookMessage) -> bytes:
    """Give the transport's header block, or one made from the properties for a message never sent.

    Content headers are left out: the bodies are given apart.
    """
    transport = message.properties.str_prop_value(_HEADERS_PROPERTY) or ""
    if transport.strip():
        return _without_content(transport).encode("utf-8", "surrogateescape") + b"\n"
    to = ", ".join(
        f"{_one_line(r.name)} <{_one_line(r.email_address)}>" for r in message.recipients
    )
    sent = message.sent_date
    lines = {
        "From": _one_line(message.sender or ""),
        "To": to,
        "Subject": _one_line(message.subject),
        "Date": format_datetime(sent) if sent else "",
    }
    block = "".join(f"{name}: {value}\n" for name, value in lines.items() if value)
    return block.encode("utf-8", "surrogateescape") + b"\n"


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


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _bodies(message: OutlookMessage) -> tuple[Item, ...]:
    found = (("text/plain", message.body), ("text/html", message.html_body))
    return tuple(
        Item(
            content_type=content_type,
            filename="",
            text=_clean(text),
            data=text.encode("utf-8", "surrogateescape"),
        )
        for content_type, text in found
        if text
    )


def _clean(text: str) -> str:
    plain = text.encode("utf-8", "replace").decode()
    return plain.replace("\0", "\ufffd").replace("\r\n", "\n").replace("\r", "\n")


def _files(message: OutlookMessage) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    items: list[Item] = []
    defects: list[str] = []
    try:
        attachments: tuple[Attachment, ...] = message.attachments
    except _ERRORS:
        return (), ("msg-attachments-not-read",)
    if len(attachments) > MAX_ATTACHMENTS:
        defects.append("parts-cut")
    for attachment in attachments[:MAX_ATTACHMENTS]:
        try:
            data = attachment.file_bytes
            name = attachment.file_name or ""
            media = (attachment.mime_type or "").lower()
        except _ERRORS:
            data = None
        if data is None:
            # By reference, or a message embedded as a storage, which oxmsg does not open.
            defects.append("msg-attachment-not-read")
            continue
        items.append(
            Item(
                content_type=media if "/" in media else "application/octet-stream",
                filename=name,
                text=None,
                data=data,
            )
        )
    return tuple(items), tuple(defects)
