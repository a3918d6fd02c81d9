"""Its sole purpose is to read an HTML mail as a person sees it, and keep aside what CSS hides.

Font size, colour and visibility are inherited and a child may set them anew, so they are judged
where the text stands; `display: none`, opacity, an empty box and a place off the page take all
that is within.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from triage.styles import Declarations, Look, Rule, colour, declarations, gone, inherit, reverses
from triage.styles import rules as rules_of

#: Characters of markup that are read, pictures within it left out.
MAX_HTML = 1_048_576
#: Depth of elements beyond which a parser needs quadratic time.
MAX_DEPTH = 1_000
MAX_OPEN_FORMATTING = 200
#: Sum of the squared lengths of the tags, which bounds the time for their attributes.
MAX_TAG_SQUARES = 1_000_000_000
MAX_HIDDEN = 65_536
MAX_LINKS = 500
MAX_TARGET = 2_000
#: Elements that rules of style sheets may reach, in all.
MAX_REACH = 200_000
#: With fewer letters seen than this share, we misjudged: the whole text is shown.
SEEN_SHARE = 0.05

_PICTURE = re.compile(r"data:[\w/+.;=-]{1,80},[A-Za-z0-9+/=%]{100,}")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})[^<>]*>")
_ANY_TAG = re.compile(r"<[^<>]{0,5000}>")
_ENDS_ITSELF = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "dd",
        "dt",
        "embed",
        "hr",
        "img",
        "input",
        "li",
        "link",
        "meta",
        "option",
        "p",
        "param",
        "source",
        "td",
        "th",
        "tr",
        "tbody",
        "thead",
        "tfoot",
        "track",
        "wbr",
    ]
)
_FORMATTING = frozenset(
    [
        "a",
        "b",
        "big",
        "code",
        "em",
        "font",
        "i",
        "nobr",
        "s",
        "small",
        "strike",
        "strong",
        "tt",
        "u",
    ]
)
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


def read_html(html: str) -> Reading:
    """Read markup (HTML 5) as it is seen in a window. Never raises; bounded in time by its caps."""
    html = _PICTURE.sub("data:,", html)
    defects = ["html cut at 1 MiB"] if len(html) > MAX_HTML else []
    html = html[:MAX_HTML]
    if _is_bomb(html):
        text = _tidy(_ANY_TAG.sub(" ", html))
        defects.append("html built to exhaust its reader: tags taken out only")
        return Reading(text=text, hidden="", whole="", links=(), defects=tuple(defects))
    walk = _Walk(LexborHTMLParser(html))
    defects.extend(walk.defects)
    seen, whole = _tidy("".join(walk.seen)), _tidy("".join(walk.whole))
    if _letters(seen) < SEEN_SHARE * _letters(whole):
        defects.append("html hides nearly all of its text: shown here as a whole")
        seen = whole
    return Reading(
        text=seen,
        hidden=" ".join(walk.hidden)[:MAX_HIDDEN],
        whole=whole if whole != seen else "",
        links=tuple(walk.links),
        defects=tuple(defects),
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
        self.defects: list[str] = []
        self._sheet = self._reach(tree)
        self._ahead: list[_Visit | _Exit] = []
        if tree.root is not None:
            self._ahead.append(_Visit(tree.root, Look(), kept=False))
        while self._ahead:
            step = self._ahead.pop()
            if isinstance(step, _Visit):
                self._visit(step)
            else:
                self._exit(step)

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
        sets = self._sets(visit.node, tag, attributes)
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
        if visit.look is not None and visit.look.seen:
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

    def _sets(self, node: LexborNode, tag: str, attributes: dict[str, str | None]) -> Declarations:
        """Give what holds for an element after the cascade (CSS Cascading 4, without layers)."""
        found: dict[str, str] = {}
        for name, wanted in (("bgcolor", "background-color"), ("background", "background")):
            if value := attributes.get(name):
                found[wanted] = colour(value) if name == "bgcolor" else f"url({value[:20]})"
        if tag in {"font", "body"} and (value := attributes.get("color") or attributes.get("text")):
            found["color"] = colour(value)
        ruled = self._sheet.get(node.mem_id, ()) if node.mem_id is not None else ()
        style = attributes.get("style")
        if not ruled and not style:
            return found
        usual, important = declarations(style) if style else ({}, {})
        for rule in ruled:
            if not rule.rank[0]:
                found.update(rule.sets)
        found.update(usual)
        for rule in ruled:
            if rule.rank[0]:
                found.update(rule.sets)
        found.update(important)
        return found

    def _reach(self, tree: LexborHTMLParser) -> dict[int, list[Rule]]:
        """Say for each element which rules of the style sheets reach it, the weakest first."""
        reached: dict[int, list[Rule]] = defaultdict(list)
        left = MAX_REACH
        sheet = "\n".join(style.text() for style in tree.css("style"))
        for rule in sorted(rules_of(sheet), key=lambda rule: rule.rank):
            for node in self._matches(tree, rule.selector):
                if left == 0:
                    self.defects.append("html style sheet reaches too far: read in part")
                    return reached
                left -= 1
                reached[node.mem_id].append(rule)
        return reached

    def _matches(self, tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
        try:
            return tree.css(selector)
        except SelectolaxError:
            return []


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


def _is_bomb(html: str) -> bool:
    """Tell whether a parser would need quadratic time: depth, open formatting, attributes."""
    depth = formatting = squares = 0
    for tag in _TAG.finditer(html):
        squares += (tag.end() - tag.start()) ** 2
        name = tag[2].lower()
        if name in _ENDS_ITSELF or tag[0].endswith("/>"):
            continue
        step = -1 if tag[1] else 1
        depth = max(0, depth + step)
        if name in _FORMATTING:
            formatting = max(0, formatting + step)
        if depth > MAX_DEPTH or formatting > MAX_OPEN_FORMATTING or squares > MAX_TAG_SQUARES:
            return True
    return False


def _tidy(text: str) -> str:
    """Give lines without blanks at their ends, and one empty line at most between them."""
    text = re.sub("[ \f\r\u00a0]+", " ", text)
    text = re.sub(r"[ \t]?\n[ \t]?", "\n", re.sub(r"[ \t]*\t[ \t]*", "\t", text))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))
