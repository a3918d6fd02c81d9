"""What an account or a campaign is linked with: drawn from what findings support, no further."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import httpx
from reading_room import texts
from reading_room.hostile import PAYLOADS
from reading_room.sample import finding, wallet

from casefile.campaign import Link
from casefile.finding import Placement
from casefile.indicator import Indicator
from console.graph import (
    HEAD,
    MOST_IN_COLUMN,
    ROW,
    Node,
    campaign_node,
    degrees,
    edges_of,
    lay_out,
    with_contacts,
    with_links,
)

NOW = datetime.now(UTC)
HERE = campaign_node("C-1")


def account(name: str) -> Node:
    """Give the node of a wallet."""
    return Node(group="account", kind="bitcoin", name=name)


def test_what_one_finding_alone_says_is_not_drawn() -> None:
    edges = Counter({(HERE, account("a")): 1})
    assert lay_out(edges, HERE, {}) is None
    edges[HERE, account("b")] = 2
    drawn = lay_out(edges, HERE, {})
    assert drawn is not None
    assert [it.node.name for it in drawn.boxes] == ["b", "C-1"]
    assert [it.findings for it in drawn.lines] == [2]


def test_the_same_findings_are_drawn_alike_whatever_their_order() -> None:
    pairs = [((campaign_node(f"C-{n % 7}"), account(f"w{n}")), 2 + n % 5) for n in range(30)]
    drawn = lay_out(Counter(dict(pairs)), HERE, {})
    random.Random(7).shuffle(pairs)  # noqa: S311 - an order for a test
    assert lay_out(Counter(dict(pairs)), HERE, {}) == drawn


def test_a_column_is_bounded_and_what_is_left_out_is_counted() -> None:
    edges = Counter({(HERE, account(f"w{n}")): 2 + n for n in range(132)})
    drawn = lay_out(edges, HERE, {})
    assert drawn is not None
    assert len(drawn.boxes) == MOST_IN_COLUMN + 1
    assert drawn.boxes[0].node.name == "w131"
    (rest,) = drawn.rest
    assert (rest.group, rest.count) == ("account", 112)
    assert drawn.height == HEAD + ROW * (MOST_IN_COLUMN + 1)


def test_no_boxes_of_a_column_overlap() -> None:
    edges = Counter({(campaign_node(f"C-{n}"), account(f"w{n % 3}")): 2 for n in range(19)})
    drawn = lay_out(edges, account("w0"), {})
    assert drawn is not None
    places = [(it.x, it.y) for it in drawn.boxes]
    assert len(set(places)) == len(places)
    heights: dict[int, list[int]] = {}
    for x, y in places:
        heights.setdefault(x, []).append(y)
    for its in heights.values():
        assert all(b - a >= ROW for a, b in zip(sorted(its), sorted(its)[1:], strict=False))
    assert max(y for _, y in places) + ROW <= drawn.height


def test_a_hub_says_how_many_and_leads_to_none_of_them() -> None:
    link = Link(
        campaign="C-9",
        kind="bitcoin",
        value="hub",
        findings=40,
        first_seen=NOW,
        last_seen=NOW,
        degree=34,
    )
    edges, hubs = with_links({(HERE, account("hub")): 3}, [link])
    assert edges == {(HERE, account("hub")): 3}
    drawn = lay_out(edges, HERE, hubs)
    assert drawn is not None
    assert {it.node.name: it.hub for it in drawn.boxes} == {"hub": 34, "C-1": 0}
    few, none = with_links({(HERE, account("hub")): 3}, [replace(link, degree=5)])
    assert few[campaign_node("C-9"), account("hub")] == 40
    assert none == {}


def test_other_campaigns_that_name_a_contact_are_drawn_unless_there_are_many() -> None:
    def contact(name: str) -> Node:
        return Node(group="contact", kind="telegram", name=name)

    named = {"@few": (("C-1", 3), ("C-4", 2)), "@many": tuple((f"C-{n}", 5) for n in range(12))}
    edges = {(HERE, contact("@few")): 3, (HERE, contact("@many")): 9, (HERE, contact("@one")): 1}
    counts, hubs = with_contacts(edges, {}, lambda name: named[name])
    assert counts[campaign_node("C-4"), contact("@few")] == 2
    assert counts[HERE, contact("@few")] == 3
    assert hubs == {contact("@many"): 12}
    assert len(counts) == 4
    drawn = lay_out(counts, HERE, hubs)
    assert drawn is not None
    assert {it.node.name for it in drawn.boxes if it.at_least} == {"@many"}


def test_a_hub_is_what_more_than_five_campaigns_name() -> None:
    edges = {(campaign_node(f"C-{n}"), account("a")): 2 for n in range(6)}
    assert degrees(edges) == {account("a"): 6}
    assert degrees(dict(list(edges.items())[:5])) == {}


def test_an_address_of_the_reporter_is_no_contact() -> None:
    def contact(value: str) -> Indicator:
        return Indicator(
            kind="email", value=value, as_written=value, found_in="text", check="unchecked"
        )

    made = finding(1, "x", NOW, accounts=(wallet(texts.WALLET),))
    made = replace(
        made,
        contacts=(contact("reporter1@home.example"), contact("pay@crime.example")),
        placement=Placement(campaign="C-1"),
    )
    assert {other.name for _, other in edges_of([made])} == {texts.WALLET, "pay@crime.example"}


def test_every_node_of_a_page_is_a_link_and_every_line_a_row(browser: httpx.Client) -> None:
    page = browser.get("/campaigns/C-1").text
    svg = page.partition('<svg role="group"')[2].partition("</svg>")[0]
    leads = re.findall(r'<a href="([^"]+)"', svg)
    assert f"/accounts/{texts.WALLET}" in leads
    assert {"/campaigns/C-1", "/campaigns/C-2", "/campaigns/C-3"} <= set(leads)
    assert "/?q=%40north_quay" in leads
    for one in leads:
        assert browser.get(one).status_code == 200
    table = page.partition('aria-labelledby="graph">\n<thead')[2].partition("</table>")[0]
    assert table.count('<tr role="row"><th') - 1 == svg.count("<path ")


def test_hostile_names_are_words_in_the_picture() -> None:
    edges = Counter({(HERE, account(it)): 2 for it in PAYLOADS[:19]})
    drawn = lay_out(edges, HERE, {})
    assert drawn is not None
    for box in drawn.boxes:
        assert box.node.leads.startswith(("/accounts/", "/campaigns/"))
        assert not re.search(r"[<>\"' ]", box.node.leads)
        assert len(box.node.short) <= 21
    for line in drawn.lines:
        assert re.fullmatch(r"M\d+ \d+C\d+ \d+ \d+ \d+ \d+ \d+", line.path)
