"""Migrations: how a ledger of an older csbook becomes one of this; Alembic runs them (csbook.ledger.keeping.upgrade)."""
