"""People's work is kept alike by SQLite and PostgreSQL."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from contracts.casework import CaseworkContract
from desk import schema
from desk.casework import SqlCasework
from desk.record import SqlRecord


class TestSqlCasework(CaseworkContract):
    @pytest.fixture
    def record(self, engine: Engine) -> SqlRecord:
        """Give an empty record in each database."""
        schema.metadata.create_all(engine)
        return SqlRecord(engine)

    @pytest.fixture
    def casework(self, engine: Engine, record: SqlRecord) -> SqlCasework:
        """Give empty casework beside it."""
        assert record
        return SqlCasework(engine)
