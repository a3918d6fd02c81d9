"""Which DKIM signatures hold; dkimpy signs, and is the yardstick."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dkim
import pytest
from dns_server import SERVFAIL, LocalDns, local_dns, txt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from signing import key_record, key_zone, signature, signed
from submissions import mail

from ingest.authentic.block import Misshapen, split
from ingest.authentic.resolver import Resolver
from ingest.authentic.signature import Signature, Signed, signatures

NOW = datetime.now(UTC)
MAIL = mail("Dear all,  \nlook at this.\n\n\n", author="Sam <sam@victim.org>")


@pytest.fixture(scope="module")
def dns() -> Iterator[LocalDns]:
    """Give a server with keys of every kind."""
    zones: dict[str, object] = {}
    for domain in ("victim.org", "mail.victim.org", "evil.com", "x.co.uk", "co.uk"):
        zones |= key_zone(domain)
    zones |= key_zone("testing.org", key_record(tags="v=DKIM1; t=y:s;"))
    zones |= key_zone("strict.org", key_record(tags="t=s;"))
    zones |= key_zone("sha1.org", key_record(tags="v=DKIM1; h=sha1;"))
    zones |= key_zone("web.org", key_record(tags="v=DKIM1; s=web;"))
    zones |= key_zone("any.org", key_record(tags="v=DKIM1; s=web : *; h=sha1:sha256; n=x;"))
    zones |= key_zone("revoked.org", "v=DKIM1; p=")
    zones |= key_zone("garbage.org", "v=DKIM1; p=AAAA")
    zones |= key_zone("broken.org", "v=DKIM1; p=A*")
    zones |= key_zone("other-kind.org", key_record(tags="v=DKIM1; k=ed25519;"))
    zones |= key_zone("old.org", key_record(tags="v=DKIM2;"))
    zones |= key_zone("short.org", SHORT)
    zones |= key_zone("long.org", key_record(2048))
    zones |= key_zone("giant.org", "v=DKIM1; p=" + "A" * 60_000)
    zones["s1._domainkey.two.org"] = txt(key_record(), key_record(2048))
    zones["s1._domainkey.down.org"] = SERVFAIL
    zones["brisbane._domainkey.football.example.com"] = txt(
        "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    )
    with local_dns(zones) as server:  # type: ignore[arg-type]
        yield server


#: A public key of 768 bits: too short to count.
SHORT = (
    "v=DKIM1; p=MHwwDQYJKoZIhvcNAQEBBQADawAwaAJhANPjv5KrJ0yhbjxRAjZRAiWZCOjSmjvvm9g5eXZBB0hO"
    "zqzKSLlYFpSCEPTb+I8+4nC1mJ3lfW7ptrTAZL2f7nYjoJ7QzVwYkRFZ5PYBQeuV9dYyP2H1pPGkzyPZKNoV0wID"
    "AQAB"
)


def results(dns: LocalDns, raw: bytes, domain: str, at: datetime = NOW) -> list[Signature]:
    """Give the results for a mail whose author's domain is this."""
    fields, body = split(raw)
    lookups = Resolver([dns.address], seconds=5).begin()
    return [*signatures(Signed(fields=fields, body=body, received_at=at), domain, lookups)]


def result(dns: LocalDns, raw: bytes, domain: str = "victim.org") -> str:
    """Give the one result."""
    (one,) = results(dns, raw, domain)
    return one.result


NOTED = ("from", "to", "subject", "x-note")
FORMS = [(head, body) for head in ("relaxed", "simple") for body in ("relaxed", "simple")]


@pytest.mark.parametrize("forms", FORMS)
def test_what_is_signed_holds_in_every_form(dns: LocalDns, forms: tuple[str, str]) -> None:
    assert result(dns, signed(MAIL, "victim.org", forms=forms)) == "pass"


@pytest.mark.parametrize("forms", FORMS)
@pytest.mark.parametrize(
    ("before", "after"),
    [(b"look", b"Look"), (b"Subject: Fwd", b"Subject: fwd"), (b"sam@victim", b"tom@victim")],
)
def test_what_was_changed_does_not(
    dns: LocalDns, forms: tuple[str, str], before: bytes, after: bytes
) -> None:
    raw = signed(MAIL, "victim.org", forms=forms).replace(before, after)

    assert result(dns, raw) == "fail"


def test_blanks_count_only_where_the_form_is_simple(dns: LocalDns) -> None:
    for forms in FORMS:
        raw = signed(MAIL, "victim.org", forms=forms)
        body, head = raw.replace(b"look at", b"look  at"), raw.replace(b"Fwd: A", b"Fwd:  A")
        expected = ["pass" if it == "relaxed" else "fail" for it in (forms[1], forms[0])]

        assert [result(dns, body), result(dns, head)] == expected


