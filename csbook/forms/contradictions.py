"""Contradictions in the definitions: collected with file and key, raised together."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from csbook import messages
from csbook.issues import UsageError


@dataclass(frozen=True)
class Contradiction:
    """One thing that does not fit: `id` is its message `contradiction.<id>`."""

    file: str
    key: str
    id: str
    words: Mapping[str, Any]

    def text(self, lang: str) -> str:
        return f"{self.file} [{self.key}]: " + messages.text(lang, f"contradiction.{self.id}", **self.words)


class Contradictions(UsageError):
    """Everything that is wrong in templates/ and validations/, all at once."""

    def __init__(self, found: Iterable[Contradiction]) -> None:
        self.found = tuple(found)
        super().__init__(self.text("zh"))

    def text(self, lang: str) -> str:
        return "\n".join(each.text(lang) for each in self.found)


@dataclass
class Report:
    """Collects contradictions while the definitions are read."""

    found: list[Contradiction] = field(default_factory=list)

    def add(self, file: str, key: str, id: str, **words: Any) -> None:
        contradiction = Contradiction(file, key, id, words)
        if contradiction not in self.found:
            self.found.append(contradiction)

    def read(self, path: Path | None, name: str) -> dict[str, Any]:
        """The tables of a TOML file; {} and a contradiction where it is missing or no TOML."""
        if path is None:
            self.add(name, "", "missing_file")
            return {}
        try:
            return tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.add(name, "", "no_toml", reason=str(error))
            return {}

    def keys(self, file: str, where: str, table: Mapping[str, Any], known: Iterable[str], required: Iterable[str] = ()) -> bool:
        """Report keys that nothing reads and keys that are missing; True where none is."""
        unknown = sorted(table.keys() - set(known))
        missing = sorted(set(required) - table.keys())
        for key in unknown:
            self.add(file, f"{where}.{key}" if where else key, "unknown_key", key=key, known=", ".join(sorted(known)))
        for key in missing:
            self.add(file, f"{where}.{key}" if where else key, "missing_key", key=key)
        return not missing
