"""Contradictions in the definitions: collected with file and key, raised together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from csbook import messages, toml
from csbook.forms.shapes import Shape, Shapes
from csbook.issues import UsageError


@dataclass(frozen=True)
class Contradiction:
    """One thing that does not fit: `id` is its message `contradiction.<id>`."""

    file: str
    key: str
    id: str
    words: Mapping[str, Any] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        """Where it stands, what is wrong and what to do."""
        words = {name: _worded(lang, word) for name, word in self.words.items()}
        where = f"{self.file} [{self.key}] " if self.key else f"{self.file}: "
        return where + messages.text(lang, f"contradiction.{self.id}", **words)


class Contradictions(UsageError):  # noqa: N818 - it is many, and named so throughout
    """Everything that is wrong in templates/ and validations/, all at once."""

    def __init__(self, found: Iterable[Contradiction]) -> None:
        self.found = tuple(found)
        super().__init__(self.text("zh"))

    def text(self, lang: str) -> str:
        """One contradiction a line."""
        return "\n".join(each.text(lang) for each in self.found)


@dataclass
class Report:
    """Collects contradictions while the definitions are read; reading goes on with stand-ins."""

    found: list[Contradiction] = field(default_factory=list)

    def add(self, file: str, key: str, message: str, /, **words: Any) -> None:
        """Note a contradiction, once."""
        contradiction = Contradiction(file, key, message, words)
        if contradiction not in self.found:
            self.found.append(contradiction)

    def read(self, path: Path) -> dict[str, Any] | None:
        """The tables of a TOML file; None and a contradiction where it is missing or no TOML."""
        try:
            return toml.read(path)
        except toml.UnreadableError as error:
            if error.fault == "missing":
                self.add(str(path), "", "missing_file")
            else:
                self.add(str(path), "", "no_toml", reason=error)
        return None

    def fitting(self, file: str, where: str, table: Mapping[str, Any], shapes: Shapes, required: Iterable[str] = ()) -> dict[str, Any]:
        """The known keys of `table` whose values have their shape; unknown, misshapen and missing ones are reported."""
        for key in sorted(table.keys() - shapes.keys()):
            self.add(file, path_of(where, key), "unknown_key", key=key, known=", ".join(sorted(shapes)))
        for key in sorted(set(required) - table.keys()):
            self.add(file, path_of(where, key), "missing_key", key=key)
        given = ((key, shape) for key, shape in shapes.items() if key in table)
        return {key: table[key] for key, shape in given if self.fits(file, path_of(where, key), table[key], shape)}

    def fits(self, file: str, where: str, value: Any, shape: Shape) -> bool:
        """Has the value its shape? Reported where not."""
        if not shape.fits(value):
            self.add(file, where, "wrong_shape", wanted=shape)
            return False
        return True

    def entries(self, file: str, where: str, table: Mapping[str, Any], shape: Shape) -> Iterator[tuple[str, Any]]:
        """The entries of a table with names of the team's own choice, those with the right shape."""
        for name, value in table.items():
            if self.fits(file, path_of(where, name), value, shape):
                yield name, value


def path_of(where: str, key: str) -> str:
    """The dotted key of a table inside a file."""
    return f"{where}.{key}" if where else key


def _worded(lang: str, word: Any) -> Any:
    if isinstance(word, toml.UnreadableError):
        return word.reason(lang)
    return messages.text(lang, f"shape.{word.name}") if isinstance(word, Shape) else word
