"""Composes forwards of a mail in the way people's mail clients do it, in English.

For walk tests, demos and benchmarks. Each function takes the original's bytes and gives the whole
forward as bytes with CRLF line ends: `attached` as message/rfc822, the others inline with a text
and an HTML view. All clients and languages are in `forwarder`.
"""

from __future__ import annotations

from forwarder import compose
from forwarder.clients import BY_KEY
from forwarder.mails import WORDS, read_original


def attached(original: bytes, *, reporter: str, to: str, note: str = "") -> bytes:
    """Forward as an attachment: a note and the original, whole, as message/rfc822."""
    subject = read_original(original).subject
    return compose.attached(original, subject, reporter=reporter, to=to, note=note)


def gmail(original: bytes, *, reporter: str, to: str, note: str = "") -> bytes:
    """Forward inline as Gmail's web client does."""
    return _inline("gmail", original, reporter, to, note)


def outlook(original: bytes, *, reporter: str, to: str, note: str = "") -> bytes:
    """Forward inline as Outlook on the web does."""
    return _inline("outlook-web", original, reporter, to, note)


def apple_mail(original: bytes, *, reporter: str, to: str, note: str = "") -> bytes:
    """Forward inline as Apple Mail does: quoted, in a blockquote."""
    return _inline("apple-mail", original, reporter, to, note)


def _inline(client: str, original: bytes, reporter: str, to: str, note: str) -> bytes:
    return compose.forward(
        read_original(original),
        BY_KEY[client],
        WORDS["en"],
        reporter=reporter,
        to=to,
        note=note,
        encoding="8bit",
    )
