"""Mutates mails the way transport, clients and attackers do: bytes, lines, headers, boundaries."""

from __future__ import annotations

import random
from collections.abc import Callable

TOKENS = (
    b"\x00",
    b"\r",
    b"\n",
    b"\r\n\r\n",
    b"\xff\xfe",
    b"=?utf-8?b?w6k=?=",
    b"=?x?q?=?=",
    b"boundary=b",
    b'boundary="',
    b"charset=idna",
    b"charset*=utf-8''%00",
    b"Content-Type: multipart/mixed; boundary=b\r\n",
    b"Content-Type: message/rfc822\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: x-uuencode\r\n",
    b"Content-Disposition: attachment; filename*0*=a; filename*1=b\r\n",
    b"From: ((((",
    b"Date: Mon, 99 Foo 20000000 99:99:99 +9999\r\n",
    b"--b\r\n",
    b"--b--\r\n",
    b"begin 644 x\r\n",
    b"(" * 300,
    b";" * 300,
    b"<" * 300,
)
Mutation = Callable[[bytearray, random.Random], None]


def _flip(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randrange(1, 20)):
        if data:
            data[chance.randrange(len(data))] = chance.randrange(256)


def _insert(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randrange(1, 5)):
        place = chance.randrange(len(data) + 1)
        data[place:place] = chance.choice(TOKENS)


def _delete(data: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(data) + 1)
    del data[place : place + chance.randrange(1, 2000)]


def _repeat(data: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(data) + 1)
    piece = data[place : place + chance.randrange(1, 400)]
    data[place:place] = piece * chance.randrange(2, 60)


def _truncate(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data) + 1) :]


def _swap_lines(data: bytearray, chance: random.Random) -> None:
    lines = data.split(b"\n")
    for _ in range(chance.randrange(1, 6)):
        first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[first], lines[second] = lines[second], lines[first]
    data[:] = b"\n".join(lines)


def _other_line_ends(data: bytearray, chance: random.Random) -> None:
    data[:] = data.replace(b"\r\n", b"\n").replace(b"\n", chance.choice((b"\r", b"\r\n", b"\n")))


MUTATIONS: tuple[Mutation, ...] = (
    _flip,
    _insert,
    _insert,
    _delete,
    _repeat,
    _truncate,
    _swap_lines,
    _other_line_ends,
)


def mutated(raw: bytes, seed: str) -> bytes:
    """Give one mutation of a mail, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - shapes, not secrets
    data = bytearray(raw)
    for _ in range(chance.randrange(1, 4)):
        chance.choice(MUTATIONS)(data, chance)
    return bytes(data)
