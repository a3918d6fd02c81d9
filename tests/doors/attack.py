"""Attacks a door in a process of its own, and measures what becomes of it and of honest clients."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from doors.attackers import Attack, some_source
from doors.lone_door import ENVIRON, ROOT, LoneDoor
from doors.running_door import RECIPIENT

from ingest.admit import Rules
from ingest.limits import Limits
from running import wait_until

#: What is promised: bytes of memory at most, seconds within which 99 of 100 get their answer.
MOST_MEMORY = 512 << 20
LONGEST_EHLO = 0.25
#: As an operator has them who sets nothing: hostile clients come from networks enough.
RULES = Rules(
    recipients=(RECIPIENT,), hostname="desk.example", max_size=26_214_400, max_recipients=10
)


@dataclass
class HonestClients:
    """Come one after the other while the block runs, from ever new networks, and say EHLO."""

    port: int
    pause: float = 0.05
    #: Seconds from connecting to the answer to EHLO, for each that was served.
    seconds: list[float] = field(default_factory=list)
    #: How many were told to come later, or nothing.
    refused: int = 0

    def __enter__(self) -> Self:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._come)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(60)

    def _come(self) -> None:
        while not self._stop.wait(self.pause):
            begun = time.monotonic()
            if self._is_served():
                self.seconds.append(time.monotonic() - begun)
            else:
                self.refused += 1

    def _is_served(self) -> bool:
        address = ("127.0.0.1", self.port)
        try:
            with socket.create_connection(address, 30, (some_source(), 0)) as client:
                if not client.recv(1000).startswith(b"220"):
                    return False
                client.sendall(b"EHLO honest.example\r\n")
                answer = client.recv(1000)
                client.sendall(b"QUIT\r\n")
                return answer.startswith(b"250")
        except OSError:
            return False

    def slowest(self, part: float) -> float:
        """Give how long the slowest of this part of them waited, as 0.99."""
        ordered = sorted(self.seconds)
        return ordered[min(int(len(ordered) * part), len(ordered) - 1)] if ordered else float("inf")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an attack did to the door."""

    attack: Attack
    #: Connections that the attackers made, or tried to make.
    tried: int
    #: Bytes that the door had in memory at most.
    memory: int
    honest: HonestClients
    #: Whether the door has let go of every connection some seconds after.
    recovered: bool

    HEADINGS = (
        "attack",
        "clients",
        "connections",
        "memory MiB",
        "EHLO p50 ms",
        "p99",
        "served",
        "refused",
    )

    def row(self) -> tuple[object, ...]:
        """Give the cells of a table."""
        half, most = (1000 * self.honest.slowest(part) for part in (0.5, 0.99))
        served, refused = len(self.honest.seconds), self.honest.refused
        numbers = (self.attack.clients, self.tried, self.memory >> 20)
        return self.attack.name, *numbers, f"{half:.1f}", f"{most:.1f}", served, refused


def attacked(attack: Attack, folder: Path, seconds: float, settle: float = 20) -> Outcome:
    """Attack a fresh door for so long, with its default limits; then wait until it is free."""
    door = LoneDoor(folder / "spool", rules=RULES, limits=Limits(), certificate=certificate(folder))
    try:
        door.start()
        wait_until(door.greets, 20, "the door greets")
        before = _descriptors(door.pid)
        with HonestClients(door.port) as honest:
            tried = _run(attack, door.port, seconds)
        end = time.monotonic() + settle
        while _descriptors(door.pid) > before and time.monotonic() < end:
            time.sleep(0.1)
        return Outcome(
            attack=attack,
            tried=tried,
            memory=_peak(door.pid),
            honest=honest,
            recovered=_descriptors(door.pid) <= before and door.greets(),
        )
    finally:
        door.close()


def _run(attack: Attack, port: int, seconds: float) -> int:
    # They would not take the door's processor from it: they are on other machines.
    words = [
        "nice",
        "-n",
        "15",
        sys.executable,
        "-m",
        "doors.attackers",
        attack.name,
        str(port),
        str(seconds),
    ]
    run = subprocess.run(
        words, check=True, stdout=subprocess.PIPE, env=ENVIRON, cwd=ROOT, timeout=seconds + 60
    )
    return int(run.stdout)


def _peak(pid: int) -> int:
    """Give the most memory that a process had, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM"))


def _descriptors(pid: int) -> int:
    """Count the connections of a process."""
    links = Path(f"/proc/{pid}/fd").iterdir()
    return sum(1 for link in links if _target(link).startswith("socket:"))


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""


def certificate(folder: Path, name: str = "door", days: int = 2) -> tuple[Path, Path]:
    """Make a certificate that nobody trusts, and give its two files."""
    folder.mkdir(exist_ok=True)
    chain, key = folder / f"{name}.pem", folder / f"{name}.key"
    words = ["openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt"]
    words += ["ec_paramgen_curve:prime256v1", "-keyout", str(key), "-out", str(chain)]
    words += ["-days", str(days), "-subj", f"/CN={name}.example"]
    subprocess.run(words, check=True, capture_output=True)
    return chain, key
