"""Its sole purpose is to write letters round an account, or round what only looks like one."""

from __future__ import annotations

import random
import uuid
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import md5, sha1, sha256, sha512

from disguised.disguises import DISGUISES, Disguise
from disguised.values import Form
from wallets import hash_of

from casefile.report import ReportedMessage

_LETTERS = (
    """I know what you did and I have it on film.
Send 900 USD in {called} to my wallet:
{here}
You have two days. After that everybody you know will get it.
""",
    """Your computer was open to me for months, and so was its camera. The price for my silence
is 1.200 EUR, payable in {called}. Here is the address {here} and nothing else counts.
""",
    """Ich habe dich gefilmt. Zahle 700 EUR in {called} an diese Adresse:

{here}

Danach lösche ich alles, versprochen.
""",
    """J'ai tout enregistré. Le paiement se fait en {called}, mon portefeuille : {here}
Vous avez 48 heures.
""",
    """Mae gen i fideo ohonot ti. Anfon £500 mewn {called} i'r waled hon: {here}
Dim ond tri diwrnod sydd.
""",
    """Tengo un vídeo tuyo. Envía 800 dólares en {called} a esta dirección:
{here}
Si no pagas, lo verán todos.
""",
)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A letter with one account in one disguise."""

    form: Form
    disguise: Disguise
    #: What stands in the letter before it is disguised.
    written: str
    right: bool
    message: ReportedMessage


def cases(forms: tuple[Form, ...], seeds: range, *, mild: bool = False) -> Iterator[Case]:
    """Give for each form, disguise and seed a letter with a right account and one with a wrong one.

    With `mild`, only disguises that leave a value in its order.
    """
    for form in forms:
        for disguise in DISGUISES:
            if (mild and not disguise.mild) or set(disguise.sets) & set(form.signs):
                continue
            for seed in seeds:
                right = form.make(f"{disguise.name}{seed}")
                for written in (right, form.wrong(right)):
                    yield Case(
                        form=form,
                        disguise=disguise,
                        written=written,
                        right=written == right,
                        message=_letter(form, disguise, written),
                    )


def _letter(form: Form, disguise: Disguise, written: str) -> ReportedMessage:
    chance = random.Random(f"{disguise.name}{written}")  # noqa: S311 - repeatable
    letter = chance.choice(_LETTERS)
    here = disguise.write(written, chance)
    if disguise.form == "text":
        return message(text=letter.format(called=form.called, here=here))
    paragraphs = letter.format(called=form.called, here=here).split("\n")
    return message(html="".join(f"<p>{line}</p>\n" for line in paragraphs if line))


def message(text: str = "", html: str = "") -> ReportedMessage:
    """Give a reported message of nobody."""
    return ReportedMessage(
        sender="crook@mail.example",
        reply_to="",
        to="sam@victim.example",
        subject="Read this",
        date="",
        date_as_written="",
        message_id="",
        text=text,
        html=html,
    )


def look_alikes(seed: str) -> dict[str, str]:
    """Give what is written like an account and is none, by its name."""
    raw = seed.encode()
    chance = random.Random(seed)  # noqa: S311 - repeatable
    digits = "".join(str(chance.randrange(10)) for _ in range(40))
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    return {
        "transaction": sha256(raw).hexdigest(),
        "ether transaction": f"0x{sha256(raw).hexdigest()}",
        "commit": sha1(raw, usedforsecurity=False).hexdigest(),
        "md5": md5(raw, usedforsecurity=False).hexdigest(),
        "sha512": sha512(raw).hexdigest(),
        "uuid": str(uuid.UUID(bytes=hash_of(seed, 16), version=4)),
        "message id": f"<{b64encode(hash_of(seed, 24)).decode()}@mail.example>",
        "base64 line": b64encode(sha512(raw).digest()).decode()[:76],
        "base64url token": b64encode(sha256(raw).digest(), b"-_").decode().rstrip("="),
        "jwt": f"eyJhbGciOiJIUzI1NiJ9.{b64encode(sha256(raw).digest(), b'-_').decode()[:43]}",
        "parcel (S10)": f"RR{digits[:9]}GB",
        "parcel (UPS)": f"1Z{chance.choice(letters)}{digits[:15]}",
        "parcel (20 digits)": digits[:20],
        "order": f"{digits[:3]}-{digits[3:10]}-{digits[10:17]}",
        "invoice": f"INV-2026-{digits[:8]}",
        "licence key": "-".join(
            "".join(chance.choice(letters + "23456789") for _ in range(5)) for _ in range(5)
        ),
        "word of base58": "1"
        + "".join(chance.choice(f"{letters}{letters.lower()}23456789") for _ in range(33)),
        "word of bech32": "bc1q"
        + "".join(chance.choice("qpzry9x8gf2tvdw0s3jn54khce6mua7l") for _ in range(38)),
        "hexadecimal of 40": f"0x{sha256(raw).hexdigest()[:39]}",
        "link with a token": f"https://t.example/{b64encode(hash_of(seed, 33), b'-_').decode()}",
        "pgp fingerprint": " ".join(
            sha1(raw, usedforsecurity=False).hexdigest().upper()[place : place + 4]
            for place in range(0, 40, 4)
        ),
        "x-mailer id": f"X{digits[:12]}{chance.choice(letters)}{digits[12:20]}",
    }


def letter_with(written: str, chance: random.Random) -> ReportedMessage:
    """Give a letter that speaks of every coin and has a look-alike where the account would be."""
    called = (
        "bitcoin, litecoin, XRP, Dash, ZEC, monero, USDT (TRC20), ADA, bitcoin cash or dogecoin"
    )
    return message(text=chance.choice(_LETTERS).format(called=called, here=written))
