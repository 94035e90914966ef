"""Which language csbook speaks: --lang, then the locale, then Chinese."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextvars import ContextVar

import click

from csbook import messages

_KEY = "csbook.lang"
# what --lang named in this call of csbook, for what is said once click has left its context: why the call failed
_CALL: ContextVar[str | None] = ContextVar("lang", default=None)


@contextlib.contextmanager
def one_call() -> Iterator[None]:
    """A call of csbook; one within another leaves the outer its language."""
    token = _CALL.set(None)
    messages.speak_for_libraries(of_terminal())
    try:
        yield
    finally:
        _CALL.reset(token)


def use_language(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    """Remember --lang for everything that is said below this context."""
    _CALL.set(value)
    if value:
        ctx.meta[_KEY] = value
        messages.speak_for_libraries(value)


def asked() -> str | None:
    """The language that --lang names, if it was given."""
    ctx = click.get_current_context(silent=True)
    return ctx.meta.get(_KEY) if ctx else _CALL.get()


def of_terminal() -> str:
    """The language of what is printed."""
    return asked() or _of_locale()


def of_workbooks() -> str:
    """The language of what is written: Chinese unless --lang says otherwise."""
    return asked() or "zh"


def _of_locale() -> str:
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "en" if named.lower().startswith("en") else "zh"
