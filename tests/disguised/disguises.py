"""Its sole purpose is to write an account in the ways in which mails hide one from machines."""

from __future__ import annotations

import random
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Literal

Chance = random.Random
Write = Callable[[str, Chance], str]

_ALIKE = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_BOLD = {
    **{ord("A") + it: 0x1D400 + it for it in range(26)},
    **{ord("a") + it: 0x1D41A + it for it in range(26)},
    **{ord("0") + it: 0x1D7CE + it for it in range(10)},
}
_NOISE = ("lorem", "xk2", "no", "17", "pay")


@dataclass(frozen=True, kw_only=True)
class Disguise:
    """A way to write an account, as plain text or as markup."""

    name: str
    write: Write
    form: Literal["text", "html"] = "text"
    #: Signs that it sets between characters: where they belong to accounts, nobody can read it.
    sets: str = ""
    #: A check of one or two digits still tells what is meant, for it stays in its own order.
    mild: bool = False


def _cut(value: str, chance: Chance) -> tuple[str, str]:
    place = chance.randrange(len(value) // 3, 2 * len(value) // 3)
    return value[:place], value[place:]


def _between(sign: str) -> Write:
    return lambda value, _: sign.join(value)


def _grouped(size: int, sign: str) -> Write:
    return lambda value, _: sign.join(
        value[place : place + size] for place in range(0, len(value), size)
    )


def _halves(shape: str) -> Write:
    def write(value: str, chance: Chance) -> str:
        first, second = _cut(value, chance)
        return shape.format(first=first, second=second)

    return write


def _thirds(value: str, chance: Chance) -> str:
    first, rest = _cut(value, chance)
    second, third = rest[: len(rest) // 2], rest[len(rest) // 2 :]
    return f"1) {first}\n2) {second}\n3) {third}"


def _unseen(value: str, chance: Chance) -> str:
    return "".join(sign + chance.choice(("\u200b", "\u200d", "\u00ad", "\u2060")) for sign in value)


def _tagged(value: str, chance: Chance) -> str:
    return "".join(f"<span class=c{chance.randrange(9)}>{escape(sign)}</span>" for sign in value)


def _numbered(value: str, _: Chance) -> str:
    return "".join(f"&#{ord(sign)};" for sign in value)


def _hidden(style: str) -> Write:
    def write(value: str, chance: Chance) -> str:
        pieces = [
            f'{escape(sign)}<span style="{style}">{chance.choice(_NOISE)}</span>' for sign in value
        ]
        return "".join(pieces)

    return write


def _commented(value: str, chance: Chance) -> str:
    return "".join(f"{escape(sign)}<!-- {chance.choice(_NOISE)} -->" for sign in value)


def _bold(value: str, chance: Chance) -> str:
    first, second = _cut(value, chance)
    return f"<b>{first}</b><i><font color=red>{second}</font></i>"


def _hyphenated(value: str, chance: Chance) -> str:
    first, second = _cut(value, chance)
    return f"{first}<wbr>&shy;{second}"


def _broken(value: str, chance: Chance) -> str:
    first, second = _cut(value, chance)
    return f"{first}<br>\n{second}"


def _celled(value: str, chance: Chance) -> str:
    first, second = _cut(value, chance)
    return f"<table><tr><td>{first}</td></tr><tr><td>{second}</td></tr></table>"


DISGUISES: tuple[Disguise, ...] = (
    Disguise(name="plain", write=lambda value, _: value, mild=True),
    Disguise(name="spaced", write=_between(" "), sets=" ", mild=True),
    Disguise(name="groups of four", write=_grouped(4, " "), sets=" ", mild=True),
    Disguise(name="groups, dashed", write=_grouped(5, "-"), sets="-", mild=True),
    Disguise(name="dots", write=_between("."), sets="."),
    Disguise(name="stars", write=_between("*"), sets="*"),
    Disguise(name="brackets", write=lambda value, _: f"[{']['.join(value)}]", sets="[]"),
    Disguise(name="line wrap", write=_halves("{first}\n{second}"), mild=True),
    Disguise(name="wrap, quoted", write=_halves("\n> {first}\n> {second}\n")),
    Disguise(name="quoted", write=lambda value, _: f"\n> {value}\n", mild=True),
    Disguise(name="in quotes", write=lambda value, _: f"“{value}”", mild=True),
    Disguise(name="two parts", write=_halves("part 1: {first}\npart 2: {second}")),
    Disguise(name="words between", write=_halves("{first} and then {second}")),
    Disguise(name="parts swapped", write=_halves("it ends with {second} and begins with {first}")),
    Disguise(name="three parts", write=_thirds),
    Disguise(name="reversed", write=lambda value, _: value[::-1]),
    Disguise(name="base64", write=lambda value, _: b64encode(value.encode()).decode()),
    Disguise(name="look-alike", write=lambda value, _: value.translate(_ALIKE), mild=True),
    Disguise(name="full width", write=lambda value, _: value.translate(_WIDE), mild=True),
    Disguise(name="math bold", write=lambda value, _: value.translate(_BOLD), mild=True),
    Disguise(name="unseen characters", write=_unseen, mild=True),
    Disguise(name="glued behind", write=lambda value, _: f"{value}thenwait"),
    Disguise(name="glued before", write=lambda value, _: f"waiting{value}"),
    Disguise(name="entities in text", write=_numbered, mild=True),
    Disguise(name="entities", write=_numbered, form="html", mild=True),
    Disguise(name="span each", write=_tagged, form="html", mild=True),
    Disguise(name="bold half", write=_bold, form="html", mild=True),
    Disguise(name="wbr, soft hyphen", write=_hyphenated, form="html", mild=True),
    Disguise(name="comments", write=_commented, form="html", mild=True),
    Disguise(name="br", write=_broken, form="html", mild=True),
    Disguise(name="table", write=_celled, form="html", mild=True),
    Disguise(name="noise not shown", write=_hidden("display:none"), form="html", mild=True),
    Disguise(name="noise of size 0", write=_hidden("font-size:0"), form="html", mild=True),
    Disguise(name="noise unseen", write=_hidden("visibility:hidden"), form="html", mild=True),
)
