from __future__ import annotations

import pytest
from sqlalchemy import Engine

from contracts.record import RecordContract
from desk import schema
from desk.record import SqlRecord


class TestSqlRecord(RecordContract):
    @pytest.fixture
    def record(self, engine: Engine) -> SqlRecord:
        """Give an empty record in SQLite."""
        schema.metadata.create_all(engine)
        return SqlRecord(engine)