def test_a_key_of_ed25519(dns: LocalDns) -> None:
    """The example of RFC 8463, appendix A."""
    raw = (
        b"DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
        b" d=football.example.com; i=@football.example.com;\r\n"
        b" q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
        b" subject : date : message-id : from : subject : date;\r\n"
        b" bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
        b" b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n"
        b" Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\n"
        b"From: Joe SixPack <joe@football.example.com>\r\n"
        b"To: Suzie Q <suzie@shopping.example.net>\r\n"
        b"Subject: Is dinner ready?\r\n"
        b"Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
        b"Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
        b"\r\nHi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n"
    )
    domain = "football.example.com"

    assert result(dns, raw, domain) == "pass"
    assert result(dns, raw.replace(b"Joe.", b"Jo."), domain) == "fail"
    assert result(dns, raw.replace(b"dinner", b"Dinner"), domain) == "fail"
    assert result(dns, raw.replace(b"b=/g", b"b=/h"), domain) == "fail"


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("testing.org", "policy"),
        ("sha1.org", "permerror"),
        ("web.org", "permerror"),
        ("any.org", "pass"),
        ("strict.org", "pass"),
        ("revoked.org", "permerror"),
        ("garbage.org", "permerror"),
        ("broken.org", "permerror"),
        ("other-kind.org", "permerror"),
        ("old.org", "permerror"),
        ("two.org", "permerror"),
        ("giant.org", "permerror"),
        ("missing.org", "permerror"),
        ("short.org", "policy"),
        ("down.org", "temperror"),
        ("long.org", "fail"),
    ],
)
def test_what_the_key_allows(dns: LocalDns, domain: str, expected: str) -> None:
    """Keys that are revoked, in test, for another use, too short, or several prove nothing."""
    assert result(dns, signed(MAIL, domain), domain) == expected


def test_a_long_key_holds(dns: LocalDns) -> None:
    assert result(dns, signed(MAIL, "long.org", bits=2048), "long.org") == "pass"


def test_a_strict_key_signs_for_no_subdomain(dns: LocalDns) -> None:
    raw = signed(MAIL, "strict.org", identity="sam@mail.strict.org")

    assert result(dns, raw, "strict.org") == "permerror"


def test_a_signature_of_a_part_of_the_body_does_not_count(dns: LocalDns) -> None:
    """What stands below the signed length could be anybody's."""
    raw = signed(MAIL, "victim.org", length=True) + b"and this too\r\n"

    assert result(dns, raw) == "policy"


def test_sha1_does_not_count(dns: LocalDns) -> None:
    assert result(dns, signed(MAIL, "victim.org", algorithm="rsa-sha1")) == "policy"


def test_a_second_of_a_signed_header_is_found_from_below(dns: LocalDns) -> None:
    """Header fields are taken from the bottom (RFC 6376 section 5.4.2), and h= may name none."""
    raw = signed(MAIL, "victim.org", headers=("from", "to", "subject", "subject", "x-none"))

    assert result(dns, raw) == "pass"
    assert result(dns, b"Subject: on top\r\n" + raw) == "fail"
    assert result(dns, b"X-None: on top\r\n" + raw) == "fail"
    assert result(dns, b"X-Other: on top\r\n" + raw) == "pass"


def test_of_two_fields_of_one_name_the_lower_is_the_signed_one(dns: LocalDns) -> None:
    raw = signed(b"X-Note: above\r\nX-Note: below\r\n" + MAIL, "victim.org", headers=NOTED)

    assert result(dns, raw) == "pass"
    assert result(dns, raw.replace(b"above", b"ABOVE")) == "pass"
    assert result(dns, raw.replace(b"below", b"BELOW")) == "fail"


