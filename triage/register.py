"""The permanent memory of wordings and accounts on SQL: where each finding belongs, for good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain, islice

from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import (
    IntegrityError,
    OperationalError,
    TimeoutError,  # noqa: A004 - the pool's own
)

from casefile.errors import TryLater
from casefile.finding import Finding, Placement
from casefile.indicator import Indicator
from triage.cluster import EMPTY, FAMILY, VERSION, choose, likeness, weights
from triage.register_tables import metadata
from triage.register_view import CHUNK, Family, View

__all__ = ["SqlRegister", "copy_into", "metadata"]

#: A shingle that stands in more families than this leads to none.
COMMON = 200
#: A family must share this many rarer shingles to be looked at, and so many are.
LEAST_SHARED = 3
CANDIDATES = 12
#: A report that names more accounts than this is a list, not a demand.
MOST_ACCOUNTS = 8


class SqlRegister:
    """Register on SQL (SQLite or PostgreSQL); the tables of `metadata` must exist."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def place(self, findings: Sequence[Finding]) -> list[Placement]:
        """Place findings in one transaction, all or none. Raises TryLater."""
        if not findings:
            return []
        try:
            with self._engine.begin() as connection:
                view = View(connection)
                known = view.placements([finding.key for finding in findings])
                new = {finding.key: finding for finding in findings if finding.key not in known}
                _look_ahead(view, list(new.values()))
                placed = {key: _place(view, finding) for key, finding in new.items()}
                view.write(placed)
        except (OperationalError, IntegrityError, TimeoutError):
            # The database's message quotes what was to be stored, so it goes no further.
            raise TryLater("The register is busy or cannot be written.") from None
        return [(known | placed)[finding.key] for finding in findings]


def copy_into(source: Engine, target: Engine) -> None:
    """Copy a register whole into an empty one, whose tables are made where they are missing.

    So a register in memory can start from the real one and leave it untouched. Hand in a source
    that only reads, so that nobody waits for it. Raises TryLater where it cannot be read.
    """
    metadata.create_all(target)
    try:
        with source.connect() as reader, target.begin() as writer:
            if reader.dialect.name == "postgresql":  # one view of all, as SQLite has by itself
                reader.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for table in metadata.sorted_tables:
                rows = (dict(row) for row in reader.execute(select(table)).mappings())
                while chunk := list(islice(rows, CHUNK)):
                    writer.execute(insert(table), chunk)
    except (OperationalError, TimeoutError):
        raise TryLater("The register cannot be read.") from None


def _look_ahead(view: View, findings: Sequence[Finding]) -> None:
    """Read together what placing these will mostly need."""
    texts = [finding.fingerprint.shingles for finding in findings]
    view.look_up(chain.from_iterable(texts))
    likely = {number: None for shingles in texts for number in _candidates(view, shingles)}
    view.families(list(likely))


def _place(view: View, finding: Finding) -> Placement:
    if finding.fingerprint.shingles:
        return _place_by_wording(view, finding.fingerprint.shingles)
    return _place_by_account(view, finding.accounts)


def _place_by_wording(view: View, shingles: Sequence[int]) -> Placement:
    # A core's shingles that the text lacks count as rare: to look them up too costs as much again.
    spread = {shingle: len(view.led_by(shingle)) for shingle in shingles}
    weight = weights(spread, view.last("wording"))
    near = view.families(_candidates(view, shingles))
    choice = choose(
        {number: likeness(shingles, it.profile, weight) for number, it in near.items()}, FAMILY
    )
    if choice.number is None:
        family, why = view.open_family(), "first of its wording"
    else:
        family, why = near[choice.number], f"wording, {choice.likeness:.2f} alike"
    joined = family.profile.joined_by(shingles)
    new = joined.counts.keys() - family.profile.counts.keys()
    view.join(family, joined, [shingle for shingle in new if spread[shingle] <= COMMON])
    return Placement(
        wording=f"W-{family.number}",
        version=f"W-{family.number}.{_join_version(view, family, shingles)}",
        campaign=f"C-{family.campaign}",
        why=why,
        ambiguous=choice.ambiguous,
    )


def _candidates(view: View, shingles: Sequence[int]) -> list[int]:
    """Give the families that share most of the rarer shingles."""
    led = (view.led_by(shingle) for shingle in shingles)
    shared = Counter(chain.from_iterable(it for it in led if len(it) <= COMMON))
    ranked = sorted(shared.items(), key=lambda item: (-item[1], item[0]))
    return [family for family, common in ranked[:CANDIDATES] if common >= LEAST_SHARED]


def _join_version(view: View, family: Family, shingles: Sequence[int]) -> int:
    """Count the text into its version of the family, or open one. Gives its number."""
    profiles = view.versions(family)
    choice = choose({n: likeness(shingles, p, {}) for n, p in profiles.items()}, VERSION)
    number = view.open_version(family) if choice.number is None else choice.number
    view.join_version(family, number, profiles.get(number, EMPTY).joined_by(shingles))
    return number


def _place_by_account(view: View, accounts: Sequence[Indicator]) -> Placement:
    """Place a text that tells nothing by the first account that may link and has a campaign."""
    linking = list(dict.fromkeys((a.kind, a.value) for a in accounts if a.links))
    if not linking:
        return Placement(why="neither wording nor account tells")
    if len(linking) > MOST_ACCOUNTS:
        return Placement(why=f"names {len(linking)} accounts, too many to tell")
    campaigns = view.campaigns(linking)
    for account in linking:
        if account in campaigns:
            return Placement(campaign=f"C-{campaigns[account]}", why=f"account {_short(account)}")
    campaign = view.open_campaign(linking[0])
    return Placement(
        campaign=f"C-{campaign}", why=f"account {_short(linking[0])}, first of its campaign"
    )


def _short(account: tuple[str, str]) -> str:
    """Give enough of an account to know it by; the whole stands in the finding."""
    value = account[1]
    return value if len(value) <= 12 else f"{value[:8]}…"  # noqa: PLR2004 - as long as shown
