"""The page of one account: wherever it was named."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from casefile.campaign import AccountPage
from casefile.query import Query
from console.cases import work_on
from console.figures import figures_of
from console.graph import Graph, Node, campaign_node, degrees, edges_of, lay_out
from console.room import BrokenQuery, Room
from console.story import MOST_TOLD, Story, story_of
from console.visible import searchable

LONGEST = 200
#: So many findings are listed; the search lists them all.
MOST_LISTED = 100


def account(room: Room, request: Request) -> Response:
    """Show an account by its value, also one that nobody named. Raises BrokenQuery."""
    value = searchable(request.path_params["value"])
    if not value or len(value) > LONGEST:
        raise BrokenQuery
    page = room.index.account(value)
    named = page.value if page.findings else ""
    story = story_of(room, Query(account=value, limit=MOST_TOLD), named) if named else None
    where = f"account={quote(named, safe='')}"
    figures = figures_of(room, story, where) if story else []
    return room.page(
        "account.html",
        account=page,
        asked=value,
        most=MOST_LISTED,
        story=story,
        told={it.key: it for it in story.findings} if story else {},
        benign=_benign(story, named) if story else "",
        figures=[it for it in figures if it.name not in {"versions", "accounts"}],
        failing=room.easel.failing,
        work=work_on(room, f"{page.kind}:{named}") if named and page.kind else None,
        graph=_graph(story, page) if story else None,
    )


def _benign(story: Story, value: str) -> str:
    """Say what an account that was called benign is; nothing for any other."""
    named = (it for found in story.findings for it in found.accounts if it.value == value)
    return next((it.benign for it in named if it.benign), "")


def _graph(story: Story, page: AccountPage) -> Graph | None:
    """Draw what is near an account: the campaigns that name it, and what else they name."""
    edges = edges_of(story.findings)
    chosen = Node(group="account", kind=page.kind, name=page.value)
    for key, count in page.campaigns:
        edges[campaign_node(key), chosen] = count
    return lay_out(edges, chosen, degrees(edges))
