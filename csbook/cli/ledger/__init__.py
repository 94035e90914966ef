"""`csbook ledger`: looks after the ledger itself; one module a command."""

from __future__ import annotations

import importlib

import click

from csbook.cli.command import SpeakingGroup

COMMANDS = ("status", "find", "history", "verify")


class LazyGroup(SpeakingGroup):
    """Imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = importlib.import_module(f"csbook.cli.ledger.{cmd_name}").command
        return found


@click.group("ledger", cls=LazyGroup)
def command() -> None:
    """The group of ledger commands."""
