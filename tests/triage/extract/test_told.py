"""What a mail says about how to read its account is done, where a checksum proves the outcome."""

from __future__ import annotations

import time

import pytest
from wallets import ETHER, P2PKH, SEGWIT, TAPROOT

from casefile.indicator import Indicator
from triage.extract.accounts import find_accounts
from triage.extract.told import BACKWARDS, DECODED, NUMBERED, REMOVED
from triage.view import View

VALUES = [P2PKH, SEGWIT, TAPROOT, ETHER]


def only(text: str) -> Indicator:
    """Give the one account of a text."""
    (account,) = find_accounts((View(text=text, found_in="text", source=text),))
    return account


def cut(value: str, *places: int) -> list[str]:
    """Cut a value at places."""
    return [value[a:b] for a, b in zip((0, *places), (*places, None), strict=True)]


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(
    "text",
    [
        "Pay bitcoin to {0}REMOVEME{1}, remove the word REMOVEME",
        "Bitcoin: {0}XYZ{1}XYZ{2} (take out XYZ)",
        'My BTC wallet {0}nospam{1}, delete "nospam" from it',
        "Bitcoin Adresse: {0}WEG{1}. Entferne das Wort WEG.",
        "Portefeuille bitcoin {0}ROUGE{1} (supprimez ROUGE)",
        "Cartera bitcoin {0}PAN{1}, quita la palabra PAN",
        "Bitcoin {0}ЛИШНЕЕ{1}, удалите слово ЛИШНЕЕ",
    ],
)
def test_words_to_be_removed_are(value: str, text: str) -> None:
    account = (
        only(text.format(*cut(value, 9, 20), ""))
        if "{2}" in text
        else only(text.format(*cut(value, 15)))
    )
    assert (account.value, account.check) == (value, "valid")
    assert account.steps[-1] in {REMOVED, "parts joined", "separators removed"}


@pytest.mark.parametrize("value", VALUES)
def test_parts_are_put_in_the_order_of_their_numbers(value: str) -> None:
    one, two, three = cut(value, 11, 22)
    account = only(f"Bitcoin wallet. Part 3: {three}\nPart 1: {one}\nPart two is {two}\nHurry.")
    assert (account.value, account.steps) == (value, (NUMBERED,))
    assert account.as_written.startswith(three)
    assert account.as_written.endswith(two)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("between", [" ", "-", "", "\n"])
def test_what_is_to_be_read_backwards_is(value: str, between: str) -> None:
    account = only(f"Read this backwards to have my bitcoin wallet: {between.join(value[::-1])} .")
    assert account.value == value
    assert account.steps[-1] in {BACKWARDS, "read backwards"}


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(
    "spell",
    [
        lambda value: value.encode().hex(),
        lambda value: value.encode().hex(" "),
        lambda value: "".join(f"%{ord(sign):02X}" for sign in value),
        lambda value: "".join(f"\\x{ord(sign):02x}" for sign in value),
        lambda value: " ".join(f"0x{ord(sign):02x}" for sign in value),
    ],
    ids=range(5),
)
def test_signs_written_as_figures_are_read(value: str, spell: object) -> None:
    written = spell(value)  # type: ignore[operator]
    account = only(f"My bitcoin wallet is {written} so pay")
    assert (account.value, account.steps) == (value, (DECODED,))
    assert account.as_written == written


@pytest.mark.parametrize(
    "text",
    [
        f"Pay without delay. Remove the battery. {P2PKH[:20]}",
        f"Transfer to wallet part 1: {P2PKH[:15]} part 2: {P2PKH[14:]}",
        f"backwards: bitcoin {P2PKH[:-1][::-1]}",
        "bitcoin " + "deadbeef" * 8,
    ],
)
def test_without_a_checksum_nothing_is_found(text: str) -> None:
    found = find_accounts((View(text=text, found_in="text"),))
    assert [it for it in found if it.check == "valid"] == []


@pytest.mark.parametrize(
    "piece",
    ["remove x ", "part 1: a1 ", "backwards ", "%41", "ab", "41 ", "without bitcoin ", "part "],
)
def test_a_megabyte_is_read_in_linear_time(piece: str) -> None:
    text = f"bitcoin wallet {piece * (1_048_576 // len(piece))}"
    start = time.process_time()
    find_accounts((View(text=text, found_in="text"),))
    assert time.process_time() - start < 10
