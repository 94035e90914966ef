"""What a whole process takes, those that it began included. Linux only: it becomes the parent of processes that lost theirs."""

from __future__ import annotations

import ctypes
import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of <linux/prctl.h>


@dataclass(frozen=True, order=True)
class Took:
    """Seconds on the clock, seconds of the processors, MB of the main process; what it printed."""

    wall: float
    cpu: float
    memory: int = 0
    said: str = field(default="", compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.wall:.2f} s (processors {self.cpu:.2f} s{f', {self.memory} MB' if self.memory else ''})"

    def times(self, ours: Took) -> str:
        """How many times ours this is, by the clock and by the processors."""
        return f"{self.wall / ours.wall:.1f} times (processors {self.cpu / ours.cpu:.1f})"


def adopt() -> None:
    """Be the parent of processes that lost theirs, to count them."""
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)


def run(command: Sequence[object], fine: Sequence[int] = (0,), *, aloud: bool = True) -> Took:
    """One command until every process it began has ended; not `aloud`, what it says of faults is thrown away.

    Raises CalledProcessError for an exit code that is not `fine`.
    """
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    wall, cpu, memory, start = 0.0, 0.0, 0, time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [str(part) for part in command], cwd=ROOT, env=env, stdout=said, stderr=None if aloud else subprocess.DEVNULL
        )
        while True:
            try:
                pid, status, usage = os.wait4(-1, 0)
            except ChildProcessError:
                said.seek(0)
                return Took(wall, cpu, memory, said.read().decode())
            cpu += usage.ru_utime + usage.ru_stime
            if pid == process.pid:
                wall, memory = time.perf_counter() - start, usage.ru_maxrss // 1024
                process.returncode = os.waitstatus_to_exitcode(status)
                if process.returncode not in fine:
                    raise subprocess.CalledProcessError(process.returncode, [str(part) for part in command])
