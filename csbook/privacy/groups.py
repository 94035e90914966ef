"""Groups: tables of figures without groups so small that they speak of single people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# the key of the group in which small ones are merged; the analysis has a word for it
REST = "_rest"
# tables whose groups can be added up, by how their names begin; of others small groups go
ADDED = ("by_", "hand_in")
TIMES = frozenset({"by_day", "by_week", "by_month"})
# what a statistic rests on, by how its name ends: columns of the same beginning, added up
RESTS = {**dict.fromkeys(("_mean", "_p50", "_p90", "_p95"), ("_n",)), "_attainment": ("_met", "_missed")}
# statistics of the period before, and comparisons with it: whose counts they rest on
PERIODS: dict[str, tuple[str, ...]] = {"_before": ("_before",), "_change": ("", "_before")}
ALONE = {
    **dict.fromkeys(("attainment", "mean", "p50", "p90", "p95", "rho", "p"), "n"),
    "satisfaction": "rated",
    "response_rate": "ratable",
    "loop_rate": "loop_n",
    "share": "n",
}


def merged(name: str, frame: pd.DataFrame, least: int) -> pd.DataFrame:
    """The table `name` of csbook.metrics with no group of 1 to `least` - 1 records (column `n`), and no statistic of so few.

    Small groups become one, `REST`, together with the next larger one where they are too few still; its statistics are missing.
    """
    if least < 2 or "n" not in frame:
        return frame
    if name == "overview":
        return _without_few(frame, least)  # the whole period is no group of others; its statistics are hidden all the same
    small = frame["n"].between(1, least - 1)
    if small.any() and name.startswith(ADDED) and name not in TIMES:
        frame = _added(frame, small, least)
    else:
        frame = frame[~small].reset_index(drop=True)
    return _without_few(frame, least)


def _added(frame: pd.DataFrame, small: pd.Series[bool], least: int) -> pd.DataFrame:
    """The large groups, then the small ones as one."""
    import pandas as pd

    if frame.loc[small, "n"].sum() < least and (~small & (frame["n"] > 0)).any():
        small = small | (frame.index == frame.loc[frame["n"] >= least, "n"].idxmin())
    parts, rest = frame[small], frame[~small]
    if parts["n"].sum() < least:
        return rest.reset_index(drop=True)
    keys = [column for column in frame.columns if isinstance(frame[column].dtype, pd.StringDtype)]
    counted = [column for column in frame.columns if pd.api.types.is_integer_dtype(frame[column].dtype)]
    row = {**dict.fromkeys(keys, REST), **{column: parts[column].sum() for column in counted}}
    added = pd.DataFrame([row]).reindex(columns=frame.columns).astype(frame.dtypes.to_dict())
    return pd.concat([rest, added], ignore_index=True)


def _without_few(frame: pd.DataFrame, least: int) -> pd.DataFrame:
    """Statistics over fewer than `least` values are missing."""
    frame = frame.copy()
    for column in frame.columns:
        for bases in _bases(str(column)):
            if all(base in frame for base in bases):
                frame[column] = frame[column].mask(frame[bases].sum(axis=1) < least)
    return frame


def _bases(column: str) -> list[list[str]]:
    """The counts that a statistic rests on; those of the period before where it is of that, of both where it compares them."""
    tail = next((each for each in PERIODS if column.endswith(each)), "")
    name = column.removesuffix(tail)
    ending = next((each for each in RESTS if name.endswith(each)), "")
    start = name.removesuffix(ending)
    found = [start + each for each in RESTS[ending]] if ending else [ALONE[name]] if name in ALONE else []
    return [[base + period for base in found] for period in PERIODS.get(tail, ("",)) if found]
