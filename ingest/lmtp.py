"""One LMTP dialogue (RFC 2033): a mail server in front hands over what it took."""

from __future__ import annotations

import re

from casefile.report import Door
from ingest.admit import admit_helo
from ingest.dialogue import VERBS, Dialogue
from ingest.hooks import client_of, shown
from ingest.status import BAD_XFORWARD, LATE_XFORWARD

_ATTRIBUTE = re.compile(r"(NAME|ADDR|PORT|PROTO|HELO|IDENT|SOURCE)=(\S+)", re.IGNORECASE)
#: How a text is written so that it holds no blank (RFC 1891, xtext).
_XTEXT = re.compile(rb"\+([0-9A-F]{2})")
_UNKNOWN = {"[UNAVAILABLE]", "[TEMPUNAVAIL]"}


class LmtpDialogue(Dialogue):
    """The server's side of LMTP: LHLO, one reply a recipient, and XFORWARD for the client.

    XFORWARD (Postfix's XFORWARD_README) says who had been the mail server's client; whoever may
    speak LMTP to the desk may say so.
    """

    door: Door = "lmtp"
    ident = "LMTP"
    offers = ("250-XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE",)
    counted = False
    verbs = VERBS | {"LHLO", "XFORWARD"}
    #: What the mail server's client calls itself; None where the mail server has named no client.
    _helo: str | None = None

    async def smtp_LHLO(self, name: str | None) -> None:  # noqa: N802
        """Begin, and say what can be done."""
        await self.smtp_EHLO(name)

    def _set_post_data_state(self) -> None:
        """Begin anew: what was said of a client was said of one mail."""
        super()._set_post_data_state()  # type: ignore[no-untyped-call]
        self.client, self._helo = self.peer, None

    def may_send(self) -> bool:
        """Hold those to their allowance of whom the mail server speaks, and not itself."""
        return self._helo is None or super().may_send()

    def helo(self) -> str:
        """Give what the client calls itself: nothing, where it is not known."""
        return super().helo() if self._helo is None else self._helo

    async def smtp_XFORWARD(self, arg: str | None) -> None:  # noqa: N802
        """Take what the mail server says of its client, for the mail that comes next."""
        if self.in_transaction:
            await self.push(LATE_XFORWARD)
            return
        words = (arg or "").split()
        found = [_ATTRIBUTE.fullmatch(word) for word in words]
        told = {it[1].upper(): _plain(it[2]) for it in found if it is not None}
        if not words or len(told) < len(words):
            await self.push(BAD_XFORWARD)
            return
        self._helo = self._helo or ""
        if "ADDR" in told:
            self.client = _address(told["ADDR"])
        if "HELO" in told and admit_helo(told["HELO"]) is None:
            self._helo = shown(told["HELO"])
        await self.push("250 2.0.0 noted")

    def replies(self, reply: str) -> list[str]:
        """Give one reply for each recipient that was taken (RFC 2033, 4.2)."""
        return [reply] * len(self.envelope.rcpt_tos)


def _plain(value: str) -> str:
    """Give a value as it was before it was written as xtext."""
    if value.upper() in _UNKNOWN:
        return ""
    written = value.encode("utf-8", "surrogateescape")
    plain = _XTEXT.sub(lambda found: bytes([int(found[1], 16)]), written)
    return plain.decode("utf-8", "surrogateescape")


def _address(value: str) -> str:
    """Give an IP address in the form of Postfix, `IPV6:` before one of those; else empty."""
    bare = value.removeprefix("IPV6:").removeprefix("IPv6:")
    try:
        return client_of((bare, 0))
    except ValueError:
        return ""
