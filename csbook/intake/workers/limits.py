"""Limits: what a worker process may take, and that nothing it reads gets out of it. Bounds: FACTS.md, Reading."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from dataclasses import dataclass
from typing import NoReturn

MIB = 1024 * 1024
# the exit code of a worker that ended itself because of its memory
OUT_OF_MEMORY = 86
PAUSE = 0.05


@dataclass(frozen=True)
class Limits:
    """Memory of one worker in bytes (address space where the system bounds that, else resident), and seconds for one task."""

    memory: int = 1024 * MIB
    seconds: float = 60


def confine(memory: int) -> None:
    """Bind this process: at most `memory` bytes, no core dump, no output. A parser that panics prints what it stumbled over."""
    _silence()
    if not _bounded(memory):
        threading.Thread(target=_watch, args=(memory,), daemon=True).start()


def _silence() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _bounded(memory: int) -> bool:
    """Has the system taken the limit? Windows knows none of this kind, macOS takes it and does not keep it."""
    try:
        import resource
    except ImportError:
        return False
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        return sys.platform != "darwin"
    return False


def _watch(memory: int) -> NoReturn:
    """End this process once it holds more: the parser lets other threads run, so this one sees it in time."""
    import psutil

    process = psutil.Process()
    while True:
        if process.memory_info().rss > memory:
            os._exit(OUT_OF_MEMORY)
        time.sleep(PAUSE)
