"""What goes over the pipes between a worker and its reading child: JSON and bytes, no pickle."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from casefile.ports import Triaged
from casefile.report import Authentication, Envelope, Submission

#: Length of the JSON, and of the bytes of a mail that follow it.
LENGTHS = struct.Struct("!II")
Task = Literal["examine", "cover"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What the child is asked to do with the bytes that come with it."""

    task: Task
    key: str
    sha256: str
    envelope: Envelope
    authentication: Authentication


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What the child says: that it is ready, what it made of a mail, or why it could not."""

    triaged: Triaged | None = None
    #: Class and places of an error, without its message; or that there was not enough memory.
    failed: str = ""


def texts(own: Sequence[str]) -> bytes:
    """Give the first frame: the texts that the desk itself sends."""
    body = msgspec.json.encode(own)
    return LENGTHS.pack(len(body), 0) + body


def texts_of(body: bytes) -> list[str]:
    """Read the first frame."""
    return msgspec.json.decode(body, type=list[str])


def order(task: Task, submission: Submission, authentication: Authentication) -> bytes:
    """Give the frame of an order without the mail's bytes, which are sent after it."""
    body = msgspec.json.encode(
        Order(
            task=task,
            key=submission.key,
            sha256=submission.sha256,
            envelope=submission.envelope,
            authentication=authentication,
        )
    )
    return LENGTHS.pack(len(body), len(submission.raw)) + body


def ordered(body: bytes, raw: bytes) -> tuple[Task, Submission, Authentication]:
    """Take an order apart. The worker is trusted: what it sends is right."""
    it = msgspec.json.decode(body, type=Order)
    submission = Submission(key=it.key, envelope=it.envelope, raw=raw, sha256=it.sha256)
    return it.task, submission, it.authentication


def outcome(it: Outcome) -> bytes:
    """Give the frame of an outcome."""
    body = msgspec.json.encode(it)
    return LENGTHS.pack(len(body), 0) + body


def came_out(body: bytes) -> Outcome:
    """Read an outcome, each value of it checked. Raises ValueError where it is anything else."""
    return msgspec.json.decode(body, type=Outcome)