@pytest.mark.parametrize(
    ("pattern", "by", "expected"),
    [
        (rb"v=1;", b"v=2;", "permerror"),
        (rb"v=1;", b"", "permerror"),
        (rb"v=1;", b"v=1; v=1;", None),
        (rb"a=rsa-sha256", b"a=rsa-md5", "permerror"),
        (rb"c=relaxed/relaxed", b"c=relaxed/strange", "permerror"),
        (rb"i=@victim.org", b"i=@evil.com", "permerror"),
        (rb"i=@victim.org", b"i=@notvictim.org", "permerror"),
        (rb"q=dns/txt", b"q=http", "permerror"),
        (rb"h=from", b"h=date", "permerror"),
        (rb"s=s1", b"s=..", "permerror"),
        (rb"s=s1", b"s=\xff", None),
        (rb" bh=[^;]*", b" bh=%%%", "permerror"),
        (rb" bh=[^;]*", b" bh=AAAA", "fail"),
        (rb" b=[^;]*\r\n", b" b=AAA\r\n", "permerror"),
        (rb" b=[^;]*\r\n", b" b=AAAA\r\n", "fail"),
        (rb" b=[^;]*\r\n", b" b=\r\n", "permerror"),
        (rb"q=dns/txt;", b"q=dns/txt; junk;", None),
        (rb"q=dns/txt;", b"q=dns/txt; x=soon;", "permerror"),
        (rb"q=dns/txt;", b"q=dns/txt; x=" + b"9" * 5000 + b";", "permerror"),
        (rb"q=dns/txt;", b"q=dns/txt; " + b"z=" + b"9" * 9000 + b";", None),
    ],
)
def test_a_signature_of_odd_form(
    dns: LocalDns, pattern: bytes, by: bytes, expected: str | None
) -> None:
    """An odd signature proves nothing; one that is no list of tags at all is passed over."""
    field = signature(MAIL, "victim.org")
    odd = re.sub(pattern, lambda _: by, field, count=1)
    assert odd != field

    assert [it.result for it in results(dns, odd + MAIL, "victim.org")] == (
        [expected] if expected else []
    )


def test_a_signature_that_had_expired(dns: LocalDns) -> None:
    """The time that counts is when the mail came: before `x=` the signature itself is looked at."""
    end = int((NOW + timedelta(days=1)).timestamp())
    field = signature(MAIL, "missing.org").replace(b"q=dns/txt;", b"q=dns/txt; x=%d;" % end)
    results_at = [
        results(dns, field + MAIL, "missing.org", NOW + timedelta(days=it))[0].result
        for it in (0, 2)
    ]

    assert results_at == ["permerror", "fail"]


def test_only_domains_that_could_speak_for_the_author_are_looked_at(dns: LocalDns) -> None:
    """Of a signature by somebody else, not even the key is asked for."""
    raw = MAIL
    for domain in ("evil.com", "mail.victim.org", "victim.org", "notvictim.org", "org"):
        raw = signature(MAIL, domain) + raw
    dns.asked.clear()

    assert [(it.domain, it.result) for it in results(dns, raw, "victim.org")] == [
        ("victim.org", "pass"),
        ("mail.victim.org", "pass"),
    ]
    assert not any("evil" in name or "notvictim" in name for _, name in dns.asked)


def test_of_a_hundred_signatures_three_are_looked_at(dns: LocalDns) -> None:
    bad = signature(MAIL, "missing.org").replace(b"missing.org", b"victim.org")
    raw = bad * 3 + signature(MAIL, "victim.org") + bad * 100 + MAIL
    dns.asked.clear()

    assert [it.result for it in results(dns, raw, "victim.org")] == ["fail"] * 3
    assert len(dns.asked) <= 1


def test_a_body_of_full_size_costs_seconds(dns: LocalDns) -> None:
    """Three signatures over 25 MB of blanks: each canonical form is made once."""
    raw = MAIL + b" " * 25_000_000 + b"x"
    forged = signature(MAIL, "victim.org") * 3 + raw
    begun = time.process_time()

    assert [it.result for it in results(dns, forged, "victim.org")] == ["fail"] * 3
    assert time.process_time() - begun < 4


WORDS = st.text(alphabet="ab \t,;:=.é", max_size=30)


@given(
    body=st.lists(WORDS, max_size=6),
    subject=WORDS,
    forms=st.sampled_from(FORMS),
    place=st.integers(min_value=0),
    by=st.sampled_from([b" ", b"x", b"\t", b";", b"="]),
)
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_we_are_never_more_easily_satisfied_than_dkimpy(  # noqa: PLR0917 - drawn
    dns: LocalDns,
    body: list[str],
    subject: str,
    forms: tuple[str, str],
    place: int,
    by: bytes,
) -> None:
    """What dkimpy signs holds; with one byte changed anywhere, it holds only if dkimpy agrees."""
    raw = mail("\n".join(body) + "\n", subject=subject.strip(), author="sam@victim.org")
    whole = signed(raw, "victim.org", forms=forms)
    assert result(dns, whole) == "pass"

    place %= len(whole)
    if whole[place] in b"\r\n":
        return
    changed = whole[:place] + by + whole[place + 1 :]
    try:
        ours = "pass" in {it.result for it in results(dns, changed, "victim.org")}
    except Misshapen:
        ours = False
    assert not ours or _dkimpy_says(changed)


def _dkimpy_says(raw: bytes) -> bool:
    record = key_record().encode()
    try:
        return bool(dkim.verify(raw, dnsfunc=lambda _name, timeout=5: record))  # noqa: ARG005
    except dkim.DKIMException:
        return False
