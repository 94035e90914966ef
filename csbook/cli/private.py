"""Private: a batch without personal data, neither in its cells nor in the names of files, sheets and desks nor in what is said of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from csbook import intake, privacy
from csbook.desks import Desk
from csbook.intake.foreign.ids import hashed
from csbook.intake.spoken import Spoken
from csbook.issues import Issue
from csbook.privacy.findings import HANDED_IN, MASKED, REFUSED
from csbook.privacy.redaction import redact_text
from csbook.rows import Rows, SourceFile
from csbook.rules.length import Length
from csbook.rules.mask import Masked
from csbook.rules.rule import TOO_LONG, flag

Clean = Callable[[str], str]


def without(handed_in: intake.Intake, profile: privacy.Profile) -> intake.Intake:
    """The same batch; every row has one flag column per field and kind of finding."""
    others = [_other(rows) for rows in handed_in.rows]
    columns = (column for rows, other in zip(handed_in.rows, others, strict=True) for column in _columns(rows, other))
    # names come many times; what no column can hold is looked at one by one
    names = {name for file in handed_in.files for name in _names(file) if name.isprintable()}
    suspected = privacy.suspects([*columns, pd.Series([*names], dtype="str")], profile)
    said = {name: name for name in names.difference(suspected.to_pylist())}

    def clean(text: str) -> str:
        if text not in said:
            said[text] = _told(text, profile)
        return said[text]

    return dataclasses.replace(
        handed_in,
        files=tuple(_file(file, clean) for file in handed_in.files),
        rows=tuple(_rows(rows, other, profile, clean, suspected) for rows, other in zip(handed_in.rows, others, strict=True)),
        issues=tuple(_issue(issue, clean) for issue in handed_in.issues),
    )


def named(path: Path, profile: privacy.Profile) -> Path:
    """A path without personal data in its names, fit to be stored and shown."""
    return _path(path, lambda name: _told(name, profile))


def _told(name: str, profile: privacy.Profile) -> str:
    """A text without personal data; bytes that are no text (a file's name in another encoding) are spelled, since no column takes them.

    They are spelled last: the letters of a spelling would hide a number beside them.
    """
    return redact_text(name, profile.default, profile)[0].encode(errors="backslashreplace").decode()


def _path(path: Path, clean: Clean) -> Path:
    """What a name holds that is no sign, such as a line break, is spelled: it would be obeyed by a terminal."""
    return Path(*("".join(map(_shown, clean(part))) for part in path.parts))


def _shown(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode()


def _columns(rows: Rows, other: list[str]) -> Iterator[pd.Series]:
    """All that holds text, once; `other`: see _other."""
    yield from (rows.texts[name] for name in rows.texts)
    yield from (rows.frame[name] for name in other)
    yield rows.places["source_id"]


def _other(rows: Rows) -> list[str]:
    """Columns of text that do not say what was handed in letter for letter."""
    columns = [str(name) for name, dtype in rows.frame.dtypes.items() if isinstance(dtype, pd.StringDtype)]
    return [name for name in columns if name not in rows.texts or not rows.frame[name].equals(rows.texts[name])]


def _rows(rows: Rows, other: list[str], profile: privacy.Profile, clean: Clean, suspected: pa.Array) -> Rows:
    texts, seen = privacy.redact(rows.texts, list(rows.texts.columns), profile, suspected)
    frame, also = privacy.redact(rows.frame, other, profile, suspected)
    same = [name for name in map(str, rows.texts) if isinstance(frame.dtypes[name], pd.StringDtype) and name not in other]
    frame[same] = texts[same]
    flags: dict[str, pd.Series] = {str(name): seen[name] for name in seen}
    flags |= {str(name): also[name] | seen[name] if name in seen else also[name] for name in also}
    for rule in rows.form.rules:
        # measured on what was handed in: a mask may be longer or shorter than what it hides
        if isinstance(rule, Length) and {flag(rule.field, MASKED), flag(rule.field, REFUSED)} & flags.keys():
            flags[flag(rule.field, TOO_LONG)] = ~rule.holds(rows.frame)
        if isinstance(rule, Masked) and rule.mask.hides:
            instead = profile.redaction(rule.mask.hides)
            flags |= _hide(rule, frame, texts, flags.get(flag(rule.field, HANDED_IN)), instead)
    ids = privacy.redact(rows.places, ["source_id"], profile, suspected)[0]["source_id"]
    blocks = tuple(dataclasses.replace(block, sheet=clean(block.sheet)) for block in rows.blocks)
    known = hashed(rows.places["source_id"], ids)
    places = rows.places.assign(source_id=known.where(known != rows.places["source_id"], ids))
    return dataclasses.replace(rows, frame=frame.join(pd.DataFrame(flags, index=frame.index)), texts=texts, places=places, blocks=blocks)


def _hide(rule: Masked, frame: pd.DataFrame, texts: pd.DataFrame, marked: pd.Series | None, instead: str) -> dict[str, pd.Series]:
    """What breaks a mask is what the mask should hide, a full name for instance, which nothing else gives away: it goes as a whole."""
    broken = ~rule.mask.accepts(frame[rule.field])
    if marked is not None:
        broken &= ~marked
    if not broken.any():
        return {}
    frame.loc[broken, rule.field] = instead
    texts.loc[broken & texts[rule.field].notna(), rule.field] = instead
    return {flag(rule.field, REFUSED): broken}


def _names(file: SourceFile) -> Iterator[str]:
    """What a file, its desk and its issue are called."""
    yield from file.path.parts
    yield from (getattr(file.desk, field.name) for field in dataclasses.fields(Desk))
    yield file.issue_code


def _file(file: SourceFile, clean: Clean) -> SourceFile:
    desk = Desk(*(clean(getattr(file.desk, field.name)) for field in dataclasses.fields(Desk)))
    issues = tuple(_issue(issue, clean) for issue in file.issues)
    return dataclasses.replace(file, path=_path(file.path, clean), desk=desk, issue_code=clean(file.issue_code), issues=issues)


def _issue(issue: Issue, clean: Clean) -> Issue:
    sheet, value = (text and clean(text) for text in (issue.sheet, issue.value))
    path = issue.path and str(_path(Path(issue.path), clean))
    words = {name: _word(word, clean) for name, word in issue.words.items()}
    return dataclasses.replace(issue, path=path, sheet=sheet, value=value, words=words)


def _word(word: Any, clean: Clean) -> Any:
    if isinstance(word, Spoken):
        return Spoken(clean(word.zh), clean(word.en))
    return clean(word) if isinstance(word, str) else word
