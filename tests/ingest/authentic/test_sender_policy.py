"""Whether a client may send for a domain (RFC 7208)."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from dns_server import REFUSED, SERVFAIL, SILENT, LocalDns, local_dns, txt

from ingest.authentic.resolver import Resolver
from ingest.authentic.sender_policy import sender_policy

CLIENT = "203.0.113.66"
CHAIN = {f"i{it}.bomb.org": txt(f"v=spf1 include:i{it + 1}.bomb.org -all") for it in range(40)}
FAN = " ".join(f"include:f{it}.fan.org" for it in range(40))
ZONES = {
    "ip4.org": txt("some other text", "v=spf1 ip4:203.0.113.0/24 -all"),
    "ip6.org": txt("v=spf1 ip6:2001:db8::/32 -all"),
    "a.org": {"TXT": ["v=spf1 a -all"], "A": ["203.0.113.66"], "AAAA": ["2001:db8::66"]},
    "mx.org": {"TXT": ["v=spf1 mx ~all"], "MX": ["10 m1.mx.org", "20 m2.mx.org"]},
    "m1.mx.org": {"A": ["203.0.113.1"]},
    "m2.mx.org": {"A": ["203.0.113.66"]},
    "include.co.uk": txt("v=spf1 include:ip4.org -all"),
    "redirect.co.uk": txt("v=spf1 redirect=ip4.org"),
    "alias.org": {"CNAME": ["ip4.org"], "TXT": ["v=spf1 ip4:203.0.113.0/24 -all"]},
    "ptr.org": txt("v=spf1 ptr -all"),
    "66.113.0.203.in-addr.arpa": {"PTR": ["host.ptr.org"]},
    "host.ptr.org": {"A": ["203.0.113.66"]},
    "macro.org": txt("v=spf1 exists:%{l}.%{i}._spf.%{d} -all"),
    "sam.203.0.113.66._spf.macro.org": {"A": ["127.0.0.2"]},
    "exp.org": txt("v=spf1 -all exp=why.exp.org"),
    "fail.org": txt("v=spf1 -all"),
    "soft.org": txt("v=spf1 ~all"),
    "neutral.org": txt("v=spf1 ?all"),
    "empty.org": txt("v=spf1"),
    "none.org": txt("nothing to see"),
    "two.org": txt("v=spf1 -all", "v=spf1 ~all"),
    "bad.org": txt("v=spf1 nonsense -all"),
    "long.org": txt("v=spf1 " + "ip4:203.0.113.66 " * 400 + "-all"),
    "byte.org": txt("v=spf1 a:\xff.org -all"),
    "open.org": txt("v=spf1 +all"),
    "halves.org": txt("v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all"),
    "hidden.org": txt("v=spf1 include:open.org -all"),
    "inside.org": txt("v=spf1 ip4:10.0.0.0/8 ip4:127.0.0.0/8 ip6:fe80::/10 -all"),
    "self.org": txt("v=spf1 include:self.org -all"),
    "loop.org": txt("v=spf1 include:pool.org -all"),
    "pool.org": txt("v=spf1 include:loop.org -all"),
    "void.org": txt("v=spf1 a:x1.void.org a:x2.void.org a:x3.void.org ip4:203.0.113.66 -all"),
    "two-voids.org": txt("v=spf1 a:x1.void.org a:x2.void.org ip4:203.0.113.66 -all"),
    "bomb.org": txt("v=spf1 include:i0.bomb.org -all"),
    "fan.org": txt(f"v=spf1 {FAN} -all"),
    **CHAIN,
    **{f"f{it}.fan.org": txt(f"v=spf1 {FAN} -all") for it in range(40)},
    "down.org": SERVFAIL,
    "refused.org": REFUSED,
    "partly.org": txt("v=spf1 include:down.org ip4:203.0.113.66 -all"),
    "silent.org": SILENT,
}


@pytest.fixture(scope="module")
def dns() -> Iterator[LocalDns]:
    """Give a server with these zones."""
    with local_dns(ZONES) as server:
        yield server


def evaluated(dns: LocalDns, domain: str, client: str = CLIENT, seconds: float = 5) -> str:
    """Give the result for somebody at a domain."""
    lookups = Resolver([dns.address], seconds=seconds, try_seconds=0.3).begin()
    return sender_policy(lookups, client=client, sender=f"sam@{domain}", helo="phone.example")


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("ip4.org", "pass"),
        ("ip6.org", "fail"),
        ("a.org", "pass"),
        ("mx.org", "pass"),
        ("include.co.uk", "pass"),
        ("redirect.co.uk", "pass"),
        ("alias.org", "pass"),
        ("ptr.org", "pass"),
        ("macro.org", "pass"),
        ("exp.org", "fail"),
        ("fail.org", "fail"),
        ("soft.org", "softfail"),
        ("neutral.org", "neutral"),
        ("empty.org", "neutral"),
        ("none.org", "none"),
        ("missing.org", "none"),
        ("two.org", "permerror"),
        ("bad.org", "permerror"),
        ("long.org", "permerror"),
        ("byte.org", "permerror"),
        ("self.org", "permerror"),
        ("down.org", "temperror"),
        ("refused.org", "temperror"),
        ("partly.org", "temperror"),
    ],
)
def test_the_results_of_the_standard(dns: LocalDns, domain: str, expected: str) -> None:
    assert evaluated(dns, domain) == expected


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        ("::ffff:203.0.113.66", "pass"),
        ("203.0.114.66", "fail"),
        ("2001:db8::66", "fail"),
        ("", "none"),
        ("localhost", "none"),
        ("203.0.113.66 ", "none"),
        ("fe80::1%eth0", "none"),
    ],
)
def test_the_client(dns: LocalDns, client: str, expected: str) -> None:
    """The address of the session decides, in either family; without one nothing is said."""
    assert evaluated(dns, "ip4.org", client) == expected
    assert evaluated(dns, "ip6.org", "2001:db8::66") == "pass"


@pytest.mark.parametrize("client", ["10.1.2.3", "127.0.0.1", "::1", "fe80::1", "::ffff:10.1.2.3"])
def test_a_client_inside_a_private_network_is_a_relay(dns: LocalDns, client: str) -> None:
    """Some records name private networks; behind a relay of ours everybody would come from them."""
    assert evaluated(dns, "inside.org", client) == "none"


@pytest.mark.parametrize("domain", ["open.org", "halves.org", "hidden.org"])
def test_a_record_that_lets_anybody_send_proves_nothing(dns: LocalDns, domain: str) -> None:
    assert evaluated(dns, domain) == "policy"


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("void.org", "permerror"),
        ("two-voids.org", "pass"),
        ("bomb.org", "permerror"),
        ("fan.org", "permerror"),
        ("loop.org", "permerror"),
    ],
)
def test_bombs_end_after_ten_lookups(dns: LocalDns, domain: str, expected: str) -> None:
    """Ten lookups, two of them void (RFC 7208 section 4.6.4)."""
    dns.asked.clear()

    assert evaluated(dns, domain) == expected
    assert len(set(dns.asked)) <= 12


def test_a_silent_server_is_waited_for_no_longer_than_said(dns: LocalDns) -> None:
    begun = time.monotonic()

    assert evaluated(dns, "silent.org", seconds=1) == "temperror"
    assert time.monotonic() - begun < 2.5
