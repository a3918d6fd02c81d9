"""The dozen forwards of the demo: what people really send, each with what should come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import forwards
from samples.originals import (
    BLUFF_CY,
    BLUFF_DE,
    BLUFF_EN,
    INVOICE_EN,
    RECORDED_EN,
    WALLET_CY,
    WALLET_DE,
    WALLET_EN,
    WALLET_ETH,
    mail,
    words,
)

FORCE = "report@force.example"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One forward, who sends it, and what to look for."""

    name: str
    reporter: str
    raw: bytes
    #: Main text of the reply; None where no reply may go out.
    main: str | None
    parts: tuple[str, ...] = ()
    danger: bool = False


def _english(name: str, password: str, amount: str) -> bytes:
    text = BLUFF_EN.format(name=name, password=password, amount=amount, wallet=WALLET_EN)
    return mail(text, subject=f"{name}, I know {password}")


def _recorded(wallet: str = WALLET_ETH) -> bytes:
    return mail(RECORDED_EN.format(wallet=wallet), subject="last chance")


def _forward(
    way: Callable[..., bytes], original: bytes, who: str, note: str = ""
) -> tuple[str, bytes]:
    reporter = f"{who}@reporter.example"
    return reporter, way(original, reporter=reporter, to=FORCE, note=note)


def samples() -> tuple[Sample, ...]:
    """Give the dozen, in the order in which they are sent."""
    rows: list[tuple[str, tuple[str, bytes], str | None, tuple[str, ...], bool]] = [
        (
            "English bluff, forwarded inline from Gmail",
            _forward(forwards.gmail, _english("Sam", "tulip77", "1,400"), "sam"),
            "general",
            (),
            False,
        ),
        (
            "the same wording to somebody else, from Outlook",
            _forward(
                forwards.outlook, _english("Alex", "Rugby1999", "950"), "alex", "Is this real?"
            ),
            "general",
            (),
            False,
        ),
        (
            "the same wording, from Apple Mail",
            _forward(forwards.apple_mail, _english("Jo", "sunny-day4", "1,750"), "jo"),
            "general",
            (),
            False,
        ),
        (
            "the same wording, attached as a file",
            _forward(forwards.attached, _english("Kim", "kim0ld", "1,100"), "kim"),
            "general",
            (),
            False,
        ),
        (
            "Welsh bluff with a Welsh note",
            _forward(
                forwards.gmail,
                mail(BLUFF_CY.format(wallet=WALLET_CY), subject="Dy fideo"),
                "sion",
                "Bore da, cefais yr e-bost hwn neithiwr. A yw hyn yn wir? Beth ddylwn i ei wneud?",
            ),
            "general",
            (),
            False,
        ),
        (
            "German bluff, from Outlook",
            _forward(
                forwards.outlook,
                mail(BLUFF_DE.format(wallet=WALLET_DE), subject="Ihr Konto"),
                "petra",
                "Ich habe diese Mail bekommen. Ist das echt?",
            ),
            "general",
            (),
            False,
        ),
        (
            "a real recording from a video call",
            _forward(
                forwards.gmail,
                _recorded(),
                "rhys",
                "I met her online and we had a video call. She recorded me and keeps writing.",
            ),
            "recorded",
            (),
            False,
        ),
        (
            "one who has paid already",
            _forward(
                forwards.apple_mail,
                _recorded(WALLET_EN),
                "dafydd",
                "I already paid him 300 pounds yesterday and now he wants more.",
            ),
            "recorded",
            ("paid",),
            False,
        ),
        (
            "one of 15",
            _forward(
                forwards.gmail,
                _recorded(),
                "tom",
                "I am 15 and I sent a picture. Please don't tell my parents.",
            ),
            "young",
            ("young",),
            True,
        ),
        (
            "one in distress",
            _forward(
                forwards.outlook,
                _english("Chris", "letmein5", "1,400"),
                "chris",
                "I can't go on like this, I don't want to live any more.",
            ),
            "general",
            ("distress",),
            True,
        ),
        (
            "an empty mail",
            (
                "empty@reporter.example",
                words("", subject="", reporter="empty@reporter.example", to=FORCE),
            ),
            "thanks",
            (),
            False,
        ),
        (
            "words without a forward",
            (
                "gwen@reporter.example",
                words(
                    "Somebody says they filmed me and wants money. What should I do?\n",
                    subject="Please help",
                    reporter="gwen@reporter.example",
                    to=FORCE,
                ),
            ),
            "general",
            (),
            False,
        ),
        (
            "a parcel scam",
            _forward(forwards.gmail, mail(INVOICE_EN, subject="Your parcel is waiting"), "meg"),
            "general",
            (),
            False,
        ),
    ]
    return tuple(
        Sample(name=name, reporter=sent[0], raw=sent[1], main=main, parts=parts, danger=danger)
        for name, sent, main, parts, danger in rows
    )
