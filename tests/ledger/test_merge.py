"""Everyday cases: what becomes of a row, which warning it gets, that nothing is lost or doubled."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from csbook.issues import UsageError
from csbook.ledger import open_ledger
from csbook.source_ids import ALPHABET, LENGTH
from tests.ledger.workbooks import NOW, OTHER, SOLVED, Office, Workbook, batch, case, codes, everywhere, saved

pytestmark = everywhere()


def test_a_first_batch_is_new_and_numbered(office: Office) -> None:
    merged = office.hand_in(Workbook([case(), case("A07-5KQ2M-002", **OTHER)]))
    assert list(merged.outcomes[0]) == ["new", "new"]
    assert list(merged.numbers[0]) == ["20231001001", "20231003001"]
    assert merged.batch_id == "B0001"
    assert merged.totals.read == merged.totals.new == 2
    assert codes(merged) == []
    assert office.records("record_no", "source_id", "desk", "team", "state", "total_minutes") == [
        ("20231001001", "A07-5KQ2M-001", "A07", "一组", "open", None),
        ("20231003001", "A07-5KQ2M-002", "A07", "一组", "open", None),
    ]


def test_the_same_folder_twice_is_unchanged_with_and_without_ids(office: Office) -> None:
    folder = [
        Workbook([case(), case("A07-5KQ2M-002", **SOLVED), case(None, **OTHER), case(None, **OTHER)]),
        Workbook([case("A08-AAAAA-001", good=False), case(None, good=False, **OTHER)], path="b.xlsx", desk="A08"),
    ]
    first, second = office.hand_in(*folder), office.hand_in(*folder)
    assert list(first.outcomes[0]) == ["new"] * 4 + ["quarantined"] * 2
    assert list(second.outcomes[0]) == ["unchanged"] * 4 + ["quarantined"] * 2
    assert list(first.numbers[0][:4]) == list(second.numbers[0][:4])
    assert codes(second) == []
    assert len(office.records("id")) == 4
    assert office.kept_aside("status") == ["open", "open"]


def test_a_changed_row_is_updated_with_its_history(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    merged = office.hand_in(Workbook([case(**SOLVED)], modified=saved(1)))
    assert list(merged.outcomes[0]) == ["updated"]
    assert office.records("record_no", "state", "total_minutes", "seq") == [("20231001001", "resolved", 20, 2)]
    with office.ledger() as ledger:
        history = ledger.revisions().to_pylist()
    assert [(each["seq"], each["state"], each["resolved_at"]) for each in history] == [
        (1, "open", None),
        (2, "resolved", dt.datetime(2023, 10, 1, 9, 20)),
    ]
    assert history[0]["handed_in"] < history[1]["handed_in"]


def test_a_blank_cell_clears_and_an_absent_column_says_nothing(office: Office) -> None:
    office.hand_in(Workbook([case(reviewer="*主管王姐", **SOLVED)]))
    without = {name: value for name, value in SOLVED.items() if name != "satisfaction"}
    assert office.outcomes(Workbook([case(**without)], modified=saved(1), absent=("satisfaction",))) == ["updated"]
    assert office.records("satisfaction", "reviewer", "state") == [("satisfied", None, "resolved")]
    assert office.outcomes(Workbook([case(**without)], modified=saved(1), absent=("satisfaction", "reviewer"))) == ["unchanged"]


def test_an_earlier_state_is_stale_whatever_the_file_says(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    office.hand_in(Workbook([case(**SOLVED)], modified=saved(1)))
    older = office.hand_in(Workbook([case()]))
    assert (list(older.outcomes[0]), codes(older)) == (["stale"], [])
    newer = office.hand_in(Workbook([case()], modified=saved(2)))
    assert (list(newer.outcomes[0]), codes(newer)) == (["stale"], ["STALE_NEWER_FILE"])
    assert office.records("state") == ["resolved"]


def test_an_earlier_state_is_stale_though_it_says_less(office: Office) -> None:
    office.hand_in(Workbook([case()], absent=("reviewer",)))
    office.hand_in(Workbook([case(reviewer="*主管王姐", note="x")], modified=saved(1)))
    office.hand_in(Workbook([case(reviewer="*主管王姐", channel="chat")], modified=saved(2)))
    assert office.outcomes(Workbook([case()], modified=saved(3), absent=("reviewer",))) == ["stale"]


def test_an_earlier_state_is_stale_though_time_and_customer_were_corrected_since(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    office.hand_in(Workbook([case(raised_at="2023-10-01 08:00")], modified=saved(1)))
    office.hand_in(Workbook([case(raised_at="2023-10-01 08:00", customer="B客户")], modified=saved(2)))
    assert office.outcomes(Workbook([case()], modified=saved(3))) == ["stale"]
    assert len(office.records("id")) == 1


def test_an_older_file_is_stale(office: Office) -> None:
    office.hand_in(Workbook([case(**SOLVED)], modified=saved(1)))
    assert office.outcomes(Workbook([case(channel="email")])) == ["stale"]


def test_a_newer_file_that_says_the_same_makes_older_ones_stale(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    office.hand_in(Workbook([case()], modified=saved(5)))
    assert office.outcomes(Workbook([case(channel="email")], modified=saved(3))) == ["stale"]


@pytest.mark.parametrize("modified", [saved(), None])
def test_equal_or_missing_stamps_are_newer_across_batches_and_a_conflict_inside_one(office: Office, modified: dt.datetime | None) -> None:
    folder = [Workbook([case()], modified=modified), Workbook([case(channel="email")], path="b.xlsx", modified=modified)]
    inside = office.hand_in(*folder)
    assert list(inside.outcomes[0]) == ["new", "conflict"]
    assert codes(inside) == ["EDIT_CONFLICT"]
    assert office.outcomes(*folder) == ["unchanged", "conflict"]
    assert office.kept_aside("kind", "status", "record_no") == [("conflict", "open", "20231001001")]
    assert office.outcomes(Workbook([case(channel="chat")], modified=modified)) == ["updated"]
    assert office.kept_aside("status") == ["mended"]
    assert office.outcomes(folder[1]) == ["stale"]


def test_two_saved_versions_in_one_batch_count_in_the_order_they_were_saved(office: Office) -> None:
    later = Workbook([case(**SOLVED)], path="a.xlsx", modified=saved(1))
    earlier = Workbook([case()], path="b.xlsx")
    assert office.outcomes(later, earlier) == ["updated", "new"]
    assert office.records("state", "seq") == [("resolved", 2)]
    assert office.outcomes(later, earlier) == ["unchanged", "stale"]


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("second_id", [None, "A07-9XK4T-003"])
def test_a_record_keeps_the_id_and_the_team_it_first_came_with(office: Office, second_id: str | None, at_once: bool) -> None:
    saves = [
        Workbook([case()]),
        Workbook([case(second_id, **SOLVED)], path="b.xlsx", modified=saved(1), team="二组"),
    ]
    for batch_of_files in [saves] if at_once else [[each] for each in saves]:
        office.hand_in(*batch_of_files)
    assert office.records("source_id", "desk", "team", "state", "seq") == [("A07-5KQ2M-001", "A07", "一组", "resolved", 2)]


def test_a_cleared_row_with_another_case_is_new(office: Office) -> None:
    office.hand_in(Workbook([case(), case("A07-5KQ2M-002", **SOLVED, customer="CUST1")]))
    workbook = Workbook([case(**OTHER), case("A07-5KQ2M-002", **SOLVED, customer="CUST1")], modified=saved(1))
    merged = office.hand_in(workbook)
    assert list(merged.outcomes[0]) == ["new", "unchanged"]
    assert codes(merged) == ["ID_REUSED"]
    assert merged.issues[0].words["number"] == "20231001001"
    again = office.hand_in(workbook)
    assert (list(again.outcomes[0]), codes(again)) == (["unchanged", "unchanged"], [])
    assert office.outcomes(Workbook([case()], modified=saved(2))) == ["unchanged"]


def test_last_months_template_is_named_once(office: Office) -> None:
    ids = [f"A07-5KQ2M-00{number}" for number in (1, 2, 3)]
    office.hand_in(Workbook([case(each, customer=f"CUST{each[-1]}") for each in ids]))
    merged = office.hand_in(Workbook([case(each, **{**OTHER, "customer": f"B{each[-1]}公司"}) for each in ids], modified=saved(30)))
    assert list(merged.outcomes[0]) == ["new"] * 3
    assert codes(merged) == ["TEMPLATE_COPIED"]
    assert len(office.records("id")) == 6


def test_a_row_with_one_equal_fact_is_a_conflict(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    both = Workbook([case(customer="B客户", raised_at="2023-10-01 08:00")], modified=saved(1))
    merged = office.hand_in(both)
    assert (list(merged.outcomes[0]), codes(merged)) == (["conflict"], ["ID_CONFLICT"])
    assert office.outcomes(both) == ["conflict"]
    [(kind, receipt, source)] = office.kept_aside("kind", "receipt_id", "source_id")
    assert kind == "conflict"
    assert source == "A07-5KQ2M-001" != receipt
    # the receipt, handed in as it is, says: another case
    answer = office.hand_in(Workbook([case(receipt, customer="B客户", raised_at="2023-10-01 08:00")], path="r.xlsx", modified=saved(2)))
    assert (list(answer.outcomes[0]), answer.mended) == (["new"], 1)
    assert office.outcomes(both) == ["unchanged"]
    assert len(office.records("id")) == 2


@pytest.mark.parametrize("change", [{"customer": "B客户"}, {"raised_at": "2023-10-01 08:00"}, {"description": "询问会员价怎么算"}])
def test_a_correction_of_one_fact_is_an_update_that_keeps_the_number(office: Office, change: dict[str, str]) -> None:
    office.hand_in(Workbook([case()]))
    merged = office.hand_in(Workbook([case(**change)], modified=saved(1)))
    assert list(merged.outcomes[0]) == ["updated"]
    assert list(merged.numbers[0]) == ["20231001001"]
    assert office.outcomes(Workbook([case(**change)], modified=saved(1))) == ["unchanged"]


def test_open_rows_pasted_into_a_new_template_are_the_same_records(office: Office) -> None:
    rows = [case(f"A07-5KQ2M-{number:03}", customer=f"CUST{number}") for number in range(12)]
    office.hand_in(Workbook(rows))
    pasted = [{**row, "id": row["id"].replace("5KQ2M", "9ZZZ9")} for row in rows]
    pasted[0] |= SOLVED
    merged = office.hand_in(Workbook(pasted, path="new.xlsx", modified=saved(1)))
    assert list(merged.outcomes[0]) == ["updated"] + ["unchanged"] * 11
    assert codes(merged) == ["MATCHED_BY_CONTENT"] * 12
    again = office.hand_in(Workbook(pasted, path="new.xlsx", modified=saved(1)))
    assert (set(again.outcomes[0]), codes(again)) == ({"unchanged"}, [])
    # the old workbook, saved last and with one more row: nothing reopens
    late = office.hand_in(Workbook([*rows, case("A07-5KQ2M-099", **OTHER)], modified=saved(2)))
    assert list(late.outcomes[0]) == ["stale"] + ["unchanged"] * 11 + ["new"]
    assert codes(late) == ["STALE_NEWER_FILE"]
    assert len(office.records("id")) == 13


def test_equal_facts_at_another_desk_are_a_possible_twin(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    twin = Workbook([case("B01-AAAAA-001")], path="b.xlsx", desk="B01")
    merged = office.hand_in(twin)
    assert (list(merged.outcomes[0]), codes(merged)) == (["new"], ["POSSIBLE_TWIN"])
    assert merged.issues[0].words["desk"] == "A07"
    assert office.outcomes(twin) == ["unchanged"]


def test_what_is_new_with_a_batch_is_known_to_the_rest_of_it(office: Office) -> None:
    merged = office.hand_in(
        Workbook([case()]),
        Workbook([case("B01-AAAAA-001")], path="b.xlsx", desk="B01"),
        Workbook([case(None)], path="c.xlsx"),
        Workbook([case("A07-9ZZZ9-001", **SOLVED)], path="d.xlsx", modified=saved(1)),
    )
    assert list(merged.outcomes[0]) == ["new", "new", "unchanged", "updated"]
    assert codes(merged) == ["POSSIBLE_TWIN", "MATCHED_BY_CONTENT"]


def test_a_row_copied_with_its_id_is_a_row_of_its_own(office: Office) -> None:
    workbook = Workbook([case(), case(), case(**OTHER)])
    merged = office.hand_in(workbook)
    assert list(merged.outcomes[0]) == ["new"] * 3
    assert codes(merged) == ["ID_TWICE", "ID_TWICE"]
    assert office.outcomes(workbook) == ["unchanged"] * 3
    assert len(office.records("id")) == 3


def test_the_copy_above_the_original_does_not_take_its_record(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    merged = office.hand_in(Workbook([case(**OTHER), case()], modified=saved(1)))
    assert list(merged.outcomes[0]) == ["new", "unchanged"]
    assert codes(merged) == ["ID_REUSED", "ID_TWICE"]


def test_sorted_rows_are_unchanged_even_where_the_ids_stay_behind(office: Office) -> None:
    office.hand_in(Workbook([case(), case("A07-5KQ2M-002", **OTHER)]))
    assert office.outcomes(Workbook([case("A07-5KQ2M-002", **OTHER), case()], modified=saved(1))) == ["unchanged"] * 2
    assert office.outcomes(Workbook([case("A07-5KQ2M-002"), case(**OTHER)], modified=saved(1))) == ["unchanged"] * 2
    assert len(office.records("id")) == 2


def test_two_equal_rows_in_one_workbook_are_two_cases(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    workbook = Workbook([case(), case("A07-5KQ2M-002")], modified=saved(1))
    assert office.outcomes(workbook) == ["unchanged", "new"]
    assert office.outcomes(workbook) == ["unchanged", "unchanged"]


def test_a_desk_that_is_not_known_still_finds_its_rows_again(office: Office) -> None:
    workbook = Workbook([case(None), case(None, description=None, **SOLVED)], desk="")
    assert office.outcomes(workbook) == ["new", "new"]
    assert office.outcomes(workbook) == ["unchanged", "unchanged"]


def test_a_stamp_set_at_merge_stands_and_does_not_change_the_row(office: Office) -> None:
    office.hand_in(Workbook([case(**SOLVED)]))
    closed = NOW + dt.timedelta(minutes=1)
    assert office.records("closed_at") == [closed]
    assert office.outcomes(Workbook([case(**SOLVED)])) == ["unchanged"]
    prefilled = case(**SOLVED, closed_at=str(closed))
    assert office.outcomes(Workbook([prefilled], modified=saved(1))) == ["unchanged"]
    assert office.outcomes(Workbook([{**prefilled, "channel": "chat"}], modified=saved(2))) == ["updated"]
    assert office.records("closed_at", "channel") == [(closed, "chat")]
    reopened = case(channel="chat")
    assert office.outcomes(Workbook([reopened], modified=saved(3))) == ["updated"]
    assert office.records("closed_at", "state") == [(None, "open")]
    typed = case(channel="chat", **SOLVED, closed_at="2023-10-01 10:00")
    assert office.outcomes(Workbook([typed], modified=saved(4))) == ["updated"]
    assert office.records("closed_at") == [dt.datetime(2023, 10, 1, 10)]


def test_withdrawn_wins_over_resolved(office: Office) -> None:
    office.hand_in(Workbook([case(**{**SOLVED, "solution_kind": "withdrawn"})]))
    assert office.records("state") == ["withdrawn"]


def test_the_first_category_stays_for_the_limits(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    office.hand_in(Workbook([case(category="complaint")], modified=saved(1)))
    assert office.records("category_first", "category", "priority_first") == [("inquiry", "complaint", None)]


def test_a_mended_row_closes_its_ancestor_and_the_faulty_one_is_stale(office: Office) -> None:
    faulty = Workbook([case(good=False, resolved_at="2023-10-01 09:20")])
    assert office.outcomes(faulty) == ["quarantined"]
    merged = office.hand_in(Workbook([case(**SOLVED)], modified=saved(1)))
    assert (list(merged.outcomes[0]), merged.mended, merged.counts[0].mended) == (["new"], 1, 1)
    assert office.kept_aside("status") == ["mended"]
    again = office.hand_in(faulty)
    assert (list(again.outcomes[0]), codes(again)) == (["stale"], [])
    later = office.hand_in(Workbook(faulty.rows, modified=saved(2)))
    assert (list(later.outcomes[0]), codes(later)) == (["stale"], ["STALE_NEWER_FILE"])


def test_a_faulty_row_without_an_id_is_mended_by_its_receipt_or_its_workbook(office: Office) -> None:
    office.hand_in(Workbook([case(None, good=False), case(None, good=False, **OTHER)]))
    receipts = office.kept_aside("receipt_id")
    assert len(set(receipts)) == 2
    assert all(receipt.startswith("A07-") for receipt in receipts)
    merged = office.hand_in(
        Workbook([case(receipts[0])], path="receipt.xlsx", modified=saved(1)), Workbook([case(None, **OTHER)], modified=saved(1))
    )
    assert list(merged.outcomes[0]) == ["new", "new"]
    assert merged.mended == 2
    assert office.kept_aside("status") == ["mended", "mended"]


def test_a_faulty_row_without_an_id_is_known_by_its_place_in_its_workbook(office: Office) -> None:
    faulty = case(None, good=False, customer="CUST1")
    office.hand_in(Workbook([case(None, **OTHER), faulty]))
    moved = Workbook([case(None, **{**OTHER, "customer": "CUST7"}), case(None, **OTHER), faulty], modified=saved(1))
    assert office.hand_in(moved).mended == 0
    assert office.kept_aside("status") == ["open"]
    assert office.outcomes(Workbook([*moved.rows[:2], {**faulty, "customer": "CUST2"}], modified=saved(2))) == ["unchanged"] * 2 + [
        "quarantined"
    ]
    assert office.kept_aside("status") == ["open", "open"]  # the first stood a row above
    still = {**faulty, "raised_at": "2023-10-01 09:01"}
    office.hand_in(Workbook([*moved.rows[:2], {**still, "customer": "CUST2"}], modified=saved(3)))
    assert office.kept_aside("status") == ["open", "replaced", "open"]
    merged = office.hand_in(Workbook([*moved.rows[:2], {**still, "customer": "A公司", "good": True}], modified=saved(4)))
    assert (list(merged.outcomes[0]), merged.mended, merged.counts[0].mended) == (["unchanged", "unchanged", "new"], 1, 1)
    assert office.kept_aside("status") == ["open", "replaced", "mended"]
    assert office.outcomes(Workbook([*moved.rows[:2], {**still, "customer": "CUST2"}], modified=saved(5)))[-1] == "stale"


@pytest.mark.parametrize(
    ("rows", "path"),
    [
        ([case(None, **{**OTHER, "customer": "CUST8"})], "a.xlsx"),  # another one, written where it was deleted
        ([case(None, customer="CUST2", raised_at="2023-10-01 09:01")], "b.xlsx"),
        ([case(None, customer="CUST5", sheet="2")], "a.xlsx"),
        ([case(None, **OTHER)], "a.xlsx"),  # moved up
    ],
)
def test_another_row_in_the_place_of_a_faulty_one_does_not_mend_it(office: Office, rows: list[dict[str, object]], path: str) -> None:
    office.hand_in(Workbook([case(None, good=False, customer="CUST1"), case(None, **OTHER)]))
    assert office.hand_in(Workbook(rows, path=path, modified=saved(1))).mended == 0
    assert office.kept_aside("status") == ["open"]


def test_the_ids_of_receipts_can_be_read_aloud(office: Office) -> None:
    office.hand_in(Workbook([case(None, good=False, **{**OTHER, "customer": f"CUST{number}"}) for number in range(100, 140)]))
    issued = [receipt.split("-") for receipt in office.kept_aside("receipt_id")]
    assert len(issued) == 40
    assert all(len(code) == LENGTH and set(code) <= set(ALPHABET) for _, code, _ in issued)


def test_a_faulty_change_leaves_the_record_as_it_was(office: Office) -> None:
    office.hand_in(Workbook([case()]))
    assert office.outcomes(Workbook([case(good=False, resolved_at="2023-10-01 09:20")], modified=saved(1))) == ["quarantined"]
    assert office.records("state", "seq") == [("open", 1)]
    [(number, content, issues)] = office.kept_aside("record_no", "content", "issues")
    assert number == "20231001001"
    assert json.loads(content)["resolved_at"] == "2023-10-01 09:20"
    assert json.loads(issues) == [
        {"code": "REQUIRED_MISSING", "severity": "error", "field": "solution", "rule": "required.solution", "cell": "S5"}
    ]


def test_an_old_copy_does_not_mend_a_newer_fault(office: Office) -> None:
    folder = [Workbook([case()]), Workbook([case(good=False, channel="fax")], path="b.xlsx", modified=saved(1))]
    assert office.outcomes(*folder) == ["new", "quarantined"]
    assert office.outcomes(*folder) == ["unchanged", "quarantined"]
    assert office.kept_aside("status") == ["open"]
    # the fault taken back in the workbook itself
    assert office.hand_in(Workbook([case()], path="b.xlsx", modified=saved(2))).mended == 1


def test_rules_changed_between_two_hand_ins(office: Office) -> None:
    office.hand_in(Workbook([case(good=False)]))
    assert office.hand_in(Workbook([case()])).mended == 1
    assert office.outcomes(Workbook([case(good=False)])) == ["stale"]
    office.hand_in(Workbook([case(None, **OTHER)], path="b.xlsx"))
    assert office.outcomes(Workbook([case(None, good=False, **OTHER)], path="b.xlsx")) == ["quarantined"]
    merged = office.hand_in(Workbook([case(None, **OTHER)], path="b.xlsx"))
    assert (list(merged.outcomes[0]), merged.mended) == (["unchanged"], 1)


def test_a_faulty_row_edited_and_still_faulty_is_kept_once(office: Office) -> None:
    first, second = (Workbook([case(good=False, channel=channel)], modified=saved(day)) for day, channel in ((0, "fax"), (1, "telex")))
    office.hand_in(first)
    assert office.outcomes(second) == ["quarantined"]
    assert office.kept_aside("status") == ["replaced", "open"]
    assert office.outcomes(first) == ["stale"]
    assert office.outcomes(Workbook([case(good=False, channel="wire")])) == ["stale"]  # older than what is open


def test_a_faulty_row_of_an_older_file_is_stale(office: Office) -> None:
    office.hand_in(Workbook([case(**SOLVED)], modified=saved(1)))
    assert office.outcomes(Workbook([case(good=False)])) == ["stale"]


def test_faulty_rows_with_one_id_are_kept_apart(office: Office) -> None:
    merged = office.hand_in(Workbook([case(good=False), case(good=False, channel="fax")]))
    assert codes(merged) == ["ID_TWICE"]
    assert len(set(office.kept_aside("receipt_id"))) == 2


def test_faulty_rows_of_copied_templates_do_not_push_each_other_out(office: Office) -> None:
    one, other = Workbook([case(good=False)]), Workbook([case(good=False, **OTHER)], path="b.xlsx", modified=saved(-1))
    assert office.outcomes(one) == ["quarantined"]
    assert office.outcomes(other) == ["quarantined"]  # nothing was said of this case, though another file is newer
    assert office.kept_aside("status") == ["open", "open"]
    assert office.outcomes(one, other) == ["quarantined", "quarantined"]
    merged = office.hand_in(Workbook([case(**OTHER)], path="b.xlsx", modified=saved(1)))
    assert (merged.mended, office.kept_aside("status")) == (1, ["open", "mended"])
    merged = office.hand_in(Workbook([case()], path="receipt.xlsx", modified=saved(2)))
    assert (merged.mended, office.kept_aside("status")) == (1, ["mended", "mended"])


def test_a_good_row_of_a_copied_template_does_not_mend_the_faulty_one_of_another_case(office: Office) -> None:
    office.hand_in(Workbook([case(good=False)]))
    assert office.hand_in(Workbook([case(**OTHER)], path="b.xlsx", modified=saved(1))).mended == 0
    assert office.kept_aside("status") == ["open"]


def test_a_faulty_row_written_anew_in_its_own_workbook_takes_its_place(office: Office) -> None:
    office.hand_in(Workbook([case(good=False)]))
    assert office.outcomes(Workbook([case(good=False, **OTHER)], modified=saved(1))) == ["quarantined"]
    assert office.kept_aside("status") == ["replaced", "open"]
    assert office.hand_in(Workbook([case(**{**OTHER, "customer": "CUST9"})], modified=saved(2))).mended == 1


@pytest.mark.parametrize(("field", "typed", "differs"), [("customer", "[手机号已隐去]", "reviewer"), ("raised_at", None, "raised_at")])
def test_faulty_rows_without_ids_of_which_nobody_knows_the_case_stand_beside_each_other(
    office: Office, field: str, typed: str | None, differs: str
) -> None:
    def handed_in(path: str, text: str) -> str:
        one = batch(Workbook([case(None, good=False, **{field: typed})], path=path, desk=""))
        one.rows[0].texts[differs] = text
        one.issues[0]["field"] = field
        with office.ledger() as ledger:
            return str(ledger.merge(one).outcomes[0][0])

    assert [handed_in("a.xlsx", "03/04/2024"), handed_in("b.xlsx", "04/04/2024")] == ["quarantined", "quarantined"]
    assert office.kept_aside("status") == ["open", "open"]
    assert [handed_in("a.xlsx", "03/04/2024"), handed_in("b.xlsx", "04/04/2024")] == ["quarantined", "quarantined"]
    assert office.kept_aside("status") == ["open", "open"]


def test_new_findings_on_the_same_faulty_row_replace_the_old(office: Office) -> None:
    office.hand_in(Workbook([case(good=False), case("A07-5KQ2M-002", good=False, **OTHER)]))
    office.hand_in(Workbook([case("A07-5KQ2M-002", good=False, **OTHER)]))
    assert [json.loads(issues)[0]["cell"] for issues in office.kept_aside("issues")] == ["S5", "S5"]


def test_all_five_forms_go_in_together(office: Office) -> None:
    communication = {
        "id": "A07-AAAAA-001", "raised_date": "2023-10-01", "raised_clock": "14:30:00", "raised_at": "2023-10-01 14:30",
        "customer": "CUST456", "channel": "phone", "description": "客户反馈订单延迟发货", "agent": "客服小李", "status": "open",
        "follow_up": "明日电话确认", "due_at": "2023-10-03 00:00", "due_words": "明日",
    }  # fmt: skip
    coordination = {
        "id": "A07-BBBBB-001",
        "raised_at": "2023-10-01 10:00",
        "customer": "CUST1",
        "description": "系统登录失败",
        "progress": "done",
    }
    folder = [
        Workbook([case()]),
        Workbook([communication], path="c.xlsx", form="communication"),
        Workbook([coordination], path="d.xlsx", form="coordination"),
    ]
    merged = office.hand_in(*folder)
    assert [list(numbers) for numbers in merged.numbers] == [["CR001"], ["CS-2023-001"], ["20231001001"]]
    assert office.outcomes(*folder) == ["unchanged"] * 3
    assert sorted(office.records("form", "state")) == [("communication", "open"), ("coordination", "resolved"), ("response", "open")]
    [(clock, words, due)] = [row for row in office.records("raised_clock", "due_words", "due_at") if row[0]]
    assert (clock, words, due) == ("14:30:00", "明日", dt.datetime(2023, 10, 3))
    later = {**communication, "raised_clock": "14:31:00", "raised_at": "2023-10-01 14:31"}
    absent = ("follow_up", "summary")
    assert office.outcomes(Workbook([later], path="c.xlsx", form="communication", modified=saved(1), absent=absent)) == ["updated"]
    assert ("14:31:00", "明日", dt.datetime(2023, 10, 3)) in office.records("raised_clock", "due_words", "due_at")
    without = {**later, "raised_clock": None, "raised_at": None, "channel": "email"}
    timeless = Workbook([without], path="c.xlsx", form="communication", modified=saved(2), absent=("raised_clock",))
    assert office.outcomes(timeless) == ["updated"]
    assert ("14:31:00", dt.datetime(2023, 10, 1, 14, 31), "email") in office.records("raised_clock", "raised_at", "channel")


def test_a_dry_run_says_the_same_and_stores_nothing(office: Office) -> None:
    merged = office.hand_in(Workbook([case()]), dry_run=True)
    assert list(merged.outcomes[0]) == ["new"]
    with pytest.raises(UsageError):
        open_ledger(office.path)
    office.hand_in(Workbook([case()]))
    assert list(office.hand_in(Workbook([case(**SOLVED)], modified=saved(1)), dry_run=True).outcomes[0]) == ["updated"]
    assert office.records("state") == ["open"]
    with open_ledger(office.path) as ledger:
        assert ledger.batches().num_rows == 1
