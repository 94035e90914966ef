"""Recognising: which forms stand on which sheets of a workbook, by its stamp and by its headings."""
