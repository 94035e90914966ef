"""Large ledgers: the records of the samples, ingested by csbook, then copied with other moments, people and texts."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
DAYS, AGENTS, DESKS, CUSTOMERS, TEXTS = 700, 25, 40, 300_000, 400_000
# earlier ≤ later: the nth is put off by up to n times so many minutes more than the copied record's
IN_ORDER = ("raised_at", "accepted_at", "first_response_at", "started_at", "resolved_at", "closed_at", "revisit_at")
SPREAD = 37
AGAIN = 5
SAMPLED = (  # a table, and what identifies a row
    ("record", "id"),
    ("revision", "record_id"),
)


def ledger_of(records: int, folder: Path) -> Path:
    """The ledger of so many records in a folder, made where it is not there: 3,000 records and their spread, some 2 GB a million."""
    path = folder / f"large-{records}.sqlite"
    if path.exists():
        return path
    making, seed = path.with_suffix(".making"), _seed(folder)
    shutil.copy(seed, making)
    with contextlib.closing(sqlite3.connect(making)) as connection, connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-262144")
        (count,) = connection.execute("SELECT max(id) FROM record").fetchone()
        connection.execute("CREATE TEMP TABLE copy (k INTEGER)")
        connection.executemany("INSERT INTO copy VALUES (?)", ((k,) for k in range(1, records // count + 1)))
        for table, identity in SAMPLED:
            names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            own = {identity: f"{identity} + k * {count}", **_other(names, count)}
            copied = ", ".join(own.get(name, f'"{name}"') for name in names)
            within = f"{identity} <= {count} AND {identity} + k * {count} <= {records}"
            connection.execute(f"INSERT INTO {table} SELECT {copied} FROM copy, {table} WHERE {within}")
        _handed_in_again(connection)
        last = max(records, count)  # the samples at least
        connection.execute("UPDATE number_sequence SET last_number = ? WHERE form = '' AND period = 'record'", (last,))
    return making.rename(path)


def _handed_in_again(connection: sqlite3.Connection) -> None:
    """One resolved record in AGAIN was open when it was first handed in; the seals of such records are not made anew."""
    again = f"record_id % {AGAIN} = 0 AND seq = 1 AND state = 'resolved'"
    names = [row[1] for row in connection.execute("PRAGMA table_info(revision)")]
    was = ", ".join({"seq": "1", "state": "'open'", "resolved_at": "NULL"}.get(name, f'"{name}"') for name in names)
    connection.execute(f"UPDATE record SET seq = 2 WHERE id IN (SELECT record_id FROM revision WHERE {again}) AND seq = 1")
    connection.execute(f"UPDATE revision SET seq = 2 WHERE {again} AND record_id IN (SELECT id FROM record WHERE seq = 2)")
    connection.execute(f"INSERT INTO revision SELECT {was} FROM revision WHERE record_id % {AGAIN} = 0 AND seq = 2 AND state = 'resolved'")


def encrypted(plain: Path, key: str) -> Path:
    """The same ledger under a key, beside it."""
    from csbook.ledger.database.encryption import Key
    from csbook.ledger.keeping.rekey import rekey_ledger

    path = plain.with_suffix(".encrypted.sqlite")
    if not path.exists():
        making = shutil.copy(plain, plain.with_suffix(".encrypting"))
        rekey_ledger(making, None, Key(key))
        Path(making).rename(path)
    return path


def _seed(folder: Path) -> Path:
    path = folder / "seed.sqlite"
    if not path.exists():
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        ingest = [sys.executable, "-m", "csbook", "--quiet", "--ledger", str(path), "ingest", str(ROOT / "sample_data")]
        subprocess.run(ingest, cwd=folder, env=environment, check=False, stdout=subprocess.DEVNULL)  # 1: some rows are faulty, on purpose
    return path


def _other(names: list[str], count: int) -> dict[str, str]:
    """What differs in a copy, in SQL."""
    identity = "id" if "id" in names else "record_id"
    n, days = f"({identity} + k * {count})", f"'-' || (k % {DAYS}) || ' days'"
    own = {
        "record_no": "record_no || printf('-%06d', k)",
        "source_id": "source_id || printf('-%06d', k)",
        "agent": f"agent || (k % {AGENTS})",
        "desk": f"desk || '-' || (k % {DESKS})",
        "customer": f"'CUST' || ({n} * 7919 % {CUSTOMERS})",
        "contact_name": f"contact_name || ({n} * 104729 % {CUSTOMERS})",
        "description": f"description || ' 单号' || ({n} * 15485863 % {TEXTS})",
        "due_at": f"datetime(due_at, {days}) || '.000000'",
        "raised_date": f"datetime(raised_date, {days}) || '.000000'",
        "synced_at": f"datetime(synced_at, {days}) || '.000000'",
    }
    for place, stamp in enumerate(IN_ORDER):
        later = f"'+' || ({place} * ({n} * 31 % {SPREAD})) || ' minutes'"
        own[stamp] = f"datetime({stamp}, {days}, {later}) || '.000000'"
    return {name: sql for name, sql in own.items() if name in names}


def main() -> None:
    records, folder = int(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    print(ledger_of(records, folder))


if __name__ == "__main__":
    main()
