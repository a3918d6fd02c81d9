"""What mail-parser says about a message: mailboxes, date, Received hops, defects."""

from __future__ import annotations

import email.utils
import logging
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.errors import MessageError
from email.message import Message as MimeMessage

import mailparser
from mailparser.exceptions import MailParserError
from mailparser.utils import get_addresses

from casefile.report import Address, Hop
from ingest.read_text import decode_header

#: mail-parser writes header values and file names into its log; the desk logs neither.
logging.getLogger("mailparser").setLevel(logging.CRITICAL + 1)
#: What library code is known to raise on hostile input; anything else is a bug of ours.
PARSER_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MailParserError,
    MessageError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)
_OFFSET = re.compile(r"[+-]\d{4}(?=\s*(?:\(|$))|\b(?:UT|GMT|[ECMP][SD]T)\b", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fields:
    """The header fields that need a grammar, and what was wrong with the message."""

    authors: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    date: str
    received: tuple[Hop, ...]
    defects: tuple[str, ...]


def read_fields(message: MimeMessage) -> Fields:
    """Read the fields of a parsed message. Where mail-parser fails, the stdlib stands in."""
    parser = _library(message)
    return Fields(
        authors=_mailboxes(message, "from", parser),
        reply_to=_mailboxes(message, "reply-to", parser),
        to=_mailboxes(message, "to", parser),
        cc=_mailboxes(message, "cc", parser),
        date=_date(message, parser),
        received=_hops(parser),
        defects=_categories(parser) if parser else ("mail-parser-failed",),
    )


def _library(message: MimeMessage) -> mailparser.MailParser | None:
    """Let mail-parser read a message. What follows the last part is kept from it.

    It would parse that text as a mail, and no pre-scan has seen it as one.
    """
    epilogue, message.epilogue = message.epilogue, ""
    try:
        return mailparser.MailParser(message)
    except PARSER_ERRORS:
        return None
    finally:
        message.epilogue = epilogue


def _mailboxes(
    message: MimeMessage, name: str, parser: mailparser.MailParser | None
) -> tuple[Address, ...]:
    """Give the mailboxes of every header of that name; mail-parser's own list is the first."""
    values = [value for key, value in message.raw_items() if key.lower() == name]
    found: list[tuple[str, str]] = []
    for number, value in enumerate(values):
        if parser is not None and number == 0:
            found += getattr(parser, name.replace("-", "_") + ("_" if name == "from" else ""))
        else:
            found += _parsed(value, use_library=parser is not None)
    kept = (_address(shown, address) for shown, address in found)
    return tuple(address for address in kept if address.address)


def _parsed(value: str, *, use_library: bool) -> Iterable[tuple[str, str]]:
    try:
        if use_library:
            return list(get_addresses(value, decode_names=True))
        return email.utils.getaddresses([decode_header(value)])
    except PARSER_ERRORS:
        return []


def _address(shown: str, address: str) -> Address:
    return Address(name=decode_header(shown), address=decode_header(address))


def _date(message: MimeMessage, parser: mailparser.MailParser | None) -> str:
    raw = next((v for k, v in message.raw_items() if k.lower() == "date"), "")
    given = bool(_OFFSET.search(raw)) and "-0000" not in raw
    if parser is not None and isinstance(parser.date, datetime):
        offset = timedelta(hours=float(parser.timezone))
        local = parser.date.replace(tzinfo=None) + offset
        return local.replace(tzinfo=timezone(offset) if given else None).isoformat()
    return _date_by_stdlib(raw, given=given)


def _date_by_stdlib(raw: str, *, given: bool) -> str:
    try:
        parsed = email.utils.parsedate_tz(raw)
        if parsed is None:
            return ""
        zone = timezone(timedelta(seconds=parsed[9] or 0)) if given else None
        return datetime(*parsed[:6], tzinfo=zone).isoformat()
    except PARSER_ERRORS:
        return ""


def _hops(parser: mailparser.MailParser | None) -> tuple[Hop, ...]:
    if parser is None:
        return ()
    return tuple(
        Hop(
            by=decode_header(str(hop.get("by", ""))),
            source=decode_header(str(hop.get("from", ""))),
            date=str(hop.get("date_utc") or hop.get("date") or ""),
        )
        for hop in parser.received
    )


def _categories(parser: mailparser.MailParser) -> tuple[str, ...]:
    """Give mail-parser's defect classes as words: `StartBoundaryNotFoundDefect` loses its tail."""
    names = (str(name).removesuffix("Defect") for name in parser.defects_categories)
    return tuple(sorted(_CAMEL.sub("-", name).lower() for name in names))
