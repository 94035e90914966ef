"""Secret: the text of a file that nobody but its owner may read, such as a key or a password."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from csbook import messages
from csbook.issues import UsageError


def own_text(path: Path, lang: str, speaker: str) -> str:
    """The text of the file. Raises UsageError (messages `<speaker>.unreadable`, `<speaker>.open_to_others`).

    Whom a file belongs to is asked where the system knows modes.
    """
    try:
        mode, text = stat.S_IMODE(path.stat().st_mode), path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        # without its cause: that could show a part of the secret
        raise UsageError(messages.text(lang, f"{speaker}.unreadable", path=path)) from None
    if os.name != "nt" and mode & 0o077:
        raise UsageError(messages.text(lang, f"{speaker}.open_to_others", path=path, mode=f"{mode:03o}"))
    return text
