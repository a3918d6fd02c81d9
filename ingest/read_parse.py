"""The one parse by the stdlib: of what the pre-scan let through, messages within kept sealed."""

from __future__ import annotations

from dataclasses import replace
from email.feedparser import BytesFeedParser
from email.message import Message as MimeMessage
from email.policy import Policy, compat32

from ingest.prescan import CAPS, prescan, prescan_head
from ingest.read_files import Files

#: All headers of all messages in one mail, in bytes.
MAX_HEADER_BYTES = 2 * 1024 * 1024
#: Text for analysis, in characters: of one part, and of all parts of a mail (a plain and an HTML
#: version of one text both fit).
MAX_TEXT = 1024 * 1024
MAX_TEXT_IN_ALL = 2 * 1024 * 1024


class Budget:
    """What one mail may still spend, shared by all messages nested in it."""

    def __init__(self, files: Files | None = None) -> None:
        self.files = files or Files()
        self.parts = CAPS.parts
        self.header_bytes = MAX_HEADER_BYTES
        self.text = MAX_TEXT_IN_ALL


class SealedMessage(MimeMessage):
    """A message that takes messages within for files while it is parsed.

    `read` opens those by itself, whatever transfer encoding or name they came under, and their
    exact bytes stay at hand.
    """

    def __init__(self, policy: Policy = compat32, *, run: _Run) -> None:
        super().__init__(policy=policy)
        self._run = run

    def get_content_type(self) -> str:
        """Give the media type; while parsing, that of a message is a file's."""
        stated = super().get_content_type()
        if self._run.parsing and stated.startswith("message/"):
            return "application/octet-stream"
        return stated


class _Run:
    """Whether one parse is still going on."""

    parsing = True


def parse(raw: bytes, budget: Budget, depth: int) -> tuple[MimeMessage, list[str]]:
    """Parse a message (compat32) as far as the budget reaches. Gives it with what was cut.

    A message that stands in `depth` others or containers may open so many fewer of its own.
    """
    left = min(CAPS.header_block, budget.header_bytes)
    caps = replace(CAPS, parts=max(0, budget.parts), header_block=max(0, left))
    scanned = prescan(raw, caps, depth=depth)
    budget.parts -= scanned.parts
    budget.header_bytes -= scanned.header_bytes
    return parsed(scanned.raw), [*scanned.defects]


def parse_head(raw: bytes) -> tuple[MimeMessage, list[str]]:
    """Parse the header block alone, its body taken for empty. Gives it with what was cut."""
    scanned = prescan_head(raw)
    return parsed(scanned.raw), [*scanned.defects]


def parsed(raw: bytes) -> MimeMessage:
    """Parse what the pre-scan let through; messages within are files. Hand it nothing else."""
    run = _Run()

    def make(policy: Policy = compat32) -> SealedMessage:
        return SealedMessage(policy, run=run)

    parser = BytesFeedParser(make, policy=compat32)
    parser.feed(raw)
    message = parser.close()
    run.parsing = False
    return message
