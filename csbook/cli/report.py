"""What a batch says: the summary, one sentence an issue, and both as one JSON document."""

from __future__ import annotations

import json
import string
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from csbook.cli.batch import OUTCOMES, Judged
from csbook.cli.changes import document as document_of_changes
from csbook.cli.changes import show_changes
from csbook.cli.command import said
from csbook.cli.language import of_terminal
from csbook.cli.session import Session
from csbook.forms.say import FormSay, spoken
from csbook.issues import Issue, Severity

# columns of a table that goes into a file or a pipe: nothing is folded there
WIDE = 200
ANSWERED = frozenset({"accepted", "skipped"})


def summary(judged: Judged) -> dict[str, Any]:
    """The document of `ingest --json` (DESIGN, section 9), without the issues' texts."""
    counted: list[dict[str, int]] = judged.counts().to_dict("records")  # type: ignore[assignment]
    totals: dict[str, Any] = {"files": len(judged.files), "files_refused": sum(file.verdict == "refused" for file in judged.files)}
    totals |= {name: sum(counts[name] for counts in counted) for name in ("read", *OUTCOMES, "mended")}
    files = [
        {
            "path": str(file.path),
            "sha256": file.sha256,
            "form": file.form,
            "version": file.version,
            "desk": file.desk.desk,
            "verdict": file.verdict,
            "code": file.code,
            "rows": {name: counts[name] for name in ("read", *OUTCOMES, "mended")},
        }
        for file, counts in zip(judged.files, counted, strict=True)
    ]
    return {"batch": judged.batch, "totals": totals, "files": files}


def exit_code(judged: Judged) -> int:
    """1 where a file or a row was not accepted, else 0; warnings do not count, and of a form with no row nothing was refused."""
    return int(any(file.verdict not in ANSWERED for file in judged.files))


def show(session: Session, judged: Judged, document: dict[str, Any], *, as_json: bool) -> None:
    """Print the batch: as one JSON document, or as sentences and a summary."""
    says = {name: FormSay(form, of_terminal()) for name, form in session.definitions.forms.items()}
    issues = ({**_as_data(issue), "message": sentence(issue, says)} for issue in _in_order(judged))  # one by one: they may be a million
    changes = {"changes": document_of_changes(judged)} if judged.tried else {}
    if as_json:
        click.echo(json.dumps({**document, "issues": [*issues], **changes}, ensure_ascii=False, indent=2))
        return
    for issue in issues:
        _tell(session, issue)
    _show_files(session, document)
    session.say(said("summary.totals", **document["totals"]))
    if not judged.files:
        session.say(said("summary.no_files"))
    if judged.tried:
        show_changes(session, changes["changes"])
        session.say(said("summary.tried"))
    elif judged.batch:
        session.say(said("summary.stored", batch=judged.batch, ledger=session.ledger_named, mended=judged.mended))


def _in_order(judged: Judged) -> list[Issue]:
    """As somebody goes through the files to mend them: file by file, sheet by sheet, row by row; what is in no file comes last."""
    files = {str(file.path): place for place, file in enumerate(judged.files)}
    sheets: dict[tuple[str | None, str | None], int] = {}
    for issue in judged.issues:
        sheets.setdefault((issue.path, issue.sheet), len(sheets))

    def place(issue: Issue) -> tuple[int, int, int, int, str]:
        column = (issue.cell or "").rstrip(string.digits)
        return files.get(issue.path or "", len(files)), sheets[issue.path, issue.sheet], issue.row or 0, len(column), column

    return sorted(judged.issues, key=place)


def _tell(session: Session, issue: Mapping[str, Any]) -> None:
    """A sentence; --quiet keeps errors, on standard error."""
    line = f"{said('severity.' + issue['severity'])} {issue['message']}"
    if session.quiet and issue["severity"] == Severity.ERROR:
        click.echo(line, err=True)
    else:
        session.say(line)


def _show_files(session: Session, document: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    if session.quiet:
        return
    table = Table(box=None, pad_edge=False)
    for column in ("path", "form", "desk", "verdict"):
        table.add_column(said(f"summary.{column}"), no_wrap=True)
    for column in ("read", *OUTCOMES):
        table.add_column(said(f"outcome.{column}"), justify="right")
    for file in document["files"]:
        form = session.definitions.forms.get(file["form"])
        title = form.title.in_(of_terminal()) if form else "–"
        table.add_row(
            escape(Path(file["path"]).name), title, file["desk"], said(f"verdict.{file['verdict']}"),
            *(str(file["rows"][name]) for name in ("read", *OUTCOMES)),
        )  # fmt: skip
    Console(highlight=False, width=None if sys.stdout.isatty() else WIDE).print(table)


def sentence(issue: Issue, says: Mapping[str, FormSay]) -> str:
    """Where, what is wrong, the rule, and what to do, in the language of the terminal; `says` by form. Lines to copy stand below."""
    say = says.get(issue.form) if issue.form else None
    place = issue.cell or (said("row", row=issue.row) if issue.row else None)
    where = " › ".join(part for part in (issue.path, issue.sheet, place) if part)
    column = f"「{say.field(issue.field)}」" if say and issue.field else ""
    words = say.issue(issue) if say else spoken(issue, of_terminal())
    remedy, *copied = words.remedy.split("\n")
    return "\n".join([said("sentence", where=where, column=column, fault=words.fault, rule=words.prompt, remedy=remedy), *copied])


def _as_data(issue: Issue) -> dict[str, Any]:
    return {
        "code": str(issue.code),
        "severity": str(issue.severity),
        "path": issue.path,
        "sheet": issue.sheet,
        "cell": issue.cell,
        "row": issue.row,
        "field": issue.field,
    }
