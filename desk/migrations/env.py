"""Runs the steps in the transaction of whoever asks for them (desk/migrate.py), all or none."""

from __future__ import annotations

from alembic import context

# SQLite can take back the making of a table too, which Alembic does not count on by itself.
context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
