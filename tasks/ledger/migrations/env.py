"""Runs the steps on the connection that `tasks.ledger.migrate` opened and locked."""

from alembic import context

from tasks.ledger.tables import metadata

# The name under which Alembic runs this file; an ordinary import does nothing.
if __name__ == "env_py":
    context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
    context.run_migrations()
