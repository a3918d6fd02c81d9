"""The form of a stored submission: a line of JSON with envelope and seal, then the raw bytes."""

from __future__ import annotations

import json
from hashlib import sha256

import msgspec

from casefile.errors import Unreadable
from casefile.report import Envelope, Submission

#: How every line begins: with the key.
OPENING = b'{"key":"'
#: Stands before the seal, which is the last field of a line.
_SEAL = b',"seal":"'
#: No line is longer, with hundreds of recipients in letters that JSON spells out.
LONGEST_HEAD = 1 << 20


class Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands in a line: all that is known of a submission but its bytes."""

    key: str
    envelope: Envelope
    #: SHA-256 of the raw bytes, hexadecimal.
    sha256: str
    #: Number of raw bytes.
    size: int


def head_of(key: str, envelope: Envelope, digest: str, size: int, *, room: int = 0) -> bytes:
    """Give the line of a submission, with its line end, filled with blanks up to `room` bytes.

    Raises ValueError where the line is longer than its room.
    """
    fields = {
        "key": key,
        "envelope": {
            "client": envelope.client,
            "door": envelope.door,
            "helo": envelope.helo,
            "received_at": envelope.received_at.isoformat(),
            "recipients": envelope.recipients,
            "sender": envelope.sender,
            "source": envelope.source,
            "tls": envelope.tls,
        },
        "sha256": digest,
        "size": size,
    }
    content = _line(fields)
    line = content[:-1] + _SEAL + _seal(content) + b'"}'
    if room and len(line) >= room:
        raise ValueError("the head does not fit into its room")
    return line.ljust(max(room - 1, 0)) + b"\n"


def head_in(line: bytes, key: str) -> Head:
    """Read a line without its end, seal checked. Raises Unreadable where a bit has changed."""
    line = line.rstrip(b" ")
    content, _, seal = line.rpartition(_SEAL)
    content += b"}"
    # The seal first: the envelope says who may be answered.
    if seal != _seal(content) + b'"}':
        raise Unreadable("The envelope is not the one that came: its seal differs.")
    try:
        fields = json.loads(content)
        head = msgspec.convert(fields, Head)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise Unreadable("The line is not the head of a stored submission.") from error
    if head.key != key:
        raise Unreadable("The file holds the submission of another key.")
    return head


def submission_of(head: Head, raw: bytes) -> Submission:
    """Put head and bytes together. Raises Unreadable where a single bit of them has changed."""
    if len(raw) != head.size:
        raise Unreadable(f"The file holds {len(raw)} bytes of mail, not {head.size}.")
    if sha256(raw).hexdigest() != head.sha256:
        raise Unreadable("The mail's bytes are not those that came: their SHA-256 differs.")
    return Submission(key=head.key, envelope=head.envelope, raw=raw, sha256=head.sha256)


def _seal(content: bytes) -> bytes:
    return sha256(content).hexdigest().encode("ascii")


def _line(fields: dict[str, object]) -> bytes:
    """Write JSON in the one way that a seal can be made of: ASCII, in this order, no blanks."""
    return _ENCODER.encode(fields).encode("ascii")


_ENCODER = json.JSONEncoder(separators=(",", ":"), check_circular=False)
