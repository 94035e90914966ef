"""A PostgreSQL server of our own for the tests, in a temporary folder, on a Unix socket."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


def binary(name: str) -> str | None:
    """The server's program, which Debian keeps off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(found[-1]) if found else None)


@contextlib.contextmanager
def server() -> Iterator[str]:
    """The URL of an empty database while the server runs. It refuses to run as root, so root runs it as `postgres`."""
    folder = Path(tempfile.mkdtemp(prefix="csbook-pg-", dir="/tmp"))
    runuser = str(shutil.which("runuser") or "/usr/sbin/runuser")
    as_user = [runuser, "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    control = [*as_user, str(binary("pg_ctl")), "-D", str(data), "-w", "-s"]
    try:
        run(folder, [*as_user, str(binary("initdb")), "-D", str(data), "-A", "trust", "-U", "csbook", "-E", "UTF8", "--locale=C", "-N"])
        run(folder, [*control, "-l", str(folder / "log"), "-o", f"-k {folder} -c listen_addresses='' -c fsync=off", "start"])
        try:
            yield f"postgresql://csbook@/postgres?host={folder}"
        finally:
            run(folder, [*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(folder: Path, command: list[str]) -> None:
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C"})
