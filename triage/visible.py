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
from triage.styles import Declarations, Look, inherit, reverses
from triage.unseen import gone

#: Characters of markup that are read, pictures within it left out.
MAX_HTML = 1_048_576
MAX_HIDDEN = 65_536
MAX_LINKS = 500
MAX_TARGET = 2_000

_PICTURE = re.compile(r"data:[\w/+.;=-]{1,80},[A-Za-z0-9+/=%]{100,}")
_ANY_TAG = re.compile(r"<[^<>]{0,5000}>")
#: These hold no text. (Drawings and formulas have other names by now, see `domestic`.)
_UNREAD = frozenset(["script", "style", "svg", "math"])
#: What is in these is not shown: they are descriptions, or stand in for what a program cannot do.
_UNSHOWN = frozenset(
    {"audio", "canvas", "datalist", "head", "iframe", "noembed", "noframes", "object", "rp"}
    | {"annotation", "desc", "metadata", "template", "title", "video"}
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
#: Without one of these a text has single blanks alone.
_ODD_BLANKS = ("  ", "\n", "\t", "\r", "\f")
_MARKS_OF_CONDITION = re.compile(r"<?!?\[[^\[\]]{1,80}\]>?")
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
    #: Each text in the order of the markup, whether it is seen, and whether the markup says it and
    #: not a style sheet: the way back.
    nodes: tuple[tuple[str, bool, bool], ...] = ()


NOTHING = Reading(text="", hidden="", whole="", links=(), defects=())


def read_html(html: str) -> Reading:
    """Read markup (HTML 5) as it is seen in a window. Never raises; bounded in time by its caps."""
    if not html:
        return NOTHING
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
    if whole and not any(map(str.isalnum, seen)) and "<img" not in html.lower():
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


class _Said(NamedTuple):
    """A text that a style sheet puts there, with the element that it belongs to."""

    text: str
    visit: _Visit


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
        self.nodes: list[tuple[str, bool, bool]] = []
        #: How what waits below a closed summary would look; the summary looks so.
        self._folded: dict[int, Look | None] = {}
        self._cascade = Cascade(tree)
        self._ahead: list[_Visit | _Said | _Exit] = []
        if tree.root is not None:
            self._ahead.append(_Visit(tree.root, Look(), kept=False))
        while self._ahead:
            step = self._ahead.pop()
            if isinstance(step, _Visit):
                self._visit(step)
            elif isinstance(step, _Said):
                self._say(step.text, step.visit, own=False)
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
        if tag == "summary" and visit.node.parent is not None:
            look = self._folded.get(visit.node.parent.mem_id, look)
        if look is not None:
            out = tag in _UNSHOWN or "hidden" in attributes
            out = out or (tag == "dialog" and "open" not in attributes)
            look = None if out or gone(sets) else inherit(look, sets)
        before, after = _breaks(tag, sets)
        self._put(before, look)
        backwards = reverses(sets) or (tag == "bdo" and attributes.get("dir") == "rtl")
        began = (len(self.seen), len(self.whole)) if backwards else None
        if after or backwards:
            self._ahead.append(_Exit(after, look, began))
        self._add(visit, "after", attributes, look)
        if visit.node.child is not None:
            kept = visit.kept or tag in {"pre", "textarea"}
            inner = look
            if tag == "details" and "open" not in attributes:
                self._folded[visit.node.mem_id], inner = look, None
            self._ahead.append(_Visit(visit.node.child, inner, kept))
        self._add(visit, "before", attributes, look)
        if tag == "template":  # its content is no child of it
            self.hidden.append(_without_tags(visit.node.html or ""))
        if attributes:
            self._collect(attributes)

    def _add(
        self, visit: _Visit, where: str, attributes: dict[str, str | None], look: Look | None
    ) -> None:
        """Put what a style sheet says beside the text of an element among what is ahead."""
        said, sets = self._cascade.beside(visit.node, where, attributes)
        if said:
            seen = None if look is None or gone(sets) else inherit(look, sets)
            self._ahead.append(_Said(said, visit._replace(look=seen)))

    def _exit(self, step: _Exit) -> None:
        if step.began is not None:
            for pieces, start in zip((self.seen, self.whole), step.began, strict=True):
                pieces[start:] = ["".join(pieces[start:])[::-1]]
        self._put(step.breaks, step.look)

    def _say(self, text: str, visit: _Visit, *, own: bool = True) -> None:
        if not visit.kept and any(it in text for it in _ODD_BLANKS):
            text = _BLANKS.sub(" ", text)
        self.whole.append(text)
        seen = visit.look is not None and visit.look.seen
        self.nodes.append((text, seen, own))
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
        if _CONDITION.match(comment):  # for Outlook alone, which reads what is in it as markup
            comment = _without_tags(_MARKS_OF_CONDITION.sub("", comment))
        if comment.strip():
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


def _without_tags(html: str) -> str:
    return " ".join(_ANY_TAG.sub(" ", html).split())


def _tidy(text: str) -> str:
    """Give lines without blanks at their ends, and one empty line at most between them."""
    for blank in "\f\r\u00a0":
        text = text.replace(blank, " ")
    text = re.sub("  +", " ", text) if "  " in text else text
    text = re.sub(" ?\t[ \t]*", "\t", text) if "\t" in text else text
    for blank in " \t":
        text = text.replace(f"{blank}\n", "\n").replace(f"\n{blank}", "\n")
    return re.sub(r"\n{3,}", "\n\n", text).strip()
