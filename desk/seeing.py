"""What the desk knows of a text: whether it was seen before, and what those who say it all say."""

from __future__ import annotations

import hashlib
from typing import Protocol

from casefile.campaign import Campaign, Seen
from casefile.finding import Finding
from casefile.ports import Index, Record
from casefile.report import Submission
from desk import shapes
from desk.pipeline import now_utc
from desk.reading import Reader
from ingest.authenticate import authenticate
from ingest.collect import Item, source_envelope
from ingest.spool import new_key
from triage.register import SqlRegister
from triage.template_text import ALIGNED, Member, Piece, template_text

_HEAD = b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"


class Rooms(Protocol):
    """The rooms that know texts and accounts, such as a desk has."""

    @property
    def register(self) -> SqlRegister:
        """Give the memory of wordings."""

    @property
    def index(self) -> Index:
        """Give the index."""

    @property
    def reader(self) -> Reader:
        """Give what reads mails."""


def look(rooms: Rooms, text: str) -> Seen:
    """Give the wordings that a pasted text is of or related to, and where its accounts were named.

    Nothing of it is kept. Raises ReadingFailed where the text cannot be read, and TryLater.
    """
    finding = _read(rooms.reader, text)
    return Seen(
        wordings=tuple(rooms.register.seen(finding.fingerprint)),
        accounts=tuple(rooms.index.account(value) for _, value in finding.may_link),
    )


def seen(desk: Rooms, text: str) -> shapes.Shape:
    """Give what `look` gives, in the shape of the interface. Raises ReadingFailed, TryLater."""
    found = look(desk, text)
    return {
        "wordings": [
            {
                "wording": it.wording,
                "version": it.version,
                "campaign": it.campaign,
                "likeness": round(it.likeness, 2),
                "same": it.same,
                "findings": it.members,
            }
            for it in found.wordings
        ],
        "accounts": [shapes.account_page(it) for it in found.accounts],
    }


def common_text(record: Record, campaign: Campaign) -> tuple[Piece, ...]:
    """Give what the newest members of a campaign say in common, and nobody's own words."""
    # The index may be ahead of what was erased, so it is the record that is asked.
    found = record.known([it.finding for it in campaign.members[:ALIGNED]])
    return template_text(
        [
            Member(
                masked=it.fingerprint.masked,
                reporter=it.report.reporter.address.casefold(),
            )
            for it in found
        ]
    )


def _read(reader: Reader, text: str) -> Finding:
    raw, now = _HEAD + text.encode("utf-8", "replace"), now_utc()
    item = Item(source="pasted", raw=raw, error="")
    submission = Submission(
        key=new_key(now),
        envelope=source_envelope(item, now),
        raw=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
    )
    return reader.examine(submission, authenticate(submission, method="none")).findings[0]
