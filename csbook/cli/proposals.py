"""Proposals: what to write into a list for a value that many rows hold and no list knows."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from csbook import toml
from csbook.cli.session import Session
from csbook.forms.form import Field, Form
from csbook.issues import Code, Issue, Severity
from csbook.lists import ChoiceList, bare
from csbook.privacy.findings import HANDED_IN, KINDS, flag
from csbook.rows import Rows
from csbook.rules.excel import JOINT

OFTEN = 5  # rows that hold a value before it is worth an entry


def proposals(session: Session, batch: Iterable[tuple[Rows, pd.DataFrame]]) -> Iterator[Issue]:
    """A warning for every value outside its list in OFTEN rows or more, the most frequent first.

    batch: rows with their findings, as csbook.validation gives them; those of one form may lie in several entries.
    """
    spelled: dict[tuple[str, str], Counter[str]] = {}
    forms: dict[str, Form] = {}
    for rows, found in batch:
        forms[rows.form.name] = rows.form
        unknown = found[found["code"] == Code.NOT_IN_LIST]
        for name, of_field in unknown.groupby("field", sort=False):
            field = rows.form.by_name[str(name)]
            if field.choices is not None:
                spelled.setdefault((rows.form.name, field.name), Counter()).update(_spelled(rows.frame, field, of_field["row"]))
    new: dict[tuple[str, str], str] = {}
    for (form, name), counted in spelled.items():
        picked: list[str] = []
        for value, count in _values(counted):
            yield _proposal(session, forms[form], forms[form].by_name[name], value, count, new, picked)


def _spelled(frame: pd.DataFrame, field: Field, rows: pd.Series) -> Iterator[str]:
    """Values of rows that no entry spells; none in which privacy has found something."""
    own = [flag(field.name, finding) for finding in (*KINDS, HANDED_IN) if flag(field.name, finding) in frame]
    clean = frame.loc[rows.unique()]
    clean = clean[~clean[own].any(axis="columns")] if own else clean
    return (part for text in clean[field.name].dropna() for part in _parts(field, text))


def _values(spelled: Counter[str]) -> Iterator[tuple[str, int]]:
    """Values in their commonest spelling."""
    meant: dict[str, list[str]] = {}
    for value, _ in spelled.most_common():
        meant.setdefault(bare(value), []).append(value)
    for spellings in meant.values():
        count = sum(spelled[each] for each in spellings)
        if count >= OFTEN:
            yield spellings[0], count


def _parts(field: Field, text: str) -> set[str]:
    parts = text.split(JOINT) if field.kind == "members" else [text]
    return {part for part in parts if part and field.choices is not None and part not in field.choices.keys}


def _proposal(
    session: Session, form: Form, field: Field, value: str, count: int, new: dict[tuple[str, str], str], picked: list[str]
) -> Issue:
    """new: keys proposed so far by list and value; picked: those of this field. Both grow, so that all proposals can be written."""
    listed = session.definitions.vocabulary.lists[field.choices.name] if field.choices else ChoiceList(name="", entries=())
    known = listed.spelled.get(bare(value)) or new.get((listed.name, bare(value)))
    key = known or _key({*listed.keys, *(key for (name, _), key in new.items() if name == listed.name)}, listed.name, value)
    new[listed.name, bare(value)] = key
    picked.append(key)
    entry = [] if known else [f"[[list.{listed.name}]]", f"key = {_text(key)}", f"zh = {_text(value)}", f"en = {_text(value)}"]
    lists, own = (session.workspace.file("validations", f"{name}.toml") for name in ("lists", form.name))
    chosen = _picked(own, field)
    lines = [f"# {lists.name}", *entry] if entry else []
    if chosen:
        lines += [f"# {own.name}: {field.name}", _line(own, field, f"entries = [{', '.join(map(_text, [*chosen, *picked]))}]")]
    return Issue(
        code=Code.LIST_VALUE_PROPOSED,
        severity=Severity.WARNING,
        path=str(lists if entry else own),
        form=form.name,
        field=field.name,
        value=value,
        words={"value": value, "count": count, "list": listed.name, "lines": "\n".join(lines)},
    )


def _picked(path: Path, field: Field) -> list[str]:
    """The entries that a form picks of the list, none where it takes the whole list."""
    table: Mapping[str, Mapping[str, list[str]]] = toml.read(path).get("field", {})
    return list(table.get(field.name, {}).get("entries", []))


def _line(path: Path, field: Field, entries: str) -> str:
    """The field's own line with other entries, to be put in its place; the entries alone where it has a table of several lines."""
    own = re.search(rf"^{field.name} *= *\{{.*\}}.*$", path.read_text("utf-8-sig"), re.MULTILINE)
    return re.sub(r"\bentries *= *\[[^\]]*\]", lambda _: entries, own[0]) if own else entries


def _key(taken: Collection[str], listed: str, value: str) -> str:
    """A key that is not taken: the value in plain letters, else the list's name and a number."""
    plain = re.sub(r"[^a-z0-9]+", "_", value.casefold()).strip("_")
    candidates = [plain] * (plain.isascii() and bool(re.match("[a-z]", plain)))
    candidates += [f"{listed}_{number}" for number in range(len(taken) + 1, 2 * len(taken) + 3)]
    return next(each for each in candidates if each not in taken)


def _text(value: str) -> str:
    """A basic string of TOML, which JSON spells the same."""
    return json.dumps(value, ensure_ascii=False)
