"""The mails on the way from the reporter to the offender's, each with its place and its grade."""

from __future__ import annotations

from casefile.report import Layer, Message, Part
from ingest.unwrap.blocks import Block
from ingest.unwrap.original import as_written, body_part, tidy_mailboxes


def place_of(part: Part) -> str:
    """Say where a part stands: its number, its bytes, how they are encoded."""
    said = [f"part {part.place}"]
    if part.start >= 0:
        said.append(f"bytes {part.start}-{part.end}")
    return ", ".join([*said, *([part.encoding] if part.encoding else [])])


def of_message(message: Message, place: str) -> Layer:
    """Give a whole mail as a layer. With Received and a signature it can be checked."""
    proven = bool(message.received) and bool(message.header("DKIM-Signature"))
    return Layer(
        grade="original" if proven else "attached",
        sender=as_written(message.authors) or message.header("From"),
        to=as_written(message.to),
        subject=message.subject,
        date=message.date_as_written,
        place=place,
        message_id=message.message_id,
    )


def of_block(block: Block, client: str, place: str) -> Layer:
    """Give a header block as a layer; `place` is that of the text in which it stands."""
    return Layer(
        grade="inline",
        sender=tidy_mailboxes(block.fields.get("from", "")),
        to=tidy_mailboxes(block.fields.get("to", "")),
        subject=block.fields.get("subject", ""),
        date=block.fields.get("date", ""),
        place=f"{place}, lines {block.start + 1}-{block.end}",
        client=client,
        language=block.language,
    )


def of_pasted(message: Message) -> Layer:
    """Give a copied text as a layer."""
    return Layer(
        grade="pasted", sender="", to="", subject="", date="", place=place_of_body(message)
    )


def place_of_body(message: Message, *, html: bool = False) -> str:
    """Say where the text of a message stands."""
    part = body_part(message, html=html) or body_part(message, html=not html)
    return place_of(part) if part is not None else ""


def within(outer: str, inner: str) -> str:
    """Say where something stands in a part of a part."""
    return f"{outer} > {inner}" if outer else inner
