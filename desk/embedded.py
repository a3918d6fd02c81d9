"""The embedded form: every port on one machine, by files and SQLite."""

from __future__ import annotations

from functools import cached_property

from casefile.ports import Index, Spool
from desk.engine import open_engine
from desk.rooms import Desk
from ingest.spool import DirectorySpool
from triage.index.sqlite import SqliteIndex


class EmbeddedDesk(Desk):
    """A desk whose bytes and index are files of its data folder."""

    @cached_property
    def spool(self) -> Spool:
        """Open the spool."""
        return DirectorySpool(self.settings.data / "spool", min_free=self.settings.min_free)

    @cached_property
    def index(self) -> Index:
        """Open the search index."""
        return SqliteIndex(open_engine(self.settings.index_url))
