"""Its sole purpose is to say which declarations hold for an element of a mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from triage.css_values import colour, generated, resolved, variables
from triage.styles import Declarations, Rule, applies_to, declarations, rules

#: Elements that rules of style sheets may reach, in all.
MAX_REACH = 200_000
#: Different style attributes that are read.
MAX_STYLES = 5_000
_NONE: tuple[Declarations, Declarations] = ({}, {})


class Cascade:
    """The styles of one document: attributes of HTML, style sheets, style attributes."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self.defects: list[str] = []
        self._styles: dict[str, tuple[Declarations, Declarations]] = {}
        self._sheet = "\n".join(
            style.text()
            for style in tree.css("style")
            if applies_to((style.attributes.get("media") or "").lower())
        )
        self._variables = variables(self._sheet)
        self._beside: dict[str, dict[int, list[Rule]]] = {
            "before": defaultdict(list),
            "after": defaultdict(list),
        }
        self._reached: dict[int, list[Rule]] = self._reach(tree)

    def sets(
        self, node: LexborNode, tag: str, attributes: Mapping[str, str | None]
    ) -> Declarations:
        """Give what holds for an element (CSS Cascading 4, without layers and origins)."""
        found = _presented(tag, attributes)
        ruled: Sequence[Rule] = self._reached.get(node.mem_id, ())
        usual, important = self._inline(attributes.get("style") or "")
        for rule in ruled:
            if not rule.rank[0]:
                found.update(rule.sets)
        found.update(usual)
        for rule in ruled:
            if rule.rank[0]:
                found.update(rule.sets)
        found.update(important)
        return found

    def beside(
        self, node: LexborNode, where: str, attributes: Mapping[str, str | None]
    ) -> tuple[str, Declarations]:
        """Give the text that style sheets put `before` or `after` what is in an element."""
        found: dict[str, str] = {}
        for rule in self._beside[where].get(node.mem_id, ()) if self._beside[where] else ():
            found.update(rule.sets)
        if "content" not in found:
            return "", found
        return generated(found["content"], attributes), found

    def _inline(self, style: str) -> tuple[Declarations, Declarations]:
        if not style:
            return _NONE
        known = self._styles.get(style)
        if known is None:
            if len(self._styles) >= MAX_STYLES:
                self._note("html has too many styles: read in part")
                return _NONE
            known = self._styles[style] = declarations(resolved(style, self._variables))
        return known

    def _reach(self, tree: LexborHTMLParser) -> dict[int, list[Rule]]:
        """Say for each element which rules of the style sheets reach it, the weakest first."""
        usual: dict[int, list[Rule]] = defaultdict(list)
        left = MAX_REACH
        sheet = resolved(self._sheet, self._variables)
        for rule in sorted(rules(sheet), key=lambda rule: rule.rank):
            reached = self._beside[rule.beside] if rule.beside else usual
            for node in _matches(tree, rule.selector):
                if left == 0:
                    self._note("html style sheet reaches too far: read in part")
                    return usual
                left -= 1
                reached[node.mem_id].append(rule)
        return usual

    def _note(self, defect: str) -> None:
        if defect not in self.defects:
            self.defects.append(defect)


def _presented(tag: str, attributes: Mapping[str, str | None]) -> dict[str, str]:
    """Give what the attributes of old HTML set (HTML 5, 15.3: presentational hints)."""
    found: dict[str, str] = {}
    if value := attributes.get("background"):
        found["background"] = f"url({value[:20]})"
    if value := attributes.get("bgcolor"):
        found["background-color"] = colour(value)
    ink = attributes.get("color") if tag == "font" else attributes.get("text")
    if tag in {"font", "body"} and ink:
        found["color"] = colour(ink)
    return found


def _matches(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    try:
        return tree.css(selector)
    except SelectolaxError:
        return []
