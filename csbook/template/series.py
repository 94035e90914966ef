"""Series: entry workbooks of one form for many desks – built once, then only the stamp and the ids change.

A workbook is built with marks in place of desk, agent, team and issue code; for each desk the parts that hold a mark are
filled in and compressed, every other part is copied as it is. The file is the one that the full writer makes, byte for byte.
"""

from __future__ import annotations

import dataclasses
import functools
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from csbook.desks import Desk
from csbook.template.entry_book import EntryBook
from csbook.template.stamp import Stamp, new_issue_code
from csbook.workbook import Package, save

# private characters: no form, list or desk holds them
DESK, AGENT, TEAM, ISSUE = "\ue000", "\ue001", "\ue002", "\ue003"
MARKS = (DESK, AGENT, TEAM, ISSUE)
TEXTS = "xl/sharedStrings.xml"
# files forced to disk at the same time: the disk gathers them, and waiting costs no processor
SAVERS = 8


@dataclass(frozen=True)
class Pattern:
    """A workbook with marks: its package, and the parts that hold a mark, unpacked."""

    package: Package
    marked: Mapping[str, bytes]

    @classmethod
    def of(cls, content: bytes) -> Pattern:
        """The pattern that a file is."""
        package = Package.read(content)
        marks = [mark.encode() for mark in MARKS]
        return cls(package, {name: part for name, part in package.contents().items() if any(mark in part for mark in marks)})

    def holds(self, text: str) -> bool:
        """Is this text in the workbook already? Then the full writer would store it once for both places."""
        return f">{escape(text)}</t>".encode() in self.marked[TEXTS]

    def filled(self, words: Mapping[str, str]) -> bytes:
        """The file with each mark replaced by its word."""
        parts = dict(self.marked)
        for mark, word in words.items():
            parts = {name: part.replace(mark.encode(), escape(word).encode()) for name, part in parts.items()}
        return self.package.exchanged(parts)


class Series:
    """The workbooks of one form for many desks."""

    def __init__(self, book: EntryBook) -> None:
        self.book = book
        self._pattern = functools.cache(self._build)

    def content(self, desk: Desk, issue: str, prefilled: Sequence[Mapping[str, Any]] = ()) -> bytes:
        """The file of one desk; `prefilled` rows as csbook.template.write takes them, the free rows after them."""
        said = [word for word in (desk.agent, desk.team) if word]
        if not prefilled and desk.desk and all(map(_plain, (desk.desk, *said))) and len({desk.desk, *said}) == 1 + len(said):
            pattern = self._pattern(bool(desk.agent), bool(desk.team))
            if not any(map(pattern.holds, (desk.desk, *said))):
                return pattern.filled(dict(zip(MARKS, (desk.desk, desk.agent, desk.team, issue), strict=True)))
        # the free rows follow after what is handed over
        book = dataclasses.replace(self.book, rows=self.book.rows + len(prefilled))
        return book.content(Stamp.of(book.form, desk, issue, book.lang), prefilled)

    def write(self, desks: Iterable[tuple[Desk, Path]], prefilled: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[Path]:
        """Save each desk's workbook at its path under a new issue code; yields the paths in order, each once it stands on the disk.

        `prefilled`: rows by desk (see csbook.template.write), after which the free rows follow. Raises UnfinishedError where a file
        cannot be saved.
        """
        waiting: deque[tuple[Path, Future[None]]] = deque()
        pool = ThreadPoolExecutor(SAVERS)
        try:
            for desk, path in desks:
                content = self.content(desk, new_issue_code(), prefilled.get(desk.desk, ()))
                waiting.append((path, pool.submit(save, path, content, self.book.lang)))
                if len(waiting) > 2 * SAVERS:
                    yield _done(*waiting.popleft())
            while waiting:
                yield _done(*waiting.popleft())
        finally:
            pool.shutdown(cancel_futures=True)

    def _build(self, agent: bool, team: bool) -> Pattern:  # noqa: FBT001 - a key of the cache
        """The pattern of desks that have an agent and a team, or not: what is empty leaves no cell and no property."""
        desk = Desk(DESK, AGENT if agent else "", TEAM if team else "")
        return Pattern.of(self.book.content(Stamp.of(self.book.form, desk, ISSUE, self.book.lang)))


def _plain(word: str) -> bool:
    """Is it written into XML as it stands, but for & and < and >?"""
    return word.isprintable() and word == word.strip() and "_x" not in word and not word.startswith("<r>")


def _done(path: Path, saved: Future[None]) -> Path:
    saved.result()
    return path
