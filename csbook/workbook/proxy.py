"""The wall: every call on an object of XlsxWriter is checked, so that nothing is dropped unnoticed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csbook.workbook.limits import checked


class Wall:
    """Passes every method on to the wrapped object and raises Refused where it warns or returns a negative number."""

    def __init__(self, wrapped: Any, what: str) -> None:
        self._wrapped, self._what = wrapped, what

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._wrapped, name)

        def call(*args: Any, **options: Any) -> Any:
            return checked(f"{self._what}.{name}", method, *(_bare(each) for each in args), **options)

        return call


def _bare(value: Any) -> Any:
    return value._wrapped if isinstance(value, Wall) else value  # noqa: SLF001 - the wall opens for its own kind
