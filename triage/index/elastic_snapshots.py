"""Snapshots of the index: the record is the truth, but from these one searches again sooner."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from elasticsearch import Elasticsearch

from casefile.errors import NotFound, Refused, TryLater
from triage.index.elastic_mapping import FORM
from triage.index.elastic_server import Gone, asking
from triage.index.elastic_standing import Indices

#: How often it is asked whether a snapshot is taken, or is restored.
LOOK_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """A snapshot in the repository."""

    name: str
    taken_at: datetime
    #: True where it holds the whole index.
    complete: bool
    #: The form of the documents in it.
    form: int


@dataclass(frozen=True, kw_only=True)
class Snapshots:
    """The snapshots of one desk in one repository, which Elasticsearch reaches by itself."""

    client: Elasticsearch
    indices: Indices
    repository: str
    #: How long taking or restoring one may last.
    seconds: float = 3_600.0
    pause: Callable[[float], None] = field(default=time.sleep, repr=False)

    def make_repository(self, location: str) -> None:
        """Make the repository, or change its place: a folder under `path.repo` of every node.

        Raises TryLater, also where a node cannot write there.
        """
        place = {"type": "fs", "settings": {"location": location}}
        with asking():
            self.client.snapshot.create_repository(
                name=self.repository, repository=place, verify=True
            )

    def take(self, name: str) -> None:
        """Take a snapshot of the index that is read. Raises TryLater where it is not complete."""
        self.indices.written()
        read = next((it.name for it in self.indices.known() if it.read), None)
        if read is None:
            raise TryLater("There is no search index to take a snapshot of.")
        with asking():
            self.client.snapshot.create(
                repository=self.repository,
                snapshot=name,
                indices=[read],
                include_global_state=False,
                metadata={"form": FORM},
                wait_for_completion=False,
            )
        self._wait(lambda: self._found(name)["state"] != "IN_PROGRESS")
        if not _snapshot(self._found(name)).complete:
            raise TryLater("The snapshot is not complete.")

    def known(self) -> list[Snapshot]:
        """Give the snapshots, the newest first. Raises TryLater."""
        with asking():
            found = self.client.snapshot.get(repository=self.repository, snapshot="_all")
        known = [_snapshot(it) for it in found["snapshots"]]
        return sorted(known, key=lambda it: it.taken_at, reverse=True)

    def restore(self, name: str) -> None:
        """Have a snapshot written and read in place of what there is.

        It is another index, so the record owes it everything: what came after the snapshot is
        told again, and what is in it is found to be there. Raises NotFound; Refused where it is
        not complete or of another form; TryLater.
        """
        found = self._found(name)
        snapshot = _snapshot(found)
        if not snapshot.complete or snapshot.form != FORM:
            raise Refused(f"{name} is not complete, or of another form: replay the index instead.")
        restored = self.indices.new_name()
        with asking():
            self.client.snapshot.restore(
                repository=self.repository,
                snapshot=name,
                indices=found["indices"],
                include_aliases=False,
                include_global_state=False,
                rename_pattern="^.*$",
                rename_replacement=restored,
                index_settings={"index.number_of_replicas": self.indices.replicas},
                wait_for_completion=False,
            )
        self._wait(lambda: self._is_there(restored))
        self.indices.adopt(restored)

    def _found(self, name: str) -> Any:  # noqa: ANN401 - as the client gives it
        try:
            with asking():
                found = self.client.snapshot.get(repository=self.repository, snapshot=name)
        except Gone:
            raise NotFound(f"There is no snapshot {name}.") from None
        return found["snapshots"][0]

    def _is_there(self, index: str) -> bool:
        with asking():
            health = self.client.cluster.health(index=index, level="indices", timeout="1s")
        return health["status"] in {"yellow", "green"}

    def _wait(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + self.seconds
        while not holds():
            if time.monotonic() > end:
                raise TryLater("The snapshot takes too long; it goes on by itself.")
            self.pause(LOOK_SECONDS)


def _snapshot(found: Any) -> Snapshot:  # noqa: ANN401 - as the client gives it
    return Snapshot(
        name=found["snapshot"],
        taken_at=datetime.fromtimestamp(found["start_time_in_millis"] / 1_000, UTC),
        complete=found["state"] == "SUCCESS",
        form=int((found.get("metadata") or {}).get("form", 0)),
    )
