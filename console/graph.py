"""Lays out accounts, wordings and contacts in three columns, with lines for what findings link."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import Literal
from urllib.parse import quote

from casefile.campaign import MOST_LINKED, Link
from casefile.finding import Finding
from casefile.query import MOST_NAMED
from console.masked import mask_of

Group = Literal["account", "campaign", "contact"]
#: A line that fewer findings support is not drawn.
SUPPORT = 2
#: So many stand in a column; 60 in all, and what is left out is counted.
MOST_IN_COLUMN = 20
#: Of so many contacts it is asked who else names them.
MOST_PIVOTS = 8
#: In pixels: where each column begins, how wide it is, and how far its rows are apart.
COLUMNS: dict[Group, tuple[int, int]] = {
    "account": (0, 290),
    "campaign": (430, 150),
    "contact": (720, 270),
}
WIDTH, ROW, BOX, HEAD = 990, 40, 30, 28
THICKEST = 6
_HEAD, _TAIL = 14, 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """An account, a campaign or a contact."""

    group: Group
    #: Kind of an account or a contact; empty for a campaign.
    kind: str
    name: str

    @property
    def leads(self) -> str:
        """Give the address of its page, or of a search for it."""
        quoted = quote(self.name, safe="")
        pages = {"account": "/accounts/", "campaign": "/campaigns/", "contact": "/?q="}
        return pages[self.group] + quoted

    @property
    def short(self) -> str:
        """Give its name as a box holds it: the beginning and the end."""
        whole = len(self.name) <= _HEAD + _TAIL + 1
        return self.name if whole else f"{self.name[:_HEAD]}…{self.name[-_TAIL:]}"


Edges = Mapping[tuple[Node, Node], int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A node where it stands."""

    node: Node
    x: int
    y: int
    width: int
    #: True for what the page is about.
    chosen: bool
    #: How many campaigns name it, where that makes it a hub; else 0.
    hub: int

    @property
    def at_least(self) -> bool:
        """Tell whether the index counted no further."""
        return self.node.group == "contact" and self.hub >= MOST_NAMED


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """How many findings link a campaign with an account or a contact."""

    campaign: Node
    other: Node
    findings: int
    #: What it runs along, in the words of SVG.
    path: str
    thick: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Rest:
    """How many of a column are left out."""

    group: Group
    count: int
    x: int
    y: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Graph:
    """What is near an account or a campaign, laid out: the same for the same findings."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    rest: tuple[Rest, ...]


def campaign_node(key: str) -> Node:
    """Give the node of a campaign."""
    return Node(group="campaign", kind="", name=key)


def edges_of(findings: Sequence[Finding]) -> Counter[tuple[Node, Node]]:
    """Count in how many findings a campaign names an account or a contact.

    A contact that is the reporter's own or the recipient's address is none.
    """
    counts: Counter[tuple[Node, Node]] = Counter()
    for finding in findings:
        if not finding.placement.campaign:
            continue
        campaign = campaign_node(finding.placement.campaign)
        named = {Node(group="account", kind=kind, name=it) for kind, it in finding.may_link}
        if finding.contacts:
            hidden = mask_of(finding)
            named |= {
                Node(group="contact", kind=it.kind, name=it.value)
                for it in finding.contacts
                if hidden(it.value) == it.value
            }
        counts.update((campaign, it) for it in named)
    return counts


def with_links(
    edges: Edges, links: Iterable[Link]
) -> tuple[Counter[tuple[Node, Node]], dict[Node, int]]:
    """Add the other campaigns that name its accounts; give also how many name each hub.

    The campaigns of a hub are counted and not drawn: they tell nothing of who belongs together.
    """
    counts, hubs = Counter(dict(edges)), dict[Node, int]()
    for link in links:
        account = Node(group="account", kind=link.kind, name=link.value)
        if link.hub:
            hubs[account] = link.degree
        else:
            counts[campaign_node(link.campaign), account] = link.findings
    return counts, hubs


def with_contacts(
    edges: Edges,
    hubs: Mapping[Node, int],
    naming: Callable[[str], Sequence[tuple[str, int]]],
) -> tuple[Counter[tuple[Node, Node]], dict[Node, int]]:
    """Add the other campaigns that name its most frequent contacts, or say that one is a hub.

    `naming` gives campaigns that name a value, with how many of their findings do.
    """
    counts, known = Counter(dict(edges)), dict(hubs)
    contacts = Counter(
        {other: its for (_, other), its in edges.items() if other.group == "contact"}
    )
    often = sorted(contacts.items(), key=lambda it: (-it[1], it[0].name, it[0].kind))
    for contact, its in often[:MOST_PIVOTS]:
        if its < SUPPORT:
            break
        campaigns = naming(contact.name)
        if len(campaigns) > MOST_LINKED:
            known[contact] = len(campaigns)
            continue
        for key, findings in campaigns:
            counts.setdefault((campaign_node(key), contact), findings)
    return counts, known


def degrees(edges: Edges) -> dict[Node, int]:
    """Give how many campaigns name an account, where that makes it a hub."""
    campaigns: dict[Node, set[Node]] = defaultdict(set)
    for campaign, other in edges:
        campaigns[other].add(campaign)
    return {it: len(its) for it, its in campaigns.items() if len(its) > MOST_LINKED}


def lay_out(edges: Edges, chosen: Node, hubs: Mapping[Node, int]) -> Graph | None:
    """Lay out what enough findings support; None where there is no line to draw."""
    strong = {pair: count for pair, count in edges.items() if count >= SUPPORT}
    weight: Counter[Node] = Counter()
    for pair, count in strong.items():
        for node in pair:
            weight[node] += count
    if not strong:
        return None
    columns: dict[Group, list[Node]] = {group: [] for group in COLUMNS}
    for node in sorted(weight, key=lambda it: (it != chosen, -weight[it], it.name, it.kind)):
        columns[node.group].append(node)
    shown = {group: nodes[:MOST_IN_COLUMN] for group, nodes in columns.items()}
    rows = {node: at for at, node in enumerate(shown["campaign"])}
    for group in ("account", "contact"):
        near = _beside(strong, rows, weight, chosen)
        shown[group] = sorted(shown[group], key=near)
    places = _places(shown)
    most = max(len(nodes) for nodes in shown.values())
    left = {group: len(columns[group]) - len(shown[group]) for group in COLUMNS}
    return Graph(
        width=WIDTH,
        height=HEAD + ROW * (most + any(left.values())),
        boxes=tuple(_box(it, places, chosen, hubs) for nodes in shown.values() for it in nodes),
        lines=_lines(strong, places),
        rest=tuple(
            Rest(group=group, count=count, x=COLUMNS[group][0], y=HEAD + ROW * MOST_IN_COLUMN)
            for group, count in left.items()
            if count
        ),
    )


def _beside(
    edges: Edges, rows: Mapping[Node, int], weight: Mapping[Node, int], chosen: Node
) -> Callable[[Node], tuple[bool, float, int, str, str]]:
    """Give what puts a node near the campaigns that it is linked with, so that few lines cross."""
    heights: dict[Node, list[int]] = defaultdict(list)
    for campaign, other in edges:
        if campaign in rows:
            heights[other].append(rows[campaign])

    def near(node: Node) -> tuple[bool, float, int, str, str]:
        its = heights.get(node, [])
        middle = sum(its) / len(its) if its else float(len(rows))
        return node != chosen, middle, -weight[node], node.name, node.kind

    return near


def _places(shown: Mapping[Group, Sequence[Node]]) -> dict[Node, tuple[int, int]]:
    """Say where each node stands; a shorter column stands in the middle of the longest."""
    most = max(len(nodes) for nodes in shown.values())
    return {
        node: (COLUMNS[group][0], HEAD + ROW * at + ROW * (most - len(nodes)) // 2)
        for group, nodes in shown.items()
        for at, node in enumerate(nodes)
    }


def _box(
    node: Node, places: Mapping[Node, tuple[int, int]], chosen: Node, hubs: Mapping[Node, int]
) -> Box:
    x, y = places[node]
    return Box(
        node=node,
        x=x,
        y=y,
        width=COLUMNS[node.group][1],
        chosen=node == chosen,
        hub=hubs.get(node, 0),
    )


def _lines(edges: Edges, places: Mapping[Node, tuple[int, int]]) -> tuple[Line, ...]:
    """Give the lines between what is shown, the strongest first."""
    order = sorted(edges.items(), key=lambda it: (-it[1], it[0][0].name, it[0][1].name))
    return tuple(
        Line(
            campaign=campaign,
            other=other,
            findings=count,
            path=_path(places[campaign], places[other], left=other.group == "account"),
            thick=min(THICKEST, round(1 + log2(count) / 2, 1)),
        )
        for (campaign, other), count in order
        if campaign in places and other in places
    )


def _path(campaign: tuple[int, int], other: tuple[int, int], *, left: bool) -> str:
    """Give a curve from the edge of one box to that of the other."""
    begin = campaign[0] if left else campaign[0] + COLUMNS["campaign"][1]
    end = other[0] + COLUMNS["account"][1] if left else other[0]
    middle, from_y, to_y = (begin + end) // 2, campaign[1] + BOX // 2, other[1] + BOX // 2
    return f"M{begin} {from_y}C{middle} {from_y} {middle} {to_y} {end} {to_y}"
