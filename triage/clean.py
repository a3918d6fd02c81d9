"""The text as a person reads it, what was hidden from them, and the copies that are compared."""

from __future__ import annotations

import re
from binascii import Error as BadBase64
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from html import unescape

from casefile.indicator import Place
from casefile.report import ReportedMessage
from triage.characters import MAX_TEXT, Swept, sweep
from triage.folding import fold, shapes
from triage.visible import Reading, read_html

__all__ = ["Clean", "View", "clean", "fold", "read_plain", "shapes"]

#: The HTML part is what a person was shown, unless it says less than this many letters and digits.
MIN_LETTERS = 20
MAX_SUBJECT = 2_000
MAX_EVIDENCE = 65_536

_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_ENCODED = re.compile(
    r"=\?[\w*-]{1,40}\?[bBqQ]\?[^?\s]{0,400}\?=(?:"
    r"\s{1,9}=\?[\w*-]{1,40}\?[bBqQ]\?[^?\s]{0,400}\?=){0,40}"
)
_BRACKETED = re.compile(r"<[^<>]{0,320}>")


MARKUP, ENTITIES = "markup read as it is shown", "character references read"
HIDDEN = "hidden text shown"
#: Steps that make the text that `sweep` then cleans.
_MAKING = frozenset({MARKUP, ENTITIES, HIDDEN})


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """One text that is searched for values."""

    text: str
    found_in: Place
    #: True for what a person reads; hidden text and targets of links are searched without guessing.
    read: bool = True
    #: The steps that made it, in order, each with the text before it: the way back.
    layers: tuple[tuple[str, str], ...] = ()

    def steps(self, value: str) -> tuple[str, ...]:
        """Name the steps without which a value of this text would not stand in it."""
        texts = [*(before for _, before in self.layers), self.text]
        return tuple(
            name
            for (name, before), now in zip(self.layers, texts[1:], strict=True)
            if value not in before
            and (value not in sweep(before).text if name in _MAKING else value in now)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Clean:
    """A reported message, readable."""

    #: As a person reads it, without the subject.
    text: str
    #: What styles, comments and unseen characters hid: evidence, never shown as the text.
    hidden: str
    #: The text for comparison: lower case, look-alikes and accents folded.
    folded: str
    subject: str
    views: tuple[View, ...]
    defects: tuple[str, ...]
    #: Whom it was written to, in lower case: their own address is no contact of the offender.
    addressees: frozenset[str] = frozenset()


def clean(reported: ReportedMessage) -> Clean:
    """Make a reported message readable. Never raises; texts are cut at 1 MiB with a defect."""
    plain = _plain_view(reported.text)
    reading = read_html(reported.html)
    shown = sweep(reading.text)
    markup = View(
        text=shown.text,
        found_in="html",
        layers=((MARKUP, reported.html), *shown.layers),
    )
    subject = sweep(_decoded(reported.subject)[:MAX_SUBJECT])
    text = markup.text if _says_something(markup.text) or not plain.text else plain.text
    return Clean(
        text=text,
        hidden=_evidence(reading.hidden, shown.hidden, sweep(reported.text).hidden, subject.hidden),
        folded=fold(text),
        subject=" ".join(subject.text.split()),
        views=_views(reported, reading, (markup, plain), subject),
        defects=_defects(reading, shown, reported.text, plain.text),
        addressees=frozenset(_ADDRESS.findall(reported.to[:MAX_SUBJECT].lower())),
    )


def read_plain(text: str) -> str:
    """Give a plain text, such as a reporter's note, as a person reads it. Never raises."""
    return _plain_view(text).text


def _plain_view(text: str) -> View:
    entities: tuple[tuple[str, str], ...] = ()
    if _ENTITY.search(text[:MAX_TEXT]):
        entities = ((ENTITIES, text),)
        text = unescape(text[:MAX_TEXT])
    swept = sweep(text)
    return View(text=swept.text.strip("\n"), found_in="text", layers=(*entities, *swept.layers))


def _views(
    reported: ReportedMessage, reading: Reading, bodies: tuple[View, View], subject: Swept
) -> tuple[View, ...]:
    """Give what is searched: what is read first, so that a value is reported from there."""
    answers_to = reported.reply_to if reported.reply_to != reported.sender else ""
    name = _BRACKETED.sub("", _decoded(reported.sender[:MAX_SUBJECT]))
    header = sweep("\n".join((name if "@" not in name else "", answers_to[:MAX_SUBJECT])))
    whole = sweep(reading.whole)
    hidden = ((HIDDEN, reading.text), *whole.layers)
    views = (
        *bodies,
        View(text=subject.text, found_in="header", layers=subject.layers),
        View(text=header.text.strip(), found_in="header", layers=header.layers),
        View(text=whole.text, found_in="html", read=False, layers=hidden),
        View(text=sweep("\n".join(reading.links)).text, found_in="html", read=False),
    )
    return tuple(view for view in views if view.text.strip())


def _decoded(value: str) -> str:
    """Read encoded words (RFC 2047) that came through undecoded."""
    return _ENCODED.sub(lambda words: _decode(words[0]), value)


def _decode(words: str) -> str:
    try:
        pieces = [
            piece if isinstance(piece, str) else piece.decode(charset or "ascii", "replace")
            for piece, charset in decode_header(words)
        ]
    except (HeaderParseError, BadBase64, LookupError, ValueError):
        return words
    return "".join(pieces) or words


def _says_something(text: str) -> bool:
    return sum(map(str.isalnum, text[:MAX_SUBJECT])) >= MIN_LETTERS


def _evidence(*pieces: str) -> str:
    return "\n".join(filter(None, pieces))[:MAX_EVIDENCE]


def _defects(reading: Reading, shown: Swept, written: str, plain: str) -> tuple[str, ...]:
    found = list(reading.defects)
    if len(written) > MAX_TEXT or shown.cut:
        found.append("text cut at 1 MiB")
    if _says_something(plain) and _says_something(shown.text) and _differ(plain, shown.text):
        found.append("plain text and html say different things")
    return tuple(found)


def _differ(one: str, other: str) -> bool:
    """Tell whether two texts share less than half the words of the shorter one."""
    mine, theirs = (set(re.findall(r"\w{4,30}", text[:20_000].lower())) for text in (one, other))
    return len(mine & theirs) < 0.5 * min(len(mine), len(theirs))
