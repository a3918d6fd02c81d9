"""Who is believed to have sent a mail."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from dns.rdata import Rdata
from dns_server import SERVFAIL, SILENT, LocalDns, local_dns, txt
from signing import key_zone, signature, signed
from submissions import mail, submission

from casefile.report import Authentication, Submission
from ingest.authentic.resolver import Resolver
from ingest.authenticate import GAVE_UP, OPEN, Prover, authenticate, given_up

SAM = "sam@victim.org"
CLIENT = "203.0.113.66"
ELSEWHERE = "203.0.114.1"
RAW = mail("Look at this.\n", author=f"Sam <{SAM}>")


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
def test_a_client_on_this_machine_passes_where_loopback_is_trusted(client: str) -> None:
    result = authenticate(submission(b"", client=client), method="loopback")
    assert (result.method, result.passed, result.temporary) == ("loopback", True, False)


@pytest.mark.parametrize(
    "client", ["192.0.2.1", "::2", "::ffff:192.0.2.1", "10.0.0.1", "", "localhost", "127.0.0.1 "]
)
def test_any_other_client_does_not(client: str) -> None:
    assert not authenticate(submission(b"", client=client), method="loopback").passed


def test_what_a_mail_server_on_this_machine_hands_over_does_not() -> None:
    """The connection is its own; who wrote the mail connected to it from anywhere."""
    handed = submission(b"", client="127.0.0.1", door="lmtp")
    assert not authenticate(handed, method="loopback").passed


@pytest.mark.parametrize("method", ["required", "none", "", "LOOPBACK"])
def test_any_other_method_leaves_it_open_for_the_prover(method: str) -> None:
    result = authenticate(submission(b""), method=method)
    assert result == Authentication(method="required", passed=False, reason=OPEN, temporary=True)


@pytest.mark.parametrize("method", ["loopback", "required"])
def test_collected_files_never_pass(method: str) -> None:
    result = authenticate(submission(b"", door="collect"), method=method)
    assert (result.method, result.passed, result.temporary) == ("none", False, False)


@pytest.fixture(scope="module")
def dns() -> Iterator[LocalDns]:
    """Give a server that knows a victim, an offender, and some in trouble."""
    zones = {
        "victim.org": txt(f"v=spf1 ip4:{CLIENT} -all"),
        "_dmarc.victim.org": txt("v=DMARC1; p=reject"),
        "plain.co.uk": txt(f"v=spf1 ip4:{CLIENT} -all"),
        "evil.com": txt(f"v=spf1 ip4:{CLIENT} -all"),
        "_dmarc.strict.org": txt("v=DMARC1; p=none; adkim=s"),
        "down.org": SERVFAIL,
        "s1._domainkey.half.org": SERVFAIL,
        "half.org": txt("v=spf1 -all"),
        "_dmarc.shaky.org": SERVFAIL,
        "shaky.org": txt(f"v=spf1 ip4:{CLIENT} -all"),
        "silent.org": SILENT,
        **key_zone("victim.org"),
        **key_zone("mail.victim.org"),
        **key_zone("strict.org"),
        **key_zone("mail.strict.org"),
        **key_zone("shaky.org"),
        **key_zone("mail.shaky.org"),
        **key_zone("evil.com"),
    }
    with local_dns(zones) as server:
        yield server


def proven(
    dns: LocalDns, raw: bytes, *, sender: str = SAM, client: str = CLIENT, **how: object
) -> Authentication:
    """Prove one mail with a resolver of its own."""
    resolver = Resolver([dns.address], seconds=1, try_seconds=0.3)
    prover = Prover(resolver=resolver, **how)  # type: ignore[arg-type]
    return prover.prove(submission(raw, sender=sender, client=client))


def test_spf_that_passes_proves_the_sender(dns: LocalDns) -> None:
    assert proven(dns, RAW) == Authentication(
        method="required",
        passed=True,
        reason="spf pass, dkim none, dmarc pass",
        spf="pass",
        dkim="none",
        dmarc="pass",
    )


def test_a_signature_that_holds_proves_the_sender_wherever_it_came_from(dns: LocalDns) -> None:
    result = proven(dns, signed(RAW, "victim.org"), client=ELSEWHERE)
    assert (result.passed, result.reason) == (True, "spf fail, dkim pass, dmarc pass")


def test_without_either_nobody_is_proven(dns: LocalDns) -> None:
    result = proven(dns, RAW, client=ELSEWHERE)
    assert (result.passed, result.reason) == (False, "spf fail, dkim none, dmarc fail")
    assert not result.temporary


def test_a_domain_without_dmarc_is_proven_by_spf_of_its_own(dns: LocalDns) -> None:
    raw = RAW.replace(b"victim.org", b"plain.co.uk")
    result = proven(dns, raw, sender="sam@plain.co.uk")
    assert (result.passed, result.dmarc) == (True, "none")


def test_a_subdomain_signs_for_its_organisation_unless_it_is_strict(dns: LocalDns) -> None:
    strict = RAW.replace(b"victim.org", b"strict.org")

    assert proven(dns, signed(RAW, "mail.victim.org"), client=ELSEWHERE).passed
    assert proven(dns, signed(strict, "strict.org"), sender="sam@strict.org").passed
    result = proven(dns, signed(strict, "mail.strict.org"), sender="sam@strict.org")
    assert (result.passed, result.dkim, result.dmarc) == (False, "none", "fail")


def test_a_signature_of_somebody_else_proves_nothing(dns: LocalDns) -> None:
    """Nor does SPF of an envelope sender who is not in From."""
    assert not proven(dns, signed(RAW, "evil.com"), client=ELSEWHERE).passed
    result = proven(dns, signed(RAW, "evil.com"), sender="eve@evil.com")
    assert (result.passed, result.reason) == (False, "From is not the envelope sender")


@pytest.mark.parametrize(
    ("domain", "reason"),
    [
        ("down.org", "spf temperror, dkim none, dmarc temperror"),
        ("silent.org", "spf temperror, dkim none, dmarc temperror"),
        ("half.org", "spf fail, dkim temperror, dmarc none"),
    ],
)
def test_dns_in_trouble_leaves_it_open(dns: LocalDns, domain: str, reason: str) -> None:
    raw = signed(RAW.replace(b"victim.org", domain.encode()), domain) if domain[0] == "h" else RAW
    raw = raw.replace(b"<sam@victim.org>", f"<sam@{domain}>".encode())
    result = proven(dns, raw, sender=f"sam@{domain}")

    assert (result.passed, result.temporary, result.reason) == (False, True, reason)
    assert given_up(result) == replace(result, temporary=False, reason=GAVE_UP)


def test_what_is_proven_needs_no_policy_to_say_so(dns: LocalDns) -> None:
    """SPF or DKIM of the very domain passes whatever the record is; another domain has to wait."""
    raw = RAW.replace(b"victim.org", b"shaky.org")
    sender = "sam@shaky.org"

    assert proven(dns, raw, sender=sender).reason == "spf pass, dkim none, dmarc temperror"
    assert proven(dns, raw, sender=sender).passed
    assert proven(dns, signed(raw, "shaky.org"), sender=sender, client=ELSEWHERE).passed
    other = proven(dns, signed(raw, "mail.shaky.org"), sender=sender, client=ELSEWHERE)
    assert (other.passed, other.temporary, other.dkim) == (False, True, "temperror")
    nothing = proven(dns, raw, sender=sender, client=ELSEWHERE)
    assert (nothing.passed, nothing.temporary) == (False, False)


@pytest.mark.parametrize(
    ("raw", "sender"),
    [
        (RAW, ""),
        (RAW, "eve@evil.com"),
        (RAW, "sam@victim.org "),
        (RAW, "sam@mail.victim.org"),
        (b"From: x@victim.org\r\n" + RAW, SAM),
        (RAW.replace(b"From:", b"From :"), SAM),
        (RAW.replace(b"From:", b"Frm:"), SAM),
        (RAW.replace(b"From:", b"From:\0"), SAM),
        (RAW.replace(b"<", b"x@evil.com, <"), SAM),
        (RAW.replace(b"sam@victim.org", b"sam@victim"), "sam@victim"),
        (RAW.replace(b"\r\n", b"\n"), SAM),
        (b"", SAM),
        (b"\0" * 1000, SAM),
    ],
)
def test_what_is_not_plainly_the_senders_asks_nobody(
    dns: LocalDns, raw: bytes, sender: str
) -> None:
    """It is refused at once, so that junk costs no DNS."""
    dns.asked.clear()
    result = proven(dns, raw, sender=sender)

    assert (result.passed, result.temporary, result.method) == (False, False, "required")
    assert dns.asked == []


def test_the_case_of_letters_does_not_count(dns: LocalDns) -> None:
    assert proven(dns, RAW, sender="Sam@Victim.ORG").passed


BOMBS = {
    "headers": b"X-Bomb: x\r\n" * 200_000 + RAW,
    "folded": b"X-Bomb: x" + b"\r\n x" * 100_000 + b"\r\n" + RAW,
    "signatures": signature(RAW, "evil.com") * 100 + RAW,
    "signatures of the author": signature(RAW, "victim.org").replace(b"s=s1", b"s=s2") * 100 + RAW,
    "blanks": b"DKIM-Signature: v=1; d=victim.org; b=" + b" " * 60_000 + b"!\r\n" + RAW,
    "tags": b"DKIM-Signature: d=victim.org" + b";a=b" * 10_000 + b"\r\n" + RAW,
    "colons": b"DKIM-Signature: d=victim.org; h=" + b":" * 7_000 + b"\r\n" + RAW,
    "body": signature(RAW, "victim.org") + RAW + b" " * 25_000_000,
    "lines": signature(RAW, "victim.org", forms=("simple", "simple")) + RAW + b"\r\n" * 12_500_000,
    "quotes": RAW.replace(b"Sam", b'"' * 3999),
    "comments": RAW.replace(b"Sam", b"(" * 3999),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_costs_seconds_at_most(dns: LocalDns, bomb: str) -> None:
    begun = time.process_time()
    proven(dns, BOMBS[bomb])
    assert time.process_time() - begun < 4


class Broken(Resolver):
    """A resolver with a bug in it."""

    def ask(self, name: str, kind: str, seconds: float) -> list[Rdata]:  # noqa: ARG002
        """Fail as no code of ours should, with words of the mail in the message."""
        raise RuntimeError(f"secret words about {name}")


def test_a_surprise_proves_nothing_and_is_logged_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        result = Prover(resolver=Broken()).prove(submission(RAW, sender=SAM, client=CLIENT))

    assert (result.passed, result.temporary, result.reason) == (False, False, "checking it failed")
    assert "RuntimeError" in caplog.text
    assert submission(RAW).key in caplog.text
    assert "secret" not in caplog.text


SERVER = "mx.force.example"
TRACE = b"Received: from a by mx.force.example; Tue, 24 Nov 2026 12:00:00 +0000\r\n"


def told(value: str) -> bytes:
    """Give the mail as the force's own server hands it over."""
    return f"Authentication-Results: {SERVER}; {value}\r\n".encode() + TRACE + RAW


