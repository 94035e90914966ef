"""Bands: figures as outsiders see them, all of them made of counts that are rounded down, so that nothing small can be reckoned."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import pandas as pd

Counts = TypeVar("Counts", "pd.Series", "pd.DataFrame")

# whole numbers that count no records
PLAIN = frozenset({"weekday", "hour", "newest", "rounded_to"})
# what a share is of: column -> part and whole; of `share` the first pair whose columns are there
RATES = {"response_rate": ("rated", "ratable"), "loop_rate": ("looped", "loop_n")}
SHARES = (("over", "n"), ("n", "of"), ("n", "rated"))
DURATIONS = ("mean", "p50", "p90", "p95")
# columns that are no figures of records, and columns that are told coarsely: digits behind the point
CONSTANTS = frozenset({"limit_minutes", "due_soon_minutes", "target", "score"})
COARSE = {"share": 2, "rho": 1, "p": 2}
BEFORE, CHANGE = "_before", "_change"


@dataclass(frozen=True, kw_only=True)
class Bands:
    """How coarsely figures are told (validations/privacy.toml, `[bands]`), where counts up to `few` look all the same.

    share_of: a share is told over at least so many times `few`, for over fewer it would mislead. minutes_from: durations below so many
    minutes are told in parts of a minute, `parts` of them, longer ones in whole minutes: either fits every count of a band.
    """

    share_of: int
    minutes_from: int
    parts: int
    few: int = 0

    @property
    def least(self) -> int:
        """Records that a share needs."""
        return self.share_of * self.few


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


def banded(frame: pd.DataFrame, bands: Bands) -> pd.DataFrame:
    """A table of figures made of bands: counts, shares and scores reckoned from them, durations rounded and only of more
    than `few`.

    What is none of these is missing, so that a new column shows nothing before somebody has thought about it.
    """
    import pandas as pd

    plain = [str(name) for name, dtype in frame.dtypes.items() if not pd.api.types.is_float_dtype(dtype) or name in CONSTANTS]
    counts = band(frame[counted(frame)], bands.few)
    done = dict(frame[plain].items()) | dict(counts.items())
    for tail in (BEFORE, ""):
        if f"net_flow{tail}" in frame:
            done[f"net_flow{tail}"] = counts[f"n{tail}"] - counts[f"left{tail}"]
        done |= _durations(frame, counts, tail, bands)
        done |= {name + tail: shown for name, shown in _shares(frame, counts, bands, tail)}
    done |= {name: _change(done, name.removesuffix(CHANGE), bands) for name in map(str, frame) if name.endswith(CHANGE)}
    missing = pd.Series(float("nan"), index=frame.index)
    return pd.DataFrame({name: done.get(str(name), missing) for name in frame}, index=frame.index)


def _durations(frame: pd.DataFrame, counts: pd.DataFrame, tail: str, bands: Bands) -> dict[Hashable, pd.Series]:
    """Means and percentiles where there are enough values, rounded."""
    bases = {}
    for name in (str(each) for each in frame if str(each).removesuffix(tail).endswith(DURATIONS)):
        base = f"{name.removesuffix(tail).rpartition('_')[0]}_n{tail}".lstrip("_")
        if base in counts:
            bases[name] = base
    values, enough = frame[list(bases)], counts[list(bases.values())].to_numpy() > 0
    short = ((values * bands.parts).round() / bands.parts).round(1)
    return dict(values.round().where(values >= bands.minutes_from, short).where(enough).items())


def _shares(frame: pd.DataFrame, counts: pd.DataFrame, bands: Bands, tail: str) -> Iterator[tuple[str, pd.Series]]:
    """Shares, scores and correlations, by name without the tail."""
    for name in (str(each).removesuffix(tail) for each in frame if str(each).endswith(tail)):
        start = name.removesuffix("attainment")
        if start != name:
            yield name, _share(counts[f"{start}met{tail}"], counts[f"{start}missed{tail}"], bands)
        elif name == "satisfaction" and f"rated{tail}" in frame:
            scores = frame[name + tail].fillna(0) * frame[f"rated{tail}"]
            rest = frame[f"rated{tail}"] - scores
            yield name, _share(band(scores, bands.few), band(rest, bands.few), bands)
        elif (pair := _pair(frame, name, tail)) is not None:
            part, whole = pair
            yield name, _share(counts[part], band(frame[whole] - frame[part], bands.few), bands)
        elif name in COARSE and f"n{tail}" in counts:
            yield name, frame[name + tail].round(COARSE[name]).where(counts[f"n{tail}"] > 0)


def _pair(frame: pd.DataFrame, name: str, tail: str) -> tuple[str, str] | None:
    """Part and whole of a share."""
    known = SHARES if name == "share" else (RATES[name],) if name in RATES else ()
    return next(((part + tail, whole + tail) for part, whole in known if part + tail in frame and whole + tail in frame), None)


def _share(part: pd.Series, rest: pd.Series, bands: Bands) -> pd.Series:
    """The share of one band beside another as their middles give it, in whole percent: neither none nor all is ever claimed."""
    middle = bands.few // 2
    share = (part + middle) / (part + rest + 2 * middle)
    return share.where(part + rest >= bands.least).astype("float64").round(2)


def _change(done: Mapping[Hashable, pd.Series], name: str, bands: Bands) -> pd.Series:
    """From what is told of both periods: in points for shares and scores, else relative."""
    now, before = (done[each].astype("float64") for each in (name, name + BEFORE))
    if name.endswith("attainment") or name in RATES or name == "satisfaction":
        return (now - before).round(2)
    least = 0 if name.endswith(DURATIONS) else bands.least - 1
    return ((now - before) / before.where(before > least)).round(2)
