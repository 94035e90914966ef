"""`csbook ledger`: looks after the ledger itself; one module a command."""

from __future__ import annotations

import click

from csbook.cli.command import LazyGroup

COMMANDS = ("status", "find", "history", "export", "verify", "backup", "restore", "purge", "upgrade", "rekey")


@click.group("ledger", cls=LazyGroup, package=__name__, modules=COMMANDS)
def command() -> None:
    """The group of ledger commands."""
