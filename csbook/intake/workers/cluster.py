"""Cluster: files read by the workers of a Dask cluster. Their bytes are sent, so that a worker needs csbook and no shared disk."""

from __future__ import annotations

import logging
import multiprocessing
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Self

import dask
import distributed

import csbook
from csbook.intake.paths import bytes_of
from csbook.intake.refusal import Refused
from csbook.intake.workers.pool import Workers
from csbook.intake.workers.task import Answer, Content
from csbook.messages import WordedUnfinishedError, WordedUsageError

PATIENCE = 10  # seconds in which a scheduler answers, and the first worker comes
LOOK = 15  # seconds without an answer until we look whether there is a worker left; one that died may be on its way back
AHEAD, MOST = 2, 256  # portions on their way per thread of the cluster, and in all: so much lies in its memory
SETTINGS = {
    "distributed.comm.timeouts.connect": PATIENCE,
    "distributed.admin.large-graph-warning-threshold": "1GiB",  # a portion is meant to be large
}


class Cluster:
    """An executor on a cluster. A context manager.

    A portion whose worker dies is read by another; there as here, csbook's own limits bind what reads a file.
    Raises UsageError for what is no address and for workers with another csbook, UnfinishedError where nobody answers.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        dask.config.set(SETTINGS)
        logging.getLogger("distributed").setLevel(logging.CRITICAL + 1)  # what is wrong is said in a sentence
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL + 1)
        self._client = self._connected()
        try:
            threads = self._threads()
            self._alike()
            self._client.register_plugin(Readers())
        except BaseException:
            self._client.close()
            raise
        self._senders = ThreadPoolExecutor(min(AHEAD * threads, MOST))

    def submit(self, function: Callable[..., Answer], /, paths: Sequence[Path], packed: bytes) -> Future[Answer]:
        """Begin `function(paths, packed, contents)` on a worker, with what stands in these files."""
        return self._senders.submit(self._read, function, paths, packed)

    def shutdown(self, wait: bool = True) -> None:  # noqa: FBT001, FBT002 - as concurrent.futures has it
        """Nothing more will be submitted."""
        self._senders.shutdown(wait)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._senders.shutdown(wait=False, cancel_futures=True)
        self._client.close()  # who still waits is told
        self._senders.shutdown()

    def _connected(self) -> distributed.Client:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # other versions of what csbook does not use there
            try:
                return distributed.Client(self._address, timeout=PATIENCE)
            except ValueError as error:
                raise WordedUsageError("intake.cluster_address", address=self._address) from error
            except (OSError, TimeoutError, ImportError) as error:
                raise WordedUnfinishedError("intake.cluster_unreachable", address=self._address) from error

    def _threads(self) -> int:
        """How many portions are read at once. Raises UnfinishedError where no worker comes."""
        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
            return sum(self._client.nthreads().values())
        except (OSError, TimeoutError) as error:
            raise WordedUnfinishedError("intake.cluster_idle", address=self._address) from error

    def _alike(self) -> None:
        """Raises UsageError where a worker has another csbook or none: it would judge by other rules."""
        versions: Any = self._client.get_versions(packages=["csbook"])
        workers = versions["workers"]
        found = {str(each["packages"].get("csbook")) for each in workers.values()}
        if found != {csbook.__version__}:
            raise WordedUsageError("intake.cluster_version", found=", ".join(sorted(found)), own=csbook.__version__)

    def _read(self, function: Callable[..., Answer], paths: Sequence[Path], packed: bytes) -> Answer:
        contents = [_content(path) for path in paths]
        try:
            answer = self._answer(self._client.submit(apart, function, [path.name for path in paths], packed, contents, pure=False))
        except distributed.KilledWorker:
            raise  # this portion was there whenever a worker died
        except Exception as error:  # whatever befalls a cluster, it is not the fault of a file
            raise WordedUnfinishedError("intake.cluster_lost", address=self._address) from error
        if isinstance(answer, Exception):
            raise answer
        return answer.about(paths)

    def _answer(self, sent: distributed.Future[Answer | Exception]) -> Answer | Exception:
        while not sent.done():
            try:
                distributed.wait(sent, timeout=LOOK)
            except TimeoutError:
                self._client.wait_for_workers(1, timeout=LOOK)
        answer: Answer | Exception = sent.result()
        return answer


class Readers(distributed.WorkerPlugin):
    """The processes of one worker of the cluster, as many as it has threads; they stay for the next batch."""

    name, idempotent = "csbook.readers", True

    def setup(self, worker: distributed.Worker) -> None:
        # Dask's nanny starts its workers as daemons, which may have no processes of their own
        multiprocessing.current_process().daemon = False
        self.processes = Workers(worker.state.nthreads)

    def teardown(self, worker: distributed.Worker) -> None:  # noqa: ARG002 - Dask's signature
        self.processes.__exit__(None, None, None)


def apart(function: Callable[..., Answer], names: Sequence[str], packed: bytes, contents: Sequence[Content]) -> Answer | Exception:
    """What a worker of the cluster does: the call, in a process with csbook's limits.

    What goes wrong comes back as a value: what is raised, Dask writes into its log, with a part of the arguments.
    """
    readers: Any = distributed.get_worker().plugins[Readers.name]
    # pure paths: they can be sent between systems
    try:
        answer: Answer = readers.processes.submit(function, [PurePosixPath(name) for name in names], packed, contents).result()
    except Exception as error:  # noqa: BLE001 - raised where the answer is awaited
        return error
    return answer


def _content(path: Path) -> Content:
    """Bytes, or why there are none. Raises FileNotFoundError as reading here does."""
    try:
        return bytes_of(path)
    except Refused as refusal:
        return refusal
