"""What holds for every test."""

from __future__ import annotations

import os
from collections.abc import Generator

import hypothesis
import pytest

NOTHING_SKIPPED = "CSBOOK_NOTHING_SKIPPED"

# no test is timed, so that none fails on a busy machine; where a run decides what lands, it tries the same examples each time
hypothesis.settings.register_profile(
    "csbook", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], derandomize=NOTHING_SKIPPED in os.environ
)
hypothesis.settings.load_profile("csbook")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything that tests need is said to be installed (.ci/run says so), a skipped test is a failed one."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get(NOTHING_SKIPPED):
        report.outcome = "failed"
        report.longrepr = f"skipped, though {NOTHING_SKIPPED} is set: {report.longrepr}"
    return report
