"""Counts by which ways the mails of many findings were sent, and says who saw that or claims it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from casefile.finding import Finding
from console.masked import mask_of
from console.visible import unlinked

#: So many values of each are listed.
MOST_LISTED = 8
#: What is told of the way, in this order, and whether the reporter's own provider says so.
TOLD = {
    "handed-over": True,
    "host": True,
    "checks": True,
    "helo": False,
    "sender-domain": False,
    "return-domain": False,
    "mailer": False,
    "zone": False,
    "checks-claimed": False,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What stands in one place of the headers, with how many findings have it."""

    name: str
    #: True where the reporter's provider saw it; else whoever wrote the mail may have made it up.
    seen: bool
    values: tuple[tuple[str, int], ...]
    #: How many more values there are.
    others: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Infrastructure:
    """By which ways the mails of findings were sent."""

    #: How many findings kept the header of the offender's own mail, of how many.
    kept: int
    told: int
    ways: tuple[Told, ...]


def infrastructure_of(findings: Sequence[Finding]) -> Infrastructure:
    """Count what the headers say that forwards kept."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in TOLD}
    kept = [it for it in findings if it.sending.told]
    for finding in kept:
        hidden = mask_of(finding)
        for name, value in set(_values(finding)):
            if value:
                counts[name][unlinked(hidden(value))] += 1
    return Infrastructure(
        kept=len(kept),
        told=len(findings),
        ways=tuple(
            Told(
                name=name,
                seen=seen,
                values=tuple(_most(counts[name])[:MOST_LISTED]),
                others=max(0, len(counts[name]) - MOST_LISTED),
            )
            for name, seen in TOLD.items()
            if counts[name]
        ),
    )


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda it: (-it[1], it[0]))


def _values(finding: Finding) -> Iterator[tuple[str, str]]:
    way = finding.sending
    if way.seen is not None:
        yield "handed-over", way.seen.address
        yield "host", way.seen.name.rstrip(".")
        yield "helo", way.seen.helo
    yield "sender-domain", way.sender_domain
    yield "return-domain", way.return_domain
    yield "mailer", way.mailer
    yield "zone", way.zone
    for check, result in way.checks:
        yield "checks" if way.checked_there else "checks-claimed", f"{check} {result}"
