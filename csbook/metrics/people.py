"""People: names as they are compared, and what a record's transfers say about who had it last."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from csbook.metrics.engine import mapped

# one transfer a line: to whom / when / why (FORMS.md, response)
TRANSFER = re.compile(r"^\s*([^/／\n]+?)\s*[/／][^/／\n]+[/／]", re.MULTILINE)
UNSEEN = re.compile(r"[*\s]+")


def folded(name: str, simplified: Mapping[int, int]) -> str:
    """A name after NFKC, without `*` and blanks, in simplified characters (METRICS.md, edge rule 13)."""
    return UNSEEN.sub("", unicodedata.normalize("NFKC", name)).translate(simplified)


def with_people(records: pa.Table, transfers: pa.ChunkedArray | None, simplified: Mapping[int, int]) -> pa.Table:
    """Adds `transfers` (a count), `first_agent` and `last_agent`: the response is the first one's, the resolution the last one's
    (edge rule 7). Spellings of one name are shown as the commonest of them."""
    texts, count = _transfers(transfers, len(records))
    targets = {text: TRANSFER.findall(text) for text in _distinct(texts)}
    last = pc.coalesce(mapped(texts, {text: (names or [None])[-1] for text, names in targets.items()}, pa.string()), records["agent"])
    if count is None:
        count = mapped(texts, {text: len(names) for text, names in targets.items()}, pa.int64())
    shown = _shown(pa.chunked_array([*records["agent"].chunks, *last.chunks], pa.string()), simplified)
    found = {
        "transfers": count,
        "first_agent": mapped(records["agent"], shown, pa.string()),
        "last_agent": mapped(last, shown, pa.string()),
    }
    for name, column in found.items():
        records = records.append_column(name, column)
    return records


def alike(records: pa.Table, name: str, simplified: Mapping[int, int]) -> list[str]:
    """The agents of the records whose name is the same as `name`."""
    wanted = folded(name, simplified)
    shown = {*_distinct(records["first_agent"]), *_distinct(records["last_agent"])}
    return sorted(each for each in shown if folded(each, simplified) == wanted)


def one_spelling(names: pa.ChunkedArray, simplified: Mapping[int, int]) -> pa.ChunkedArray:
    """The names, each in the commonest spelling of its person."""
    return mapped(names, _shown(names, simplified), pa.string())


def _transfers(column: pa.ChunkedArray | None, length: int) -> tuple[pa.ChunkedArray, pa.ChunkedArray | None]:
    """The texts, and the count where the ledger holds no text but a number."""
    nothing = pa.chunked_array([pa.nulls(length, pa.string())])
    if column is not None and pa.types.is_integer(column.type):
        return nothing, column.cast(pa.int64())
    return (nothing if column is None else column.cast(pa.string())), None


def _shown(names: pa.ChunkedArray, simplified: Mapping[int, int]) -> dict[str, str | None]:
    """Spelling → the commonest spelling of the same name; of equally common ones the shortest, then the first."""
    counts = {each["values"]: each["counts"] for each in pc.value_counts(names.drop_null()).to_pylist()}
    best: dict[str, str] = {}
    for name in sorted(counts, key=lambda name: (-counts[name], len(name), name)):
        best.setdefault(folded(name, simplified), name)
    return {name: best[folded(name, simplified)] or None for name in counts}


def _distinct(column: pa.ChunkedArray) -> list[str]:
    return [text for text in pc.unique(column).to_pylist() if text is not None]
