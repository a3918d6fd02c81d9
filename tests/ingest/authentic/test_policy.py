"""DMARC records and who speaks for whom (RFC 9989)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from dns_server import SERVFAIL, LocalDns, local_dns, txt

from casefile.errors import TryLater
from ingest.authentic.policy import aligned, discover, walk
from ingest.authentic.resolver import Lookups, Resolver

ZONES = {
    "_dmarc.victim.org": txt("v=DMARC1; p=reject"),
    "_dmarc.strict.org": txt("v=DMARC1; p=none; adkim=s"),
    "_dmarc.two.org": txt("v=DMARC1; p=reject", "v=DMARC1; p=none"),
    "_dmarc.noise.org": txt("v=spf1 -all", "V=DMARC1; p=none", "v=DMARC1 ; p=none", "v=DMARC10;"),
    "_dmarc.mess.org": txt("v=DMARC1;;; =x; p; adkim=s=; adkim=r; \xff=\xff"),
    "_dmarc.late.org": txt("p=reject; v=DMARC1"),
    "_dmarc.co.uk": txt("v=DMARC1; p=reject; psd=y"),
    "_dmarc.gov.uk": txt("v=DMARC1; p=reject"),
    "_dmarc.com": txt("v=DMARC1; p=reject"),
    "_dmarc.net": txt("v=DMARC1; p=none; psd=n"),
    "_dmarc.own.victim.org": txt("v=DMARC1; p=none; psd=n"),
    "_dmarc.deep.victim.org": txt("v=DMARC1; p=none"),
    "_dmarc.self.org": txt("v=DMARC1; p=none; psd=y"),
    "_dmarc.down.org": SERVFAIL,
}


@pytest.fixture(scope="module")
def dns() -> Iterator[LocalDns]:
    """Give a server with these zones."""
    with local_dns(ZONES) as server:
        yield server


@pytest.fixture
def lookups(dns: LocalDns) -> Lookups:
    """Give the questions of one mail."""
    return Resolver([dns.address], seconds=5).begin()


@pytest.mark.parametrize(
    ("domain", "place", "organisation"),
    [
        ("victim.org", "victim.org", "victim.org"),
        ("mail.victim.org", "victim.org", "victim.org"),
        ("a.b.c.victim.org", "victim.org", "victim.org"),
        ("deep.victim.org", "deep.victim.org", "victim.org"),
        ("x.deep.victim.org", "victim.org", "victim.org"),
        ("own.victim.org", "own.victim.org", "own.victim.org"),
        ("x.own.victim.org", "own.victim.org", "own.victim.org"),
        ("x.co.uk", "co.uk", "x.co.uk"),
        ("mail.x.co.uk", "co.uk", "x.co.uk"),
        ("council.gov.uk", "gov.uk", "gov.uk"),
        ("self.org", "self.org", "self.org"),
        ("two.org", None, "two.org"),
        ("missing.org", None, "missing.org"),
        ("mail.missing.org", None, "mail.missing.org"),
        ("noise.org", "noise.org", "noise.org"),
        ("mess.org", "mess.org", "mess.org"),
        ("late.org", None, "late.org"),
        # Records of a top-level domain that does not say what it is make nobody one organisation.
        ("one.com", None, "one.com"),
        ("one.net", None, "one.net"),
    ],
)
def test_the_record_in_force_and_the_organisation(
    lookups: Lookups, domain: str, place: str | None, organisation: str
) -> None:
    policy = discover(domain, lookups)

    assert (policy.record.domain if policy.record else None) == place
    assert policy.organisation == organisation


def test_the_walk_asks_eight_times_at_most() -> None:
    """The names of RFC 9989 section 4.10: a long name jumps to seven labels."""
    assert walk("a.mail.victim.org") == [
        "a.mail.victim.org",
        "mail.victim.org",
        "victim.org",
        "org",
    ]
    assert walk("a.b.c.d.e.f.victim.org") == [
        "a.b.c.d.e.f.victim.org",
        "b.c.d.e.f.victim.org",
        "c.d.e.f.victim.org",
        "d.e.f.victim.org",
        "e.f.victim.org",
        "f.victim.org",
        "victim.org",
        "org",
    ]
    long = walk(".".join(["a"] * 50) + ".victim.org")
    assert len(long) == 8
    assert long[1] == "a.a.a.a.a.victim.org"


@pytest.mark.parametrize(
    ("domain", "author", "holds"),
    [
        ("victim.org", "victim.org", True),
        ("mail.victim.org", "victim.org", True),
        ("victim.org", "mail.victim.org", True),
        ("own.victim.org", "victim.org", False),
        ("victim.org", "own.victim.org", False),
        ("evil.com", "victim.org", False),
        ("notvictim.org", "victim.org", False),
        ("strict.org", "strict.org", True),
        ("mail.strict.org", "strict.org", False),
        ("strict.org", "mail.strict.org", False),
        ("mail.x.co.uk", "x.co.uk", True),
        ("evil.co.uk", "x.co.uk", False),
        ("co.uk", "x.co.uk", False),
        # Two councils under a suffix whose record does not say that it is one.
        ("one.gov.uk", "other.gov.uk", False),
        ("a.victim.org", "b.victim.org", False),
        ("missing.org", "missing.org", True),
        ("mail.missing.org", "missing.org", False),
        ("missing.org", "mail.missing.org", False),
        ("one.com", "other.com", False),
    ],
)
def test_who_speaks_for_whom(lookups: Lookups, domain: str, author: str, *, holds: bool) -> None:
    assert aligned(domain, author, discover(author, lookups), lookups) == holds


def test_a_server_in_trouble_says_nothing_about_records(lookups: Lookups) -> None:
    with pytest.raises(TryLater):
        discover("mail.down.org", lookups)
