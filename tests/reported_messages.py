"""A reported message that says only what a test wants it to say."""

from __future__ import annotations

from casefile.report import Attachment, ReportedMessage

Said = str | tuple[Attachment, ...] | tuple[tuple[str, str], ...]

_EMPTY = dict.fromkeys(
    ("sender", "reply_to", "to", "subject", "date", "date_as_written", "message_id"), ""
)


def reported(**said: Said) -> ReportedMessage:
    """Give a reported message that is empty but for what is named."""
    return ReportedMessage(**{**_EMPTY, "text": "", "html": "", **said})  # type: ignore[arg-type]
