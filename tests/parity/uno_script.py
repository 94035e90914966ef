"""Run by Debian's Python, which has uno: which cells of workbooks break their data validation, as LibreOffice sees it.

showInvalid() draws a ring round every such cell; the place of a ring on the sheet's draw page tells the cell.
"""

import bisect
import json
import pathlib
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue

PIPE = "csbook-parity"
COLUMNS, FIRST_ROW = 60, 5


def connect(deadline):
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={PIPE};urp;StarOffice.ComponentContext")
        except Exception:  # the office is still starting
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def ringed(sheet, last_row):
    """[row, column] of every cell with a ring, both from 0."""
    left = [sheet.getCellByPosition(column, 0).Position.X for column in range(COLUMNS)]
    top = [sheet.getCellByPosition(0, row).Position.Y for row in range(last_row)]
    sheet.showInvalid()
    rings = [(ring.Position, ring.Size) for ring in sheet.DrawPage]
    return [[bisect.bisect(top, at.Y + size.Height / 2) - 1, bisect.bisect(left, at.X + size.Width / 2) - 1] for at, size in rings]


def main(asked, told, profile):
    office = subprocess.Popen(
        [
            "soffice",
            f"-env:UserInstallation={pathlib.Path(profile).as_uri()}",
            "--headless",
            "--norestore",
            f"--accept=pipe,name={PIPE};urp;",
        ]
    )
    try:
        context = connect(time.monotonic() + 120)
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        hidden = PropertyValue("Hidden", 0, True, 0)
        answers = {}
        for path, rows in json.loads(pathlib.Path(asked).read_text("utf-8")).items():
            document = desktop.loadComponentFromURL(pathlib.Path(path).as_uri(), "_blank", 0, (hidden,))
            sheet = document.Sheets.getByIndex(0)
            sheet.unprotect("")
            answers[path] = ringed(sheet, FIRST_ROW + rows)
            document.close(True)
        pathlib.Path(told).write_text(json.dumps(answers), "utf-8")
        desktop.terminate()
    finally:
        office.wait(60)


main(*sys.argv[1:])
