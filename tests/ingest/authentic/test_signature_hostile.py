"""Signatures that are many, large or nearly right; dkimpy is the yardstick."""

from __future__ import annotations

import time

import dkim
from dns_server import LocalDns
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from signing import key_record, signature, signed
from submissions import mail
from verifying import FORMS, MAIL, result, results

from ingest.authentic.block import Misshapen


def test_of_a_hundred_signatures_three_are_looked_at(keys_dns: LocalDns) -> None:
    bad = signature(MAIL, "missing.org").replace(b"missing.org", b"victim.org")
    raw = bad * 3 + signature(MAIL, "victim.org") + bad * 100 + MAIL
    keys_dns.asked.clear()

    assert [it.result for it in results(keys_dns, raw, "victim.org")] == ["fail"] * 3
    assert len(keys_dns.asked) <= 1


def test_a_body_of_full_size_costs_seconds(keys_dns: LocalDns) -> None:
    """Three signatures over 25 MB of blanks: each canonical form is made once."""
    raw = MAIL + b" " * 25_000_000 + b"x"
    forged = signature(MAIL, "victim.org") * 3 + raw
    begun = time.process_time()

    assert [it.result for it in results(keys_dns, forged, "victim.org")] == ["fail"] * 3
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
    keys_dns: LocalDns,
    body: list[str],
    subject: str,
    forms: tuple[str, str],
    place: int,
    by: bytes,
) -> None:
    """What dkimpy signs holds; with one byte changed anywhere, it holds only if dkimpy agrees."""
    raw = mail("\n".join(body) + "\n", subject=subject.strip(), author="sam@victim.org")
    whole = signed(raw, "victim.org", forms=forms)
    assert result(keys_dns, whole) == "pass"

    place %= len(whole)
    if whole[place] in b"\r\n":
        return
    changed = whole[:place] + by + whole[place + 1 :]
    try:
        ours = "pass" in {it.result for it in results(keys_dns, changed, "victim.org")}
    except Misshapen:
        ours = False
    assert not ours or _dkimpy_says(changed)


def _dkimpy_says(raw: bytes) -> bool:
    record = key_record().encode()
    try:
        return bool(dkim.verify(raw, dnsfunc=lambda _name, timeout=5: record))  # noqa: ARG005
    except dkim.DKIMException:
        return False
