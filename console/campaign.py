"""The pages of campaigns: all of them, and one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import get_args

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casefile.campaign import Campaign, Member
from casefile.finding import VerdictKind
from casefile.query import Query
from console.cases import work_on
from console.compared import differences, painted
from console.errands import Gap
from console.figures import figures_of
from console.graph import Graph, campaign_node, edges_of, lay_out, with_contacts, with_links
from console.infrastructure import infrastructure_of
from console.paging import address, page_number
from console.room import Room, key_asked
from console.story import MOST_TOLD, Story, story_of

SIZE = 50
#: So many members are listed; the search lists them all.
MOST_LISTED = 100
#: So many versions are laid beside the first.
MOST_VERSIONS = 5
#: So many findings of a version say what it says.
READ = 40
#: What a person may call a wording.
KINDS = tuple(it for it in get_args(VerdictKind) if it not in {"empty", "auto-reply"})
#: More campaigns than this at one account make it a hub.
HUB_FROM = 6


def campaigns(room: Room, request: Request) -> Response:
    """List the campaigns, those with the newest finding first. Raises BrokenQuery."""
    number = page_number(request)
    # One more than is shown tells whether there is an older page: the port gives no total.
    found = room.index.campaigns(offset=(number - 1) * SIZE, limit=SIZE + 1)
    return room.page(
        "campaigns.html",
        campaigns=found[:SIZE],
        newer=address("/campaigns", {}, page=str(number - 1)) if number > 1 else "",
        older=address("/campaigns", {}, page=str(number + 1)) if len(found) > SIZE else "",
    )


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version of the wording, and how its text differs from that of the first."""

    name: str
    findings: int
    #: The text, its own words within `<mark>`; empty where too few reporters brought it.
    text: Markup


def campaign(room: Room, request: Request) -> Response:
    """Show one campaign; one that was merged leads to what it is now. Raises NotFound."""
    asked = key_asked(request)
    by_now = room.errands.known_as(asked)
    if by_now != asked:
        return RedirectResponse(f"/campaigns/{by_now}", status_code=303)
    found = room.index.campaign(asked, MOST_LISTED)
    key = found.summary.key
    story = story_of(room, Query(campaign=key, limit=MOST_TOLD))
    flags = Counter(flag for it in story.findings for flag in it.verdict.flags)
    return room.page(
        "campaign.html",
        campaign=found,
        summary=found.summary,
        story=story,
        figures=[it for it in figures_of(room, story, f"campaign={key}") if it.name != "campaigns"],
        failing=room.easel.failing,
        graph=_graph(room, story, found),
        sent=infrastructure_of(story.findings),
        common=said_in_common(room, found),
        versions=_versions(room, found, story),
        members=found.members,
        told={it.key: it for it in story.findings},
        flags=flags.most_common(),
        now=datetime.now(UTC),
        work=work_on(room, key),
        hub_from=HUB_FROM,
        kinds=KINDS,
    )


def _graph(room: Room, story: Story, campaign: Campaign) -> Graph | None:
    """Draw what is near a campaign: its accounts and contacts, and who else names them."""

    def naming(contact: str) -> Sequence[tuple[str, int]]:
        facets = dict(room.index.search(Query(account=contact, limit=0)).facets)
        return facets["campaign"]

    edges, hubs = with_links(edges_of(story.findings), campaign.links)
    edges, hubs = with_contacts(edges, hubs, naming)
    return lay_out(edges, campaign_node(campaign.summary.key), hubs)


def said_in_common(room: Room, campaign: Campaign) -> list[str | Gap]:
    """Give the text that its members share: words, and a gap wherever they differ."""
    pieces: list[str | Gap] = []
    for piece in room.errands.common_text(campaign):
        # Words that stand together are one piece: a page of thousands of elements is slow.
        if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
            pieces[-1] = f"{pieces[-1]} {piece}"
        else:
            pieces.append(piece)
    return pieces


def _versions(room: Room, campaign: Campaign, story: Story) -> list[Version]:
    """Lay the most frequent versions beside the first of them."""
    named = campaign.versions[:MOST_VERSIONS]
    texts = [_text_of(room, campaign, story, *version) for version in named]
    shown = [Markup() for _ in named]
    for at, text in enumerate(texts):
        if text:
            others = differences(texts[0], text)[1] if at and texts[0] else []
            shown[at] = painted(text, others)
    return [
        Version(name=name, findings=count, text=text)
        for (name, count), text in zip(named, shown, strict=True)
    ]


def _text_of(room: Room, campaign: Campaign, story: Story, version: str, findings: int) -> str:
    """Give what the newest findings of a version say; those that told the story are at hand."""
    told = [it for it in story.findings if it.placement.version == version][:READ]
    if len(told) < min(READ, findings):
        asked = Query(wording=version, campaign=campaign.summary.key, limit=READ)
        told = list(room.index.briefs(asked))
    members = tuple(Member(finding=it.key, why="") for it in told)
    pieces = room.errands.common_text(replace(campaign, members=members))
    return " ".join(piece if isinstance(piece, str) else "{…}" for piece in pieces)
