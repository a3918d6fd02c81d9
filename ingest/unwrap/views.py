"""A forward in the text of a message, opened in its plain and its HTML view together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from casefile.report import Layer, Message, ReportedMessage
from ingest.unwrap import chain
from ingest.unwrap.clients import client_of
from ingest.unwrap.inline import Opened, open_forward
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


def forward_in(message: Message, known: Collection[str]) -> Forward | None:
    """Open the forward in a message's text. None where there is none.

    Headers come from the plain view, the HTML fragment from the HTML view; where only one view
    shows a forward, everything comes from that one.
    """
    plain, html = plain_text(message), html_text(message)
    if not html.strip() and not plain.strip():
        plain = "\n\n".join(text_files(message))
    page = Page(html) if html.strip() else None
    in_html = open_forward(page.texts, known) if page else None
    lines = plain.split("\n")
    in_plain = None if page and _stub(plain, page) else open_forward(lines, known)
    seen = in_plain or in_html
    if seen is None:
        return None
    defects: list[str] = []
    below = "\n".join(page.below(in_html.start)) if page and in_html else ""
    fragment = _fragment(page, in_plain, in_html, defects)
    text = _text(in_plain, in_html, fragment)
    if not text.strip() and not fragment and not files(message):
        # Nothing under the header block: what was sent is then all there is to report.
        text, fragment = plain if plain.strip() else "\n".join(page.texts if page else ()), ""
        defects.append("unsure")
    if not seen.sure:
        defects.append("unsure")
    place = chain.place_of_body(message, html=in_plain is None)
    client = client_of(seen.outer, html)
    reported = reported_from_block(seen.inner, text=text, html=fragment, attachments=files(message))
    return Forward(
        reported=reported,
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


def text_of(message: Message) -> str:
    """Give a message's text for people: the plain view, or the HTML's lines where it is a stub."""
    plain, html = plain_text(message), html_text(message)
    if html.strip():
        page = Page(html)
        if not plain.strip() or _stub(plain, page):
            return "\n".join(page.texts)
    return plain


def _note(seen: Opened, in_html: Opened | None) -> str:
    """Give the note of the view that was taken, else the HTML's: some plain views leave it out."""
    note = tidy_note("\n".join(seen.note))
    return note or (tidy_note("\n".join(in_html.note)) if in_html else "")


def _stub(plain: str, page: Page) -> bool:
    shown = sum(len(line.split()) for line in page.texts)
    return shown > _STUB_WORDS and len(plain.split()) < _STUB_SHARE * shown


def _fragment(
    page: Page | None, in_plain: Opened | None, in_html: Opened | None, defects: list[str]
) -> str:
    """Cut the reported HTML out where both views show the same forward, or only this one does."""
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
    fragment = page.cut(in_html.start, in_html.end)
    if not fragment and any(line.strip() for line in in_html.body):
        defects.append("html-not-cut")
    return fragment


def _text(in_plain: Opened | None, in_html: Opened | None, fragment: str) -> str:
    if in_plain is not None:
        return "\n".join(in_plain.body).strip("\n")
    # Its own plain text is unknown; the HTML says it all where it could be cut.
    return "" if fragment or in_html is None else "\n".join(in_html.body).strip("\n")
