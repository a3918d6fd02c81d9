"""Its sole purpose is to read an HTML mail as a person sees it, and keep aside what CSS hides.

Font size, colour and visibility are inherited and a child may set them anew, so they are judged
where the text stands; `display: none`, opacity, an empty box and a place off the page take all
that is within.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from triage.cascade import Cascade
from triage.markup_bombs import domestic, exhausts
from triage.styles import Declarations, Look, gone, inherit, reverses

#: Characters of markup that are read, pictures within it left out.
MAX_HTML = 1_048_576
MAX_HIDDEN = 65_536
MAX_LINKS = 500
MAX_TARGET = 2_000

_PICTURE = re.compile(r"data:[\w/+.;=-]{1,80},[A-Za-z0-9+/=%]{100,}")
_ANY_TAG = re.compile(r"<[^<>]{0,5000}>")
_UNREAD = frozenset(
    ["head", "script", "style", "template", "title", "iframe", "object", "svg", "math"]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "header",
        "hr",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "pre",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_PARAGRAPHS = frozenset(["blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "p"])
_SHOWN_AS_BLOCK = frozenset({"block", "flex", "grid", "table", "list-item", "table-row"})
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_CONDITION = re.compile(r"\s{0,5}(?:\[if|<!\[endif)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What an HTML text says."""

    #: What a person sees, a line for each block.
    text: str
    #: What was hidden, pieces in order, at most `MAX_HIDDEN` characters.
    hidden: str
    #: All text in the order of the markup, hidden or not; empty where nothing was hidden.
    whole: str
    #: Targets of links, as written.
    links: tuple[str, ...]
    defects: tuple[str, ...]
    #: Each text in the order of the markup, with whether it is seen: the way back.
    nodes: tuple[tuple[str, bool], ...] = ()


def read_html(html: str) -> Reading:
    """Read markup (HTML 5) as it is seen in a window. Never raises; bounded in time by its caps."""
    html = domestic(_PICTURE.sub("data:,", html))
    defects = ["html cut at 1 MiB"] if len(html) > MAX_HTML else []
    html = html[:MAX_HTML]
    if exhausts(html):
        text = _tidy(_ANY_TAG.sub(" ", html))
        defects.append("html built to exhaust its reader: tags taken out only")
        return Reading(text=text, hidden="", whole="", links=(), defects=tuple(defects))
    walk = _Walk(LexborHTMLParser(html))
    defects.extend(walk.defects)
    seen, whole = _tidy("".join(walk.seen)), _tidy("".join(walk.whole))
    if whole and not _letters(seen) and "<img" not in html.lower():
        defects.append("html hides all of its text: shown here as a whole")
        seen = whole
    return Reading(
        text=seen,
        hidden=" ".join(walk.hidden)[:MAX_HIDDEN],
        whole=whole if whole != seen else "",
        links=tuple(walk.links),
        defects=tuple(defects),
        nodes=tuple(walk.nodes),
    )


class _Visit(NamedTuple):
    """A node to read, with the look it inherits (None: it is gone) and whether blanks stay."""

    node: LexborNode
    look: Look | None
    kept: bool


class _Exit(NamedTuple):
    """What to do behind an element: break the line, turn round what stood in it."""

    breaks: str
    look: Look | None
    #: Where it began among the pieces seen and the pieces in all; None where it is not turned.
    began: tuple[int, int] | None


class _Walk:
    """One pass over a document, without recursion, in the order of reading."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self.seen: list[str] = []
        self.whole: list[str] = []
        self.hidden: list[str] = []
        self.links: dict[str, None] = {}
        self.nodes: list[tuple[str, bool]] = []
        self._cascade = Cascade(tree)
        self._ahead: list[_Visit | _Exit] = []
        if tree.root is not None:
            self._ahead.append(_Visit(tree.root, Look(), kept=False))
        while self._ahead:
            step = self._ahead.pop()
            if isinstance(step, _Visit):
                self._visit(step)
            else:
                self._exit(step)
        self.defects = tuple(self._cascade.defects)

    def _visit(self, visit: _Visit) -> None:
        node = visit.node
        if node.next is not None:
            self._ahead.append(visit._replace(node=node.next))
        if node.is_text_node:
            self._say(node.text_content or "", visit)
        elif node.is_comment_node:
            self._note(node.comment_content or "")
        elif node.tag and node.tag not in _UNREAD and node.tag[0] not in "-!":
            self._enter(visit, node.tag, node.attributes)

    def _enter(self, visit: _Visit, tag: str, attributes: dict[str, str | None]) -> None:
        sets = self._cascade.sets(visit.node, tag, attributes)
        look = visit.look
        if look is not None:
            look = None if "hidden" in attributes or gone(sets) else inherit(look, sets)
        before, after = _breaks(tag, sets)
        self._put(before, look)
        backwards = reverses(sets) or (tag == "bdo" and attributes.get("dir") == "rtl")
        began = (len(self.seen), len(self.whole)) if backwards else None
        if after or backwards:
            self._ahead.append(_Exit(after, look, began))
        if visit.node.child is not None:
            kept = visit.kept or tag in {"pre", "textarea"}
            self._ahead.append(_Visit(visit.node.child, look, kept))
        self._collect(attributes)

    def _exit(self, step: _Exit) -> None:
        if step.began is not None:
            for pieces, start in zip((self.seen, self.whole), step.began, strict=True):
                pieces[start:] = ["".join(pieces[start:])[::-1]]
        self._put(step.breaks, step.look)

    def _say(self, text: str, visit: _Visit) -> None:
        if not visit.kept:
            text = _BLANKS.sub(" ", text)
        self.whole.append(text)
        seen = visit.look is not None and visit.look.seen
        self.nodes.append((text, seen))
        if seen:
            self.seen.append(text)
        elif text.strip():
            self.hidden.append(text.strip())

    def _put(self, breaks: str, look: Look | None) -> None:
        if breaks:
            self.whole.append(breaks)
            if look is not None:
                self.seen.append(breaks)

    def _note(self, comment: str) -> None:
        if comment.strip() and not _CONDITION.match(comment):
            self.hidden.append(comment.strip())

    def _collect(self, attributes: dict[str, str | None]) -> None:
        target = attributes.get("href")
        if target and len(self.links) < MAX_LINKS:
            self.links[target.strip()[:MAX_TARGET]] = None
        self.hidden.extend(
            words for name in ("alt", "title") if (words := (attributes.get(name) or "").strip())
        )


def _breaks(tag: str, sets: Declarations) -> tuple[str, str]:
    """Give what a person sees between an element and what stands before and behind it."""
    if tag == "br":
        return "\n", ""
    if tag in {"td", "th"}:
        return "\t", ""
    if tag in _PARAGRAPHS or tag in _BLOCKS:
        if sets.get("display", "").startswith("inline") or sets.get("float") in {"left", "right"}:
            return "", ""
        return ("\n\n", "\n\n") if tag in _PARAGRAPHS else ("\n", "\n")
    return ("\n", "\n") if sets.get("display") in _SHOWN_AS_BLOCK else ("", "")


def _tidy(text: str) -> str:
    """Give lines without blanks at their ends, and one empty line at most between them."""
    text = re.sub("[ \f\r\u00a0]+", " ", text)
    text = re.sub(r"[ \t]?\n[ \t]?", "\n", re.sub(r"[ \t]*\t[ \t]*", "\t", text))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))