def handed_over(dns: LocalDns, raw: bytes, *, by_server: bool = True) -> Authentication:
    """Prove a mail where the force has a mail server in front."""
    return proven(
        dns, raw, client=ELSEWHERE, authserv_id=SERVER, trusts=lambda _envelope: by_server
    )


def test_the_word_of_the_forces_own_server_is_enough(dns: LocalDns) -> None:
    dns.asked.clear()
    result = handed_over(dns, told("spf=fail; dmarc=pass header.from=victim.org"))

    assert (result.method, result.passed) == ("mail-server", True)
    assert result.reason == "the mail server says spf fail, dkim none, dmarc pass"
    assert (result.spf, result.dkim, result.dmarc) == ("fail", "none", "pass")
    assert dns.asked == []


def test_its_word_alone_counts(dns: LocalDns) -> None:
    """What the mail could prove by itself does not outweigh it, and neither does silence."""
    good = signed(RAW, "victim.org")
    failed = told("dmarc=fail header.from=victim.org").replace(RAW, good)

    assert not handed_over(dns, failed).passed
    silent = handed_over(dns, TRACE + good)
    assert (silent.passed, silent.reason) == (False, "the mail server says nothing of it")


def test_a_mail_that_did_not_come_by_it_is_computed(dns: LocalDns) -> None:
    """Anybody may write what looks like its word."""
    raw = told("dmarc=pass header.from=victim.org")
    result = handed_over(dns, raw, by_server=False)

    assert (result.method, result.passed) == ("required", False)
    assert handed_over(dns, signed(raw, "victim.org"), by_server=False).passed


def test_without_its_name_nobody_is_believed(dns: LocalDns) -> None:
    result = proven(dns, told("dmarc=pass header.from=victim.org"), client=ELSEWHERE)
    assert (result.method, result.passed) == ("required", False)


def test_by_default_lmtp_is_how_the_own_server_hands_over(dns: LocalDns) -> None:
    it = submission(told("dmarc=pass header.from=victim.org"), sender=SAM, client=ELSEWHERE)
    prover = Prover(resolver=Resolver([dns.address]), authserv_id=SERVER)

    def through(door: str) -> Submission:
        return replace(it, envelope=replace(it.envelope, door=door))  # type: ignore[arg-type]

    assert prover.prove(through("lmtp")).method == "mail-server"
    assert prover.prove(through("smtp")).method == "required"
