"""`csbook ledger export`: records for other programs and people, filtered, as xlsx, CSV or Parquet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from csbook.cli import options
from csbook.cli.command import Option, Speaking, said
from csbook.cli.language import of_workbooks
from csbook.cli.period import bounds, span
from csbook.cli.session import Session, current
from csbook.cli.template import unknown_form
from csbook.cli.typed import redacted
from csbook.issues import UsageError

if TYPE_CHECKING:
    from csbook.forms import Form

FORMATS = "xlsx", "csv", "parquet"
SPLITS = "date", "category", "priority"
STATES = "open", "resolved", "withdrawn"
# options that take any spelling of a list entry, and options that take a value as it is stored
CHOSEN = "category", "priority", "department", "channel"
PLAIN = "agent", "owner", "desk", "team", "customer"


@click.command("export", cls=Speaking)
@click.option("--output", "-o", cls=Option, metavar="FILE", required=True, type=options.Place())
@click.option("--format", "format_", cls=Option, type=click.Choice(FORMATS))
@options.role()
@click.option("--form", "forms", cls=Option, multiple=True, metavar="FORM", type=options.FormName())
@bounds
@click.option("--state", cls=Option, multiple=True, type=click.Choice(STATES))
@click.option("--category", cls=Option, multiple=True, metavar="ENTRY")
@click.option("--priority", cls=Option, multiple=True, metavar="ENTRY")
@click.option("--department", cls=Option, multiple=True, metavar="ENTRY")
@click.option("--channel", cls=Option, multiple=True, metavar="ENTRY")
@click.option("--agent", cls=Option, multiple=True, metavar="AGENT", type=options.Name())
@click.option("--owner", cls=Option, multiple=True, metavar="OWNER", type=options.Name())
@click.option("--desk", cls=Option, multiple=True, metavar="DESK", type=options.Name())
@click.option("--team", cls=Option, multiple=True, metavar="TEAM", type=options.Name())
@click.option("--customer", cls=Option, multiple=True, metavar="CUSTOMER", type=options.Name())
@click.option("--split", cls=Option, type=click.Choice(SPLITS))
@options.password_file()
@click.option("--cases", cls=Option, is_flag=True)
@current
def command(
    session: Session,
    /,
    output: Path,
    format_: str | None,
    role: str,
    forms: tuple[str, ...],
    start: dt.datetime | None,
    end: dt.datetime | None,
    period: str | None,
    split: str | None,
    password_file: Path | None,
    cases: bool,  # noqa: FBT001 - click passes flags by name
    **filters: tuple[str, ...],
) -> None:
    """Write the records that fit every filter."""
    from csbook.ledger.export import Layout, Plan, Selection

    kind, password = _format(output, format_), session.password(password_file)
    if password is not None and kind != "xlsx":
        raise UsageError(said("export.password_format", format=kind))
    wanted = _forms(session, forms, cases=cases)
    first, last = span(start, end, period, session.now())
    equal: dict[str, Collection[str]] = {name: values for name, values in filters.items() if values and name not in CHOSEN}
    equal |= {name: _keys(list(wanted.values()), name, filters[name]) for name in CHOSEN if filters[name]}
    selection = Selection(start=first, end=last, equal=equal, cases=cases)
    with session.open_ledger() as ledger:
        layout = Layout(view=session.view(role, ledger), lang=of_workbooks())
        plan = Plan(target=output, format=kind, forms=wanted, selection=selection, layout=layout, split=split, password=password)
        written = ledger.export(plan)
        nobody = ledger.unknown({name: filters[name] for name in PLAIN if filters[name]})
        left_out = {} if forms or cases else ledger.undefined(session.definitions.forms)
    if nobody and not layout.view.role.least:  # where few are left out, this is not told either
        click.echo(said("analyze.nobody", chosen=redacted(", ".join(nobody), nobody)), err=True)
    if left_out:
        what = ", ".join(name if layout.view.role.least else f"{name} ({count})" for name, count in left_out.items())
        click.echo(said("export.undefined", forms=what), err=True)
    if layout.view.role.least:
        session.say(said("export.few", few=layout.view.role.least))
    for path, count in written.items():
        session.say(said("export.written", path=path, count=count))


def _format(output: Path, named: str | None) -> str:
    """The format that is named, else that of the file's ending; a folder is for Parquet."""
    ending = output.suffix.lower().removeprefix(".")
    kind = named or (ending if ending in FORMATS else None if ending else "parquet")
    if kind is None or (kind != "parquet" and not ending):
        raise UsageError(said("export.no_format", path=output, known=", ".join(FORMATS)))
    return kind


def _forms(session: Session, names: Sequence[str], *, cases: bool) -> dict[str, Form]:
    known = session.definitions.forms
    for name in names:
        if name not in known:
            raise UsageError(unknown_form(name, list(known)))
    wanted = {name: form for name, form in known.items() if not names or name in names}
    return {name: form for name, form in wanted.items() if form.cases is not None} if cases else wanted


def _keys(forms: Sequence[Form], name: str, spelled: Sequence[str]) -> set[str]:
    """The stored keys of list entries, in whatever spelling ingest would read them."""
    from csbook.lists import bare

    lists = [form.by_name[name].choices for form in forms if name in form.by_name]
    if not lists:
        raise UsageError(said("export.no_column", option=name, forms=", ".join(form.name for form in forms)))
    found: set[str] = set()
    for text in spelled:
        keys = {each.spelled[bare(text)] for each in lists if each is not None and bare(text) in each.spelled}
        if not keys:
            known = {entry.label.in_(of_workbooks()) for each in lists if each is not None for entry in each.entries}
            raise UsageError(said("export.unknown_entry", option=name, value=text, known=" / ".join(sorted(known))))
        found |= keys
    return found
