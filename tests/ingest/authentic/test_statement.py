"""What the force's own mail server says, and what others say in its name."""

from __future__ import annotations

import pytest

from ingest.authentic.block import Misshapen, split
from ingest.authentic.statement import Statement, results_of, statements, vouches

SERVER = "mx.force.example"
TRACE = "Received: from a.example by mx.force.example; Tue, 24 Nov 2026 12:00:00 +0000\r\n"


def said(*values: str, below: str = "", trace: str = TRACE) -> tuple[Statement, ...]:
    """Give the statements of a mail with these lines above the trace."""
    lines = "".join(f"Authentication-Results: {it}\r\n" for it in values)
    raw = f"{lines}{trace}{below}From: sam@victim.org\r\n\r\n".encode()
    return statements(split(raw)[0], SERVER)


@pytest.mark.parametrize(
    "value",
    [
        f"{SERVER}; dmarc=pass header.from=victim.org",
        f"{SERVER} 1; dmarc=pass header.from=victim.org",
        f"{SERVER.upper()};\r\n\tDMARC = Pass (p=reject) header . from = Victim.ORG",
        f"(x) {SERVER} (our (own) server) ; dmarc=pass header.from=victim.org",
        f'"{SERVER}"; dmarc=pass header.from="victim.org"',
        f"{SERVER}; dmarc/1=pass policy.dmarc=none header.from=victim.org",
        f"{SERVER}; spf=fail smtp.mailfrom=victim.org; dmarc=pass header.from=victim.org",
        f"{SERVER}; dmarc=none; spf=pass smtp.mailfrom=sam@victim.org",
        f"{SERVER}; dmarc=none header.from=victim.org; dkim=pass header.d=victim.org",
        f"{SERVER}; spf=pass smtp.mailfrom=victim.org",
        f"{SERVER}; dkim=fail header.d=evil.com; dkim=pass header.i=@x header.d=victim.org",
    ],
)
def test_the_server_vouches(value: str) -> None:
    assert vouches(said(value), "victim.org")


@pytest.mark.parametrize(
    "value",
    [
        "",
        ";",
        f"{SERVER}; none",
        f"{SERVER}",
        "mx.evil.com; dmarc=pass header.from=victim.org",
        f"{SERVER}.evil.com; dmarc=pass header.from=victim.org",
        f"x{SERVER}; dmarc=pass header.from=victim.org",
        f"{SERVER} 2; dmarc=pass header.from=victim.org",
        f"{SERVER} x; dmarc=pass header.from=victim.org",
        f"{SERVER}; dmarc=pass header.from=evil.com",
        f"{SERVER}; dmarc=pass",
        f"{SERVER}; dmarc=passed header.from=victim.org",
        f"{SERVER}; dmarc=fail header.from=victim.org; spf=pass smtp.mailfrom=victim.org",
        f"{SERVER}; dmarc=temperror header.from=victim.org; dkim=pass header.d=victim.org",
        f"{SERVER}; dmarc=fail header.from=victim.org; dmarc=pass header.from=victim.org",
        f"{SERVER}; dmarc=pass header.from=victim.org; dmarc=pass header.from=evil.com",
        f"{SERVER}; spf=pass smtp.mailfrom=evil.com",
        f"{SERVER}; spf=pass smtp.helo=victim.org",
        f"{SERVER}; spf=softfail smtp.mailfrom=victim.org",
        f"{SERVER}; dkim=pass header.d=mail.victim.org",
        f"{SERVER}; dkim=pass header.i=@victim.org",
        f"{SERVER}; arc=pass header.from=victim.org",
        f"{SERVER}; (dmarc=pass header.from=victim.org)",
        f'{SERVER}; spf=pass smtp.mailfrom="a; dmarc=pass header.from=victim.org;"@evil.com',
        f'{SERVER}; spf=pass (helo=") smtp.mailfrom=x@evil.com; dmarc=pass header.from=evil.com',
    ],
)
def test_the_server_does_not(value: str) -> None:
    assert not vouches(said(value), "victim.org")


@pytest.mark.parametrize(
    "value",
    [f"{SERVER}; dmarc=pass (", f'{SERVER}; dmarc=pass "', f"{SERVER}; " + "x" * 9000],
)
def test_a_statement_that_cannot_be_read_is_no_statement(value: str) -> None:
    with pytest.raises(Misshapen):
        said(value)


GOOD = f"Authentication-Results: {SERVER}; dmarc=pass header.from=victim.org\r\n"


def test_what_stands_below_a_received_may_be_the_senders() -> None:
    assert said(below=GOOD) == ()
    assert said(below=TRACE + GOOD) == ()
    assert said(f"{SERVER}; dmarc=fail header.from=victim.org", below=GOOD) == (
        Statement(method="dmarc", result="fail", properties=(("header.from", "victim.org"),)),
    )


def test_without_a_received_it_cannot_be_told_who_wrote_what() -> None:
    assert said(f"{SERVER}; dmarc=pass header.from=victim.org", trace="") == ()


def test_results_of_several_filters_are_read_together() -> None:
    both = said(
        f"{SERVER}; dmarc=none header.from=victim.org",
        "other.example; dkim=pass header.d=evil.com",
        f"{SERVER}; dkim=pass header.d=victim.org; dkim=fail header.d=evil.com",
    )

    assert results_of(both, "dkim") == {"pass", "fail"}
    assert results_of(both, "spf") == set()
    assert vouches(both, "victim.org")


def test_arc_says_nothing() -> None:
    """A chain of others is not the word of our server (RFC 8617 is on its way to be historic)."""
    chain = (
        "ARC-Authentication-Results: i=1; mx.force.example; dmarc=pass header.from=victim.org\r\n"
    )

    assert said(trace=chain + TRACE) == ()
