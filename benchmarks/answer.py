"""How many replies are composed and signed in a second of one core, and how soon one is on its way.

Prints ours, the peer and the limits from one run: signing by dkimpy alone, by us alone, and the
bare RSA of OpenSSL under both; then a whole desk at a steady rate of forwards, from the 250 of the
door to the last dot of the reply at a smarthost, and how much of the processor each process took:
that tells what a machine can do which has nothing else to do. Machines are noisy: read the ratios.
"""

from __future__ import annotations

import argparse
import smtplib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dkim
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from composing import SAM, composer, decision
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bulk_mail import forward
from casefile.reply import MAINS, Reply
from desk.pipeline import now_utc
from makers import at, cover
from processor_time import children_of, seconds_of
from responders.dkim import Signer, read_key
from running import ROOT, RunningDesk, free_port, running_desk
from samples.forwards_sent import FORCE
from services.keys import make_key

#: What the desk promises: replies a second of one core, and seconds until one is on its way.
WANTED_RATE, WANTED_SECONDS = 700, 5.0
OURS = "mercia-vale.example"
#: The force's own mail server, which says who is proven.
VOUCHER = "mx.mercia-vale.example"
PROVEN = (
    f"Authentication-Results: {VOUCHER}; dmarc=pass header.from=reporter.example\r\n"
    f"Received: from phone.example by {VOUCHER}; Tue, 24 Nov 2026 12:00:00 +0000\r\n"
).encode()
#: Seconds to wait for replies after the last forward.
PATIENCE = 60
#: So many are answered first: a desk that has just started is still loading what it reads with.
WARMING = 40


def rate(call: Callable[[int], object], seconds: float) -> float:
    """Give how often a second of this process's processor time it can be called: the best of 3."""
    return max(_rate(call, seconds / 3) for _ in range(3))


def _rate(call: Callable[[int], object], seconds: float) -> float:
    count, start = 0, time.process_time()
    while (spent := time.process_time() - start) < seconds:
        call(count)
        count += 1
    return count / spent


def composing(folder: Path, seconds: float) -> list[tuple[str, float]]:
    """Measure each step alone, and both together."""
    make_key(folder / "key.pem", "desk")
    key = read_key(folder / "key.pem", "desk", "DESK_DKIM_KEY")
    signer, maker = Signer(domain=OURS, keys=(key,)), composer("mercia-vale")
    made = [decision(main) for main in MAINS]
    letters = [_reply(maker.compose, it) for it in made]
    pem = (folder / "key.pem").read_bytes()
    private = serialization.load_pem_private_key(pem, None)
    assert isinstance(private, rsa.RSAPrivateKey)
    many = len(made)

    def both(number: int) -> bytes:
        return signer.sign(_reply(maker.compose, made[number % many]).message)

    def peer(number: int) -> bytes:
        return bytes(dkim.sign(letters[number % many].message, b"desk", OURS.encode(), pem))

    def bare(number: int) -> bytes:
        message = letters[number % many].message
        return private.sign(message, padding.PKCS1v15(), hashes.SHA256())

    steps: list[tuple[str, Callable[[int], object]]] = [
        (
            "composed and signed",
            lambda it: signer.sign(_reply(maker.compose, made[it % many]).message),
        ),
        ("composed alone", lambda it: _reply(maker.compose, made[it % many])),
        ("signed alone", lambda it: signer.sign(letters[it % many].message)),
        ("peer: signed by dkimpy", peer),
        ("limit: RSA-2048 of OpenSSL alone", bare),
    ]
    return [(name, rate(call, seconds)) for name, call in steps]


def _reply(compose: Callable[..., Reply], made: object) -> Reply:
    return compose(made, recipient=at(SAM), cover=cover(), now=now_utc())


class Arrivals:
    """A smarthost that notes when each reporter's reply has arrived, and keeps nothing."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Note it."""
        self.at[envelope.rcpt_tos[0]] = time.monotonic()
        return "250 OK"


