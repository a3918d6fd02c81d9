"""SPF (RFC 7208): whether the client that brought a mail may send for its envelope sender.

The evaluation is pyspf's, its questions to DNS are our resolver's. A record that lets anybody send
does not count, nor does a client inside a private network, which can only be a relay.
"""

from __future__ import annotations

import ipaddress
from typing import Any

import spf

from casefile.errors import TryLater
from ingest.authentic.resolver import Lookups

#: A record that lets even these send lets anybody send (RFC 2544, RFC 5180: never on the internet).
NOBODY = {4: "198.18.0.99", 6: "2001:2::99"}
MAX_RECORD = 4096
#: Networks that are not the internet: from there comes a relay's connection, not the sender's.
_INSIDE = tuple(
    ipaddress.ip_network(it)
    for it in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::/127",
        "fc00::/7",
        "fe80::/10",
    )
)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class _Query(spf.query):  # type: ignore[misc]  # pyspf has no types
    """One evaluation by pyspf, with our resolver."""

    def __init__(self, *, lookups: Lookups, client: str, sender: str, helo: str) -> None:
        super().__init__(i=client, s=sender, h=helo)
        self._lookups = lookups

    def dns(
        self,
        name: object,
        qtype: str,
        cnames: object = None,  # noqa: ARG002 - pyspf's name; the resolver follows them
        ignore_void: bool = False,
    ) -> list[Any]:
        """Ask our resolver, in the shapes that pyspf expects."""
        try:
            records = self._lookups.ask(str(name), qtype)
        except TryLater as error:
            raise spf.TempError("DNS") from error
        if not records and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError("too many void lookups")
        return [_SHAPES[qtype](record) for record in records]

    def get_explanation(self, spec: str) -> None:
        """Fetch no explanation: nobody reads it, and it is one more question."""


def _text(record: Any) -> tuple[bytes, ...]:  # noqa: ANN401 - dnspython's records share no type
    if sum(map(len, record.strings)) > MAX_RECORD:
        raise spf.PermError("the record is too long")
    return tuple(record.strings)


_SHAPES: dict[str, Any] = {
    "A": lambda record: record.address,
    "AAAA": lambda record: record.address,
    "MX": lambda record: (record.preference, record.exchange.to_text(omit_final_dot=True)),
    "PTR": lambda record: record.target.to_text(omit_final_dot=True),
    "TXT": _text,
}


def sender_policy(lookups: Lookups, *, client: str, sender: str, helo: str) -> str:
    """Give the result for a client's IP address and a plain envelope sender (RFC 8601 names).

    `none` too for a client that is not on the internet; `policy` where the record would let
    anybody send, which proves nothing. `temperror` means that DNS may say more later.
    """
    address = _address(client)
    if address is None or any(address in network for network in _INSIDE):
        return "none"
    result = _evaluated(lookups, str(address), sender, helo)
    if result == "pass" and _evaluated(lookups, NOBODY[address.version], sender, helo) == "pass":
        return "policy"
    return result


def _evaluated(lookups: Lookups, client: str, sender: str, helo: str) -> str:
    result = _Query(lookups=lookups, client=client, sender=sender, helo=helo).check()[0]
    return str(result)


def _address(client: str) -> Address | None:
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
