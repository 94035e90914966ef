"""Ending: a process that has done and said everything ends at once; first freeing all that it loaded takes Python half a second."""

from __future__ import annotations

import atexit
import os
import sys
import weakref
from collections.abc import Callable

_last: set[weakref.WeakMethod[Callable[[], object]]] = set()


def at_last(method: Callable[[], object]) -> None:
    """What must happen before the process is gone, and would happen by itself if Python freed the method's object."""
    _last.add(weakref.WeakMethod(method))


class Ending:
    """Made before anything else is loaded, so that it comes after all that others have to do when Python exits.

    `code` is the exit code once there is one; before, Python ends as it always does, and says why.
    """

    code: int | None = None

    def __init__(self) -> None:
        atexit.register(self._leave)

    def _leave(self) -> None:
        if self.code is None:
            return
        try:
            for method in filter(None, (each() for each in _last)):
                method()
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
        except Exception:  # noqa: BLE001 - nobody reads any more, for instance: Python knows what to do then
            return
        os._exit(self.code)
