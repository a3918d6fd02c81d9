"""Accounts of banks, cards and services are read near the words that tell their meaning."""

from __future__ import annotations

import pytest
import wallets

from triage.clean import View
from triage.extract.accounts import as_good_as_money, find_accounts, read_accounts
from triage.extract.card import luhn


def found(text: str) -> list[tuple[str, str, str]]:
    """Give kind, value and check of what stands in a text."""
    accounts = find_accounts((View(text=text, found_in="text"),))
    return [(one.kind, one.value, one.check) for one in accounts]


VISA = wallets.card_number("4")


@pytest.mark.parametrize(
    "number",
    [
        VISA,
        wallets.card_number("51"),
        wallets.card_number("2221"),
        wallets.card_number("34", 15),
        wallets.card_number("6011"),
        wallets.card_number("36", 14),
        wallets.card_number("2200"),
        wallets.card_number("62", 19),
    ],
)
def test_a_card_is_listed_by_its_ends_alone(number: str) -> None:
    middle = "•" * (len(number) - 10)
    masked = f"{number[:6]}{middle}{number[-4:]}"
    accounts = read_accounts((View(text=f"Pay to card {number} now", found_in="text"),))
    assert [(one.kind, one.value, one.check) for one in accounts.listed] == [
        ("card", masked, "valid")
    ]
    assert accounts.hidden == (number,)
    assert number not in f"{accounts}{accounts.listed}"


@pytest.mark.parametrize("between", [" ", "-", ".", "\n"])
def test_a_card_in_groups_is_masked_as_it_was_written(between: str) -> None:
    written = between.join(VISA[place : place + 4] for place in range(0, 16, 4))
    (account,) = find_accounts((View(text=f"visa {written} 12/27 123", found_in="text"),))
    assert account.as_written == between.join((VISA[:4], f"{VISA[4:6]}••", "••••", VISA[12:]))


def test_a_number_without_luhns_digit_without_a_brand_or_far_from_its_word_is_no_card() -> None:
    wrong = f"{VISA[:-1]}{(int(VISA[-1]) + 1) % 10}"
    assert found(f"card {wrong}") == []
    assert found(f"card {wallets.card_number('9')}") == []
    assert found(f"Order {VISA} will be sent to you") == []
    assert found("card 4444444444444444") == []


def test_luhns_digit_is_that_of_the_standard() -> None:
    assert luhn("79927398713")
    assert not any(luhn(f"7992739871{digit}") for digit in "012456789")


def test_many_cards_are_all_to_be_masked_though_not_all_are_listed() -> None:
    numbers = [wallets.card_number(f"4{number:04d}") for number in range(400)]
    accounts = read_accounts((View(text=" card ".join(["", *numbers]), found_in="text"),))
    assert len(accounts.listed) == 200
    assert set(accounts.hidden) == set(numbers)


@pytest.mark.parametrize(
    "text",
    [
        "Sort code: 60-16-13\nAccount number: 31926819",
        "sort code 601613 account 31926819",
        "bank account 31926819, sort code 60 16 13",
        "Barclays bank 60-16-13 / 31926819",
        "cod didoli 60-16-13, rhif cyfrif 3192 6819",
    ],
)
def test_a_sort_code_and_an_account_are_one_account(text: str) -> None:
    assert found(text) == [("uk-bank", "60-16-13 31926819", "unchecked")]


@pytest.mark.parametrize(
    "text",
    [
        "on 12-05-25 we sent order 12345678",
        "sort code 60-16-13",
        "bank holiday on 12-05-2025, ring 12345678",
        "sort codes are six digits, accounts have 8",
    ],
)
def test_dates_and_lonely_sort_codes_are_no_bank_account(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("https://wise.com/pay/me/SomeOne5.", "wise.com/pay/me/someone5"),
        ("https://wise.com/gb/pay/business/someltd", "wise.com/pay/business/someltd"),
        ("https://transferwise.com/u/someone5", "wise.com/pay/me/someone5"),
        ("My Wisetag is @SomeOne5", "@someone5"),
    ],
)
def test_wise_accounts_are_read_from_links_and_tags(text: str, value: str) -> None:
    assert found(text) == [("wise", value, "unchecked")]


def test_otherwise_is_no_word_for_wise() -> None:
    assert found("Write to @someone, otherwise all will see it") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "Use Western Union.\nReceiver name: Ann Other\nCity: Nowhere\nCountry: Utopia\n",
            "Ann Other, Utopia",
        ),
        ("Send it by Western Union to Ann Mary Other in Accra, Ghana", "Ann Mary Other, Ghana"),
        ("MoneyGram:\nFirst name: Ann\nLast name: Other\nCountry: Utopia\n", "Ann Other, Utopia"),
        ("the MTCN is 123-456-7890", "MTCN 1234567890"),
    ],
)
def test_who_collects_a_money_transfer_and_where_is_read(text: str, value: str) -> None:
    assert found(text) == [("money-transfer", value, "unchecked")]


@pytest.mark.parametrize(
    "text",
    ["Receiver: Ann Other, Country: Utopia", "We take Western Union. Greetings to Ann Other"],
)
def test_names_without_a_service_or_a_country_are_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("Steam gift card: AB1D2-CD3EF-GH4IJ", "steam •••••-•••••-•H4IJ", "AB1D2-CD3EF-GH4IJ"),
        ("amazon code AQ12-BC34DE-F567", "amazon ••••-••••••-F567", "AQ12-BC34DE-F567"),
        (
            "my paysafecard pin 1234 5678 9012 3456",
            "paysafecard •••• •••• •••• 3456",
            "1234 5678 9012 3456",
        ),
        ("iTunes gift card X123456789ABCDEF", "itunes ••••••••••••CDEF", "X123456789ABCDEF"),
    ],
)
def test_the_code_of_a_gift_card_is_masked_wherever_it_is_kept(
    text: str, value: str, code: str
) -> None:
    accounts = read_accounts((View(text=text, found_in="text"),))
    assert [(one.kind, one.value) for one in accounts.listed] == [("gift-card", value)]
    assert accounts.hidden == as_good_as_money(text) == (code,)
    assert code not in f"{accounts.listed}"


def test_gift_cards_that_are_asked_for_to_be_scratched_are_listed_by_brand() -> None:
    text = "Buy two Steam gift cards, scratch them and send me the codes"
    assert found(text) == [("gift-card", "steam", "unchecked")]


@pytest.mark.parametrize(
    "text",
    [
        "Win an Amazon gift card in our survey",
        "STEAM GIFT CARDS THREE WORDS",
        "Licence key for your game: AB1D2-CD3EF-GH4IJ",
        "Buy a Steam gift card for your friends this Christmas",
    ],
)
def test_advertisements_and_licence_keys_are_no_gift_cards(text: str) -> None:
    assert found(text) == []


def test_a_pix_code_names_its_receiver_and_a_wrong_one_nobody() -> None:
    code = wallets.pix_code("someone@mail.example", "12.50")
    assert found(f"Pague: {code} agora") == [("other", "pix:someone@mail.example", "valid")]
    assert found(f"Pague: {code.replace('someone', 'nobodyy')} agora") == []


def test_the_text_of_a_european_payment_code_names_its_iban() -> None:
    value = wallets.iban("BE", "000000001616")
    code = f"BCD\n002\n1\nSCT\nXXXXBEB1\nNobody\n{value}\nEUR1\n"
    assert found(code) == [("iban", value, "valid")]
