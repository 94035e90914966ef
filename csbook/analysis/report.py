"""Report: the tables of csbook.metrics with words on them, from which sheets cut their blocks."""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from csbook.analysis.block import GROUP, GROUPED, Below, Column, Look, Table
from csbook.analysis.words import DIMENSIONS, Words
from csbook.privacy.bands import PLAIN
from csbook.privacy.roles import UNTOUCHED

STATISTICS = ("n", "mean", "p50", "p90", "p95")
VERDICTS = ("n", "met", "missed", "missed_running", "missed_stopped", "pending", "attainment")
# columns that hold minutes, shares and scores without saying so in their ending
MINUTES = frozenset(
    {"mean", "p50", "p90", "p95", "over_minutes", "age_minutes", "limit_minutes", "due_soon_minutes", "waiting_minutes", "worst"}
)
# waits that reach from minutes to months: days for Excel, shown as hours or days
SPANS = frozenset({"over_minutes", "age_minutes", "waiting_minutes"})
SPANNED = "worst", "contact_by_department"
SHARES = frozenset({"share", "share_before", "attainment", "response_rate", "loop_rate", "target"})
SCORES = frozenset({"score", "satisfaction", "rho"})
DAY = 24 * 60
DAYS = frozenset({"day", "week_start", "month_start", "bucket_start", "block_from"})
# characters after which the texts of a list of records go on in the next line, so that it fits on a page
WIDEST = {"form": 14, "description": 36, **dict.fromkeys(("category", "department", "agent", "owner", "clock", "next_clock"), 13)}
WIDE = 46
# tables where a missing key of this column stands for all
WHOLE = {"stages": "category", "satisfaction_speed": "form", "escalations": "level"}
# beginnings of tables by keys of their own columns, where a missing key is a blank cell of the form
BY = ("by_", "mix_by_", "contact_by_")


