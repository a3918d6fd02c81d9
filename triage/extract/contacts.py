"""Its sole purpose is to find where the offender can be reached, be it by mail or telephone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import urlsplit

from casefile.indicator import Indicator
from triage.extract import phones
from triage.extract.glance import spoken as words_of
from triage.extract.handles import find_handles
from triage.extract.victim import whose
from triage.folding import readable
from triage.language import language
from triage.view import View

#: At most so many of a kind are kept.
MOST = {"url": 500, "email": 100, "telegram": 100, "whatsapp": 100, "phone": 100} | dict.fromkeys(
    ("wickr", "session", "tox", "instagram", "snapchat", "onion"), 50
)
#: How far behind its cue a number may stand, in characters.
NEAR = 40
TOGETHER = "address put together"

_EMAIL = re.compile(
    r"(?<![\w.+%-])[A-Za-z0-9_.+%-]{1,64}@(?:[\w-]{1,63}\.){1,6}[A-Za-z][\w-]{1,23}(?![\w@-])"
)
#: What stands behind the `@` of an address; and how far it may reach before that.
_HOST = re.compile(r"@(?:[\w-]{1,63}\.){1,6}[A-Za-z][\w-]{1,23}(?![\w@-])")
_LOCAL = 65
#: Signs and words of which one is in any address that is written for people alone.
_SPOKEN_GATE = (
    *("[at]", "(at)", "{at}", "<at>", "(@)", "[@]", "(ät)", "[ät]", " dot ", "arroba"),
    *("chiocciola", "[ at", "( at"),
)
_SPOKEN_SIGNS = "[({<"
_SPOKEN_WORDS = frozenset({b"dot", b"arroba", b"chiocciola"})
_AT, _DOT = (
    rf"\s?(?:[\[({{<]\s?(?:{words})\s?[\])}}>]|\s(?:{words})\s)\s?"
    for words in ("at|AT|@|ät|arroba|chiocciola", r"dot|DOT|punkt|punto|point|\.")
)
#: An address that is written for people alone: `name [at] mail (dot) com`.
_SPOKEN = re.compile(
    rf"(?<![\w.+%-])([A-Za-z0-9_.+%-]{{1,64}}){_AT}([\w-]{{1,63}})"
    rf"((?:(?:{_DOT}|\.)[\w-]{{2,63}}){{1,4}})(?![\w@-])"
)
_DOTTED = re.compile(_DOT)
_URL = re.compile(r"(?<![\w.])(?:https?://|www\.)[^\s<>\"'`{}|\\^]{3,2000}", re.IGNORECASE)
_WHATSAPP = re.compile(
    r"(?<![\w.])(?:wa\.me/|(?:api\.|web\.)?whatsapp\.com/send/?\?phone=)\+?(\d{7,15})(?!\d)"
)
_WHATSAPP_CUE = re.compile(r"whats\W?app|watsapp|ватсап|вотсап")
_PHONE_CUE = re.compile(
    r"\b(?:phone|telephone|tel|call|ring|text|sms|mobile|cell|signal|viber|ffon|ffonio|telefon|handy"
    r"|anruf|ruf\w{0,4}|telephone|appelez|telefono|llam\w{1,5}|telefone|ligue|numer|номер|телефон|звон\w{1,5})\b"
)
_TAIL = ".,;:!?)]}*_'\""


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
    return {match[0] for match in _emails(text)}


def _found(view: View) -> Iterator[Indicator]:
    text = view.text
    lower = readable(text)
    for match in _emails(text):
        yield _contact("email", match[0].lower(), match.span(), view)
    for match in _URL.finditer(text) if "://" in lower or "www." in lower else ():
        written = match[0].rstrip(_TAIL)
        span = (match.start(), match.start() + len(written))
        yield _contact("url", _canonical_url(written), span, view)
    for match in _WHATSAPP.finditer(text) if "wa.me" in lower or "whatsapp.com" in lower else ():
        yield _contact("whatsapp", f"+{match[1]}", match.span(), view)
    for handle in find_handles(text, read=view.read):
        yield _contact(handle.kind, handle.value, (handle.start, handle.end), view)
    if view.read:
        yield from _spoken(view, lower)
        yield from _numbers(view, lower)


def _emails(text: str) -> Iterator[re.Match[str]]:
    behind = 0
    for host in _HOST.finditer(text):
        match = _EMAIL.search(text, max(behind, host.start() - _LOCAL), host.end() + 1)
        if match is not None:
            behind = match.end()
            yield match


def _spoken(view: View, lower: str) -> Iterator[Indicator]:
    signs = any(it in lower for it in _SPOKEN_SIGNS)
    if not signs and _SPOKEN_WORDS.isdisjoint(words_of(view.text).words):
        return
    if not any(it in lower for it in _SPOKEN_GATE):
        return
    for match in _SPOKEN.finditer(view.text):
        host = match[2] + _DOTTED.sub(".", match[3])
        if _EMAIL.fullmatch(value := f"{match[1]}@{host}".lower()):
            yield _contact("email", value, match.span(), view, TOGETHER)


def _numbers(view: View, lower: str) -> Iterator[Indicator]:
    """Find numbers by the word before them, and by the country that they begin with."""
    if next(phones.numbers(view.text), None) is None:
        return
    known: set[str] = set()
    spoken = ""
    for kind, cue in (("whatsapp", _WHATSAPP_CUE), ("phone", _PHONE_CUE)):
        for word in cue.finditer(lower):
            match = phones.NUMBER.search(view.text, word.end(), word.end() + NEAR)
            if match is None or whose(lower, match.start()) == "victim":
                continue
            spoken = spoken or language(view.text) or "en"
            value = phones.canonical(match[0], spoken)
            if value and value not in known:
                known.add(value)
                yield _contact(kind, value, match.span(), view)
    for match in phones.international(view.text):
        value = phones.canonical(match[0])
        if value not in known and whose(lower, match.start()) != "victim":
            known.add(value)
            yield _contact("phone", value, match.span(), view)


def _canonical_url(written: str) -> str:
    """Give the address with scheme and host in lower case (RFC 3986, 6.2.2.1)."""
    whole = written if "://" in written else f"http://{written}"
    try:
        parts = urlsplit(whole)
    except ValueError:
        return whole
    return parts._replace(netloc=parts.netloc.lower()).geturl()


def _contact(kind: str, value: str, span: tuple[int, int], view: View, step: str = "") -> Indicator:
    written = view.text[span[0] : span[1]].strip()
    # A mail may have hundreds of links, and nobody asks how a link was hidden or where it stood.
    steps = view.steps(written) if kind != "url" else ()
    return Indicator(
        kind=kind,
        value=value,
        as_written=written,
        found_in=view.found_in,
        check="unchecked",
        steps=(*steps, *([step] if step else [])),
    )
