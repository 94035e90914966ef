"""Environment of the migrations: they run on the connection, and in the transaction, that the caller opened."""

from alembic import context

# batch mode: SQLite changes a column by making the table anew; it does take a schema change back with the transaction
context.configure(connection=context.config.attributes["connection"], render_as_batch=True, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
