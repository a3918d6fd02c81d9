"""Its sole purpose is to find by which names on which services the offender can be reached.

A name counts where an address of the service holds it, or where the service's name stands right
before it; long ids that prove themselves count anywhere.
"""

from __future__ import annotations

import re
from base64 import b32decode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha3_256

from triage.extract.glance import spoken
from triage.folding import readable

#: How far behind the name of a service a name on it may stand, in characters.
NEAR = 40
MAX_CUES = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Handle:
    """A name on a service, and where it stands."""

    kind: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Service:
    kind: str
    #: Pieces of words of which one stands before any name on it, in lower case, UTF-8.
    gate: tuple[bytes, ...]
    #: A sign of its addresses that no such word is in.
    mark: str = ""
    #: Addresses that hold a name.
    links: re.Pattern[str]
    #: The name of the service, in lower case, as the word before a name.
    cue: re.Pattern[str]
    #: A name on it, as it is written behind the cue.
    name: re.Pattern[str]


#: "Telegram: name", "Wickr ID is name22" (a plain word behind "is" would be what it is like), and
#: a name behind its `@`.
_INTRODUCED = (
    r"(?:(?:\s?(?:id|user ?name|user|account|handle|name|channel|chat|app|me)){0,2}"
    r"(?:\s?(?:is|ist|est|es)?\s?[:=>]{1,2}\s?@?|\s(?:is|ist|est|es)\s(?=[\w.-]{0,30}[\d_]))"
    r"|[^\n@]{0,40}?(?<![\w@.])@)"
)


def _named(name: str) -> re.Pattern[str]:
    return re.compile(f"{_INTRODUCED}({name})")


_SERVICES = (
    _Service(
        kind="telegram",
        gate=(b"telegram", b"tg", "телеграм".encode()),
        mark="t.me/",
        links=re.compile(
            r"(?<![\w.])(?:t|telegram)\.me/(?:s/|joinchat/)?(\+?[A-Za-z][\w-]{4,31})(?![\w-])"
            r"|tg://resolve\?domain=([A-Za-z]\w{4,31})",
            re.IGNORECASE,
        ),
        cue=re.compile(r"telegram|\btg\b|телеграм"),
        name=_named(r"[A-Za-z]\w{4,31}"),
    ),
    _Service(
        kind="wickr",
        gate=(b"wickr",),
        links=re.compile(r"(?!)"),
        cue=re.compile(r"\bwickr(?: ?me| pro)?\b"),
        name=_named(r"[A-Za-z0-9][\w.-]{1,30}\w"),
    ),
    _Service(
        kind="instagram",
        gate=(b"insta",),
        links=re.compile(r"(?<![\w.])(?:www\.)?instagram\.com/([A-Za-z0-9_][\w.]{0,29})(?<!\.)"),
        cue=re.compile(r"\b(?:instagram|insta)\b"),
        name=_named(r"[A-Za-z0-9_][\w.]{0,28}\w"),
    ),
    _Service(
        kind="snapchat",
        gate=(b"snap",),
        links=re.compile(r"(?<![\w.])(?:www\.)?snapchat\.com/add/([A-Za-z][\w.-]{1,14}\w)"),
        cue=re.compile(r"\b(?:snapchat|snap)\b"),
        name=_named(r"[A-Za-z][\w.-]{1,13}\w"),
    ),
)
#: Words that stand where a name would, and pages that are nobody's.
_OTHER_WORDS = (
    "the and you your our that this not now here there app account user username name channel only"
    " contact with for from via on in to me my is are was has have installed messenger group"
    " accounts profile photos friends followers contacts p reel reels explore stories share login"
    " joinchat media import param"
)
_NO_NAMES = frozenset(_OTHER_WORDS.split())
_SESSION = re.compile(r"(?<![0-9A-Za-z])05[0-9a-f]{64}(?![0-9A-Za-z])")
_TOX = re.compile(r"(?<![0-9A-Za-z])[0-9A-F]{76}(?![0-9A-Za-z])")
_ONION = re.compile(
    r"(?<![0-9A-Za-z.-])(?:[\w-]{1,63}\.){0,3}([a-z2-7]{56})\.onion\b", re.IGNORECASE
)


def find_handles(text: str, *, read: bool) -> Iterator[Handle]:
    """Give the names in order of services; those behind a word only in a text that is read."""
    lower, within = readable(text), spoken(text).within
    for service in _SERVICES:
        named = any(it in within for it in service.gate)
        if not named and not (service.mark and service.mark in lower):
            continue
        for match in service.links.finditer(text):
            yield from _handle(service, match)
        if read:
            yield from _behind(service, text, lower)
    yield from _ids(text, within)


def _behind(service: _Service, text: str, lower: str) -> Iterator[Handle]:
    for number, cue in enumerate(service.cue.finditer(lower)):
        if number >= MAX_CUES:
            return
        match = service.name.match(text, cue.end(), cue.end() + NEAR + 34)
        if match is not None:
            yield from _handle(service, match)


def _handle(service: _Service, match: re.Match[str]) -> Iterator[Handle]:
    group = match.lastindex or 0
    name = match[group]
    if name.lower() in _NO_NAMES:
        return
    yield Handle(
        kind=service.kind,
        # What invites to a group is told apart by its case.
        value=f"@{name.lower()}" if not name.startswith("+") else name,
        start=match.start(),
        end=match.end(),
    )


def _ids(text: str, within: bytes) -> Iterator[Handle]:
    if b"session" in within:
        for match in _SESSION.finditer(text):
            yield Handle(kind="session", value=match[0], start=match.start(), end=match.end())
    for match in _TOX.finditer(text) if b"tox" in within else ():
        if _is_tox(match[0]):
            yield Handle(kind="tox", value=match[0], start=match.start(), end=match.end())
    if b"onion" in within:
        for match in _ONION.finditer(text):
            if _is_onion(match[1].lower()):
                value = match[0].lower()
                yield Handle(kind="onion", value=value, start=match.start(), end=match.end())


def _is_tox(written: str) -> bool:
    """Check the two bytes at the end, which are all pairs of bytes before them taken together."""
    raw = bytes.fromhex(written)
    first = second = 0
    for place in range(0, len(raw), 2):
        first ^= raw[place]
        second ^= raw[place + 1]
    return first == second == 0


def _is_onion(name: str) -> bool:
    """Check an address of version 3 (Tor rend-spec-v3, 6: key, two bytes of its hash, version)."""
    raw = b32decode(name.upper())
    key, check, version = raw[:32], raw[32:34], raw[34:]
    return version == b"\3" and sha3_256(b".onion checksum" + key + version).digest()[:2] == check
