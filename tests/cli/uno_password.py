"""Run by Debian's Python, which has uno: what LibreOffice shows of encrypted workbooks, given a password for each."""

import json
import pathlib
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue

PIPE = "csbook-password"


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


def shown(desktop, path, password):
    """The texts of the first sheet's column A, or the name of what LibreOffice raises."""
    options = PropertyValue("Hidden", 0, True, 0), PropertyValue("Password", 0, password, 0)
    try:
        document = desktop.loadComponentFromURL(pathlib.Path(path).as_uri(), "_blank", 0, options)
    except Exception as error:  # noqa: BLE001 - uno raises classes of its own
        return type(error).__name__
    sheet = document.Sheets.getByIndex(0)
    texts = [sheet.getCellByPosition(0, row).String for row in range(10)]
    document.close(True)
    return texts


def main(asked, told, profile):
    command = ["soffice", f"-env:UserInstallation={pathlib.Path(profile).as_uri()}", "--headless", "--norestore"]
    office = subprocess.Popen([*command, f"--accept=pipe,name={PIPE};urp;"])
    try:
        context = connect(time.monotonic() + 60)
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        answers = [shown(desktop, path, password) for path, password in json.loads(pathlib.Path(asked).read_text("utf-8"))]
        pathlib.Path(told).write_text(json.dumps(answers), "utf-8")
        desktop.terminate()
        office.wait(30)
    finally:
        office.kill()


main(*sys.argv[1:])
