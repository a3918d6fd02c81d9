"""A reported message gives its accounts, contacts, demand, secrets and what is to be masked."""

from __future__ import annotations

import re
import time
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wallets import P2PKH, SEGWIT

from casefile.finding import Amount
from casefile.report import ReportedMessage
from triage import characters, folding, markup_bombs, visible
from triage.clean import clean
from triage.extract import (
    Extracted,
    Span,
    accounts,
    contacts,
    cues,
    deadline,
    demand,
    extract,
    near_miss,
    phones,
    secret,
)
from triage.extract.families import FAMILIES
from triage.extract.glance import kinds_of

LETTER = f"""Hello sam@victim.example, your password is Tulip77.
Send $1,400 to my bitcoin wallet {P2PKH}. You have 48 hours.
Write to dark@mail.example or see https://evil.example/pay."""

#: Text of a megabyte that regular expressions could choke on.
HOSTILE = {
    "addresses": "a@a@" * 262_144,
    "ones": "1111" * 262_144,
    "hex": "0x000" * 209_715,
    "brackets": "((((" * 262_144,
    "cues": "bitcoin wallet 1 3 bc1 part 1 " * 34_952,
    "passwords": "your password is " * 61_680,
    "figures": "1,111.1 $ " * 104_857,
    "spaces": " " * 1_048_576,
    "ibans": "GB29 NWBK bank " * 69_905,
    "dots": "a.a-a_" * 174_762,
    "quotes": "> >\n" * 262_144,
    "tags": "<a b='" * 174_762,
    "marks": "e\u0301\u0327" * 349_525,
    "cyrillic": "оплата кошелёк " * 69_905,
}


def read(**changes: str) -> Extracted:
    """Give what is extracted from a message with these texts."""
    fields = dict.fromkeys(
        ("sender", "reply_to", "subject", "date", "date_as_written", "message_id"), ""
    )
    fields |= {"to": "sam@victim.example", "text": "", "html": ""}
    return extract(clean(ReportedMessage(**{**fields, **changes})))


def test_a_blackmail_letter_is_read_whole() -> None:
    found = read(text=LETTER)
    assert [(one.kind, one.value) for one in found.accounts] == [("bitcoin", P2PKH)]
    assert {(one.kind, one.value) for one in found.contacts} == {
        ("email", "dark@mail.example"),
        ("url", "https://evil.example/pay"),
    }
    assert found.demand.amounts == (Amount(value=1400.0, currency="USD"),)
    assert found.demand.deadline_hours == 48
    assert found.secrets == 1


def test_every_variable_is_a_span_that_stands_in_the_text_the_victims_address_too() -> None:
    spans = read(text=LETTER).spans
    assert set(spans) == {
        Span(kind="account", text=P2PKH),
        Span(kind="amount", text="$1,400"),
        Span(kind="email", text="sam@victim.example"),
        Span(kind="email", text="dark@mail.example"),
        Span(kind="url", text="https://evil.example/pay"),
        Span(kind="secret", text="Tulip77"),
    }
    assert all(span.text in LETTER for span in spans)


def test_a_password_shows_in_nothing_but_the_spans() -> None:
    found = read(text=LETTER)
    assert "Tulip77" not in repr(found)
    assert "Tulip77" not in f"{found.accounts}{found.contacts}{found.demand}"


def test_a_wallet_in_html_subject_link_and_hidden_text_says_where_it_was() -> None:
    link = read(
        html=f'<p>Pay me now by this link here</p><a href="bitcoin:{SEGWIT}?amount=1">x</a>'
    )
    assert [(one.value, one.found_in) for one in link.accounts] == [(SEGWIT, "html")]
    hidden = read(html=f"<p>Nothing is to be seen here, go on</p><p hidden>{SEGWIT}</p>")
    assert [one.steps for one in hidden.accounts] == [("hidden text shown",)]
    subject = read(subject=f"Pay {SEGWIT}")
    assert [one.found_in for one in subject.accounts] == ["header"]


def test_a_wallet_spelled_over_elements_and_unseen_characters_names_both_steps() -> None:
    html = f"<p>wallet <b>{SEGWIT[:9]}</b><i>{SEGWIT[9:20]}\u200b{SEGWIT[20:]}</i> for you all</p>"
    (account,) = read(html=html).accounts
    assert account.value == SEGWIT
    assert account.steps == ("markup read as it is shown", "unseen characters removed")


def test_the_spans_of_a_joined_wallet_are_its_pieces() -> None:
    found = read(text=f"bitcoin part one {P2PKH[:15]} and part two {P2PKH[15:]}")
    assert {span.text for span in found.spans} == {P2PKH[:15], P2PKH[15:]}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_megabyte_is_read_within_seconds(name: str) -> None:
    start = time.process_time()
    read(text=HOSTILE[name])
    read(html=HOSTILE[name])
    assert time.process_time() - start < 10


MODULES = (accounts, characters, contacts, cues, deadline, demand, folding, markup_bombs)
#: These are matched at one place or within a few characters only.
ANCHORED = {"_AGO", "_BEFORE", "_BEHIND", "_NOT", "_RANDOM", "_RATE", "_TELLING"}
#: Those of bytes look at the kinds of signs.
Pattern = re.Pattern[str] | re.Pattern[bytes]
PATTERNS: list[tuple[str, Pattern]] = [
    (f"{module.__name__}.{name}", value)
    for module in (*MODULES, near_miss, phones, secret, visible)
    for name, value in vars(module).items()
    if isinstance(value, re.Pattern) and name not in ANCHORED
]
PATTERNS += [(it.kind, shape) for it in FAMILIES for shape in (it.pattern, it.kinds) if shape]


@pytest.mark.parametrize(("name", "pattern"), PATTERNS, ids=[name for name, _ in PATTERNS])
def test_no_pattern_is_slow_on_any_hostile_megabyte(name: str, pattern: Pattern) -> None:
    """The bar is 100 ms for a megabyte on a quiet machine; five times that where others work."""
    for text in HOSTILE.values():
        start = time.process_time()
        if isinstance(pattern.pattern, bytes):
            deque(pattern.finditer(kinds_of(text)), maxlen=0)
        else:
            deque(pattern.finditer(text), maxlen=0)
        assert time.process_time() - start < 0.5, name


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300), html=st.text(max_size=300))
def test_nothing_raises(text: str, html: str) -> None:
    read(text=text, html=html, subject=text[:50])
