"""The workspace: where a team's settings and definitions lie, its own first, the shipped ones second."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from csbook import desks, messages, toml
from csbook.issues import UsageError

SETTINGS = "csbook.toml"
# the team's own list of desks
ROSTERS = ("desks.csv", "desks.xlsx")
KEYS = frozenset({"ledger", "ledger_key_file", "inbox", "receipts"})


def shipped(folder: str) -> Path:
    """The definitions inside the installed package, or beside it in a checkout."""
    package = Path(str(resources.files("csbook")))
    inside = package / "_data" / folder
    return inside if inside.is_dir() else package.parent / folder


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """A folder with an optional csbook.toml, templates/ and validations/."""

    folder: Path
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ledger(self) -> str:
        """Path or URL of the ledger; a relative path starts at the workspace."""
        named = str(self.settings.get("ledger", "ledger.sqlite"))
        return named if "://" in named else str(self.folder / named)

    @property
    def key_file(self) -> Path | None:
        """The file with the ledger's key, where the team says that its ledger is encrypted."""
        named = self.settings.get("ledger_key_file")
        return None if named is None else self.folder / str(named)

    @property
    def inbox(self) -> Path:
        return self.folder / str(self.settings.get("inbox", "inbox"))

    @property
    def receipts(self) -> Path:
        return self.folder / str(self.settings.get("receipts", "receipts"))

    def roster(self, lang: str = "zh") -> tuple[desks.Desk, ...]:
        """The desks of the team's own list, none where it keeps none. Raises UsageError for a faulty one, or one that is no file."""
        own = next((each for each in (self.folder / name for name in ROSTERS) if os.path.lexists(each)), None)
        return desks.read(own, lang) if own else ()

    def definitions(self, name: str) -> tuple[Path, ...]:
        """Folders to read `templates` or `validations` from, the team's own first. Raises UsageError where that is no folder."""
        own = self.folder / name
        if os.path.lexists(own) and not own.is_dir():
            raise messages.WordedUsageError("workspace.no_definitions", path=own)
        return (own, shipped(name)) if own.is_dir() and own != shipped(name) else (shipped(name),)

    def file(self, folder: str, name: str) -> Path:
        """One definition file such as validations/policy.toml, the team's own if it has one."""
        return next(path for base in self.definitions(folder) if os.path.lexists(path := base / name))


def find(folder: Path | None, lang: str = "zh") -> Workspace:
    """The workspace at `folder`, or the nearest one at or above the current folder, or the current folder.

    Raises UsageError for a folder that does not exist and for settings that cannot be read.
    """
    if folder is not None and not folder.is_dir():
        raise UsageError(messages.text(lang, "workspace.is_file" if folder.exists() else "workspace.no_folder", path=folder))
    start = folder or Path.cwd()
    here = [start] if folder else [start, *start.parents]
    home = next((each for each in here if os.path.lexists(each / SETTINGS)), start)
    return Workspace(folder=home, settings=_settings(home / SETTINGS, lang))


def _settings(path: Path, lang: str) -> dict[str, Any]:
    if not os.path.lexists(path):
        return {}
    settings = toml.read(path)
    unknown = sorted(settings.keys() - KEYS)
    if unknown:
        raise UsageError(messages.text(lang, "workspace.unknown_key", path=path, keys=", ".join(unknown), known=", ".join(sorted(KEYS))))
    for key, value in settings.items():
        if not isinstance(value, str) or not value:
            raise UsageError(messages.text(lang, "workspace.no_text", path=path, key=key))
    return settings
