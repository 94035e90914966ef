"""Columns: what of a record is exported, under which label, as whose reader may see it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from csbook import messages
from csbook.forms.form import Field, Form
from csbook.forms.stored import stored, words_of
from csbook.ledger.database.schema import CLOCK, STAMP, TEXT, WHOLE
from csbook.ledger.export.rare import Rare
from csbook.privacy.groups import REST
from csbook.privacy.roles import View
from csbook.rules.excel import JOINT

MINUTE, DAY = len("2023-10-01 09:00"), len("2023-10-01")
FIRST_DAY = "1970-01-01"  # a time of day becomes a moment there, as Arrow reads no time alone
STATES = "open", "resolved", "withdrawn"
ALL = View()
TAIL = "desk", "team", "source_id", "first_handed_in", "last_handed_in"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its name in the ledger's tables, its header, what it holds (text, whole, date, stamp, clock), labels of its keys."""

    name: str
    label: str
    kind: str = "text"
    width: float = 12
    labels: Mapping[str, str] = field(default_factory=dict)
    many: bool = False

    def texts(self, table: pa.Table) -> pa.Array:
        """The column as people read it: labels for keys, days and moments to the minute."""
        values = _column(table, self.name)
        if self.kind in {"date", "stamp"}:
            return pc.utf8_slice_codeunits(values.cast(pa.string()), 0, DAY if self.kind == "date" else MINUTE)
        return self._labelled(values.cast(pa.string()))

    def cells(self, table: pa.Table) -> pa.Array:
        """The column as cells of a sheet: texts, whole numbers, moments and times of day."""
        values = _column(table, self.name)
        if self.kind == "clock":
            return pc.binary_join_element_wise(FIRST_DAY, values, " ").cast(pa.timestamp("s")).cast(pa.time32("s"))
        if self.kind == "text":
            return self._labelled(values.cast(pa.string()))
        return values if self.kind == "whole" else values.cast(pa.timestamp("us"))

    def _labelled(self, values: pa.Array) -> pa.Array:
        if not self.labels:
            return values
        coded = values.dictionary_encode()
        return pa.array([self._label(key) for key in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)

    def _label(self, value: str) -> str:
        keys = value.split(JOINT) if self.many else [value]
        return JOINT.join(self.labels.get(key, key) for key in keys)


def _column(table: pa.Table, name: str) -> pa.Array:
    """A column in one piece; one that no record ever filled is blank."""
    return table[name].combine_chunks() if name in table.column_names else pa.nulls(table.num_rows, pa.string())


@dataclass(frozen=True, kw_only=True)
class Layout:
    """For whom columns are laid out: by default for who sees everything that the ledger holds."""

    view: View = ALL
    lang: str = "zh"
    rare: Mapping[str, Rare] = field(default_factory=dict)  # by form, for who does not see small counts

    def columns(self, form: Form) -> tuple[Column, ...]:
        """The form's columns in order, then what the ledger adds; no two labels are equal."""
        seen = dict[str, int]()
        kept = []
        for column in (*self._fields(form), *self._tail()):
            if self.view.hides(column.name):
                continue
            seen[column.label.lower()] = seen.get(column.label.lower(), 0) + 1
            again = seen[column.label.lower()]
            kept.append(column if again == 1 else dataclasses.replace(column, label=f"{column.label} {again}"))
        return tuple(kept)

    def _fields(self, form: Form) -> Iterator[Column]:
        types, shown = stored(form), {each.name for each in form.fields}
        for each in form.fields:
            yield self._of(each, types.get(each.name, TEXT))
            if each.kind == "due":
                yield Column(name=words_of(each.name), label=self._said("as_written", label=each.label.in_(self.lang)))
        for text, stamp in form.promises.items():
            if stamp not in shown:
                yield Column(name=stamp, label=self._said("promised", label=form.label(text, self.lang)), kind=STAMP, width=16)

    def _of(self, each: Field, type_: str) -> Column:
        kind = "date" if each.kind == "date" else {STAMP: "stamp", CLOCK: "clock", WHOLE: "whole"}.get(type_, "text")
        labels = each.choices.known(self.lang) | self._rest() if each.choices else {}
        width = max(each.width, {"date": 11, "stamp": 16}.get(kind, 6))
        return Column(name=each.name, label=each.label.in_(self.lang), kind=kind, width=width, labels=labels, many=each.kind == "members")

    def _tail(self) -> Iterator[Column]:
        yield Column(
            name="state", label=self._said("state"), labels=self._rest() | {state: self._said(f"state.{state}") for state in STATES}
        )
        for name in TAIL:
            stamp = name.endswith("_in")
            labels = self._rest() if name == "team" else {}
            yield Column(name=name, label=self._said(name), kind="stamp" if stamp else "text", width=16 if stamp else 12, labels=labels)

    def _rest(self) -> dict[str, str]:
        return {REST: self._said("rest")} if self.rare else {}

    def _said(self, what: str, **words: str) -> str:
        return messages.text(self.lang, f"export.{what}", **words)
