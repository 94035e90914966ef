"""Measures: what was agreed in the sheet of the review, read back filled, and each one's metric over equal spans before and after."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from csbook import messages
from csbook.analysis.report import Report
from csbook.analysis.words import DASH
from csbook.issues import UsageError
from csbook.passwords import Password, Tampered, WrongPassword, encrypted

# year, month and day, whatever stands between them
DATE = re.compile(r"(\d{4})(?:\D{1,3}|(?=\d{4}$))(\d\d?)(?:\D{1,3}|(?=\d\d$))(\d\d?)\s*\D?(?: \d.*)?")
WORDS = ("problem", "measure", "owner")  # in anybody's own
COLUMNS = (*WORDS, "deadline", "metric")
PLAIN = ("n", "overdue", "backlog", "satisfaction", "response_rate", "loop_rate")
RATES = ("response_rate", "loop_rate")
# these grow with the days that are counted
COUNTS = frozenset({"n", "overdue", "backlog"})
# what stands under the n of a metric that is no duration and no clock
COUNTED = {"backlog": "backlog", "satisfaction": "rated", "response_rate": "ratable", "loop_rate": "loop_n"}
LANGUAGES = "zh", "en"
# a header stands within the first rows of a sheet, the measures below it; a workbook of ours unpacks to less
SEARCHED, MOST, UNPACKED = 300, 200, 300_000_000
# figures of a span of days, both ends included, with those of the equally long span before beside them
Spans = Callable[[dt.date, dt.date], Mapping[str, pd.DataFrame]]


@dataclass(frozen=True)
class Measure:
    """A filled row; `metric` is a column of the table overview, `deadline` the first day on which the measure should show."""

    problem: str
    measure: str
    owner: str
    deadline: dt.date
    metric: str


def metrics(report: Report) -> dict[str, str]:
    """The metrics that a measure can name: header -> column of the table overview."""
    durations = [f"{each}_{statistic}" for each in report.durations for statistic in ("mean", "p50")]
    names = [*PLAIN, *durations, *(f"{clock}_attainment" for clock in report.clocks)]
    return {report.words.column("overview", name, report.measures): name for name in names}


def followed(path: Path, reports: Sequence[Report], spans: Spans, password: Password | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The measures of a filled workbook as they were typed, and what came of them.

    `reports` are the same figures in each language in which the file may be written, the workbook's own first.
    Raises UsageError that names every faulty cell.
    """
    report = reports[0]
    read_ = list(
        read(path, {label: name for each in reversed(reports) for label, name in metrics(each).items()}, report.words.lang, password)
    )
    labels = {name: label for label, name in metrics(report).items()}
    typed = [(each.problem, each.measure, each.owner, each.deadline.isoformat(), labels[each.metric]) for each in read_]
    effects = [(*row, *_effect(report, each, spans)) for row, each in zip(typed, read_, strict=True)]
    names = (*COLUMNS, "days", "before", "n_before", "after", "n_after", "change")
    frame = pd.DataFrame(effects, columns=list(names))
    whole = dict.fromkeys(("days", "n_before", "n_after"), "Int64")
    return pd.DataFrame(typed, columns=list(COLUMNS), dtype="str"), frame.astype({**dict.fromkeys(names, "str"), **whole})


def read(path: Path, known: Mapping[str, str], lang: str, password: Password | None = None) -> Iterator[Measure]:
    """The filled rows. `known`: header of a metric -> its column."""
    rows, known = _rows(path, lang, password), {_plainly(label): name for label, name in known.items()}
    faults: list[str] = []
    found = [measure for sheet, number, cells in rows for measure in _measure(sheet, number, cells, known, faults, lang)]
    if faults:
        raise UsageError("\n".join(faults))
    if not found:
        raise UsageError(messages.text(lang, "measures.none", path=path))
    yield from found


def _rows(path: Path, lang: str, password: Password | None) -> list[tuple[str, int, list[tuple[str, Any]]]]:
    """Sheet, row and the five cells (letter, value) of every row below the header that says anything."""
    import openpyxl

    refused = UsageError(messages.text(lang, "measures.unreadable", path=path))
    try:
        file = io.BytesIO(_plain(path, lang, password))
        with zipfile.ZipFile(file) as archive:
            size = sum(part.file_size for part in archive.infolist())
        if size <= UNPACKED:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # openpyxl does not know the newer data bars, and says so
                book = openpyxl.load_workbook(file, read_only=True, data_only=True)
                with contextlib.closing(book):
                    return next((rows for sheet in book.worksheets for rows in [_below_header(sheet)] if rows is not None), [])
    except UsageError:
        raise
    except Exception as error:
        raise refused from error
    raise refused


def _plain(path: Path, lang: str, password: Password | None) -> bytes:
    """The workbook itself. Raises UsageError where it is encrypted and stays so."""
    data = path.read_bytes()
    if not encrypted(data):
        return data
    code = "ENCRYPTED"
    if password is not None:
        try:
            return password.opened(data)
        except (WrongPassword, Tampered) as verdict:
            code = "PASSWORD_WRONG" if isinstance(verdict, WrongPassword) else "TAMPERED"
    words = (messages.text(lang, f"{code}.{part}") for part in ("fault", "remedy"))
    raise UsageError(messages.text(lang, "measures.locked", path=path, **dict(zip(("fault", "remedy"), words, strict=True))))


