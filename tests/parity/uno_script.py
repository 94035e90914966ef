"""Run by Debian's Python, which has uno: types values into workbooks and asks LibreOffice which of them data validation refuses.

showInvalid() draws a ring round every cell that breaks its validation; the rings of a sheet's draw page are counted.
"""

import json
import pathlib
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue

PIPE = "csbook-parity"


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


def judged(document, tries):
    sheet = document.Sheets.getByIndex(0)
    sheet.unprotect("")
    answers = []
    for each in tries:
        cells = {name: sheet.getCellRangeByName(name) for name in each["set"]}
        for name, value in each["set"].items():
            if isinstance(value, str):
                cells[name].String = value
            else:
                cells[name].Value = value
        sheet.showInvalid()
        # a ring is drawn for each wrong cell of the sheet: ours is the one that sits on its cell
        cell = sheet.getCellRangeByName(each["cell"])
        answers.append(any(abs(cell.Position.Y - ring.Position.Y) < 1000 and inside(cell, ring) for ring in sheet.DrawPage))
        sheet.clearArrows()
        for name in cells:
            cells[name].clearContents(1 + 2 + 4 + 16)
    return answers


def inside(cell, ring):
    middle = ring.Position.X + ring.Size.Width / 2
    return cell.Position.X <= middle <= cell.Position.X + cell.Size.Width


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
        for path, tries in json.loads(pathlib.Path(asked).read_text("utf-8")).items():
            document = desktop.loadComponentFromURL(pathlib.Path(path).as_uri(), "_blank", 0, (hidden,))
            document.enableAutomaticCalculation(False)
            answers[path] = judged(document, tries)
            document.close(True)
        pathlib.Path(told).write_text(json.dumps(answers), "utf-8")
        desktop.terminate()
    finally:
        office.wait(60)


main(*sys.argv[1:])
