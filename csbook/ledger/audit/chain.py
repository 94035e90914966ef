"""Chain: the entries of the audit, each hashed over the one before, so that an edited, moved or cut entry shows."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from csbook.ledger.database.schema import audit
from csbook.ledger.database.values import digest, dumps

START = "0" * 32


def append(connection: sa.Connection, action: str, batch_id: int | None, entry: dict[str, Any]) -> None:
    """Write one entry at the chain's end. The caller holds the lock of the merge."""
    last = connection.execute(sa.select(audit.c.id, audit.c.hash).order_by(audit.c.id.desc()).limit(1)).first()
    number, previous = (last.id + 1, last.hash) if last else (1, START)
    text = dumps(entry)
    chained = digest(previous, action, text)
    connection.execute(audit.insert().values(id=number, batch_id=batch_id, action=action, entry=text, previous=previous, hash=chained))
