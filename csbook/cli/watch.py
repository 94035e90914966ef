"""`csbook watch`: ingests workbooks as they arrive in a folder."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from csbook.cli import options
from csbook.cli.command import Option, Speaking, failure, said
from csbook.cli.folder import prepare
from csbook.cli.language import of_terminal
from csbook.cli.reading import reading
from csbook.cli.session import Session, current
from csbook.issues import UnfinishedError, UsageError

if TYPE_CHECKING:
    from csbook.intake.inbox import Inbox, Look
    from csbook.passwords import Password

OUTBOX = "outbox"
# what asks a program to end: Ctrl-C, the system, and on Windows Ctrl-Break
ENDINGS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name))


@click.command("watch", cls=Speaking)
@click.argument("inbox", required=False, metavar="[INBOX]", type=options.Place())
@click.option("--receipts", cls=Option, metavar="DIR", type=options.Place())
@click.option("--settle", cls=Option, metavar="SECONDS", type=options.Number(min=0.1), default=5, show_default=True)
@click.option("--poll", cls=Option, is_flag=True)
@click.option("--map", "mapped", cls=Option, metavar="FILE", type=options.Place())
@options.password_file()
@click.option("--jobs", cls=Option, metavar="N|URL", type=options.Jobs())
@current
def command(
    session: Session,
    inbox: Path | None,
    receipts: Path | None,
    settle: float,
    poll: bool,  # noqa: FBT001 - click passes flags by name
    mapped: Path | None,
    password_file: Path | None,
    jobs: int | str | None,
) -> int:
    """Judge and merge what settles in the folder, then move it beside it; until somebody ends it."""
    from csbook.intake.inbox import Inbox

    folder, outbox = _places(session, inbox, receipts)
    session.foreign(mapped)  # whatever is wrong with definitions or map is said before anything is waited for
    prepare(outbox)
    watch = Watch(session, Inbox(folder, settle, of_terminal()), outbox, mapped, session.password(password_file), jobs)
    with _until_ended() as ended:
        session.say(said("watch.begins", folder=folder, receipts=outbox))
        for _ in _moments(folder, settle / 2, ended, poll=poll):
            watch.turn()
    session.say(said("watch.ended"))
    return 0


@dataclass
class Watch:
    """What happens whenever something may have changed; `fault` is the sentence that was said last."""

    session: Session
    inbox: Inbox
    outbox: Path
    mapped: Path | None
    password: Password | None
    jobs: int | str | None
    fault: str = ""

    def turn(self) -> None:
        """Judge what has settled, and move what is judged. What cannot be done now is said once and tried again."""
        try:
            looks = self.inbox.settled(time.monotonic())
            if looks:
                self._batch(looks)
        except (UsageError, UnfinishedError, OSError) as error:
            self.inbox.wait_again()
            self._tell(failure(error))
        for path, goal in self.inbox.put_away():
            self.session.say(said("watch.moved", file=self._named(Path(path.name)), goal=self._named(goal)))

    def _batch(self, looks: Mapping[Path, Look]) -> None:
        """One ingest, by the definitions as they are now; moved only once it is stored."""
        session = self.session.anew()
        with reading(tuple(looks), session, self.jobs, self.mapped, self.password) as on_their_way:
            from csbook.cli.ingest import hand_in

            judged, _ = hand_in(session, on_their_way, self.outbox, self.password)
        self.fault = ""
        self.inbox.judged(looks, judged.files)

    def _named(self, path: Path) -> Path:
        """A path as it may be said."""
        from csbook.cli.private import named

        return named(path, self.session.privacy)

    def _tell(self, fault: str) -> None:
        if fault != self.fault:
            click.echo(said("watch.waits", fault=fault), err=True)
        self.fault = fault


def _places(session: Session, inbox: Path | None, receipts: Path | None) -> tuple[Path, Path]:
    """The folder to watch, by default the workspace's, and the one for receipts, which must not lie in it."""
    folder = (inbox or session.workspace.inbox).resolve()
    if not folder.is_dir():
        raise UsageError(said("watch.no_folder", folder=folder))
    outbox = receipts or (folder.parent / OUTBOX if inbox else session.workspace.receipts)
    if outbox.resolve().is_relative_to(folder):
        raise UsageError(said("watch.receipts_inside", folder=folder, receipts=outbox))
    return folder, outbox


def _moments(folder: Path, pause: float, ended: threading.Event, *, poll: bool) -> Iterator[Any]:
    """Whenever the system tells of a change, and after every `pause` seconds: network folders tell nothing, a file settles in silence."""
    import watchfiles

    yield None
    milliseconds = max(50, int(pause * 1000))
    yield from watchfiles.watch(
        folder,
        watch_filter=None,
        stop_event=ended,
        rust_timeout=milliseconds,
        yield_on_timeout=True,
        force_polling=poll or None,
        poll_delay_ms=milliseconds,
        ignore_permission_denied=True,
    )


@contextlib.contextmanager
def _until_ended() -> Iterator[threading.Event]:
    """An event that is set when somebody ends the program: a batch is finished first. Asked twice, it is broken off as any other."""
    ended = threading.Event()

    def end(_number: int, _frame: object) -> None:
        ended.set()
        restore()

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    before = {number: signal.signal(number, end) for number in ENDINGS}
    try:
        yield ended
    finally:
        restore()
