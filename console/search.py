"""The first page: one box to search in, and what narrows a search."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from casefile.campaign import AccountPage
from casefile.finding import Finding, Flag, VerdictKind
from casefile.query import Hit, Page, Query
from console.masked import fit_to_show, mask_of
from console.paging import Option, address, page_number, place
from console.room import BrokenQuery, Room
from console.visible import marked, searchable, unlinked

SIZE = 20
LONGEST = 500
#: A single word of so many characters may be an account's value.
SHORTEST_ACCOUNT = 12
NARROWERS = ("kind", "flag", "language", "campaign", "wording", "account")
_ALLOWED: dict[str, re.Pattern[str]] = {
    "kind": re.compile("|".join(get_args(VerdictKind))),
    "flag": re.compile("|".join(get_args(Flag))),
    "language": re.compile(r"[a-z]{2,3}"),
    "campaign": re.compile(r"C-[0-9]{1,12}"),
    "wording": re.compile(r"W-[0-9]{1,12}(?:\.[0-9]{1,12})?"),
    "account": re.compile(r"[^\x00-\x1f\x7f]{1,200}"),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One hit, fit to be shown."""

    finding: Finding
    snippet: Markup


def search(room: Room, request: Request) -> Response:
    """Show the findings that match, newest first."""
    state, number = _state(request), page_number(request)
    found = room.index.search(
        Query(
            text=state["q"],
            kind=state["kind"],
            flag=state["flag"],
            language=state["language"],
            campaign=state["campaign"],
            wording=state["wording"],
            account=state["account"],
            offset=(number - 1) * SIZE,
            limit=SIZE,
        )
    )
    asked = any(state.values())
    return room.page(
        "search.html",
        query=state["q"],
        state=state,
        asked=asked,
        rows=[_row(hit) for hit in found.hits],
        facets=_facets(found, state),
        chosen=[(n, state[n], address("/", state, **{n: ""})) for n in NARROWERS if state[n]],
        place=place("/", state, number, SIZE, found.total),
        account=_account(room, state["q"]),
        counts={} if asked else room.record.counts(),
    )


def _state(request: Request) -> dict[str, str]:
    """Read what is asked. Raises BrokenQuery where no link or box of ours would ask it."""
    state = {"q": searchable(request.query_params.get("q", ""))}
    if len(state["q"]) > LONGEST:
        raise BrokenQuery
    for name in NARROWERS:
        state[name] = request.query_params.get(name, "")
        if state[name] and _ALLOWED[name].fullmatch(state[name]) is None:
            raise BrokenQuery
    return state


def _row(hit: Hit) -> Row:
    mask = mask_of(hit.finding)
    return Row(
        finding=fit_to_show(hit.finding),
        snippet=marked(unlinked(mask(hit.snippet))),
    )


def _facets(page: Page, state: Mapping[str, str]) -> list[tuple[str, list[Option]]]:
    return [
        (
            name,
            [
                Option(
                    value=value,
                    count=count,
                    url=address("/", state, **{name: "" if state[name] == value else value}),
                    chosen=state[name] == value,
                )
                for value, count in values
                if value
            ],
        )
        for name, values in page.facets
        if name in NARROWERS
    ]


def _account(room: Room, text: str) -> AccountPage | None:
    """Give the account whose value was typed, where it is known or nearly so."""
    if len(text) < SHORTEST_ACCOUNT or " " in text or '"' in text:
        return None
    account = room.index.account(text)
    return account if account.findings or account.near_misses else None
