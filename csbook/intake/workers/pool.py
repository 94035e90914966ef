"""Workers: processes that read files within limits, so that a file that kills its reader costs itself and nothing else."""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Protocol, Self

from csbook.intake.workers.limits import Limits, confine
from csbook.messages import WordedUnfinishedError

# what reading needs: loaded before there is anything to read, once by the process that the workers branch off from, where there is one
NEEDED = ("csbook.intake.workers.task", "fastexcel", "pyarrow.compute")
POOL = "pebble.pool.process"  # what a worker's own loop is made of
AFTER_US = 5  # by how much a worker is nicer than the process that judges what was read: all wait for that one in the end

# what the process that tidies up behind a killed one would say of its doing so, in Python's words
UNTOLD = "ignore::UserWarning:multiprocessing.resource_tracker"
LONGEST_FOLDER = 103 - len("/pymp-01234567/listener-01234567")  # bytes; a socket has 103 on macOS, 107 on Linux
GARBAGE = 20_000  # new objects until somebody looks for garbage among them; a file leaves little


class Executor(Protocol):
    """What reads tasks: workers here, or any concurrent.futures executor, such as a cluster's."""

    def submit(self, function: Callable[..., Any], /, *args: Any) -> Future[Any]:
        """Begin a call."""

    def shutdown(self, wait: bool = True) -> None:  # noqa: FBT001, FBT002 - as concurrent.futures has it
        """Nothing more will be submitted; `wait` until all is tidied up."""


class Here:
    """Reads in this process, at once: for bytes that are known to be harmless."""

    def submit(self, function: Callable[..., Any], /, *args: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(function(*args))
        return done

    def shutdown(self, wait: bool = True) -> None:  # noqa: FBT001, FBT002
        """Nothing is left to tidy up."""


class Workers:
    """A pool of reading processes, started when it is made so that they get ready beside whatever else is loaded. A context manager.

    What a task raises, how its process died (pebble.ProcessExpired) or that it took too long (TimeoutError) is its future's exception.
    """

    def __init__(self, jobs: int, limits: Limits | None = None, method: str | None = None) -> None:
        prepare(method)
        from pebble import ProcessPool

        self.limits = limits or Limits()
        context = multiprocessing.get_context(method or start_method())
        self._pool = ProcessPool(jobs, initializer=_begin, initargs=(self.limits.memory,), context=context)
        # aside: the process that workers branch off from answers only once it has loaded what they need
        self._aside = ThreadPoolExecutor(1)
        self.submit(_ready)
        self._ending = threading.Thread(target=self._end)

    def submit(self, function: Callable[..., Any], /, *args: Any) -> Future[Any]:
        """Begin a call, not waiting for the workers: UnfinishedError comes of it where they do not start, and is raised once they ended."""
        future: Future[Any] = Future()
        try:
            handed_over = self._aside.submit(self._hand_over, future, function, args)
        except RuntimeError as error:
            raise WordedUnfinishedError("intake.no_workers") from error
        handed_over.add_done_callback(functools.partial(_taken_back, future))
        return future

    def _hand_over(self, future: Future[Any], function: Callable[..., Any], args: Sequence[Any]) -> None:
        try:
            task = self._pool.schedule(function, args=args, timeout=self.limits.seconds)
        except RuntimeError as error:
            unfinished = WordedUnfinishedError("intake.no_workers")
            unfinished.__cause__ = error
            future.set_exception(unfinished)
        except BaseException as error:  # noqa: BLE001 - whoever waits for the call hears of it
            future.set_exception(error)
        else:
            task.add_done_callback(functools.partial(_told, future))

    def shutdown(self, wait: bool = True) -> None:  # noqa: FBT001, FBT002
        """The processes are told to end, aside: the pool takes a tenth of a second to notice that they have."""
        with contextlib.suppress(RuntimeError):  # they have been told
            self._ending.start()
        if wait:
            self._ending.join()

    def _end(self) -> None:
        self._aside.shutdown(cancel_futures=True)
        self._pool.stop()  # type: ignore[no-untyped-call]  # also after an interrupt: nothing is left to finish
        self._pool.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.shutdown()


def prepare(method: str | None = None) -> None:
    """Begin the process that workers branch off from, where there is one: it loads what they need beside all that is loaded here."""
    context = multiprocessing.get_context(method or start_method())
    if context.get_start_method() == "forkserver":
        from multiprocessing import forkserver, resource_tracker

        context.set_forkserver_preload([*NEEDED, POOL])
        # it and all that branch off from it hear of an interrupt from this process alone: else they would say where it met them
        sys.warnoptions.append(UNTOLD)  # which processes that Python begins take over
        resource_tracker.ensure_running()  # first, since whoever begins it lets interrupts in again
        sys.warnoptions.remove(UNTOLD)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def start_method() -> str:
    """Never a bare fork: this process has threads. A server process to branch off from saves loading the parser once a worker.

    It is spoken to by a socket in the temporary folder, whose path may be too long for one.
    """
    served = "forkserver" in multiprocessing.get_all_start_methods()
    return "forkserver" if served and len(os.fsencode(tempfile.gettempdir())) <= LONGEST_FOLDER else "spawn"


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _begin(memory: int) -> None:
    gc.set_threshold(GARBAGE)
    if hasattr(os, "nice"):
        os.nice(AFTER_US)
    confine(memory)
    for module in NEEDED:
        importlib.import_module(module)


def _taken_back(future: Future[Any], call: Future[Any]) -> None:
    """Whoever waits for what will not begin any more hears of it."""
    if call.cancelled() and future.cancel():
        future.set_running_or_notify_cancel()


def _told(future: Future[Any], task: Future[Any]) -> None:
    """What came of a task."""
    if task.cancelled():
        _taken_back(future, task)
    elif error := task.exception():
        future.set_exception(error)
    else:
        future.set_result(task.result())


def _ready() -> None:
    """Nothing: the first task starts the pool."""
