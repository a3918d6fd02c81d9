"""The embedded form: every port on one machine, by files and SQLite."""

from __future__ import annotations

from functools import cached_property

from sqlalchemy import Engine

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
        return SqliteIndex(self._index_engine)

    @cached_property
    def _index_engine(self) -> Engine:
        return open_engine(self.settings.index_url)

    def close(self) -> None:
        """Close the connections that are open."""
        super().close()
        if "_index_engine" in vars(self):
            self._index_engine.dispose()
