"""`python -m csbook`, and the console script: worker processes load this module again, so nothing else loads with it."""

from __future__ import annotations


def main() -> None:
    """One command line."""
    from csbook.ending import Ending

    ending = Ending()
    from csbook.cli import main as command_line

    try:
        command_line()
    except SystemExit as done:
        ending.code = done.code if isinstance(done.code, int) else None
        raise


if __name__ == "__main__":
    main()
