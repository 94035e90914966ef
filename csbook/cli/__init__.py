"""The command line: one module a command, loaded when it is called."""

from __future__ import annotations

import gc
import io
import sys
import threading
import warnings
from pathlib import Path

import click

from csbook import __version__
from csbook.cli import options
from csbook.cli.command import LazyGroup, Option, failure, said
from csbook.cli.language import one_call, use_language
from csbook.cli.session import Session
from csbook.cli.typed import redacted
from csbook.issues import UnfinishedError, UsageError

# rows by the ten thousand are no garbage: looking through them for some every 700 new objects costs a fifth of an ingest
GARBAGE = (300_000, 20, 20)
COMMANDS = ("init", "forms", "template", "check", "map", "ingest", "watch", "analyze", "remind", "handover", "ledger", "demo")


@click.group(
    "csbook",
    cls=LazyGroup,
    package=__name__,
    modules=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--lang", cls=Option, type=click.Choice(["zh", "en"]), is_eager=True, expose_value=False, callback=use_language)
@click.option("--ledger", cls=Option, metavar="URL|PATH", type=options.Ledger())
@click.option("--workspace", cls=Option, metavar="DIR", type=options.Place())
@click.option("--quiet", cls=Option, is_flag=True)
@click.version_option(__version__, cls=Option, prog_name="csbook", message="%(prog)s %(version)s")
@click.pass_context
def csbook(ctx: click.Context, ledger: str | None, workspace: Path | None, quiet: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """The group itself: keeps the global options for the commands, and keeps the logs of libraries silent."""
    import logging  # not for --help

    logging.lastResort = logging.NullHandler()
    ctx.obj = Session(ledger_option=ledger, workspace_option=workspace, quiet=quiet)


def main(args: list[str] | None = None) -> None:
    """Run one command; exit 0 clean, 1 findings, 2 usage or configuration, 3 could not finish (nothing was stored)."""
    _silence()
    sys.exit(run(args))


def run(args: list[str] | None = None) -> int:
    """One command line as an exit code; every failure is a sentence on standard error."""
    _spare_the_terminal()
    gc.set_threshold(*GARBAGE)
    with one_call():
        return _exit_code(args)


def _exit_code(args: list[str] | None) -> int:
    typed = sys.argv[1:] if args is None else args
    try:
        result = csbook.main(args, prog_name="csbook", standalone_mode=False)
    except click.Abort:
        click.echo(said("interrupted"), err=True)
        return 130
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(file=shown)
        click.echo(redacted(shown.getvalue(), typed), err=True, nl=False)
        return 2
    except UsageError as error:
        click.echo(failure(error, typed), err=True)
        return 2
    except (UnfinishedError, OSError) as error:
        click.echo(failure(error, typed), err=True)
        return 3
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of a library is no Exception; what it says may be somebody's data
        from csbook.traces import trace

        click.echo(said("internal", where=trace(error)), err=True)
        return 3
    return result if isinstance(result, int) else 0


def _silence() -> None:
    """Nobody speaks but csbook: warnings and tracebacks of libraries, as their logs, may quote what they stumbled over."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    threading.excepthook = lambda _args: None
    sys.unraisablehook = lambda _args: None


def _spare_the_terminal() -> None:
    """A sign that the terminal's code page lacks (936: an emoji in a file name) is shown as ?, and stops nothing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
