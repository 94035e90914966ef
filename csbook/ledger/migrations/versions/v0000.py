"""0000: the first released schema (tests/fixtures/ledger_v0.sql); there is nothing before it."""

revision = "0000"
down_revision = None


def upgrade() -> None:
    """Nothing: a ledger begins as a whole (csbook.ledger.database.schema.create)."""
