from __future__ import annotations

import logging
import shutil
import socket
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from doors.running_door import LIMITS, RECIPIENT, Client, RunningDoor, stuffed

from casefile.ports import Draft
from ingest.door import PARTING_SECONDS
from ingest.limits import Limits
from ingest.spool import DirectorySpool
from ingest.status import GONE

SENDER = "reporter@post.example"
MAIL = b"Subject: one\r\n\r\nwords\r\n"
KEPT = "250 2.0.0 kept as "


class SlowSpool(DirectorySpool):
    """A directory on a disk that takes its time."""

    seconds = 0.4

    def keep(self, drafts: Sequence[Draft]) -> list[str]:
        time.sleep(self.seconds)
        return super().keep(drafts)


class OddSpool(DirectorySpool):
    """A spool with a mistake in it: it raises what no port speaks of."""

    def keep(self, drafts: Sequence[Draft]) -> list[str]:
        raise ValueError(f"a secret of {drafts[0].envelope.sender}\r\n250 OK")


def kept(spool: DirectorySpool) -> list[bytes]:
    return [spool.get(key).raw for key in spool.keys()]  # noqa: SIM118 - the port's method


def wait_for(spool: DirectorySpool, number: int) -> list[bytes]:
    """Give what is kept, once so many are there; at most five seconds are waited."""
    end = time.monotonic() + 5
    while len(list(spool.keys())) < number and time.monotonic() < end:
        time.sleep(0.01)
    return kept(spool)


class TestTrouble:
    def send_one(self, door: RunningDoor) -> str:
        with Client(door.port) as client:
            client.say("EHLO mx.post.example")
            reply = client.say(f"MAIL FROM:<{SENDER}>")
            if reply.startswith("250 "):
                client.say(f"RCPT TO:<{RECIPIENT}>", "DATA")
                client.send(stuffed(MAIL))
                reply = client.reply()
            return reply

    def send_until_kept(self, door: RunningDoor) -> str:
        end = time.monotonic() + 5
        while not (reply := self.send_one(door)).startswith(KEPT) and time.monotonic() < end:
            time.sleep(0.1)
        return reply

    def test_a_spool_that_is_gone_is_451_and_its_return_is_noticed(
        self, door: RunningDoor, spool: DirectorySpool, tmp_path: Path
    ) -> None:
        (tmp_path / "spool").rename(tmp_path / "away")
        assert self.send_one(door).startswith("451 4.3.0 ")
        (tmp_path / "away").rename(tmp_path / "spool")
        assert self.send_until_kept(door).startswith(KEPT)
        assert kept(spool) == [MAIL]

    @pytest.mark.parametrize("how", ["removed", "moved"])
    def test_a_segment_that_loses_its_name_is_451_and_the_next_mail_is_kept(
        self, door: RunningDoor, spool: DirectorySpool, tmp_path: Path, how: str
    ) -> None:
        """What is written to a file that nobody will find is not kept."""
        assert self.send_one(door).startswith(KEPT)
        [segment] = (tmp_path / "spool").glob("new/*/*.mails")
        if how == "removed":
            segment.unlink()
        else:
            segment.rename(tmp_path / "elsewhere")
        assert self.send_one(door).startswith("451 4.3.0 ")
        assert self.send_one(door).startswith(KEPT)
        assert kept(spool) == [MAIL]

    def test_a_spool_that_was_removed_is_451(self, door: RunningDoor, tmp_path: Path) -> None:
        shutil.rmtree(tmp_path / "spool")
        assert self.send_one(door).startswith("451 4.3.0 ")
        assert door.hints == []

    def test_a_disk_without_room_is_452_before_the_message_comes_and_again_250_after(
        self, tmp_path: Path
    ) -> None:
        spool = DirectorySpool(tmp_path / "spool", min_free=2**62)
        with RunningDoor(spool) as door, Client(door.port) as client:
            client.say("EHLO mx")
            assert client.say(f"MAIL FROM:<{SENDER}>").startswith("452 4.3.1 ")
            spool._room._min_free = 0
            end = time.monotonic() + 30
            while not client.say(f"MAIL FROM:<{SENDER}>").startswith("250 "):
                assert time.monotonic() < end
                time.sleep(0.6)

    def test_a_disk_that_fills_while_a_message_comes_is_452(
        self, door: RunningDoor, spool: DirectorySpool
    ) -> None:
        with Client(door.port) as client:
            client.until_data()
            spool._room._min_free = 2**62
            client.send(stuffed(MAIL))
            assert client.reply().startswith("452 4.3.1 ")

    def test_any_surprise_is_451_in_words_of_our_own(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.DEBUG), RunningDoor(OddSpool(tmp_path, min_free=0)) as door:
            reply = self.send_one(door)
        assert reply.startswith("451 4.3.0 ")
        assert "secret" not in reply
        assert "ValueError" in caplog.text
        assert "secret" not in caplog.text

    def test_a_hint_that_fails_does_not_cost_the_250(
        self, door: RunningDoor, caplog: pytest.LogCaptureFixture
    ) -> None:
        door._door._committer._stored = lambda _: 1 / 0
        assert self.send_one(door).startswith(KEPT)
        assert "ZeroDivisionError" in caplog.text

    def test_the_logs_carry_the_key_and_no_address(
        self, door: RunningDoor, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.DEBUG):
            key = self.send_one(door).removeprefix(KEPT)
        assert key in caplog.text
        for secret in (SENDER, RECIPIENT, "127.0.0.1", "words"):
            assert secret not in caplog.text


