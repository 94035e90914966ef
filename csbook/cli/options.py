"""Options that several commands share, each written once, and the types of what people type after them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from csbook.cli.command import Option, said
from csbook.cli.language import of_terminal

ROLES = "internal", "manager", "external"
DAY = "%Y-%m-%d"

Decorator = Callable[[Any], Any]


class Moment(click.DateTime):
    """A day, or a moment too where `timed`; click would name strftime's letters."""

    def __init__(self, *, timed: bool) -> None:
        super().__init__([DAY, f"{DAY} %H:%M", f"{DAY}T%H:%M"] if timed else [DAY])
        self.message = "option.no_moment" if timed else "option.no_day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.datetime:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(said(self.message, value=value), param, ctx)


class Named(click.ParamType):
    """Something that is named. Nothing at all names nothing: it would be a default that nobody chose."""

    nothing = "option.no_place"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail(said(self.nothing), param, ctx)
        return super().convert(value, param, ctx)


class Place(Named, click.Path):
    """A file or folder."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)


class Ledger(Named):
    """A path or a URL."""

    name = "ledger"


class Name(Named):
    """An agent, a desk, a number: what records or workbooks are chosen by."""

    name, nothing = "text", "option.no_name"


class Whole(click.IntRange):
    """A whole number within bounds."""

    @property
    def name(self) -> str:  # type: ignore[override]  # click keeps it as a constant, in English
        return said("option.whole")


class Number(click.FloatRange):
    """A number within bounds."""

    @property
    def name(self) -> str:  # type: ignore[override]  # as above
        return said("option.number")


class Jobs(click.ParamType):
    """How many processes read, or the address of a cluster that does."""

    name = "jobs"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        return value if isinstance(value, str) and "://" in value else int(Whole(min=1).convert(value, param, ctx))


class FormName(click.ParamType):
    """A form's name: the shell completes it, the command itself asks about what is nearly one."""

    name = "form"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002 - click's signature
        from csbook.cli.session import Session

        given = ctx.find_root().params.get("workspace")
        forms = Session(workspace_option=given).definitions.forms.values()
        return [CompletionItem(form.name, help=form.title.in_(of_terminal())) for form in forms if form.name.startswith(incomplete)]


def day(option: str, parameter: str) -> Decorator:
    """An option that takes a day, kept under the parameter's name."""
    return click.option(option, parameter, cls=Option, metavar="YYYY-MM-DD", type=Moment(timed=False))


def as_of() -> Decorator:
    """`--as-of`: the moment that figures and lists hold for."""
    return click.option("--as-of", cls=Option, metavar="'YYYY-MM-DD [HH:MM]'", type=Moment(timed=True))


def role(*roles: str) -> Decorator:
    """`--role`: for whom it is written, one of `roles` (all where none is named)."""
    return click.option("--role", cls=Option, type=click.Choice(roles or ROLES), default="manager", show_default=True)


def password_file() -> Decorator:
    """`--password-file`: what opens encrypted workbooks and closes those that are written."""
    return click.option("--password-file", cls=Option, metavar="FILE", type=Place())


__all__ = ["ROLES", "FormName", "Jobs", "Ledger", "Name", "Number", "Place", "Whole", "as_of", "day", "password_file", "role"]
