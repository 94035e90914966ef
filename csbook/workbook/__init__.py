"""Workbook: safe writing of .xlsx files for template, analysis and followup; the only importer of XlsxWriter."""

from csbook.workbook.book import CREATED, Workbook
from csbook.workbook.formulas import column_letter, column_number, shareable
from csbook.workbook.grid import Cells
from csbook.workbook.limits import CELL_FORMULA, CELL_TEXT, ERROR_TEXT, PROMPT, VALIDATION_FORMULA, VALIDATION_TITLE, Refused, fitted, lines
from csbook.workbook.listing import Heading, Listing
from csbook.workbook.package import Package
from csbook.workbook.save import replacing, save
from csbook.workbook.sheet import Sheet, Value
from csbook.workbook.styles import CLOCK, COUNT, DATE, FONT, MARKS, MINUTES, MOMENT, SHARE, STAMP, STYLES, TEXT, WHOLE, Palette

__all__ = [
    "CELL_FORMULA",
    "CELL_TEXT",
    "CLOCK",
    "COUNT",
    "CREATED",
    "DATE",
    "ERROR_TEXT",
    "FONT",
    "MARKS",
    "MINUTES",
    "MOMENT",
    "PROMPT",
    "SHARE",
    "STAMP",
    "STYLES",
    "TEXT",
    "VALIDATION_FORMULA",
    "VALIDATION_TITLE",
    "WHOLE",
    "Cells",
    "Heading",
    "Listing",
    "Package",
    "Palette",
    "Refused",
    "Sheet",
    "Value",
    "Workbook",
    "column_letter",
    "column_number",
    "fitted",
    "lines",
    "replacing",
    "save",
    "shareable",
]  # fmt: skip
