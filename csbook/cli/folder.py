"""Folders that workbooks are written to."""

from __future__ import annotations

from pathlib import Path

from csbook.cli.command import reason, said
from csbook.issues import UnfinishedError

PROBE = ".csbook-probe"


def prepare(folder: Path) -> None:
    """Make the folder and try it out, before anything is stored. Raises UnfinishedError where it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / PROBE
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise UnfinishedError(said("folder.not_written", folder=folder, reason=reason(error))) from error
