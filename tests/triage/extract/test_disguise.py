"""A value that was taken apart is put together where a checksum proves it, and the way is told."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wallets import ETHER, INVENTED, P2PKH, SEGWIT, TAPROOT, base58check, hash_of

from casefile.indicator import Indicator
from triage.clean import View
from triage.extract.accounts import find_accounts

CUE = "Pay to my bitcoin wallet "


def only(text: str) -> Indicator:
    """Give the one account of a text."""
    (account,) = find_accounts((View(text=text, found_in="text"),))
    return account


@pytest.mark.parametrize("value", [P2PKH, SEGWIT, TAPROOT, ETHER])
@pytest.mark.parametrize(
    ("disguise", "steps"),
    [
        (" ".join, ("separators removed",)),
        (".".join, ("separators removed",)),
        ("*".join, ("separators removed",)),
        ("][".join, ("separators removed",)),
        (lambda value: f"{value[:20]}\n{value[20:]}", ("lines joined",)),
        (lambda value: f"\n> {value[:9]}\n> {value[9:]}", ("lines joined", "separators removed")),
        (lambda value: f"{value[:17]} and then {value[17:]}", ("parts joined",)),
        (lambda value: f"part 1: {value[:17]}\npart 2: {value[17:]}", ("parts joined",)),
        (lambda value: f"end {value[17:]}, start {value[:17]}", ("parts put in order",)),
        (lambda value: f"{value}ThenWait", ("cut out of the text around it",)),
        (lambda value: value[::-1], ("read backwards",)),
        (lambda value: b64encode(value.encode()).decode(), ("base64 decoded",)),
    ],
)
def test_each_disguise_is_undone_and_named(
    value: str, disguise: object, steps: tuple[str, ...]
) -> None:
    account = only(CUE + disguise(value))  # type: ignore[operator]
    assert (account.value, account.check, account.steps) == (value, "valid", steps)


@pytest.mark.parametrize(("kind", "value"), INVENTED)
def test_every_kind_is_found_spaced_out_where_its_name_is_said(kind: str, value: str) -> None:
    name = {"ripple": "XRP", "tron": "TRX"}.get(kind, kind)
    account = only(f"Send {name} to this wallet: {' '.join(value)}")
    assert (account.kind, account.value) == (kind, value)


def test_look_alike_letters_in_a_wallet_are_read_as_latin() -> None:
    alike = P2PKH.translate(str.maketrans("aeopcxBHKMTA", "аеорсхВНКМТА"))
    account = only(f"wallet {alike} now")
    assert (account.value, account.as_written) == (P2PKH, alike)
    assert account.steps == ("look-alike characters read as Latin",)


def test_what_was_written_is_kept_with_what_stood_between() -> None:
    assert only(f"{CUE}{P2PKH[:9]}--\n{P2PKH[9:]}.").as_written == f"{P2PKH[:9]}--\n{P2PKH[9:]}"


def test_a_plain_account_has_no_steps() -> None:
    assert only(CUE + P2PKH).steps == ()


def test_small_ether_addresses_are_joined_only_as_whole_words() -> None:
    small = ETHER.lower()
    assert only(f"{CUE}{small[:20]} {small[20:]}").check == "unchecked"
    assert find_accounts((View(text=f"{CUE}{small}beef", found_in="text"),)) == ()


def test_nothing_is_joined_in_hidden_text_or_far_from_words_about_money() -> None:
    spaced = " ".join(P2PKH)
    assert find_accounts((View(text=CUE + spaced, found_in="html", read=False),)) == ()
    assert find_accounts((View(text=f"These are my keys: {spaced}", found_in="text"),)) == ()


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=20, max_size=20), st.text(" .*-_[]()|\n>", min_size=1, max_size=3))
def test_any_address_is_found_through_any_separator(body: bytes, between: str) -> None:
    value = base58check(b"\x00", body)
    assert only(CUE + between.join(value)).value == value


@settings(max_examples=40, deadline=None)
@given(st.text("123abcXYZ bitcoin wallet\n", max_size=400))
def test_random_text_holds_no_account(text: str) -> None:
    assert find_accounts((View(text=text, found_in="text"),)) == ()


def test_equal_mails_give_equal_findings() -> None:
    text = CUE + "".join(f"{hash_of(str(number)).hex()} " for number in range(500))
    view = View(text=text, found_in="text")
    assert find_accounts((view,)) == find_accounts((view,))
