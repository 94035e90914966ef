"""Run by Debian's Python, which has uno: what LibreOffice shows of encrypted workbooks, given a password for each."""

import json
import pathlib
import sys

from uno_office import desktop, option


def shown(office, path, password):
    """The texts of the first sheet's column A, or the name of what LibreOffice raises."""
    options = option("Hidden", True), option("Password", password)
    try:
        document = office.loadComponentFromURL(pathlib.Path(path).as_uri(), "_blank", 0, options)
    except Exception as error:  # noqa: BLE001 - uno raises classes of its own
        return type(error).__name__
    sheet = document.Sheets.getByIndex(0)
    texts = [sheet.getCellByPosition(0, row).String for row in range(10)]
    document.close(True)
    return texts


def main(asked, told, profile):
    with desktop(profile) as office:
        answers = [shown(office, path, password) for path, password in json.loads(pathlib.Path(asked).read_text("utf-8"))]
        pathlib.Path(told).write_text(json.dumps(answers), "utf-8")


main(*sys.argv[1:])
