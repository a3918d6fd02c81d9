"""Lightning, Stellar and PayPal's e-mail addresses are accounts; their look-alikes are none."""

from __future__ import annotations

from base64 import b32encode
from binascii import crc_hqx

import pytest
from disguised.letters import message
from wallets import hash_of

from casefile.indicator import Indicator
from triage.clean import clean
from triage.extract import extract
from triage.extract.accounts import find_accounts
from triage.extract.bech32 import ALPHABET, BECH32, CHECKSUM, start, step
from triage.extract.stellar import canonical
from triage.view import View

RIPPLE = "rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh"


def stellar(seed: str) -> str:
    """Give an address (SEP 23) of a key of nobody."""
    body = b"\x30" + hash_of(seed, 32)
    return b32encode(body + crc_hqx(body, 0).to_bytes(2, "little")).decode()


def bech32(prefix: str, size: int) -> str:
    """Give a text of a length under the checksum of BIP 173."""
    data = [place * 7 % 32 for place in range(size)]
    checksum = start(prefix)
    for value in (*data, *[0] * CHECKSUM):
        checksum = step(checksum, value)
    checksum ^= BECH32
    data += [checksum >> 5 * (CHECKSUM - 1 - place) & 31 for place in range(CHECKSUM)]
    return f"{prefix}1{''.join(ALPHABET[value] for value in data)}"


def found(text: str) -> list[tuple[str, str]]:
    """Give the accounts in a text by kind and value."""
    return [(one.kind, one.value) for one in read(text)]


def read(text: str) -> tuple[Indicator, ...]:
    """Give the accounts in a text."""
    return find_accounts((View(text=text, found_in="text"),))


@pytest.mark.parametrize("written", [bech32("lnbc20u", 250), bech32("lnurl", 60)])
def test_lightning_is_read_in_either_case_and_never_with_a_slip(written: str) -> None:
    right = [("other", f"lightning:{written}")]
    assert found(f"Pay {written} at once") == found(f"lightning:{written.upper()}") == right
    assert found(f"Pay {written[:-1]}q" + ("q" if written[-1] == "q" else "")) == []


def test_stellar_is_read_with_its_memo_plain_and_apart() -> None:
    address = stellar("x")
    assert found(f"My wallet: {address}") == [("other", f"stellar:{address}")]
    told = [("other", f"stellar:{address}:777")]
    assert found(f"XLM to {address} with memo 777") == told
    assert found(f"stellar wallet {' '.join(address)}, memo: 777") == told
    assert canonical(f"{address[:-1]}{'A' if address[-1] != 'A' else 'B'}") is None


@pytest.mark.parametrize(
    "written",
    [
        " ".join(RIPPLE),
        f"part 1: {RIPPLE[:15]} part 2: {RIPPLE[15:]}",
        f"read it backwards {RIPPLE[::-1]}",
    ],
)
def test_the_tag_stays_with_a_ripple_account_that_was_taken_apart(written: str) -> None:
    text = f"Send XRP to my ripple wallet {written} destination tag 12345."
    assert found(text) == [("ripple", f"{RIPPLE}:12345")]


@pytest.mark.parametrize(
    "text",
    [
        "PayPal: Crook.Pay@mail.example",
        "send it by PayPal to friends and family: crook.pay@mail.example",
        "my paypal address is crook.pay@mail.example",
    ],
)
def test_an_address_that_is_called_a_paypal_account_is_one(text: str) -> None:
    assert found(text) == [("paypal", "crook.pay@mail.example")]


@pytest.mark.parametrize(
    "text",
    [
        "Write to crook.pay@mail.example about PayPal",
        "Your PayPal account sam@victim.example was opened",
        "PayPal: service@paypal.com",
        "I have your PayPal. Write to crook.pay@mail.example",
    ],
)
def test_an_address_beside_the_word_paypal_is_no_account(text: str) -> None:
    assert found(text) == []


def test_the_readers_own_address_is_no_account_and_the_wording_keeps_addresses() -> None:
    own = extract(clean(message(text="Pay me. PayPal: sam@victim.example")))
    assert own.accounts == ()
    named = extract(clean(message(text="Pay me. PayPal: crook.pay@mail.example")))
    assert {(it.kind, it.text) for it in named.spans} == {("email", "crook.pay@mail.example")}


def test_a_card_whose_digits_stand_alone_is_read_whole_or_not_at_all() -> None:
    assert found("my card: 4 6 8 7 9 1 9 4 9 0 8 6 2 8 7 9") == []
    assert found("my card: 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1") == [("card", "411111••••••1111")]
