"""`desk seen`: have we seen this text, or an account in it? Nothing is kept."""

from __future__ import annotations

import hashlib

from casefile.finding import Finding
from casefile.report import Submission
from desk import shapes
from desk.pipeline import now_utc
from desk.rooms import Desk
from ingest.authenticate import authenticate
from ingest.collect import Item, source_envelope
from ingest.spool import new_key

_HEAD = b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"


def seen(desk: Desk, text: str) -> shapes.Shape:
    """Give the wordings that a pasted text is of or related to, and where its accounts were named.

    Raises ReadingFailed where the text cannot be read, and TryLater.
    """
    finding = _read(desk, text)
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
            for it in desk.register.seen(finding.fingerprint)
        ],
        "accounts": [
            shapes.account_page(desk.index.account(value)) for _, value in finding.may_link
        ],
    }


def _read(desk: Desk, text: str) -> Finding:
    raw, now = _HEAD + text.encode("utf-8", "replace"), now_utc()
    item = Item(source="pasted", raw=raw, error="")
    submission = Submission(
        key=new_key(now),
        envelope=source_envelope(item, now),
        raw=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
    )
    return desk.reader.examine(submission, authenticate(submission, method="none")).findings[0]
