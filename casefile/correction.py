"""What an investigator corrects, which stands over what the machine says until it is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from casefile.finding import Finding

#: `merge`: one campaign is another. `split`: findings are a wording of their own. `pin`: findings
#: belong to a campaign, whatever they say. `benign`: an account takes no money for an offender.
#: `label`: what kind of case a wording is. `kind`: what kind of case one finding is. `flag`,
#: `unflag`: a flag holds of one finding, or does not. `undo`: a correction is taken back.
Action = Literal["merge", "split", "pin", "benign", "label", "kind", "flag", "unflag", "undo"]
#: Those that overrule the verdict on one finding.
OVERRULING: frozenset[Action] = frozenset({"kind", "flag", "unflag"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """A correction that somebody asks for."""

    #: Who: the name of an account of the console, or `operator`.
    actor: str
    action: Action
    #: What is corrected: a campaign or wording (`C-9`, `W-9`), an account as `kind:value`; the
    #: key of a finding whose kind or flag is overruled; the number of a correction to undo; empty
    #: for a pin.
    subject: str
    #: Into what: a campaign, a kind of case, a flag, a word on the account; empty where that says
    #: itself.
    target: str = ""
    #: What is split off or pinned.
    findings: Sequence[Finding] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """A correction as it is kept. The reason that was given stands in the journal."""

    #: From 1; never given again.
    number: int
    at: datetime
    actor: str
    action: Action
    subject: str
    #: As in the wish; the new campaign of a split.
    target: str
    #: Number of the correction that took it back; None while it holds.
    undone_by: int | None
    #: Whether all findings that it changes are changed.
    applied: bool
    #: Number of the journal's entry with the reason; None where it was not kept.
    entry: int | None = None
