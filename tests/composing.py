"""Composes replies for tests, in the shipped profiles' names."""

from __future__ import annotations

import email
import email.policy
from itertools import chain, combinations
from pathlib import Path

from casefile.reply import MAINS, PARTS, Answer, Decision, Main, Reply
from makers import NOON, at, cover, key
from responders.compose import Composer
from responders.profile import load

ROOT = Path(__file__).parents[1]
TEXTS = ROOT / "templates" / "reply"
SAM = "sam@reporter.example"
ALL_PARTS = list(chain.from_iterable(combinations(PARTS, n) for n in range(4)))

#: What `answer_for` can give: a flag rules out the reassuring texts, and `young` most mains.
POSSIBLE = [
    (main, parts)
    for main in MAINS
    for parts in ALL_PARTS
    if ("young" not in parts or main in {"threat", "young"})
    and (not parts or main not in {"bluff", "thanks"})
]


def composer(profile: str = "dyfed-powys", *, somebody_reads: bool = False) -> Composer:
    return Composer(
        load(ROOT / "profiles" / f"{profile}.toml"),
        TEXTS,
        desk_domain="desk.example",
        somebody_reads=somebody_reads,
    )


BOTH = composer()
ENGLISH = composer("mercia-vale")


def decision(
    main: Main | None = "general", *parts: str, languages: tuple[str, ...] = ("cy", "en")
) -> Decision:
    return Decision(
        submission=key(1),
        state="claimed",
        answer=Answer(main=main, parts=parts, alert=False, languages=languages),  # type: ignore[arg-type]
        reason="",
        reference="DP-1234-5678-X",
        at=NOON,
    )


def reply(made: Decision, maker: Composer = BOTH, **of_cover: object) -> Reply:
    return maker.compose(made, recipient=at(SAM), cover=cover(**of_cover), now=NOON)


def text_of(message: bytes) -> str:
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    content: str = parsed.get_content()
    return content.replace("\r\n", "\n")


def blocks_by_language(text: str) -> tuple[str, str]:
    welsh, _, english = text.partition("\nENGLISH\n")
    return welsh.partition("\nCYMRAEG\n")[2], english
