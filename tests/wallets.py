"""Invented accounts with right checksums, written by the formulas of their specifications."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from binascii import crc_hqx
from hashlib import sha256
from zlib import crc32

from Crypto.Hash import keccak
from Crypto.PublicKey import ECC

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE_ALPHABET = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def hash_of(seed: str, size: int = 20) -> bytes:
    """Give bytes that stand for a key's hash: nobody has the key."""
    return sha256(seed.encode()).digest()[:size]


def base58check(version: bytes, body: bytes, alphabet: str = _BASE58) -> str:
    """Write Base58Check."""
    raw = version + body
    raw += sha256(sha256(raw).digest()).digest()[:4]
    zeros = len(raw) - len(raw.lstrip(b"\0"))
    return alphabet[0] * zeros + _base58(int.from_bytes(raw, "big"), alphabet)


def _base58(value: int, alphabet: str) -> str:
    text = ""
    while value:
        value, digit = divmod(value, 58)
        text = alphabet[digit] + text
    return text


def _fives(raw: bytes) -> list[int]:
    bits = "".join(f"{byte:08b}" for byte in raw)
    bits += "0" * (-len(bits) % 5)
    return [int(bits[place : place + 5], 2) for place in range(0, len(bits), 5)]


def _polymod(values: list[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(
            (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
        ):
            checksum ^= generator if top >> bit & 1 else 0
    return checksum


def witness(prefix: str, version: int, program: bytes) -> str:
    """Write a segregated-witness address (BIP 173, BIP 350)."""
    return _bech32(prefix, [version, *_fives(program)], 1 if version == 0 else 0x2BC830A3)


def bech32_bytes(prefix: str, raw: bytes, wanted: int = 1) -> str:
    """Write bytes in bech32, or in bech32m by its constant, whatever their number."""
    return _bech32(prefix, _fives(raw), wanted)


def _bech32(prefix: str, data: list[int], wanted: int) -> str:
    head = [ord(sign) >> 5 for sign in prefix] + [0] + [ord(sign) & 31 for sign in prefix]
    rest = _polymod(head + data + [0] * 6) ^ wanted
    data = data + [rest >> 5 * (5 - place) & 31 for place in range(6)]
    return f"{prefix}1" + "".join(_BECH32[value] for value in data)


def cash_address(body: bytes) -> str:
    """Write a CashAddr of a key's hash, without its prefix."""
    data = _fives(b"\0" + body)
    checksum = 1
    for value in [ord(sign) & 31 for sign in "bitcoincash"] + [0, *data] + [0] * 8:
        top = checksum >> 35
        checksum = (checksum & 0x07FFFFFFFF) << 5 ^ value
        for bit, generator in enumerate(
            (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)
        ):
            checksum ^= generator if top >> bit & 1 else 0
    checksum ^= 1
    data += [checksum >> 5 * (7 - place) & 31 for place in range(8)]
    return "".join(_BECH32[value] for value in data)


def monero_address(seed: str) -> str:
    """Write a standard Monero address."""
    raw = bytes([18]) + hash_of(seed, 32) + hash_of(seed + "view", 32)
    raw += keccak.new(digest_bits=256, data=raw).digest()[:4]
    blocks = [raw[place : place + 8] for place in range(0, len(raw), 8)]
    return "".join(
        _base58(int.from_bytes(block, "big"), _BASE58).rjust(11 if len(block) == 8 else 7, "1")
        for block in blocks
    )


def ether_address(seed: str) -> str:
    """Write an Ethereum address in the case of EIP-55."""
    digits = hash_of(seed).hex()
    marks = keccak.new(digest_bits=256, data=digits.encode()).hexdigest()
    return "0x" + "".join(
        digit.upper() if int(mark, 16) > 7 else digit
        for digit, mark in zip(digits, marks, strict=False)
    )


def ton_address(seed: str, tag: int = 0x51, workchain: int = 0) -> str:
    """Write a TON address in its URL-safe form."""
    raw = bytes([tag, workchain]) + hash_of(seed, 32)
    return urlsafe_b64encode(raw + crc_hqx(raw, 0).to_bytes(2, "big")).decode()


def solana_address(seed: str) -> str:
    """Write the public key of a secret that everybody can know."""
    return _base58(int.from_bytes(solana_key(seed), "big"), _BASE58)


def solana_key(seed: str) -> bytes:
    """Give such a key: a point of Ed25519."""
    key = ECC.construct(curve="Ed25519", seed=hash_of(seed, 32)).public_key()
    return bytes(key.export_key(format="raw"))


def byron_address(seed: str) -> str:
    """Write a Cardano address of its first years, without attributes (CBOR)."""
    inner = b"\x83\x58\x1c" + hash_of(seed, 28) + b"\xa0\x00"
    raw = b"\x82\xd8\x18\x58" + bytes([len(inner)]) + inner
    return _base58(int.from_bytes(raw + b"\x1a" + crc32(inner).to_bytes(4, "big"), "big"), _BASE58)


def x_address(seed: str, tag: int) -> str:
    """Write a Ripple address and its tag in one (XLS-5)."""
    body = hash_of(seed) + b"\x01" + tag.to_bytes(8, "little")
    return base58check(b"\x05\x44", body, RIPPLE_ALPHABET)


def card_number(first: str, size: int = 16) -> str:
    """Write the number of a card that begins so, with Luhn's digit."""
    digits = first + "".join(str(byte % 10) for byte in hash_of(first, size - 1 - len(first)))
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[::-2])
    return f"{digits}{-(doubled + sum(map(int, digits[-2::-2]))) % 10}"


def pix_code(key: str, asked: str = "") -> str:
    """Write what a Brazilian copies to pay by Pix (BR Code)."""
    account = f"0014br.gov.bcb.pix01{len(key):02d}{key}"
    amount = f"54{len(asked):02d}{asked}" if asked else ""
    code = f"00020126{len(account):02d}{account}520400005303986{amount}5802BR5906Nobody6008BRASILIA"
    code += "62070503***6304"
    return f"{code}{crc_hqx(code.encode(), 0xFFFF):04X}"


def iban(country: str, account: str) -> str:
    """Write an IBAN (ISO 13616) without blanks."""
    digits = "".join(str(int(sign, 36)) for sign in f"{account}{country}00")
    return f"{country}{98 - int(digits) % 97:02d}{account}"


P2PKH = base58check(b"\x00", hash_of("a bluff"))
P2SH = base58check(b"\x05", hash_of("a bluff"))
SEGWIT = witness("bc", 0, hash_of("a bluff"))
TAPROOT = witness("bc", 1, hash_of("a bluff", 32))
ETHER = ether_address("a bluff")

#: One of each kind, or more, that stand for themselves.
INVENTED: tuple[tuple[str, str], ...] = (
    ("bitcoin", P2PKH),
    ("bitcoin", P2SH),
    ("bitcoin", SEGWIT),
    ("bitcoin", witness("bc", 0, hash_of("a script", 32))),
    ("bitcoin", TAPROOT),
    ("ethereum", ETHER),
    ("litecoin", base58check(b"\x30", hash_of("silver"))),
    ("litecoin", base58check(b"\x32", hash_of("silver"))),
    ("litecoin", witness("ltc", 0, hash_of("silver"))),
    ("dogecoin", base58check(b"\x1e", hash_of("dog"))),
    ("dash", base58check(b"\x4c", hash_of("dash"))),
    ("zcash", base58check(b"\x1c\xb8", hash_of("zero"))),
    ("zcash", base58check(b"\x1c\xbd", hash_of("zero"))),
    ("zcash", bech32_bytes("zs", hash_of("zero", 32) + hash_of("more", 11))),
    ("zcash", bech32_bytes("u", hash_of("zero", 32) + hash_of("more", 29), 0x2BC830A3)),
    ("tron", base58check(b"\x41", hash_of("tron"))),
    ("ripple", base58check(b"\x00", hash_of("ripple"), RIPPLE_ALPHABET)),
    ("monero", monero_address("more")),
    ("cardano", bech32_bytes("addr", b"\x01" + hash_of("ada", 32) + hash_of("lace", 24))),
    ("cardano", bech32_bytes("addr", b"\x61" + hash_of("ada", 28))),
    ("cardano", byron_address("ada")),
    ("ton", ton_address("tones")),
)
