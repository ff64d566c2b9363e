"""What Alembic runs to bring a database up to date; the open connection is handed to it by `jobs.database`."""

from alembic import context

from reverie.jobs.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
