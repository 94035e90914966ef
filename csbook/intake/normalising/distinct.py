"""Distinct: the texts of a table's cells, each once, and which of them stands where: a column repeats itself, and so does a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class Column:
    """One column: its texts (str, each once, none missing) and per row the place of one, -1 where nothing stands."""

    texts: pd.Series
    places: npt.NDArray[np.int64]

    def spread(self, values: pd.Series) -> pd.Series:
        """One value for each text put on the rows: missing where nothing stands, False where they are flags."""
        if values.dtype == bool:
            return pd.Series(np.append(values.to_numpy(), False)[self.places])
        return pd.Series(values.array.take(self.places, allow_fill=True))


@dataclass(frozen=True)
class Distinct:
    """Several columns of one length: `texts` (missing where a text became nothing), and per column the place of each cell's text."""

    texts: pa.Array
    places: Mapping[str, pa.Array]

    @classmethod
    def of(cls, cells: pa.Table, names: Sequence[str]) -> Distinct:
        """These columns; one that is not there is blank."""
        there = [name for name in names if name in cells.column_names]
        stacked = pa.chunked_array([chunk for name in there for chunk in cells.column(name).chunks], pa.string()).dictionary_encode()
        encoded = stacked.combine_chunks() if stacked.num_chunks else pa.array([], pa.dictionary(pa.int32(), pa.string()))
        blank = pa.nulls(cells.num_rows, pa.int32())
        places = {name: encoded.indices.slice(at * cells.num_rows, cells.num_rows) for at, name in enumerate(there)}
        # as pandas has them, so that a column is not copied once more
        return cls(encoded.dictionary.cast(pa.large_string()), {name: places.get(name, blank) for name in names})

    def changed(self, change: Callable[[pd.Series], pd.Series]) -> Distinct:
        """Every text changed."""
        return replace(self, texts=pa.array(change(pd.Series(self.texts, dtype="str")), pa.large_string(), from_pandas=True))

    def column(self, name: str) -> pd.Series:
        """A column (str), missing where nothing stands."""
        return pd.Series(self.texts.take(self.places[name]), dtype="str")

    def where(self, name: str, flags: pa.Array) -> pa.Array:
        """Which cells of a column hold a text that is flagged, missing where nothing stands; `flags`: one for each of `texts`."""
        return flags.take(self.places[name])

    def apart(self, name: str) -> Column:
        """A column on its own."""
        places = np.asarray(pc.fill_null(self.places[name], -1))
        used = np.zeros(len(self.texts) + 1, bool)
        used[places] = True
        used[:-1] &= np.asarray(pc.is_valid(self.texts))
        used[-1] = False
        own = np.where(used, np.cumsum(used) - 1, -1)[places]
        return Column(pd.Series(self.texts.filter(pa.array(used[:-1])), dtype="str"), own)
