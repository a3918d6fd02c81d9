"""HTML to lines of text as a person sees them, and the cutting out of a forwarded fragment.

Hidden text is not judged here: whoever reads the fragment does that, from the HTML that is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

#: The HTML parser's time grows with the square of the nesting: 200,000 levels take minutes.
MAX_NESTING = 1000
MAX_HTML = 4 * 1024 * 1024
MAX_TAGS = 200_000
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)[^<>]*?(/?)>")
#: Elements that close by themselves, so that many of them are no nesting.
_FLAT = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "dt",
        "dd",
        "td",
        "th",
        "tr",
        "tbody",
        "thead",
        "tfoot",
        "option",
    ]
)
_SILENT = frozenset({"head", "style", "script", "title", "template", "noscript", "#document"})
_LINE = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "thead",
        "tfoot",
        "tr",
        "ul",
    ]
)
_SPACED = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "ul", "ol"})
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_CONTAINERS = ("gmail_quote", "yahoo_quoted", "moz-forward-container")


@dataclass(frozen=True, slots=True)
class Line:
    """A visible line and the text nodes it was made of, in order."""

    text: str
    nodes: tuple[LexborNode, ...]


class Page:
    """A parsed HTML body and its visible lines."""

    def __init__(self, html: str) -> None:
        """Parse; `readable` is false where the nesting or the size is beyond reading."""
        self.readable = _readable(html)
        source = html if self.readable else _TAG.sub(" ", html[:MAX_HTML]).replace("<", "&lt;")
        self.tree = LexborHTMLParser(source)
        self.lines = tuple(_Writer().lines(self.tree.body)) if self.tree.body else ()

    @property
    def texts(self) -> list[str]:
        """Give the visible lines as text."""
        return [line.text for line in self.lines]

    def below(self, first: int) -> list[str]:
        """Give the lines that stand after the quotation in which line `first` stands.

        Empty where no element marks the end of it.
        """
        container = _container(self.lines[:first])
        nodes = [line.nodes for line in self.lines[first:]]
        if container is None or not nodes or not any(_inside(it, container) for it in nodes[0]):
            return []
        return [
            line.text
            for line in self.lines[first:]
            if line.nodes and not any(_inside(node, container) for node in line.nodes)
        ]

    def cut(self, first: int, end: int, *, beside: bool = False) -> str:
        """Cut the page down to its lines from `first` on, to `end` or the end of their container.

        Always to `end` where another forward stands `beside` this one, be it in that container.

        Elements around them stay, with their styles, and so do style sheets. Gives the empty
        string where a line before `first` shares a piece of text with it: then nothing can be cut
        without taking the reporter's words along. The page is used up.
        """
        before = {n.mem_id for line in self.lines[:first] for n in line.nodes}
        kept = [n for line in self.lines[first:end] for n in line.nodes]
        if not self.readable or not kept or any(n.mem_id in before for n in kept):
            return ""
        container = _container(self.lines[:first])
        last = kept[-1]
        if not beside and container is not None and _inside(kept[0], container):
            _drop_siblings(container, after=True)
        elif beside or end < len(self.lines):
            _drop_siblings(last, after=True)
        _drop_siblings(kept[0], after=False)
        return self.tree.html or ""


def _readable(html: str) -> bool:
    small = len(html) <= MAX_HTML and html.count("<") <= MAX_TAGS
    return small and nesting(html) <= MAX_NESTING


def nesting(html: str) -> int:
    """Give how deep elements nest at most, by counting tags."""
    depth = deepest = 0
    for close, name, empty in _TAG.findall(html):
        if name.lower() in _FLAT or empty:
            continue
        depth = max(0, depth - 1) if close else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _container(lines: tuple[Line, ...]) -> LexborNode | None:
    """Give the innermost quotation that the line before a body stands in."""
    nodes = [node for line in lines[-12:] for node in line.nodes]
    node = nodes[-1] if nodes else None
    while node is not None:
        classes = (node.attributes.get("class") or "") if node.is_element_node else ""
        if any(name in classes for name in _CONTAINERS) and "gmail_quote_" not in classes.split():
            return node
        if node.tag == "blockquote":
            return node
        node = node.parent
    return None


def _inside(node: LexborNode | None, container: LexborNode) -> bool:
    while node is not None:
        if node.mem_id == container.mem_id:
            return True
        node = node.parent
    return False


def _drop_siblings(node: LexborNode, *, after: bool) -> None:
    """Remove everything before (or after) a node in reading order but its ancestors and styles."""
    current: LexborNode | None = node
    while current is not None and current.tag not in {"body", "html"}:
        other = current.next if after else current.prev
        while other is not None:
            following = other.next if after else other.prev
            if other.tag != "style":
                other.decompose()
            other = following
        current = current.parent


class _Writer:
    """Walks a tree in reading order and writes its visible lines."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._nodes: list[LexborNode] = []
        self._lines: list[Line] = []
        self._preformatted = 0

    def lines(self, body: LexborNode) -> list[Line]:
        for node, entering in _walk(body):
            if node.is_text_node:
                self._add(node)
            elif entering:
                self._enter(node.tag or "")
            else:
                self._leave(node.tag or "")
        self._end_line()
        while self._lines and not self._lines[-1].text:
            self._lines.pop()
        return self._lines

    def _add(self, node: LexborNode) -> None:
        text = node.text_content or ""
        if not self._preformatted:
            text = _BLANKS.sub(" ", text)
            if not self._text or self._text[-1].endswith((" ", "\t")):
                text = text.lstrip(" ")
            if text:
                self._text.append(text)
                self._nodes.append(node)
            return
        for number, piece in enumerate(text.replace("\r\n", "\n").split("\n")):
            if number:
                self._end_line(keep_empty=True)
            if piece:
                self._text.append(piece)
                self._nodes.append(node)

    def _enter(self, tag: str) -> None:
        if tag == "br":
            self._end_line(keep_empty=True)
        elif tag in {"td", "th"} and self._text:
            self._text.append("\t")
        elif tag in _LINE:
            self._end_line()
            if tag in _SPACED:
                self._blank()
        if tag in {"pre", "textarea"}:
            self._preformatted += 1

    def _leave(self, tag: str) -> None:
        if tag in {"pre", "textarea"}:
            self._preformatted = max(0, self._preformatted - 1)
        if tag in _LINE:
            self._end_line()
            if tag in _SPACED:
                self._blank()

    def _blank(self) -> None:
        if self._lines and self._lines[-1].text:
            self._lines.append(Line("", ()))

    def _end_line(self, *, keep_empty: bool = False) -> None:
        text = "".join(self._text).strip(" \t")
        if text or keep_empty:
            self._lines.append(Line(text.replace("\xa0", " ").strip(), tuple(self._nodes)))
        self._text, self._nodes = [], []


def _walk(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Give nodes in reading order, elements when they start (True) and when they end (False)."""
    node: LexborNode | None = root
    while node is not None:
        yield node, True
        child = None if node.tag in _SILENT or node.is_text_node else node.first_child
        if child is not None:
            node = child
            continue
        while node is not None:
            if not node.is_text_node:
                yield node, False
            if node.mem_id == root.mem_id:
                return
            if node.next is not None:
                node = node.next
                break
            node = node.parent
