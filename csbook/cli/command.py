"""Commands and options whose help comes from the message catalogs: `command.<name>`, `option.<command>.<name>`."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable
from typing import Any

import click

from csbook import messages
from csbook.cli.language import of_terminal
from csbook.cli.typed import redacted
from csbook.issues import UsageError


class Speaking(click.Command):
    """A command that looks its help up when it is shown, in the language of the moment."""

    @property
    def message_id(self) -> str:
        return f"command.{(self.name or '').replace(' ', '.')}"

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = said("option.help")
        return option

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 - click's signature
        return messages.text(of_terminal(), self.message_id).split("\n", 1)[0]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        formatter.write_paragraph()
        with formatter.indentation():
            for line in messages.text(of_terminal(), self.message_id).split("\n"):
                formatter.write_text(line)


class LazyGroup(Speaking, click.Group):
    """A group of such commands: `package` has one module for each of `modules`, imported when its command is asked for."""

    def __init__(self, *args: Any, package: str, modules: tuple[str, ...], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.package, self.modules = package, modules

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in self.modules:
            return None
        command: click.Command = importlib.import_module(f"{self.package}.{cmd_name}").command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """What is nearly a command is asked about."""
        if args and not args[0].startswith("-") and args[0] not in self.modules:
            raise UsageError(said("command.unknown", name=args[0], known=", ".join(self.modules), hint=nearest(args[0], self.modules)))
        return super().resolve_command(ctx, args)


class Option(click.Option):
    """An option with its help in the catalogs: `option.<command>.<name>`, else `option.<name>`."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        for message_id in (f"option.{ctx.info_name}.{self.name}", f"option.{self.name}"):
            try:
                self.help = messages.text(of_terminal(), message_id)
                break
            except KeyError:
                continue
        return super().get_help_record(ctx)


def said(message_id: str, **words: object) -> str:
    """A terminal message in the language of the moment."""
    return messages.text(of_terminal(), message_id, **words)


def reason(error: OSError) -> str:
    """Why a file or folder cannot be read or written, in the language of the moment."""
    return messages.reason(of_terminal(), error)


def nearest(name: str, known: Iterable[str]) -> str:
    """The question whether the nearest known name was meant, empty where none is near."""
    near = difflib.get_close_matches(name.lower(), [*known], n=1)
    return said("did_you_mean", name=near[0]) if near else ""


def failure(error: Exception, typed: Iterable[str] = ()) -> str:
    """The sentence for what stopped a command; the other errors bring theirs along, some of them in each language.

    `typed`: words of the command line, which like a path stand in it without personal data.
    """
    if isinstance(error, OSError):
        if not error.filename:
            return said("os_error.nowhere", reason=reason(error))
        path = str(error.filename)
        return redacted(said("os_error", path=path, reason=reason(error)), [path])
    in_language = getattr(error, "text", None)
    return redacted(str(in_language(of_terminal()) if in_language else error), typed)


__all__ = ["LazyGroup", "Option", "Speaking", "failure", "nearest", "reason", "said"]
