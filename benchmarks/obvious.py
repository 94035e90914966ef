"""What a competent analyst writes without csbook: the same figures by pandas.read_sql, business time row by row and groupby.apply.

`python -m benchmarks.obvious LEDGER AS_OF WORKBOOK` prints its tables as JSON, under the names of `csbook analyze --json`, and writes
them and its lists into a workbook. What csbook publishes beyond them – frequent problems, mixes, coverage, data quality, doubts,
hand-ins, the period before, charts, sentences – it leaves out, so that it is spared that work.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.obvious_rows import CLOCKS, DURATIONS, GROUPED, RATED, STAMPS, minutes, read, seen, team

if TYPE_CHECKING:
    import pandas as pd

LISTED, NEWEST = 5_000, 20_000
STAGES = ("pickup", "response", "start", "handling", "close")
OF_LAST = ("resolve", "promise", "revisit")  # the resolution is the last agent's
VERDICTS = ("met", "missed_running", "missed_stopped", "pending")
COUNTS = (
    "n", "withdrawn", "resolved", "left", "left_estimated", "backlog", "overdue", "late", "late_n", "reopened", "one_touch",
    "one_touch_n", "looped", "loop_n", "ratable", "rated",
)  # fmt: skip
SOMETHING = ["n", "resolved", "left", "backlog", "ratable", "overdue"]  # a key without any of them is left out
BANDS = {"h4": 240, "h24": 1440, "d3": 4320, "d7": 10080, "older": float("inf")}


def _raised(group: pd.DataFrame) -> dict[str, Any]:
    found = {"n": len(group), "withdrawn": group["withdrawn"].sum(), "overdue": group["overdue"].sum()}
    return found | {"late": group["late"].sum(), "late_n": group["first_handed_in"].notna().sum()}


def _resolved(group: pd.DataFrame) -> dict[str, Any]:
    looped = group[group["ratable"]]
    return {
        "resolved": len(group), "reopened": (group["reopens"] > 0).sum(), "one_touch_n": group["transferable"].sum(),
        "one_touch": group["one_touch"].sum(), "loop_n": len(looped), "looped": looped["looped"].sum(),
    }  # fmt: skip


def _left(group: pd.DataFrame) -> dict[str, Any]:
    return {"left": len(group), "left_estimated": group["estimated"].sum()}


def _rated(group: pd.DataFrame) -> dict[str, Any]:
    scores = group["satisfaction_score"].dropna()
    return {"ratable": len(group), "rated": len(scores), "satisfaction": scores.mean()}


def _durations(basis: str) -> Callable[[pd.DataFrame], dict[str, Any]]:
    def found(group: pd.DataFrame) -> dict[str, Any]:
        row: dict[str, Any] = {}
        for name in (f"{each}{ending}" for each, (by, *_) in DURATIONS.items() if by == basis for ending in ("", "_business")):
            values = group[name].dropna()
            row |= {f"{name}_n": len(values), f"{name}_mean": values.mean(), f"{name}_p50": values.quantile(0.5)}
            row |= {f"{name}_p{each}": values.quantile(each / 100) if len(values) >= 10 else None for each in (90, 95)}
        return row

    return found


def _judged(*clocks: str) -> Callable[[pd.DataFrame], dict[str, Any]]:
    def found(group: pd.DataFrame) -> dict[str, Any]:
        return {f"{name}_{verdict}": (group[name] == verdict).sum() for name in clocks for verdict in VERDICTS}

    return found


PARTS: tuple[tuple[str, str, Callable[[pd.DataFrame], dict[str, Any]]], ...] = (  # by whose day, whose agent, what
    ("raised", "first", _raised), ("raised", "first", _durations("raised")),
    ("raised", "first", _judged(*(name for name in CLOCKS if name not in OF_LAST))), ("raised", "last", _judged("resolve", "promise")),
    ("resolved", "last", _resolved), ("resolved", "last", _durations("resolved")), ("resolved", "last", _judged("revisit")),
    ("left", "last", _left), ("rated", "last", _rated),
)  # fmt: skip


def _series(group: pd.DataFrame, part: Callable[[pd.DataFrame], dict[str, Any]]) -> pd.Series:
    import pandas as pd

    return pd.Series(part(group), dtype="object")


def table(frame: pd.DataFrame, key: Callable[[pd.DataFrame, str, str], pd.Series | list[pd.Series]]) -> pd.DataFrame:
    """Every measure by key(rows, basis, person), but for the backlog."""
    import pandas as pd

    parts = []
    for basis, person, part in PARTS:
        rows = frame[frame[f"{basis}_day"].notna()]
        parts.append(rows.groupby(key(rows, basis, person), dropna=False).apply(_series, part))
    return pd.concat(parts, axis=1)


def completed(found: pd.DataFrame) -> pd.DataFrame:
    """With 0 for what was not counted, and the rates."""
    counts = [name for name in found.columns.to_list() if name in COUNTS or name.endswith((*(f"_{each}" for each in VERDICTS), "_n"))]
    found[counts] = found[counts].astype("float64").fillna(0)
    found["net_flow"] = found["n"] - found["left"]
    for name in CLOCKS:
        missed = found[f"{name}_missed"] = found[f"{name}_missed_running"] + found[f"{name}_missed_stopped"]
        found[f"{name}_attainment"] = found[f"{name}_met"] / (found[f"{name}_met"] + missed)
    found["loop_rate"], found["response_rate"] = found["looped"] / found["loop_n"], found["rated"] / found["ratable"]
    return found


def by_keys(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables by form, list entry, desk, team and agent."""
    open_ = frame[frame["left_at"].isna()]
    plain = {"form": ["form"], "desk": ["desk"], "team": ["team"], "form_category": ["form", "category"]}
    for name, columns in {**plain, "agent": ["agent"], **{name: [f"{name}_group"] for name in GROUPED}}.items():
        field = "category" if name == "form_category" else name
        rows, waiting = (each[each[f"has_{field}"]] if field in GROUPED else each for each in (frame, open_))

        def key(rows: pd.DataFrame, _basis: str, person: str, name: str = name, columns: list[str] = columns) -> list[pd.Series]:
            return [rows[f"{person}_agent"]] if name == "agent" else [rows[each] for each in columns]

        found = table(rows, key)
        found["backlog"] = waiting.groupby(key(waiting, "", "last"), dropna=False).size()
        found = completed(found)
        found = found[found[SOMETHING].any(axis=1)]
        yield f"by_{name}", found.rename_axis(["form", "category"] if len(columns) > 1 else [name]).reset_index()


