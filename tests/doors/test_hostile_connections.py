"""Hostile connections: too many, from too few, idle, deaf, and gone at the wrong moment."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from doors.fixtures import kept
from doors.lone_door import LoneDoor
from doors.running_door import LIMITS, RECIPIENT, RULES, Client, RunningDoor, stuffed

from casefile.ports import Draft
from ingest.dialogue import LINGER_SECONDS
from ingest.door import Door
from ingest.limits import Limits
from ingest.spool import DirectorySpool
from running import wait_until

MAIL = b"Subject: one\r\n\r\nwords\r\n"
KEPT = "250 2.0.0 kept as "


@contextmanager
def clients(port: int, sources: Sequence[str]) -> Iterator[list[Client]]:
    """Connect from each of these addresses; all stay until the block ends."""
    with ExitStack() as stack:
        yield [stack.enter_context(Client(port, source)) for source in sources]


def networks(number: int, each: int = 1, start: int = 0) -> list[str]:
    """Give addresses in so many networks (/24), so many in each."""
    places = range(start, start + number)
    return [f"127.{1 + it // 250}.{it % 250}.{host + 1}" for it in places for host in range(each)]


def counted(connected: list[Client]) -> dict[str, int]:
    """Count the clients by the code that they were greeted with."""
    told = [client.greeting[:3] for client in connected]
    return {code: told.count(code) for code in set(told)}


def reaches_data(client: Client) -> bool:
    """Tell whether a client that may have been left can begin a message."""
    try:
        return client.until_data().startswith("354 ")
    except OSError:
        return False


class TestNumbers:
    def test_of_five_hundred_from_one_network_ten_stay(self, spool: DirectorySpool) -> None:
        """Case 7: the others get 421, and whoever comes from elsewhere is served at once."""
        limits = Limits(network_rate=1000)
        one = [f"127.9.9.{1 + number % 250}" for number in range(500)]
        with RunningDoor(spool, limits=limits) as door, clients(door.port, one) as connected:
            assert counted(connected) == {"220": 10, "421": 490}
            assert connected[-1].greeting.startswith("421 4.7.0 ")
            begun = time.monotonic()
            with Client(door.port, "127.9.8.1") as honest:
                assert honest.say("EHLO a").startswith("250")
            assert time.monotonic() - begun < 1

    def test_of_five_hundred_from_many_networks_two_hundred_stay_and_others_are_served(
        self, spool: DirectorySpool
    ) -> None:
        """Case 7: where all places are taken, the longest silent loses its own to who comes."""
        many = networks(50, each=10)
        with RunningDoor(spool, limits=Limits()) as door, ExitStack() as stack:
            connected = [stack.enter_context(Client(door.port, source)) for source in many]
            time.sleep(0.5)
            assert len(door._door._dialogues) == Limits().connections
            assert {client.greeting[:4] for client in connected} <= {"220 ", "421 "}
            for source in networks(20, start=400):
                begun = time.monotonic()
                with Client(door.port, source) as honest:
                    assert honest.until_data().startswith("354 ")
                    honest.send(stuffed(MAIL))
                    assert honest.reply().startswith(KEPT)
                assert time.monotonic() - begun < 1

    def test_who_speaks_keeps_the_place_that_the_silent_lose(self, spool: DirectorySpool) -> None:
        limits = replace(LIMITS, connections=3)
        with RunningDoor(spool, limits=limits) as door, ExitStack() as stack:
            silent, speaking, sending = (stack.enter_context(Client(door.port)) for _ in range(3))
            sending.until_data()
            time.sleep(0.4)
            speaking.say("EHLO a")
            with Client(door.port) as late:
                assert late.greeting.startswith("220 ")
                assert silent.reply().startswith("421 4.3.2 ")
                with Client(door.port) as too_late:
                    assert too_late.greeting.startswith("421 4.3.2 ")
                sending.send(stuffed(MAIL))
                assert sending.reply().startswith(KEPT)
                assert speaking.say("NOOP").startswith("250 ")

    def test_connections_a_minute_are_counted_by_network(self, spool: DirectorySpool) -> None:
        limits = Limits(network_rate=5)
        with RunningDoor(spool, limits=limits) as door:
            told = []
            for source in [*networks(1, each=8), "127.200.1.1"]:
                with Client(door.port, source) as client:
                    told.append(client.greeting[:9])
        assert told[5:8] == ["421 4.7.0"] * 3
        assert {told[0], told[4], told[8]} == {"220 desk."}

    def test_messages_an_hour_are_counted_by_network(self, spool: DirectorySpool) -> None:
        """450 at DATA: the mail stays with its sender, who comes back."""
        with RunningDoor(spool, limits=Limits(network_messages=2)) as door:
            for source, reply in [
                ("127.3.3.1", "354"),
                ("127.3.3.2", "354"),
                ("127.3.3.3", "450"),
                ("127.3.4.1", "354"),
            ]:
                with Client(door.port, source) as client:
                    assert client.until_data()[:3] == reply

    def test_where_most_places_are_taken_patience_is_short(self, spool: DirectorySpool) -> None:
        """Four of five taken: seconds instead of a minute, for those who are here already."""
        limits = replace(LIMITS, connections=5, stress_percent=80, stress_seconds=0.5)
        with RunningDoor(spool, limits=limits) as door, ExitStack() as stack:
            sending, silent, speaking = (stack.enter_context(Client(door.port)) for _ in range(3))
            sending.until_data()
            time.sleep(1)
            assert speaking.say("NOOP").startswith("250 ")
            begun = time.monotonic()
            stack.enter_context(Client(door.port))
            assert silent.reply().startswith("421 4.4.2 ")
            assert sending.reply().startswith("421 4.4.2 ")
            assert time.monotonic() - begun < 3
            assert speaking.say("NOOP").startswith("250 ")

    def test_where_most_places_are_taken_one_mistake_is_one_too_many(
        self, spool: DirectorySpool
    ) -> None:
        limits = replace(LIMITS, connections=5, stress_percent=80, stress_errors=1)
        with RunningDoor(spool, limits=limits) as door, ExitStack() as stack:
            calm, *others = (stack.enter_context(Client(door.port)) for _ in range(3))
            assert calm.say("DATA").startswith("503 ")
            assert calm.say("NOOP").startswith("250 ")
            stack.enter_context(Client(door.port))
            assert others[0].say("RCPT TO:<a@b>").startswith("503 ")
            assert others[0].reply().startswith("421 4.7.0 ")

    def test_that_all_places_are_taken_is_said_once(
        self, spool: DirectorySpool, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A log that grows with each refusal would be an attack on the disk."""
        with caplog.at_level(logging.WARNING):
            limits, many = replace(LIMITS, connections=2), ["127.0.0.1"] * 40
            with RunningDoor(spool, limits=limits) as door, clients(door.port, many) as connected:
                assert connected[-1].greeting.startswith("421 4.3.2 ")
        assert caplog.text.count("full at 2 dialogues") == 1


