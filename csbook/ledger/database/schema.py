"""Schema: the ledger's tables, the same on SQLite and PostgreSQL.

JSON stands in Text columns: hashes are taken over its exact spelling. Stamps are naive local times.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa

from csbook.forms.stored import CLOCK as CLOCK  # named again: the types of fields are those of columns
from csbook.forms.stored import STAMP as STAMP
from csbook.forms.stored import TEXT as TEXT
from csbook.forms.stored import WHOLE as WHOLE

VERSION: Final = "0001"
OLDER: Final = ("0000",)  # versions that migrations (csbook/ledger/migrations) bring up to this one
OPEN, RESOLVED, WITHDRAWN = "open", "resolved", "withdrawn"  # states of a record

# Fields that are columns of `record`; every other field of any form stands in its JSON column `rest`.
COLUMNS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            "raised_date", "raised_at", "accepted_at", "first_response_at", "started_at", "resolved_at", "closed_at", "revisit_at",
            "synced_at", "due_at", "occurred_at",
        ),
        STAMP,
    ),
    "raised_clock": CLOCK,
    **dict.fromkeys(
        (
            "due_words", "customer", "contact_name", "contact_phone", "order_no", "channel", "coordination_channel", "category", "priority",
            "department", "agent", "owner", "reviewer", "handover_to", "status", "progress", "satisfaction", "result_satisfaction",
            "solution_kind", "emotion", "demand", "escalated", "escalation_reason", "complex", "transfers", "evidence", "plan_agreed",
            "archived", "recurring", "description", "solution",
        ),
        TEXT,
    ),
    **dict.fromkeys(("call_minutes", "online_seconds"), WHOLE),
}  # fmt: skip
# Fields whose first accepted value is kept beside the current one: limits judge by it (METRICS.md).
FIRSTS: Final = {"category_first": "category", "priority_first": "priority"}

metadata = sa.MetaData()
_SQL_TYPES: Final = {STAMP: sa.DateTime, TEXT: sa.Text, WHOLE: sa.Integer, CLOCK: sa.Text}


def _id(name: str = "id", *, generated: bool = False) -> sa.Column[int]:
    """A primary key that PostgreSQL counts in 64 bits and SQLite as its rowid."""
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=generated)


def _text(name: str, *, nullable: bool = False, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable, primary_key=key)


def _refers(name: str, to: str, *, nullable: bool = False, key: bool = False) -> sa.Column[int]:
    return sa.Column(
        name, sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.ForeignKey(to), nullable=nullable, primary_key=key, autoincrement=False
    )


def _whole(name: str, *, nullable: bool = False, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=nullable, primary_key=key, autoincrement=False)


def _stamp(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime, nullable=nullable)


UNNAMED: Final = "="  # how the key of a row without an id begins
COUNTS: Final = ("read", "new", "updated", "unchanged", "stale", "conflict", "quarantined", "mended")

version = sa.Table("alembic_version", metadata, sa.Column("version_num", sa.String(32), primary_key=True))

batch = sa.Table(
    "batch", metadata, _id(generated=True), _stamp("at"), _text("handed_in_by"), _text("program"),
    *(_whole(f"rows_{name}") for name in COUNTS),
)  # fmt: skip

source_file = sa.Table(
    "source_file", metadata, _refers("batch_id", "batch.id", key=True), _whole("file_no", key=True), _text("path"), _text("sha256"),
    sa.Column("size", sa.BigInteger, nullable=False), _stamp("modified", nullable=True), _text("form", nullable=True),
    _text("form_version", nullable=True), _text("desk"), _text("team"), _text("issue_code"), _text("verdict"), _text("code", nullable=True),
    *(_whole(f"rows_{name}") for name in COUNTS),
)  # fmt: skip

record = sa.Table(
    "record", metadata, _id(), _text("form"), _text("form_version"), _text("source_id", nullable=True), _text("record_no"),
    _text("desk"), _text("team"), _text("state"),
    *(sa.Column(name, _SQL_TYPES[type_], nullable=True) for name, type_ in COLUMNS.items()),
    *(_text(name, nullable=True) for name in FIRSTS),
    _text("rest"), _text("filled"), _text("facts"), _text("row_hash"), _whole("seq"), _stamp("modified", nullable=True),
    _refers("first_batch", "batch.id"), _refers("last_batch", "batch.id"), _stamp("created_at"), _stamp("updated_at"),
    sa.UniqueConstraint("form", "record_no"), sa.Index("record_facts", "facts"),
)  # fmt: skip

revision = sa.Table(
    "revision", metadata, _refers("record_id", "record.id", key=True), _whole("seq", key=True), _refers("batch_id", "batch.id"),
    _whole("file_no"), _text("sheet"), _whole("row_no"), _text("changed"), _text("state"), _stamp("resolved_at", nullable=True),
    _text("filled"), _text("row_hash"), _text("content"),
    sa.ForeignKeyConstraint(("batch_id", "file_no"), ("source_file.batch_id", "source_file.file_no")),
    sa.Index("revision_batch", "batch_id"),
)  # fmt: skip

alias = sa.Table(
    "alias", metadata, _text("form", key=True), _text("source_key", key=True), _refers("record_id", "record.id", key=True),
    _refers("batch_id", "batch.id"), sqlite_with_rowid=False,
)  # fmt: skip

quarantine = sa.Table(
    "quarantine", metadata, _id(generated=True), _text("form"), _text("form_version"), _text("kind"), _text("status"), _text("receipt_id"),
    _text("source_id", nullable=True), _text("source_key"), _text("desk"), _text("team"), _refers("record_id", "record.id", nullable=True),
    _refers("batch_id", "batch.id"), _whole("file_no"), _text("sheet"), _whole("row_no"), _stamp("modified", nullable=True),
    _text("content"), _text("issues"), _text("row_hash"), _refers("mended_batch", "batch.id", nullable=True),
    sa.ForeignKeyConstraint(("batch_id", "file_no"), ("source_file.batch_id", "source_file.file_no")),
    sa.Index("quarantine_source_key", "source_key"), sa.Index("quarantine_receipt_id", "receipt_id"),
)  # fmt: skip

# form "" is the ledger's own: its row `record` is also the lock under which every merge runs
number_sequence = sa.Table(
    "number_sequence", metadata, _text("form", key=True), _text("period", key=True), sa.Column("last_number", sa.BigInteger, nullable=False)
)

# types of the fields in `rest`, so that a ledger can be read without the definitions it was filled with
form_field = sa.Table("form_field", metadata, _text("form", key=True), _text("name", key=True), _text("type"))

audit = sa.Table(
    "audit", metadata, _id(), _refers("batch_id", "batch.id", nullable=True), _text("action"), _text("entry"), _text("previous"),
    _text("hash"),
)  # fmt: skip

# what is left of a purged record: a hash of each id that it came with
tombstone = sa.Table("tombstone", metadata, _text("form", key=True), _text("trace", key=True), _stamp("purged_at"))


def create(connection: sa.Connection) -> None:
    """Make an empty ledger inside the caller's transaction."""
    metadata.create_all(connection)
    connection.execute(version.insert().values(version_num=VERSION))
    connection.execute(number_sequence.insert().values(form="", period="record", last_number=0))
