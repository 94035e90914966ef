"""An unexpected error is told by its place in the code, never by its words."""

from __future__ import annotations

import functools
import pickle
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from csbook.cli import run
from csbook.intake.workers import task
from csbook.issues import Code
from csbook.traces import trace

SECRET = "13812345678 王小明"


def fail(*_args: object, **_words: object) -> None:
    raise KeyError(SECRET) from ValueError(SECRET)


class PanicException(BaseException):
    """As a library in Rust raises it."""


def panic(*_args: object, **_words: object) -> None:
    raise PanicException(SECRET)


def test_a_trace_names_kinds_and_places_alone() -> None:
    with pytest.raises(KeyError) as caught:
        fail()
    assert re.fullmatch(r"KeyError ← ValueError @ tests\.test_traces:\d+ fail", trace(caught.value))
    assert trace(ValueError(SECRET)) == "ValueError @ ?"


@pytest.mark.parametrize("broken", [fail, panic])
def test_an_internal_error_is_one_sentence_and_exit_code_3(
    broken: object, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("csbook.workspace.find", broken)
    assert run(["forms"]) == 3
    said = capfd.readouterr()
    assert said.out == ""
    assert f"@ tests.test_traces:{broken.__code__.co_firstlineno + 1} {broken.__name__}" in said.err  # type: ignore[attr-defined]
    assert "Traceback" not in said.err
    assert SECRET not in said.err


@pytest.mark.parametrize("broken", [fail, panic])
def test_a_crash_of_a_reader_says_where_and_not_what(broken: object, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"x")
    answer = task.read_apart([tmp_path / "a.xlsx"], pickle.dumps(functools.partial(broken, more=1)))  # type: ignore[arg-type]
    [issue] = answer.files[0].issues
    assert (issue.code, SECRET in repr(answer)) == (Code.PARSER_CRASHED, False)
    assert f"test_traces:{broken.__code__.co_firstlineno + 1} {broken.__name__}" in issue.words["why"].en  # type: ignore[attr-defined]


def test_nothing_speaks_but_csbook() -> None:
    program = f"""
import click, logging, sys, threading, warnings
import csbook.cli as cli
@click.command("forms")
def broken():
    warnings.warn({SECRET!r})
    logging.getLogger("a library").error({SECRET!r})
    thread = threading.Thread(target=lambda: int({SECRET!r})); thread.start(); thread.join()
    raise RuntimeError({SECRET!r})
cli.csbook.get_command = lambda *_: broken
cli.main(["forms"])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout, SECRET in done.stderr) == (3, "", False)
    assert "RuntimeError @ __main__" in done.stderr


def test_click_itself_is_as_before() -> None:
    assert run(["--version"]) == 0
    assert run(["forms", "--nonsense"]) == 2
    assert isinstance(click.Abort(), RuntimeError)
