"""Every combination of SPF, DKIM, DMARC, From and envelope: who is answered, and nobody else.

What is allowed is written down here from the rule alone: it looks at what was drawn, not at
anything that the desk computed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import NamedTuple

import pytest
from dns_server import LocalDns, local_dns, txt
from signing import key_zone, signature
from submissions import NOON, mail, submission

from casefile.reply import Answer
from ingest.authentic.resolver import Resolver
from ingest.authenticate import Prover
from ingest.cover import cover_of
from ingest.read import read
from makers import finding
from responders.refuse import refusal

CLIENT = "203.0.113.66"
EVIL = "evil.com"
SPF = {
    "pass": [f"v=spf1 ip4:{CLIENT} -all"],
    "fail": ["v=spf1 -all"],
    "softfail": ["v=spf1 ~all"],
    "none": [],
    "permerror": ["v=spf1 nonsense -all"],
}
DKIM = ("aligned", "other", "fail", "none")
DMARC = ("reject", "quarantine", "none", "missing")
AUTHORS = ("same", "other", "two", "none", "From :", "list", "NUL")
ENVELOPES = ("same", "other", "<>")
ANSWER = Answer(main="general", parts=(), alert=False)


class Case(NamedTuple):
    """One combination."""

    spf: str
    dkim: str
    dmarc: str
    author: str
    envelope: str


CASES = [Case(*it) for it in product(SPF, DKIM, DMARC, AUTHORS, ENVELOPES)]


def allowed(case: Case) -> bool:
    """Say by the rule whether this mail may be answered.

    The victim, where From and envelope both are the victim's one mailbox and SPF or DKIM of the
    victim's domain passes. The offender too, who writes in his own name: his domain has SPF that
    passes. Whatever is between these is nobody.
    """
    if (case.author, case.envelope) == ("same", "same"):
        return case.spf == "pass" or case.dkim == "aligned"
    return (case.author, case.envelope) == ("other", "other")


def victim_domain(case: Case) -> str:
    """Give the domain that is set up as the case says; a zone in .org, .com or .co.uk."""
    suffix = {"reject": "org", "quarantine": "com", "none": "co.uk", "missing": "org"}[case.dmarc]
    return f"{case.spf}-{case.dmarc}.{suffix}"


def zones() -> dict[str, dict[str, list[str]]]:
    """Give the zones of all cases."""
    zones = {EVIL: txt(*SPF["pass"]), **key_zone(EVIL)}
    for case in CASES:
        domain = victim_domain(case)
        zones |= {domain: txt(*SPF[case.spf]), **key_zone(domain)}
        if case.dmarc != "missing":
            zones[f"_dmarc.{domain}"] = txt(f"v=DMARC1; p={case.dmarc}")
    return zones


def honest(victim: str) -> bytes:
    """Give the mail that the victim would have written."""
    return mail("Look at this.\n", author=f"Sam <{victim}>")


@cache
def signature_of(victim: str, dkim: str) -> bytes:
    """Give the signature line of a case; the one that fails was made for another text."""
    raw, domain = honest(victim), victim.rpartition("@")[2]
    if dkim == "none":
        return b""
    if dkim == "fail":
        return signature(raw.replace(b"Look", b"Gaze"), domain)
    return signature(raw, domain if dkim == "aligned" else EVIL)


def author_lines(author: str, victim: str) -> bytes:
    """Give the From lines of a case."""
    line = f"From: Sam <{victim}>\r\n"
    lines = {
        "same": line,
        "other": f"From: Eve <eve@{EVIL}>\r\n",
        "two": f"{line}From: Eve <eve@{EVIL}>\r\n",
        "none": "",
        "From :": line.replace("From:", "From :"),
        "list": f"From: Sam <{victim}>, Eve <eve@{EVIL}>\r\n",
        "NUL": line.replace("Sam <", "Sam \0<"),
    }
    return lines[author].encode()


def raw_of(case: Case, victim: str) -> bytes:
    """Give the whole mail of a case."""
    _, _, rest = honest(victim).partition(b"\r\n")
    return signature_of(victim, case.dkim) + author_lines(case.author, victim) + rest


@pytest.fixture(scope="module")
def dns() -> Iterator[LocalDns]:
    """Give a server with all zones."""
    with local_dns(zones()) as server:
        yield server


def test_exactly_those_who_wrote_to_us_are_answered(dns: LocalDns) -> None:
    """All 1,680: the whole way from the bytes to the choice, against the rule."""
    prover = Prover(resolver=Resolver([dns.address]))
    wrong = [case for case in CASES if answered(prover, case) != allowed(case)]

    assert len(CASES) == 1680
    assert wrong == []
    assert sum(map(allowed, CASES)) == (4 * 4 * 1 + 1 * 4 * 4) + 5 * 4 * 4


def answered(prover: Prover, case: Case) -> bool:
    """Tell whether the desk would answer a case."""
    victim = f"sam@{victim_domain(case)}"
    senders = {"same": victim, "other": f"eve@{EVIL}", "<>": ""}
    came = submission(raw_of(case, victim), sender=senders[case.envelope], client=CLIENT)
    proof = prover.prove(came)
    assert not proof.temporary
    why_not = refusal(
        envelope=came.envelope,
        cover=cover_of(came, read(came.raw), proof),
        findings=(finding(came.key),),
        answer=ANSWER,
        earlier=None,
        now=NOON,
        own_domains=("force.example",),
    )
    return why_not is None


@pytest.mark.parametrize("author", AUTHORS)
def test_the_proof_alone_lets_no_other_author_pass(dns: LocalDns, author: str) -> None:
    """It does not lean on the choice to answer: who is proven is the one From and the sender."""
    case = Case("pass", "aligned", "reject", author, "same")
    victim = f"sam@{victim_domain(case)}"
    prover = Prover(resolver=Resolver([dns.address]))
    came = submission(raw_of(case, victim), sender=victim, client=CLIENT)

    assert prover.prove(came).passed == (author == "same")
