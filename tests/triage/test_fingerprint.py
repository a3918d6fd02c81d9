"""The wording stays the same whatever the victim's name, password, amount or wallet."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.sample_findings import OTHER_WALLET, WALLET, wording
from triage.fingerprint import MAX_WORDS, MIN_SHINGLES, fingerprint
from triage.folding import fold

KINDS = ("account", "email", "url", "amount", "secret", "phone")


@dataclass(frozen=True)
class Found:
    kind: str
    text: str


LETTER = (
    "hello {name}, we have turned your device into our witness and saw you on {url}. "
    "{password} is a password of yours. move {amount} to {wallet} within {hours} "
    "or everything goes to your friends. write to {email} if you must."
)


def letter(**values: str) -> str:
    usual = {
        "name": "ann smith",
        "url": "https://films.example/a1",
        "password": "swordfish",
        "amount": "$1,900",
        "wallet": WALLET.lower(),
        "hours": "48 hours",
        "email": "we.wait@mail.example",
    }
    return LETTER.format(**usual | values)


def test_variables_become_slots() -> None:
    given = letter(name="ann smith")
    spans = [Found("secret", "swordfish"), Found("account", WALLET)]
    assert fingerprint(given, spans, names=["ann", "smith"]).masked == (
        "hello nam we have turned your device into our witness and saw you on url"
        " pwd is a password of yours move amt to wlt within dur"
        " or everything goes to your friends write to eml if you must"
    )


def test_the_same_letter_to_another_victim_has_the_same_fingerprint() -> None:
    one = fingerprint(
        fold(letter()),
        [Found("secret", "swordfish"), Found("account", WALLET), Found("amount", "$1,900")],
        names=["ann", "smith"],
    )
    other = fingerprint(
        fold(
            letter(
                name="zoë",
                password="pa$$ word!",
                amount="0.12 btc",
                wallet=OTHER_WALLET.lower(),
                hours="3 days",
                url="www.other.example/b?c=d",
                email="x@y.example",
            )
        ),
        [Found("secret", "pa$$ word!"), Found("account", OTHER_WALLET)],
        names=["zoë"],
    )
    assert one == other


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"send to {OTHER_WALLET.lower()}.", "send to wlt"),
        ("pay 1 900 usd, 500€ or eur 20", "pay amt or amt"),
        ("pay us$ 900", "pay us amt"),
        ("zahlen sie 399 eur in 24 stunden", "zahlen sie amt in dur"),
        ("erbyn 12 ebrill 2026 neu 01/02/2026", "erbyn dat neu dat"),
        ("on may 5th at 10:30", "on dat at num"),
        ("you may go", "you may go"),
        ("your id is x7k-99 and 12345", "your id is tok num and num"),
        ("seen at http://a.example/?q=(1)", "seen at url"),
    ],
)
def test_each_variable_is_known_by_its_shape(text: str, masked: str) -> None:
    assert fingerprint(text, ()).masked == masked


def test_a_value_is_masked_as_a_whole_word_and_however_it_is_spaced() -> None:
    spans = [Found("account", "gb29 nwbk 6016"), Found("phone", "+44 7700")]
    masked = fingerprint("to gb29\nnwbk  6016, call +44 7700; xgb29 nwbk 6016", spans).masked
    assert masked == "to wlt call num tok nwbk num"


def test_what_is_given_as_written_is_found_in_the_folded_text() -> None:
    spans = [Found("secret", "Gehéim!"), Found("account", OTHER_WALLET)]
    found = fingerprint(
        fold(f"Zoë: Gehéim! ist dein Passwort. {OTHER_WALLET}"), spans, names=["Zoë"]
    )
    assert found.masked == "nam pwd ist dein passwort wlt"


def test_a_short_name_is_not_masked() -> None:
    assert fingerprint("i am al and you are jo", (), names=["i", "al", " "]).masked == (
        "i am al and you are jo"
    )


def test_a_run_of_one_slot_is_one_slot() -> None:
    assert fingerprint("dear ann marie smith", (), names=["ann", "marie", "smith"]).masked == (
        "dear nam"
    )


def test_a_text_too_short_to_tell_has_no_shingles_but_keeps_its_words() -> None:
    enough = wording(1, MIN_SHINGLES + 2)
    assert len(fingerprint(enough, ()).shingles) == MIN_SHINGLES
    short = fingerprint(enough.rsplit(" ", 1)[0], ())
    assert short.shingles == ()
    assert short.masked


def test_a_text_of_one_repeated_word_tells_nothing() -> None:
    assert fingerprint("bitcoin " * 500, ()).shingles == ()


@pytest.mark.parametrize(
    "text",
    [
        "我已经入侵了您的设备并且录制了视频请立即付款否则我将发送给您的朋友",
        "あなたのデバイスをハッキングしました。すぐに支払ってください。",
        "ฉันได้แฮกอุปกรณ์ของคุณและบันทึกวิดีโอแล้วโปรดชำระเงินทันที",
    ],
)
def test_scripts_without_spaces_are_told_by_characters(text: str) -> None:
    assert len(fingerprint(text, ()).shingles) >= MIN_SHINGLES


def test_hashes_are_the_same_on_every_machine() -> None:
    """Changing them would part every stored wording from its new members."""
    found = fingerprint("one two three four five six seven eight nine ten a b c d", ())
    assert found.shingles[0] == -9131546873261565382
    assert list(found.shingles) == sorted(set(found.shingles))


def test_a_book_costs_no_more_than_a_long_letter() -> None:
    book = fingerprint(wording(1, 20_000), ())
    assert len(book.shingles) <= MAX_WORDS


@given(
    st.text(max_size=300),
    st.lists(st.builds(Found, st.sampled_from(KINDS), st.text(max_size=20)), max_size=5),
    st.lists(st.text(max_size=10), max_size=3),
)
@settings(max_examples=150, deadline=None)
def test_no_text_raises_and_every_hash_fits_a_bigint(
    text: str, spans: list[Found], names: list[str]
) -> None:
    found = fingerprint(text, spans, names=names)
    assert all(-(2**63) <= shingle < 2**63 for shingle in found.shingles)


def test_half_a_surrogate_does_not_raise() -> None:
    assert fingerprint("a \ud800 b " * 20, [Found("secret", "\udc00")]).masked.startswith("a b")
