"""Copies: rows that stand on several sheets of one workbook, as in a sheet kept as a backup, or one that puts the months together.

Such a row is no further contact. It is judged after the one that it repeats, as if it stood in a copied workbook.
"""

from __future__ import annotations

import pandas as pd

# a sheet whose rows have no ids is a copy where more than this share of them, and so many, stand on sheets before it: two contacts of
# the same minute and the same words may happen, three of five do not
SHARE, LEAST = 0.5, 3
ID = ["file", "source_id"]


def by_id(lines: pd.DataFrame) -> pd.DataFrame:
    """Lines (see Handed.lines) whose id an earlier one has: without it, save where another sheet tells the same facts of it."""
    if not lines["twice"].any():
        return lines
    of_ids = lines[lines["source_id"].isin(lines["source_id"][lines["twice"]])]
    same = of_ids["told"] == of_ids.groupby(ID)["told"].transform("first")
    copied = same & of_ids["twice"] & ~of_ids.duplicated([*ID, "block"])
    copy = copied.groupby([of_ids[name] for name in ID]).cumsum().where(copied, 0).reindex(lines.index, fill_value=0)
    twice = lines["twice"] & (copy == 0)
    return lines.assign(twice=twice, copy=copy.astype("int64"), source_id=lines["source_id"].mask(twice))


def by_content(lines: pd.DataFrame, said: pd.Series) -> pd.Series:
    """Of lines without an id that a copied sheet repeats cell for cell: the index of the first that says the same.

    said: what each line says; lines of workbooks with one sheet may be left out. Which of several equal rows of a sheet is which
    tells their order.
    """
    if said.empty:
        return said.index.to_series()
    here = lines.loc[said.index, ["file", "block"]].assign(said=said)
    same = ["file", "said", "turn"]
    here["turn"] = here.groupby(["file", "block", "said"]).cumcount()
    copied = here.duplicated(same) & lines.loc[said.index, "source_id"].isna()
    of_sheet = copied.groupby([here["file"], here["block"]])
    copied &= (of_sheet.transform("mean") > SHARE) & (of_sheet.transform("sum") >= LEAST)
    first: pd.Series = here.assign(place=here.index).groupby(same)["place"].transform("first")
    repeated: pd.Series = first[copied]
    return repeated
