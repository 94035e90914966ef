"""validations/spellings.toml: complete, or a contradiction; without the file, figures alone are read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from csbook.forms.contradictions import Report
from csbook.forms.spellings import read_spellings

ROOT = Path(__file__).parent.parent.parent
SHIPPED = ROOT / "validations" / "spellings.toml"


def test_the_shipped_file_fits() -> None:
    report = Report()
    spellings = read_spellings(SHIPPED, report)
    assert report.found == []
    assert spellings.earliest == dt.date(2000, 1, 1)
    assert spellings.words["ten"]


def test_without_the_file_there_are_no_words() -> None:
    report = Report()
    assert read_spellings(None, report).words == {}
    assert report.found == []


def test_everything_that_does_not_fit_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "spellings.toml"
    text = SHIPPED.read_text("utf-8").replace("earliest = 2000-01-01", 'earliest = "2000-01-01"').replace("within = ", "withni = ")
    path.write_text(text, "utf-8")
    report = Report()
    read_spellings(path, report)
    assert sorted((each.key, each.id) for each in report.found) == [
        ("range.earliest", "wrong_shape"),
        ("words.within", "missing_key"),
        ("words.withni", "unknown_key"),
    ]
    assert all(each.text(lang) for each in report.found for lang in ("zh", "en"))
