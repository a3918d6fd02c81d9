"""Who sent a submission: asked when it is to be answered, again for an hour, then settled."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from casefile.ports import Record
from casefile.report import Cover, Submission
from ingest.authenticate import Prover, given_up

log = logging.getLogger(__name__)

#: How long DNS is asked again, from when the mail came; and at least once more, however old it is.
ASKING = timedelta(hours=1)
PAUSES = tuple(timedelta(minutes=it) for it in (1, 4, 10, 15, 30))


def settle(
    record: Record, prover: Prover, submission: Submission, attempt: int, now: datetime
) -> Cover | datetime:
    """Give the cover with its sender proven or not, or when to try that again.

    `attempt` counts from 1. The record keeps the first definite result, so a sender is proven once
    and for all; a replay reads what is kept.
    """
    cover = record.cover(submission.key)
    if not cover.authentication.temporary:
        return cover
    result = prover.prove(submission)
    if result.temporary:
        if attempt == 1 or now - submission.envelope.received_at < ASKING:
            log.info("%s: DNS has no answer now, tried again later", submission.key)
            record.settle_authentication(submission.key, result)
            return now + PAUSES[min(attempt, len(PAUSES)) - 1]
        result = given_up(result)
    return record.settle_authentication(submission.key, result)
