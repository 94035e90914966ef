"""The shipped policy, and figures over a few records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from csbook import metrics, policy
from csbook.metrics.tables import Tables
from tests.metrics.forms import DEFINITIONS
from tests.metrics.ledgers import AS_OF, Row, tables

VALIDATIONS = Path(__file__).parents[2] / "validations"
Figures = Callable[..., Tables]


@pytest.fixture(scope="session")
def shipped() -> policy.Policy:
    return policy.load(VALIDATIONS / "policy.toml")


@pytest.fixture(scope="session")
def figures(shipped: policy.Policy) -> Figures:
    def make(records: list[Row], revisions: list[Row] | None = None, quarantine: pa.Table | None = None, **options: Any) -> Tables:
        options = {"as_of": AS_OF, "start": dt.date(2023, 10, 1), "policy": shipped, **options}
        return metrics.figures(
            *tables(records, revisions),
            quarantine if quarantine is not None else pa.table({}),
            options.pop("policy"),
            DEFINITIONS,
            **options,
        )

    return make
