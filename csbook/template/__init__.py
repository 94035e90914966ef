"""Template: a Form becomes the workbook that agents fill in; the same writer makes the receipt workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from csbook.desks import Desk
from csbook.forms import Form
from csbook.forms.say import FormSay
from csbook.policy import Policy
from csbook.template import checks, due, guide, listing, records, stamp
from csbook.template.cells import EntryCells
from csbook.template.entry import Validation, validation
from csbook.template.grid import Grid
from csbook.template.guide import Guide
from csbook.template.stamp import Stamp, new_issue_code
from csbook.workbook import Workbook

__all__ = ["new_issue_code", "write"]


def write(
    form: Form,
    path: Path,
    *,
    lang: str = "zh",
    desk: Desk | None = None,
    rows: int = 300,
    issue_code: str | None = None,
    prefilled: Sequence[Mapping[str, Any]] = (),
    policy: Policy | None = None,
) -> None:
    """Write the entry workbook of `form` to `path`, whole or not at all.

    `prefilled` are rows by field name, written as an agent would type them, optionally with `source_id` and `record_no`;
    there are at least as many rows as these. The clocks of `policy` mark rows that are overdue or due soon. Without
    `issue_code` a random one is drawn. Raises UsageError where the form cannot be expressed within Excel's limits,
    UnfinishedError where the file cannot be saved.
    """
    grid = Grid(form, lang, max(rows, len(prefilled)))
    lists = listing.listing(form, lang)
    plan = checks.checks(grid, lists, tuple(due.limits(grid, policy)))
    cells = EntryCells(grid, lists)
    say = FormSay(form, lang)
    validations: dict[str, Validation] = {field.name: validation(field, cells, say) for field in grid.typed}
    mark = Stamp(form=form.name, version=form.version, desk=desk or Desk(""), issue=issue_code or new_issue_code(), lang=lang)
    with Workbook(path, lang=lang) as book:
        book.properties(title=form.title.in_(lang), subject=form.source, author=mark.desk.agent)
        records.write(book, grid, plan, validations, mark.source_ids(), prefilled)
        guide.write(book, Guide(grid, validations, cells))
        listing.write(book, lists)
        checks.write(book, plan)
        stamp.write(book, grid, mark)
