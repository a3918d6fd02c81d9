"""The pages of campaigns: all of them, and one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from console.paging import address, page_number
from console.room import Room, key_asked

SIZE = 50
#: So many members are listed; the search lists them all.
MOST_LISTED = 100
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


def campaign(room: Room, request: Request) -> Response:
    """Show one campaign. Raises NotFound."""
    found = room.index.campaign(key_asked(request))
    return room.page(
        "campaign.html",
        campaign=found,
        summary=found.summary,
        members=found.members[:MOST_LISTED],
        hub_from=HUB_FROM,
    )
