"""Template: a Form becomes the workbook that agents fill in; the same writer makes the receipt workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from csbook.desks import Desk
from csbook.forms import Form
from csbook.policy import Policy
from csbook.template.carried import carried
from csbook.template.entry_book import EntryBook
from csbook.template.fit import misfits
from csbook.template.page import write_pages
from csbook.template.series import Series
from csbook.template.stamp import Stamp, new_issue_code
from csbook.workbook import save

__all__ = ["EntryBook", "Series", "carried", "misfits", "new_issue_code", "write", "write_pages"]


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
    book = EntryBook(form=form, lang=lang, rows=rows, policy=policy)
    save(path, book.content(Stamp.of(form, desk or Desk(""), issue_code or new_issue_code(), lang), prefilled), lang)
