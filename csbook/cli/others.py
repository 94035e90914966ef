"""Others: files of the folders handed in that are no tables, told beside the batch."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

from csbook.cli.batch import Judged
from csbook.cli.private import named
from csbook.cli.session import Session
from csbook.issues import Code, Issue, Severity

NAMED = 5  # files that are told by name


def with_others(judged: Judged, others: Mapping[Path, Sequence[Path]], session: Session) -> Judged:
    """The batch with a word about the other files of its folders, which are no tables: a photograph or a letter may hold records too."""
    found = []
    for folder, files in others.items():
        names = [named(file.relative_to(folder), session.privacy) for file in files[:NAMED]]
        words = {"count": len(files), "files": ", ".join(map(str, names)) + (", …" if len(files) > NAMED else "")}
        path = str(named(folder, session.privacy))
        found.append(Issue(code=Code.FILES_PASSED_OVER, severity=Severity.WARNING, path=path, words=words))
    return dataclasses.replace(judged, issues=(*judged.issues, *found))
