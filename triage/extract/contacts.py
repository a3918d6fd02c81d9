"""Its sole purpose is to find where the offender can be reached, be it by mail or telephone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import urlsplit

from casefile.indicator import Indicator
from triage.clean import View
from triage.folding import readable

#: At most so many of a kind are kept.
MOST = {"url": 500, "email": 100, "telegram": 100, "whatsapp": 100, "phone": 100}
#: How far behind its cue a name or a number may stand, in characters.
NEAR = 40

_EMAIL = re.compile(
    r"(?<![\w.+%-])[A-Za-z0-9_.+%-]{1,64}@(?:[\w-]{1,63}\.){1,6}[A-Za-z][\w-]{1,23}(?![\w@-])"
)
_URL = re.compile(r"(?<![\w.])(?:https?://|www\.)[^\s<>\"'`{}|\\^]{3,2000}", re.IGNORECASE)
_TELEGRAM = re.compile(r"(?<![\w.])(?:t|telegram)\.me/(?:s/)?([A-Za-z]\w{4,31})(?!\w)")
_HANDLE = re.compile(r"(?<![\w@.])@([A-Za-z]\w{4,31})(?![\w@.])")
_TELEGRAM_CUE = re.compile(r"telegram|\btg\b|телеграм")
_WHATSAPP = re.compile(
    r"(?<![\w.])(?:wa\.me/|(?:api\.|web\.)?whatsapp\.com/send/?\?phone=)\+?(\d{7,15})(?!\d)"
)
_WHATSAPP_CUE = re.compile(r"whats\W?app|watsapp|ватсап|вотсап")
_NUMBER = re.compile(r"(?<![\w+./-])\+?\(?\d[\d ()./-]{5,20}\d(?![\w/-])")
_PHONE_CUE = re.compile(
    r"\b(?:phone|telephone|tel|call|ring|text|sms|mobile|cell|signal|viber|ffon|ffonio|telefon|handy"
    r"|anruf|telephone|appelez|telefono|llam\w{1,5}|telefone|ligue|numer|номер|телефон|звон\w{1,5})\b"
)
_TAIL = ".,;:!?)]}*_'\""
_PHONE_DIGITS = range(7, 16)


def find_contacts(views: Iterable[View], own: frozenset[str]) -> tuple[Indicator, ...]:
    """Give the contacts in order of views, each once; `own` are e-mail addresses of the victim."""
    unique: dict[tuple[str, str], Indicator] = {}
    for view in views:
        if view.accounts_only:
            continue
        for one in islice(_found(view), sum(MOST.values())):
            if one.value not in own:
                unique.setdefault((one.kind, one.value), one)
    kept: list[Indicator] = []
    for kind, most in MOST.items():
        kept.extend(islice((one for one in unique.values() if one.kind == kind), most))
    return tuple(kept)


def find_emails(text: str) -> set[str]:
    """Give every e-mail address of a text as written, the victim's too: all of them are masked."""
    return {match[0] for match in _EMAIL.finditer(text)}


def _found(view: View) -> Iterator[Indicator]:
    text = view.text
    for match in _EMAIL.finditer(text):
        yield _contact("email", match[0].lower(), match[0], view)
    for match in _URL.finditer(text):
        written = match[0].rstrip(_TAIL)
        yield _contact("url", _canonical_url(written), written, view)
    for match in _TELEGRAM.finditer(text):
        yield _contact("telegram", f"@{match[1].lower()}", match[0], view)
    for match in _WHATSAPP.finditer(text):
        yield _contact("whatsapp", f"+{match[1]}", match[0], view)
    if view.read:
        yield from _named(view)


def _named(view: View) -> Iterator[Indicator]:
    """Find names and numbers by the word before them."""
    lower = readable(view.text)
    numbers: set[str] = set()
    for kind, cue, shape in (
        ("telegram", _TELEGRAM_CUE, _HANDLE),
        ("whatsapp", _WHATSAPP_CUE, _NUMBER),
        ("phone", _PHONE_CUE, _NUMBER),
    ):
        for word in cue.finditer(lower):
            match = shape.search(view.text, word.end(), word.end() + NEAR)
            value = _canonical(kind, match[0]) if match else ""
            if match and value and value not in numbers:
                numbers.add(value)
                yield _contact(kind, value, match[0].strip(), view)


def _canonical(kind: str, written: str) -> str:
    if kind == "telegram":
        return written.lower()
    digits = re.sub(r"\D", "", written)
    if len(digits) not in _PHONE_DIGITS or re.search(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}$", written):
        return ""
    return f"+{digits}" if written.startswith(("+", "(+")) else digits


def _canonical_url(written: str) -> str:
    """Give the address with scheme and host in lower case (RFC 3986, 6.2.2.1)."""
    whole = written if "://" in written else f"http://{written}"
    try:
        parts = urlsplit(whole)
    except ValueError:
        return whole
    return parts._replace(netloc=parts.netloc.lower()).geturl()


def _contact(kind: str, value: str, written: str, view: View) -> Indicator:
    return Indicator(
        kind=kind,
        value=value,
        as_written=written,
        found_in=view.found_in,
        check="unchecked",
        # A mail may have hundreds of links, and nobody asks how a link was hidden.
        steps=view.steps(written) if kind != "url" else (),
    )
