from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_network

import pytest

from ingest.clients import Clients, network_of
from ingest.limits import Limits


@dataclass
class Clock:
    """A monotonic clock that the test winds."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def some(clock: Clock, **limits: object) -> Clients:
    return Clients(Limits(**limits), clock)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("client", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("", ""),
        ("no address", "no address"),
    ],
)
def test_a_network_is_what_one_site_has(client: str, network: str) -> None:
    assert network_of(client) == network


def test_connections_at_a_time_are_counted_by_network(clock: Clock) -> None:
    clients = some(clock, network_connections=2)
    assert [clients.arrive(f"192.0.2.{it}") for it in range(3)] == [True, True, False]
    assert clients.arrive("192.0.3.1")
    clients.leave("192.0.2.200")
    assert clients.arrive("192.0.2.9")


def test_an_allowance_comes_back_evenly(clock: Clock) -> None:
    clients = some(clock, network_rate=30, network_connections=1000)
    assert sum(clients.arrive("192.0.2.1") for _ in range(50)) == 30
    clock.now += 4.1
    assert sum(clients.arrive("192.0.2.1") for _ in range(50)) == 2
    clock.now += 3600
    assert sum(clients.arrive("192.0.2.1") for _ in range(50)) == 30


def test_a_clock_that_goes_back_gives_nothing_away(clock: Clock) -> None:
    clients = some(clock, network_messages=2)
    assert [clients.may_send("192.0.2.1") for _ in range(3)] == [True, True, False]
    clock.now -= 100_000
    assert not clients.may_send("192.0.2.1")


def test_trusted_networks_are_not_counted(clock: Clock) -> None:
    trusted = (ip_network("192.0.2.0/28"),)
    clients = some(clock, trusted=trusted, network_connections=1, network_messages=1)
    assert all(clients.arrive("192.0.2.1") and clients.may_send("192.0.2.1") for _ in range(5))
    assert [clients.arrive("192.0.2.16") for _ in range(2)] == [True, False]
    assert not clients.trusted("no address")


def test_who_left_is_forgotten_once_nothing_is_owed(clock: Clock) -> None:
    clients = some(clock)
    for number in range(100):
        clients.arrive(f"10.0.{number}.1")
        clients.leave(f"10.0.{number}.1")
    clients.arrive("10.9.0.1")
    clock.now += 100
    clients.arrive("10.9.1.1")
    assert set(clients._networks) == {"10.9.0.0/24", "10.9.1.0/24"}


def test_a_flood_from_ever_new_networks_is_not_remembered_for_long(clock: Clock) -> None:
    """Ten thousand networks a second, of which the next minute's would fill the memory."""
    clients = some(clock)
    most = 0
    for number in range(60_000):
        client = f"2001:db8:{number >> 8:x}:{number & 255:x}::1"
        clients.arrive(client)
        clients.leave(client)
        clock.now += 0.0001
        most = max(most, len(clients._networks))
    assert most < 50_000


def test_the_allowance_of_who_stays_is_not_made_whole_by_others(clock: Clock) -> None:
    clients = some(clock, network_connections=1)
    assert clients.arrive("192.0.2.1")
    for number in range(21_000):
        clock.now += 0.01
        clients.arrive(f"10.{number >> 8}.{number & 255}.1")
    assert not clients.arrive("192.0.2.2")
