"""Asks the watches in a child process, so that a finding which ends that one ends nothing else."""

from __future__ import annotations

import json
import logging
import math
import multiprocessing
import resource
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

from casefile.errors import DeskError, TryLater
from casefile.finding import Finding
from desk.watching_match import Asked, Met, matches

log = logging.getLogger(__name__)

#: So often a finding is tried alone before it is set aside.
TRIES = 2
#: Seconds of the processor that one child may take: so many, and so many for each watch.
SECONDS, SECONDS_A_WATCH = 10.0, 0.1
#: How much longer than that it may take by the clock, where others have the processor.
PATIENCE = 3.0
_MOST_BYTES = 1 << 28
# A fork has everything loaded, takes milliseconds, and is gone when its one task is done.
_fork = multiprocessing.get_context("fork")


class Ended(DeskError):
    """The child ended before it had said what was met."""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What the watches met, and the findings at which none of them could look."""

    met: tuple[Met, ...]
    lost: frozenset[str]


def look_apart(asked: Sequence[Asked], findings: Sequence[Finding]) -> Looked:
    """Ask the watches of findings: of all at once, and of each alone where that ends the child.

    Raises TryLater where no child can be had, or not even nothing can be asked of: then it is no
    finding's fault.
    """
    if not asked or not findings:
        return Looked(met=(), lost=frozenset())
    try:
        return Looked(met=tuple(_in_a_child(asked, findings)), lost=frozenset())
    except Ended as ended:
        log.warning("looking at %d findings at once failed: %s", len(findings), ended)
    met: list[Met] = []
    lost: set[str] = set()
    for finding in findings:
        found = _alone(asked, finding)
        met += found or ()
        if found is None:
            lost.add(finding.key)
    return Looked(met=tuple(met), lost=frozenset(lost))


def _alone(asked: Sequence[Asked], finding: Finding) -> list[Met] | None:
    """Give what a finding is met by; None where it ended the child each time."""
    for attempt in range(1, TRIES + 1):
        try:
            return _in_a_child(asked, [finding])
        except Ended as ended:
            log.warning("looking at %s failed, try %d: %s", finding.key, attempt, ended)
    try:
        _in_a_child(asked, [])
    except Ended:
        raise TryLater("The watches cannot be asked, whatever the finding.") from None
    return None


def _in_a_child(asked: Sequence[Asked], findings: Sequence[Finding]) -> list[Met]:
    """Raise Ended, TryLater."""
    seconds = SECONDS + SECONDS_A_WATCH * len(asked)
    ours, theirs = _fork.Pipe(duplex=False)
    child = _fork.Process(
        target=_match, args=(asked, findings, ours, theirs, math.ceil(seconds)), daemon=True
    )
    try:
        child.start()
    except OSError:
        ours.close()
        theirs.close()
        raise TryLater("No child can be started to ask the watches.") from None
    theirs.close()
    try:
        if not ours.poll(seconds * PATIENCE):
            raise Ended("it took too long")
        said = ours.recv_bytes(_MOST_BYTES)
    except (EOFError, OSError):
        child.join()
        raise Ended(f"it ended with {child.exitcode}") from None
    finally:
        child.kill()
        child.join()
        ours.close()
    return [(watch, finding, campaign) for watch, finding, campaign in json.loads(said)]


def _match(
    asked: Sequence[Asked],
    findings: Sequence[Finding],
    ours: Connection,
    theirs: Connection,
    seconds: int,
) -> None:
    """Say what is met; the child's whole life."""
    ours.close()  # else it would wait for ever to tell a parent that is gone
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # it would hold what was reported
    try:
        met = matches(asked, findings)
    except Exception as error:  # noqa: BLE001 - named, and tried again; its message may quote
        log.error("asking the watches failed: %s", type(error).__name__)  # noqa: TRY400
        return
    theirs.send_bytes(json.dumps(met).encode())