def by_time(frame: pd.DataFrame, first: pd.Timestamp, end: pd.Timestamp) -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables by day, week and month."""
    import pandas as pd

    for kind, unit in (("day", "D"), ("week", "W-SUN"), ("month", "M")):
        begins = "day" if kind == "day" else f"{kind}_start"

        def key(rows: pd.DataFrame, basis: str, _person: str, unit: str = unit) -> pd.Series:
            started: pd.Series = rows[f"{basis}_day"].dt.to_period(unit).dt.start_time
            return started

        buckets = pd.period_range(first, end, freq=unit)
        found = table(frame, key).reindex(buckets.start_time)
        ends = [min(each, end) for each in buckets.end_time.normalize()]
        waits = [((frame["raised_day"] <= each) & ~(frame["left_day"] <= each)).sum() for each in ends]
        yield f"by_{kind}", completed(found.assign(backlog=waits)).rename_axis(begins).reset_index()


def whole(frame: pd.DataFrame) -> pd.DataFrame:
    """All measures over all records."""
    found: dict[str, Any] = {"backlog": frame["left_at"].isna().sum()}
    for basis, _, part in PARTS:
        found |= part(frame[frame[f"{basis}_day"].notna()])
    import pandas as pd

    return completed(pd.DataFrame([found]))


def clocks(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Verdicts by clock, and by form and level."""
    import pandas as pd

    rows, levels = [], []
    for name in CLOCKS:
        basis = "resolved" if name == "revisit" else "raised"
        here = frame[frame[f"{basis}_day"].notna()]
        rows.append({"clock": name, **_states(here[name])})
        offered = here[here[f"{name}_limit"].notna()]
        for (form, level), group in offered.groupby(["form", f"{name}_level"], dropna=False):
            levels.append({"clock": name, "form": form, "level": level, **_states(group[name])})
    yield "clocks", pd.DataFrame(rows)
    yield "clocks_by_level", pd.DataFrame(levels)


def _states(verdicts: pd.Series) -> dict[str, Any]:
    counts = {verdict: int((verdicts == verdict).sum()) for verdict in VERDICTS}
    missed = counts["missed_running"] + counts["missed_stopped"]
    judged = counts["met"] + missed
    return {**counts, "missed": missed, "n": judged, "attainment": counts["met"] / judged if judged else None}


