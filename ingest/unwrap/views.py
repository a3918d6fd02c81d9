"""Forwards in the text of a message, opened in its plain and its HTML view together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest
from typing import cast

from casefile.report import Layer, Message, ReportedMessage
from ingest.unwrap import chain
from ingest.unwrap.clients import client_of
from ingest.unwrap.inline import Opened, open_forwards
from ingest.unwrap.markup import Page
from ingest.unwrap.original import (
    files,
    html_text,
    plain_text,
    reported_from_block,
    text_files,
)
from ingest.unwrap.trimming import tidy_note
from ingest.unwrap.voice import told_at_end

#: A plain view with fewer of the HTML view's words than this is a stub ("view this in HTML").
_STUB_SHARE = 0.3
_STUB_WORDS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Forward:
    """A forward that stood in the text."""

    reported: ReportedMessage
    note: str
    #: What stands after the end of the forward, where the HTML marks one.
    below: str
    client: str
    language: str
    depth: int
    #: It is a quotation under "On … X wrote:", or a reply's header block.
    quoted: bool
    #: A separator says that it is a forward.
    announced: bool
    chain: tuple[Layer, ...]
    defects: tuple[str, ...]


class Text:
    """The text of a message in both its views, parsed no more often than is needed."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.html = html_text(message)
        self.plain = plain_text(message)

    @cached_property
    def page(self) -> Page | None:
        """Give the HTML view, as long as nothing was cut out of it; None where there is none."""
        return Page(self.html) if self.html.strip() else None

    @property
    def is_stub(self) -> bool:
        """Tell whether the plain view only says that there is an HTML view."""
        return self.page is not None and _stub(self.plain, self.page)

    def words(self) -> str:
        """Give it for people: the plain view, or the HTML's lines where that is a stub."""
        if self.page is not None and (not self.plain.strip() or self.is_stub):
            return "\n".join(self.page.texts)
        return self.plain

    def fragment(self, opened: Opened, *, beside: bool) -> str:
        """Cut the HTML of a forward out; empty where it cannot be."""
        page, self.__dict__["page"] = self.page, Page(self.html) if beside else None
        return page.cut(opened.start, opened.end, beside=beside) if page is not None else ""


def forwards_in(text: Text, known: Collection[str]) -> tuple[Forward, ...]:
    """Open the forwards in a message's text, in order; empty where there is none.

    Headers come from the plain view, the HTML fragment from the HTML view; where only one view
    shows a forward, everything comes from that one.
    """
    page, plain = text.page, text.plain
    if page is None and not plain.strip():
        plain = "\n\n".join(text_files(text.message))
    in_html = open_forwards(page.texts, known) if page else ()
    in_plain = () if text.is_stub else open_forwards(plain.split("\n"), known)
    if in_plain and in_html and len(in_plain) != len(in_html):
        in_html = in_html[:1] if len(in_plain) == 1 else ()
    pairs = list(zip_longest(in_plain, in_html))
    whole = plain if plain.strip() else "\n".join(page.texts if page else ())
    first = _forward(text, *pairs[0], whole, beside=len(pairs) > 1) if pairs else None
    rest = [_forward(text, *pair, whole, beside=True) for pair in pairs[1:]]
    return (first, *(replace(it, note=first.note) for it in rest)) if first else ()


def _forward(
    text: Text, in_plain: Opened | None, in_html: Opened | None, whole: str, *, beside: bool
) -> Forward:
    """Make a forward of what at least one view shows of it; `whole` is all that was written."""
    message, page = text.message, text.page
    seen = cast("Opened", in_plain or in_html)
    defects: list[str] = []
    below = "\n".join(page.below(in_html.start)) if page and in_html and not beside else ""
    fragment = _fragment(text, in_plain, in_html, defects, beside=beside)
    words = _text(in_plain, in_html, fragment)
    if not words.strip() and not fragment and not files(message):
        # Nothing under the header block: what was sent is then all there is to report.
        words, fragment = whole, ""
        defects.append("unsure")
    if not seen.sure:
        defects.append("unsure")
    place = chain.place_of_body(message, html=in_plain is None)
    client = client_of(seen.outer, text.html)
    return Forward(
        reported=reported_from_block(
            seen.inner, text=words, html=fragment, attachments=files(message)
        ),
        note=_note(seen, in_html),
        below=tidy_note(below or told_at_end("\n".join(seen.body))),
        client=client,
        language=seen.outer.language,
        depth=seen.depth,
        quoted=seen.outer.attribution or seen.outer.announced == "original",
        announced=seen.outer.announced == "forwarded",
        chain=tuple(
            chain.of_block(it, client if it is seen.outer else client_of(it), place)
            for it in seen.blocks
        ),
        defects=tuple(dict.fromkeys(defects)),
    )


def _note(seen: Opened, in_html: Opened | None) -> str:
    """Give the note of the view that was taken, else the HTML's: some plain views leave it out."""
    note = tidy_note("\n".join(seen.note))
    return note or (tidy_note("\n".join(in_html.note)) if in_html else "")


def _stub(plain: str, page: Page) -> bool:
    shown = sum(len(line.split()) for line in page.texts)
    return shown > _STUB_WORDS and len(plain.split()) < _STUB_SHARE * shown


def _fragment(
    text: Text,
    in_plain: Opened | None,
    in_html: Opened | None,
    defects: list[str],
    *,
    beside: bool,
) -> str:
    """Cut the reported HTML out where both views show the same forward, or only this one does."""
    page = text.page
    if page is None:
        return ""
    if in_html is None:
        defects.append("html-not-cut")
        return ""
    if in_plain is not None and in_plain.depth != in_html.depth:
        defects.append("views-differ")
        return ""
    if not page.readable:
        defects.append("html-too-deep")
    fragment = text.fragment(in_html, beside=beside)
    if not fragment and any(line.strip() for line in in_html.body):
        defects.append("html-not-cut")
    return fragment


def _text(in_plain: Opened | None, in_html: Opened | None, fragment: str) -> str:
    if in_plain is not None:
        return "\n".join(in_plain.body).strip("\n")
    # Its own plain text is unknown; the HTML says it all where it could be cut.
    return "" if fragment or in_html is None else "\n".join(in_html.body).strip("\n")
