"""Places findings one after the other: by their wording, or else by an account."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from casefile.finding import Finding, Placement
from triage.register_accounts import Accounts, short
from triage.wordings import Placed, Wordings


def place_all(
    db: Connection, wordings: Wordings, findings: Sequence[Finding]
) -> dict[str, Placement]:
    """Place findings one after the other, by their wording or else by an account."""
    accounts = Accounts(db=db)
    accounts.look_up(it for finding in findings for it in finding.may_link)
    texts = [it.fingerprint.shingles for it in findings if it.fingerprint.shingles]
    by_wording = wordings.place(texts)
    placed = {}
    for finding in findings:
        named = () if finding.lists_accounts else finding.may_link
        if finding.fingerprint.shingles:
            placement = _by_wording(next(by_wording))
        else:
            placement = _by_account(wordings, accounts, finding)
        if placement.campaign is not None:
            number = int(placement.campaign.removeprefix("C-"))
            accounts.name(named, number, finding.report.received_at)
        placed[finding.key] = placement
    accounts.write()
    return placed


def _by_wording(placed: Placed) -> Placement:
    family = placed.family
    return Placement(
        wording=f"W-{family.number}",
        version=f"W-{family.number}.{placed.version}",
        campaign=f"C-{family.campaign}",
        why="first of its wording" if placed.opened else f"wording, {placed.likeness:.2f} alike",
        ambiguous=placed.ambiguous,
    )


def _by_account(wordings: Wordings, accounts: Accounts, finding: Finding) -> Placement:
    """Place a text that tells nothing by the first account that may link and has a campaign."""
    named = finding.may_link
    if not named:
        return Placement(why="neither wording nor account tells")
    if finding.lists_accounts:
        return Placement(why=f"names {len(named)} accounts, too many to tell")
    for account in named:
        campaign = accounts.campaigns.get(account)
        if campaign is not None:
            return Placement(campaign=f"C-{campaign}", why=accounts.why(account))
    campaign = wordings.next_campaign()
    accounts.open_campaign(named[0], campaign)
    return Placement(
        campaign=f"C-{campaign}", why=f"account {short(named[0][1])}, first of its campaign"
    )
