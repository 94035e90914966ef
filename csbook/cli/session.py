"""What every command shares: the global options, and the definitions and ledger they lead to."""

from __future__ import annotations

import datetime as dt
import functools
import zoneinfo
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from csbook.cli.language import of_terminal

if TYPE_CHECKING:
    from csbook.forms import Definitions, Form
    from csbook.ledger import Ledger
    from csbook.policy import Policy
    from csbook.privacy import Profile
    from csbook.workspace import Workspace


@dataclass(frozen=True)
class Session:
    """One call of csbook. Everything is read when first asked for, so that `--help` reads nothing."""

    ledger_option: str | None = None
    workspace_option: str | None = None
    quiet: bool = False

    @functools.cached_property
    def workspace(self) -> Workspace:
        from csbook import workspace

        return workspace.find(Path(self.workspace_option) if self.workspace_option else None, of_terminal())

    @functools.cached_property
    def definitions(self) -> Definitions:
        from csbook import forms
        from csbook.issues import UsageError

        try:
            return forms.load(self.workspace.definitions("templates"), self.workspace.definitions("validations"))
        except forms.Contradictions as error:
            raise UsageError(error.text(of_terminal())) from error

    @functools.cached_property
    def policy(self) -> Policy:
        from csbook import policy

        loaded = policy.load(self.workspace.file("validations", "policy.toml"))
        loaded.check({form.name: _keys(form) for form in self.definitions.forms.values()})
        return loaded

    @functools.cached_property
    def privacy(self) -> Profile:
        from csbook import privacy

        return privacy.load(self.workspace.file("validations", "privacy.toml"))

    @property
    def ledger(self) -> str:
        """Path or URL of the ledger."""
        return self.ledger_option or self.workspace.ledger

    def open_ledger(self, *, create: bool = False) -> Ledger:
        """The ledger, in the language of the terminal; see csbook.ledger.open_ledger."""
        from csbook.ledger import open_ledger

        return open_ledger(self.ledger, create=create, lang=of_terminal())

    def now(self) -> dt.datetime:
        """The moment in the policy's zone, naive, to the second."""
        return dt.datetime.now(zoneinfo.ZoneInfo(self.policy.zone)).replace(tzinfo=None, microsecond=0)

    def say(self, text: str = "") -> None:
        """A line for the person at the terminal, unless --quiet."""
        if not self.quiet:
            click.echo(text)


current = click.make_pass_decorator(Session)


def _keys(form: Form) -> dict[str, tuple[str, ...]]:
    """Every field and stamp of a form with the keys of its list, none where it has no list."""
    stamps = dict.fromkeys([*form.derived, *form.promises.values()], ())
    return {**stamps, **{field.name: field.choices.keys if field.choices else () for field in form.fields}}
