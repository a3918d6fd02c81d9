"""The ways to those who are told of a watch: a mail through the smarthost, a signed webhook.

What they carry is keys and counts, so that it may pass through other hands: no text of an
offender, no name of a search, no account, no address of a reporter.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Protocol
from urllib.parse import SplitResult

from casefile.errors import TryLater
from casefile.watch import Message
from responders.send import SmtpMailer

#: Seconds that a webhook may take in all, and in each step.
PATIENCE = 10.0
_TAKEN = range(200, 300)
_ELSEWHERE = range(300, 400)


class Way(Protocol):
    """A way out, which the operator has set."""

    def tell(self, message: Message, now: datetime) -> None:
        """Tell it. Raises DeskError where it was not taken, or may not have been."""


@dataclass(frozen=True, kw_only=True)
class MailWay:
    """A mail to one address, signed as replies are."""

    mailer: SmtpMailer
    to: str
    author: str
    #: The domain of its Message-ID.
    domain: str
    #: Where the console is.
    console: str
    sign: Callable[[bytes], bytes] = bytes

    def tell(self, message: Message, now: datetime) -> None:
        """Send one mail; the same message has the same Message-ID. Raises DeskError."""
        lines = [
            f"From: {self.author}",
            f"To: {self.to}",
            f"Subject: Blackmail desk: {_said(message)}",
            f"Date: {format_datetime(now.astimezone(UTC))}",
            f"Message-ID: <watch.{message.id}@{self.domain}>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=us-ascii",
            "",
            *lines_of(message, self.console),
            "",
        ]
        self.mailer.deliver(self.to, self.sign("\r\n".join(lines).encode("ascii", "replace")))


@dataclass(frozen=True, kw_only=True)
class WebhookWay:
    """A POST of JSON to one URL of the operator's, signed as Standard Webhooks says.

    It goes to that very URL: redirects are not followed, proxies of the environment not asked, and
    what is answered is not read but for its status.
    """

    name: str
    url: SplitResult
    key: bytes
    console: str
    #: File with the certificates that vouch for its own; empty: those that the machine trusts.
    ca_file: str = ""
    patience: float = field(default=PATIENCE)

    def tell(self, message: Message, now: datetime) -> None:
        """Make one request; the same message has the same id and body. Raises TryLater."""
        body = json.dumps(shape_of(message, self.console), separators=(",", ":")).encode()
        stamp = str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "blackmail-desk",
            "Connection": "close",
            "Idempotency-Key": message.id,
            "webhook-id": message.id,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(self.key, message.id, stamp, body),
        }
        code = self._posted(body, headers)
        if code in _ELSEWHERE:
            raise TryLater(f"webhook {self.name} leads elsewhere ({code}), which is not followed")
        if code not in _TAKEN:
            raise TryLater(f"webhook {self.name} does not take it ({code})")

    def _posted(self, body: bytes, headers: dict[str, str]) -> int:
        path = self.url._replace(scheme="", netloc="").geturl() or "/"
        client = self._client()
        try:
            with _no_longer_than(client, self.patience):
                client.request("POST", path, body, headers)
                return client.getresponse().status
        except ssl.SSLCertVerificationError:
            raise TryLater(f"the certificate of webhook {self.name} is not valid for it") from None
        except (OSError, http.client.HTTPException, ValueError):  # the last: no name of a host
            raise TryLater(f"webhook {self.name} cannot be reached, or broke off") from None
        finally:
            client.close()

    def _client(self) -> http.client.HTTPConnection:
        host, port = self.url.hostname or "", self.url.port
        if self.url.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=self.patience)
        context = ssl.create_default_context(cafile=self.ca_file or None)
        return http.client.HTTPSConnection(host, port, timeout=self.patience, context=context)


@contextmanager
def _no_longer_than(client: http.client.HTTPConnection, seconds: float) -> Iterator[None]:
    """Break a connection off after so long: one that drips must not hold up what else is told."""

    def break_off() -> None:
        with suppress(OSError, AttributeError):  # it is closed already, or was never opened
            client.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, break_off)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def signature(key: bytes, identity: str, stamp: str, body: bytes) -> str:
    """Give the signature of a request: HMAC-SHA-256 over id, time (Unix seconds) and body."""
    signed = b".".join((identity.encode(), stamp.encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def shape_of(message: Message, console: str) -> dict[str, object]:
    """Give what a webhook is told, as it becomes JSON."""
    return {
        "type": "watch.test" if message.test else "watch.met",
        "id": message.id,
        "at": message.at.astimezone(UTC).isoformat(timespec="seconds"),
        "watch": message.watch,
        "kind": message.kind,
        "findings": message.findings,
        "named": [{"finding": key, "campaign": campaign} for key, campaign in message.named],
        "more": message.findings - len(message.named),
        "campaigns": [{"campaign": it, "findings": count} for it, count in message.campaigns],
        "url": f"{console}/watches/{message.watch}",
    }


def lines_of(message: Message, console: str) -> list[str]:
    """Give the lines of a mail."""
    lines = [f"{_said(message)}.", ""]
    lines += [f"{campaign}: {count}" for campaign, count in message.campaigns]
    lines += ["", *(f"{console}/findings/{key}" for key, _ in message.named)]
    more = message.findings - len(message.named)
    lines += [f"and {more} more"] if more > 0 else []
    return [*lines, "", f"{console}/watches/{message.watch}"]


def _said(message: Message) -> str:
    if message.test:
        return "a test of this way, nothing was met"
    what = {"account": "an account", "campaign": "a campaign", "search": "a saved search"}
    findings = "1 finding" if message.findings == 1 else f"{message.findings} findings"
    return f"watch {message.watch} for {what[message.kind]} met {findings}"
