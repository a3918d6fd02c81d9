"""Puts a new generation of wordings in the place of the old one, under the old names.

The new one was made elsewhere, from the same reports read anew. A family of it takes the name of
the old family with which it has most findings in common. What nobody can read anew stays as it is:
its reports are erased, its wording is not forgotten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_new

from casefile.finding import Placement
from triage.corrections import Corrections
from triage.register_corrections import last_correction, read_corrections
from triage.register_rows import chunks, many, wait_for_turn, write_numbers
from triage.register_tables import (
    account_campaigns,
    corrected,
    corrections,
    families,
    mentions,
    placements,
    related,
    versions,
)


@dataclass(frozen=True, kw_only=True)
class Names:
    """What the families and campaigns of the new generation are called, by their number there."""

    wordings: Mapping[int, int]
    campaigns: Mapping[int, int]
    #: Old campaigns whose findings all went elsewhere, and where most of them went.
    gone: Mapping[int, int] = field(default_factory=dict)

    def of(self, placed: Placement) -> Placement:
        """Give a placement of the new generation by the old names."""
        wording = placed.wording and f"W-{self.wordings[_number(placed.wording)]}"
        version = placed.version and f"{wording}.{placed.version.partition('.')[2]}"
        campaign = placed.campaign and f"C-{self.campaigns[_number(placed.campaign)]}"
        return replace(placed, wording=wording, version=version, campaign=campaign)


def adopt(old: Connection, new: Connection) -> Names:
    """Let the register of `old` be that of `new`, under its own names; `old` is being written.

    Corrections stay; all of them are to be laid over the findings again.
    """
    given = wait_for_turn(old)
    names = _names(old, new, given)
    shift = given["version"]
    whole = _findings(old) <= _findings(new)
    serials = _write_families(old, new, names, given["change"] + 1, shift)
    _write_placements(old, new, names)
    _write_accounts(old, new, names, whole=whole)
    merged = _write_merges(old, names, given["correction"])
    last = {
        "campaign": max([given["campaign"], *names.campaigns.values()]),
        "change": given["change"] + 1,
        "correction": given["correction"] + merged,
        "version": shift + serials,
        "wording": max([given["wording"], *names.wordings.values()]),
    }
    write_numbers(old, given, last)
    old.execute(update(corrections).values(applied=False))
    return names


def _names(old: Connection, new: Connection, given: Mapping[str, int]) -> Names:
    before, after = _campaigns(old), _campaigns(new)
    common = Counter((after[finding], before[finding]) for finding in after.keys() & before.keys())
    own, its = _wording_by_campaign(old), _wording_by_campaign(new)
    called: dict[int, int] = {}
    taken: set[int] = set()
    for (one, other), _ in sorted(common.items(), key=lambda it: (-it[1], it[0])):
        alike = (one in its) == (other in own)
        if alike and one not in called and other not in taken:
            called[one] = other
            taken.add(other)
    last_campaign, last_wording = given["campaign"], given["wording"]
    wordings = {}
    for campaign in sorted({*its, *after.values(), *_opened(new)}):
        if campaign not in called:
            last_campaign += 1
            called[campaign] = last_campaign
        if campaign in its and called[campaign] in own:
            wordings[its[campaign]] = own[called[campaign]]
        elif campaign in its:
            last_wording += 1
            wordings[its[campaign]] = last_wording
    return Names(wordings=wordings, campaigns=called, gone=_gone(before, after, called, taken))


def _gone(
    before: Mapping[str, int],
    after: Mapping[str, int],
    called: Mapping[int, int],
    taken: Iterable[int],
) -> dict[int, int]:
    """Give old campaigns that nobody is called by although all their findings were read anew."""
    left = set(before.values()) - set(taken)
    left -= {campaign for finding, campaign in before.items() if finding not in after}
    went: dict[int, Counter[int]] = {}
    for finding, campaign in before.items():
        if campaign in left:
            went.setdefault(campaign, Counter())[called[after[finding]]] += 1
    return {campaign: min(to, key=lambda it: (-to[it], it)) for campaign, to in went.items()}


def _campaigns(db: Connection) -> dict[str, int]:
    """Give the campaign of each finding that has one; where a person split it off, that one."""
    laid: Corrections = read_corrections(db, last_correction(db))
    split = {key: it.campaign for key, it in laid.assigned.items() if it.action == "split"}
    found = select(placements.c.finding, placements.c.campaign)
    rows = db.execute(found.where(placements.c.campaign.is_not(None)))
    return {row.finding: split.get(row.finding) or _number(row.campaign) for row in rows}


def _findings(db: Connection) -> set[str]:
    return set(db.scalars(select(placements.c.finding)))


def _wording_by_campaign(db: Connection) -> dict[int, int]:
    rows = db.execute(select(families.c.campaign, families.c.number))
    return {row.campaign: row.number for row in rows}


def _opened(db: Connection) -> set[int]:
    return set(db.scalars(select(account_campaigns.c.campaign)))


def _write_families(old: Connection, new: Connection, names: Names, change: int, shift: int) -> int:
    """Write families and versions, whose serial numbers follow `shift`. Gives how many versions."""
    for chunk in chunks(sorted(names.wordings.values())):
        for table, column in (
            (families, families.c.number),
            (versions, versions.c.family),
            (related, related.c.family),
        ):
            old.execute(delete(table).where(column.in_(chunk)))
    _copy(
        old,
        families,
        (
            row
            | {
                "number": names.wordings[row["number"]],
                "campaign": names.campaigns[row["campaign"]],
                "changed": change,
            }
            for row in _rows(new, families)
        ),
    )
    written = 0
    for some in chunks(_rows(new, versions, versions.c.serial)):
        rows = [
            row | {"serial": shift + written + at, "family": names.wordings[row["family"]]}
            for at, row in enumerate(some, 1)
        ]
        written += len(rows)
        many(old, insert(versions), rows)
    _copy(
        old,
        related,
        (
            row | {"family": names.wordings[row["family"]], "other": names.wordings[row["other"]]}
            for row in _rows(new, related)
        ),
    )
    return written


def _write_placements(old: Connection, new: Connection, names: Names) -> None:
    for chunk in chunks(_rows(new, placements)):
        keys = [row["finding"] for row in chunk]
        old.execute(delete(placements).where(placements.c.finding.in_(keys)))
        rows = []
        for row in chunk:
            key = row.pop("finding")
            placed = names.of(Placement(**row))
            rows.append(
                {
                    "finding": key,
                    "wording": placed.wording,
                    "version": placed.version,
                    "campaign": placed.campaign,
                    "why": placed.why,
                    "ambiguous": placed.ambiguous,
                }
            )
        many(old, insert(placements), rows)
    # What a person split off is a family again; which version each is of, that one says.
    for split in new.execute(select(corrected)):
        own = names.of(Placement(wording=split.wording, version=split.version))
        its = (corrected.c.finding == split.finding) & (corrected.c.wording == own.wording)
        old.execute(update(corrected).where(its).values(version=own.version))


def _write_accounts(old: Connection, new: Connection, names: Names, *, whole: bool) -> None:
    """Write what was counted anew; where not `whole`, what only erased reports told stays."""
    if whole:
        old.execute(delete(mentions))
    most = func.max if old.dialect.name == "sqlite" else func.greatest
    least = func.min if old.dialect.name == "sqlite" else func.least
    count = insert_new(mentions)
    count = count.on_conflict_do_update(
        index_elements=[mentions.c.kind, mentions.c.value, mentions.c.campaign],
        set_={
            "findings": most(mentions.c.findings, count.excluded.findings),
            "first_seen": least(mentions.c.first_seen, count.excluded.first_seen),
            "last_seen": most(mentions.c.last_seen, count.excluded.last_seen),
        },
    )
    opened = insert_new(account_campaigns).on_conflict_do_nothing()
    for table, statement in ((mentions, count), (account_campaigns, opened)):
        for chunk in chunks(_rows(new, table)):
            named = [row | {"campaign": names.campaigns[row["campaign"]]} for row in chunk]
            many(old, statement, named)


def _write_merges(old: Connection, names: Names, number: int) -> int:
    """Let old campaigns that nobody is called by lead to where their findings went.

    Gives how many.
    """
    laid = read_corrections(old, number)
    rows: list[Mapping[str, object]] = []
    for gone, into in sorted(names.gone.items()):
        if gone in laid.merged or laid.root(into) == gone:
            continue
        rows.append(
            {
                "number": number + len(rows) + 1,
                "at": datetime.now(UTC).isoformat(),
                "actor": "reexamined",
                "action": "merge",
                "subject": f"C-{gone}",
                "target": f"C-{into}",
                "gone": gone,
                "into": laid.root(into),
                "applied": False,
            }
        )
    many(old, insert(corrections), rows)
    return len(rows)


def _copy(db: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    for chunk in chunks(rows):
        many(db, insert(table), chunk)


def _rows(
    db: Connection, table: Table, order: ColumnElement[Any] | None = None
) -> Iterator[dict[str, Any]]:
    query = select(table) if order is None else select(table).order_by(order)
    return (dict(row) for row in db.execute(query).mappings())


def _number(name: str) -> int:
    """Give the number of a wording, a version's wording, or a campaign by its name."""
    return int(name[2:].partition(".")[0])