def _below_header(sheet: Any) -> list[tuple[str, int, list[tuple[str, Any]]]] | None:
    from csbook.workbook import column_letter

    following = {messages.text(lang, "table.effects") for lang in LANGUAGES}
    places: list[int] | None = None
    rows = []
    for number, cells in enumerate(sheet.iter_rows(max_row=SEARCHED + MOST, values_only=True), start=1):
        if places is None:
            places = _header(cells)
            if places is None and number > SEARCHED:
                break
        else:
            values = [(column_letter(place), cells[place] if place < len(cells) else None) for place in places]
            filled = [value for _, value in values if value not in (None, "")]
            if len(filled) == 1 and str(filled[0]) in following:
                break
            if filled:
                rows.append((str(sheet.title), number, values))
    return None if places is None else rows


def _header(cells: Sequence[Any]) -> list[int] | None:
    """Where the five columns stand, if this row names them in one of our languages."""
    texts = [str(each).strip() if each is not None else "" for each in cells]
    for lang in LANGUAGES:
        wanted = [messages.text(lang, f"column.measures.{name}") for name in COLUMNS]
        if all(each in texts for each in wanted):
            return [texts.index(each) for each in wanted]
    return None


def _measure(
    sheet: str, number: int, cells: Sequence[tuple[str, Any]], known: Mapping[str, str], faults: list[str], lang: str
) -> Iterator[Measure]:
    values = {name: value for name, (_, value) in zip(COLUMNS, cells, strict=True)}
    at = {name: f"{sheet}!{letter}{number}" for name, (letter, _) in zip(COLUMNS, cells, strict=True)}
    deadline, metric = _day(values["deadline"]), known.get(_plainly(values["metric"] or ""))
    # what was typed is not repeated: it may be personal, or as long as a cell
    if deadline is None:
        faults.append(messages.text(lang, "measures.deadline", cell=at["deadline"]))
    if metric is None:
        faults.append(messages.text(lang, "measures.metric", cell=at["metric"]))
    if deadline and metric:
        problem, measure, owner = (str(values[name] or "").strip() for name in ("problem", "measure", "owner"))
        yield Measure(problem, measure, owner, deadline, metric)


def _day(value: Any) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    parts = DATE.fullmatch(unicodedata.normalize("NFKC", str(value)).strip())
    try:
        return dt.date(*map(int, parts.groups())) if parts else None
    except ValueError:
        return None


def _plainly(label: object) -> str:
    """A metric's name as people type it: in any width and case, with or without blanks."""
    return "".join(unicodedata.normalize("NFKC", str(label)).casefold().split())


def _effect(report: Report, measure: Measure, spans: Spans) -> tuple[object, ...]:
    """Days of each span, value and n before and after, change; counts are not held against days before the first record."""
    today = report.scope["as_of"].date()
    if measure.deadline > today:
        return (pd.NA, DASH, pd.NA, report.words.text("measures.not_yet"), pd.NA, DASH)
    figures = spans(measure.deadline, today)
    row, scope = figures["overview"].iloc[0], figures["scope"].iloc[0]
    after, before = row[measure.metric], row[f"{measure.metric}_before"]
    values = [shown(report, measure.metric, value) for value in (before, after)]
    counts = [counted(row, measure.metric, ending) for ending in ("_before", "")]
    days = (today - measure.deadline).days + 1
    change = changed(report, measure.metric, row[f"{measure.metric}_change"])
    if measure.metric in COUNTS and scope["first_day"] > scope["before_start"]:
        change = report.words.text("tile.begun", day=f"{scope['first_day']:%m-%d}")
    return (days, values[0], counts[0], values[1], counts[1], change)


def counted(row: pd.Series, metric: str, ending: str) -> int:
    """The n of a metric; `ending` is `_before` or nothing."""
    if metric.endswith("_attainment"):
        clock = metric.removesuffix("_attainment")
        return int(row[f"{clock}_met{ending}"] + row[f"{clock}_missed{ending}"])
    stem = metric.rpartition("_")[0]
    name = COUNTED.get(metric) or ("n" if metric in PLAIN else f"{stem}_n")
    return int(row[f"{name}{ending}"])


def shown(report: Report, metric: str, value: Any) -> str:
    """A value of a metric in the unit that reads best."""
    if pd.isna(value):
        return DASH
    if metric.endswith(("_mean", "_p50")):
        return report.words.span(value)
    if metric == "satisfaction":
        return f"{value:.2f}"
    return report.words.share(value, 1) if metric in RATES or metric.endswith("_attainment") else report.words.count(value)


def changed(report: Report, metric: str, change: Any) -> str:
    """A change: relative, in points for shares, plain for scores."""
    if pd.isna(change):
        return DASH
    if metric == "satisfaction":
        return f"{round(change, 2) + 0.0:+.2f}"  # + 0.0: nothing is no -0.00
    points = metric in RATES or metric.endswith("_attainment")
    return report.words.text("tile.points", value=f"{change * 100:+.1f}") if points else f"{change:+.0%}"
