"""Changes: what an ingest would add to the ledger and alter in it, told before anything is stored."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from csbook.cli.batch import Judged
from csbook.cli.command import said
from csbook.cli.ledger import show
from csbook.cli.session import Session

if TYPE_CHECKING:
    from csbook.forms import Form

MOST = 200  # records told one by one at the terminal
TOLD = ("new", "updated")


def document(judged: Judged) -> list[dict[str, Any]]:
    """Every row that would be new or updated: its place, form, outcome, number (None while new), `fields` → [old, new] as stored."""
    found = []
    for source, rows in enumerate(judged.rows):
        merged, outcomes = judged.merged, judged.outcomes[source]
        wanted = rows.places[outcomes.isin(TOLD)]
        for row, place, line, outcome in zip(wanted.index, wanted["block"], wanted["row"], outcomes[wanted.index], strict=True):
            block, updated = rows.blocks[place], outcome == "updated"
            found.append(
                {
                    "path": str(judged.files[block.file].path),
                    "sheet": block.sheet,
                    "row": int(line),
                    "form": rows.form.name,
                    "outcome": outcome,
                    "number": merged.numbers[source][row] if merged and updated else None,
                    "fields": dict(merged.changes[source].get(row, {})) if merged and updated else {},
                }
            )
    return found


def show_changes(session: Session, changes: Sequence[dict[str, Any]]) -> None:
    """A line for the new rows of each sheet, one for each updated record with its fields, old → new."""
    new = [change for change in changes if change["outcome"] == "new"]
    for (path, sheet), of_sheet in itertools.groupby(new, key=lambda change: (change["path"], change["sheet"])):
        rows = [change["row"] for change in of_sheet]
        session.say(said("dry.new", count=len(rows), path=path, sheet=sheet, rows=said("comma").join(_runs(rows))))
    updated = [change for change in changes if change["outcome"] == "updated"]
    for change in updated[:MOST]:
        form = session.definitions.forms[change["form"]]
        fields = (_field(form, name, *change["fields"][name]) for name in show.told(form, change["fields"]))
        words = {"title": show.title(form, form.name), "fields": said("dry.between").join(fields)}
        session.say(said("dry.updated", **change | words))
    if len(updated) > MOST:
        session.say(said("dry.more", count=len(updated) - MOST))


def _field(form: Form, name: str, old: Any, new: Any) -> str:
    return said("dry.field", label=show.label(form, name), old=show.value(form, name, old), new=show.value(form, name, new))


def _runs(rows: Sequence[int]) -> Iterator[str]:
    """5, 6, 7, 9 → 5–7, 9."""
    for _, run in itertools.groupby(enumerate(sorted(rows)), key=lambda pair: pair[1] - pair[0]):
        numbers = [number for _, number in run]
        yield str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"
