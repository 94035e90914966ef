"""Words for people: gettext catalogs in Chinese and English, looked up by symbolic id.

One domain (.po, compiled to .mo by `make messages`) per speaker: issues, workbook, analysis, terminal.
"""

from __future__ import annotations

import functools
import gettext
from pathlib import Path
from typing import Any

LOCALES = {"zh": "zh_CN", "en": "en"}


@functools.cache
def _catalog(lang: str) -> gettext.NullTranslations:
    catalog = gettext.NullTranslations()
    for path in sorted((Path(__file__).parent / LOCALES[lang] / "LC_MESSAGES").glob("*.mo")):
        with path.open("rb") as file:
            catalog.add_fallback(gettext.GNUTranslations(file))
    return catalog


@functools.cache
def _message(lang: str, message_id: str) -> str:
    """The message with its placeholders. Kept, as each catalog that lacks it asks the next one."""
    message = _catalog(lang).gettext(message_id)
    if message == message_id:
        raise KeyError(message_id)
    return message


def text(lang: str, message_id: str, /, **words: Any) -> str:
    """The message `message_id` in `lang` with its {placeholders} filled.

    Raises KeyError for an id that the catalogs lack: a missing word is a bug, never an empty cell.
    """
    return _message(lang, message_id).format(**words)
