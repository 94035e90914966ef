"""Typed: what stands on the command line or in a path, repeated in a message without personal data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

# what holds none of these is not worth the detector: digits, an address, a name
SUSPECT = re.compile(r"[0-9]{4}|@|[^\x00-\x7f]")


def redacted(text: str, typed: Iterable[str]) -> str:
    """The text with what is private in one of the words, part by part of a path, as ingest would redact it."""
    parts = {part for word in typed if SUSPECT.search(word) and word in text for part in Path(word).parts if SUSPECT.search(part)}
    if not parts:
        return text
    from csbook import privacy
    from csbook.privacy.redaction import redact_text
    from csbook.workspace import shipped

    # what stops a command may be a team's own settings: those of csbook always load
    profile = privacy.load(shipped("validations") / "privacy.toml")
    for part in sorted(parts, key=len, reverse=True):
        text = text.replace(part, redact_text(part, profile.default, profile)[0])
    return text
