"""A running desk that answers only who is proven, with a DNS server of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dns_server import SERVFAIL, LocalDns, local_dns, txt
from signing import key_zone, signed

import forwards
from casefile.reply import Decision
from running import FORCE, RunningDesk, running_desk, wait_until
from samples.originals import BLUFF_EN, WALLET_EN, mail

SAM, TOM = "sam@victim.org", "tom@x.co.uk"


@pytest.fixture(scope="module")
def dns() -> Iterator[LocalDns]:
    """Give a server that knows two reporters, an offender, and a zone in trouble."""
    zones = {
        "victim.org": txt("v=spf1 ip4:127.0.0.0/8 -all"),
        "_dmarc.victim.org": txt("v=DMARC1; p=reject"),
        "down.org": SERVFAIL,
        **key_zone("victim.org"),
        **key_zone("x.co.uk"),
        **key_zone("evil.com"),
    }
    with local_dns(zones) as server:
        yield server


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, dns: LocalDns) -> Iterator[RunningDesk]:
    """Give a desk that asks that server."""
    folder = tmp_path_factory.mktemp("authentication") / "data"
    settings = {"DESK_AUTHENTICATION": "required", "DESK_NAMESERVERS": dns.address}
    with running_desk(folder, **settings) as running:
        yield running


def forward(reporter: str) -> bytes:
    """Give somebody's forward of a blackmail mail."""
    text = BLUFF_EN.format(name="Sam", password="tulip77", amount="1,400", wallet=WALLET_EN)
    raw = forwards.gmail(mail(text, subject="hello"), reporter=reporter, to=FORCE, note="")
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def decided(desk: RunningDesk, key: str) -> Decision:
    """Wait until a mail is decided."""
    ledger = desk.desk().ledger
    wait_until(lambda: ledger.decision(key) is not None, 30, "it is decided")
    wait_until(lambda: desk.desk().record.stage(key) == "answered", 30, "it is answered")
    decision = ledger.decision(key)
    assert decision is not None
    return decision


def test_an_aligned_mail_is_answered(desk: RunningDesk) -> None:
    """With a DMARC record, and without one."""
    keys = [desk.send(signed(forward(it), it.rpartition("@")[2]), it) for it in (SAM, TOM)]

    assert [decided(desk, it).state for it in keys] == ["sent", "sent"]
    proofs = [desk.desk().record.cover(it).authentication for it in keys]
    assert [(it.passed, it.dkim, it.dmarc) for it in proofs] == [
        (True, "pass", "pass"),
        (True, "pass", "none"),
    ]


@pytest.mark.parametrize("how", ["unsigned", "signed by the offender", "changed", "from inside"])
def test_a_forged_one_is_not(desk: RunningDesk, how: str) -> None:
    """The reply would go to somebody who never wrote."""
    raw = {
        "unsigned": forward(SAM),
        "signed by the offender": signed(forward(SAM), "evil.com"),
        "changed": signed(forward(SAM), "victim.org").replace(b"tulip77", b"tulip78"),
        # The zone lists private networks, and this client is in one: it may be anybody's relay.
        "from inside": b"X-Relay: yes\r\n" + forward(SAM),
    }[how]
    decision = decided(desk, desk.send(raw, SAM))

    assert decision.state == "suppressed"
    assert decision.reason.startswith("not authenticated: spf none, dkim ")


def test_dns_in_trouble_holds_back_the_reply_and_nothing_else(desk: RunningDesk) -> None:
    """The mail is read and registered, and waits for DNS without a decision."""
    key = desk.send(signed(forward("ann@down.org"), "down.org"), "ann@down.org")
    record = desk.desk().record
    wait_until(lambda: record.stage(key) == "triaged", 30, "it is triaged")
    wait_until(lambda: record.cover(key).authentication.dkim != "", 30, "DNS was asked")

    assert record.cover(key).authentication.temporary
    assert len(record.findings_of(key)) == 1
    assert desk.desk().ledger.decision(key) is None
    outbox = Path(desk.data / "outbox")
    assert not any("down.org" in path.read_text() for path in outbox.glob("*.eml"))
