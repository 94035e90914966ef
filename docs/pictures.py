"""Draws the pictures of the guides from freshly written workbooks: `make pictures` (LibreOffice and poppler draw them)."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from csbook import forms, policy, template
from csbook.cli import run
from csbook.desks import Desk
from csbook.forms import Form

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
DESK = Desk("A07", "客服小李", "一组")
# what an agent may get wrong, by kind of field
SLIPS = {"choice": "其它渠道", "masked": "13812345678", "moment": "昨天下午"}
# pdftoppm's options: the upper part of a landscape page with the entries, a whole page of A4
VIEWS = {"entry": ["-r", "125", "-x", "40", "-y", "55", "-W", "1380", "-H", "300"], "page": ["-r", "80"]}
ROWS = 8
FIRST_PAGES = 'pdf:calc_pdf_Export:{"PageRange":{"type":"string","value":"1-2"}}'
SHEET = "xl/worksheets/sheet1.xml"


def rows(form: Form) -> list[Mapping[str, Any]]:
    """The form's first example, and the same with slips: a list, a mask, a stamp, a required cell left out."""
    wrong = dict(form.examples[0])
    for kind, slip in SLIPS.items():
        fields = [field.name for field in form.fields if field.kind == kind and field.required]
        wrong |= dict.fromkeys(fields[:1], slip)
    wrong.pop("description", None)
    return [form.examples[0], wrong]


def as_stored(form: Form) -> dict[str, Any]:
    """The first example as a record of the ledger says it: keys of lists, dates and times."""
    row: dict[str, Any] = {}
    for name, value in form.examples[0].items():
        choices, kind = form.by_name[name].choices, form.by_name[name].kind
        if choices is not None:
            keys = [next((entry.key for entry in choices.entries if entry.label.zh == part), part) for part in value.split("、")]
            row[name] = "、".join(keys)
        else:
            row[name] = dt.time.fromisoformat(value) if kind == "clock" else value
    return row | {"record_no": "20231001001"}


def workbooks(folder: Path) -> Iterator[tuple[str, Path, int]]:
    """Name of the picture, workbook, and the printed page that it shows."""
    definitions = forms.load([ROOT / "templates"], [ROOT / "validations"])
    rules = policy.load(ROOT / "validations" / "policy.toml")
    for name, form in definitions.forms.items():
        path = folder / f"{name}.xlsx"
        template.write(form, path, desk=DESK, issue_code="5KQ2M", rows=ROWS, prefilled=rows(form), policy=rules)
        _fitted(path)
        yield f"{name}-entry", path, 1
    paper = definitions.forms["feedback"]
    template.write_pages(paper, folder / "page.xlsx", rows=[as_stored(paper), {}])
    yield "feedback-page", folder / "page.xlsx", 1
    yield "feedback-page-empty", folder / "page.xlsx", 2


def reports(folder: Path) -> Iterator[tuple[str, Path, int]]:
    """The first page of an analysis of the sample data, and of a reminder workbook, as the commands write them."""
    ledger = ["--lang", "zh", "--quiet", "--ledger", str(folder / "ledger.sqlite")]
    october = ["--from", "2026-10-01", "--to", "2026-10-31", "--as-of", "2026-10-31 18:00"]
    run([*ledger, "ingest", str(ROOT / "sample_data")])
    run([*ledger, "analyze", "-o", str(folder / "analysis.xlsx"), *october])
    run([*ledger, "remind", "-o", str(folder / "reminders"), "--as-of", "2026-10-31 18:00"])
    yield "overview-page", folder / "analysis.xlsx", 1
    yield "reminder-page", next(path for path in sorted((folder / "reminders").iterdir()) if DESK.agent in path.name), 1


def _fitted(path: Path) -> None:
    """Open the row with the slips as high as typing makes it: LibreOffice fits no row when it opens a file."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[SHEET] = re.sub(rb'<row r="6"( spans="[^"]*")?( ht="[^"]*")?', rb'<row r="6"\1 ht="78"', parts[SHEET])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)


def draw(pictures: list[tuple[str, Path, int]], folder: Path) -> None:
    """Each page as a PNG in docs/pictures; one start of LibreOffice for all."""
    books = list(dict.fromkeys(str(path) for _, path, _ in pictures))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = [_program("soffice"), profile, "--headless", "--convert-to", FIRST_PAGES, "--outdir", str(folder)]
    subprocess.run([*convert, *books], check=True, capture_output=True)
    PICTURES.mkdir(exist_ok=True)
    for name, path, page in pictures:
        view = ["-f", str(page), "-l", str(page), "-singlefile", "-png", *VIEWS["page" if "page" in name else "entry"]]
        subprocess.run([_program("pdftoppm"), *view, str(folder / f"{path.stem}.pdf"), str(PICTURES / name)], check=True)
        print(PICTURES / f"{name}.png")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise SystemExit(f"{name} is missing; see tests/system_packages.sh")
    return found


def main() -> None:
    """Write the workbooks into a folder of their own and draw them."""
    with tempfile.TemporaryDirectory() as name:
        draw([*workbooks(Path(name)), *reports(Path(name))], Path(name))


if __name__ == "__main__":
    main()
