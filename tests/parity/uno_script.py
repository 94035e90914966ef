"""Run by Debian's Python, which has uno: which cells of workbooks break their data validation, as LibreOffice sees it.

showInvalid() draws a ring round every such cell; the place of a ring on the sheet's draw page tells the cell.
"""

import bisect
import json
import pathlib
import sys

from uno_office import desktop, option

COLUMNS, FIRST_ROW = 60, 5


def ringed(sheet, last_row):
    """[row, column] of every cell with a ring, both from 0."""
    left = [sheet.getCellByPosition(column, 0).Position.X for column in range(COLUMNS)]
    top = [sheet.getCellByPosition(0, row).Position.Y for row in range(last_row)]
    sheet.showInvalid()
    rings = [(ring.Position, ring.Size) for ring in sheet.DrawPage]
    return [[bisect.bisect(top, at.Y + size.Height / 2) - 1, bisect.bisect(left, at.X + size.Width / 2) - 1] for at, size in rings]


def main(asked, told, profile):
    hidden = option("Hidden", True)
    answers = {}
    with desktop(profile) as office:
        for path, rows in json.loads(pathlib.Path(asked).read_text("utf-8")).items():
            document = office.loadComponentFromURL(pathlib.Path(path).as_uri(), "_blank", 0, (hidden,))
            sheet = document.Sheets.getByIndex(0)
            sheet.unprotect("")
            answers[path] = ringed(sheet, FIRST_ROW + rows)
            document.close(True)
        pathlib.Path(told).write_text(json.dumps(answers), "utf-8")


main(*sys.argv[1:])
