"""The canonical forms of headers and body that a DKIM signature covers (RFC 6376 section 3.4).

Every step is one pass of a C function over the bytes, so that a body of 25 MB of blanks takes
no longer than any other. What is canonical stays as it is when it is made canonical again.
"""

from __future__ import annotations

from ingest.authentic.block import Field

_PAIR = b"\0"
_TABS_TO_BLANKS = bytes.maketrans(b"\t", b" ")


def simple_body(body: bytes) -> bytes:
    """Give the body with one line end instead of all those at its end; never empty."""
    return _without_last_lines(body) + b"\r\n"


def relaxed_body(body: bytes) -> bytes:
    """Give the body with single blanks, none where a line ends, and no empty lines at its end."""
    text = _single_blanks(body).replace(b" \r\n", b"\r\n")
    if text.endswith(b" "):
        text = text[:-1]
    text = _without_last_lines(text)
    return text + b"\r\n" if text else b""


def simple_field(field: Field, raw: bytes) -> bytes:  # noqa: ARG001 - same shape as the relaxed one
    """Give a header field as it stands."""
    return raw


def relaxed_field(field: Field, raw: bytes) -> bytes:
    """Give a header field with its name in lower case, unfolded, and single blanks in it."""
    value = _single_blanks(raw.partition(b":")[2].replace(b"\r\n", b""))
    return field.name.encode() + b":" + value.strip(b" ")


def _single_blanks(text: bytes) -> bytes:
    text = text.translate(_TABS_TO_BLANKS)
    while b"  " in text:  # each pass halves the runs
        text = text.replace(b"  ", b" ")
    return text


def _without_last_lines(text: bytes) -> bytes:
    kept = text.rstrip(b"\r\n")
    # Line ends of other shapes are content, so only whole pairs at the very end go.
    tail = text[len(kept) :].replace(b"\r\n", _PAIR).rstrip(_PAIR)
    return kept + tail.replace(_PAIR, b"\r\n")


BODY = {"simple": simple_body, "relaxed": relaxed_body}
FIELD = {"simple": simple_field, "relaxed": relaxed_field}
