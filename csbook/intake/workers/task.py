"""A task: a few files read in one go, here or in another process, and what comes back of them."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from csbook.intake import gate
from csbook.intake.cells import Fault
from csbook.intake.examined import Examined
from csbook.intake.recognising.headers import Header
from csbook.intake.refusal import Refused
from csbook.intake.spoken import message
from csbook.intake.workers.limits import MIB, Limits
from csbook.issues import Code, Issue, Severity
from csbook.rows import SourceFile
from csbook.traces import trace

# a file from its path (and `content`: what gives its bytes, where the path leads nowhere) to its verdict; travels to the workers, so it
# is a partial of something importable
Examine = Callable[..., Examined]
# what stands in a file, or why it cannot be read
Content = bytes | Refused


@dataclass(frozen=True)
class Filled:
    """A table of a file (index into Answer.files) without its cells: the next `size` rows of those of its form."""

    file: int
    form: str
    header: Header
    size: int
    faults: tuple[tuple[int, str, Fault], ...]


@dataclass(frozen=True)
class Answer:
    """Files with their verdicts, the tables found in them, and per form the cells of all of them (an Arrow stream)."""

    files: tuple[SourceFile, ...]
    tables: tuple[Filled, ...] = ()
    cells: Mapping[str, bytes] = field(default_factory=dict)

    def about(self, paths: Sequence[Path]) -> Answer:
        """The same answer, about files that lie at `paths`."""
        return dataclasses.replace(self, files=tuple(_placed(file, path) for file, path in zip(self.files, paths, strict=True)))


def read(paths: Iterable[Path], examine: Examine) -> Answer:
    """Read files one after the other in this process."""
    return _together([examine(path) for path in paths])


def _together(found: Sequence[Examined]) -> Answer:
    tables = [(file, table) for file, each in enumerate(found) for table in each.tables]
    cells: dict[str, list[pa.Table]] = {}
    for _, table in tables:
        cells.setdefault(table.form, []).append(table.cells)
    return Answer(
        files=tuple(each.file for each in found),
        tables=tuple(Filled(file, table.form, table.header, table.cells.num_rows, table.faults) for file, table in tables),
        cells={form: _stream(pa.concat_tables(of_form, promote_options="default")) for form, of_form in cells.items()},
    )


def read_apart(paths: Sequence[Path], packed: bytes, contents: Sequence[Content] | None = None) -> Answer:
    """What a worker does: `read` with a pickled `Examine`; a fault that one file causes costs that file.

    `contents`: what stands in the files, where they were sent.
    """
    examine, sent = _unpacked(packed), contents if contents is not None else [None] * len(paths)
    return _together([_guarded(path, examine, content) for path, content in zip(paths, sent, strict=True)])


@functools.lru_cache(maxsize=1)
def _unpacked(packed: bytes) -> Examine:
    examine: Examine = pickle.loads(packed)  # noqa: S301 - packed by the process that started this one
    return examine


def _guarded(path: Path, examine: Examine, sent: Content | None) -> Examined:
    try:
        return examine(path) if sent is None else examine(path, content=functools.partial(_taken, sent))
    except MemoryError:
        return Examined(crashed(path, "memory", sent=sent))
    except (KeyboardInterrupt, SystemExit, FileNotFoundError):
        raise  # a file that vanished stops the batch
    except BaseException as error:  # noqa: BLE001 - a panic of the parser is no Exception; its text may hold what stands in the file
        return Examined(crashed(path, "fault", trace(error), sent=sent))


def _taken(sent: Content, _path: Path) -> bytes:
    if isinstance(sent, Refused):
        raise sent
    return sent


def crashed(path: Path, why: str, where: str = "", *, sent: Content | None = None) -> SourceFile:
    """The verdict of a file that cannot be read without harm; `why`: fault, time or memory; `where`: a trace of the fault."""
    data = _bytes_here(path) if sent is None else sent
    data = b"" if isinstance(data, Refused) else data
    limits = Limits()
    words = {"why": message(f"intake.crashed.{why}", where=where), "seconds": int(limits.seconds), "memory": limits.memory // MIB}
    issue = Issue(code=Code.PARSER_CRASHED, severity=Severity.ERROR, path=str(path), words=words)
    return SourceFile(
        path=path,
        sha256=hashlib.sha256(data).hexdigest() if data else "",
        size=len(data),
        verdict="refused",
        code=str(issue.code),
        issues=(issue,),
    )


def _bytes_here(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() and path.stat().st_size <= gate.bounds.FILE_BYTES else b""


def _placed(file: SourceFile, path: Path) -> SourceFile:
    issues = tuple(issue if issue.path is None else dataclasses.replace(issue, path=str(path)) for issue in file.issues)
    return dataclasses.replace(file, path=path, issues=issues)


def _stream(cells: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, cells.schema) as stream:
        stream.write_table(cells.combine_chunks())
    data: bytes = sink.getvalue().to_pybytes()
    return data
