"""Handed in: one entry of a batch as lines, each with its key, its facts and its content as canonical JSON."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from csbook import identity
from csbook.folded import Folded, FoldedRows
from csbook.forms.stored import stored, words_of
from csbook.ledger.database.schema import UNNAMED
from csbook.ledger.database.values import arrow, codes, dumps, filled, texts
from csbook.ledger.merging import copies
from csbook.ledger.merging.spelled import BLOCK, digests, objects
from csbook.rows import Rows

Positions = np.ndarray[Any, np.dtype[np.int64]]


class Handed:
    """One entry of Batch.rows prepared for merging. types: its stored fields, in order, and their types."""

    def __init__(self, rows: Rows, findings: pd.DataFrame) -> None:
        self.rows, self._findings = rows, findings
        known = {name: type_ for name, type_ in stored(rows.form).items() if name in rows.frame}
        self.types = {name: known[name] for name in sorted(known) if name not in rows.form.computed}
        self._taken: Positions = np.arange(0)
        self._texts: dict[int, str] = {}
        self._issues: dict[int, list[dict[str, str]]] | None = None

    @functools.cached_property
    def present(self) -> tuple[frozenset[str], ...]:
        """Per block, the stored fields its sheet has the columns for. An absent column says nothing."""
        says = functools.cache(lambda columns: frozenset(name for name in self.types if self._says(columns, name)))
        return tuple(says(frozenset(block.columns)) for block in self.rows.blocks)

    @functools.cached_property
    def letters(self) -> tuple[dict[str, str], ...]:
        """Per block, the letter of the column that each of its stored fields is read from."""
        return tuple(
            {name: next(block.columns[column] for column in self._columns[name] if column in block.columns) for name in sorted(present)}
            for block, present in zip(self.rows.blocks, self.present, strict=True)
        )

    def _says(self, columns: frozenset[str], name: str) -> bool:
        derived = self.rows.form.derived.get(name)
        return columns.issuperset(derived) if derived else not columns.isdisjoint(self._columns[name])

    @functools.cached_property
    def _columns(self) -> dict[str, tuple[str, ...]]:
        """Per stored field the columns that it may be read from, the one that is blamed first."""
        form = self.rows.form
        telling = [(name, text) for text, stamp in form.promises.items() for name in (stamp, words_of(stamp))]
        telling += [(words_of(each.name), each.name) for each in form.fields if each.kind == "due"]
        return {name: (name, *form.derived.get(name, ()), *(text for of, text in telling if of == name)) for name in self.types}

    @functools.cached_property
    def _contents(self) -> pd.DataFrame | Folded:
        """Per row its filled fields as JSON values, as canonical JSON; folded where the rows are."""
        frame = self.rows.frame
        spelled = objects({name: (frame[name], type_) for name, type_ in self.types.items()}, len(frame)).combine_chunks()
        contents = pd.DataFrame({"content": pd.Series(spelled, dtype="str")})
        return Folded(contents) if isinstance(self.rows, FoldedRows) else contents

    def contents(self, positions: Positions) -> list[str]:
        """The contents of these rows, see _contents."""
        return texts(self._opened()["content"].iloc[positions])

    def _opened(self) -> pd.DataFrame:
        return self._contents.open() if isinstance(self._contents, Folded) else self._contents

    def take(self, positions: Positions) -> None:
        """These rows are judged next: what they say and what was found in them is looked up for all at once, when asked for."""
        self._taken, self._texts, self._issues = positions, {}, None

    def text(self, position: int) -> str:
        """A row of those taken, as handed in, redacted, as canonical JSON: what quarantine keeps."""
        if not self._texts:
            self._texts = dict(zip(self._taken.tolist(), _spelled(self.rows.texts.iloc[self._taken]), strict=True))
        return self._texts[position]

    def issues(self, position: int) -> list[dict[str, str]]:
        """The findings on a row of those taken: codes and places, never a value."""
        if self._issues is None:
            self._issues = self._found()
        return self._issues.get(self.rows.places.index[position], [])

    def _found(self) -> dict[int, list[dict[str, str]]]:
        findings = self._findings[self._findings["row"].isin(self.rows.places.index[self._taken])]
        names = [name for name in ("code", "severity", "field", "rule", "cell") if name in findings]
        found: dict[int, list[dict[str, str]]] = {}
        for row, *values in findings[["row", *names]].itertuples(index=False):
            found.setdefault(row, []).append({name: str(value) for name, value in zip(names, values, strict=True) if not pd.isna(value)})
        return found

    def lines(self, good: pd.Series, desks: Sequence[str]) -> pd.DataFrame:
        """The rows in sheet order, in columns; `desks` has the desk of each file.

        position: in the frame. twice: has an earlier row of the workbook taken its source id? Then it counts as a row without one.
        copy: 0 but in a sheet that was copied within its workbook (see copies): such a line has the key of the one that it repeats.
        key: the source id, or what stands for it. told: the facts, joined. row_hash: of the row's content.
        """
        lines = self._places()
        with ThreadPoolExecutor(1) as aside:  # Arrow lets go of Python while it spells and folds
            told = aside.submit(identity.told, self.rows.frame)
            own = {"row_hash": pa.array(self._hashes(), pa.string()), "told": told.result()}
        at = lines["position"].to_numpy()
        if not np.array_equal(at, np.arange(len(at))):
            own = {name: column.take(at) for name, column in own.items()}
        lines = lines.assign(good=good.to_numpy()[at], **{name: pd.Series(column, dtype="str") for name, column in own.items()})
        lines = copies.by_id(lines)
        first = copies.by_content(lines, self._said(lines))
        lines.loc[first.index, "copy"] = first.groupby(first).cumcount() + 1
        unnamed = lines["source_id"].isna() & (lines["copy"] == 0)
        keys = lines["source_id"].where(~unnamed, _keys(lines[unnamed], desks))
        keys[first.index] = keys[first].to_numpy()
        return lines.assign(key=keys)

    def _hashes(self) -> list[str]:
        contents = arrow(self._opened()["content"])
        blocks = (contents.slice(start, BLOCK) for start in range(0, len(contents), BLOCK))
        return [each for block in blocks for each in digests(self.rows.form.name, block)]

    def _places(self) -> pd.DataFrame:
        """file, block, row, position, source_id (of all rows), twice."""
        places, files = self.rows.places, np.array([block.file for block in self.rows.blocks], "int64")
        blocks, rows = places["block"].to_numpy("int64"), places["row"].to_numpy("int64")
        order = np.lexsort((rows, blocks, files[blocks]))
        ids = places["source_id"].astype("str").str.strip().iloc[order].reset_index(drop=True)
        ids = ids.mask(ids == "")
        lines = pd.DataFrame({"file": files[blocks[order]], "block": blocks[order], "row": rows[order], "position": order})
        return lines.assign(source_id=ids, twice=lines.assign(id=codes(ids)).duplicated(["file", "id"]) & ids.notna(), copy=0)

    def _said(self, lines: pd.DataFrame) -> pd.Series:
        """What lines of workbooks with several tables say: their content, a faulty one cell for cell."""
        files = pd.Series([block.file for block in self.rows.blocks])
        here = lines[lines["file"].isin(files[files.duplicated()])]
        said, faulty = here["row_hash"].copy(), here.index[~here["good"].to_numpy(bool)]
        said[faulty] = _spelled(self.rows.texts.iloc[here.loc[faulty, "position"]])
        return said


def _spelled(frame: pd.DataFrame) -> list[str]:
    """Rows of texts as canonical JSON."""
    columns = {str(name): texts(frame[name]) for name in frame}
    return [dumps(filled(columns, values)) for values in zip(*columns.values(), strict=True)]


def _keys(lines: pd.DataFrame, desks: Sequence[str]) -> pd.Series:
    """What stands for a source id that rows do not have: their facts, or their whole content where those are not complete."""
    said = lines["told"].where(identity.complete(lines["told"]), lines["row_hash"])
    ordinals = pd.DataFrame({"file": lines["file"].to_numpy(), "said": codes(said)}).groupby(["file", "said"]).cumcount()
    desk = pa.array(desks, pa.string()).take(pa.array(lines["file"]))
    keys = digests(desk, arrow(said), arrow(ordinals).cast(pa.large_string()))
    return UNNAMED + pd.Series(keys, index=lines.index, dtype="str")
