"""Handed in: the rows of a batch as lines, each with its key, its facts and its content as canonical JSON."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from csbook import identity
from csbook.identity import Facts
from csbook.ledger.batch import Batch
from csbook.ledger.known import Known
from csbook.ledger.schema import stored, words_of
from csbook.ledger.values import digest, dumps, filled, plain, texts
from csbook.rows import Rows, SourceFile


@dataclass(slots=True, eq=False, kw_only=True)
class Line:
    """One row handed in. `source` and `position` lead back to Batch.rows and its frame; `key` stands for a missing source id too."""

    source: int
    position: int
    file: int
    block: int
    sheet: str
    row: int
    source_id: str | None
    twice: bool
    key: str
    facts: Facts
    content: str
    row_hash: str
    good: bool
    outcome: str = ""
    mended: bool = False
    known: Known | None = None
    receipt_id: str | None = None  # of a row kept aside: the id under which its receipt hands it in again


@dataclass(frozen=True)
class Handed:
    """One entry of Batch.rows prepared for merging."""

    rows: Rows
    findings: pd.DataFrame
    types: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        known = {name: type_ for name, type_ in stored(self.rows.form).items() if name in self.rows.frame}
        object.__setattr__(self, "types", {name: known[name] for name in sorted(known) if name not in self.rows.form.computed})

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
    def contents(self) -> list[str]:
        """Per row its filled fields as JSON values, as canonical JSON."""
        columns = [plain(self.rows.frame[name], type_) for name, type_ in self.types.items()]
        return [dumps(filled(self.types, values)) for values in zip(*columns, strict=True)]

    @functools.cached_property
    def _texts(self) -> dict[str, list[Any]]:
        return {name: texts(self.rows.texts[name]) for name in self.rows.texts.columns}

    def text(self, position: int) -> str:
        """A row as handed in, redacted, as canonical JSON: what quarantine keeps."""
        return dumps(filled(self._texts, (values[position] for values in self._texts.values())))

    @functools.cached_property
    def _issues(self) -> dict[int, list[dict[str, str]]]:
        names = [name for name in ("code", "severity", "field", "rule", "cell") if name in self.findings]
        found: dict[int, list[dict[str, str]]] = {}
        for row, *values in self.findings[["row", *names]].itertuples(index=False):
            found.setdefault(row, []).append({name: str(value) for name, value in zip(names, values, strict=True) if not pd.isna(value)})
        return found

    def issues(self, position: int) -> list[dict[str, str]]:
        """The findings on a row: codes and places, never a value."""
        return self._issues.get(self.rows.frame.index[position], [])

    def lines(self, source: int, good: pd.Series, desks: Sequence[str]) -> Iterator[Line]:
        """The rows in sheet order; `desks` has the desk of each file."""
        facts, fine, form = identity.facts(self.rows.frame), good.tolist(), self.rows.form.name
        ordinals: dict[tuple[int, str], int] = {}
        for position, block, row, source_id, twice in self._places():
            file, sheet = self.rows.blocks[block].file, self.rows.blocks[block].sheet
            content, row_hash = self.contents[position], digest(form, self.contents[position])
            key = source_id or _key(desks[file], facts[position], row_hash, ordinals, file)
            yield Line(
                source=source, position=position, file=file, block=block, sheet=sheet, row=row, source_id=source_id, twice=twice, key=key,
                facts=facts[position], content=content, row_hash=row_hash, good=fine[position],
            )  # fmt: skip

    def _places(self) -> Iterator[tuple[int, int, int, str | None, bool]]:
        """position, block, row, source id, and whether an earlier row of the workbook has taken that id; in sheet order."""
        places = self.rows.places.reset_index(drop=True)
        ids = places["source_id"].astype("str").str.strip()
        places["source_id"] = ids.mask(ids == "")
        places["file"] = [self.rows.blocks[block].file for block in places["block"]]
        places = places.sort_values(["file", "block", "row"], kind="stable")
        twice = places.duplicated(["file", "source_id"]) & places["source_id"].notna()
        own = texts(places["source_id"].mask(twice))
        yield from zip(places.index.tolist(), places["block"].tolist(), places["row"].tolist(), own, twice.tolist(), strict=True)


def _key(desk: str, facts: Facts, row_hash: str, ordinals: dict[tuple[int, str], int], file: int) -> str:
    """What stands for a source id that a row does not have: its facts, or its whole content where they are not complete."""
    content = "\n".join(facts) if facts.complete else row_hash
    ordinal = ordinals[file, content] = ordinals.get((file, content), -1) + 1
    return "=" + digest(desk, content, str(ordinal))


def prepare(batch: Batch) -> tuple[tuple[Handed, ...], dict[str, list[Line]]]:
    """The batch's rows prepared, and the lines of each form in the order in which they count.

    Files run by dcterms:modified, one without it first, then by path (DESIGN, section 6).
    """
    handed = tuple(Handed(rows, issues) for rows, issues in zip(batch.rows, batch.issues, strict=True))
    desks = [file.desk.desk for file in batch.files]
    ranked = sorted(range(len(batch.files)), key=lambda number: _age(batch.files[number]))
    rank = {number: place for place, number in enumerate(ranked)}
    forms: dict[str, list[Line]] = {}
    for source, (each, good) in enumerate(zip(handed, batch.good, strict=True)):
        forms.setdefault(each.rows.form.name, []).extend(each.lines(source, good, desks))
    return handed, {form: sorted(lines, key=lambda line: rank[line.file]) for form, lines in forms.items() if lines}


def _age(file: SourceFile) -> tuple[bool, str, str]:
    return file.modified is not None, str(file.modified), str(file.path)
