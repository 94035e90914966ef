"""Numbers: in order of raised time, consecutive save where taken, never issued twice."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from csbook.forms.form import Number
from csbook.ledger.database import schema
from csbook.ledger.merging import numbers
from tests.ledger.workbooks import OTHER, Office, Workbook, case, saved

DAY = Number("{day}{serial}")
MOMENTS = st.datetimes(min_value=dt.datetime(2023, 12, 29), max_value=dt.datetime(2024, 1, 2))


@pytest.fixture(scope="module")
def connection() -> sa.Connection:
    engine = sa.create_engine("sqlite://")
    connection = engine.connect()
    schema.create(connection)
    return connection


@given(st.lists(st.lists(MOMENTS, max_size=20), max_size=4), st.sampled_from(["{day}{serial}", "CR{serial}", "CS-{year}-{serial}"]))
def test_numbers_are_unique_and_consecutive_in_their_period(batches: list[list[dt.datetime]], pattern: str) -> None:
    engine = sa.create_engine("sqlite://")
    number = Number(pattern)
    with engine.begin() as connection:
        schema.create(connection)
        issued = [numbers.issue(connection, "response", number, sorted(moments)) for moments in batches]
    engine.dispose()
    flat = [each for of_batch in issued for each in of_batch]
    assert len(set(flat)) == len(flat) == sum(map(len, batches))
    periods = Counter(each[:-3] for each in flat)
    assert set(flat) == {f"{period}{serial:03}" for period, count in periods.items() for serial in range(1, count + 1)}
    assert [sorted(of_batch) for of_batch in issued] == issued


def test_the_thousandth_of_a_day_takes_four_digits(connection: sa.Connection) -> None:
    issued = numbers.issue(connection, "hotline", DAY, [dt.datetime(2023, 10, 1)] * 1001)
    assert issued[998:] == ["20231001999", "202310011000", "202310011001"]


def test_forms_count_apart(connection: sa.Connection) -> None:
    moment = [dt.datetime(2023, 11, 1)]
    assert numbers.issue(connection, "feedback", DAY, moment) == numbers.issue(connection, "response", DAY, moment) == ["20231101001"]


def test_a_taken_number_is_skipped(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    engine = sa.create_engine(f"sqlite:///{office.path}")
    with engine.begin() as connection:  # as a foreign workbook with numbers of its own would leave it
        connection.execute(schema.record.update().values(record_no="20231001002"))
        connection.execute(schema.number_sequence.update().where(schema.number_sequence.c.form == "response").values(last_number=0))
    engine.dispose()
    rows = [case(f"A07-5KQ2M-10{number}", customer=f"CUST{number}") for number in range(3)]
    assert list(office.hand_in(Workbook(rows)).numbers[0]) == ["20231001001", "20231001003", "20231001004"]


def test_numbers_follow_raised_time_over_desks_and_go_on_in_the_next_batch(office: Office) -> None:
    late, early = case(raised_at="2023-10-01 11:00"), case("B01-AAAAA-001", customer="CUST2", raised_at="2023-10-01 08:00")
    merged = office.hand_in(Workbook([late, case("A07-5KQ2M-002", **OTHER)]), Workbook([early], path="b.xlsx", desk="B01"))
    assert list(merged.numbers[0]) == ["20231001002", "20231003001", "20231001001"]
    merged = office.hand_in(Workbook([case("A07-5KQ2M-003", customer="CUST3", raised_at="2023-10-01 07:00")]))
    assert list(merged.numbers[0]) == ["20231001003"]


def test_a_corrected_date_keeps_the_number_also_within_the_batch(office: Office) -> None:
    corrected = case(raised_date="2023-10-02", raised_at="2023-10-02 09:00")
    merged = office.hand_in(Workbook([case()]), Workbook([corrected], path="b.xlsx", modified=saved(1)))
    assert list(merged.numbers[0]) == ["20231001001", "20231001001"]
    assert office.records("record_no", "raised_at") == [("20231001001", dt.datetime(2023, 10, 2, 9))]
