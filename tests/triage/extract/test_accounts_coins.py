"""Coins of later years are read by their own checks, with tags, other coins and payment links."""

from __future__ import annotations

import pytest
import wallets
from wallets import P2PKH, P2SH, hash_of

from casefile.indicator import Indicator
from triage.clean import View
from triage.extract.accounts import find_accounts
from triage.extract.payment_link import find_link_sums
from triage.extract.solana import on_curve

RIPPLE = dict(wallets.INVENTED)["ripple"]
SOLANA = wallets.solana_address("sun")
TON = wallets.ton_address("tones")
CARDANO = wallets.bech32_bytes("addr", b"\x61" + hash_of("ada", 28))


def only(text: str) -> Indicator:
    """Give the one account of a text."""
    (account,) = find_accounts((View(text=text, found_in="text"),))
    return account


def none(text: str) -> bool:
    """Tell whether a text has no account."""
    return find_accounts((View(text=text, found_in="text"),)) == ()


def test_a_solana_address_needs_a_word_near_by_and_is_never_called_proven() -> None:
    account = only(f"Send SOL to {SOLANA} now")
    assert (account.kind, account.value, account.check) == ("solana", SOLANA, "unchecked")
    assert only(f"solana:{SOLANA}?amount=1").value == SOLANA
    assert none(f"Your parcel {SOLANA} is on its way")
    assert none(f"I paid in SOL. {'Nothing more is known of it. ' * 10} {SOLANA}")


def test_half_of_all_strings_of_chance_are_no_point_of_the_curve_and_so_no_solana_address() -> None:
    assert all(on_curve(wallets.solana_key(str(number))) for number in range(50))
    chance = sum(on_curve(hash_of(str(number), 32)) for number in range(400))
    assert 150 < chance < 250


@pytest.mark.parametrize(
    "written",
    [
        wallets.ton_address("tones", 0x11),
        wallets.ton_address("tones", 0x51).replace("-", "+").replace("_", "/"),
    ],
)
def test_every_form_of_a_ton_account_has_one_value(written: str) -> None:
    account = only(f"TON wallet {written}, quickly")
    assert (account.kind, account.value, account.as_written) == ("ton", TON, written)
    assert account.steps == ()


def test_a_ton_address_of_the_master_chain_is_read_and_one_of_a_test_network_is_not() -> None:
    assert only(f"to {wallets.ton_address('tones', 0x11, 0xFF)}").kind == "ton"
    assert none(f"to {wallets.ton_address('tones', 0x91)}")


def test_a_ton_address_with_a_wrong_checksum_is_none() -> None:
    assert none(f"TON {TON[:-1]}{'A' if TON[-1] != 'A' else 'B'}")


@pytest.mark.parametrize(
    "address",
    [  # CIP-19
        "addr1qx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzer3n0d3vllmyqwsx5wktcd8cc3sq835lu7drv2xwl2wywfgse35a3x",
        "addr1vx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzers66hrl8",
        "addr1z8phkx6acpnf78fuvxn0mkew3l0fd058hzquvz7w36x4gten0d3vllmyqwsx5wktcd8cc3sq835lu7drv2xwl2wywfgs9yc0hh",
        "Ae2tdPwUPEZFRbyhz3cpfC2CumGzNkFBN2L42rcUc2yjQpEkxDbkPodpMAi",
    ],
)
def test_cardano_addresses_of_both_ages_are_read(address: str) -> None:
    assert (only(f"pay {address}").kind, only(f"pay {address}").value) == ("cardano", address)


def test_cardano_addresses_of_a_test_network_and_of_wrong_length_are_none() -> None:
    assert none("pay " + wallets.bech32_bytes("addr", b"\x60" + hash_of("ada", 28)))
    assert none("pay " + wallets.bech32_bytes("addr", b"\x61" + hash_of("ada", 29)))
    assert none("pay " + wallets.bech32_bytes("addr", b"\x61" + hash_of("ada", 28), 0x2BC830A3))


def test_a_cardano_address_in_capitals_is_read_in_small_letters() -> None:
    assert only(f"pay {CARDANO.upper()}").value == CARDANO


@pytest.mark.parametrize(
    "behind",
    [
        ", destination tag: 12345",
        "\nTag 12345",
        " (dt 12345)",
        "?dt=12345",
        " and use the destination tag number 12345.",
        "\nMemo: 12345",
    ],
)
def test_a_destination_tag_belongs_to_the_value(behind: str) -> None:
    assert only(f"Send XRP to {RIPPLE}{behind} at once").value == f"{RIPPLE}:12345"


@pytest.mark.parametrize("behind", [" within 48 hours", " tag 99999999999", "\n\n\nTag 5", ""])
def test_other_numbers_are_no_destination_tag(behind: str) -> None:
    assert only(f"Send XRP to {RIPPLE}{behind}").value == RIPPLE


def test_a_ripple_x_address_is_read_as_the_classic_one_and_its_tag() -> None:
    address = wallets.x_address("ripple", 77)
    account = only(f"Send XRP to {address}")
    assert (account.value, account.as_written) == (f"{RIPPLE}:77", address)


def test_an_address_that_may_be_of_a_coin_that_was_split_off_says_so_where_that_is_named() -> None:
    assert only(f"Litecoin wallet {P2SH}").also == ("litecoin",)
    assert only(f"my BCH wallet {P2PKH}").also == ("bitcoin-cash",)
    assert only(f"my wallet {P2SH}").also == ()
    assert only(f"Litecoin or bitcoin {P2PKH}").also == ()


def test_in_a_link_to_pay_a_token_the_contract_is_not_the_receiver() -> None:
    contract, receiver = wallets.ether_address("contract"), wallets.ether_address("receiver")
    link = f"ethereum:{contract}@1/transfer?address={receiver}&uint256=1e6"
    assert only(f"Open {link}").value == receiver
    assert list(find_link_sums(link)) == []


@pytest.mark.parametrize(
    ("link", "value", "currency"),
    [
        (f"bitcoin:{P2PKH}?label=x&amount=0.25", 0.25, "BTC"),
        (f"BITCOIN:{P2PKH}?amount=0.25", 0.25, "BTC"),
        (f"ethereum:{wallets.ETHER}@1?value=1.5e18", 1.5, "ETH"),
        ("monero:4x?tx_amount=2", 2.0, "XMR"),
        (f"ton://transfer/{TON}?amount=3000000000", 3.0, "TON"),
        (wallets.pix_code("someone@mail.example", "12.50"), 12.5, "BRL"),
    ],
)
def test_a_payment_link_tells_what_is_asked_for(link: str, value: float, currency: str) -> None:
    (asked,) = find_link_sums(f"see {link} now")
    assert (asked.amount.value, asked.amount.currency) == (value, currency)


@pytest.mark.parametrize(
    "text",
    [f"bitcoin:{P2PKH}?label=x", "https://shop.example/?amount=5", "amount=5", "bitcoin:?amount=0"],
)
def test_other_links_ask_for_nothing(text: str) -> None:
    assert list(find_link_sums(text)) == []
