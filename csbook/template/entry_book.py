"""Entry book: a form's entry workbook, put together sheet by sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csbook.forms import Form
from csbook.forms.say import FormSay
from csbook.policy import Policy
from csbook.template import checks, due, guide, listing, records, stamp
from csbook.template.cells import EntryCells
from csbook.template.entry import Validation, validation
from csbook.template.grid import Grid
from csbook.template.guide import Guide
from csbook.template.stamp import Stamp
from csbook.workbook import Package, Workbook


@dataclass(frozen=True, kw_only=True)
class EntryBook:
    """What all entry workbooks of one issue share: form, language, pre-built rows, and the policy whose clocks mark rows."""

    form: Form
    lang: str = "zh"
    rows: int = 300
    policy: Policy | None = None

    def content(self, mark: Stamp, prefilled: Sequence[Mapping[str, Any]] = ()) -> bytes:
        """The file for one stamp. Raises UsageError where the form cannot be expressed within Excel's limits."""
        grid = Grid(self.form, self.lang, max(self.rows, len(prefilled)))
        lists = listing.listing(self.form, self.lang)
        plan = checks.checks(grid, lists, tuple(due.limits(grid, self.policy)))
        cells = EntryCells(grid, lists)
        say = FormSay(self.form, self.lang)
        validations: dict[str, Validation] = {field.name: validation(field, cells, say) for field in grid.typed}
        book = Workbook(Path(self.form.name), lang=self.lang)
        book.properties(title=self.form.title.in_(self.lang), subject=self.form.source, author=mark.desk.agent)
        records.write(book, grid, plan, validations, mark.source_ids(), prefilled)
        guide.write(book, Guide(grid, validations, cells))
        listing.write(book, lists)
        checks.write(book, plan)
        stamp.write(book, grid, mark)
        return Package.read(book.content()).dense()
