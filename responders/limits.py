"""Says how often one reporter is answered, and how the state of a decision may change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from casefile.reply import FINAL_STATES, SETTLED, AddedPart, Answer, Decision, Limits, State

OPEN_STATES: frozenset[State] = frozenset({"claimed", "deferred"})
#: Decisions that count towards the limits: a reply has left, or may still.
COUNTED_STATES = ("claimed", "sending", "sent", "deferred", "uncertain")
#: Where a person or a retry may lead on from a state that is final for workers.
_SETTLED: dict[State, frozenset[State]] = {"uncertain": frozenset({"sent", "failed", "claimed"})}
#: Parts whose help may not wait for the seven days of the main text.
_URGENT: tuple[AddedPart, ...] = ("distress", "young")


def over_limit(answer: Answer, recent: Sequence[Decision], limits: Limits, now: datetime) -> str:
    """Say which limit an answer would break; empty where none.

    One reply of a kind in `same_kind_days`. A reply that brings the help lines of `distress` or
    `young` for the first time in these days counts as a kind of its own, more serious than the
    main text under it. No more than `per_day` of any kind in 24 hours. `recent` holds the decisions
    for this reporter that count.
    """
    if answer.main is None:
        return "nothing in it may be answered"
    if sum(decision.at > now - timedelta(days=1) for decision in recent) >= limits.per_day:
        return f"already {limits.per_day} replies in 24 hours"
    since = now - timedelta(days=limits.same_kind_days)
    alike = [d for d in recent if d.at > since and d.answer.main == answer.main]
    given = {part for decision in recent if decision.at > since for part in decision.answer.parts}
    if alike and not any(part in answer.parts and part not in given for part in _URGENT):
        return f"answered the same within {limits.same_kind_days} days"
    return ""


def may_reconsider(decision: Decision) -> bool:
    """Tell whether a person may have it answered still: nothing of it has ever left."""
    failed = decision.state == "failed" and decision.reason != SETTLED
    return decision.state == "suppressed" or failed


def may_move(old: State, new: State) -> bool:
    """Tell whether a decision may change so; at most one reply leaves whatever the callers do."""
    if old in FINAL_STATES:
        return new in _SETTLED.get(old, frozenset())
    return new != "sending" or old in OPEN_STATES
