"""Its sole purpose is to invent accounts of every kind by a seed, right ones and wrong ones."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import wallets
from wallets import RIPPLE_ALPHABET, base58check, bech32_bytes, hash_of, witness

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32M = 0x2BC830A3


@dataclass(frozen=True, kw_only=True)
class Form:
    """One way in which accounts of a kind are written."""

    name: str
    kind: str
    #: How a letter calls what it wants.
    called: str
    #: Gives the account of a seed, as it is written.
    make: Callable[[str], str]
    #: Characters of which a wrong account is made.
    signs: str = _BASE58
    #: Characters at the beginning that are the same in every account.
    fixed: int = 1
    #: Gives the canonical value of what is written.
    value: Callable[[str], str] = lambda written: written
    #: The share of strings of chance that its checksum lets pass is 1 to 2**bits.
    bits: int = 32

    def wrong(self, written: str) -> str:
        """Give an account with more wrong than a slip: it is none.

        Where a check digit or two are all there is, one character, which these always tell.
        """
        chance = random.Random(written)  # noqa: S311 - repeatable, guards nothing
        signs = list(written)
        places = [it for it in range(self.fixed, len(signs)) if signs[it] in self.signs]
        count = 3 if self.bits >= _STRONG else 1
        for place in chance.sample(places, count):
            others = [it for it in self.signs if it.lower() != signs[place].lower()]
            signs[place] = chance.choice(others)
        return "".join(signs)


#: From so many bits on a checksum proves that pieces belong together.
_STRONG = 15


def _base58(kind: str, version: bytes, called: str, *, name: str = "", fixed: int = 1) -> Form:
    return Form(
        name=name or kind,
        kind=kind,
        called=called,
        make=lambda seed: base58check(version, hash_of(f"{kind}{version.hex()}{seed}")),
        fixed=fixed,
    )


def _bech32(kind: str, called: str, name: str, fixed: int, make: Callable[[str], str]) -> Form:
    return Form(name=name, kind=kind, called=called, make=make, signs=_BECH32, fixed=fixed, bits=30)


#: Those whose checksum proves that what was put together belongs together.
STRONG: tuple[Form, ...] = (
    _base58("bitcoin", b"\x00", "bitcoin", name="bitcoin P2PKH"),
    _base58("bitcoin", b"\x05", "bitcoin", name="bitcoin P2SH"),
    _bech32("bitcoin", "bitcoin", "bitcoin v0", 4, lambda it: witness("bc", 0, hash_of(it))),
    _bech32("bitcoin", "BTC", "bitcoin script", 4, lambda it: witness("bc", 0, hash_of(it, 32))),
    _bech32("bitcoin", "BTC", "bitcoin taproot", 4, lambda it: witness("bc", 1, hash_of(it, 32))),
    Form(
        name="bitcoin cash",
        kind="bitcoin-cash",
        called="bitcoin cash",
        make=lambda seed: wallets.cash_address(hash_of(f"cash{seed}")),
        signs=_BECH32,
        value=lambda written: f"bitcoincash:{written}",
        bits=40,
    ),
    _base58("litecoin", b"\x30", "litecoin", name="litecoin P2PKH"),
    _base58("litecoin", b"\x32", "litecoin", name="litecoin P2SH"),
    _bech32("litecoin", "LTC", "litecoin v0", 5, lambda it: witness("ltc", 0, hash_of(it))),
    _base58("dogecoin", b"\x1e", "dogecoin"),
    _base58("dash", b"\x4c", "Dash"),
    _base58("zcash", b"\x1c\xb8", "Zcash", name="zcash clear", fixed=2),
    _bech32(
        "zcash",
        "ZEC",
        "zcash shielded",
        3,
        lambda it: bech32_bytes("zs", hash_of(it, 32) + hash_of(f"{it}!", 11)),
    ),
    _bech32(
        "zcash",
        "ZEC",
        "zcash unified",
        2,
        lambda it: bech32_bytes("u", hash_of(it, 32) + hash_of(f"{it}!", 29), _BECH32M),
    ),
    Form(
        name="ethereum",
        kind="ethereum",
        called="ethereum",
        make=lambda seed: wallets.ether_address(f"ether{seed}"),
        signs="0123456789abcdefABCDEF",
        fixed=2,
        bits=15,
    ),
    _base58("tron", b"\x41", "USDT (TRC20)"),
    Form(
        name="ripple",
        kind="ripple",
        called="XRP",
        make=lambda seed: base58check(b"\x00", hash_of(f"xrp{seed}"), RIPPLE_ALPHABET),
    ),
    Form(
        name="monero",
        kind="monero",
        called="monero",
        make=lambda seed: wallets.monero_address(f"xmr{seed}"),
        fixed=2,
    ),
    _bech32(
        "cardano",
        "ADA",
        "cardano",
        7,
        lambda it: bech32_bytes("addr", b"\x01" + hash_of(it, 32) + hash_of(f"{it}!", 24)),
    ),
    _bech32(
        "cardano",
        "cardano",
        "cardano lone",
        7,
        lambda it: bech32_bytes("addr", b"\x61" + hash_of(it, 28)),
    ),
    Form(
        name="cardano Byron",
        kind="cardano",
        called="cardano",
        make=lambda seed: wallets.byron_address(f"ada{seed}"),
        fixed=12,
    ),
    Form(
        name="ton",
        kind="ton",
        called="Toncoin (TON)",
        make=lambda seed: wallets.ton_address(f"ton{seed}"),
        signs="ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
        fixed=3,
        bits=16,
    ),
)


def _bank(seed: str) -> str:
    digits = "".join(str(byte % 10) for byte in hash_of(f"iban{seed}", 20))
    country, size, head = random.Random(seed).choice(  # noqa: S311 - repeatable
        [("DE", 18, ""), ("GB", 14, "NWBK"), ("ES", 20, ""), ("NL", 10, "ABNA"), ("PL", 24, "")]
    )
    return wallets.iban(country, head + digits[:size].ljust(size, "7"))


#: A check digit or two: enough for what stands in one piece or in its usual groups.
WEAK: tuple[Form, ...] = (
    Form(
        name="iban",
        kind="iban",
        called="IBAN, bank transfer",
        make=_bank,
        signs="0123456789",
        fixed=8,
        bits=6,
    ),
)


def _masked(number: str) -> str:
    return f"{number[:6]}{'•' * (len(number) - 10)}{number[-4:]}"


CARDS = Form(
    name="card",
    kind="card",
    called="card",
    make=lambda seed: wallets.card_number(f"4{int(hash_of(seed).hex(), 16) % 10**6:06d}"),
    signs="0123456789",
    value=_masked,
    bits=3,
)
