"""Alembic's entry: runs the steps in the transaction of the connection that it is given."""

from __future__ import annotations

from alembic import context

from app.storage.migrations import VERSION_TABLE
from app.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
