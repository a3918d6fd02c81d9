"""How far a mail may go before the parser stops following it: headers, depth, parts.

The stdlib parser takes seconds to minutes on some headers of a few hundred kilobytes and follows
nesting until the stack ends. So the caps are set while it parses, in the class it builds messages
from. What is cut is named; the spool keeps the whole mail.
"""

from __future__ import annotations

import io
from email.feedparser import BytesFeedParser
from email.message import Message as MimeMessage
from email.policy import Policy, compat32
from itertools import islice

MAX_HEADERS = 1000
MAX_RECEIVED = 100
MAX_CONTENT_HEADER = 8 * 1024
MAX_HEADER = 64 * 1024
#: A Content-* header with more separators than this is read only at its start: the parameter
#: parser of the stdlib is quadratic in them.
MAX_SEPARATORS = 100
MAX_CROWDED_HEADER = 1024
#: All headers of one message with its parts, and of all messages in one mail.
MAX_MESSAGE_HEADER_BYTES = 256 * 1024
MAX_HEADER_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 20
MAX_PARTS = 500
#: A mail of the largest size in base64 has about 340,000 lines; the parser takes them one by one.
MAX_LINES = 500_000
_CHUNK = 8192


class Budget:
    """What one mail may still spend, shared by all messages nested in it."""

    def __init__(self) -> None:
        self.parts = MAX_PARTS
        self.header_bytes = MAX_HEADER_BYTES


class GuardedMessage(MimeMessage):
    """A message that cuts headers as they come in and stops being a container when too deep.

    While `parsing`, a message within is opaque text: `read` opens it by itself, whatever transfer
    encoding or name it came under, and its exact bytes stay at hand.
    """

    def __init__(self, policy: Policy = compat32, *, run: ParseRun) -> None:
        super().__init__(policy=policy)
        self.run = run
        self.depth = run.depth
        self._received = 0

    def set_raw(self, name: str, value: str) -> None:
        """Keep a header as the parser hands it over, cut to its limit."""
        lowered = name.lower()
        self._received += lowered == "received"
        if len(self) >= MAX_HEADERS:
            self.run.note("headers-cut")
        elif lowered == "received" and self._received > MAX_RECEIVED:
            self.run.note("received-cut")
        elif not self.run.affords_headers():
            self.run.note("headers-cut")
        else:
            kept = self._cut(lowered, value)
            self.run.spend(len(name) + len(kept))
            super().set_raw(name, kept)

    def _cut(self, lowered: str, value: str) -> str:
        limit = MAX_HEADER
        if lowered.startswith("content-"):
            crowded = value.count(";") + value.count('"') > MAX_SEPARATORS
            limit = MAX_CROWDED_HEADER if crowded else MAX_CONTENT_HEADER
        if len(value) <= limit:
            return value
        self.run.note("header-cut")
        return value[:limit]

    def attach(self, payload: MimeMessage) -> None:  # type: ignore[override]
        """Add a part, one level deeper and charged to the budget."""
        if isinstance(payload, GuardedMessage):
            payload.depth = self.depth + 1
        self.run.budget.parts -= 1
        super().attach(payload)

    @property
    def _opaque(self) -> bool:
        return self.depth >= MAX_DEPTH

    def get_content_type(self) -> str:
        """Give the media type; too deep a container is a file."""
        stated = super().get_content_type()
        if self._opaque and stated.startswith(("multipart/", "message/")):
            self.run.note("depth-cut")
            return "application/octet-stream"
        if self.run.parsing and stated.startswith("message/"):
            return "application/octet-stream"
        return stated


class ParseRun:
    """One run of the parser over one message: its depth, and what it had to cut."""

    def __init__(self, budget: Budget, depth: int) -> None:
        self.budget = budget
        self.depth = depth
        self.parsing = True
        self.defects: list[str] = []
        self._header_bytes = MAX_MESSAGE_HEADER_BYTES

    def affords_headers(self) -> bool:
        """Tell whether another header may be kept."""
        return self._header_bytes > 0 and self.budget.header_bytes > 0

    def spend(self, size: int) -> None:
        """Charge a header to this message and to the mail."""
        self._header_bytes -= size
        self.budget.header_bytes -= size

    def note(self, defect: str) -> None:
        """Name something that was cut, once."""
        if defect not in self.defects:
            self.defects.append(defect)

    def parse(self, raw: bytes) -> MimeMessage:
        """Parse (stdlib, compat32) as far as the budget reaches. Never raises."""
        raw = self._within_lines(raw)
        try:
            message = self._feed(raw)
        except RecursionError:
            self.note("nesting-too-deep")
            message = self._feed(raw.partition(b"\n\n")[0] + b"\n\n")
        self.parsing = False
        return message

    def _within_lines(self, raw: bytes) -> bytes:
        if raw.count(b"\n") <= MAX_LINES:
            return raw
        self.note("lines-cut")
        return b"".join(islice(io.BytesIO(raw), MAX_LINES))

    def _feed(self, raw: bytes) -> MimeMessage:
        def make(policy: Policy = compat32) -> GuardedMessage:
            return GuardedMessage(policy, run=self)

        parser = BytesFeedParser(make, policy=compat32)
        for start in range(0, len(raw), _CHUNK):
            parser.feed(raw[start : start + _CHUNK])
            if self.budget.parts <= 0:
                self.note("parts-cut")
                break
        return parser.close()
