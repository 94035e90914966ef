"""`python -m csbook`, and the console script: worker processes load this module again, so nothing else loads with it."""

from __future__ import annotations


def main() -> None:
    """One command line."""
    from csbook.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