@contextmanager
def smarthost() -> Iterator[tuple[Arrivals, int]]:
    """Run it in a thread. Gives what it noted, and its port."""
    noted, port = Arrivals(), free_port()
    controller = Controller(noted, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield noted, port
    finally:
        controller.stop()


@dataclass(frozen=True, kw_only=True)
class Run:
    """What was measured of a whole desk."""

    #: Seconds from 250 to arrival, in order.
    latencies: list[float]
    missing: int
    #: Milliseconds of the processor for one mail, by process.
    spent: dict[str, float]


def latencies(folder: Path, per_second: int, seconds: int) -> Run:
    """Send forwards at a rate, to a desk that has answered some already."""
    make_key(folder / "key.pem", "desk")
    mails = [forward(number) for number in range(per_second * seconds)]
    early = [forward(10_000_000 + number) for number in range(WARMING)]
    lmtp = free_port()
    with smarthost() as (arrivals, port):
        environ = {
            "DESK_SMARTHOST": f"127.0.0.1:{port}",
            "DESK_PROFILE": str(ROOT / "profiles" / "mercia-vale.toml"),
            "DESK_DOMAIN": f"desk.{OURS}",
            "DESK_DKIM_KEY": str(folder / "key.pem"),
            "DESK_DKIM_SELECTOR": "desk",
            "DESK_AUTHENTICATION": "required",
            "DESK_AUTHSERV_ID": VOUCHER,
            "DESK_LMTP": f"127.0.0.1:{lmtp}",
            "DESK_TRUSTED_NETWORKS": "",
            "DESK_REPLIES_MINUTE": "100000",
            "DESK_REPLIES_HOUR": "1000000",
            "DESK_REPLIES_DAY": "1000000",
            "DESK_REPLIES_DOMAIN_MINUTE": "100000",
        }
        with running_desk(folder / "data", **environ) as desk:
            _sent(lmtp, early, per_second)
            _wait_for(arrivals, WARMING)
            begin = _spent(desk)
            taken = _sent(lmtp, mails, per_second)
            print(f"    {len(mails)} forwards taken in {max(taken.values()) - begin[0]:.1f} s")
            _wait_for(arrivals, WARMING + len(mails))
            end = _spent(desk)
        there = [arrivals.at[it] - taken[it] for it in taken if it in arrivals.at]
    spent = {name: (end[1][name] - begin[1][name]) * 1000 / len(mails) for name in end[1]}
    return Run(latencies=sorted(there), missing=len(mails) - len(there), spent=spent)


def _wait_for(arrivals: Arrivals, count: int) -> None:
    until = time.monotonic() + PATIENCE
    while len(arrivals.at) < count and time.monotonic() < until:
        time.sleep(0.1)


def _spent(desk: RunningDesk) -> tuple[float, dict[str, float]]:
    """Give the time, and the seconds of the processor that each kind of process has used."""
    pids = desk.pids()
    workers = [pid for name, pid in pids.items() if name.startswith("worker-")]
    readers = sum(seconds_of(child) for pid in workers for child in children_of(pid))
    return time.monotonic(), {
        "door": seconds_of(pids["door"]),
        "readers: read, unwrap, examine, judge": readers,
        "workers: place, keep, index": sum(map(seconds_of, workers)) - readers,
        "answerer": seconds_of(pids["answerer"]),
        "sender and smarthost of this measurement": time.process_time(),
    }


def _sent(port: int, mails: list[tuple[str, bytes]], per_second: int) -> dict[str, float]:
    """Hand mails in one after the other, each at its time. Gives when each was taken."""
    taken: dict[str, float] = {}
    start = time.monotonic()
    with smtplib.LMTP("127.0.0.1", port, timeout=60) as client:
        for number, (reporter, raw) in enumerate(mails):
            time.sleep(max(0.0, start + number / per_second - time.monotonic()))
            client.sendmail(reporter, FORCE, PROVEN + raw)
            taken[reporter] = time.monotonic()
    return taken


def main() -> int:
    """Measure, print the tables, and say whether what is promised is kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--seconds", type=float, default=3.0, help="for each line of the first table"
    )
    parser.add_argument("--rate", type=int, default=100, help="forwards a second")
    parser.add_argument("--for", dest="length", type=int, default=10, help="so many seconds")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        rows = composing(Path(place), given.seconds)
        ours = rows[0][1]
        print("replies a second of one core, RSA-2048")
        for name, found in rows:
            print(f"  {name:34} {found:9.0f}   {ours / found:6.2f} of it is ours")
        print(f"  wanted {WANTED_RATE}: {'kept' if ours >= WANTED_RATE else 'NOT kept'}")
        print(f"from the 250 of the door to a smarthost, {given.rate} forwards a second")
        run = latencies(Path(place), given.rate, given.length)
    there = run.latencies
    if not there:
        print("  no reply arrived")
        return 1
    for name, share in (("half", 0.5), ("95 of 100", 0.95), ("99 of 100", 0.99), ("all", 1.0)):
        print(f"  {name:10} within {there[min(int(share * len(there)), len(there) - 1)]:7.2f} s")
    late = sum(it > WANTED_SECONDS for it in there)
    print(f"  {run.missing} not within {PATIENCE} s of the last")
    print(f"  {late} later than {WANTED_SECONDS:g} s")
    _print_spent(run.spent)
    return 0


def _print_spent(spent: dict[str, float]) -> None:
    """Say where the time of the processor went, and what rate that allows on two cores."""
    print("milliseconds of the processor for one mail")
    for name, milliseconds in spent.items():
        print(f"  {name:42} {milliseconds:7.2f}")
    whole = sum(spent.values())
    desk = whole - spent["sender and smarthost of this measurement"]
    for name, milliseconds in (("in all", whole), ("the desk alone", desk)):
        print(f"  {name:42} {milliseconds:7.2f}   {2000 / milliseconds:5.0f} a second on 2 cores")


if __name__ == "__main__":
    sys.exit(main())