class TestPartings:
    @pytest.mark.parametrize("how", ["half-close", "reset", "close"])
    def test_a_client_that_leaves_after_the_final_dot_has_its_mail_kept(
        self, tmp_path: Path, how: str
    ) -> None:
        spool = SlowSpool(tmp_path / "spool", min_free=0)
        with RunningDoor(spool) as door:
            client = Client(door.port)
            client.until_data()
            client.send(stuffed(MAIL))
            if how == "reset":
                time.sleep(0.1)  # so that the bytes are read before they are taken back
                linger = b"\1\0\0\0\0\0\0\0"
                client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            elif how == "half-close":
                client.socket.shutdown(socket.SHUT_WR)
                assert client.reply().startswith(KEPT)
            client.__exit__()
            assert wait_for(spool, 1) == [MAIL]
        assert door.hints == list(spool.keys())

    def test_a_client_that_leaves_before_the_final_dot_has_said_nothing(
        self, door: RunningDoor, spool: DirectorySpool
    ) -> None:
        with Client(door.port) as client:
            client.until_data()
            client.send(MAIL)
            client.socket.shutdown(socket.SHUT_WR)
            assert client.reply() in {"", GONE}
        with Client(door.port) as client:
            assert client.say("EHLO mx").startswith("250")
        assert kept(spool) == []

    def test_a_client_that_says_nothing_is_left(self, spool: DirectorySpool) -> None:
        limits = Limits(command_seconds=0.2)
        with RunningDoor(spool, limits=limits) as door, Client(door.port) as client:
            assert client.reply().startswith("421 4.4.2 ")
            assert client.reply() == ""

    def test_a_client_that_says_a_command_byte_by_byte_is_left(self, spool: DirectorySpool) -> None:
        limits = Limits(command_seconds=0.5)
        with RunningDoor(spool, limits=limits) as door, Client(door.port) as client:
            begun = time.monotonic()
            client.socket.settimeout(0.05)
            while time.monotonic() - begun < 5:
                client.send(b"N")
                try:
                    heard = client.socket.recv(100)
                except TimeoutError:
                    continue
                break
            assert heard.startswith(b"421 4.4.2 ")
            assert time.monotonic() - begun < 3

    def test_a_client_that_talks_for_ever_is_left(self, spool: DirectorySpool) -> None:
        limits = replace(LIMITS, dialogue_seconds=0.5)
        with RunningDoor(spool, limits=limits) as door, Client(door.port) as client:
            replies = []
            while (reply := client.say("NOOP")).startswith("250"):
                replies.append(reply)
                time.sleep(0.02)
            assert reply.startswith("421 4.4.2 ")
            assert len(replies) > 3

    def test_a_message_that_comes_too_slowly_is_left(self, spool: DirectorySpool) -> None:
        limits = Limits(data_grace=0.3, data_rate=100)
        with RunningDoor(spool, limits=limits) as door, Client(door.port) as client:
            client.until_data()
            client.send(b"x" * 50)  # is half a second more
            begun = time.monotonic()
            assert client.reply().startswith("421 4.4.2 ")
            assert 0.6 < time.monotonic() - begun < 5

    def test_a_slow_message_that_is_fast_enough_is_kept(self, spool: DirectorySpool) -> None:
        limits = Limits(command_seconds=0.3, data_grace=0.3, data_rate=100)
        with RunningDoor(spool, limits=limits) as door, Client(door.port) as client:
            client.until_data()
            for _ in range(6):
                time.sleep(0.1)
                client.send(b"slowly, " * 2)
            client.send(b"\r\n.\r\n")
            assert client.reply().startswith(KEPT)


