"""The text as a person reads it, what was hidden from them, and the copies that are compared."""

from __future__ import annotations

import quopri
import re
from dataclasses import dataclass
from html import unescape

from casefile.report import ReportedMessage
from triage.characters import MAX_TEXT, Swept, sweep
from triage.folding import fold, shapes
from triage.headers import MAX_HEADER, decoded, file_views, header_views
from triage.view import HIDDEN, MARKUP, QUOTED_PRINTABLE, View
from triage.visible import Reading, read_html
from triage.way_back import ENTITIES, ENTITY

__all__ = ["Clean", "View", "clean", "fold", "read_plain", "shapes"]

#: The HTML part is what a person was shown, unless it says less than this many letters and digits.
MIN_LETTERS = 20
#: A mail with fewer letters than this beside a PDF file says: read the file.
COVER_LETTERS = 300
MAX_EVIDENCE = 65_536

#: What shows that a text is still quoted-printable: soft line ends, letters as figures.
_CODED = re.compile(r"(?<=[\w ,.])=\n|=(?:3D|20|0A|C2=[89AB][0-9A-F]|C3=[89AB][0-9A-F]|E2=80)")
_FEWEST_CODED = 3
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


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
        source=reported.html,
        nodes=reading.nodes,
    )
    subject = sweep(decoded(reported.subject)[:MAX_HEADER])
    text = markup.text if _says_something(markup.text) or not plain.text else plain.text
    files = tuple(file_views(reported))
    text = _with_pages(text, files)
    return Clean(
        text=text,
        hidden=_evidence(reading.hidden, shown.hidden, sweep(reported.text).hidden, subject.hidden),
        folded=fold(text),
        subject=" ".join(subject.text.split()),
        views=(*_views(reported, reading, (markup, plain), subject), *files),
        defects=_defects(reading, shown, reported.text, plain.text),
        addressees=frozenset(_ADDRESS.findall(reported.to[:MAX_HEADER].lower())),
    )


def _with_pages(text: str, files: tuple[View, ...]) -> str:
    """Give a text with that of its PDF files behind it, where it is no more than a cover to them.

    What pictures say is searched and never shown.
    """
    pages = "\n\n".join(view.text.strip("\n") for view in files if view.found_in == "pdf")
    if not pages.strip() or sum(map(str.isalnum, text[: 4 * COVER_LETTERS])) >= COVER_LETTERS:
        return text
    return f"{text}\n\n{pages}".strip("\n")[:MAX_TEXT]


def read_plain(text: str) -> str:
    """Give a plain text, such as a reporter's note, as a person reads it. Never raises."""
    return _plain_view(text).text.strip("\n")


def _plain_view(source: str) -> View:
    text = source.strip("\n")
    coded: tuple[tuple[str, str], ...] = ()
    if "=" in text and len(_CODED.findall(text[:MAX_TEXT])) >= _FEWEST_CODED:
        coded = ((QUOTED_PRINTABLE, text),)
        text = _uncoded(text[:MAX_TEXT])
    entities: tuple[tuple[str, str], ...] = ()
    if "&" in text and ENTITY.search(text[:MAX_TEXT]):
        entities = ((ENTITIES, text),)
        text = unescape(text[:MAX_TEXT])
    swept = sweep(text)
    return View(
        text=swept.text,
        found_in="text",
        layers=(*coded, *entities, *swept.layers),
        source=source,
    )


def _uncoded(text: str) -> str:
    """Read quoted-printable (RFC 2045) whose header field was lost on the way."""
    plain = quopri.decodestring(text.encode("utf-8", "replace")).decode("utf-8", "replace")
    return plain.strip("\n")


def _views(
    reported: ReportedMessage, reading: Reading, bodies: tuple[View, View], subject: Swept
) -> tuple[View, ...]:
    """Give what is searched: what is read first, so that a value is reported from there."""
    whole = sweep(reading.whole)
    links = sweep("\n".join(reading.links))
    views = (
        *bodies,
        View(
            text=subject.text,
            found_in="header",
            layers=subject.layers,
            source=reported.subject,
            place="header Subject",
        ),
        *header_views(reported),
        View(
            text=whole.text,
            found_in="html",
            read=False,
            layers=((HIDDEN, reading.text), *whole.layers),
            source=reported.html,
            nodes=reading.nodes,
        ),
        View(text=links.text, found_in="html", read=False, place="targets of links"),
    )
    return tuple(view for view in views if view.text.strip())


def _says_something(text: str) -> bool:
    return any(sum(map(str.isalnum, text[:end])) >= MIN_LETTERS for end in (100, MAX_HEADER))


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
