"""Who sent a submission: asked when it is to be answered, again for an hour, then settled."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from casefile.report import Authentication, Submission
from ingest.authenticate import Prover, given_up

log = logging.getLogger(__name__)

#: How long DNS is asked again, from when the mail came; and at least once more, however old it is.
ASKING = timedelta(hours=1)
PAUSES = tuple(timedelta(minutes=it) for it in (1, 4, 10, 15, 30))


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """What was found out about one sender, and when to ask again; None where that is definite."""

    result: Authentication
    again: datetime | None = None


def prove(
    prover: Prover, submissions: Sequence[tuple[Submission, int]], now: datetime
) -> dict[str, Proof]:
    """Prove the senders of submissions, each with the number of this try, from 1.

    All at once: they wait for DNS and not for each other. The record keeps the first definite
    result, so a sender is proven once and for all; a replay reads what is kept.
    """
    if len(submissions) < 2:  # noqa: PLR2004 - a thread is for company
        return {it.key: _proof(prover, it, attempt, now) for it, attempt in submissions}
    with ThreadPoolExecutor(len(submissions)) as pool:
        proofs = pool.map(lambda it: _proof(prover, it[0], it[1], now), submissions)
        return {it.key: proof for (it, _), proof in zip(submissions, proofs, strict=True)}


def _proof(prover: Prover, submission: Submission, attempt: int, now: datetime) -> Proof:
    result = prover.prove(submission)
    if not result.temporary:
        return Proof(result=result)
    if attempt == 1 or now - submission.envelope.received_at < ASKING:
        log.info("%s: DNS has no answer now, tried again later", submission.key)
        return Proof(result=result, again=now + PAUSES[min(attempt, len(PAUSES)) - 1])
    return Proof(result=given_up(result))
