"""`csbook template`: writes entry workbooks for agents, and single records as printed pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from csbook.cli import options
from csbook.cli.command import Option, Speaking, nearest, said
from csbook.cli.language import of_terminal, of_workbooks
from csbook.cli.progress import Progress
from csbook.cli.session import Session, current
from csbook.issues import Severity, UsageError

if TYPE_CHECKING:
    from csbook.desks import Desk
    from csbook.forms import Form
    from csbook.rules.rule import Rule


@click.command("template", cls=Speaking)
@click.argument("forms", nargs=-1, metavar="FORM...", type=options.FormName())
@click.option("--all", "every", cls=Option, is_flag=True)
@click.option("--output", "-o", cls=Option, metavar="DIR", type=options.Place(), required=True)
@click.option("--desk", cls=Option, metavar="DESK", type=options.Name())
@click.option("--desks", cls=Option, metavar="FILE", type=options.Place())
@click.option("--rows", cls=Option, type=options.Whole(1, 2000), default=300, show_default=True)
@click.option("--carry-over", cls=Option, is_flag=True)
@click.option("--layout", cls=Option, type=click.Choice(["table", "page"]), default="table", show_default=True)
@click.option("--record", "numbers", cls=Option, metavar="NUMBER", multiple=True, type=options.Name())
@current
def command(
    session: Session,
    forms: tuple[str, ...],
    every: bool,  # noqa: FBT001 - click passes flags by name
    output: Path,
    desk: str | None,
    desks: Path | None,
    rows: int,
    carry_over: bool,  # noqa: FBT001
    layout: str,
    numbers: tuple[str, ...],
) -> None:
    """Write one workbook a form and desk into the folder, made if it is missing."""
    chosen = [session.definitions.forms[name] for name in _chosen(session, forms, every=every)]
    if layout == "page":
        _refuse_together("page", desk=desk, desks=desks, carry_over=carry_over)
        _pages(session, chosen, output, numbers)
        return
    if numbers:
        raise UsageError(said("template.record_alone"))
    if desk is not None and desks is not None:
        raise UsageError(said("template.desk_or_desks"))
    if carry_over and desk is None and desks is None:
        raise UsageError(said("template.carry_over_whose"))
    named = _desks(session, desk, desks)
    _refuse_agents(chosen, named)
    _tables(session, chosen, output, named, rows, carry_over=carry_over)


def _tables(session: Session, forms: Sequence[Form], output: Path, desks: Sequence[Desk], rows: int, *, carry_over: bool) -> None:
    """Entry workbooks: of few desks each is named, of a list of them the sum."""
    from csbook import template

    session.writable(forms)
    carried = {form.name: _carried(session, form, desks) if carry_over else {} for form in forms}
    output.mkdir(parents=True, exist_ok=True)
    total = len(forms) * len(desks)
    many = len(desks) > 1
    with Progress(total, shown=many and not session.quiet) as passed:
        for form in forms:
            series = template.Series(template.EntryBook(form=form, lang=of_workbooks(), rows=rows, policy=session.policy))
            paths = [(each, output / (f"{form.name}-{each.desk}.xlsx" if each.desk else f"{form.name}.xlsx")) for each in desks]
            for path in passed(series.write(paths, carried[form.name])):
                if not many:
                    session.say(said("template.written", title=form.title.in_(of_workbooks()), path=path))
    if many:
        session.say(said("template.written_many", files=total, desks=len(desks), folder=output))
    if carry_over:
        count = sum(len(found) for of_form in carried.values() for found in of_form.values())
        session.say(said("template.carried", count=count))


def _pages(session: Session, forms: Sequence[Form], output: Path, numbers: Sequence[str]) -> None:
    """Printed pages: empty, or one for each record that is asked for."""
    from csbook import template

    if numbers and len(forms) != 1:
        raise UsageError(said("template.record_one_form"))
    for form in forms:
        found = _numbered(session, form, numbers) if numbers else []
        output.mkdir(parents=True, exist_ok=True)
        path = output / f"{form.name}-page.xlsx"
        template.write_pages(form, path, lang=of_workbooks(), rows=found)
        session.say(said("template.written", title=form.title.in_(of_workbooks()), path=path))


def _desks(session: Session, name: str | None, path: Path | None) -> tuple[Desk, ...]:
    """The desks to write for: those of a list, the one that is named, with what the team's own list says of it, or nobody's."""
    from csbook import desks

    if path is not None:
        return desks.read(path, of_terminal())
    if name is None:
        return (desks.Desk(""),)
    name = desks.tidy(name)
    if desks.refused(name):
        raise UsageError(said("template.bad_desk", desk=name))
    return (next((each for each in session.workspace.roster(of_terminal()) if each.desk == name), desks.Desk(name)),)


def _refuse_agents(forms: Sequence[Form], desks: Sequence[Desk]) -> None:
    """Raise where a form does not take the agent of a desk, who stands for a blank cell of it: what is wrong there cannot be seen
    in the cell. The name itself is not told, as it may be a phone number.
    """
    named = [desk for desk in desks if desk.agent]
    judged = [(form, rule) for form in forms for rule in form.rules if rule.severity is Severity.ERROR and _of_agent(form, rule)]
    if not named or not judged:
        return
    import pandas as pd

    from csbook.desks import first
    from csbook.forms.say import FormSay

    agents = pd.Series([desk.agent for desk in named], dtype="str")
    for form, rule in judged:
        wrong = [desk.desk for desk, holds in zip(named, rule.holds(agents.to_frame(rule.reads[0])), strict=True) if not holds]
        if wrong:
            words = FormSay(form, of_terminal()).rule(rule.id)._asdict()
            raise UsageError(said("template.bad_agent", desks=", ".join(first(wrong)), **words))


def _of_agent(form: Form, rule: Rule) -> bool:
    """Does the rule look at nothing but a column that a desk's agent fills where it is blank?"""
    return len(rule.reads) == 1 and form.column(rule.reads[0]).default is not None


def _carried(session: Session, form: Form, desks: Sequence[Desk]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Desk → its open records as an agent would have typed them."""
    from csbook import template

    with session.open_ledger() as ledger:
        found = ledger.open_rows(form, [desk.desk for desk in desks])
    return {desk: [template.carried(form, row, of_workbooks()) for row in rows] for desk, rows in found.items()}


def _numbered(session: Session, form: Form, numbers: Sequence[str]) -> list[Mapping[str, Any]]:

    with session.open_ledger() as ledger:
        found = ledger.numbered_rows(form, numbers)
    missing = [number for number in numbers if number not in found]
    if missing:
        raise UsageError(said("template.no_record", title=form.title.in_(of_terminal()), numbers=", ".join(missing)))
    return [found[number] for number in dict.fromkeys(numbers)]


def _refuse_together(layout: str, **options: object) -> None:
    """Raise where an option was given that says nothing in this layout."""
    given = [f"--{name.replace('_', '-')}" for name, value in options.items() if value]
    if given:
        raise UsageError(said("template.not_together", layout=layout, options=", ".join(given)))


def _chosen(session: Session, forms: tuple[str, ...], *, every: bool) -> list[str]:
    known = session.definitions.forms
    if not every and not forms:
        raise UsageError(said("template.none", known=", ".join(known)))
    unknown = [name for name in forms if name not in known]
    if unknown:
        raise UsageError(unknown_form(unknown[0], list(known)))
    return list(known) if every else list(dict.fromkeys(forms))


def unknown_form(name: str, known: list[str]) -> str:
    """The sentence for a form that does not exist, with the nearest one that does."""
    return said("form.unknown", name=name, known=", ".join(known), hint=nearest(name, known))
