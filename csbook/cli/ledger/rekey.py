"""`csbook ledger rekey`: the ledger under another key, or under its first one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from csbook.cli import options
from csbook.cli.command import Option, Speaking, reason, said
from csbook.cli.language import of_terminal
from csbook.cli.session import NEW_KEY_VARIABLE, Session, current
from csbook.issues import UnfinishedError, UsageError

if TYPE_CHECKING:
    from csbook.ledger.database.encryption import Key


@click.command("rekey", cls=Speaking)
@click.option("--new-key-file", "path", cls=Option, metavar="FILE", type=options.Place())
@current
def command(session: Session, path: Path | None) -> None:
    """Encrypt the ledger anew; the new key comes from a file, the environment or the terminal, never from the command line."""
    from csbook.ledger import open_ledger
    from csbook.ledger.database import encryption
    from csbook.ledger.keeping.rekey import rekey_ledger

    with session.open_ledger() as ledger, ledger.alone():
        pass  # what stands in the way is said before a key is made
    if path is not None:
        new = _of_file(path)
    elif given := os.environ.get(NEW_KEY_VARIABLE):
        new = encryption.key_of(given, of_terminal())
    else:
        new = encryption.key_of(_asked(), of_terminal())
    rekey_ledger(session.ledger, session.key, new, lang=of_terminal())
    session.say(said("rekey.done", ledger=session.ledger_named))
    with open_ledger(session.ledger, lang=of_terminal(), key=new) as ledger:
        taken = ledger.back_up(session.now(), session.policy.backup)
        earlier = [each for each in ledger.backups() if each != taken]
    session.say(said("backup.taken", path=taken))
    session.say(said("rekey.then", path=path or "ledger.key"))
    if earlier:
        session.say(said("rekey.earlier", count=len(earlier), folder=earlier[0].parent))


def _of_file(path: Path) -> Key:
    from csbook.ledger.database import encryption

    if path.exists():
        return encryption.read_key(path, of_terminal())
    try:
        return encryption.make_key(path)
    except OSError as error:
        raise UnfinishedError(said("key.not_written", path=path, reason=reason(error))) from error


def _asked() -> str:
    try:
        asked: str = click.prompt(said("key.new_prompt"), hide_input=True, confirmation_prompt=said("key.again_prompt"), err=True)
    except click.Abort:
        raise UsageError(said("key.none_given")) from None
    return asked
