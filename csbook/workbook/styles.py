"""Styles: fonts, colours and number formats of every workbook, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

# on every Windows and in WPS; elsewhere the office program picks its own Chinese font
FONT = "Microsoft YaHei"


class Palette:
    """Colours by meaning: a deep blue for what we say, light greys for what is not typed, red, amber, green for verdicts."""

    INK = "#1F2937"
    QUIET = "#6B7280"
    LINE = "#D5DBE3"
    PAPER = "#FFFFFF"
    SHADE = "#F3F5F8"
    BRAND = "#1F4E79"
    BRAND_SOFT = "#5B7C9D"
    LINK = "#2B6CB0"
    BRAND_PALE = "#E6EEF6"
    BAD = "#B42318"
    BAD_FILL = "#FBD5D0"
    BAD_PALE = "#FDEEEC"
    WARN = "#8A5A00"
    WARN_FILL = "#FFE9B8"
    GOOD = "#1B7F4B"
    GOOD_FILL = "#DDF3E6"
    # for series of a chart, in order
    SERIES = ("#1F4E79", "#3E8EBA", "#7FB3A2", "#E0A030", "#C8553D", "#7A6C9D", "#9AA5B1", "#4F6D7A")


TEXT = "@"
DATE = "yyyy-mm-dd"
CLOCK = "hh:mm"
STAMP = "yyyy-mm-dd hh:mm"
# one column shows and reads back both a time of day and a full stamp
MOMENT = "[<1]hh:mm;yyyy-mm-dd hh:mm"
WHOLE = "0"
COUNT = "#,##0"
MINUTES = "#,##0.0"
SHARE = "0.0%"

_BOX = {"border": 1, "border_color": Palette.LINE}
_HEAD = {"bold": True, "font_color": "#FFFFFF", "align": "center", "valign": "vcenter", "text_wrap": True, **_BOX}
_TILE = {"bg_color": Palette.BRAND_PALE, "align": "center", "valign": "vcenter"}

# name -> XlsxWriter's format properties, over the font below
STYLES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "plain": {},
        "title": {"bold": True, "font_size": 16, "font_color": Palette.BRAND, "valign": "vcenter"},
        "subtitle": {"bold": True, "font_size": 12, "font_color": Palette.BRAND, "valign": "vcenter"},
        "section": {"bold": True, "font_size": 11, "font_color": "#FFFFFF", "bg_color": Palette.BRAND, "valign": "vcenter", "indent": 1},
        "quiet": {"font_size": 9, "font_color": Palette.QUIET, "valign": "vcenter"},
        "note": {"font_size": 9, "font_color": Palette.QUIET, "text_wrap": True, "valign": "top"},
        "header": {"bg_color": Palette.BRAND, **_HEAD},
        "header_soft": {"bg_color": Palette.BRAND_SOFT, **_HEAD},
        "header_quiet": {"bg_color": "#8E99A8", **_HEAD},
        "cell": {"valign": "vcenter", **_BOX},
        "text": {"num_format": TEXT, "quote_prefix": True, "valign": "vcenter", "text_wrap": True, **_BOX},
        "count": {"num_format": COUNT, "valign": "vcenter", **_BOX},
        "minutes": {"num_format": MINUTES, "valign": "vcenter", **_BOX},
        "share": {"num_format": SHARE, "valign": "vcenter", **_BOX},
        "date": {"num_format": DATE, "align": "center", "valign": "vcenter", **_BOX},
        "stamp": {"num_format": STAMP, "align": "center", "valign": "vcenter", **_BOX},
        "good": {"font_color": Palette.GOOD, "bg_color": Palette.GOOD_FILL, "valign": "vcenter", **_BOX},
        "bad": {"font_color": Palette.BAD, "bg_color": Palette.BAD_FILL, "valign": "vcenter", **_BOX},
        "warn": {"font_color": Palette.WARN, "bg_color": Palette.WARN_FILL, "valign": "vcenter", **_BOX},
        "tile_label": {"font_size": 9, "font_color": Palette.QUIET, **_TILE},
        "tile": {"bold": True, "font_size": 18, "font_color": Palette.BRAND, **_TILE},
    }
)

# conditional formats take no font name or size
MARKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "bad": {"font_color": Palette.BAD, "bg_color": Palette.BAD_FILL},
        "bad_pale": {"bg_color": Palette.BAD_PALE},
        "warn": {"font_color": Palette.WARN, "bg_color": Palette.WARN_FILL},
        "good": {"font_color": Palette.GOOD},
        "bad_text": {"font_color": Palette.BAD},
        "warn_text": {"font_color": Palette.WARN},
        # a day without a time of day, in a column that shows both
        "day": {"num_format": DATE},
    }
)
