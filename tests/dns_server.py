"""A DNS server on this machine for tests: zones from a table, over UDP and TCP."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Self

from dnslib import AAAA, CNAME, MX, PTR, QTYPE, RCODE, RD, RR, TXT, A, DNSRecord
from dnslib.server import BaseResolver, DNSHandler, DNSLogger, DNSServer

#: What a name may answer in place of records.
SERVFAIL = "SERVFAIL"
REFUSED = "REFUSED"
#: No answer at all.
SILENT = "SILENT"

_MAKERS = {"A": A, "AAAA": AAAA, "CNAME": CNAME, "PTR": PTR}
_PIECE = 255
TTL = 60
TRIES = 50

#: name -> type -> values; a value of MX is `10 host`. In place of it, one of the words above.
Zones = Mapping[str, Mapping[str, list[str]] | str]


@dataclass
class LocalDns(BaseResolver):
    """Answers what `zones` holds; a name with other types only has no data, others do not exist."""

    zones: dict[str, Mapping[str, list[str]] | str] = field(default_factory=dict, repr=False)
    #: Seconds before every answer.
    delay: float = 0.0
    #: Every question: type and name.
    asked: list[tuple[str, str]] = field(default_factory=list, repr=False)
    _ended: threading.Event = field(default_factory=threading.Event, repr=False)
    _servers: list[DNSServer] = field(default_factory=list, repr=False)

    def __enter__(self) -> Self:
        self._servers = self._bound()
        for server in self._servers:
            server.server.daemon_threads = True
            # Whoever was kept waiting is gone by the time that the server ends.
            server.server.handle_error = lambda *_: None
            serving = partial(server.server.serve_forever, poll_interval=0.02)
            threading.Thread(target=serving, daemon=True).start()
        return self

    def _bound(self) -> list[DNSServer]:
        """Take one port for both; by TCP it may be somebody else's, then another one."""
        logger = DNSLogger(log="", logf=lambda _: None)
        for _ in range(TRIES):
            udp = DNSServer(self, address="127.0.0.1", port=0, logger=logger)
            port = udp.server.server_address[1]
            try:
                tcp = DNSServer(self, address="127.0.0.1", port=port, tcp=True, logger=logger)
            except OSError:
                udp.server.server_close()
            else:
                return [udp, tcp]
        raise OSError("no port is free by UDP and TCP")

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for server in self._servers:
            server.server.shutdown()
            server.server.server_close()

    @property
    def address(self) -> str:
        """Give `address:port`, as the setting wants it."""
        return f"127.0.0.1:{self._servers[0].server.server_address[1]}"

    def resolve(self, request: DNSRecord, handler: DNSHandler) -> DNSRecord:  # noqa: ARG002
        """Answer one question (dnslib's name)."""
        name = str(request.q.qname).rstrip(".").lower()
        kind = QTYPE[request.q.qtype]
        self.asked.append((kind, name))
        time.sleep(self.delay)
        reply = request.reply()
        found = self._found(name)
        if found == SILENT:
            self._ended.wait()
        if isinstance(found, str):
            reply.header.rcode = getattr(RCODE, REFUSED if found == REFUSED else SERVFAIL)
        elif found is None:
            reply.header.rcode = RCODE.NXDOMAIN
        else:
            for type_ in dict.fromkeys(("CNAME", kind)):
                for value in found.get(type_, []):
                    data = rdata(type_, value)
                    reply.add_answer(RR(name, getattr(QTYPE, type_), rdata=data, ttl=TTL))
        return reply

    def _found(self, name: str) -> Mapping[str, list[str]] | str | None:
        exact = self.zones.get(name)
        if exact is not None:
            return exact
        labels = name.split(".")
        for start in range(1, len(labels)):
            above = self.zones.get(".".join(labels[start:]))
            if isinstance(above, str):  # a zone in trouble is in trouble as a whole
                return above
        if any(it.endswith("." + name) for it in self.zones):
            return {}
        return None


def rdata(kind: str, value: str) -> RD:
    """Give a record's data; a long text in pieces of 255 bytes."""
    if kind == "MX":
        preference, host = value.split()
        return MX(host, int(preference))
    if kind == "TXT":
        raw = value.encode("latin-1")
        return TXT([raw[start : start + _PIECE] for start in range(0, len(raw), _PIECE)] or [b""])
    return _MAKERS[kind](value)


@contextlib.contextmanager
def local_dns(zones: Zones, *, delay: float = 0.0) -> Iterator[LocalDns]:
    """Give a running server with these zones."""
    with LocalDns(zones=dict(zones), delay=delay) as server:
        yield server


def txt(*values: str) -> dict[str, list[str]]:
    """Give a name that has TXT records only."""
    return {"TXT": list(values)}
