"""Each: what is true of the texts of a column, where each text is looked at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

NEVER = "[^\\x00-\\x{10FFFF}]"  # a pattern that no text matches


def each(values: pd.Series[str], true: Callable[[pa.Array], pa.Array], *, blank: bool) -> pd.Series[bool]:
    """Per value: is it true? `true` is given distinct texts; where nothing stands, `blank` is the answer."""
    import pandas as pd
    import pyarrow as pa  # here: whoever only knows the forms needs no columns
    import pyarrow.compute as pc

    texts = pa.array(values, pa.string(), from_pandas=True).dictionary_encode()
    encoded = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    known = pc.fill_null(true(encoded.dictionary).take(encoded.indices), fill_value=blank)
    return pd.Series(known.to_numpy(zero_copy_only=False), index=values.index)


def holding(parts: Iterable[str], endings: Iterable[str] = ()) -> str:
    """A pattern for a text that holds one of `parts` or ends in one of `endings`."""
    return "|".join((*map(re.escape, parts), *(re.escape(ending) + "$" for ending in endings))) or NEVER
