"""Parsers that misbehave in every way that real ones do, for tests of the workers: a file's name says how."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from csbook.intake.examined import Examined
from csbook.rows import SourceFile

SECRET = "13812345678"


class Panic(BaseException):
    """As a panic of native code comes to Python: no Exception, with what it stumbled over in its text."""


def examine(path: Path, content: Callable[[Path], bytes] | None = None) -> Examined:
    os.write(2, f"thread panicked at {SECRET}\n".encode())
    match path.stem:
        case "abort":
            os.abort()
        case "exit":
            os._exit(3)
        case "panic":
            raise Panic(SECRET)
        case "hang":
            time.sleep(600)
        case "hog":
            return Examined(SourceFile(path=path, size=len(b"x" * (8 << 30))))
        case "interrupt":
            raise KeyboardInterrupt
    return Examined(SourceFile(path=path, version=str(os.getpid())))


def hashed(path: Path, content: Callable[[Path], bytes]) -> Examined:
    """What was sent, as its hash."""
    return Examined(SourceFile(path=path, sha256=hashlib.sha256(content(path)).hexdigest()))
