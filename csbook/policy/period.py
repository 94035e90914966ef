"""Period: opening and closing on one day."""

from __future__ import annotations

import datetime as dt

Period = tuple[dt.timedelta, dt.timedelta]  # since midnight; a close of 24 h is the next midnight
