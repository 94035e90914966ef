"""Assemble: the tables of one form over a whole batch become typed Rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from csbook.desks import Desk
from csbook.forms import Definitions, Form
from csbook.forms.form import DATES, Field
from csbook.intake.cells import Fault
from csbook.intake.normalising import choices, references
from csbook.intake.normalising.distinct import Column, Distinct
from csbook.intake.normalising.marks import mark, mark_texts
from csbook.intake.normalising.stamps import Stamps, dated
from csbook.intake.normalising.texts import as_shown, bare_ends, folded, half_width, readable, trimmed, without_controls
from csbook.intake.recognising.table import ROW, SOURCE_ID
from csbook.intake.workers.task import Answer
from csbook.policy.calendar import Calendar
from csbook.rows import Block, Rows
from csbook.rules.rule import UNREADABLE, flag
from csbook.source_ids import NOBODYS, OF_DESK, initial
from csbook.source_ids import SOURCE_ID as NUMBERED

RECORD_NO = "record_no"
WHOLE = r"[0-9]{1,9}(?:\.0+)?"
# what a field's `default` may name
DEFAULTS = {"desk_agent": lambda desk: desk.agent}


@dataclass(frozen=True)
class Placed:
    """A table of `size` rows in the batch, its error cells, and the desk of its file."""

    block: Block
    desk: Desk
    size: int
    faults: tuple[tuple[int, str, Fault], ...]


def by_form(answers: Iterable[tuple[int, Answer]]) -> dict[str, tuple[list[Placed], pa.Table]]:
    """The tables of each form and the cells of all of them, one below the other in the same order."""
    placed: dict[str, list[Placed]] = {}
    cells: dict[str, list[pa.Table]] = {}
    for start, answer in answers:
        for each in answer.tables:
            header = each.header
            columns = {field: header.letters[column] for field, column in header.fields.items() if field != SOURCE_ID}
            block = Block(file=start + each.file, sheet=header.sheet, header_row=header.row + 1, columns=columns)
            placed.setdefault(each.form, []).append(Placed(block, answer.files[each.file].desk, each.size, each.faults))
        for form, stream in answer.cells.items():
            cells.setdefault(form, []).append(pa.ipc.open_stream(stream).read_all())
    return {form: (of_form, pa.concat_tables(cells[form], promote_options="default")) for form, of_form in placed.items()}


def rows(form: Form, placed: Sequence[Placed], cells: pa.Table, definitions: Definitions, calendar: Calendar) -> Rows:
    """All rows of `form`, typed as csbook.rows and the kinds of fields say; `cells` are those of all of `placed`, in order."""
    sizes = [each.size for each in placed]
    block = np.repeat(np.arange(len(placed)), sizes)
    names = [each.name for each in form.fields]
    written = Distinct.of(cells, [*names, SOURCE_ID]).changed(trimmed)
    ids = written.changed(without_controls)
    raw = ids.changed(as_shown)
    shown = raw.changed(readable)
    columns = Stamps(form, {name: raw.column(name) for name in dated(form)}, calendar, definitions.spellings).read()
    for each in form.fields:
        columns |= _typed(each, shown.apart(each.name), form, definitions)
    source_ids = _source_ids(ids.column(SOURCE_ID), ids.apart(RECORD_NO))
    for each in form.fields:
        if each.default is not None:
            supplied = pd.Series([DEFAULTS[each.default](one.desk) or None for one in placed], dtype="str")
            lacking = np.flatnonzero(columns[each.name].isna())
            desks = pd.Series([one.desk.desk for one in placed], dtype="str").iloc[block[lacking]].set_axis(lacking)
            own = _of_their_desk(source_ids.iloc[lacking], desks, form)
            columns[each.name] = columns[each.name].fillna(supplied.iloc[block].reset_index(drop=True)[lacking[own]])
    texts = pd.DataFrame({each.name: shown.column(each.name) for each in form.fields if each.typed}, copy=False)
    starts = np.cumsum(sizes) - sizes
    mark_texts(form, written, columns)
    mark(
        ((int(start) + row, field, fault) for each, start in zip(placed, starts, strict=True) for row, field, fault in each.faults),
        columns,
        texts,
    )
    places = pd.DataFrame(
        {
            "block": block,
            "row": cells.column(ROW).to_pandas(),
            "source_id": source_ids,
        }
    )
    return Rows(
        form=form,
        frame=pd.DataFrame(_ordered(form, columns), copy=False),
        texts=texts,
        places=places,
        blocks=tuple(each.block for each in placed),
    )


def _typed(each: Field, column: Column, form: Form, definitions: Definitions) -> dict[str, pd.Series]:
    """The columns of a field that is no date: its values, and its flag where a kind can be unreadable."""
    if each.kind in DATES and each.name not in form.computed:
        return {}
    values, wrong = _values(each, column.texts, form, definitions)
    found = {each.name: column.spread(values)}
    return found if wrong is None else found | {flag(each.name, UNREADABLE): column.spread(wrong)}


def _values(each: Field, text: pd.Series, form: Form, definitions: Definitions) -> tuple[pd.Series, pd.Series | None]:
    """What each text means in a field, and whether it means nothing."""
    if each.name in form.computed or each.kind == "whole":
        values = _whole(folded(text))
        return values, values.isna()
    if each.kind == "references":
        return references.normal(folded(text), definitions.forms)
    if each.choices is not None:
        if each.kind == "members":
            return choices.joined_keys(folded(text), each.choices), None
        return choices.keys(text if each.kind == "suggest" else folded(text), each.choices), None
    return half_width(bare_ends(text)) if each.kind == "masked" else text, None


def _whole(text: pd.Series) -> pd.Series:
    """Whole numbers as Int64; 12.0 is one, 12.5 and 1E8 are not."""
    return text.where(text.str.fullmatch(WHOLE).eq(other=True)).astype("Float64").astype("Int64")


def _of_their_desk(ids: pd.Series, desks: pd.Series, form: Form) -> npt.NDArray[np.bool_]:
    """Which rows may be filled with what is known of the desk of their workbook: not those that were made for another one's."""
    made_for = ids.str.replace(OF_DESK, "", regex=True)
    nobodys = made_for.isin([NOBODYS, initial(form.name)])
    return (ids.isna() | (made_for == ids) | nobodys | (desks == "") | (made_for == desks)).to_numpy(bool)


def _source_ids(hidden: pd.Series, number: Column) -> pd.Series:
    """The hidden id, else the visible number where it still shows the id."""
    ids = number.texts.where(number.texts.str.fullmatch(NUMBERED.pattern).eq(other=True))
    return hidden.fillna(number.spread(ids))


def _ordered(form: Form, columns: Mapping[str, pd.Series]) -> dict[str, pd.Series]:
    """Fields in the form's order, then what was derived."""
    first = [each.name for each in form.fields]
    return {name: columns[name] for name in [*first, *(name for name in columns if name not in first)]}
