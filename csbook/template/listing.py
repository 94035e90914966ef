"""Listing: the hidden sheet of list entries that feeds every dropdown through defined names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from csbook.forms import Form
from csbook.policy import Policy
from csbook.rules.routing import Routing
from csbook.template.workdays import CLOSES, NAME, WorkingDays, working_days
from csbook.workbook import Sheet, Workbook, column_letter

SHEET = "_lists"


@dataclass(frozen=True)
class Listing:
    """Columns of labels by defined name; `lists` maps a field to the name of its list."""

    columns: Mapping[str, tuple[str, ...]]
    lists: Mapping[str, str]
    # field → names of all spellings of its list, bare, and of the labels they stand for
    spelt: Mapping[str, tuple[str, str]]
    routes: Mapping[str, Routing]
    # for what is promised in working days
    calendar: WorkingDays | None = None

    def source(self, field: str, parent: str) -> str:
        """The entries that fit the parent cell, all where none is chosen: a range of names, neither volatile nor an array."""
        rule = self.routes[field]
        every, by, of = self.lists[field], f"by_{rule.field}", f"of_{rule.field}"
        first = f"MATCH({parent},{by},0)"
        return f"IF(ISNA({first}),{every},INDEX({of},{first}):INDEX({of},{first}+COUNTIF({by},{parent})-1))"


def listing(form: Form, lang: str, policy: Policy | None = None) -> Listing:
    """The lists of a form, and the calendar of the policy where promises may be made.

    Fields with the same entries of the same list share a column.
    """
    columns: dict[str, tuple[str, ...]] = {}
    lists: dict[str, str] = {}
    for field in form.fields:
        if field.choices is None:
            continue
        labels = field.choices.labels(lang)
        name = f"list_{field.choices.name}"
        if columns.setdefault(name, labels) != labels:
            name = f"list_{field.name}"
            columns[name] = labels
        lists[field.name] = name
    routes = {rule.field: rule for rule in form.rules if isinstance(rule, Routing)}
    for rule in routes.values():
        pairs = tuple(_pairs(form, rule, lang))
        columns[f"by_{rule.field}"] = tuple(parent for parent, _ in pairs)
        columns[f"of_{rule.field}"] = tuple(child for _, child in pairs)
    promises = form.promises or any(field.kind == "due" for field in form.fields)
    return Listing(columns, lists, dict(_spelt(form, lang, columns, lists)), routes, working_days(policy) if promises else None)


def _spelt(form: Form, lang: str, columns: dict[str, tuple[str, ...]], lists: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """The spellings of the lists that other columns look at, as two columns side by side."""
    for name in compared(form):
        choices = form.by_name[name].choices
        if choices is not None:
            spelt, means = f"spelt_{lists[name].removeprefix('list_')}", f"means_{lists[name].removeprefix('list_')}"
            columns[spelt] = tuple(choices.spelled)
            columns[means] = tuple(choices.label(key, lang) for key in choices.spelled.values())
            yield name, (spelt, means)


def compared(form: Form) -> tuple[str, ...]:
    """Fields with a list that more than their own rules look at."""
    asked = {field for rule in form.rules if len(rule.reads) > 1 for field in rule.reads}
    asked |= {field for state in (form.state.resolved, form.state.withdrawn) if state for field in state.fields()}
    return tuple(field.name for field in form.fields if field.choices is not None and field.name in asked)


def _pairs(form: Form, rule: Routing, lang: str) -> Iterator[tuple[str, str]]:
    """Parent and child labels, each parent's children side by side."""
    parents, children = form.by_name[rule.by].choices, form.by_name[rule.field].choices
    if parents and children:
        for key, options in rule.options.items():
            for option in options:
                yield parents.label(key, lang), children.label(option, lang)


def write(book: Workbook, lists: Listing) -> None:
    """One column a name: the name in row 1, the labels below."""
    sheet = book.sheet(SHEET)
    text = book.style("plain", num_format="@")
    for column, (name, labels) in enumerate(lists.columns.items()):
        sheet.put(0, column, name, text)
        for row, label in enumerate(labels, start=1):
            sheet.put(row, column, label, text)
        letter = column_letter(column)
        book.name(name, f"={SHEET}!${letter}$2:${letter}${max(len(labels), 1) + 1}")
    if lists.calendar:
        _calendar(book, sheet, lists.calendar, len(lists.columns))
    sheet.hide()
    sheet.protect()


def _calendar(book: Workbook, sheet: Sheet, calendar: WorkingDays, column: int) -> None:
    """The working days as one text, and when they close, in columns of their own."""
    days, closes = column_letter(column), column_letter(column + 1)
    sheet.row(0, column, (NAME, CLOSES))
    sheet.put(1, column, calendar.text)
    for row, close in enumerate(calendar.closes, start=1):
        sheet.put(row, column + 1, close)
    book.name(NAME, f"={SHEET}!${days}$2")
    book.name(CLOSES, f"={SHEET}!${closes}$2:${closes}${len(calendar.closes) + 1}")