def spread(frame: pd.DataFrame, as_of: pd.Timestamp) -> Iterator[tuple[str, pd.DataFrame]]:
    """Stages, ages of open records, weekday and hour, ratings."""
    import numpy as np
    import pandas as pd

    staged = frame[
        frame["measured"] & frame[["accepted_at", "first_response_at", "started_at", "solved_at", "closed_at"]].notna().all(axis=1)
    ]
    ready = staged[["accepted_at", "first_response_at"]].max(axis=1)
    parts = pd.DataFrame({
        "pickup": minutes(staged["raised_at"], staged["accepted_at"]),
        "response": minutes(staged["accepted_at"], staged["first_response_at"]).clip(lower=0),
        "start": minutes(ready, staged["started_at"]).clip(lower=0),
        "handling": minutes(staged["started_at"], staged["solved_at"]),
        "close": minutes(staged["solved_at"], staged["closed_at"]),
    })  # fmt: skip
    rows = []
    for category, group in [(None, parts), *parts.groupby(staged["category_group"])]:
        total = group.sum().sum()
        rows += [
            {"category": category, "stage": name, "n": len(group), "mean": group[name].mean(), "p50": group[name].median(),
             "share": group[name].sum() / total}
            for name in STAGES
        ]  # fmt: skip
    yield "stages", pd.DataFrame(rows)
    waiting = frame[frame["left_at"].isna()]
    bands = pd.cut(minutes(waiting["raised_at"], pd.Series(as_of, waiting.index)), [-np.inf, *BANDS.values()], labels=list(BANDS))
    late = (waiting[list(CLOCKS)] == "missed_running").any(axis=1)
    yield (
        "ageing",
        pd.DataFrame({"n": bands.groupby(bands, observed=False).size(), "overdue": late.groupby(bands, observed=False).sum()})
        .rename_axis("band")
        .reset_index(),
    )
    hours = frame.groupby([frame["raised_at"].dt.day_of_week + 1, frame["raised_at"].dt.hour]).size()
    hours.index.names = ["weekday", "hour"]
    every = pd.MultiIndex.from_product([range(1, 8), range(24)], names=["weekday", "hour"])
    yield "weekday_hour", hours.reindex(every, fill_value=0).rename("n").reset_index()
    yield "satisfaction", _levels(frame)


def _levels(frame: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for field, basis in zip(RATED, ("rated", "resolved"), strict=True):
        rated = frame[frame[f"{basis}_day"].notna() & frame[f"{field}_score"].notna() & ~frame["withdrawn"]]
        for form, group in rated.groupby("form"):
            rows += [
                {"field": field, "form": form, "level": level, "n": len(each), "rated": len(group), "share": len(each) / len(group)}
                for level, each in group.groupby(field)
            ]
    return pd.DataFrame(rows)


def lists(frame: pd.DataFrame, as_of: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """The newest records, open ones by age, and what is overdue by how much."""
    import pandas as pd

    about = [
        "form",
        "record_no",
        "source_id",
        "raised_at",
        "category",
        "priority",
        "channel",
        "department",
        "agent",
        "owner",
        "desk",
        "team",
    ]
    columns = [*about, "state", *STAMPS[1:7], "satisfaction", *(f"{name}{ending}" for name in DURATIONS for ending in ("", "_business"))]
    waiting = frame[frame["left_at"].isna()].assign(age_minutes=lambda rows: minutes(rows["raised_at"], pd.Series(as_of, rows.index)))
    overdue = [
        frame.loc[frame[name].isin(["missed_running", "missed_stopped"]), [*about, f"{name}_over"]]
        .assign(clock=name)
        .rename(columns={f"{name}_over": "over_minutes"})
        for name in CLOCKS
    ]
    return {
        "records": frame.sort_values("raised_at", ascending=False)[[*columns, *CLOCKS, "description"]].head(NEWEST),
        "open": waiting.sort_values("age_minutes", ascending=False)[[*about, "age_minutes"]].head(LISTED),
        "overdue": pd.concat(overdue).sort_values("over_minutes", ascending=False).head(LISTED),
    }


def figures(ledger: Path, as_of: dt.datetime) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Tables and lists."""
    import pandas as pd

    moment, of = pd.Timestamp(as_of), team()
    frame = seen(*read(ledger, moment), moment, of)
    tables = {"overview": whole(frame), **dict(by_keys(frame))}
    tables |= by_time(frame, frame["raised_day"].min(), moment.normalize())
    tables |= clocks(frame)
    tables |= spread(frame, moment)
    return tables, lists(frame, moment)


def main() -> None:
    import pandas as pd

    ledger, as_of, workbook = sys.argv[1:]
    tables, listed = figures(Path(ledger), dt.datetime.fromisoformat(as_of))
    with pd.ExcelWriter(workbook) as book:
        for name, found in {**tables, **listed}.items():
            found.to_excel(book, sheet_name=name, index=False)
    print(
        json.dumps(
            {name: json.loads(found.to_json(orient="records", double_precision=15, date_format="iso")) for name, found in tables.items()}
        )
    )


if __name__ == "__main__":
    main()
