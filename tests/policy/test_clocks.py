"""The policy file: what it says, and every way to get it wrong, all at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from csbook.policy import Counts, Policy, PolicyError, load
from csbook.policy.fit import Known, check
from csbook.toml import UnreadableError

SHIPPED = Path(__file__).parents[2] / "validations" / "policy.toml"
CLOCK = 'name = "c"\nlabel = { zh = "时限" }\nforms = ["f"]\n'


def written(folder: Path, text: str, zone: str = 'zone = "Asia/Shanghai"\n') -> Path:
    path = folder / "policy.toml"
    path.write_text(zone + text, "utf-8")
    return path


def block(*clocks: str, begins: str = "2023-01-01") -> str:
    return f"[[block]]\nfrom = {begins}\n" + "".join(f"[[block.clock]]\n{clock}\n" for clock in clocks)


def faults(path: Path) -> set[tuple[str, str]]:
    with pytest.raises(PolicyError) as caught:
        load(path)
    assert all(line.startswith("policy.toml [") for line in str(caught.value).splitlines())
    assert caught.value.text("en") != str(caught.value)
    return {(key, fault) for key, fault, _ in caught.value.found}


def test_the_shipped_limits_are_those_of_the_forms() -> None:
    policy = load(SHIPPED)
    clock = {name: policy.latest(name) for name in policy.names()}
    minutes = {name: {level: limit and limit.total_seconds() / 60 for level, limit, _ in each.levels()} for name, each in clock.items()}
    assert minutes["register"] == {None: 5}
    assert minutes["resolve"] == {"inquiry": 30, "fault": 120, "complaint": 240, "suggestion": 1440}
    assert minutes["respond"] == {"phone": 5, "chat": 5, "email": 240}
    assert minutes["start"] == {"high": 60, "medium": 240, "low": 1440}
    assert minutes["revisit"] == {None: 1440}
    assert minutes["online"] == {None: 0.5}
    assert minutes["call"] == {None: 10, "yes": 20}
    assert minutes["promise"] == {None: None}
    assert [each.forms for _, _, each in policy.named("promise")] == [("hotline", "feedback", "coordination"), ("communication",)]
    assert clock["promise"].open_only
    assert {level for level, _, ours in clock["resolve"].levels() if ours} == {"complaint", "suggestion"}
    assert (clock["revisit"].counted_by, clock["resolve"].counted_by) == ("resolved_at", "raised_at")
    assert clock["online"].counts is Counts.VALUE


def test_the_shipped_week_is_monday_to_friday_nine_to_six_with_lunch() -> None:
    hours = load(SHIPPED).hours
    assert [len(periods) for periods in hours] == [2, 2, 2, 2, 2, 0, 0]
    assert hours[0][1] == (dt.timedelta(hours=13), dt.timedelta(hours=18))
    calendar = load(SHIPPED).calendar()
    assert calendar.is_working(dt.date(2023, 10, 9))
    assert not calendar.is_working(dt.date(2023, 10, 14))


def test_satisfaction_scales_and_names(tmp_path: Path) -> None:
    policy = load(SHIPPED)
    assert policy.satisfaction.scale("feedback")["satisfied"] == pytest.approx(2 / 3)
    assert policy.satisfaction.scale("response")["satisfied"] == 1
    assert "unrated" not in policy.satisfaction.scale("feedback")
    assert "張組長".translate(policy.simplified) == "张组长"


def test_the_digest_follows_the_bytes(tmp_path: Path) -> None:
    one = load(written(tmp_path, block()))
    other = load(written(tmp_path, block() + "# a word\n"))
    assert one.digest != other.digest
    assert (one.blocks, one.zone) == (other.blocks, "Asia/Shanghai")


def test_blocks_end_where_the_next_begins(tmp_path: Path) -> None:
    five, ten = (CLOCK + f'counts = "calendar"\nstop = "accepted_at"\nlimit = "{n}m"' for n in (5, 10))
    policy = load(written(tmp_path, block(five) + block(ten, begins="2023-06-01")))
    spans = [(begins, until, clock.limit) for begins, until, clock in policy.named("c")]
    assert spans == [
        (dt.date(2023, 1, 1), dt.date(2023, 6, 1), dt.timedelta(minutes=5)),
        (dt.date(2023, 6, 1), None, dt.timedelta(minutes=10)),
    ]


def test_periods_that_meet_are_one(tmp_path: Path) -> None:
    text = '[hours]\nmonday = ["09:00-11:00", "11:00-12:00", "13:00-17:00", "17:00-18:00"]\n'
    nine, noon, one, six = (dt.timedelta(hours=hour) for hour in (9, 12, 13, 18))
    assert load(written(tmp_path, text + block())).hours[0] == ((nine, noon), (one, six))


def test_midnight_may_end_a_period_and_days_may_differ(tmp_path: Path) -> None:
    text = '[hours]\nmonday = ["20:00-24:00"]\n[overrides]\n"2026-10-01" = []\n"2026-10-10" = ["00:00-02:00"]\n'
    policy = load(written(tmp_path, text + block()))
    assert policy.hours[0] == ((dt.timedelta(hours=20), dt.timedelta(days=1)),)
    assert policy.overrides == {dt.date(2026, 10, 1): (), dt.date(2026, 10, 10): ((dt.timedelta(), dt.timedelta(hours=2)),)}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("speed = 1\n", ("speed", "unknown_key")),
        ('now_tolerance = "5 minutes"\n', ("now_tolerance", "no_duration")),
        ("late_after = 24\n", ("late_after", "no_duration")),
        ("due_soon = 3\n", ("due_soon", "no_table")),
        ("due_soon = { left = 20 }\n", ("due_soon.left", "no_share")),
        ('[hours]\nfriyay = ["09:00-12:00"]\n', ("hours.friyay", "unknown_key")),
        ('[hours]\nmonday = ["9-12"]\n', ("hours.monday", "no_period")),
        ('[hours]\nmonday = "09:00-08:00"\n', ("hours.monday", "no_period")),
        ('[hours]\nmonday = ["09:00-12:00", "11:00-18:00"]\n', ("hours.monday", "periods_overlap")),
        ('[overrides]\n"1 October" = []\n', ("overrides.1 October", "no_day")),
        ("[satisfaction.scales.default]\nsatisfied = 2\n", ("satisfaction.scales.default.satisfied", "no_share")),
        ("[backup]\ndaily = 0\n", ("backup.daily", "no_count")),
        ("[backup]\nyearly = 1\n", ("backup.yearly", "unknown_key")),
        ("[backup]\nafter = 1\n", ("backup.after", "no_duration")),
        ('[names]\ntraditional = "張"\n', ("names", "names_differ")),
        (block(begins="2023-06-01") + block(), ("block", "blocks_unordered")),
        (block(begins='"soon"'), ("block 1.from", "no_day")),
        (block(CLOCK), ("block 1.clock c.counts", "missing_key")),
        (block(CLOCK + 'counts = "moon"'), ("block 1.clock c.counts", "unknown_counts")),
        (block(CLOCK + 'counts = "calendar"\nlimit = "5m"'), ("block 1.clock c.stop", "missing_key")),
        (block(CLOCK + 'counts = "calendar"\nstop = "accepted_at"'), ("block 1.clock c", "no_limit")),
        (block(CLOCK + 'counts = "promised"\nstop = "a"\ndue = "b"\nlimit = "5m"'), ("block 1.clock c", "useless_limit")),
        (block(CLOCK + 'counts = "calendar"\nstop = "a"\nlimit = "5m"\nby = "category"'), ("block 1.clock c", "by_without_limits")),
        (block(CLOCK.replace('"c"', '"C 1"') + 'counts = "calendar"\nstop = "a"\nlimit = "5m"'), ("block 1.clock C 1.name", "no_name")),
        (block(CLOCK + 'counts = "calendar"\nstop = 3\nlimit = "5m"'), ("block 1.clock c.stop", "wrong_type")),
        (block(*[CLOCK + 'counts = "calendar"\nstop = "a"\nlimit = "5m"'] * 2), ("block 1.clock c", "two_clocks")),
        (
            block(
                CLOCK + 'counts = "calendar"\nstop = "a"\nlimit = "5m"',
                CLOCK.replace('"f"', '"g"') + 'counts = "calendar"\nstart = "resolved_at"\nstop = "a"\nlimit = "5m"',
            ),
            ("block 1.clock c", "two_populations"),
        ),
    ],
)
def test_a_contradiction_is_named_by_its_key(tmp_path: Path, text: str, fault: tuple[str, str]) -> None:
    rest = "" if "[[block]]" in text else block()
    assert faults(written(tmp_path, text + rest)) == {fault}


def test_backups_are_kept_as_the_file_says(tmp_path: Path) -> None:
    shipped = load(SHIPPED).backup
    assert (shipped.daily, shipped.weekly, shipped.monthly, shipped.after) == (7, 5, 12, dt.timedelta(hours=1))
    own = load(written(tmp_path, '[backup]\ndaily = 3\nafter = "4h"\n' + block())).backup
    assert (own.daily, own.weekly, own.after) == (3, 5, dt.timedelta(hours=4))


def test_all_contradictions_come_at_once(tmp_path: Path) -> None:
    found = faults(written(tmp_path, 'speed = 1\nlate_after = "x"\n', zone='zone = "Mars/Base"\n'))
    assert found == {("speed", "unknown_key"), ("late_after", "no_duration"), ("zone", "unknown_zone"), ("block", "missing_key")}


def test_a_missing_file_and_no_toml_are_usage_errors(tmp_path: Path) -> None:
    for fault in ("missing", "cut"):
        with pytest.raises(UnreadableError) as raised:
            load(tmp_path / "policy.toml")
        assert raised.value.fault == fault
        (tmp_path / "policy.toml").write_text("zone =")


def test_a_policy_must_fit_the_forms() -> None:
    policy = load(SHIPPED)
    stamps = ("raised_at", "accepted_at", "first_response_at", "started_at", "resolved_at", "due_at", "revisit_at")
    fields = {
        **dict.fromkeys(stamps, Known("stamp")),
        **dict.fromkeys(("online_seconds", "call_minutes"), Known("whole")),
        **dict.fromkeys(("complex", "category", "channel", "escalation_reason"), Known("choice")),
        "priority": Known("choice", ("high", "medium", "low", "urgent")),
        "escalated": Known("choice", ("yes", "no")),
        "raised_clock": Known("text"),
    }
    forms = dict.fromkeys(("communication", "hotline", "feedback", "response", "coordination"), fields)
    check(policy, forms)
    bare = {name: Known("stamp") for name in ("raised_at", "resolved_at", "due_at")}
    hotline = {**fields, "priority": Known("choice", ("high", "low", "urgent"))}
    misfit = {**forms, "hotline": hotline, "feedback": bare}
    del misfit["response"]
    with pytest.raises(PolicyError) as caught:
        check(policy, misfit)
    assert {(key, fault) for key, fault, _ in caught.value.found} == {
        ("block 1.clock register", "unknown_form"),
        ("block 1.clock resolve", "unknown_form"),
        ("block 1.clock respond", "unknown_form"),
        ("block 1.clock start.limits.medium", "unknown_entry"),
        ("block 1.clock online", "unknown_field"),
        ("block 1.clock call", "unknown_field"),
    }
    check(Policy(), {})


@pytest.mark.parametrize(
    ("clock", "fault"),
    [
        ('start = "clock"\nstop = "stamp"\nlimit = "5m"\ncounts = "calendar"', "no_stamp_field"),
        ('stop = "words"\ndue = "stamp"\ncounts = "promised"', "no_stamp_field"),
        ('value = "words"\nunit = "1s"\nlimit = "5s"\ncounts = "value"', "no_whole_field"),
        ('stop = "stamp"\nby = "stamp"\nlimits = { x = "5m" }\ncounts = "calendar"', "no_choice_field"),
    ],
)
def test_a_clock_measures_only_what_can_be_measured(tmp_path: Path, clock: str, fault: str) -> None:
    policy = load(written(tmp_path, block(CLOCK + clock)))
    fields = {"raised_at": Known("stamp"), "stamp": Known("stamp"), "clock": Known("text"), "words": Known("text")}
    with pytest.raises(PolicyError) as caught:
        check(policy, {"f": fields})
    assert [found for _, found, _ in caught.value.found] == [fault]
    assert caught.value.text("en")


def test_what_is_watched_must_stand_in_some_form(tmp_path: Path) -> None:
    text = (
        block()
        + '[sync]\nby = "priority"\nentries = ["urgent", "calm"]\n[escalated]\nby = "nobody"\nentries = ["yes"]\nreason = "nothing"\n'
    )
    policy = load(written(tmp_path, text))
    with pytest.raises(PolicyError) as caught:
        check(policy, {"f": {"priority": Known("choice", ("urgent",))}})
    assert {(key, words["field"]) for key, _, words in caught.value.found} == {
        ("sync.entries", "calm"),
        ("escalated.by", "nobody"),
        ("escalated.reason", "nothing"),
    }
    assert faults(written(tmp_path, block() + "[sync]\nby = 3\nentries = 4\n[escalated]\nreason = 5\n")) == {
        ("sync.by", "wrong_type"), ("sync.entries", "wrong_type"), ("escalated.by", "missing_key"), ("escalated.entries", "missing_key"),
        ("escalated.reason", "wrong_type"),
    }  # fmt: skip


def test_the_digest_of_a_block_follows_what_it_judges_by_alone(tmp_path: Path) -> None:
    clock = CLOCK + 'stop = "s"\ncounts = "calendar"\nlimit = '

    def digest(text: str) -> str:
        return load(written(tmp_path, block(text))).blocks[0].digest

    assert digest(clock + '"5m"') != digest(clock + '"6m"')
    assert digest(clock + '"5m"') == digest(clock.replace("时限", "登记") + '"5m"\ntarget = 0.5')
