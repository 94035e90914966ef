"""Bounds: how large a workbook may be. They protect the program; source: FACTS.md, Reading (no real file that parses is lost to them)."""

from __future__ import annotations

KIB, MIB = 1024, 1024 * 1024

# the file and the parts that it unpacks to
FILE_BYTES = 20 * MIB
PARTS = 1_000
PART_BYTES = 64 * MIB
TOTAL_BYTES = 128 * MIB
RATIO, RATIO_FROM = 200, MIB
# the zip's own table of parts: a thousand entries of a kilobyte
DIRECTORY_BYTES = 1_000 * KIB
# parts that are read here in full (relationships, workbook.xml, properties, drawings)
SMALL_BYTES = 8 * MIB
DEPTH = 64

# a sheet; the parser holds the whole rectangle from A1 to the last filled row and column
ROWS = 50_000
COLUMNS = 256
CELLS = 2_000_000
MERGES = 1_000
# the least that one shared string takes: <si/>
STRING_BYTES = 5
# embedded pictures that are named one by one
PICTURES = 200
