"""The shipped definitions, and copies of them to break."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from csbook import forms
from csbook.forms import Contradictions, Definitions
from tests.forms.mini import FILES

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def shipped() -> Definitions:
    return forms.load([ROOT / "templates"], [ROOT / "validations"])


@dataclass(frozen=True)
class Copy:
    """A copy of both folders. A file is named like `validations/response.toml`."""

    folder: Path

    def replace(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text("utf-8")
        assert old in text, f"{file} does not hold {old!r}"
        path.write_text(text.replace(old, new, 1), "utf-8")

    def append(self, file: str, text: str) -> None:
        path = self.folder / file
        path.write_text(path.read_text("utf-8") + "\n" + text, "utf-8")

    def keep_only(self, form: str) -> None:
        """Remove the other forms; list entries with labels for them are contradictions then."""
        for path in (self.folder / "templates").glob("*.toml"):
            if path.stem != form:
                path.unlink()
                (self.folder / "validations" / path.name).unlink()

    def load(self) -> Definitions:
        return forms.load([self.folder / "templates"], [self.folder / "validations"])

    def found(self) -> set[tuple[str, str, str]]:
        """Every contradiction as (file, key, id)."""
        with pytest.raises(Contradictions) as raised:
            self.load()
        for lang in ("zh", "en"):
            assert raised.value.text(lang), "every contradiction has words"
        return {("/".join(Path(each.file).parts[-2:]), each.key, each.id) for each in raised.value.found}


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    for name in ("templates", "validations"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return Copy(tmp_path)


@pytest.fixture
def mini(tmp_path: Path) -> Copy:
    for file, text in FILES.items():
        path = tmp_path / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return Copy(tmp_path)
