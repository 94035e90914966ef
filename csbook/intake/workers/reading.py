"""Reading: the files of a batch on their way through an executor, and what came of them once all are back.

Light: what reads a file is named, not loaded, so that the workers begin before this process has loaded anything large.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csbook.intake.workers.limits import OUT_OF_MEMORY
from csbook.intake.workers.pool import Executor
from csbook.intake.workers.portions import Portion
from csbook.issues import UnfinishedError
from csbook.messages import WordedUnfinishedError
from csbook.traces import trace

if TYPE_CHECKING:
    from csbook.intake.examined import Examined
    from csbook.intake.sought import Sought
    from csbook.intake.workers.task import Answer, Content, Examine
    from csbook.passwords import Password

Done = Callable[[int, int], object]


@dataclass(frozen=True)
class Examination:
    """csbook.intake.examined.examine with what is sought, and with the password of encrypted files."""

    sought: Sought
    password: Password | None = None

    def __call__(self, path: Path, **content: Any) -> Examined:
        from csbook.intake.examined import examine

        return examine(path, sought=self.sought, password=self.password, **content)


def read_apart(paths: Sequence[Path], packed: bytes, contents: Sequence[Content] | None = None) -> Answer:
    """csbook.intake.workers.task.read_apart."""
    from csbook.intake.workers import task

    return task.read_apart(paths, packed, contents)


class Reading:
    """All portions are handed to the executor when it is made; `answers` waits for them."""

    def __init__(self, portions: Iterable[Portion], examine: Examine, executor: Executor) -> None:
        self._executor, self._packed = executor, pickle.dumps(examine)
        self._pending: dict[Future[Answer], Portion] = {}
        self._send(portions)
        self.files = sum(len(portion.paths) for portion in self._pending.values())

    def _send(self, portions: Iterable[Portion]) -> None:
        for portion in portions:
            self._pending[self._executor.submit(read_apart, portion.paths, self._packed)] = portion

    def answers(self, done: Done = lambda _files, _rows: None) -> Iterator[tuple[int, Answer]]:
        """(place of its first file in the batch, answer), in the order in which they come in; `done` is told the files and rows of each.

        A portion that does not come back is sent once more, each file on its own; a file that then fails alone has its verdict.
        Raises UnfinishedError where no worker can be started.
        """
        while self._pending:
            for future in wait(self._pending, return_when=FIRST_COMPLETED).done:
                portion = self._pending.pop(future)
                answer = self._answer(future, portion)
                if answer is not None:
                    done(len(answer.files), sum(table.size for table in answer.tables))
                    yield portion.start, answer
        self._executor.shutdown(wait=False)

    def _answer(self, future: Future[Answer], portion: Portion) -> Answer | None:
        try:
            return future.result()
        except BrokenProcessPool as error:
            raise WordedUnfinishedError("intake.no_workers") from error
        except (FileNotFoundError, UnfinishedError):
            raise  # the batch is not what was handed in any more, or nobody is left to read it
        except Exception as error:  # noqa: BLE001 - whatever the reason is, it costs a file, not the batch
            if len(portion.paths) == 1:
                from csbook.intake.workers import task

                return task.Answer((task.crashed(portion.paths[0], _why(error), _where(error)),))
            self._send(portion.singly())
            return None


def _where(error: Exception) -> str:
    """How the process ended, where it did; else what came out of it."""
    code = getattr(error, "exitcode", None)
    return trace(error) if code is None else f"exit {code}"


def _why(error: Exception) -> str:
    """Time, memory or fault: how the process ended says which."""
    if isinstance(error, TimeoutError):
        return "time"
    return "memory" if getattr(error, "exitcode", None) == OUT_OF_MEMORY else "fault"
