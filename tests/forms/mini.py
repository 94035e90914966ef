"""A set of definitions as small as it can be while every section and every kind of key stands in it once."""

FILES = {
    "validations/lists.toml": """
[groups]
way = { zh = "甲", en = "Way" }
[[list.way]]
key = "a"
zh = "甲"
en = "A"
labels = { mini = "甲甲" }
aliases = ["乙"]
former = ["丙"]
group = "way"
description = { zh = "丁", en = "D" }
""",
    "validations/words.toml": 'vague = ["坏"]\nnone_words = ["无"]\nredaction_mark = ["〔"]\n',
    "validations/masks.toml": """
[staff]
hint = { zh = "客服*", en = "staff" }
shapes = ["#"]
words = ["甲"]
endings = ["乙"]
holds = ["*", { words = "vague" }]
without = ["@"]
longest = 12
digits_below = 7
short = 4
""",
    "validations/mini.toml": """
version = "1"
day = "raised_date"
[number]
pattern = "{day}{serial}"
digits = 3
[state]
resolved = { field = "way", is = ["a"] }
withdrawn = { all = [{ field = "text", filled = false }, { any = [
  { field = "ways", includes = ["a"] },
  { field = "text", mentions = "vague" },
] }] }
[derived]
raised_at = { date = "raised_date", clock = "raised_clock" }
[computed]
minutes = ["raised_at", "resolved_at"]
[promises]
text = "due_at"
[filled_at_merge]
resolved_at = ["text"]
[listed.later]
zh = "甲"
en = "A"
when = { field = "way", is = ["a"] }
[field]
raised_date = { kind = "date", required = true }
raised_clock = { kind = "clock" }
resolved_at = { kind = "moment", team_only = true }
minutes = { kind = "auto" }
way = { kind = "choice", list = "way", entries = ["a"] }
ways = { kind = "members", list = "way" }
text = { kind = "text", limit = 9 }
count = { kind = "whole", low = 0, high = 9 }
agent = { kind = "masked", mask = "staff", default = "desk_agent" }
moves = { kind = "transfers" }
[[rule]]
kind = "vague"
field = "text"
phrases = "vague"
least = 4
severity = "warning"
[[rule]]
kind = "required"
field = "text"
when = { field = "way", is = ["a"] }
[[rule]]
kind = "routing"
field = "way"
by = "way"
options = { a = ["a"] }
[[rule]]
kind = "order"
field = "resolved_at"
not_before = "raised_at"
""",
    "templates/mini.toml": """
source = "[000]"
title = { zh = "甲", en = "A" }
short = { zh = "小", en = "M" }
help = { zh = "甲", en = "A" }
[[column]]
field = "raised_date"
zh = "日"
en = "Day"
aliases = ["天"]
width = 9
prompt = { zh = "甲", en = "A" }
example = "1"
[[script]]
title = { zh = "甲", en = "A" }
lines = [{ zh = "甲", en = "A" }]
[[example]]
raised_date = "1"
"""
    + "".join(
        f'[[column]]\nfield = "{name}"\nzh = "列{name}"\nen = "{name}"\n'
        for name in ("raised_clock", "resolved_at", "minutes", "way", "ways", "text", "count", "agent", "moves")
    ),
}
