"""A PostgreSQL server of our own for the tests, in a temporary folder, on a Unix socket."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


def binary(name: str) -> str | None:
    """The server's program, which Debian keeps off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(found[-1]) if found else None)


@dataclass(frozen=True)
class Server:
    """A running server: the URL of an empty database, and what stops and starts it."""

    url: str
    folder: Path
    control: tuple[str, ...]

    def crash(self) -> None:
        """All its processes end at once, as by kill -9."""
        run(self.folder, [*self.control, "-m", "immediate", "stop"])

    def start(self) -> None:
        settings = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c shared_preload_libraries=pg_stat_statements"
        run(self.folder, [*self.control, "-l", str(self.folder / "log"), "-o", settings, "start"])


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """The server while it runs. It refuses to run as root, so root runs it as `postgres`."""
    folder = Path(tempfile.mkdtemp(prefix="csbook-pg-", dir="/tmp"))
    runuser = str(shutil.which("runuser") or "/usr/sbin/runuser")
    as_user = [runuser, "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    running = Server(f"postgresql://csbook@/postgres?host={folder}", folder, (*as_user, str(binary("pg_ctl")), "-D", str(data), "-w", "-s"))
    try:
        run(folder, [*as_user, str(binary("initdb")), "-D", str(data), "-A", "trust", "-U", "csbook", "-E", "UTF8", "--locale=C", "-N"])
        running.start()
        try:
            yield running
        finally:
            running.crash()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(folder: Path, command: list[str]) -> None:
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C"})
