"""`csbook template`: writes entry workbooks for agents."""

from __future__ import annotations

from pathlib import Path

import click

from csbook.cli.command import Option, Speaking, said
from csbook.cli.language import of_workbooks
from csbook.cli.session import Session, current
from csbook.issues import UsageError


@click.command("template", cls=Speaking)
@click.argument("forms", nargs=-1, metavar="FORM...")
@click.option("--all", "every", cls=Option, is_flag=True)
@click.option("--output", "-o", cls=Option, metavar="DIR", type=click.Path(path_type=Path), required=True)
@click.option("--desk", cls=Option, metavar="DESK")
@click.option("--rows", cls=Option, type=click.IntRange(1, 2000), default=300, show_default=True)
@current
def command(session: Session, forms: tuple[str, ...], every: bool, output: Path, desk: str | None, rows: int) -> None:  # noqa: FBT001
    """Write one workbook a form into the folder, made if it is missing."""
    import re

    from csbook import template
    from csbook.desks import Desk

    if desk is not None and not re.fullmatch(r"[\w-]{1,20}", desk):
        raise UsageError(said("template.bad_desk", desk=desk))
    chosen = _chosen(session, forms, every=every)
    output.mkdir(parents=True, exist_ok=True)
    for name in chosen:
        form = session.definitions.forms[name]
        path = output / (f"{name}-{desk}.xlsx" if desk else f"{name}.xlsx")
        template.write(form, path, lang=of_workbooks(), desk=Desk(desk) if desk else None, rows=rows, policy=session.policy)
        session.say(said("template.written", title=form.title.in_(of_workbooks()), path=path))


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
    import difflib

    near = difflib.get_close_matches(name, known, n=1)
    hint = said("did_you_mean", name=near[0]) if near else ""
    return said("form.unknown", name=name, known=", ".join(known), hint=hint)
