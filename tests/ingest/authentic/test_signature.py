"""Which DKIM signatures hold; dkimpy signs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from dns_server import LocalDns
from signing import signature, signed
from verifying import FORMS, MAIL, NOW, result, results

NOTED = ("from", "to", "subject", "x-note")


@pytest.mark.parametrize("forms", FORMS)
def test_what_is_signed_holds_in_every_form(keys_dns: LocalDns, forms: tuple[str, str]) -> None:
    assert result(keys_dns, signed(MAIL, "victim.org", forms=forms)) == "pass"


@pytest.mark.parametrize("forms", FORMS)
@pytest.mark.parametrize(
    ("before", "after"),
    [(b"look", b"Look"), (b"Subject: Fwd", b"Subject: fwd"), (b"sam@victim", b"tom@victim")],
)
def test_what_was_changed_does_not(
    keys_dns: LocalDns, forms: tuple[str, str], before: bytes, after: bytes
) -> None:
    raw = signed(MAIL, "victim.org", forms=forms).replace(before, after)

    assert result(keys_dns, raw) == "fail"


def test_blanks_count_only_where_the_form_is_simple(keys_dns: LocalDns) -> None:
    for forms in FORMS:
        raw = signed(MAIL, "victim.org", forms=forms)
        body, head = raw.replace(b"look at", b"look  at"), raw.replace(b"Fwd: A", b"Fwd:  A")
        expected = ["pass" if it == "relaxed" else "fail" for it in (forms[1], forms[0])]

        assert [result(keys_dns, body), result(keys_dns, head)] == expected


def test_a_key_of_ed25519(keys_dns: LocalDns) -> None:
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

    assert result(keys_dns, raw, domain) == "pass"
    assert result(keys_dns, raw.replace(b"Joe.", b"Jo."), domain) == "fail"
    assert result(keys_dns, raw.replace(b"dinner", b"Dinner"), domain) == "fail"
    assert result(keys_dns, raw.replace(b"b=/g", b"b=/h"), domain) == "fail"


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
def test_what_the_key_allows(keys_dns: LocalDns, domain: str, expected: str) -> None:
    """Keys that are revoked, in test, for another use, too short, or several prove nothing."""
    assert result(keys_dns, signed(MAIL, domain), domain) == expected


def test_a_long_key_holds(keys_dns: LocalDns) -> None:
    assert result(keys_dns, signed(MAIL, "long.org", bits=2048), "long.org") == "pass"


def test_a_strict_key_signs_for_no_subdomain(keys_dns: LocalDns) -> None:
    raw = signed(MAIL, "strict.org", identity="sam@mail.strict.org")

    assert result(keys_dns, raw, "strict.org") == "permerror"


def test_a_signature_of_a_part_of_the_body_does_not_count(keys_dns: LocalDns) -> None:
    """What stands below the signed length could be anybody's."""
    raw = signed(MAIL, "victim.org", length=True) + b"and this too\r\n"

    assert result(keys_dns, raw) == "policy"


def test_sha1_does_not_count(keys_dns: LocalDns) -> None:
    assert result(keys_dns, signed(MAIL, "victim.org", algorithm="rsa-sha1")) == "policy"


def test_a_second_of_a_signed_header_is_found_from_below(keys_dns: LocalDns) -> None:
    """Header fields are taken from the bottom (RFC 6376 section 5.4.2), and h= may name none."""
    raw = signed(MAIL, "victim.org", headers=("from", "to", "subject", "subject", "x-none"))

    assert result(keys_dns, raw) == "pass"
    assert result(keys_dns, b"Subject: on top\r\n" + raw) == "fail"
    assert result(keys_dns, b"X-None: on top\r\n" + raw) == "fail"
    assert result(keys_dns, b"X-Other: on top\r\n" + raw) == "pass"


def test_of_two_fields_of_one_name_the_lower_is_the_signed_one(keys_dns: LocalDns) -> None:
    raw = signed(b"X-Note: above\r\nX-Note: below\r\n" + MAIL, "victim.org", headers=NOTED)

    assert result(keys_dns, raw) == "pass"
    assert result(keys_dns, raw.replace(b"above", b"ABOVE")) == "pass"
    assert result(keys_dns, raw.replace(b"below", b"BELOW")) == "fail"


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
    keys_dns: LocalDns, pattern: bytes, by: bytes, expected: str | None
) -> None:
    """An odd signature proves nothing; one that is no list of tags at all is passed over."""
    field = signature(MAIL, "victim.org")
    odd = re.sub(pattern, lambda _: by, field, count=1)
    assert odd != field

    assert [it.result for it in results(keys_dns, odd + MAIL, "victim.org")] == (
        [expected] if expected else []
    )


def test_a_signature_that_had_expired(keys_dns: LocalDns) -> None:
    """The time that counts is when the mail came: before `x=` the signature itself is looked at."""
    end = int((NOW + timedelta(days=1)).timestamp())
    field = signature(MAIL, "missing.org").replace(b"q=dns/txt;", b"q=dns/txt; x=%d;" % end)
    results_at = [
        results(keys_dns, field + MAIL, "missing.org", NOW + timedelta(days=it))[0].result
        for it in (0, 2)
    ]

    assert results_at == ["permerror", "fail"]


def test_only_domains_that_could_speak_for_the_author_are_looked_at(keys_dns: LocalDns) -> None:
    """Of a signature by somebody else, not even the key is asked for."""
    raw = MAIL
    for domain in ("evil.com", "mail.victim.org", "victim.org", "notvictim.org", "org"):
        raw = signature(MAIL, domain) + raw
    keys_dns.asked.clear()

    assert [(it.domain, it.result) for it in results(keys_dns, raw, "victim.org")] == [
        ("victim.org", "pass"),
        ("mail.victim.org", "pass"),
    ]
    assert not any("evil" in name or "notvictim" in name for _, name in keys_dns.asked)
