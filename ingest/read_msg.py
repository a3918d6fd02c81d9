"""Outlook's own file (.msg, MS-OXMSG) as headers and parts."""

from __future__ import annotations

import struct
from dataclasses import replace
from email.utils import format_datetime

from oxmsg import Message as OutlookMessage
from oxmsg.attachment import Attachment
from oxmsg.storage import Storage, Stream

from ingest.read_outlook import MAX_ATTACHMENTS, MAX_DEPTH, Item, Outlook, body, header_block
from ingest.read_rtf import Allowance, words_in

#: How every OLE compound file starts (MS-CFB).
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NOT_READ = ("msg-not-read",)
_HEADERS_PROPERTY = 0x007D  # PidTagTransportMessageHeaders
_RTF_PROPERTY = 0x1009  # PidTagRtfCompressed
#: The storage of a message within a message, and how much shorter its table's head is.
_EMBEDDED = "__substg1.0_3701000D"
_TABLE = "__properties_version1.0"
_EMBEDDED_HEAD, _PADDING = 24, bytes(8)
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


def sealed(data: bytes) -> Item:
    """Give an OLE file that is no readable .msg as one file."""
    return Item(content_type="application/octet-stream", filename="", text=None, data=data)


def open_msg(data: bytes) -> Outlook | None:
    """Read a .msg file, or give None where it is something else or broken."""
    try:
        return _opened(OutlookMessage.load(data), 0, Allowance())
    except _ERRORS:
        return None


def _opened(message: OutlookMessage, depth: int, rtf: Allowance) -> Outlook | None:
    headers = _headers(message)
    bodies = _bodies(message, rtf)
    if not headers.strip() and not bodies:
        return None
    files, defects = _files(message, depth, rtf)
    return Outlook(headers=headers, items=(*bodies, *files), defects=defects)


def _headers(message: OutlookMessage) -> bytes:
    transport = message.properties.str_prop_value(_HEADERS_PROPERTY) or ""
    sent = message.sent_date
    to = ", ".join(f"{r.name} <{r.email_address}>" for r in message.recipients)
    return header_block(
        transport,
        {
            "From": message.sender or "",
            "To": to,
            "Subject": message.subject,
            "Date": format_datetime(sent) if sent else "",
        },
    )


def _bodies(message: OutlookMessage, allowance: Allowance) -> tuple[Item, ...]:
    text, html = message.body or "", message.html_body or ""
    if not text.strip() and not html.strip():
        rtf = message.properties.binary_prop_value(_RTF_PROPERTY)
        text = words_in(rtf, allowance) if rtf else text
    found = (("text/plain", text), ("text/html", html))
    return tuple(body(content_type, words) for content_type, words in found if words)


def _files(
    message: OutlookMessage, depth: int, rtf: Allowance
) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    items: list[Item] = []
    defects: list[str] = []
    try:
        attachments: tuple[Attachment, ...] = message.attachments
    except _ERRORS:
        return (), ("msg-attachments-not-read",)
    if len(attachments) > MAX_ATTACHMENTS:
        defects.append("parts-cut")
    for attachment in attachments[:MAX_ATTACHMENTS]:
        name = media = ""
        try:
            data = attachment.file_bytes
            name = attachment.file_name or ""
            media = (attachment.mime_type or "").lower()
        except _ERRORS:
            data = None
        if data is None:
            inner = _embedded(attachment, depth + 1, rtf)
            if inner is not None:
                items.append(_message_item(name, inner))
                continue
            # By reference, or an object of another program.
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


def _message_item(name: str, inner: Outlook) -> Item:
    return Item(
        content_type="application/vnd.ms-outlook",
        filename=name,
        text=None,
        data=inner.headers + b"".join(item.data for item in inner.items),
        inner=inner,
    )


def _embedded(attachment: Attachment, depth: int, rtf: Allowance) -> Outlook | None:
    """Open a message that is embedded as a storage, which oxmsg leaves closed.

    The head of its table is 8 bytes shorter than that of a file's own.
    """
    held = attachment._storage  # noqa: SLF001
    within = held.storages if isinstance(held, Storage) else ()
    storage = next((it for it in within if it.name == _EMBEDDED), None)
    if storage is None or depth > MAX_DEPTH:
        return None
    try:
        streams = tuple(_lengthened(stream) for stream in storage.streams)
        return _opened(OutlookMessage(replace(storage, streams=streams)), depth, rtf)
    except _ERRORS:
        return None


def _lengthened(stream: Stream) -> Stream:
    if stream.name != _TABLE:
        return stream
    table = stream.bytes_
    return replace(stream, bytes_=table[:_EMBEDDED_HEAD] + _PADDING + table[_EMBEDDED_HEAD:])
