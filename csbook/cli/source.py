"""Source: whose figures are computed, and where: a ledger, or a whole one that was exported to a folder for an engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from csbook.cli.command import said
from csbook.cli.language import of_terminal
from csbook.cli.session import Session
from csbook.issues import UsageError

if TYPE_CHECKING:
    from csbook.ledger import Ledger
    from csbook.ledger.export.whole import Whole
    from csbook.ledger.reading.computing import Folders, Queries


def opened(session: Session, engine: str | None) -> Ledger | Whole:
    """What `--ledger` names. `engine` is the URL of what computes; only over a folder is there a choice."""
    folder = Path(session.ledger)
    if folder.is_dir():
        from csbook.ledger.export.whole import Whole

        return Whole.at(folder, of_terminal())
    if engine is not None:
        raise UsageError(said("analyze.no_folder"))
    return session.open_ledger()


def lying(session: Session, ledger: Ledger | Whole, place: Queries | Folders | None, engine: str | None) -> tuple[Any, Any]:
    """Records and revisions for csbook.metrics: where a database or an engine computes them, or read into this process."""
    from csbook import metrics
    from csbook.ledger import Ledger
    from csbook.ledger.reading.computing import Queries

    if isinstance(ledger, Ledger) and place is None:
        wanted = metrics.reads(session.policy, session.definitions)
        return ledger.records(wanted, coded=True), ledger.revisions(several=True)
    assert place is not None  # noqa: S101 - an exported ledger has its folders
    if isinstance(place, Queries):
        return metrics.asked(place.url, place.records, place.revisions)
    return metrics.stored(engine, place.records, place.revisions)
