"""What every command shares: the global options, and the definitions and ledger they lead to."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import os
import sys
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from csbook.cli.command import said
from csbook.cli.language import of_terminal, of_workbooks

if TYPE_CHECKING:
    from csbook.forms import Definitions, Form
    from csbook.intake.foreign.map import ForeignMap
    from csbook.ledger import Ledger
    from csbook.ledger.database.encryption import Key
    from csbook.ledger.export.whole import Whole
    from csbook.passwords import Password
    from csbook.policy import Policy
    from csbook.privacy import Profile
    from csbook.privacy.roles import View
    from csbook.workspace import Workspace

KEY_VARIABLE, NEW_KEY_VARIABLE = "CSBOOK_LEDGER_KEY", "CSBOOK_LEDGER_NEW_KEY"


@dataclass(frozen=True)
class Session:
    """One call of csbook. Everything is read when first asked for, so that `--help` reads nothing."""

    ledger_option: str | None = None
    workspace_option: Path | None = None
    quiet: bool = False

    @functools.cached_property
    def workspace(self) -> Workspace:
        from csbook import workspace

        return workspace.find(self.workspace_option, of_terminal())

    @functools.cached_property
    def definitions(self) -> Definitions:
        from csbook import forms
        from csbook.issues import UsageError

        try:
            return forms.load(self.workspace.definitions("templates"), self.workspace.definitions("validations"))
        except forms.Contradictions as error:
            raise UsageError(error.text(of_terminal())) from error

    def writable(self, forms: Iterable[Form]) -> None:
        """Can the entry workbooks of these forms be written within Excel's limits? Raises UsageError where one cannot."""
        from csbook.forms import Contradictions
        from csbook.issues import UsageError
        from csbook.template import misfits

        found = [each for form in forms for each in misfits(form, of_workbooks(), self.policy)]
        if found:
            raise UsageError(Contradictions(found).text(of_terminal()))

    def foreign(self, path: Path | None) -> ForeignMap | None:
        """The map of foreign workbooks that `--map` names, if it names one."""
        from csbook.forms import Contradictions
        from csbook.intake.foreign import mapping
        from csbook.issues import UsageError

        try:
            return mapping.load(path, self.definitions) if path else None
        except Contradictions as error:
            raise UsageError(error.text(of_terminal())) from error

    def password(self, path: Path | None) -> Password | None:
        """The password in the file that `--password-file` names, if it names one; one that is soon guessed is said aloud."""
        from csbook import passwords

        if path is None:
            return None
        password = passwords.read(path, of_terminal())
        if password.short:
            click.echo(said("password.short", path=path, least=passwords.SHORT), err=True)
        return password

    @functools.cached_property
    def policy(self) -> Policy:
        from csbook import policy

        loaded = policy.load(self.workspace.file("validations", "policy.toml"))
        policy.check(loaded, {name: form.known() for name, form in self.definitions.forms.items()})
        return loaded

    @functools.cached_property
    def privacy(self) -> Profile:
        from csbook import privacy

        beneath = self.workspace.definitions("validations")[-1] / "privacy.toml"
        return privacy.load(self.workspace.file("validations", "privacy.toml"), beneath=beneath)

    def view(self, role: str, ledger: Ledger | Whole) -> View:
        """What this role sees of the ledger. Raises UsageError where privacy.toml does not say."""
        from csbook.cli.command import said
        from csbook.forms.stored import words_of
        from csbook.issues import UsageError
        from csbook.privacy.roles import View, tags_of

        if role not in self.privacy.roles:
            raise UsageError(said("role.unknown", role=role, known=", ".join(self.privacy.roles)))
        fields = [field for form in self.definitions.forms.values() for field in form.fields]
        tagged = [(field.name, field.tags) for field in fields]
        tagged += [(words_of(field.name), frozenset({"text"})) for field in fields if field.kind == "due"]
        others = {"phrase": "wording", "problem": "text", "measure": "text"}
        tags = tags_of([*tagged, *((name, frozenset({tag})) for name, tag in others.items())])
        return View(role=self.privacy.roles[role], tags=tags, key=ledger.key(), lang=of_workbooks())

    @property
    def ledger(self) -> str:
        """Path or URL of the ledger."""
        return self.ledger_option or self.workspace.ledger

    @property
    def ledger_named(self) -> str:
        """The same as people are told it, without a password."""
        from csbook.ledger.database.place import named

        return named(self.ledger)

    def open_ledger(self, *, create: bool = False) -> Ledger:
        """The ledger, in the language of the terminal; see csbook.ledger.open_ledger."""
        from csbook.ledger import open_ledger

        return open_ledger(self.ledger, create=create, lang=of_terminal(), key=self.key)

    @functools.cached_property
    def key(self) -> Key | None:
        """The ledger's key: from the environment, from the file that csbook.toml names for its ledger, or asked for at the terminal."""
        from csbook.ledger.database import encryption

        given = os.environ.get(KEY_VARIABLE)
        if given:
            return encryption.key_of(given, of_terminal())
        if self.workspace.key_file is not None and self.ledger_option is None:
            return encryption.read_key(self.workspace.key_file, of_terminal())
        path = Path(self.ledger)
        if path.is_file() and path.stat().st_size and not encryption.plain(path) and sys.stdin.isatty():
            return encryption.key_of(click.prompt(said("key.prompt"), hide_input=True, err=True), of_terminal())
        return None

    def anew(self) -> Session:
        """The same call with settings and definitions as they are now; a key is not asked for twice."""
        key, again = self.key, dataclasses.replace(self)
        vars(again)["key"] = key
        return again

    def now(self) -> dt.datetime:
        """The moment in the policy's zone, naive, to the second."""
        return dt.datetime.now(zoneinfo.ZoneInfo(self.policy.zone)).replace(tzinfo=None, microsecond=0)

    def say(self, text: str = "") -> None:
        """A line for the person at the terminal, unless --quiet."""
        if not self.quiet:
            click.echo(text)


current = click.make_pass_decorator(Session)
