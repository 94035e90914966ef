"""Files: the selected records, form by form, into files of one format; each appears whole or not at all."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa

from csbook import messages
from csbook.filenames import Names
from csbook.forms.form import Form
from csbook.issues import UsageError
from csbook.ledger.database.schema import record
from csbook.ledger.export import comma, parquet, whole
from csbook.ledger.export.columns import Layout
from csbook.ledger.export.rare import rare
from csbook.ledger.export.selection import Selection
from csbook.ledger.reading import tables
from csbook.passwords import Password
from csbook.privacy import roles
from csbook.workbook import Heading, Listing

FORMATS = "xlsx", "csv", "parquet"
SIZE = 10_000  # rows in memory at a time
SPLITS = {"date": "raised_at", "category": "category", "priority": "priority"}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is written where: `target` is a file, or for Parquet a folder; `split` is a key of SPLITS: one file for each value."""

    target: Path
    format: str
    forms: Mapping[str, Form]
    selection: Selection = field(default_factory=Selection)
    layout: Layout = field(default_factory=Layout)
    split: str | None = None
    password: Password | None = None  # of workbooks


def export(connection: sa.Connection, plan: Plan) -> dict[Path, int]:
    """Write the files; returns each with its rows. Without a record, an xlsx or CSV file has only its header.

    Raises UnfinishedError where a file cannot be written; the files before it are there. UsageError where it is to be split for
    readers who do not see small counts.
    """
    names, written = Names(), dict[Path, int]()
    plan = _without_few(connection, plan)
    for part, selection in _split(connection, plan):
        forms = _present(connection, plan, selection) or list(plan.forms.values())[:1]
        if plan.format == "xlsx":
            target = _named(plan.target, names, *part)
            written[target] = _workbook(connection, plan, target, selection, forms)
        elif plan.format == "parquet" and not plan.target.suffix:
            target = _named(plan.target, names, *part)
            written[target] = _folder(connection, plan, target, selection, forms)
        else:
            for form in forms:
                target = _named(plan.target, names, *part, *([form.name] if len(forms) > 1 else []))
                written[target] = _file(connection, plan, target, selection, form)
    return written


def _without_few(connection: sa.Connection, plan: Plan) -> Plan:
    """The same plan knowing what is rare, where its readers do not see small counts."""
    few = plan.layout.view.role.least
    if not few:
        return plan
    if plan.split is not None:
        raise UsageError(messages.text(plan.layout.lang, "export.split_few", few=few))
    everything = dataclasses.replace(plan.layout, view=roles.View())
    found = {name: rare(_batches(connection, everything, plan.selection, form), form, few) for name, form in plan.forms.items()}
    return dataclasses.replace(plan, layout=dataclasses.replace(plan.layout, rare=found))


def _named(target: Path, names: Names, *parts: str) -> Path:
    """The target, or a file beside it that is named after these parts too."""
    return target.with_name(f"{target.stem}-{names.free('-'.join(parts))}{target.suffix}") if parts else target


def _workbook(connection: sa.Connection, plan: Plan, path: Path, selection: Selection, forms: list[Form]) -> int:
    with Listing.opened(path, lang=plan.layout.lang, password=plan.password) as listing:
        return sum(_sheet(connection, plan.layout, listing, selection, form) for form in forms)


def _sheet(connection: sa.Connection, layout: Layout, listing: Listing, selection: Selection, form: Form) -> int:
    columns = layout.columns(form)
    headings = [Heading(each.label, each.kind, each.width) for each in columns]
    batches = ([each.cells(table) for each in columns] for table in _batches(connection, layout, selection, form))
    return listing.table(form.title.in_(layout.lang), headings, batches)


def _folder(connection: sa.Connection, plan: Plan, path: Path, selection: Selection, forms: list[Form]) -> int:
    """The records, and what figures need beside them where nothing is left out (see csbook.ledger.export.whole)."""
    batches = (table for form in forms for table in _batches(connection, plan.layout, selection, form))
    with parquet.folder(path, whole.CONTENTS, plan.layout.lang) as folder:
        count = parquet.parts(folder / whole.RECORDS, batches, "raised_at")
        if _complete(connection, plan):
            whole.write(connection, folder, SIZE)
    return count


def _complete(connection: sa.Connection, plan: Plan) -> bool:
    """Are all records of the ledger exported, in all their columns, for those who see everything?"""
    there = set(connection.scalars(sa.select(record.c.form).distinct()))
    return plan.split is None and plan.selection == Selection() and plan.layout.view.role == roles.ALL and there <= plan.forms.keys()


def _file(connection: sa.Connection, plan: Plan, path: Path, selection: Selection, form: Form) -> int:
    batches = _batches(connection, plan.layout, selection, form)
    if plan.format == "csv":
        return comma.write(path, batches, plan.layout.columns(form), plan.layout.lang)
    return parquet.write(path, batches, plan.layout.lang)


def _batches(connection: sa.Connection, layout: Layout, selection: Selection, form: Form) -> Iterator[pa.Table]:
    """The records as the readers may see them."""
    for table in tables.record_batches(connection, selection.where() & (record.c.form == form.name), SIZE):
        found = selection.cases_of(form, table)
        if found.num_rows and form.name in layout.rare:
            known = layout.rare[form.name]
            found = known.merged(found) if known.rows > layout.view.role.least else found.slice(0, 0)
        if found.num_rows:
            yield layout.view.table(found)


def _present(connection: sa.Connection, plan: Plan, selection: Selection) -> list[Form]:
    """The forms that have such records, in the order of the definitions."""
    there = set(connection.scalars(sa.select(record.c.form).where(selection.where()).distinct()))
    few, rare_ = plan.layout.view.role.least, plan.layout.rare
    forms = [form for name, form in plan.forms.items() if name in there and (not selection.cases or form.cases is not None)]
    return [form for form in forms if form.name not in rare_ or rare_[form.name].rows > few]


def _split(connection: sa.Connection, plan: Plan) -> Iterator[tuple[tuple[str, ...], Selection]]:
    """What each file is named after beside the target, and what it holds."""
    if plan.split is None:
        yield (), plan.selection
        return
    name = SPLITS[plan.split]
    column = sa.func.date(record.c.raised_at) if plan.split == "date" else record.c[name]
    of_forms = plan.selection.where() & record.c.form.in_(plan.forms)
    values = connection.scalars(sa.select(column).where(of_forms).distinct().order_by(column)).all()
    for value in values or [None]:
        key = None if value is None else str(value)
        yield (_label(plan, name, key),), plan.selection.also(name, key)


def _label(plan: Plan, name: str, key: str | None) -> str:
    if key is None:
        return messages.text(plan.layout.lang, "export.blank")
    lists = [form.by_name[name].choices for form in plan.forms.values() if name in form.by_name]
    return next((label for each in lists if each and (label := each.known(plan.layout.lang).get(key))), key)
