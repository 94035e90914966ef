"""Bands: figures as outsiders see them, all of them made of counts that are rounded down, so that nothing small can be reckoned."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import pandas as pd

Counts = TypeVar("Counts", "pd.Series", "pd.DataFrame")

# whole numbers that count no records
PLAIN = frozenset({"weekday", "hour", "newest", "rounded_to"})
# a share over fewer than this many bands would mislead
BASE = 4
# what a share is of: column -> part and whole; of `share` the first pair whose columns are there
RATES = {"response_rate": ("rated", "ratable"), "loop_rate": ("looped", "loop_n")}
SHARES = (("over", "n"), ("n", "of"), ("n", "rated"))
DURATIONS = ("mean", "p50", "p90", "p95")
# below `SHORT` minutes a duration is told in fifths, else in whole minutes: either fits every count of a band
SHORT, FINE = 10, 5
# columns that are no figures of records, and columns that are told coarsely: digits behind the point
CONSTANTS = frozenset({"limit_minutes", "due_soon_minutes", "target", "score"})
COARSE = {"share": 2, "rho": 1, "p": 2}
BEFORE, CHANGE = "_before", "_change"


def band(values: Counts, few: int) -> Counts:
    """0 up to `few`, else the next lower multiple: with 5, counts to 5 become 0, 6 to 9 become 5, 40 to 44 become 40.

    The lowest band has one count more than the others: with 0 to 4, five parts of a total whose bounds just meet would all be 4.
    """
    return values.mask(values <= few, 0) // few * few


def counted(frame: pd.DataFrame) -> list[str]:
    """The columns that count: whole numbers, and the same of the period before."""
    import pandas as pd

    names = [str(name) for name, dtype in frame.dtypes.items() if pd.api.types.is_integer_dtype(dtype) and name not in PLAIN]
    return list(dict.fromkeys([*names, *(name + BEFORE for name in names if name + BEFORE in frame)]))


def banded(frame: pd.DataFrame, few: int) -> pd.DataFrame:
    """A table of figures made of bands: counts, shares and scores reckoned from them, durations rounded and only of more than `few`.

    What is none of these is missing, so that a new column shows nothing before somebody has thought about it.
    """
    import pandas as pd

    plain = [str(name) for name, dtype in frame.dtypes.items() if not pd.api.types.is_float_dtype(dtype) or name in CONSTANTS]
    counts = band(frame[counted(frame)], few)
    done = dict(frame[plain].items()) | dict(counts.items())
    for tail in (BEFORE, ""):
        if f"net_flow{tail}" in frame:
            done[f"net_flow{tail}"] = counts[f"n{tail}"] - counts[f"left{tail}"]
        done |= _durations(frame, counts, tail)
        done |= {name + tail: shown for name, shown in _shares(frame, counts, few, tail)}
    done |= {name: _change(done, name.removesuffix(CHANGE), few) for name in map(str, frame) if name.endswith(CHANGE)}
    missing = pd.Series(float("nan"), index=frame.index)
    return pd.DataFrame({name: done.get(str(name), missing) for name in frame}, index=frame.index)


def _durations(frame: pd.DataFrame, counts: pd.DataFrame, tail: str) -> dict[Hashable, pd.Series]:
    """Means and percentiles where there are enough values, rounded."""
    bases = {}
    for name in (str(each) for each in frame if str(each).removesuffix(tail).endswith(DURATIONS)):
        base = f"{name.removesuffix(tail).rpartition('_')[0]}_n{tail}".lstrip("_")
        if base in counts:
            bases[name] = base
    values, enough = frame[list(bases)], counts[list(bases.values())].to_numpy() > 0
    short = ((values * FINE).round() / FINE).round(1)
    return dict(values.round().where(values >= SHORT, short).where(enough).items())


def _shares(frame: pd.DataFrame, counts: pd.DataFrame, few: int, tail: str) -> Iterator[tuple[str, pd.Series]]:
    """Shares, scores and correlations, by name without the tail."""
    for name in (str(each).removesuffix(tail) for each in frame if str(each).endswith(tail)):
        start = name.removesuffix("attainment")
        if start != name:
            yield name, _share(counts[f"{start}met{tail}"], counts[f"{start}missed{tail}"], few)
        elif name == "satisfaction" and f"rated{tail}" in frame:
            scores = frame[name + tail].fillna(0) * frame[f"rated{tail}"]
            yield name, _share(band(scores, few), band(frame[f"rated{tail}"] - scores, few), few)
        elif (pair := _pair(frame, name, tail)) is not None:
            part, whole = pair
            yield name, _share(counts[part], band(frame[whole] - frame[part], few), few)
        elif name in COARSE and f"n{tail}" in counts:
            yield name, frame[name + tail].round(COARSE[name]).where(counts[f"n{tail}"] > 0)


def _pair(frame: pd.DataFrame, name: str, tail: str) -> tuple[str, str] | None:
    """Part and whole of a share."""
    known = SHARES if name == "share" else (RATES[name],) if name in RATES else ()
    return next(((part + tail, whole + tail) for part, whole in known if part + tail in frame and whole + tail in frame), None)


def _share(part: pd.Series, rest: pd.Series, few: int) -> pd.Series:
    """The share of one band beside another as their middles give it, in whole percent: neither none nor all is ever claimed."""
    middle = few // 2
    share = (part + middle) / (part + rest + 2 * middle)
    return share.where(part + rest >= BASE * few).astype("float64").round(2)


def _change(done: Mapping[Hashable, pd.Series], name: str, few: int) -> pd.Series:
    """From what is told of both periods: in points for shares and scores, else relative."""
    now, before = (done[each].astype("float64") for each in (name, name + BEFORE))
    if name.endswith("attainment") or name in RATES or name == "satisfaction":
        return (now - before).round(2)
    least = 0 if name.endswith(DURATIONS) else BASE * few - 1
    return ((now - before) / before.where(before > least)).round(2)
