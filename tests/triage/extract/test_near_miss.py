"""A mistyped account is shown as written and said to be so; a word of chance is not."""

from __future__ import annotations

import random
import string
from hashlib import sha512

import pytest
import wallets
from wallets import INVENTED, P2PKH, SEGWIT, base58check, hash_of

from triage.clean import View
from triage.extract.accounts import find_accounts
from triage.extract.glance import glance
from triage.extract.near_miss import slip_of

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
#: Zcash's unified addresses scramble what they hold, and Byron's hold it in CBOR: not mended.
PROVEN = [(kind, value) for kind, value in INVENTED if not value.startswith(("u1", "Ae2"))]
NAMES = "bitcoin cash bch zcash xrp monero ton"
NAMED, UNNAMED = glance(NAMES), glance("")


def slips(value: str, *, seed: int = 0) -> list[str]:
    """Give one character changed, lost and added, and two neighbours exchanged, at any place."""
    chance = random.Random(f"{value}{seed}")  # noqa: S311 - repeatable, guards nothing
    place = chance.randrange(3, len(value) - 1)
    signs = string.ascii_letters + string.digits
    other = chance.choice([sign for sign in signs if sign.lower() != value[place].lower()])
    here = next(it for it in range(place, 0, -1) if value[it - 1].lower() != value[it].lower())
    return [
        value[:place] + other + value[place + 1 :],
        value[:place] + value[place + 1 :],
        value[:place] + other + value[place:],
        value[: here - 1] + value[here] + value[here - 1] + value[here + 1 :],
    ]


@pytest.mark.parametrize(("kind", "value"), PROVEN)
def test_one_character_wrong_lost_or_added_or_two_exchanged_is_a_near_miss(
    kind: str, value: str
) -> None:
    for typed in slips(value):
        text = f"{NAMES} wallet {typed}"
        (account,) = find_accounts((View(text=text, found_in="text"),))
        assert (account.value, account.check, account.kind) == (typed, "near-miss", kind), typed
        assert account.as_written == typed
        assert not account.links


@pytest.mark.parametrize(("kind", "value"), PROVEN)
def test_two_slips_are_none_but_where_the_code_tells_two(kind: str, value: str) -> None:
    typed = f"{value[:10]}x7x{value[13:]}"
    assert slip_of(typed, NAMED) is None
    place = len(value) // 2
    other = "qz" if value[place : place + 2] != "qz" else "zq"
    typed = f"{value[:place]}{other}{value[place + 2 :]}"
    if value.lower().startswith(("bc1", "ltc1", "addr1", "zs1")):
        assert slip_of(typed, NAMED) == kind


@pytest.mark.parametrize(
    "typed", ["bd1" + SEGWIT[3:], "b1" + SEGWIT[3:], "bcc1" + SEGWIT[3:], "cb1" + SEGWIT[3:]]
)
def test_the_prefix_may_be_what_is_wrong(typed: str) -> None:
    assert slip_of(typed, UNNAMED) == "bitcoin"


@pytest.mark.parametrize("typed", [f"x0{wallets.ETHER[2:]}", f"O{wallets.ETHER[1:]}"])
def test_so_may_that_of_an_ether_address(typed: str) -> None:
    assert slip_of(typed, UNNAMED) == "ethereum"


def test_one_letter_of_wrong_case_is_a_slip_in_ether() -> None:
    place = next(it for it, sign in enumerate(wallets.ETHER) if sign in "abcdef")
    typed = f"{wallets.ETHER[:place]}{wallets.ETHER[place].upper()}{wallets.ETHER[place + 1 :]}"
    assert slip_of(typed, UNNAMED) == "ethereum"


def test_any_two_characters_may_be_exchanged_in_base58() -> None:
    assert (
        slip_of(P2PKH[:4] + P2PKH[20] + P2PKH[5:20] + P2PKH[4] + P2PKH[21:], UNNAMED) == "bitcoin"
    )


def test_a_letter_that_addresses_do_not_have_is_the_one_that_is_wrong() -> None:
    assert slip_of(f"{P2PKH[:8]}0{P2PKH[9:]}", UNNAMED) == "bitcoin"
    assert slip_of(f"{SEGWIT[:8]}b{SEGWIT[9:]}", UNNAMED) == "bitcoin"
    assert slip_of(f"{SEGWIT[:8]}b{SEGWIT[9:12]}i{SEGWIT[13:]}", UNNAMED) == "bitcoin"


def test_words_of_chance_are_no_near_misses() -> None:
    for first in ("1", "bc1q", "T", "r", "4", "addr1", "zs1"):
        for number in range(10):
            digest = sha512(b"%d" % number).digest()
            word = first + "".join(ALPHABET[byte % 32] for byte in digest[: 34 - len(first)])
            assert slip_of(word, NAMED) is None


def test_no_near_miss_where_nobody_speaks_of_money() -> None:
    assert find_accounts((View(text=f"track {slips(P2PKH)[0]} here", found_in="text"),)) == ()


def test_at_most_five_strings_of_a_mail_are_tried_the_likeliest_first() -> None:
    typed = [slips(base58check(b"\x00", hash_of(str(number))))[0] for number in range(8)]
    others = [hash_of(f"order {number}").hex() for number in range(8)]
    text = "bitcoin wallets: " + " ".join(
        f"{one} {two}" for one, two in zip(others, typed, strict=True)
    )
    assert len(find_accounts((View(text=text, found_in="text"),))) == 5
