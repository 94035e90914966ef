"""Writes docs/codes.zh.md, every issue code with cause, rule and cure, from the catalogs: `python -m docs.codes`."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

from csbook import messages
from csbook.issues import Code

PAGE = Path(__file__).with_name("codes.zh.md")
CATALOGS = Path(messages.__file__).parent / messages.LOCALES["zh"] / "LC_MESSAGES"
# the catalogs that word codes, in the order of the page
DOMAINS = {"rules": "某一格不合规则", "intake": "整个文件、某一列或某一格读不了", "ledger": "存入台账时对不上"}
HEAD = """# 出了问题：代号、原因、办法

csbook 每次指出问题，都说明在哪个文件、哪一格、错在哪里、规则是什么、怎么改。`--json` 的结果里还带一个代号，下面按代号列出。
「…」处在实际提示里是具体的列名、数目或已遮挡的内容。

本页由 `python -m docs.codes` 从消息目录生成，请勿手改。
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([HEAD, *(_section(domain, title) for domain, title in DOMAINS.items())])


def _section(domain: str, title: str) -> str:
    with (CATALOGS / f"{domain}.mo").open("rb") as file:
        catalog = gettext.GNUTranslations(file)
    codes = [code for code in Code if catalog.gettext(f"{code}.fault") != f"{code}.fault"]
    parts = ("fault", "prompt", "remedy")
    rows = [f"| `{code}` | " + " | ".join(_said(catalog, f"{code}.{part}") for part in parts) + " |" for code in codes]
    return "\n".join([f"## {title}", "", "| 代号 | 原因 | 规则 | 办法 |", "| --- | --- | --- | --- |", *rows, ""])


def _said(catalog: gettext.GNUTranslations, message_id: str) -> str:
    words = re.sub(r"\{[^{}]*\}", "…", catalog.gettext(message_id))
    return words.replace("{{", "{").replace("}}", "}").replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
