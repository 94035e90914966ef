"""Serial: days, moments and times of day as the numbers that Excel counts them by."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

# 1970-01-01, and a day in what Arrow counts moments in
EPOCH = 25_569.0
DAY = 86_400_000_000.0


def counted(values: pa.Array) -> pa.Array:
    """Days since Excel's day 0, for a time of day a part of a day; other numbers as they are."""
    if pa.types.is_date(values.type) or pa.types.is_timestamp(values.type):
        return pc.add(pc.divide(values.cast(pa.timestamp("us")).cast(pa.int64()).cast(pa.float64()), DAY), EPOCH)
    if pa.types.is_time(values.type):
        return pc.divide(values.cast(pa.time64("us")).cast(pa.int64()).cast(pa.float64()), DAY)
    return values
