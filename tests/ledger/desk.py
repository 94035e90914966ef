"""A desk that hands in batches in a process of its own: `python -m tests.ledger.desk URL DESK BATCHES ROWS`."""

from __future__ import annotations

import sys

from csbook.ledger import open_ledger
from tests.ledger.workbooks import Workbook, batch, case, saved


def main(url: str, desk: str, batches: int, rows: int) -> None:
    for turn in range(batches):
        cases = [case(f"{desk}-AAAAA-{turn * rows + row:03}", customer=f"CUST{turn}{row}") for row in range(rows)]
        with open_ledger(url, create=True, lang="en") as ledger:
            merged = ledger.merge(batch(Workbook(cases, path=f"{desk}.xlsx", modified=saved(turn), desk=desk)))
        assert merged.totals.balanced
        assert merged.totals.new == rows


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
