"""Describes a chart in numbers and in words of our own: all that the drawing library is told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal, get_args

#: Bars over time, bars by length, and how much of each stands at which time.
Kind = Literal["bars", "ranked", "strips"]
#: For a wide place and for a telephone.
Width = Literal["wide", "narrow"]
Look = Literal["light", "dark"]
#: More points make a picture that nobody reads, and that takes long to draw.
MOST_PLACES, MOST_SERIES = 64, 12
LONGEST_LABEL = 40
WIDTHS: dict[Width, int] = {"wide": 560, "narrow": 280}


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A chart: numbers, each at a place of the axis and of a series.

    Labels are words of the console, dates and names that the desk gave, such as `W-17.2`; never
    what somebody wrote in a mail.
    """

    kind: Kind
    #: What is counted.
    counted: str
    #: Labels along the axis, in order; each stands there once.
    places: tuple[str, ...]
    #: Labels of what is told apart, in order; one at least.
    series: tuple[str, ...]
    #: Number of the place, number of the series, count.
    points: tuple[tuple[int, int, int], ...]

    def __post_init__(self) -> None:
        """Refuse what could be no chart of ours. Raises ValueError."""
        labels = (self.counted, *self.places, *self.series)
        if self.kind not in get_args(Kind) or not all(map(_fits, labels)):
            raise ValueError("no kind or label of ours")
        if len(self.places) > MOST_PLACES or len(self.series) > MOST_SERIES:
            raise ValueError("more than a picture holds")
        if any(len(set(it)) < len(it) for it in (self.places, self.series)):
            raise ValueError("a label twice")
        for place, series, count in self.points:
            if not (0 <= place < len(self.places) and 0 <= series < len(self.series) and count > 0):
                raise ValueError("a point that is nowhere")

    @property
    def told(self) -> str:
        """Give it as JSON, the same for the same chart."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """Give the name of its picture: 32 hexadecimal digits."""
        return hashlib.sha256(self.told.encode()).hexdigest()[:32]


def _fits(label: str) -> bool:
    """Tell whether a label is short and of letters: a NUL in one ends the library."""
    return len(label) <= LONGEST_LABEL and label.isprintable()


def read(told: str) -> Chart:
    """Read what `Chart.told` gave. Raises ValueError, KeyError, TypeError."""
    said = json.loads(told)
    return Chart(
        kind=said["kind"],
        counted=said["counted"],
        places=tuple(said["places"]),
        series=tuple(said["series"]),
        points=tuple((int(at), int(of), int(count)) for at, of, count in said["points"]),
    )


def ranked(counted: str, values: Iterable[tuple[str, int]]) -> Chart | None:
    """Give bars by length; None where there is nothing to compare."""
    named: dict[str, int] = {}
    for label, count in values:
        named[label[:LONGEST_LABEL]] = named.get(label[:LONGEST_LABEL], 0) + count
    counts = {label: count for label, count in named.items() if count > 0}
    if len(counts) < 2:  # noqa: PLR2004 - one bar says nothing that its number does not
        return None
    return Chart(
        kind="ranked",
        counted=counted[:LONGEST_LABEL],
        places=tuple(counts)[:MOST_PLACES],
        series=("",),
        points=tuple((at, 0, count) for at, count in enumerate(counts.values()))[:MOST_PLACES],
    )
