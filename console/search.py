"""The first page: one box to search in, and what narrows a search."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import get_args
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casefile.campaign import AccountPage
from casefile.casework import Case, CaseState
from casefile.finding import Finding, Flag, VerdictKind
from casefile.indicator import KINDS
from casefile.query import MOST_CASES, NO_SUM, ByCase, Hit, Page, Query, band_ends
from casefile.reply import Decision, State
from console.cases import narrowing
from console.clock import Clock
from console.masked import fit_to_list, mask_of
from console.paging import Option, address, page_number, place
from console.room import BrokenQuery, Room
from console.typed import accounts_meant, differing
from console.visible import marked, searchable, unlinked
from console.words import Words

SIZE = 20
#: Saved searches that are named beneath the box.
MOST_KEPT = 8
LONGEST = 500
#: So many accounts are shown that are nearly what was typed; who names accounts may make many.
MOST_NEAR = 8
#: More things than an address of ours says.
MOST_ASKED = 50
NARROWERS = (
    *("kind", "flag", "language", "account-kind", "campaign", "wording", "account"),
    *("amount", "state", "case", "assigned"),
)
#: Narrow it by time, as days of the force's own calendar: `2026-11-29`.
DAYS = ("since", "until")
SORTS = ("", "oldest")
#: Ways to say since when, in days.
RECENT = (1, 7, 30)
#: What a reporter was told to quote.
_REFERENCE = re.compile(r"\s*[A-Za-z]{1,6}(?:\s*-\s*[0-9A-Za-z]{4}){2}\s*-\s*[0-9A-Za-z]\s*")
_ALLOWED: dict[str, re.Pattern[str]] = {
    "kind": re.compile("|".join(get_args(VerdictKind))),
    "flag": re.compile("|".join(get_args(Flag))),
    "language": re.compile(r"[a-z]{2,3}"),
    "campaign": re.compile(r"C-[0-9]{1,12}"),
    "wording": re.compile(r"W-[0-9]{1,12}(?:\.[0-9]{1,12})?"),
    "account-kind": re.compile("|".join(it.name for it in KINDS.values() if it.account)),
    "amount": re.compile(rf"{NO_SUM}|[A-Za-z]{{1,12}}-[0-9]{{1,13}}(?:\.[0-9]{{1,9}})?"),
    "state": re.compile("|".join(get_args(State))),
    "since": re.compile(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]"),
    "until": re.compile(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]"),
    "sort": re.compile("oldest"),
    "account": re.compile(r"[^\x00-\x1f\x7f]{1,200}"),
    "case": re.compile("|".join(get_args(CaseState))),
    "assigned": re.compile(r"[^\x00-\x1f\x7f]{1,100}"),
}


#: What the values of some are called elsewhere.
_LABELS = {"account-kind": "indicator", "case": "case-state"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One hit, fit to be shown."""

    finding: Finding
    snippet: Markup
    #: What became of the reply; empty where nothing is decided.
    state: str
    #: How far people are with it, or else with its campaign; None where nobody said anything.
    case: Case | None


@dataclass(frozen=True, kw_only=True)
class Meant:
    """Which account was typed."""

    #: The very one; None where nobody named it.
    known: AccountPage | None
    #: Those that differ by one character, the most frequent first; each parted where it differs.
    near: tuple[tuple[tuple[str, str, str], AccountPage], ...]


def search(room: Room, request: Request) -> Response:
    """Show the findings that match, or the report of a reference. Raises BrokenQuery."""
    if len(request.query_params.multi_items()) > MOST_ASKED:
        raise BrokenQuery
    state, number = state_of(request.query_params), page_number(request)
    if _REFERENCE.fullmatch(state["q"]) and (known := room.ledger.by_reference(state["q"])):
        return RedirectResponse(f"/submissions/{known.submission}", status_code=303)
    query = question_of(state, room.pages.clock, room.errands.by_case)
    found = room.index.search(replace(query, offset=(number - 1) * SIZE, limit=SIZE))
    asked = any(state[name] for name in state if name != "sort")
    return room.page(
        "search.html",
        query=state["q"],
        state=state,
        asked=asked,
        asks=urlencode({name: value for name, value in state.items() if value}),
        kept=room.errands.lookout.searches(0, MOST_KEPT)[0],
        rows=_rows(room, found),
        facets=_facets(room, found, state),
        narrowing=narrowing(room, "/", state, "case"),
        cut=MOST_CASES if query.cases and query.cases.cut else 0,
        chosen=[
            (
                name,
                state[name],
                said_of(room.pages.words, name, state[name]),
                address("/", state, **{name: ""}),
            )
            for name in (*NARROWERS, *DAYS)
            if state[name]
        ],
        recent=_recent(room, state),
        sorts=[(it, address("/", state, sort=it), state["sort"] == it) for it in SORTS],
        place=place("/", state, number, SIZE, found.total),
        meant=_meant(room, state["q"]),
        counts={} if asked else room.record.counts(),
    )


