"""What all dialogues of a door share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from casefile.ports import Draft
from casefile.report import Envelope
from ingest.admit import Rules
from ingest.certificate import Certificate
from ingest.clients import Clients
from ingest.commit import Committer
from ingest.limits import Limits


@dataclass
class House:
    """Rules, limits, the way into the spool, and how the door is doing."""

    rules: Rules
    limits: Limits
    draft: Callable[[Envelope], Draft]
    committer: Committer
    clients: Clients
    #: Called with each dialogue that has ended.
    ended: Callable[[Any], None]
    #: What TLS is begun with; None where it is not offered.
    certificate: Certificate | None = None
    #: What MAIL is told where nothing could be kept; empty where it can. Looked at once a second.
    no_room: str = ""
    #: Nearly every connection is taken.
    stressed: bool = False
