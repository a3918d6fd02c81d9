"""Reading in a child that can be killed: the mail that ends it ends nothing else."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from casefile.errors import DeskError, TryLater
from casefile.ports import Triaged
from casefile.report import Authentication, Submission, finding_key
from desk.reading_frames import Task, order, texts
from desk.reading_pipe import Child
from triage.benign import marked

log = logging.getLogger(__name__)

#: A start loads phrases and models (two seconds); a machine under load takes its time over that.
START_SECONDS = 90.0
#: A child is replaced after so many mails, or when it has grown by so many bytes.
MAILS = 1000
GROWTH = 128 << 20
_NO_WORDS = re.compile(r"[^A-Za-z0-9_.:<> ]")


class ReadingFailed(DeskError):
    """A mail could not be read within its limits; the message says which gave way."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingLimits:
    """What reading one mail may cost."""

    #: Whole seconds of the processor; the kernel ends the child between this and one more.
    cpu_seconds: int = 10
    #: By the clock, so waiting for the processor counts.
    wall_seconds: float = 15.0
    #: Address space in bytes, over what the child has when everything is loaded.
    memory: int = 512 << 20
    #: Whether pictures are looked at, for codes and words in them.
    pictures: bool = False

    @property
    def growth(self) -> int:
        """Give by how many bytes a child may have grown before it is replaced."""
        return GROWTH * (4 if self.pictures else 1)


LIMITS = ReadingLimits()


class Reader:
    """One child and what it is asked. For one thread at a time; its child ends with its owner."""

    def __init__(
        self,
        limits: ReadingLimits = LIMITS,
        own_hosts: tuple[str, ...] = (),
        benign: Mapping[str, str] | None = None,
        own_texts: Sequence[str] = (),
    ) -> None:
        """Give what a mail may cost, and the hosts in the Message-IDs of our replies.

        `benign` gives words for values of accounts that are known to be benign; `own_texts` are
        what the desk itself sends, which is cut out of mails that quote it.
        """
        self._limits, self._own_hosts, self._benign = limits, own_hosts, benign or {}
        self._own_texts = tuple(own_texts)
        self._child: Child | None = None
        self._mails = 0
        self._first_size = 0

    def examine(self, submission: Submission, authentication: Authentication) -> Triaged:
        """Read, unwrap and examine a submission.

        Raises ReadingFailed where that could not be done within the limits; the next mail finds a
        fresh child. Raises TryLater where no child can be started.
        """
        return self._ask("examine", submission, authentication)

    def cover(self, submission: Submission, authentication: Authentication) -> Triaged:
        """Read the header block alone: a cover and no findings. Raises as `examine` does."""
        return self._ask("cover", submission, authentication)

    @property
    def child(self) -> int | None:
        """Give the process number of the child, where one is running."""
        return self._child.pid if self._child is not None and self._child.runs() else None

    def start(self) -> None:
        """Start the child where none is running. Raises TryLater where that is not possible."""
        if self.child is None:
            self._started()

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def _started(self) -> Child:
        self.close()
        try:
            child = Child(
                self._limits.cpu_seconds,
                self._limits.memory,
                self._own_hosts,
                pictures=self._limits.pictures,
            )
        except OSError as error:
            raise TryLater("The reading child does not start.") from error
        try:
            until = time.monotonic() + START_SECONDS
            child.send([texts(self._own_texts)], until)
            child.receive(until)
        except (OSError, EOFError, ValueError) as error:
            child.end()
            raise TryLater("The reading child does not start.") from error
        self._child, self._mails, self._first_size = child, 0, child.size()
        return child

    def _ask(self, task: Task, submission: Submission, authentication: Authentication) -> Triaged:
        child = self._child if self._child is not None and self._child.runs() else self._started()
        self._child = None  # until it has answered: a late answer must not meet another mail
        done: Triaged | None = None
        try:
            done = self._answer(child, task, submission, authentication)
        finally:
            if done is None:
                child.end()
        self._child = child
        self._retire(child)
        return done

    def _answer(
        self, child: Child, task: Task, submission: Submission, authentication: Authentication
    ) -> Triaged:
        until = time.monotonic() + self._limits.wall_seconds
        try:
            child.send([order(task, submission, authentication), submission.raw], until)
            said = child.receive(until)
        except TimeoutError as error:
            reason = f"it took more than {self._limits.wall_seconds:g} seconds"
            raise ReadingFailed(reason) from error
        except (BrokenPipeError, EOFError) as error:
            raise ReadingFailed(child.last_words()) from error
        except ValueError as error:
            raise ReadingFailed("its reader answered nonsense") from error
        if said.triaged is None:
            raise ReadingFailed(_NO_WORDS.sub("?", said.failed)[:300] or "its reader said nothing")
        done = _believed(said.triaged, submission, authentication)
        findings = tuple(marked(finding, self._benign) for finding in done.findings)
        return replace(done, findings=findings)

    def _retire(self, child: Child) -> None:
        """End a child in time: memory that it keeps is memory that a mail lacks."""
        self._mails += 1
        if self._mails >= MAILS or child.size() - self._first_size > self._limits.growth:
            log.info("the reading child ends after %d mails", self._mails)
            self.close()


def _believed(said: Triaged, submission: Submission, authentication: Authentication) -> Triaged:
    """Take of an answer what only the child can know: it has read a stranger's bytes."""
    keys = [finding.key for finding in said.findings]
    if keys != [finding_key(submission.key, it) for it in range(1, len(keys) + 1)]:
        raise ReadingFailed("its reader answered for another mail")
    if any(finding.report.submission != submission.key for finding in said.findings):
        raise ReadingFailed("its reader answered for another mail")
    return replace(
        said,
        key=submission.key,
        sha256=submission.sha256,
        cover=replace(said.cover, authentication=authentication),
        waiting=(),
    )
