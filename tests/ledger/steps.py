"""Steps: every call by which SQLite and csbook change a file, counted, so that a process can die at any of them or find the disk full.

SQLite's own table of system calls takes ours in their place (xSetSystemCall, made for such tests). What a process that is killed
leaves behind depends on these calls alone: fsync changes nothing that another process sees.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import errno
import itertools
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3._sqlite3

LIMIT = 60  # seconds that a forked process may take

_C = ctypes
_PROTOTYPES: dict[bytes, tuple[Any, ...]] = {
    b"open": (_C.c_int, _C.c_char_p, _C.c_int, _C.c_int),
    b"write": (_C.c_ssize_t, _C.c_int, _C.c_void_p, _C.c_size_t),
    b"pwrite": (_C.c_ssize_t, _C.c_int, _C.c_void_p, _C.c_size_t, _C.c_int64),
    b"pwrite64": (_C.c_ssize_t, _C.c_int, _C.c_void_p, _C.c_size_t, _C.c_int64),
    b"ftruncate": (_C.c_int, _C.c_int, _C.c_int64),
    b"unlink": (_C.c_int, _C.c_char_p),
}
WRITES = {b"write", b"pwrite", b"pwrite64"}
OWN = ("replace", "unlink", "mkdir")  # csbook's own, by way of os


class _Vfs(ctypes.Structure):
    pass


_Vfs._fields_ = [
    ("iVersion", _C.c_int), ("szOsFile", _C.c_int), ("mxPathname", _C.c_int), ("pNext", _C.c_void_p), ("zName", _C.c_char_p),
    ("pAppData", _C.c_void_p),
    *((name, _C.c_void_p) for name in ("xOpen", "xDelete", "xAccess", "xFullPathname", "xDlOpen", "xDlError", "xDlSym", "xDlClose",
                                       "xRandomness", "xSleep", "xCurrentTime", "xGetLastError", "xCurrentTimeInt64")),
    ("xSetSystemCall", _C.CFUNCTYPE(_C.c_int, _C.POINTER(_Vfs), _C.c_char_p, _C.c_void_p)),
    ("xGetSystemCall", _C.CFUNCTYPE(_C.c_void_p, _C.POINTER(_Vfs), _C.c_char_p)),
]  # fmt: skip

Step = Callable[[bytes, tuple[Any, ...]], bool]  # told a call and its arguments before it is made; False: it fails, the disk being full


@contextmanager
def watched(step: Step) -> Iterator[None]:
    """Tell `step` of every call that changes a file, before it is made."""
    systems, kept = [_vfs(_sqlite3.__file__), _vfs(sqlcipher3._sqlite3.__file__)], []
    for vfs in systems:
        for name, (result, *arguments) in _PROTOTYPES.items():
            address = vfs.contents.xGetSystemCall(vfs, name)
            if address:
                prototype = ctypes.CFUNCTYPE(result, *arguments, use_errno=True)
                ours = prototype(_call(name, prototype(address), step))
                kept.append(ours)
                vfs.contents.xSetSystemCall(vfs, name, ctypes.cast(ours, ctypes.c_void_p))
    real = {name: getattr(os, name) for name in OWN}
    for name, call in real.items():
        setattr(os, name, _own(name.encode(), call, step))
    try:
        yield
    finally:
        for vfs, name in itertools.product(systems, _PROTOTYPES):
            vfs.contents.xSetSystemCall(vfs, name, None)
        for own, call in real.items():
            setattr(os, own, call)


def _vfs(library: str) -> Any:
    """What SQLite, or SQLCipher, asks the operating system through."""
    loaded = ctypes.CDLL(library)
    loaded.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    return loaded.sqlite3_vfs_find(None)


def _call(name: bytes, real: Callable[..., int], step: Step) -> Callable[..., int]:
    def call(*arguments: Any) -> int:
        if name == b"open" and not arguments[1] & os.O_CREAT:
            return real(*arguments)
        if step(name, arguments):
            return real(*arguments)
        ctypes.set_errno(errno.ENOSPC)
        return -1

    return call


def _own(name: bytes, real: Callable[..., Any], step: Step) -> Callable[..., Any]:
    def call(*arguments: Any, **options: Any) -> Any:
        step(name, arguments)
        return real(*arguments, **options)

    return call


@dataclass(frozen=True)
class Image:
    """The files of a folder before a step, by name, and what the step is about to write: file, place and bytes."""

    files: dict[str, bytes]
    write: tuple[str, int, bytes] | None = None

    def laid_out(self, folder: Path) -> None:
        """The folder holds these files and no others."""
        shutil.rmtree(folder, ignore_errors=True)
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def written(self, name: str, place: int, content: bytes) -> Image:
        """With these bytes at that place of a file."""
        old = self.files.get(name, b"").ljust(place, b"\0")
        return Image({**self.files, name: old[:place] + content + old[place + len(content) :]})


def images(folder: Path, job: Callable[[], object]) -> list[Image]:
    """Run the job once; what a process killed before each of its steps would have left in the folder."""
    found: list[Image] = []

    def files() -> dict[str, bytes]:
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def step(name: bytes, arguments: tuple[Any, ...]) -> bool:
        write = None
        if name in WRITES and len(arguments) == 4:
            path = Path(f"/proc/self/fd/{arguments[0]}").readlink()
            write = str(path.relative_to(folder)), arguments[3], ctypes.string_at(arguments[1], arguments[2])
        found.append(Image(files(), write))
        return True

    with watched(step):
        job()
    return [*found, Image(files())]


def killed_at(number: int, job: Callable[[], object]) -> bool:
    """Run the job in a process of its own that dies at step `number`, counted from 1; False where it came to its end before."""
    count = 0

    def step(*_: Any) -> bool:
        nonlocal count
        count += 1
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return True

    def watch() -> None:
        with watched(step):
            job()

    status = forked(watch)()
    assert status in {0, -signal.SIGKILL}, status
    return status != 0


def forked(job: Callable[[], object]) -> Callable[[], int]:
    """Start the job in a process of its own; what is returned waits for its end and gives the exit code, negative for a signal."""
    child = os.fork()
    if not child:
        code = 1
        try:
            signal.alarm(LIMIT)
            job()
            code = 0
        finally:
            os._exit(code)
    return lambda: os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
