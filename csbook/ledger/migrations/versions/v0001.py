"""0001: what is left of a purged record, so that it is known when it comes back."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = "0000"


def upgrade() -> None:
    """A table more."""
    op.create_table(
        "tombstone",
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("trace", sa.Text, nullable=False),
        sa.Column("purged_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("form", "trace"),
    )
