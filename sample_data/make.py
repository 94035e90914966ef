"""Makes sample_data: `python -m sample_data.make` writes every workbook, manifest.json and README.md, always the same bytes."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from csbook import forms, policy, template
from csbook.desks import Desk
from csbook.forms import Form
from csbook.policy import Policy
from csbook.workspace import shipped
from sample_data import faults, flat, readme, repaired
from sample_data.corpus import read
from sample_data.filled import Filled, filled, issue_code
from sample_data.people import Place, places
from sample_data.planted import Planted, Rows

FOLDER = Path(__file__).parent
# a newer form version lies above the current one, whatever that is
NEWER = "9999"
FEWEST_ROWS = 20


@dataclass(frozen=True)
class Plan:
    """Everything that will be written: templates filled by desks, the flat workbook, and what was planted in both."""

    workbooks: tuple[Filled, ...]
    flat: Filled
    planted: tuple[Planted, ...]

    def manifest(self) -> dict[str, Any]:
        """What the folder holds, in short."""
        rows = [{"path": str(each.path), "form": each.form.name, "rows": len(each.typed)} for each in (*self.workbooks, self.flat)]
        return {"workbooks": rows, "planted": [dataclasses.asdict(each) for each in self.planted]}

    def readme(self) -> str:
        return readme.text((*self.workbooks, self.flat), self.planted)


def plan(known: Mapping[str, Form]) -> Plan:
    """The whole sample in memory."""
    workbooks = filled(known)
    referred = set().union(*(each.referred() for each in workbooks))
    rows = Rows({(str(each.path), row) for each in workbooks for row in range(len(each.rows)) if each.source_id(row) in referred})
    saved = flat.flattened(known[read("faults")["flat"]["form"]])
    planted = [*faults.plant(workbooks, rows), flat.wrong_total(saved), *repaired.respell(workbooks, rows), *faults.file_faults()]
    return Plan(workbooks, saved, tuple(planted))


def make(folder: Path, planned: Plan) -> None:
    """Write the plan. The folder's other files are left alone."""
    for each in planned.workbooks:
        write(folder, each.path, each.form, each.place, each.typed)
    flat.write(folder / planned.flat.path, planned.flat)
    for fault in read("faults")["file"]:
        _write_faulty(folder, PurePosixPath(fault["path"]), fault, planned.workbooks)
    (folder / "manifest.json").write_text(json.dumps(planned.manifest(), ensure_ascii=False, indent=1) + "\n", "utf-8")
    (folder / "README.md").write_text(planned.readme(), "utf-8")


def write(folder: Path, path: PurePosixPath, form: Form, place: Place, rows: Sequence[Mapping[str, object]]) -> None:
    """One template of a desk with its rows."""
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    desk = Desk(place.desk, place.agent, place.team)
    issue = issue_code(place, form.name)
    template.write(form, folder / path, desk=desk, rows=max(FEWEST_ROWS, len(rows)), issue_code=issue, prefilled=rows, policy=clocks())


@functools.cache
def clocks() -> Policy:
    """The limits that templates mark overdue rows by."""
    return policy.load(shipped("validations") / "policy.toml")


def _write_faulty(folder: Path, path: PurePosixPath, fault: Mapping[str, Any], workbooks: Sequence[Filled]) -> None:
    """A file that must be refused as a whole."""
    if fault["is"] == "text":
        (folder / path).write_text(fault["text"], "utf-8")
    elif fault["is"] == "unknown":
        flat.texts(folder / path, [fault["headers"], *fault["rows"]])
    else:
        place = next(each for each in places() if each.desk == path.parts[0])
        like = next(each for each in workbooks if each.form.name == fault["form"])
        newer = fault["is"] == "newer"
        form = dataclasses.replace(like.form, version=NEWER) if newer else like.form
        write(folder, path, form, place, like.typed[:12] if newer else ())


if __name__ == "__main__":
    make(FOLDER, plan(forms.load([shipped("templates")], [shipped("validations")]).forms))
