"""Makes of a story the figures of a page: a picture each, and the same as a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from urllib.parse import quote

from casefile.finding import Amount
from console.charts import LONGEST_LABEL, MOST_PLACES, Chart, ranked
from console.room import Room
from console.story import Story, Strip

#: Every figure by its name.
FIGURES = ("time", "versions", "campaigns", "accounts", "amounts", "languages", "kinds")

#: What the desk calls a campaign, a wording, a version.
_OURS = re.compile(r"[CW]-[0-9]{1,12}(?:\.[0-9]{1,12})?")
#: The code of a currency or a coin.
_CURRENCY = re.compile(r"[A-Z]{2,6}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """What numbers are about, where that leads (nowhere where empty), and the numbers."""

    said: str
    numbers: tuple[int, ...]
    leads: str = ""
    #: By which name it stands in the picture, where that is another.
    label: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A picture with its table."""

    name: str
    #: Its name (`console.drawing.Easel`); empty where there is nothing to compare.
    picture: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]


def figures_of(room: Room, story: Story, where: str) -> list[Figure]:
    """Give the figures of a story; `where` narrows a search to its findings: `campaign=C-1`."""
    if not story.bars or len(story.bars) > MOST_PLACES:
        return []
    return [
        figure
        for figure in (
            _time(room, story),
            _strips(room, story, "versions", story.versions, f"/?{where}&wording="),
            _strips(room, story, "campaigns", story.campaigns, "/campaigns/"),
            _strips(room, story, "accounts", story.accounts, "/accounts/"),
            _ranking(room, "amounts", _sums(room, story), story.other_amounts),
            _ranking(
                room,
                "languages",
                _labelled(room, "language", story.languages, where),
                story.other_languages,
            ),
            _ranking(room, "kinds", _labelled(room, "kind", story.kinds, where)),
        )
        if figure.rows
    ]


def _time(room: Room, story: Story) -> Figure:
    words, clock = room.pages.words, room.pages.clock
    names = (words.label("campaign", "findings"), words.label("campaign", "reporters"))
    points = [
        (at, of, count)
        for at, bar in enumerate(story.bars)
        for of, count in enumerate((bar.count, bar.reporters))
        if count
    ]
    chart = Chart(
        kind="bars",
        counted=names[0][:LONGEST_LABEL],
        places=_places(room, story),
        series=names,
        points=tuple(points),
    )
    month_only = story.unit == "month"
    return Figure(
        name="time",
        picture=room.easel.put(chart) if len(story.bars) > 1 else "",
        head=(words.label("story", story.unit), *names),
        rows=tuple(
            Row(
                said=str(it.begins.year)
                if story.unit == "year"
                else clock.calendar(it.begins, month_only=month_only),
                numbers=(it.count, it.reporters),
            )
            for it in story.bars
            if it.count
        ),
    )


def _strips(room: Room, story: Story, name: str, strips: Sequence[Strip], leads: str) -> Figure:
    """Tell how much of each stands at which time: accounts by a letter, the rest by its name."""
    words = room.pages.words
    others = words.label("story", "others")
    labels = [
        (it.name if _OURS.fullmatch(it.name) else _letter(room, at, it)) if it.name else others
        for at, it in enumerate(strips)
    ]
    chart = Chart(
        kind="strips",
        counted=words.label("campaign", "findings")[:LONGEST_LABEL],
        places=_places(room, story),
        series=tuple(it[:LONGEST_LABEL] for it in labels),
        points=tuple(
            (at, of, count)
            for of, strip in enumerate(strips)
            for at, count in enumerate(strip.counts)
            if count
        ),
    )
    whole = len(strips) > 1 and len(story.bars) > 1
    return Figure(
        name=name,
        picture=room.easel.put(chart) if whole else "",
        head=(words.label("story", name), words.label("campaign", "findings")),
        rows=tuple(
            Row(
                said=it.name or others,
                numbers=(it.findings,),
                leads=f"{leads}{quote(it.name, safe='')}" if it.name else "",
                label="" if label in {it.name, others} else label,
            )
            for it, label in zip(strips, labels, strict=True)
        ),
    )


def _letter(room: Room, at: int, strip: Strip) -> str:
    """Name an account in a picture: what a mail says never gets that far."""
    words, kind = room.pages.words, f"indicator.{strip.kind}"
    return f"{ascii_uppercase[at]} {words.text(kind) if kind in words.by_name else ''}".strip()


def _ranking(room: Room, name: str, rows: Iterable[Row], others: int = 0) -> Figure:
    """Tell values, where each leads, how often it stands, and how often all others do."""
    words, given = room.pages.words, tuple(rows)
    if others:
        given += (Row(said=words.label("story", "others"), numbers=(others,)),)
    counted = words.label("campaign", "findings")
    chart = ranked(counted, [(it.label or it.said, it.numbers[0]) for it in given])
    return Figure(
        name=name,
        picture=room.easel.put(chart) if chart else "",
        head=(words.label("story", name), counted),
        rows=given,
    )


def _labelled(
    room: Room, group: str, values: Iterable[tuple[str, int]], where: str
) -> Iterable[Row]:
    """Give a row a value: one that has no word of ours stands among the others in the picture."""
    words = room.pages.words
    for name, count in values:
        ours = f"{group}.{name}" in words.by_name
        yield Row(
            said=words.label(group, name),
            numbers=(count,),
            leads=f"/?{where}&{group}={quote(name, safe='')}",
            label="" if ours else words.label("story", "others"),
        )


def _sums(room: Room, story: Story) -> Iterable[Row]:
    others = room.pages.words.label("story", "others")
    for amount, count in by_currency(story):
        label = "" if _CURRENCY.fullmatch(amount.currency) else others
        yield Row(said=said(amount), numbers=(count,), label=label)


def by_currency(story: Story) -> list[tuple[Amount, int]]:
    """Give the sums, each currency together: that which is asked for most comes first."""
    weight: dict[str, int] = {}
    for amount, count in story.amounts:
        weight[amount.currency] = weight.get(amount.currency, 0) + count
    return sorted(
        story.amounts,
        key=lambda it: (-weight[it[0].currency], it[0].currency, it[0].value),
    )


def said(amount: Amount) -> str:
    """Write a sum: `1,450 USD`."""
    return f"{amount.value:,.10g} {amount.currency}"


def _places(room: Room, story: Story) -> tuple[str, ...]:
    clock = room.pages.clock
    return tuple(clock.briefly(it.begins, story.unit) for it in story.bars)
