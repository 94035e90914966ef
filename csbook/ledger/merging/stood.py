"""Stood: rows without ids where a faulty one stood in their workbook: somebody mended it there, and no key leads from one to the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import sqlalchemy as sa

from csbook.ledger.batch import QUARANTINED
from csbook.ledger.database.schema import UNNAMED, quarantine, source_file
from csbook.ledger.database.store import any_of, begins, rows_in
from csbook.ledger.merging.encounters import Encounters
from csbook.ledger.merging.handed import Handed
from csbook.rows import SourceFile

PLACE = ["path", "sheet", "row"]


def stood(
    connection: sa.Connection, form: str, lines: pd.DataFrame, met: Encounters, handed: Sequence[Handed], files: Sequence[SourceFile]
) -> pd.DataFrame:
    """`place`: of a line without an id whose key leads nowhere; `entry`, `waits`: the open entry that stood there, and its key.

    An entry whose row is still in the workbook only moved; where two rows stood in one place, on different days, the later one counts.
    """
    led = met.keys.among(met.records["key"]) | met.keys.among(met.entries["key"])
    unnamed = (lines["source_id"].isna() & (lines["copy"] == 0)).to_numpy(bool) & ~led
    if not unnamed.any() or not any_of(connection, quarantine, form):
        return pd.DataFrame({"place": np.empty(0, "int64"), "entry": np.empty(0, "int64"), "waits": []})
    here = lines.loc[unnamed, ["source", "block", "file", "row"]].reset_index(names="place")
    paths = [str(file.path) for file in files]
    sheets = [[block.sheet for block in each.rows.blocks] for each in handed]
    here["path"] = [paths[file] for file in here["file"].tolist()]
    here["sheet"] = [sheets[source][block] for source, block in zip(here["source"].tolist(), here["block"].tolist(), strict=True)]
    names = [quarantine.c.id, source_file.c.path, quarantine.c.sheet, quarantine.c.row_no, quarantine.c.source_key]
    query = (
        sa.select(*names)
        .join_from(quarantine, source_file, sa.and_(*(quarantine.c[name] == source_file.c[name] for name in ("batch_id", "file_no"))))
        .where(quarantine.c.form == form, quarantine.c.kind == QUARANTINED, quarantine.c.status == "open")
        .where(begins(connection, quarantine.c.source_key, UNNAMED))
    )
    kept = sorted(rows_in(connection, query, source_file.c.path, here["path"]))
    entries = pd.DataFrame(kept, columns=["entry", *PLACE, "waits"]).drop_duplicates(PLACE, keep="last")
    found = here.merge(entries, on=PLACE)
    held = set(zip(lines["file"].tolist(), lines["key"].tolist(), strict=True)) if len(found) else set()
    moved = [pair in held for pair in zip(found["file"].tolist(), found["waits"].tolist(), strict=True)]
    return found.loc[~np.array(moved, bool), ["place", "entry", "waits"]]
