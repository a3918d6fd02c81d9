"""Lays what people corrected over what the machine says, which stays as it was.

So a correction moves nothing for good: it can be taken back, and what comes later is laid under it
as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from casefile.finding import (
    DANGER_KINDS,
    Finding,
    Flag,
    Placement,
    Reason,
    Verdict,
    VerdictKind,
)
from triage.kinds import DOUBTED, SUREST, Label

#: What nobody's label of a wording overrules: a threat to life, what the reporter tells of, and
#: what has no wording of an offender's in it.
_STANDS = DANGER_KINDS | {"recorded-chat", "auto-reply", "empty"}
#: What stands before the words of an investigator on an account; the operator's list has none.
BY_A_PERSON = "said by an investigator"


@dataclass(frozen=True, kw_only=True, slots=True)
class Assigned:
    """Where a person put a finding."""

    campaign: int
    wording: str | None
    version: str | None
    correction: int
    action: Literal["split", "pin"]

    def placement(self) -> Placement:
        """Give it as a placement."""
        how = "split off" if self.action == "split" else "pinned"
        return Placement(
            wording=self.wording,
            version=self.version,
            campaign=f"C-{self.campaign}",
            why=f"{how} by a person, correction {self.correction}",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Overruled:
    """What a person says of one finding, whatever the machine and the label of its wording say."""

    kind: VerdictKind | None = None
    #: Each flag that was spoken of, and whether it holds.
    flags: Mapping[Flag, bool] = field(default_factory=dict)
    #: The newest correction that says so.
    correction: int = 0

    def over(self, verdict: Verdict) -> Verdict:
        """Give the verdict as this person has it."""
        left = [it for it in verdict.flags if self.flags.get(it, True)]
        added = [it for it, holds in self.flags.items() if holds and it not in left]
        kind, flags = self.kind or verdict.kind, (*left, *added)
        if (kind, flags) == (verdict.kind, verdict.flags):
            return verdict
        words = f"an investigator, correction {self.correction}"
        return Verdict(
            kind=kind,
            confidence=verdict.confidence if kind == verdict.kind else SUREST,
            flags=flags,
            reasons=(Reason(rule="person.overruled", words=words), *verdict.reasons),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Merged:
    """Which campaign another one is by now."""

    into: int
    #: The wording that it goes by; None where it has none.
    wording: str | None
    correction: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Corrections:
    """Everything that holds, as of one correction."""

    #: The newest that was looked at.
    number: int = 0
    assigned: Mapping[str, Assigned] = field(default_factory=dict)
    merged: Mapping[int, Merged] = field(default_factory=dict)
    #: What a person says of an account, by kind and value.
    benign: Mapping[tuple[str, str], str] = field(default_factory=dict)
    #: By wording.
    labels: Mapping[str, Label] = field(default_factory=dict)
    #: By finding.
    overruled: Mapping[str, Overruled] = field(default_factory=dict)

    def root(self, campaign: int) -> int:
        """Give the campaign that one is by now; most are themselves."""
        while (merged := self.merged.get(campaign)) is not None:
            campaign = merged.into
        return campaign

    def roots(self) -> dict[int, int]:
        """Give for each campaign that was merged which one it is by now."""
        return {campaign: self.root(campaign) for campaign in self.merged}

    def tree(self, campaign: int) -> list[int]:
        """Give a campaign and all that were merged into it, directly or not."""
        tree = [campaign]
        for one in tree:  # grows while it is walked
            tree += [it for it, merged in self.merged.items() if merged.into == one]
        return tree

    def placement(self, finding: str, placed: Placement) -> Placement:
        """Give where a finding belongs that the machine placed."""
        assigned = self.assigned.get(finding)
        placed = assigned.placement() if assigned else placed
        if placed.campaign is None:
            return placed
        last = None
        at = int(placed.campaign.removeprefix("C-"))
        while (merged := self.merged.get(at)) is not None:
            at, last = merged.into, merged
        if last is None:
            return placed
        return replace(
            placed,
            campaign=f"C-{at}",
            wording=placed.wording and (last.wording or placed.wording),
            why=f"{placed.why}; {placed.campaign} merged by a person, correction {last.correction}",
        )

    def marked(self, finding: Finding) -> Finding:
        """Give a finding with what people say of its accounts; what they no longer say is gone."""
        accounts = []
        for it in finding.accounts:
            said = self.benign.get((it.kind, it.value))
            by_list = "" if it.benign.startswith(BY_A_PERSON) else it.benign
            words = f"{BY_A_PERSON}: {said}" if said else BY_A_PERSON
            accounts.append(replace(it, benign=by_list if said is None else by_list or words))
        return replace(finding, accounts=tuple(accounts))

    def over(self, finding: Finding, placed: Placement | None) -> Finding:
        """Give a finding as people have it, whose place by the machine is `placed`.

        A copy stands where the mail stands that it repeats. One that was never placed stays.
        """
        if placed is None:
            return finding
        key = finding.copy_of or finding.key
        placement = self.placement(key, placed)
        assigned = self.assigned.get(key)
        before_merges = assigned.wording if assigned else placed.wording
        label = self.labels.get(placement.wording or "") or self.labels.get(before_merges or "")
        machine = finding.judged or finding.verdict
        said = machine if label is None else called(machine, label)
        said = self.overruled[key].over(said) if key in self.overruled else said
        return replace(
            self.marked(finding),
            placement=placement,
            verdict=said,
            judged=None if said == machine else machine,
        )


def called(verdict: Verdict, label: Label) -> Verdict:
    """Give the verdict on a text whose wording a person labelled.

    Flags stay as they are: they come from the reporter, or from what this one mail says. A label
    knows nothing of this reporter's note, so a bluff is no surer by it than the machine was.
    """
    if verdict.kind in _STANDS:
        return verdict
    rest = (it for it in verdict.reasons if it.rule != "wording.label")
    words = f"same wording as {label.wording}, labelled by {label.by}"
    return Verdict(
        kind=label.kind,
        confidence=_confidence(verdict) if label.kind == "webcam-bluff" else SUREST,
        flags=verdict.flags,
        reasons=(Reason(rule="wording.label", words=words), *rest),
    )


def _confidence(verdict: Verdict) -> float:
    return verdict.confidence if verdict.kind == "webcam-bluff" else DOUBTED


def named(text: str) -> Iterator[tuple[Literal["C", "W"], int]]:
    """Read the name of a campaign or wording, `C-9` or `W-9`; gives nothing for another text."""
    letter, _, number = text.strip().upper().partition("-")
    if number.isascii() and number.isdecimal():
        if letter == "C":
            yield "C", int(number)
        elif letter == "W":
            yield "W", int(number)
