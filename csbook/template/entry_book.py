"""Entry book: a form's entry workbook, put together sheet by sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csbook.forms import Form
from csbook.forms.say import FormSay
from csbook.policy import Policy
from csbook.template import guide, listing, records, stamp
from csbook.template.cells import EntryCells
from csbook.template.entry import Validation, validation
from csbook.template.grid import Grid
from csbook.template.guide import Guide
from csbook.template.reply import Reply
from csbook.template.selfcheck import checks, due
from csbook.template.stamp import Stamp
from csbook.workbook import CREATED, Package, Workbook


@dataclass(frozen=True, kw_only=True)
class EntryBook:
    """What all entry workbooks of one issue share: form, language, pre-built rows, and the policy whose clocks mark rows."""

    form: Form
    lang: str = "zh"
    rows: int = 300
    policy: Policy | None = None

    def content(self, mark: Stamp, prefilled: Sequence[Mapping[str, Any]] = (), reply: Reply | None = None) -> bytes:
        """The file for one stamp; a `reply` makes it a receipt.

        Raises UsageError where the form cannot be expressed within Excel's limits.
        """
        grid = Grid(self.form, self.lang, max(self.rows, len(prefilled)))
        lists = listing.listing(self.form, self.lang, self.policy)
        plan = checks.checks(grid, lists, tuple(due.limits(grid, self.policy)), reply.told if reply else ())
        cells = EntryCells(grid, lists)
        say = FormSay(self.form, self.lang)
        validations: dict[str, Validation] = {field.name: validation(field, cells, say) for field in grid.typed}
        book = Workbook(Path(self.form.name), lang=self.lang, created=reply.at if reply else CREATED)
        book.properties(title=self.form.title.in_(self.lang), subject=self.form.source, author=mark.desk.agent)
        sheet = records.write(book, grid, plan, validations, mark.source_ids(), prefilled, reply.heading if reply else None)
        if reply:
            reply.write(book, sheet, grid)
        guide.write(book, Guide(grid, validations, cells))
        listing.write(book, lists)
        checks.write(book, plan)
        stamp.write(book, grid, mark)
        return Package.read(book.content()).dense()
