"""Its sole purpose is to give what headers, file names and files say as texts to search."""

from __future__ import annotations

import re
from binascii import Error as BadBase64
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header

from casefile.report import ReportedMessage
from triage.characters import sweep
from triage.view import View

#: Characters that are read of one header, and of how many fields that senders invent.
MAX_HEADER = 2_000
MAX_INVENTED, MAX_INVENTED_FIELD = 60, 500
MAX_FILES = 100

_ENCODED = re.compile(
    r"=\?[\w*-]{1,40}\?[bBqQ]\?[^?\s]{0,400}\?=(?:"
    r"\s{1,9}=\?[\w*-]{1,40}\?[bBqQ]\?[^?\s]{0,400}\?=){0,40}"
)
_BRACKETED = re.compile(r"<[^<>]{0,320}>")
#: Fields in which a sender can say what they like, and of those the ones that only servers write.
_INVENTED = re.compile(r"x-|comments$|keywords$|organization$|thread-topic$", re.IGNORECASE)
_SERVERS = re.compile(
    r"x-(?:ms|microsoft|forefront|gm|google|received|spam|virus|barracuda|proofpoint|mimecast|sg"
    r"|ironport|originating|original|delivered|envelope|authen|arc|dkim|apple|yahoo|ymail|amz|ses"
    r"|mailgun|mandrill|sendgrid|sid|eopattributed|exchange)",
    re.IGNORECASE,
)
#: What could be an account, whole, spaced out or in encoded words: most fields need no thought.
_MAY_HOLD = re.compile(r"[0-9A-Za-z]{16}|[0-9A-Za-z](?:[ .*_-][0-9A-Za-z]){12}|=\?|[^\x00-\x7f]")


def header_views(reported: ReportedMessage) -> Iterator[View]:
    """Give what headers and file names say, a text each, beside the subject."""
    name = _BRACKETED.sub("", decoded(reported.sender[:MAX_HEADER]))
    if "@" not in name:
        yield _view(name, "header From", source=reported.sender)
    if reported.reply_to != reported.sender:
        yield _view(reported.reply_to[:MAX_HEADER], "header Reply-To", source=reported.reply_to)
    invented = [
        (field, value)
        for field, value in reported.headers
        if _INVENTED.match(field) and not _SERVERS.match(field)
    ]
    for field, value in invented[:MAX_INVENTED]:
        if not _MAY_HOLD.search(value[:MAX_INVENTED_FIELD]):
            continue
        yield _view(
            decoded(value[:MAX_INVENTED_FIELD]),
            f"header {field[:40]}",
            source=value,
            accounts_only=True,
        )
    for number, file in enumerate(reported.attachments[:MAX_FILES], start=1):
        if not _MAY_HOLD.search(file.filename[:MAX_INVENTED_FIELD]):
            continue
        yield _view(
            file.filename[:MAX_INVENTED_FIELD],
            f"name of file {number}",
            source=file.filename,
            accounts_only=True,
        )


def file_views(reported: ReportedMessage) -> Iterator[View]:
    """Give what the files of a mail say: text of PDF, and of pictures where these are read."""
    for number, file in enumerate(reported.attachments[:MAX_FILES], start=1):
        for said in file.texts:
            swept = sweep(said.text)
            page = f", page {said.page}" if said.page else ""
            yield View(
                text=swept.text,
                found_in=said.found_in,
                layers=swept.layers,
                source=said.text,
                place=f"file {number}{page}",
            )


def _view(text: str, place: str, *, source: str, accounts_only: bool = False) -> View:
    swept = sweep(text.strip())
    return View(
        text=swept.text.strip(),
        found_in="header",
        layers=swept.layers,
        source=source,
        place=place,
        accounts_only=accounts_only,
    )


def decoded(value: str) -> str:
    """Read encoded words (RFC 2047) that came through undecoded."""
    if "=?" not in value:
        return value
    return _ENCODED.sub(lambda words: _decode(words[0]), value)


def _decode(words: str) -> str:
    try:
        pieces = [
            piece if isinstance(piece, str) else piece.decode(charset or "ascii", "replace")
            for piece, charset in decode_header(words)
        ]
    except (HeaderParseError, BadBase64, LookupError, ValueError):
        return words
    return "".join(pieces) or words
