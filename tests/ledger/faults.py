"""What a ledger holds, row for row, and what must be true of it after a fault."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

Content = dict[str, list[tuple[Any, ...]]]


def content(path: Path) -> Content:
    """Every row of every table; of a file that is not there, nothing. A journal left behind is played back, as by whoever opens it next."""
    if not path.exists() or not path.stat().st_size:
        return {}
    with contextlib.closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr) for name in tables}