class TestPartings:
    @pytest.mark.parametrize("how", ["closes", "half-closes", "resets"])
    def test_a_mail_is_kept_once_its_end_has_come(self, tmp_path: Path, how: str) -> None:
        """Cases 18 and 19: whatever the client does while its mail is being written."""
        spool = SlowSpool(tmp_path / "spool", min_free=0)
        with RunningDoor(spool) as door:
            with Client(door.port) as client:
                client.until_data()
                client.send(stuffed(MAIL))
                assert spool.begun.wait(10)
                if how == "resets":
                    linger = b"\1\0\0\0\0\0\0\0"
                    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                elif how == "half-closes":
                    client.socket.shutdown(socket.SHUT_WR)
                    spool.going_on.set()
                    assert client.reply().startswith(KEPT)
            spool.going_on.set()
            wait_until(lambda: kept(spool) == [MAIL], 10, "it is kept")
            wait_until(lambda: not door._door._dialogues, 10, "its place is free")
        assert kept(spool) == [MAIL]

    def test_who_does_not_read_is_dropped(self, spool: DirectorySpool) -> None:
        """Replies that nobody takes hold no place: not even the farewell is waited for."""
        limits = replace(LIMITS, command_seconds=0.5)
        with RunningDoor(spool, limits=limits) as door, Client(door.port) as client:
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            client.socket.settimeout(0.5)
            with pytest.raises(TimeoutError):
                client.send(b"HELP\r\n" * 2_000_000)
            assert door._door._dialogues
            patience = limits.command_seconds + LINGER_SECONDS + 5
            wait_until(lambda: not door._door._dialogues, patience, "it is dropped")

    def test_no_client_is_late_while_the_disk_is(self, tmp_path: Path) -> None:
        """Clocks go on for others while a disk hangs, and stand still for who waits for it."""
        spool = SlowSpool(tmp_path / "spool", min_free=0)
        limits = replace(LIMITS, command_seconds=0.4, data_grace=0.4, data_seconds=0.4)
        with RunningDoor(spool, limits=limits) as door, ExitStack() as stack:
            sending, idle = (stack.enter_context(Client(door.port)) for _ in range(2))
            sending.until_data()
            sending.send(stuffed(MAIL))
            assert spool.begun.wait(10)
            assert idle.reply().startswith("421 4.4.2 ")
            time.sleep(1)
            spool.going_on.set()
            assert sending.reply().startswith(KEPT)


