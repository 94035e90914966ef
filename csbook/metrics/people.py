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
    (edge rule 7)."""
    agents = mapped(records["agent"], _folded_all(records["agent"], simplified), pa.string())
    count, last = pa.nulls(len(records), pa.int64()), agents
    if transfers is not None and pa.types.is_integer(transfers.type):
        count = transfers.cast(pa.int64())
    elif transfers is not None and not pa.types.is_null(transfers.type):
        texts = transfers.cast(pa.string())
        targets = {text: TRANSFER.findall(text) for text in _distinct(texts)}
        count = mapped(texts, {text: len(names) for text, names in targets.items()}, pa.int64())
        last = pc.coalesce(
            mapped(texts, {text: folded(names[-1], simplified) if names else None for text, names in targets.items()}, pa.string()), agents
        )
    return records.append_column("transfers", count).append_column("first_agent", agents).append_column("last_agent", last)


def _folded_all(column: pa.ChunkedArray, simplified: Mapping[int, int]) -> dict[str, str | None]:
    return {name: folded(name, simplified) or None for name in _distinct(column)}


def _distinct(column: pa.ChunkedArray) -> list[str]:
    return [text for text in pc.unique(column).to_pylist() if text is not None]
