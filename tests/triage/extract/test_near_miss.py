"""A mistyped Bitcoin address is shown as written; a word of chance is not."""

from __future__ import annotations

from hashlib import sha512

import pytest
from wallets import P2PKH, P2SH, SEGWIT, TAPROOT, base58check, hash_of

from triage.clean import View
from triage.extract.accounts import find_accounts
from triage.extract.near_miss import is_near_miss

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def edits(value: str) -> list[str]:
    """Give one change, one loss and one addition in the middle, and a change at the end."""
    middle = len(value) // 2
    other = "q" if value[middle] != "q" else "z"
    return [
        value[:middle] + other + value[middle + 1 :],
        value[:middle] + value[middle + 1 :],
        value[:middle] + other + value[middle:],
        value[:-1] + ("w" if value[-1] != "w" else "x"),
    ]


@pytest.mark.parametrize("value", [P2PKH, P2SH, SEGWIT, TAPROOT])
def test_one_character_wrong_lost_or_added_is_a_near_miss(value: str) -> None:
    for typed in edits(value):
        (account,) = find_accounts((View(text=f"bitcoin wallet {typed}", found_in="text"),))
        assert (account.value, account.check, account.kind) == (typed, "near-miss", "bitcoin")
        assert not account.links


@pytest.mark.parametrize("value", [P2PKH, SEGWIT])
def test_two_characters_wrong_are_not_listed(value: str) -> None:
    typed = value[:10] + "x7x" + value[13:]
    assert find_accounts((View(text=f"bitcoin wallet {typed}", found_in="text"),)) == ()


def test_a_letter_that_addresses_do_not_have_is_the_one_that_is_wrong() -> None:
    assert is_near_miss(f"{P2PKH[:8]}0{P2PKH[9:]}")
    assert is_near_miss(f"{SEGWIT[:8]}b{SEGWIT[9:]}")


def test_words_of_chance_are_no_near_misses() -> None:
    words = [
        "1" + "".join(ALPHABET[byte % 32] for byte in sha512(b"%d" % n).digest()[:33])
        for n in range(20)
    ]
    assert not any(map(is_near_miss, words))


def test_no_near_miss_where_nobody_speaks_of_money() -> None:
    assert find_accounts((View(text=f"track {edits(P2PKH)[0]} here", found_in="text"),)) == ()


def test_at_most_five_strings_of_a_mail_are_tried() -> None:
    typed = [edits(base58check(b"\x00", hash_of(str(number))))[0] for number in range(8)]
    text = "bitcoin wallets: " + " ".join(typed)
    assert len(find_accounts((View(text=text, found_in="text"),))) == 5
