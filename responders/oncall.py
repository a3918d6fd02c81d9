"""The ways to somebody on call: a mail through the smarthost, and a webhook."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

from casefile.errors import TryLater
from responders.paging import Page, words_of
from responders.send import SmtpMailer

#: Seconds that a webhook may take.
PATIENCE = 10
_NONE_TO_MIND = range(200, 300)


class MailWay:
    """A mail to one address, signed as replies are; `domain` is that of its Message-ID."""

    def __init__(
        self,
        mailer: SmtpMailer,
        *,
        to: str,
        author: str,
        domain: str,
        sign: Callable[[bytes], bytes] = bytes,
    ) -> None:
        self._mailer = mailer
        self._to = to
        self._author = author
        self._domain = domain
        self._sign = sign

    def __call__(self, pages: Sequence[Page], more: int, now: datetime) -> None:
        """Send one mail. Raises TryLater, Refused, or Uncertain."""
        count = len(pages) + more
        needs = "1 report needs" if count == 1 else f"{count} reports need"
        lines = [
            f"From: {self._author}",
            f"To: {self._to}",
            f"Subject: Blackmail desk: {needs} a person",
            f"Date: {format_datetime(now.astimezone(UTC))}",
            f"Message-ID: <page.{uuid.uuid4()}@{self._domain}>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=us-ascii",
            "",
            *words_of(pages, more),
            "",
        ]
        message = "\r\n".join(lines).encode("ascii", "replace")
        self._mailer.deliver(self._to, self._sign(message))


class WebhookWay:
    """A request (POST, JSON) to a URL of the operator's; the URL is a secret and is not told."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __call__(self, pages: Sequence[Page], more: int, now: datetime) -> None:
        """Make one request. Raises TryLater."""
        body = {
            "text": "\n".join(words_of(pages, more)),
            "pages": [dict(it) for it in pages],
            "more": more,
            "at": now.astimezone(UTC).isoformat(timespec="seconds"),
        }
        request = urllib.request.Request(  # noqa: S310 - its scheme is checked with the settings
            self._url, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                code = answer.status
        except (OSError, urllib.error.URLError, ValueError):
            raise TryLater("the webhook cannot be reached, or does not take it") from None
        if code not in _NONE_TO_MIND:
            raise TryLater(f"the webhook does not take it ({code})")