class TestStopping:
    def test_idle_clients_are_told_at_once_and_nobody_new_is_let_in(
        self, spool: DirectorySpool
    ) -> None:
        with RunningDoor(spool, drain_seconds=30) as door, Client(door.port) as client:
            client.say("EHLO mx")
            begun = time.monotonic()
            door.stop()
            assert client.reply().startswith("421 4.3.2 ")
            door.join()
            assert time.monotonic() - begun < 2
            with pytest.raises(ConnectionError):
                Client(door.port)

    def test_an_open_transaction_may_end_and_its_client_is_then_told(
        self, spool: DirectorySpool
    ) -> None:
        with RunningDoor(spool, drain_seconds=30) as door, Client(door.port) as client:
            client.until_data()
            door.stop()
            time.sleep(0.1)
            client.send(stuffed(MAIL))
            assert client.reply().startswith(KEPT)
            assert client.reply().startswith("421 4.3.2 ")
            door.join()
        assert kept(spool) == [MAIL]

    def test_a_transaction_that_does_not_end_is_ended(self, spool: DirectorySpool) -> None:
        with RunningDoor(spool, drain_seconds=0.2) as door, Client(door.port) as client:
            client.until_data()
            client.send(b"half a mail")
            door.stop()
            assert client.reply().startswith("421 4.3.2 ")
            door.join()
        assert kept(spool) == []

    def test_a_mail_whose_final_dot_has_come_is_kept_and_answered_in_any_case(
        self, tmp_path: Path
    ) -> None:
        spool = SlowSpool(tmp_path / "spool", min_free=0)
        spool.seconds = PARTING_SECONDS + 0.5
        with RunningDoor(spool, drain_seconds=0.0) as door, Client(door.port) as client:
            client.until_data()
            client.send(stuffed(MAIL))
            time.sleep(0.1)
            door.stop()
            assert client.reply().startswith(KEPT)
            door.join()
        assert kept(spool) == [MAIL]

    def test_stopping_under_load_loses_nothing_that_was_answered(
        self, spool: DirectorySpool
    ) -> None:
        answered: list[str] = []
        going = threading.Event()

        def talk(port: int) -> None:
            with Client(port) as client:
                while client.until_data().startswith("354 "):
                    client.send(stuffed(MAIL))
                    reply = client.reply()
                    if not reply.startswith(KEPT):
                        return
                    answered.append(reply.removeprefix(KEPT))
                    going.set()

        with RunningDoor(spool) as door, ThreadPoolExecutor(6) as pool:
            talks = [pool.submit(talk, door.port) for _ in range(6)]
            going.wait(10)
            time.sleep(0.2)
            door.stop()
            for finished in talks:
                finished.exception(20)
        assert answered
        assert sorted(answered) == list(spool.keys()) == sorted(door.hints)
