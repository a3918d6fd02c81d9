"""Bytes to a decoded message, whatever the bytes are; what is odd about them is data.

A pre-scan cuts what is too much; one parse by the stdlib (compat32); the same object goes into
mail-parser for mailboxes, dates, hops and defects. Structure and bodies are read here. A message
within a message (RFC 2046 message/rfc822, an .eml file under any type, an Outlook .msg file) is
opened in the same way.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message as MimeMessage

from casefile.report import Message, Part
from ingest.prescan import CAPS
from ingest.read_fields import PARSER_ERRORS, Fields, read_fields
from ingest.read_files import Files
from ingest.read_msg import NOT_READ, OLE_MAGIC, open_msg, sealed
from ingest.read_outlook import Item, Outlook
from ingest.read_parse import MAX_TEXT, Budget, parse, parse_head
from ingest.read_place import Places, encoding_of
from ingest.read_signed import signed_content
from ingest.read_text import cut_text, decode_header, decode_text
from ingest.read_tnef import NOT_READ as TNEF_NOT_READ
from ingest.read_tnef import open_tnef

_BLANK_START = re.compile(rb"\A(?:\xef\xbb\xbf|[\r\n])+")
_HEADER_LINE = re.compile(rb"^([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]*\S", re.MULTILINE)
_TELLING = {b"from", b"received", b"message-id", b"return-path", b"subject", b"date"}
_SNIFFED = 4096
#: Characters of a decoded Subject; the header itself is kept whole.
MAX_SUBJECT = 2048
#: What was cut in a message within is named on the outer one too; its header is a part's there.
_OF_PART = {
    name: f"part-{name}" for name in ("headers-cut", "header-cut", "received-cut", "addresses-cut")
}
_SIGNED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
#: Between the place of a winmail.dat and that of what is in it.
_WITHIN = "/"
_FILE_TYPES = ("application/", "text/plain", "message/")


def read(raw: bytes, files: Files | None = None) -> Message:
    """Decode a mail. Any bytes give a Message; what was wrong is in `defects`. Never raises.

    `files` says what may be spent on the files in it; without it no picture is looked at.
    """
    budget = Budget(files)
    message = _read(raw, budget, depth=0)
    found = budget.files.defects
    return replace(message, defects=(*message.defects, *found)) if found else message


def read_head(raw: bytes) -> Message:
    """Decode the header block of a mail and nothing else: for one whose body cannot be read.

    The message has no parts. An Outlook file is no mail by itself, so it has no headers either.
    """
    mime, cut = parse_head(b"" if raw.startswith(OLE_MAGIC) else raw)
    return _message(mime, read_fields(mime), (), [*cut, "body-not-read"])


def _read(raw: bytes, budget: Budget, depth: int) -> Message:
    if raw.startswith(OLE_MAGIC):
        outlook = open_msg(raw) or Outlook(headers=b"", items=(sealed(raw),), defects=NOT_READ)
        return _from_outlook(outlook, budget, depth)
    mime, cut = parse(raw, budget, depth)
    fields = read_fields(mime)
    parts, defects = _parts(mime, raw, budget, depth)
    return _message(mime, fields, parts, [*cut, *defects])


def _message(
    mime: MimeMessage, fields: Fields, parts: tuple[Part, ...], defects: list[str]
) -> Message:
    headers = tuple((_plain_name(name), decode_header(value)) for name, value in mime.raw_items())
    first = {name.lower(): value for name, value in reversed(headers)}
    if len(first.get("subject", "")) > MAX_SUBJECT:
        defects.append("subject-cut")
    return Message(
        headers=headers,
        authors=fields.authors,
        reply_to=fields.reply_to,
        to=fields.to,
        cc=fields.cc,
        subject=first.get("subject", "")[:MAX_SUBJECT],
        date=fields.date,
        date_as_written=first.get("date", ""),
        message_id=first.get("message-id", ""),
        received=fields.received,
        parts=parts,
        defects=tuple(dict.fromkeys([*defects, *fields.defects])),
    )


#: What mail programs write before the first part, for programs that know no MIME; or nothing.
_STOCK = re.compile(
    r"\s*(?:this is a [\w -]{0,40}message in mime format\W{0,3})?\s*", re.IGNORECASE
)


def _plain_name(name: str) -> str:
    return name.encode("ascii", "replace").decode()


def _parts(
    mime: MimeMessage, raw: bytes, budget: Budget, depth: int
) -> tuple[tuple[Part, ...], list[str]]:
    parts: list[Part] = []
    defects: list[str] = []
    places = Places(raw)
    for place, leaf in _leaves(mime, ""):
        inside = place.count(".") + 1 if mime.is_multipart() else 0
        start, end = places.find(leaf)
        opened, found = _opened(place, leaf, budget, depth + inside)
        parts += (_placed(part, place, start, end) for part in opened)
        defects += found
    parts = _once(parts)
    if isinstance(mime.preamble, str) and not _STOCK.fullmatch(mime.preamble):
        defects.append("text-before-parts")
    if isinstance(mime.epilogue, str) and mime.epilogue.strip():
        defects.append("text-after-parts")
    return tuple(parts), defects


def _placed(part: Part, place: str, start: int, end: int) -> Part:
    """Give a part its place in the bytes; what was wrapped in it has none there."""
    return replace(part, start=start, end=end) if part.place == place else part


def _once(parts: list[Part]) -> list[Part]:
    """Leave out the bodies of a winmail.dat where the mail has words of its own: they are those."""
    bodies = [part for part in parts if part.text is not None and _WITHIN in part.place]
    own = any(part.text and part.text.strip() for part in parts if part not in bodies)
    return [part for part in parts if part not in bodies] if bodies and own else parts


def _opened(
    place: str, leaf: MimeMessage, budget: Budget, depth: int
) -> tuple[tuple[Part, ...], list[str]]:
    """Give a leaf as its part, or the parts in it where it is only a wrapping."""
    kind = leaf.get_content_type()
    name = decode_header(_safely(leaf, "filename")).lower()
    if kind in _SIGNED or name.endswith(".p7m"):
        content = signed_content(_bytes(leaf))
        if content is not None and budget.parts > 0 and depth < CAPS.depth:
            inner, cut = parse(content, budget, depth + 1)
            parts, defects = _parts(inner, content, budget, depth + 1)
            placed = (replace(part, place=f"{place}.{part.place}") for part in parts)
            return tuple(placed), [*cut, *defects]
    part, defects = _part(place, leaf, budget, depth)
    if kind in _TNEF or name == "winmail.dat":
        outlook = open_tnef(_bytes(leaf))
        if outlook is None:
            return (part,), [*defects, *TNEF_NOT_READ]
        parts, found = _outlook_parts(outlook, budget, depth, f"{place}{_WITHIN}")
        return (part, *parts), [*defects, *found, *outlook.defects]
    return (part,), defects


def _leaves(mime: MimeMessage, place: str) -> Iterator[tuple[str, MimeMessage]]:
    """Give the leaves in reading order with their places."""
    if not mime.is_multipart():
        yield place or "1", mime
        return
    for number, child in enumerate(mime.get_payload(), start=1):
        if isinstance(child, MimeMessage):
            yield from _leaves(child, f"{place}.{number}" if place else str(number))


def _part(place: str, leaf: MimeMessage, budget: Budget, depth: int) -> tuple[Part, list[str]]:
    defects: list[str] = []
    data = _bytes(leaf)
    stated = leaf.get_content_type()
    # A container without its parts is text to a person.
    content_type = "text/plain" if stated.startswith("multipart/") else stated
    charset = _safely(leaf, "charset")
    text = None
    if content_type.startswith("text/"):
        text, found = _text(data, charset, content_type, budget)
        defects += found
    filename = decode_header(_safely(leaf, "filename"))
    disposition = _disposition(leaf)
    message = None
    if _holds_message(content_type, filename, disposition, data):
        message, unopened = _nested(data, budget, depth + 1)
        defects += unopened
        text = None if message is not None else text
    return Part(
        place=place,
        content_type=content_type,
        charset=charset,
        filename=filename,
        disposition=disposition,
        text=text,
        message=message,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=encoding_of(leaf),
        texts=budget.files.read(data) if text is None and message is None else (),
    ), defects


def _text(data: bytes, charset: str, content_type: str, budget: Budget) -> tuple[str, list[str]]:
    """Decode a text part, as much of it as is analysed."""
    text, defects = decode_text(data, charset)
    kept = cut_text(text, min(MAX_TEXT, budget.text), html=content_type == "text/html")
    budget.text -= len(kept)
    return kept, [*defects, "text-cut"] if len(kept) < len(text) else [*defects]


def _nested(data: bytes, budget: Budget, depth: int) -> tuple[Message | None, list[str]]:
    """Open a message within. Too deep, it stays a file, and so does a .msg that cannot be read."""
    budget.parts -= 1
    if depth > CAPS.depth:
        return None, ["depth-cut"]
    if budget.parts <= 0:
        return None, ["parts-cut"]
    if data.startswith(OLE_MAGIC):
        outlook = open_msg(data)
        if outlook is None:
            return None, [*NOT_READ]
        message = _from_outlook(outlook, budget, depth)
    else:
        message = _read(data, budget, depth)
    return message, [_OF_PART.get(it, it) for it in message.defects if it.endswith("-cut")]


def _holds_message(content_type: str, filename: str, disposition: str, data: bytes) -> bool:
    """Tell whether a leaf is a message: by type, by name, or by what it starts with."""
    if content_type in {"message/rfc822", "message/global", "text/rfc822-headers"}:
        return True
    name = filename.lower()
    if data.startswith(OLE_MAGIC):
        return name.endswith(".msg") or content_type == "application/vnd.ms-outlook"
    if not content_type.startswith(_FILE_TYPES) or not (filename or disposition == "attachment"):
        return False
    return looks_like_mail(data, least=1 if name.endswith(".eml") else 3)


def looks_like_mail(data: bytes, least: int = 3) -> bool:
    """Tell whether bytes start like a mail: `least` header lines, one of them telling."""
    start = _BLANK_START.sub(b"", data[:_SNIFFED])
    block = re.split(rb"\r?\n\r?\n", start, maxsplit=1)[0]
    if not _HEADER_LINE.match(block) and not block.startswith(b"From "):
        return False
    names = {name.lower() for name in _HEADER_LINE.findall(block)}
    return len(names) >= least and not names.isdisjoint(_TELLING)


def _from_outlook(outlook: Outlook, budget: Budget, depth: int) -> Message:
    mime, cut = parse(outlook.headers, budget, depth)
    parts, found = _outlook_parts(outlook, budget, depth, "")
    defects = [*cut, "outlook-file", *outlook.defects, *found]
    return _message(mime, read_fields(mime), parts, defects)


def _outlook_parts(
    outlook: Outlook, budget: Budget, depth: int, place: str
) -> tuple[tuple[Part, ...], list[str]]:
    parts = []
    defects: list[str] = []
    for number, item in enumerate(outlook.items, start=1):
        filename = decode_header(item.filename)
        message, found = _outlook_message(item, filename, budget, depth + 1)
        defects += found
        parts.append(
            Part(
                place=f"{place}{number}",
                content_type=item.content_type,
                charset="utf-8" if item.text is not None else "",
                filename=filename,
                disposition="attachment" if item.text is None else "",
                text=item.text,
                message=message,
                size=len(item.data),
                sha256=hashlib.sha256(item.data).hexdigest(),
                texts=budget.files.read(item.data) if item.text is None and not message else (),
            )
        )
    return tuple(parts), defects


def _outlook_message(
    item: Item, filename: str, budget: Budget, depth: int
) -> tuple[Message | None, list[str]]:
    """Open a message in Outlook's form, or a file that holds one."""
    if item.inner is not None:
        budget.parts -= 1
        if depth > CAPS.depth or budget.parts <= 0:
            return None, ["depth-cut" if depth > CAPS.depth else "parts-cut"]
        return _from_outlook(item.inner, budget, depth), []
    disposition = "attachment" if item.text is None else ""
    if _holds_message(item.content_type, filename, disposition, item.data):
        return _nested(item.data, budget, depth)
    return None, []


def _bytes(leaf: MimeMessage) -> bytes:
    try:
        data = leaf.get_payload(decode=True)
    except PARSER_ERRORS:
        return b""
    return data if isinstance(data, bytes) else b""


def _safely(leaf: MimeMessage, what: str) -> str:
    """Give a MIME parameter as text, or nothing where the stdlib cannot read it."""
    try:
        value = leaf.get_content_charset() if what == "charset" else leaf.get_filename()
    except PARSER_ERRORS:
        return ""
    return str(value or "")


def _disposition(leaf: MimeMessage) -> str:
    try:
        stated = leaf.get_content_disposition() or ""
    except PARSER_ERRORS:
        return ""
    return stated if stated in {"attachment", "inline"} else ("attachment" if stated else "")
