"""All that is made of one mail without any store, in order: read, cover, unwrap, examine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from casefile.finding import Finding
from casefile.ports import Triaged
from casefile.report import FORWARDS, Authentication, Envelope, Submission
from desk.placing import placed
from ingest.cover import cover_of
from ingest.read import read, read_head
from ingest.read_files import Eyes, Files
from ingest.unwrap import unwrap
from ingest.unwrap.ours import OwnWords
from triage.examine import examine

__all__ = ["Eyes", "OwnWords", "covered", "examined", "warm_up"]

_NO_WORDS = OwnWords()


def examined(
    submission: Submission,
    authentication: Authentication,
    own_hosts: tuple[str, ...] = (),
    eyes: Eyes | None = None,
    own_words: OwnWords = _NO_WORDS,
) -> Triaged:
    """Read a submission and everything in it. Total, as its steps are.

    `own_hosts` are those in the Message-IDs of our replies; `eyes` look at pictures. What is of
    `own_words` is cut out before anything is judged.
    """
    message = read(submission.raw, Files(eyes))
    cover = cover_of(submission, message, authentication, own_hosts)
    subject_is_ours = own_words.is_ours(message.subject)
    message = own_words.without(message)
    findings = tuple(
        placed(examine(report), report, submission, message)
        for report in unwrap(submission, message, cover)
    )
    # A forward carries on the thread of what it forwards, and that one an offender wrote: it does
    # not silence us. Machines that name nothing of ours answer by our Subject.
    threaded = cover.answers_us and not any(_is_forward(it) for it in findings)
    cover = replace(cover, answers_us=threaded or subject_is_ours)
    return Triaged(key=submission.key, sha256=submission.sha256, cover=cover, findings=findings)


def _is_forward(finding: Finding) -> bool:
    return finding.report.unwrapping.how in FORWARDS


def covered(
    submission: Submission, authentication: Authentication, own_hosts: tuple[str, ...] = ()
) -> Triaged:
    """Read the outer header block alone, so there are no findings: for what cannot be examined."""
    cover = cover_of(submission, read_head(submission.raw), authentication, own_hosts)
    return Triaged(key=submission.key, sha256=submission.sha256, cover=cover, findings=())


def warm_up() -> None:
    """Examine a letter of nobody, so that phrases and models are loaded before a mail comes."""
    raw = b"Subject: Good morning\r\n\r\nThis is a letter of some length, and of no other use.\r\n"
    envelope = Envelope(
        sender="",
        recipients=(),
        client="",
        helo="",
        tls=False,
        received_at=datetime.now(UTC),
        door="collect",
    )
    nobody = Authentication(method="none", passed=False, reason="")
    examined(Submission(key="", envelope=envelope, raw=raw, sha256=""), nobody)
