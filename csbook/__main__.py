"""`python -m csbook`, and the console script: worker processes load this module again, so nothing else loads with it."""

from __future__ import annotations

READING = {"check", "ingest", "watch"}  # commands that read workbooks


def main() -> None:
    """One command line."""
    import sys

    from csbook.ending import Ending

    ending = Ending()
    try:
        if READING.intersection(sys.argv):
            from csbook.intake.workers import pool

            pool.prepare()  # before the command line itself is loaded: readers load beside all that comes now
        from csbook.cli import main as command_line
    except KeyboardInterrupt:  # before there is anybody to say so
        sys.exit(130)
    try:
        command_line()
    except SystemExit as done:
        ending.code = done.code if isinstance(done.code, int) else None
        raise


if __name__ == "__main__":
    main()