def state_of(asked: Mapping[str, str]) -> dict[str, str]:
    """Read what an address asks. Raises BrokenQuery where no link or box of ours would ask it."""
    state = {"q": searchable(asked.get("q", ""))}
    if len(state["q"]) > LONGEST:
        raise BrokenQuery
    for name in (*NARROWERS, *DAYS, "sort"):
        state[name] = asked.get(name, "")
        if state[name] and _ALLOWED[name].fullmatch(state[name]) is None:
            raise BrokenQuery
    return state


def question_of(
    state: Mapping[str, str],
    clock: Clock,
    by_case: Callable[[CaseState | None, str], ByCase],
) -> Query:
    """Give the question to the index, for the first page. Raises BrokenQuery.

    `by_case` says what narrows it by how far people are; it is asked only where that was.
    """
    case = next((it for it in get_args(CaseState) if it == state["case"]), None)
    asked = case is not None or state["assigned"] != ""
    return Query(
        text=state["q"],
        kind=state["kind"],
        flag=state["flag"],
        language=state["language"],
        campaign=state["campaign"],
        wording=state["wording"],
        account=state["account"],
        account_kind=state["account-kind"],
        amount=state["amount"],
        state=state["state"],
        cases=by_case(case, state["assigned"]) if asked else None,
        since=clock.midnight(_day(state["since"])),
        until=clock.midnight(_day(state["until"]), days=1),
        oldest_first=state["sort"] == "oldest",
    )


def _day(asked: str) -> date | None:
    """Give the day that was asked for. Raises BrokenQuery where the calendar has none such."""
    try:
        return date.fromisoformat(asked) if asked else None
    except ValueError:
        raise BrokenQuery from None


def _recent(room: Room, state: Mapping[str, str]) -> list[tuple[int, str, bool]]:
    """Give ways to see only what is new: so many days, where that leads, whether it is chosen."""
    today = room.pages.clock.today()
    given = []
    for days in RECENT:
        since = (today - timedelta(days=days - 1)).isoformat()
        chosen = state["since"] == since and not state["until"]
        url = address("/", state, since="" if chosen else since, until="")
        given.append((days, url, chosen))
    return given


def said_of(words: Words, name: str, value: str) -> str:
    """Give what a value that narrows a search is called."""
    if name == "amount":
        ends = band_ends(value)
        if ends is None:
            return words.text("search.no-sum") if value == NO_SUM else value
        currency, low, high = ends
        low, high = (f"{Decimal(it):,f}" for it in (low, high))
        return words.text("search.sum", low=low, high=high, currency=currency)
    return words.label(_LABELS.get(name, name), value)


def _rows(room: Room, page: Page) -> list[Row]:
    """Give the hits of a page; all their decisions are asked for at once."""
    submissions = {hit.finding.report.submission for hit in page.hits}
    decisions = room.ledger.known(sorted(submissions))
    findings = [hit.finding for hit in page.hits]
    subjects = {it.key for it in findings} | {it.placement.campaign or "" for it in findings}
    cases = room.errands.cases_of(sorted(subjects))
    return [
        _row(
            hit,
            decisions.get(hit.finding.report.submission),
            cases.get(hit.finding.key) or cases.get(hit.finding.placement.campaign or ""),
        )
        for hit in page.hits
    ]


def _row(hit: Hit, decision: Decision | None, case: Case | None) -> Row:
    mask = mask_of(hit.finding)
    return Row(
        state=decision.state if decision else "",
        case=case,
        finding=fit_to_list(hit.finding),
        snippet=marked(unlinked(mask(hit.snippet))),
    )


def _facets(
    room: Room, page: Page, state: Mapping[str, str]
) -> list[tuple[str, list[tuple[str, Option]]]]:
    return [
        (
            name,
            [
                (
                    said_of(room.pages.words, name, value),
                    Option(
                        value=value,
                        count=count,
                        url=address("/", state, **{name: "" if state[name] == value else value}),
                        chosen=state[name] == value,
                    ),
                )
                for value, count in values
                if value
            ],
        )
        for name, values in page.facets
        if name in NARROWERS
    ]


def _meant(room: Room, text: str) -> Meant | None:
    """Give the account whose value was typed, where it is known or nearly so."""
    found = [(it, room.index.account(it)) for it in accounts_meant(text)]
    for _, page in found:
        if page.findings:
            return Meant(known=page, near=())
    for typed, page in found:
        if page.near_misses:
            pages = [room.index.account(it) for it in page.near_misses[:MOST_NEAR]]
            pages.sort(key=lambda it: -len(it.findings))
            near = tuple((differing(typed, it.value), it) for it in pages)
            return Meant(known=None, near=near)
    return None
