"""Each family reads its own accounts, proves them and leaves everything else alone."""

from __future__ import annotations

import pytest
import wallets
from wallets import ETHER, INVENTED, P2PKH, SEGWIT

from casefile.indicator import KINDS
from triage.clean import View
from triage.extract.accounts import MAX_ACCOUNTS, find_accounts
from triage.extract.families import FAMILIES


def found(text: str) -> list[tuple[str, str, str]]:
    """Give kind, value and check of what stands in a text."""
    accounts = find_accounts((View(text=text, found_in="text"),))
    return [(one.kind, one.value, one.check) for one in accounts]


@pytest.mark.parametrize(("kind", "value"), INVENTED)
def test_an_account_is_found_amid_a_sentence(kind: str, value: str) -> None:
    assert found(f"Send it to {value}, now.") == [(kind, value, "valid")]


@pytest.mark.parametrize(("kind", "value"), INVENTED)
def test_an_account_with_its_halves_exchanged_is_none_and_no_near_miss(
    kind: str, value: str
) -> None:
    half = len(value) // 2
    wrong = value[:4] + value[half:] + value[4:half]
    assert [one for one in found(f"Send it to {wrong} now") if one[0] == kind] == []


def test_every_kind_of_account_has_a_family() -> None:
    assert {family.kind for family in FAMILIES} == {
        kind.name for kind in KINDS.values() if kind.account
    }


@pytest.mark.parametrize(
    "address",
    [  # the valid ones of BIP 173 and BIP 350
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    ],
)
def test_witness_addresses_of_the_proposals_are_read_in_lower_case(address: str) -> None:
    assert found(address) == [("bitcoin", address.lower(), "valid")]


@pytest.mark.parametrize(
    "address",
    [  # invalid ones of BIP 350: wrong checksum for the version, wrong length, wrong padding
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
        "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",
        "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",
    ],
)
def test_witness_addresses_that_break_a_rule_are_not_listed(address: str) -> None:
    assert [one for one in found(address) if one[2] == "valid"] == []


def test_a_witness_address_whose_first_letter_a_phone_made_large_is_read() -> None:
    (account,) = find_accounts((View(text=SEGWIT.capitalize(), found_in="text"),))
    assert (account.value, account.steps) == (SEGWIT, ("letter case made one",))


@pytest.mark.parametrize(
    "address",
    [  # EIP-55
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    ],
)
def test_ether_addresses_of_the_proposal_are_proven_and_their_small_form_is_not(
    address: str,
) -> None:
    assert found(address) == [("ethereum", address, "valid")]
    assert found(address.lower()) == [("ethereum", address, "unchecked")]


def test_one_letter_of_wrong_case_makes_no_ether_address() -> None:
    assert found(ETHER[:-8] + ETHER[-8:].swapcase()) == []


@pytest.mark.parametrize(
    "text",
    ["0x" + "ab12" * 16, "0x" + "0" * 40, "ab12cd34" * 5, "0x" + "a1b2c3d4e5" * 4 + "f"],
    ids=["transaction", "filler", "commit", "one digit too many"],
)
def test_other_hexadecimal_is_no_ether_address(text: str) -> None:
    assert found(f"see {text} there") == []


@pytest.mark.parametrize("prefix", ["", "bitcoincash:"])
def test_cash_addresses_are_read_with_their_prefix_and_without(prefix: str) -> None:
    value = wallets.cash_address(wallets.hash_of("cash"))
    assert found(f"pay {prefix}{value}") == [("bitcoin-cash", f"bitcoincash:{value}", "valid")]


@pytest.mark.parametrize(
    "written",
    ["GB29 NWBK 6016 1331 9268 19", "GB29NWBK60161331926819", "GB29 NWBK 6016\n1331 9268 19"],
)
def test_an_iban_is_read_in_groups_and_over_lines_without_what_follows(written: str) -> None:
    (account,) = find_accounts((View(text=f"My IBAN: {written}\nBIC NWBKGB2L", found_in="text"),))
    assert (account.kind, account.value) == ("iban", "GB29NWBK60161331926819")
    assert account.as_written == written


def test_an_iban_needs_a_word_about_accounts_near_by() -> None:
    value = wallets.iban("DE", "370400440532013000")
    assert found(f"Bank transfer to {value}") == [("iban", value, "valid")]
    assert found(f"parcel number {value}") == []


def test_an_iban_with_a_wrong_digit_or_length_is_none() -> None:
    assert found("IBAN GB28NWBK60161331926819") == []
    assert found("IBAN GB29NWBK6016133192681") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pay at https://www.paypal.me/SomeOne5/50", ("paypal", "paypal.me/someone5", "unchecked")),
        ("paypal.com/paypalme/someone5", ("paypal", "paypal.me/someone5", "unchecked")),
        ("https://cash.app/$Some-One", ("cashapp", "$some-one", "unchecked")),
        ("my cash app is $SomeOne", ("cashapp", "$someone", "unchecked")),
        ("https://revolut.me/some1one", ("revolut", "@some1one", "unchecked")),
        ("revolut tag @SomeOne please", ("revolut", "@someone", "unchecked")),
    ],
)
def test_accounts_of_money_services_are_read_from_links_and_tags(
    text: str, expected: tuple[str, str, str]
) -> None:
    assert found(text) == [expected]


@pytest.mark.parametrize("text", ["$SomeOne", "write to @someone", "cash app $1400 and $5"])
def test_tags_without_their_service_and_sums_are_no_accounts(text: str) -> None:
    assert found(text) == []


def test_the_same_account_in_two_views_is_one_and_comes_from_the_first() -> None:
    views = (View(text=P2PKH, found_in="html"), View(text=P2PKH, found_in="text"))
    assert [one.found_in for one in find_accounts(views)] == ["html"]


def test_at_most_two_hundred_accounts_are_kept() -> None:
    text = "\n".join(wallets.base58check(b"\x00", wallets.hash_of(str(n))) for n in range(300))
    assert len(found(text)) == MAX_ACCOUNTS
