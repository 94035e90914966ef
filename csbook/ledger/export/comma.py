"""Comma: records as CSV that Excel opens in the right encoding and that starts no formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from csbook.ledger.export.columns import Column
from csbook.workbook import replacing

BOM = b"\xef\xbb\xbf"
# OWASP, CSV injection: a cell that begins so may run as a formula; an apostrophe before it makes it text, and apostrophes that stood
# there already get one more, so that each text can be told from every other
BEGINS = r"^'*[=+\-@\t\r\n]"


def write(path: Path, batches: Iterator[pa.Table], columns: Sequence[Column], lang: str) -> int:
    """UTF-8 with BOM, a header of labels, one line a record; returns the records."""
    schema = pa.schema([(each.label, pa.string()) for each in columns])
    count = 0
    with replacing(path, lang, private=True) as temporary, temporary.open("wb") as file:
        file.write(BOM)
        with pyarrow.csv.CSVWriter(file, schema) as writer:
            for table in batches:
                writer.write_table(pa.table([harmless(each.texts(table)) for each in columns], schema=schema))
                count += table.num_rows
    return count


def harmless(texts: pa.Array) -> pa.Array:
    """Texts that no spreadsheet program takes for a formula."""
    risky = pc.match_substring_regex(texts, BEGINS)
    return pc.if_else(risky, pc.binary_join_element_wise("'", texts, ""), texts)
