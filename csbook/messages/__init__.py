"""Words for people: gettext catalogs in Chinese and English, looked up by symbolic id.

One domain (.po, compiled to .mo by `make messages`) per speaker: issues, workbook, analysis, terminal. `click` holds that library's
English sentences in Chinese.
"""

from __future__ import annotations

import errno
import functools
import gettext
import os
from pathlib import Path
from typing import Any

from csbook.issues import UnfinishedError, UsageError

LOCALES = {"zh": "zh_CN", "en": "en"}
FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}  # Windows knows no quota
REASONS = dict.fromkeys(FULL, "reason.full") | {
    errno.EROFS: "reason.read_only", errno.EACCES: "reason.denied", errno.EPERM: "reason.denied", errno.ENOENT: "reason.gone",
    errno.ENAMETOOLONG: "reason.long_name", errno.EIO: "reason.device", errno.EEXIST: "reason.no_folder", errno.ENOTDIR: "reason.no_folder",
    errno.EISDIR: "reason.folder",
}  # fmt: skip


def speak_for_libraries(lang: str) -> None:
    """Libraries that look their words up by gettext (click does) say them in `lang` from now on."""
    gettext.bindtextdomain("click", Path(__file__).parent)
    gettext.textdomain("click")
    os.environ["LANGUAGE"] = LOCALES[lang]  # where gettext looks for the language, at each message


@functools.cache
def _catalog(lang: str) -> dict[str, str]:
    """Every message of a language: one look-up, also for an id that none of the domains has."""
    messages: dict[str, str] = {}
    for path in sorted((Path(__file__).parent / LOCALES[lang] / "LC_MESSAGES").glob("*.mo"), reverse=True):
        with path.open("rb") as file:
            messages |= gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]  # noqa: SLF001 - gettext has no list of them
    return messages


def text(lang: str, message_id: str, /, **words: Any) -> str:
    """The message `message_id` in `lang` with its {placeholders} filled.

    Raises KeyError for an id that the catalogs lack: a missing word is a bug, never an empty cell.
    """
    return _catalog(lang)[message_id].format(**words)


def reason(lang: str, error: OSError) -> str:
    """Why a file or folder cannot be read or written and what to do about it; what no catalog knows, in the words of the system."""
    known = REASONS.get(error.errno or 0)
    return text(lang, known) if known else str(error.strerror or error)


class Worded(Exception):  # noqa: N818 - the errors that take it are named so
    """What goes wrong where nobody knows yet in which language to say it: `str` is Chinese, `text` any."""

    def __init__(self, message_id: str, /, **words: Any) -> None:
        super().__init__(text("zh", message_id, **words))
        self.message_id, self.words = message_id, words

    def text(self, lang: str) -> str:
        return text(lang, self.message_id, **self.words)


class WordedUsageError(Worded, UsageError):
    """A fault of the caller, in every language."""


class WordedUnfinishedError(Worded, UnfinishedError):
    """Why a command could not finish, in every language."""
