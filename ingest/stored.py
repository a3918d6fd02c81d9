"""The form of a stored submission: one line of JSON with envelope and seal, then the raw bytes."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256

import msgspec

from casefile.errors import Unreadable
from casefile.report import Envelope, Submission


class _Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands in the first line."""

    key: str
    envelope: Envelope
    #: SHA-256 of the raw bytes, hexadecimal.
    sha256: str
    #: Number of raw bytes.
    size: int
    #: SHA-256 of the line without this field: the envelope says who may be answered.
    seal: str


def head_of(key: str, envelope: Envelope, raw: bytes) -> bytes:
    """Give the first line of a stored submission, with its line end."""
    fields = {
        "key": key,
        "envelope": asdict(envelope) | {"received_at": envelope.received_at.isoformat()},
        "sha256": sha256(raw).hexdigest(),
        "size": len(raw),
    }
    return _line(fields | {"seal": _seal(fields)}) + b"\n"


def submission_in(content: bytes, key: str) -> Submission:
    """Read a stored submission back. Raises Unreadable where a single bit of it has changed."""
    line, _, raw = content.partition(b"\n")
    head = _head_in(line)
    if head.key != key:
        raise Unreadable("The file holds the submission of another key.")
    if len(raw) != head.size:
        raise Unreadable(f"The file holds {len(raw)} bytes of mail, not {head.size}.")
    if sha256(raw).hexdigest() != head.sha256:
        raise Unreadable("The mail's bytes are not those that came: their SHA-256 differs.")
    return Submission(key=key, envelope=head.envelope, raw=raw, sha256=head.sha256)


def _head_in(line: bytes) -> _Head:
    """Read the first line, seal checked."""
    try:
        fields = json.loads(line)
        head = msgspec.convert(fields, _Head)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise Unreadable("The first line is not the head of a stored submission.") from error
    # The one way to write it, too: an escape in other letters means the same and is a change.
    written = _line(fields) == line
    del fields["seal"]
    if not written or _seal(fields) != head.seal:
        raise Unreadable("The envelope is not the one that came: its seal differs.")
    return head


def _seal(fields: dict[str, object]) -> str:
    return sha256(_line(fields)).hexdigest()


def _line(fields: dict[str, object]) -> bytes:
    """Write JSON in the one way that a seal can be made of: ASCII, sorted, no blanks."""
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode("ascii")
