"""Groups: tables of figures without groups so small that they speak of single people, their figures in bands."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from csbook.privacy.bands import Bands, banded

if TYPE_CHECKING:
    import pandas as pd

# the key of the group in which small ones are merged; the analysis has a word for it
REST = "_rest"
# tables whose groups can be added up, by how their names begin
ADDED = ("by_", "hand_in")
TIMES = frozenset({"by_day", "by_week", "by_month"})
# tables that have every line, whether or not anything was counted: a small count stands there as none does
WHOLE = TIMES | {"overview", "clocks", "clocks_by_level", "stages", "ageing", "weekday_hour", "satisfaction_speed"}
# a line a record
RECORD = "source_id"


def few_only(name: str, frame: pd.DataFrame, bands: Bands) -> pd.DataFrame:
    """The table `name` of csbook.metrics without groups of at most `bands.few` records (column `n`), every figure banded.

    Small groups become one, `REST`, together with the next larger one where they are too few still; groups that cannot be added up
    go, and so does every line that is about one record.
    """
    few = bands.few
    if RECORD in frame:
        return frame.head(0)
    if name == "scope":
        frame = frame.assign(rounded_to=few)
    if "n" in frame and name not in WHOLE:
        small = frame["n"] <= few
        frame = _added(frame, small, few) if name.startswith(ADDED) and small.any() else frame[~small].reset_index(drop=True)
    return banded(frame, bands)


def _added(frame: pd.DataFrame, small: pd.Series[bool], few: int) -> pd.DataFrame:
    """The large groups, then the small ones as one."""
    import pandas as pd

    if 0 < frame.loc[small, "n"].sum() <= few and not small.all():
        small = small | (frame.index == frame.loc[~small, "n"].idxmin())
    parts, rest = frame[small], frame[~small]
    if parts["n"].sum() <= few:
        return rest.reset_index(drop=True)
    row: dict[Hashable, object] = {column: REST for column in frame if isinstance(frame[column].dtype, pd.StringDtype)}
    row |= {column: parts[column].sum() for column in frame if pd.api.types.is_integer_dtype(frame[column].dtype)}
    row |= {column: False for column in frame if pd.api.types.is_bool_dtype(frame[column].dtype)}
    added = pd.DataFrame([row]).reindex(columns=frame.columns).astype(frame.dtypes.to_dict())
    return pd.concat([rest, added], ignore_index=True)
