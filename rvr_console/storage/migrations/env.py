"""Alembic's entry: runs on the connection that storage/migrate.py passes in, never by itself."""

from alembic import context

from rvr_console.storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
