"""What a decoded message gives to a report: bodies, files, addresses in one form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from casefile.report import Address, Attachment, Message, Part, ReportedMessage
from ingest.unwrap.blocks import Block
from ingest.unwrap.dates import read_date

_MAILTO = re.compile(r"[\[<]mailto:([^\]<>\s]+)[\]>]", re.IGNORECASE)
_TWICE = re.compile(r"<([^<>\s]+)\s*<\1>+\s*>?|<([^<>\s]+)>\s*<\2>")
_BARE_TWICE = re.compile(r"(?<![^\s<>])([^<>\s@]+@[^<>\s@]+)\s*<\1>")
_QUOTED_NAME = re.compile(r"\"([^\"<>]*)\"\s*(?=<)")
_TIGHT = re.compile(r"(?<=[^\s<])(?=<)|(?<=>)(?=\w)")


def plain_text(message: Message) -> str:
    """Give the text/plain bodies of a message, files left out, one under the other."""
    return "\n".join(_bodies(message, html=False))


def html_text(message: Message) -> str:
    """Give the text/html bodies of a message, files left out, one under the other."""
    return "\n".join(_bodies(message, html=True))


def body_part(message: Message, *, html: bool) -> Part | None:
    """Give the first part that is the text (or the HTML) of a message."""
    return next(_body_parts(message, html=html), None)


def _bodies(message: Message, *, html: bool) -> Iterator[str]:
    return (part.text or "" for part in _body_parts(message, html=html))


def _body_parts(message: Message, *, html: bool) -> Iterator[Part]:
    for part in message.parts:
        if part.text is not None and _is_body(part) and _is_html(part) == html:
            yield part


def _is_html(part: Part) -> bool:
    return part.content_type in {"text/html", "application/xhtml+xml"}


def _is_body(part: Part) -> bool:
    """Tell a body from a file: text that is not attached, and named only where it is plain.

    Gateways of picture messages and some phones name the words that a person wrote: `text_0.txt`.
    """
    wanted = part.content_type in {"text/plain", "text/html", "text/enriched", "text/richtext"}
    named = bool(part.filename) and part.content_type != "text/plain"
    return wanted and part.disposition != "attachment" and not named


def text_files(message: Message) -> tuple[str, ...]:
    """Give the texts that are attached as files: people write what happened into such, too."""
    return tuple(
        part.text
        for part in message.parts
        if part.text and part.content_type == "text/plain" and not _is_body(part)
    )


def files(message: Message) -> tuple[Attachment, ...]:
    """Give the files of a message; messages within and bodies are none."""
    return tuple(
        Attachment(
            filename=part.filename,
            content_type=part.content_type,
            size=part.size,
            sha256=part.sha256,
            texts=part.texts,
        )
        for part in message.parts
        if part.message is None and not (part.text is not None and _is_body(part))
    )


def nested(message: Message) -> tuple[tuple[Part, Message], ...]:
    """Give the messages within a message, in order, each with the part that holds it."""
    return tuple((part, part.message) for part in message.parts if part.message is not None)


def as_written(addresses: tuple[Address, ...]) -> str:
    """Give mailboxes as `Name <address>`, separated by commas."""
    return ", ".join(f"{a.name} <{a.address}>" if a.name else a.address for a in addresses)


def tidy_mailboxes(written: str) -> str:
    """Give a client's mailboxes as `Name <address>`, without its `[mailto:…]` and doubles."""
    text = _MAILTO.sub(r"<\1>", written.strip())
    before = None
    while before != text:
        before = text
        text = _TWICE.sub(lambda match: f"<{match[1] or match[2]}>", text)
        text = _BARE_TWICE.sub(r"\1", text)
    return _TIGHT.sub(" ", _QUOTED_NAME.sub(r"\1 ", text)).strip(" \t;,")


def reported_whole(message: Message) -> ReportedMessage:
    """Give a message as the reported one: an attached original, or an offender's own mail.

    Where it has no words but those in files of plain text, these are its text.
    """
    text, html = plain_text(message), html_text(message)
    if not text.strip() and not html.strip():
        text = "\n\n".join(text_files(message))
    return ReportedMessage(
        sender=as_written(message.authors) or message.header("From"),
        reply_to=as_written(message.reply_to),
        to=as_written(message.to),
        subject=message.subject,
        date=message.date,
        date_as_written=message.date_as_written,
        message_id=message.message_id,
        text=text,
        html=html,
        attachments=files(message),
        headers=message.headers,
    )


def reported_from_block(
    block: Block, *, text: str, html: str, attachments: tuple[Attachment, ...]
) -> ReportedMessage:
    """Give the reported message that a header block in a text announces."""
    written = block.fields.get("date", "")
    return ReportedMessage(
        sender=tidy_mailboxes(block.fields.get("from", "")),
        reply_to=tidy_mailboxes(block.fields.get("reply_to", "")),
        to=tidy_mailboxes(block.fields.get("to", "")),
        subject=block.fields.get("subject", ""),
        date=read_date(written, block.language),
        date_as_written=written,
        message_id="",
        text=text,
        html=html,
        attachments=attachments,
        headers=block.source,
    )
