"""Who is connected and how often they came: what each network may have of the door."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from ingest.limits import Limits

#: A site is one network: who has one address of it mostly has the others, too.
_PREFIX = {4: 24, 6: 64}
_MINUTE, _HOUR = 60.0, 3600.0
#: Networks without an open dialogue are forgotten so often, once their allowance is whole again;
#: and sooner, where there are so many more than last time.
_TIDY_SECONDS = 60.0
_TIDY_NUMBER = 10_000

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(slots=True)
class _Bucket:
    """An allowance that fills up evenly: `most` at once, `most` again in each period."""

    most: float
    period: float
    left: float
    filled_at: float

    def take(self, now: float) -> bool:
        """Take one where there is one."""
        passed = max(now - self.filled_at, 0.0)
        self.left = min(self.most, self.left + passed * self.most / self.period)
        self.filled_at = now
        if self.left < 1.0:
            return False
        self.left -= 1.0
        return True

    def whole_at(self) -> float:
        """Give when the allowance is whole again."""
        return self.filled_at + (self.most - self.left) * self.period / self.most


@dataclass(slots=True)
class _Network:
    arrivals: _Bucket
    messages: _Bucket
    open: int = 0


@dataclass
class Clients:
    """Counts by network. Time is a monotonic clock's, in seconds, so that no clock change helps."""

    limits: Limits
    clock: Callable[[], float] = time.monotonic
    _networks: dict[str, _Network] = field(default_factory=dict)
    _tidied: float = 0.0
    _tidy_at: int = _TIDY_NUMBER

    def arrive(self, client: str) -> bool:
        """Let a client in, or give False. Whoever was let in must `leave`."""
        if self.trusted(client):
            return True
        now = self.clock()
        self._tidy(now)
        network = self._network(client, now)
        if network.open >= self.limits.network_connections or not network.arrivals.take(now):
            return False
        network.open += 1
        return True

    def leave(self, client: str) -> None:
        """Note that a client that was let in has gone."""
        network = self._networks.get(network_of(client))
        if network is not None and network.open:
            network.open -= 1

    def may_send(self, client: str) -> bool:
        """Take one message from a network's allowance, or give False."""
        now = self.clock()
        return self.trusted(client) or self._network(client, now).messages.take(now)

    def _network(self, client: str, now: float) -> _Network:
        name = network_of(client)
        if name not in self._networks:
            rate, messages = self.limits.network_rate, self.limits.network_messages
            self._networks[name] = _Network(
                _Bucket(rate, _MINUTE, rate, now), _Bucket(messages, _HOUR, messages, now)
            )
        return self._networks[name]

    def trusted(self, client: str) -> bool:
        """Tell whether a client has no limits of its own."""
        if not self.limits.trusted:
            return False
        address = _address(client)
        return address is not None and any(address in network for network in self.limits.trusted)

    def _tidy(self, now: float) -> None:
        if now - self._tidied < _TIDY_SECONDS and len(self._networks) < self._tidy_at:
            return
        self._tidied = now
        self._networks = {
            name: it
            for name, it in self._networks.items()
            if it.open or max(it.arrivals.whole_at(), it.messages.whole_at()) > now
        }
        self._tidy_at = len(self._networks) + _TIDY_NUMBER


@lru_cache(4096)
def network_of(client: str) -> str:
    """Give the network of an IP address as text; what is no address is a network of its own."""
    address = _address(client)
    if address is None:
        return client
    return str(ipaddress.ip_network((address, _PREFIX[address.version]), strict=False))


def _address(client: str) -> Address | None:
    try:
        return ipaddress.ip_address(client)
    except ValueError:
        return None