class SlowSpool(DirectorySpool):
    """A spool on a disk that hangs until the test lets it go on."""

    def __init__(self, root: Path, *, min_free: int) -> None:
        super().__init__(root, min_free=min_free)
        self.begun, self.going_on = threading.Event(), threading.Event()

    def keep(self, drafts: Sequence[Draft]) -> list[str]:
        self.begun.set()
        assert self.going_on.wait(20)
        return super().keep(drafts)

    def check_room(self, size: int) -> None:
        if self.begun.is_set():
            self.going_on.wait(20)
        super().check_room(size)


class BlindSpool(DirectorySpool):
    """A spool with a mistake where the door looks at it now and then."""

    looks = 0

    def check_room(self, size: int) -> None:
        self.looks += 1
        if self.looks > 1:
            raise RuntimeError(size)


def test_a_door_whose_clocks_have_stopped_does_not_stay_open(tmp_path: Path) -> None:
    """Its parent starts another; a door without deadlines would fill up and stay full."""
    door = Door(
        spool=BlindSpool(tmp_path / "spool", min_free=0),
        rules=RULES,
        limits=LIMITS,
        stored=lambda _: None,
    )

    async def serve() -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        await asyncio.wait_for(door.serve(listener, asyncio.Event()), 10)

    with pytest.raises(RuntimeError, match=r"^\d+$"):
        asyncio.run(serve())


def test_few_descriptors_are_never_used_up(tmp_path: Path) -> None:
    """Case 21: with 256 of them 85 are served, and mail is kept, while hundreds press in."""
    narrow = ("sh", "-c", 'ulimit -n 256; exec "$0" "$@"')
    log = tmp_path / "log"
    door = LoneDoor(tmp_path / "spool", limits=Limits(), wrapped=narrow, log=log)
    try:
        door.start()
        wait_until(door.greets, 20, "it greets")
        with clients(door.port, networks(300)) as connected:
            assert sum(it.greeting.startswith("220 ") for it in connected) >= 85
            large = [it for it in connected if reaches_data(it)]
            for client in large:
                client.send(b"x" * 300_000 + b"\r\n")
            for client in large:
                client.send(b".\r\n")
            assert [it for it in large if not it.reply().startswith(KEPT)] == []
            assert len(large) > 20
        wait_until(door.greets, 20, "it greets again")
        assert len(kept(DirectorySpool(tmp_path / "spool", min_free=0))) == len(large)
        assert door.runs()
    finally:
        door.close()
    assert "Traceback" not in log.read_text()
    assert RECIPIENT not in log.read_text()