@dataclass(frozen=True)
class Report:
    """Figures (table name -> frame, see csbook.metrics.figures), the words for them, and the versions of the forms now in use."""

    figures: Mapping[str, pd.DataFrame]
    words: Words
    versions: Mapping[str, str] = field(default_factory=dict)
    # (field, form, key) -> the group of the entry, one without its own; a key that is missing is a cell that may stay blank
    groups: Mapping[tuple[str, str, str | None], str | None] = field(default_factory=dict)

    @functools.cached_property
    def scope(self) -> pd.Series:
        """What was counted: as_of, start, end, records …"""
        return self.figures["scope"].iloc[0]

    @functools.cached_property
    def begun(self) -> pd.Timestamp | None:
        """The day of the first record where it lies within the period before: counts of the two cannot be compared."""
        first = self.scope["first_day"]
        return first if self.scope["before_start"] < first <= self.scope["before_end"] else None

    def chosen(self) -> list[str]:
        """What the figures were narrowed to: forms, the agent, desk or team."""
        scope = self.scope
        forms = scope["only_forms"].split(",") if isinstance(scope["only_forms"], str) else []
        named = [str(scope[each]) for each in ("agent", "desk", "team") if isinstance(scope[each], str)]
        return [*(self.words.label("form", each) for each in forms), *named]

    @functools.cached_property
    def overview(self) -> pd.Series:
        """The measures of the whole period, with `_before` and `_change`."""
        return self.figures["overview"].iloc[0]

    @functools.cached_property
    def shared(self) -> frozenset[str]:
        """What stands beside the digits of the numbers of several forms, which are unique within a form only."""
        lists = [self.figures[name] for name in ("records", "open") if "record_no" in self.figures[name]]
        told = [each[["form", "record_no"]].dropna() for each in lists]
        found = {(form, _beside(number)) for each in told for form, number in each.drop_duplicates("form").itertuples(index=False)}
        return frozenset(beside for beside, n in Counter(beside for _, beside in found).items() if n > 1)

    def number(self, form: object, number: object) -> str:
        """A record's number as a sentence says it, led by its form (`Hotline 20231001001`) where those of another form look alike."""
        return f"{self.words.label('form', str(form))} {number}" if _beside(number) in self.shared else str(number)

    @functools.cached_property
    def durations(self) -> tuple[str, ...]:
        """Every duration that the figures hold, in their order."""
        return tuple(name.removesuffix("_p90") for name in self.figures["overview"].columns if name.endswith("_p90"))

    @functools.cached_property
    def clocks(self) -> tuple[str, ...]:
        """Every clock of the policy, in its order."""
        return tuple(self.figures["clocks"]["clock"])

    @functools.cached_property
    def targets(self) -> Mapping[str, float]:
        """Clock -> target, for clocks that have one; estimates (csbook.privacy.bands) are held against none."""
        if self.words.few:
            return {}
        clocks = self.figures["clocks"].dropna(subset=["target"])
        return dict(zip(clocks["clock"], clocks["target"].astype(float), strict=True))

    @functools.cached_property
    def measures(self) -> Mapping[str, str]:
        """Column -> header, for durations, clocks and their statistics."""
        labels = {each: self.words.label("metric", each) for each in self.durations}
        timed = {label.casefold() for label in labels.values()}
        for each in self.clocks:
            label = self.words.label("clock", each)
            # called like what it limits: both may stand in one table
            labels[each] = self.words.text("column.limit", clock=label) if label.casefold() in timed else label
        headers = dict(labels) | {each: self.words.text("column.minutes", measure=labels[each]) for each in self.durations}
        pairs = itertools.chain(itertools.product(self.durations, STATISTICS), itertools.product(self.clocks, VERDICTS))
        for measure, statistic in pairs:
            name = self.words.text(f"statistic.{statistic}")
            headers[f"{measure}_{statistic}"] = self.words.text("column.measure", measure=labels[measure], statistic=name)
        return headers

    def labelled(self, name: str, columns: Iterable[str]) -> pd.DataFrame:
        """Those columns of a table, keys replaced by labels, yes and no by words."""
        return self._worded(self.figures[name], name, columns)

    def _worded(self, frame: pd.DataFrame, name: str, columns: Iterable[str]) -> pd.DataFrame:
        """The same of some of its rows."""
        return pd.DataFrame({column: self._labelled(frame, name, column) for column in columns}, index=frame.index)

    def _labelled(self, frame: pd.DataFrame, table: str, column: str) -> pd.Series:
        values = frame[column].infer_objects()
        if pd.api.types.is_bool_dtype(values):
            # an empty cell for "no" lets each "yes" stand out; only a missing answer is a dash
            yes = self.words.known(f"value.{column}.yes") or self.words.text("value.yes")
            return values.astype("boolean").map({True: yes, False: ""}).astype("str")
        if not (pd.api.types.is_string_dtype(values) or values.dtype == object):
            return values
        dimension = "verdict" if table == "records" and column in self.clocks else DIMENSIONS.get(column, column)
        # a blank key of a table by that key is a group of its own; elsewhere there is just nothing to show
        blank = self.words.text("value.blank") if column in table.split("_") and table.startswith(BY) else None
        if WHOLE.get(table) == column:
            blank = self.words.text("value.all")
        none = [None] * len(frame)
        forms = frame["form"].to_list() if "form" in frame.columns and column != "form" else none
        # a level is an entry of the list that its row names
        fields = frame["field"].to_list() if "field" in frame.columns and column == "level" else [dimension] * len(frame)
        triples = [
            (field, key, form if isinstance(form, str) else None) for field, key, form in zip(fields, values.to_list(), forms, strict=True)
        ]
        known = {triple: self.words.label(*triple) for triple in set(triples) if isinstance(triple[1], str)}
        return pd.Series([known.get(triple, blank) for triple in triples], index=frame.index, dtype="str")

    def grouped(self, name: str) -> pd.DataFrame:
        """Per row the labels of its entries' groups, a column `<field>_group` each; an entry without one is its own."""
        frame = self.figures[name]
        fields = [each for each in GROUPED if each in frame]
        told = {each: zip(frame["form"].to_list(), frame[each].to_list(), strict=True) for each in fields}
        keys = {each: [self.groups.get((each, form, key), key) for form, key in told[each]] for each in fields}
        known = {(each, key): self.words.label(each, key) for each in fields for key in set(keys[each]) if isinstance(key, str)}
        columns = {f"{each}{GROUP}": [known.get((each, key)) for key in keys[each]] for each in fields}
        return pd.DataFrame(columns, index=frame.index, dtype="str")

    def _size(self, source: str, rows: int) -> int:
        """How many rows a list has in all; the figures may hold the first of them only."""
        sizes = self.figures.get("sizes", pd.DataFrame({"list": [], "n": []}))
        return max([rows, *map(int, sizes.loc[sizes["list"] == source, "n"])])

    def kind(self, table: str, column: str) -> str:
        """How a column's values are shown: text, stamp, day, year, span, minutes, share, score, count or band."""
        values = self.figures[table][column]
        ending = column.rpartition("_")[2]
        if column == "year":
            return "year"
        if column in DAYS:
            return "day"
        if pd.api.types.is_datetime64_any_dtype(values):
            return "stamp"
        if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
            return "text"
        if column in SPANS or (column, table) == SPANNED:
            return "span"
        if column in MINUTES or ending in MINUTES or column in self.durations:
            return "minutes"
        if column in SHARES or ending in SHARES:
            return "share"
        if column in SCORES or column == "p":
            return "score" if column in SCORES else "chance"
        return "count" if table in UNTOUCHED or column in (*PLAIN, "net_flow") else self.words.counts

    def column(self, table: str, name: str, look: Look | None = None, widest: float = WIDE) -> Column:
        """A column with header and kind; an attainment is marked below its target."""
        clock = name.removesuffix("_attainment")
        if look is None and clock in self.targets and clock != name:
            look = Below(self.targets[clock])
        header = self.words.column(table, name, self.measures)
        return Column(name=name, header=header, kind=self.kind(table, name), group=self._group(name), look=look, widest=widest)

    def _group(self, name: str) -> str:
        # the longest: minutes of business hours are called like those of the calendar, and more
        return max((each for each in (*self.durations, *self.clocks) if name.startswith(each + "_")), key=len, default="")

    def table(
        self,
        source: str,
        columns: Sequence[str],
        *,
        name: str | None = None,
        looks: Mapping[str, Look] | None = None,
        rows: pd.Series | None = None,
        limit: int | None = None,
        printed: int = 0,
        links: Mapping[str, tuple[str, ...]] | None = None,
        totals: Mapping[str, str] | None = None,
        **words: object,
    ) -> Table:
        """A block showing columns of one table; its title is `table.<name>`, with these words."""
        name = name or source
        columns = [each for each in columns if each in self.figures[source]]  # a role may not see all of them
        frame = self.figures[source] if rows is None else self.figures[source][rows]
        title = self.words.text(f"table.{name}", **words)
        note, totals = "", {} if self.words.few else totals  # what is rounded down does not add up
        every = self._size(source, len(frame)) if rows is None else len(frame)
        if limit is not None and every > limit:
            note = self.words.text("table.cut", shown=f"{limit:,}", all=f"{every:,}")
            frame = frame.head(limit)
        if printed and len(frame) > printed:
            note = self.words.text("table.printed", shown=f"{printed:,}", all=f"{len(frame):,}", note=note).strip()
        # beside what is shown: of which form a number is
        told = {each for _, _, *forms in (links or {}).values() for each in forms if each in frame}
        # the rows that are shown: a list may have a million
        frame = self._worded(frame, source, dict.fromkeys((*columns, *sorted(told))))
        spans = [each for each in columns if self.kind(source, each) == "span"]
        frame = frame.assign(**{each: frame[each] / DAY for each in spans})
        narrow = WIDEST if "description" in columns or source.startswith("contact_by_") else {}
        shown = unique(self.column(source, each, (looks or {}).get(each), narrow.get(each, WIDE)) for each in columns)
        return Table(name=name, title=title, columns=shown, frame=frame, note=note, printed=printed, links=links or {}, totals=totals or {})


def _beside(number: object) -> str:
    """A number without its digits."""
    return re.sub(r"\d+", "", str(number))


def unique(columns: Iterable[Column]) -> tuple[Column, ...]:
    """Excel tables allow no header twice, in any case: a team may well call a clock like a stamp."""
    seen: dict[str, int] = {}
    done = []
    for column in columns:
        times = seen[column.header.casefold()] = seen.get(column.header.casefold(), 0) + 1
        done.append(column if times == 1 else replace(column, header=f"{column.header} {times}"))
    return tuple(done)
