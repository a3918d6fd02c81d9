"""A person says what became of a reply that the machine is uncertain of."""

from __future__ import annotations

from casefile.errors import Refused
from casefile.ports import Journal, Ledger, Record
from casefile.reply import SETTLED, State
from desk.pipeline import now_utc


def settle(
    ledger: Ledger, record: Record, journal: Journal, key: str, *, actor: str, sent: bool
) -> State:
    """Note whether it was sent, and give the state it is in now. Nothing is sent.

    It waits for nobody any more. One that was not sent no longer counts towards the reporter's
    limits; who settles it writes to them. Raises Refused where the
    submission has no reply that is uncertain, and TryLater.
    """
    known = ledger.decision(key)
    if known is None or known.state != "uncertain":
        raise Refused(f"{key} has no reply that is uncertain.")
    state: State = "sent" if sent else "failed"
    now = now_utc()
    ledger.move(key, state, SETTLED, now)
    journal.append(actor, "settled", key, state, now)
    record.settled(key)
    return state
