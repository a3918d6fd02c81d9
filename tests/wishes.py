"""Forwards of texts to a bench, what people wish to correct of them, and what search shows."""

from __future__ import annotations

from datetime import UTC, datetime

import forwards
from bench import Bench
from casefile.correction import Wish
from casefile.errors import NotFound
from casefile.finding import Finding
from makers import envelope
from samples.forwards_sent import FORCE
from samples.originals import mail


def submit(desk: Bench, who: str, text: str) -> str:
    """Put a forward into the spool. Gives the key of its finding."""
    sender = f"{who}@reporter.example"
    raw = forwards.gmail(mail(text, subject="hello"), reporter=sender, to=FORCE, note="")
    whole = envelope(sender=sender, received_at=datetime.now(UTC))
    return f"{desk.spool.put(raw, whole)}-1"


def wish(action: str, subject: str, target: str = "", *findings: Finding) -> Wish:
    return Wish(
        actor="sgt-example",
        action=action,  # type: ignore[arg-type]
        subject=subject,
        target=target,
        findings=findings,
    )


def of(desk: Bench, campaign: str) -> set[str]:
    """Give what search shows of a campaign."""
    try:
        return {it.finding for it in desk.index.campaign(campaign).members}
    except NotFound:
        return set()
