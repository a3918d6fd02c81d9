"""When a sender is proven, and what becomes of it in the record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from dns_server import SERVFAIL, LocalDns, local_dns, txt

import forwards
from bench import Bench, decision, outbox, paged, walk
from casefile.report import Authentication, Submission
from desk.proof import ASKING, PAUSES, Proof, prove
from ingest.authentic.resolver import Resolver
from ingest.authenticate import GAVE_UP, OPEN, Prover
from makers import envelope
from samples.forwards_sent import FORCE
from samples.originals import BLUFF_EN, WALLET_EN, mail

CLIENT = "203.0.113.66"
SAM = "sam@victim.org"
START = datetime.now(UTC)


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def dns() -> Iterator[LocalDns]:
    """Give a server that knows the victim."""
    with local_dns({"victim.org": txt(f"v=spf1 ip4:{CLIENT} -all")}) as server:
        yield server


def submit(desk: Bench, *, client: str = CLIENT, note: str = "") -> str:
    """Put the victim's forward into the spool. Gives its key."""
    text = BLUFF_EN.format(name="Sam", password="tulip77", amount="1,400", wallet=WALLET_EN)
    raw = forwards.gmail(mail(text, subject="hello"), reporter=SAM, to=FORCE, note=note)
    raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    whole = envelope(sender=SAM, received_at=START, client=client)
    key = desk.spool.put(raw, whole)
    desk.record.receive([key], START)
    return key


def walk_at(desk: Bench, dns: LocalDns, clock: Clock, now: datetime) -> None:
    """Walk everything that is due at a time; each walk has a resolver that remembers nothing."""
    clock.now = now
    prover = Prover(resolver=Resolver([dns.address], seconds=2, try_seconds=0.5))
    walk(desk, authentication="required", prover=prover, clock=clock)


def test_who_is_proven_is_answered(desk: Bench, dns: LocalDns) -> None:
    key = submit(desk)
    walk_at(desk, dns, Clock(), START)

    proof = desk.record.cover(key).authentication
    assert (proof.method, proof.passed, proof.spf) == ("required", True, "pass")
    assert decision(desk, key).state == "sent"
    assert len(outbox(desk)) == 1


def test_who_is_not_is_shown_to_a_person(desk: Bench, dns: LocalDns) -> None:
    key = submit(desk, client="203.0.114.1")
    walk_at(desk, dns, Clock(), START)

    assert decision(desk, key).state == "suppressed"
    assert decision(desk, key).reason == "not authenticated: spf fail, dkim none, dmarc none"
    assert "unanswered" in [it.desk for it in desk.record.waiting()]
    assert outbox(desk) == []


def test_dns_that_comes_back_within_the_hour_is_in_time(desk: Bench, dns: LocalDns) -> None:
    """Meanwhile nothing is decided and nothing sent; a person in danger was paged at once."""
    good, dns.zones["victim.org"] = dns.zones["victim.org"], SERVFAIL
    key, clock = submit(desk, note="I am 14 and I want to die."), Clock()
    walk_at(desk, dns, clock, START)

    assert desk.record.cover(key).authentication.temporary
    assert desk.record.cover(key).authentication.spf == "temperror"
    assert desk.ledger.decision(key) is None
    assert key in paged(desk)
    assert outbox(desk) == []

    dns.asked.clear()
    walk_at(desk, dns, clock, START + timedelta(seconds=30))
    assert dns.asked == []

    dns.zones["victim.org"] = good
    walk_at(desk, dns, clock, START + PAUSES[0])
    assert desk.record.cover(key).authentication.passed
    assert decision(desk, key).state == "sent"
    assert len(outbox(desk)) == 1


def test_dns_that_does_not_come_back_is_given_up_after_an_hour(desk: Bench, dns: LocalDns) -> None:
    dns.zones["victim.org"] = SERVFAIL
    key, clock = submit(desk), Clock()
    now, tries = START, 0
    while desk.ledger.decision(key) is None:
        walk_at(desk, dns, clock, now)
        now += PAUSES[min(tries, len(PAUSES) - 1)]
        tries += 1

    assert tries == len(PAUSES) + 1
    assert clock.now - START == ASKING
    assert decision(desk, key).reason == f"not authenticated: {GAVE_UP}"
    assert not desk.record.cover(key).authentication.temporary
    assert outbox(desk) == []


def test_a_mail_that_waited_longer_gets_a_second_try_all_the_same(
    desk: Bench, dns: LocalDns
) -> None:
    """A desk that was down for hours does not hold one error of DNS against anybody."""
    good, dns.zones["victim.org"] = dns.zones["victim.org"], SERVFAIL
    key, clock = submit(desk), Clock()
    later = START + timedelta(hours=5)
    walk_at(desk, dns, clock, later)
    assert desk.record.cover(key).authentication.spf == "temperror"
    assert desk.ledger.decision(key) is None

    dns.zones["victim.org"] = good
    walk_at(desk, dns, clock, later + PAUSES[0])
    assert decision(desk, key).state == "sent"


def test_the_first_definite_result_is_for_ever(desk: Bench, dns: LocalDns) -> None:
    """Once somebody is proven, neither a change of their zone nor a replay asks again."""
    key = submit(desk)
    walk_at(desk, dns, Clock(), START)
    proof = desk.record.cover(key).authentication
    dns.zones["victim.org"] = txt("v=spf1 -all")
    dns.asked.clear()

    desk.index.clear()
    walk_at(desk, dns, Clock(), START + timedelta(hours=1))

    assert desk.record.cover(key).authentication == proof
    assert dns.asked == []
    assert len(outbox(desk)) == 1


def test_triage_asks_nobody(desk: Bench, dns: LocalDns) -> None:
    """Reading, paging and indexing are done before a single question leaves."""
    key = submit(desk)
    pipeline = desk.pipeline(desk.queue)
    pipeline = replace(
        pipeline,
        authentication="required",
        prover=Prover(resolver=Resolver([dns.address])),
    )
    pipeline.triage(pipeline.record.take("triage", [key], "test", START))

    assert desk.record.stage(key) == "triaged"
    assert desk.record.cover(key).authentication.reason == OPEN
    assert desk.index.count() == 1
    assert dns.asked == []


def test_senders_wait_for_dns_and_not_for_each_other() -> None:
    """All of a batch are asked for at once: one after the other, none would get past the first."""
    together = Barrier(4)
    proven = Authentication(method="required", passed=True, reason="spf pass")

    class Slow(Prover):
        def prove(self, submission: Submission) -> Authentication:  # noqa: ARG002 - nobody is read
            together.wait(20)
            return proven

    mails = [
        Submission(key=f"k{number}", envelope=envelope(sender=SAM), raw=b"", sha256="")
        for number in range(4)
    ]
    proofs = prove(Slow(resolver=Resolver()), [(it, 1) for it in mails], START)

    assert proofs == {it.key: Proof(result=proven) for it in mails}
    assert prove(Slow(resolver=Resolver()), [], START) == {}
