"""DNS for the checks: one caching resolver a process, and what one mail may ask of it.

A nameserver that does not answer costs time that a worker has not got. So a mail has a budget, a
question that failed is not put again for a minute, and where much time was lost lately, mails get
a smaller budget: honest servers answer within it, and those that answer nobody hold nobody up.
"""

from __future__ import annotations

import ipaddress
import logging
import threading
import time
from collections.abc import Sequence
from functools import cached_property

import dns.exception
import dns.name
import dns.nameserver
import dns.rdata
import dns.rdatatype
import dns.resolver
from dns.rdtypes.ANY.TXT import TXT

from casefile.errors import SettingsError, TryLater

log = logging.getLogger(__name__)

#: Seconds of DNS for one mail, and for one where servers have kept us waiting lately.
MAIL_SECONDS = 15.0
SHORT_SECONDS = 1.5
#: Seconds for one question to one server.
TRY_SECONDS = 3.0
#: Seconds lost to silent servers before budgets get short; a tenth of each second that passes is
#: forgiven, so that no more than that share of a worker's time is lost to full budgets.
PATIENCE = 10.0
FORGIVEN = 0.1
#: A question that had no answer has none for so long.
FAILED_SECONDS = 60.0
MAX_QUESTIONS = 150
MAX_REMEMBERED = 2000
#: So that one mail gets one answer to one question; and so that a changed record is seen.
MIN_TTL = 5.0
MAX_TTL = 3600.0
#: Larger answers are not remembered: a hostile zone must not fill the memory.
MAX_REMEMBERED_BYTES = 4096
#: EDNS payload that reaches everybody unfragmented (DNS flag day 2020).
PAYLOAD = 1232
MAX_NAME = 253
MAX_LABEL = 63
PORT = 53


class _Memory(dns.resolver.LRUCache):
    """Answers for as long as their owners say, within limits, and no large ones."""

    def put(self, key: dns.resolver.CacheKey, value: dns.resolver.Answer) -> None:
        """Keep an answer."""
        if len(value.response.wire or b"") > MAX_REMEMBERED_BYTES:
            return
        now = time.time()
        value.expiration = min(max(value.expiration, now + MIN_TTL), now + MAX_TTL)
        super().put(key, value)


class Resolver:
    """The resolver of a process. `nameservers` are `address` or `address:port`; none: the system's.

    For any number of threads, each with `Lookups` of its own.
    """

    def __init__(
        self,
        nameservers: Sequence[str] = (),
        *,
        seconds: float = MAIL_SECONDS,
        try_seconds: float = TRY_SECONDS,
    ) -> None:
        self._nameservers = tuple(nameservers)
        self._seconds = seconds
        self._try_seconds = try_seconds
        self._failed: dict[tuple[str, str], float] = {}
        self._lost = 0.0
        self._lost_at = time.monotonic()
        self._counting = threading.RLock()

    @cached_property
    def _stub(self) -> dns.resolver.Resolver:
        try:
            stub = dns.resolver.Resolver(configure=not self._nameservers)
        except dns.resolver.NoResolverConfiguration as error:
            raise SettingsError(
                "This machine names no DNS server in /etc/resolv.conf: set DESK_NAMESERVERS, as "
                "senders are proven by DNS."
            ) from error
        if self._nameservers:
            stub.nameservers = [_nameserver(it) for it in self._nameservers]
        stub.timeout = self._try_seconds
        stub.cache = _Memory(MAX_REMEMBERED)
        stub.use_edns(0, 0, PAYLOAD)
        return stub

    def open(self) -> None:
        """Find the nameservers now. Raises SettingsError where there are none, or no such ones."""
        _ = self._stub

    def begin(self) -> Lookups:
        """Give what one mail may ask."""
        self._forgive()
        short = self._lost > PATIENCE
        if short:
            log.warning("DNS servers do not answer; each mail waits %.1f s for them", SHORT_SECONDS)
        return Lookups(self, min(self._seconds, SHORT_SECONDS) if short else self._seconds)

    def ask(self, name: str, kind: str, seconds: float) -> list[dns.rdata.Rdata]:
        """Give the records of a name, none where there are none. Raises TryLater."""
        absolute = _absolute(name)
        if absolute is None:
            return []
        question = (name.lower(), kind)
        if seconds <= 0 or self._failed.get(question, 0.0) > time.monotonic():
            raise TryLater("DNS has no answer now.")
        begun = time.monotonic()
        try:
            answer = self._stub.resolve(
                absolute, kind, lifetime=seconds, raise_on_no_answer=False, search=False
            )
        except dns.resolver.NXDOMAIN:
            return []
        except dns.exception.DNSException as error:  # unknown means temporary
            self._note_failure(question, time.monotonic() - begun)
            raise TryLater("DNS has no answer now.") from error
        wanted = dns.rdatatype.from_text(kind)
        return [rdata for rdata in answer.rrset or () if rdata.rdtype == wanted]

    def _note_failure(self, question: tuple[str, str], seconds: float) -> None:
        with self._counting:
            if len(self._failed) >= MAX_REMEMBERED:
                self._failed.clear()
            self._failed[question] = time.monotonic() + FAILED_SECONDS
            self._forgive()
            self._lost += seconds

    def _forgive(self) -> None:
        with self._counting:
            now = time.monotonic()
            self._lost = max(0.0, self._lost - (now - self._lost_at) * FORGIVEN)
            self._lost_at = now


class Lookups:
    """The questions of one mail: their time and their number are limited."""

    def __init__(self, resolver: Resolver, seconds: float) -> None:
        self._resolver = resolver
        self._end = time.monotonic() + seconds
        self._left = MAX_QUESTIONS

    def ask(self, name: str, kind: str) -> list[dns.rdata.Rdata]:
        """Give the records of a name. Raises TryLater, also where the mail has asked enough."""
        self._left -= 1
        if self._left < 0:
            raise TryLater("This mail asks too much of DNS.")
        return self._resolver.ask(name, kind, self._end - time.monotonic())

    def texts(self, name: str) -> list[bytes]:
        """Give the TXT records of a name, the strings of each joined. Raises TryLater."""
        records = self.ask(name, "TXT")
        return [b"".join(it.strings) for it in records if isinstance(it, TXT)]


def _nameserver(written: str) -> dns.nameserver.Nameserver:
    """Read `address`, `address:port` or `[address]:port`."""
    host, colon, port = written.rpartition(":")
    if not colon or (":" in host and not host.startswith("[")):
        host, port = written, str(PORT)
    try:
        address = ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
        return dns.nameserver.Do53Nameserver(str(address), int(port))
    except ValueError as error:
        raise SettingsError(
            f"DESK_NAMESERVERS has {written!r}, which is neither an address nor address:port."
        ) from error


def _absolute(name: str) -> dns.name.Name | None:
    """Give the name for a question; None where no such name can be."""
    labels = name.rstrip(".").split(".")
    if len(name) > MAX_NAME + 1 or not name.isascii():
        return None
    if not all(0 < len(label) <= MAX_LABEL for label in labels):
        return None
    return dns.name.Name([label.encode() for label in labels] + [b""])
