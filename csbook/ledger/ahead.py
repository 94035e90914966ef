"""Ahead: what is made in a thread while what was made before is used; Arrow and SQLite both let go of Python's lock."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def ahead(items: Iterable[T]) -> Iterator[T]:
    """The items in order; one is made while the one before it is used, so that two are there at a time."""
    making = iter(items)
    with ThreadPoolExecutor(1) as thread:
        following = thread.submit(_few, making)
        while found := following.result():
            following = thread.submit(_few, making)
            yield from found


def _few(making: Iterator[T]) -> list[T]:
    return list(itertools.islice(making, 1))
