"""The analysis workbook says what the figures say, in both languages, and opens everywhere."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import to_excel
from openxml_audit import OpenXmlValidator

from csbook import analysis, messages
from csbook.analysis import offered, selection
from csbook.analysis.block import Charts, Table, Tiles
from csbook.analysis.chart_style import painted
from csbook.analysis.paper import DOWN, FULL, ROW
from csbook.analysis.report import DAY, SPANNED, SPANS, Report
from csbook.analysis.sheets import definitions as passport
from csbook.analysis.sheets import frequent, hand_in, overdue, overview, people, quality, records, satisfaction, stages, times, trend
from csbook.analysis.words import Words
from csbook.issues import UnfinishedError
from csbook.workbook import Palette, column_letter
from tests.analysis.conftest import LEDGERS, Opened, Written, loaded
from tests.analysis.ledger import LIVE, definitions, figures
from tests.parity.office import recalculated

SHEETS = (
    "overview", "times", "trend", "people", "stages", "satisfaction", "frequent", "overdue", "hand_in", "review", "records",
    "quality", "doubts", "coverage", "definitions",
)  # fmt: skip
DASH = "–"
SUBTOTAL = r"SUBTOTAL\(\d+,[A-Z]+\d+:[A-Z]+\d+\)"
CORNERS = ("min_col", "min_row", "max_col", "max_row")
# table in the workbook, table of the figures, its columns
TABLES = (
    ("clocks", "clocks", times.CLOCKS),
    ("clocks_by_level", "clocks_by_level", times.LEVELS),
    ("by_month", "by_month", ("month", *trend.MEASURES)),
    ("by_week", "by_week", ("week", *trend.MEASURES)),
    ("by_day", "by_day", ("day", *trend.MEASURES)),
    ("by_agent", "by_agent", people.SCORES),
    ("stages", "stages", stages.COLUMNS),
    ("satisfaction", "satisfaction", satisfaction.LEVELS),
    ("satisfaction_rate", "satisfaction_rate", satisfaction.RATES),
    ("satisfaction_by_category", "by_category", ("category", *satisfaction.SCORED)),
    ("satisfaction_speed", "satisfaction_speed", satisfaction.SPEED),
    ("by_emotion", "by_emotion", satisfaction.EMOTION),
    ("escalations", "escalations", satisfaction.ESCALATED),
    ("frequent", "frequent", frequent.COLUMNS),
    ("contact_by_department", "contact_by_department", overdue.CONTACT),
    ("rating_missing", "rating_missing", satisfaction.RATING_MISSING),
    ("doubts", "doubts", quality.DOUBTS),
    ("hours", "hours", passport.HOURS),
    ("ageing", "ageing", overdue.AGES),
    ("overdue", "overdue", overdue.OVERDUE),
    ("open", "open", overdue.OPEN),
    ("hand_in", "hand_in", hand_in.COLUMNS),
    ("data_quality", "data_quality", quality.COLUMNS),
    ("policy", "policy", passport.POLICY),
    ("coverage", "coverage", quality.COVERAGE),
)
# where a missing key has a word: all, or not filled in
SAID = ("category", "bottleneck", "form", "level", "emotion", "department")
AS_STORED = ("record_no", "agent", "owner", "desk", "team", "description", "phrase", "example_1")


@pytest.mark.parametrize("ledger", LEDGERS)
def test_the_audit_finds_nothing(written: Written, ledger: str) -> None:
    result = OpenXmlValidator().validate(written(ledger, "zh"))
    assert (result.is_valid, result.errors) == (True, [])


def table(book: Any, name: str) -> pd.DataFrame:
    """An Excel table's cells, columns numbered."""
    sheet = next(each for each in book if name in each.tables)
    rows = list(sheet.iter_rows(values_only=True, **dict(zip(CORNERS, range_boundaries(sheet.tables[name].ref), strict=True))))[1:]
    return pd.DataFrame([[plain(value) for value in row] for row in rows], dtype=object)


def plain(value: Any) -> Any:
    """A number of days as such: openpyxl takes the format that shows hours below one for that of a date."""
    if isinstance(value, dt.time | dt.timedelta) or (isinstance(value, dt.datetime) and value.year < 2000):
        return to_excel(value)
    return value


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_sheet_is_there_with_as_of_and_period(opened: Opened, lang: str) -> None:
    book = opened("full", lang)
    assert [sheet.title for sheet in book if sheet.sheet_state == "visible"] == [messages.text(lang, f"sheet.{name}") for name in SHEETS]
    for sheet in book:
        if sheet.sheet_state == "visible":
            told = next(cell.value for cell in sheet[2] if cell.value)
            assert all(part in told for part in ("2023-10-31 18:00", "2023-10-01", "2023-10-31", "Asia/Shanghai"))
            assert sheet.page_setup.paperSize == 9


@pytest.mark.parametrize(("name", "source", "columns"), TABLES)
def test_cells_equal_the_figures_and_nothing_is_a_dash(opened: Opened, name: str, source: str, columns: tuple[str, ...]) -> None:
    found, wanted = table(opened("full", "zh"), name), figures()[source]
    # the scorecard adds n and attainment of every clock
    assert len(found) == len(wanted)
    assert found.shape[1] == len(columns) or name == "by_agent"
    # no form but `communication` has this type, and it has no rating
    none = wanted["category"] == "technical_support" if name == "satisfaction_by_category" else pd.Series(data=False, index=wanted.index)
    for place, column in enumerate(columns):
        values = wanted[column].astype("Int64").mask(none) if column in offered.RATED else wanted[column]
        assert ((found[place] == DASH) == values.isna()).all() or column in SAID, column
        if pd.api.types.is_datetime64_any_dtype(values):
            assert pd.to_datetime(found[place].replace(DASH, None)).dt.round("s").to_list() == values.dt.round("s").to_list()
        elif pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            # waits are days in Excel, so that one format shows hours and days
            values = values / DAY if column in SPANS or (column, name) == SPANNED else values
            assert found[place].replace(DASH, None).astype(float).to_list() == pytest.approx(
                values.astype(float).to_list(), rel=1e-15, nan_ok=True
            )
        elif column in AS_STORED:
            assert found[place].replace(DASH, None).to_list() == values.astype(object).where(values.notna(), None).to_list()


def test_durations_and_clocks_stand_with_their_n(opened: Opened) -> None:
    frame = figures()["by_channel"]
    durations = table(opened("full", "zh"), "durations_by_channel")
    place = 3  # first response leads, behind the key and two counts
    # the hotline alone has this channel, and no form of its own a first response
    alone = frame["channel"] == "app"
    assert alone.any()
    assert durations[place].to_list() == frame["first_response_n"].astype(object).mask(alone, DASH).to_list()
    assert durations[place + 1].replace(DASH, None).astype(float).to_list() == pytest.approx(
        frame["first_response_mean"].to_list(), nan_ok=True
    )
    clocks = table(opened("full", "zh"), "clocks_by_channel")[[3, 4, 5]].mask(lambda cells: cells == DASH, 0)
    assert clocks.sum().to_list() == [frame[f"register_{verdict}"].sum() for verdict in ("met", "missed", "pending")]


def test_what_no_form_of_a_row_has_a_stamp_for_is_not_0(opened: Opened) -> None:
    book, frame = opened("full", "zh"), figures()["by_priority"]
    assert (frame["first_response_n"] == 0).all()
    assert (frame["n"] > 0).any()
    durations = table(book, "durations_by_priority")
    known = frame["priority"].notna()
    assert (durations[3][known] == DASH).all()
    assert durations[2].to_list() == frame["resolved"].to_list()
    # the hotline starts by priority; the other form with one has no such clock
    clocks, hotline = table(book, "clocks_by_priority"), frame["priority"].isin(["high", "medium", "low"])
    assert hotline.any()
    started = next(place for place in clocks if clocks[place][hotline].to_list() == frame["start_met"][hotline].to_list())
    assert (clocks[started][known & ~hotline] == DASH).all()
    assert (known & ~hotline).any()


def test_a_type_that_nobody_filled_in_is_of_the_forms_that_may_leave_it_blank() -> None:
    """Only `communication` may, and it has no first response and no such clock; what it has is counted."""
    frame = figures()["by_category"].assign(category=lambda table: table["category"].where(table.index > 0))
    frame.loc[0, [each for each in frame if str(each).endswith(("_n", "_met"))]] = 0
    frame.loc[0, "forms"] = "communication"
    shown = _times({"by_category": frame})
    assert shown["durations_by_category"].frame.loc[0, ["first_response_n", "pickup_n"]].isna().all()
    assert shown["durations_by_category"].frame.loc[0, "resolution_n"] == 0
    assert pd.isna(shown["clocks_by_category"].frame.loc[0, "register_met"])
    assert shown["clocks_by_category"].frame.loc[0, "promise_met"] == 0


def test_a_form_without_ratings_has_a_dash_for_their_count(opened: Opened) -> None:
    by_form = table(opened("full", "zh"), "satisfaction_by_form")
    dashes = by_form[by_form.columns[[1, 2, 5, 6]]] == DASH
    forms = figures()["by_form"]["form"]
    assert "communication" in set(forms)
    assert dashes.all(axis=1).to_list() == dashes.any(axis=1).to_list() == (forms == "communication").to_list()


def test_what_no_form_at_all_has_a_stamp_for_is_not_0_by_team_and_agent() -> None:
    forms = figures()["by_form"]
    hotline = {"by_form": forms[forms["form"] == "hotline"].reset_index(drop=True)}
    none = {f"by_{key}": figures()[f"by_{key}"].assign(first_response_n=0, forms="hotline") for key in ("team", "agent")}
    shown = _times(hotline | none)
    for name in ("durations_by_team", "times_by_agent"):
        assert len(shown[name].frame)
        assert shown[name].frame["first_response_n"].isna().all()
        assert shown[name].frame["resolution_n"].notna().all()


def test_what_the_forms_of_one_person_have_no_stamp_for_is_not_0_though_another_has_it() -> None:
    frame = figures()["by_agent"].copy()
    frame.loc[0, ["first_response_n", "forms"]] = [0, "communication,hotline"]
    shown = _times({"by_agent": frame})["times_by_agent"]
    assert shown.frame["first_response_n"].isna().to_list() == [True] + [False] * (len(frame) - 1)
    assert shown.frame["resolution_n"].to_list() == frame["resolution_n"].to_list()
    assert shown.note
    tables = {**figures(), "by_agent": frame}
    (scored,) = (each for each in people.sheet(Report(tables, Words.of(figures()["labels"], "zh"))).blocks if isinstance(each, Table))
    assert scored.frame["first_response_n"].isna().to_list() == shown.frame["first_response_n"].isna().to_list()
    assert scored.note


def _times(more: Mapping[str, pd.DataFrame]) -> dict[str, Table]:
    """The tables of the sheet of times over the figures and `more`."""
    tables = {**figures(), **more}
    report = Report(tables, Words.of(tables["labels"], "zh"), groups=analysis._groups(definitions()))
    return {each.name: each for each in times.sheet(report).blocks if isinstance(each, Table)}


def test_people_with_few_records_stand_apart(opened: Opened) -> None:
    frame, book = figures(**LEDGERS["crowd"])["by_agent"], opened("crowd", "zh")
    assert len(table(book, "by_agent")) == (frame["n"] >= 10).sum() > 0
    assert len(table(book, "few_records")) == (frame["n"] < 10).sum() > 0


def test_keys_are_shown_in_words(opened: Opened) -> None:
    labels = figures()["labels"]
    shown = {each.zh for each in labels[(labels["dimension"] == "category")].itertuples()} | {messages.text("zh", "value.blank")}
    assert set(table(opened("full", "zh"), "satisfaction_by_category")[0]) <= shown
    english = table(opened("full", "en"), "records")
    assert not english[[1, 7, 8, 9, 10, 11]].map(lambda text: bool(re.search("[\u4e00-\u9fff]", str(text)))).any().any()


def test_live_texts_stay_texts(opened: Opened, written: Written) -> None:
    sheet = opened("full", "zh")[messages.text("zh", "sheet.records")]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value in LIVE]
    assert {cell.value for cell in cells} == set(LIVE)
    assert all(cell.data_type == "s" and cell.quotePrefix and cell.hyperlink is None for cell in cells)
    with zipfile.ZipFile(written("full", "zh")) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    formulas = [formula for sheet in sheets for formula in re.findall("<f>(.*?)</f>", sheet)]
    assert formulas
    assert all(re.fullmatch(rf'{SUBTOTAL}|IF\({SUBTOTAL}=0,"–",{SUBTOTAL}\)', each) for each in formulas)
    links = [link for sheet in sheets for link in re.findall("<hyperlink [^>]*>", sheet)]
    assert links
    assert all("location=" in link and "r:id" not in link for link in links)


def test_tiles_and_rows_lead_to_what_stands_behind_them(opened: Opened) -> None:
    book = opened("full", "zh")
    overview = book.worksheets[0]
    led = {cell.value: cell.hyperlink.location for row in overview.iter_rows(max_row=14) for cell in row if cell.hyperlink}
    assert len(led) >= 9
    for location in led.values():
        sheet, cells = location.replace("'", "").split("!")
        assert book[sheet][cells.split(":")[0]].value is not None
    agents = next(each for each in book if "by_agent" in each.tables)
    for cell, *_ in agents[agents.tables["by_agent"].ref][1:]:
        sheet, cells = cell.hyperlink.location.replace("'", "").split("!")
        assert book[sheet][cells.split(":")[0]].value == cell.value


@pytest.mark.parametrize("name", ["durations_by_category", "clocks_by_department", "satisfaction_by_channel"])
def test_a_row_of_several_forms_leads_to_a_record_of_its_group(opened: Opened, name: str) -> None:
    """咨询 counts 咨询类 and 产品咨询 too, which stand in the list as each form prints them."""
    book, words, key = opened("full", "zh"), Words.of(figures()["labels"], "zh"), name.rpartition("_")[2]
    groups = {
        (form.short.zh, entry.label.zh): words.label(key, entry.group or entry.key)
        for form in definitions().forms.values()
        if key in form.by_name
        for entry in form.by_name[key].choices.entries  # type: ignore[union-attr]
    }
    sheet = next(each for each in book if name in each.tables)
    (first, *_) = book["明细"][book["明细"].tables["records"].ref]
    form = next(cell.column_letter for cell in first if cell.value == "表单")
    rows = [row[0] for row in sheet[sheet.tables[name].ref][1:]]
    assert [cell.value for cell in rows if not cell.hyperlink] == [cell.value for cell in rows if cell.value == words.text("value.blank")]
    for cell in (each for each in rows if each.hyperlink):
        place = cell.hyperlink.location.split("!")[1].split(":")[0]
        there = book["明细"][place]
        assert groups[book["明细"][f"{form}{there.row}"].value, there.value] == cell.value
    assert any(label != group for (_, label), group in groups.items())


def test_no_row_of_the_stages_leads_to_records_that_it_does_not_count(opened: Opened) -> None:
    sheet = next(each for each in opened("full", "zh") if "stages" in each.tables)
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("name", ["overdue", "open", "rating_missing", "frequent"])
def test_a_number_leads_to_the_record_of_its_form(opened: Opened, name: str) -> None:
    """Numbers are unique within a form only: that of a hotline record may not lead to another form's record of the same number."""
    book = opened("full", "zh")
    words, table = Words.of(figures()["labels"], "zh"), figures()[name]
    columns = {"record_no": "form"} if name != "frequent" else {f"example_{place}": f"example_{place}_form" for place in (1, 2, 3)}
    sheet = next(each for each in book if name in each.tables)
    headers, *rows = sheet[sheet.tables[name].ref]
    places = {cell.value: place for place, cell in enumerate(headers)}
    (first, *_) = book["明细"][book["明细"].tables["records"].ref]
    lines = {cell.value: cell.column - 1 for cell in first}
    seen = 0
    for column, form in columns.items():
        told = table[form].head(len(rows)).map(lambda key: words.label("form", key))
        for row, wanted in zip(rows, told, strict=False):
            cell = row[places[words.column(name, column, {})]]
            if cell.hyperlink:
                place = cell.hyperlink.location.split("!")[1].split(":")[0]
                line = book["明细"][book["明细"][place].row]
                assert (line[lines["记录编号"]].value, line[lines["表单"]].value) == (cell.value, wanted)
                seen += 1
    assert seen > (3 if name == "frequent" else 20)


@pytest.mark.parametrize("name", ["by_agent", "by_day", "overdue", "records", "hand_in", "durations_by_priority"])
def test_totals_follow_the_filter_and_their_cached_values_are_true(opened: Opened, written: Written, name: str) -> None:
    sheet = next(each for each in opened("full", "zh") if name in each.tables)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*extension is not supported")
        cached = load_workbook(written("full", "zh"), data_only=True)[sheet.title]
    first, top, last, bottom = range_boundaries(sheet.tables[name].ref)
    totals = [column for column in range(first, last + 1) if sheet.cell(top - 1, column).data_type == "f"]
    assert totals
    for column in totals:
        values = [plain(sheet.cell(row, column).value) for row in range(top + 1, bottom + 1)]
        numbers = [each for each in values if isinstance(each, int | float)]
        formula = sheet.cell(top - 1, column).value
        wanted = len(values) if "(103," in formula else DASH
        if numbers and "(103," not in formula:
            wanted = sum(numbers) if "(109," in formula else sum(numbers) / len(numbers)
        found = plain(cached.cell(top - 1, column).value)
        assert found == (wanted if wanted == DASH else pytest.approx(wanted)), formula


def test_a_total_that_is_a_dash_stands_right_like_the_numbers(opened: Opened, written: Written) -> None:
    sheet = next(each for each in opened("full", "zh") if "by_agent" in each.tables)
    first, top, last, _ = range_boundaries(sheet.tables["by_agent"].ref)
    totals = [sheet.cell(top - 1, column) for column in range(first, last + 1) if sheet.cell(top - 1, column).data_type == "f"]
    assert totals
    assert {each.alignment.horizontal for each in totals} == {"right"}


@pytest.mark.parametrize(
    ("lang", "words"), [("en", ("First response n", "First response limit n")), ("zh", ("首次响应时长 n", "首响时限 n"))]
)
def test_a_clock_called_like_a_duration_is_told_apart_in_words(opened: Opened, lang: str, words: tuple[str, str]) -> None:
    sheet = next(each for each in opened("full", lang) if "by_agent" in each.tables)
    headers = [column.name for column in sheet.tables["by_agent"].tableColumns]
    assert set(words) <= set(headers)
    assert not [each for each in headers if re.search(r" \d$", each)]


def test_formulas_calculated_by_libreoffice_equal_the_cached_values_on_every_sheet(
    written: Written, opened: Opened, tmp_path: Path
) -> None:
    bare = tmp_path / "bare.xlsx"
    with zipfile.ZipFile(written("full", "zh")) as archive, zipfile.ZipFile(bare, "w") as without:
        for name in archive.namelist():
            # a formula without a value is calculated by whoever opens the file
            part = archive.read(name)
            without.writestr(name, re.sub(rb"(<f>[^<]*</f>)<v>[^<]*</v>", rb"\1<v></v>", part) if "worksheets/" in name else part)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*extension is not supported")
        (path,) = recalculated([bare], tmp_path, "Asia/Shanghai")
        cached, fresh = load_workbook(written("full", "zh"), data_only=True), load_workbook(path, data_only=True)
    compared = 0
    for sheet in opened("full", "zh"):
        for row in sheet.iter_rows():
            for cell in (each for each in row if each.data_type == "f"):
                value, again = (book[sheet.title][cell.coordinate].value for book in (cached, fresh))
                assert again == _nearly(value), (sheet.title, cell.coordinate, cell.value)
                compared += 1
    assert compared > 200


def _nearly(value: Any) -> Any:
    """openpyxl reads what is shown as hours as a moment or a span."""
    if isinstance(value, dt.datetime | dt.timedelta):
        return pytest.approx(value, abs=dt.timedelta(seconds=1))
    return value if isinstance(value, str | dt.time) else pytest.approx(value)


def charts(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]


@pytest.mark.parametrize(("ledger", "least"), [("full", 12), ("crowd", 12), ("one", 4)])
def test_no_chart_is_empty(opened: Opened, written: Written, ledger: str, least: int) -> None:
    numbers = opened(ledger, "zh")["_charts"]
    drawn = charts(written(ledger, "zh"))
    assert len(drawn) >= least
    for chart in drawn:
        values = []
        for reference in re.findall(r"<c:val>.*?<c:f>_charts!([^<]+)</c:f>", chart):
            values += [cell.value for (cell,) in _column(numbers[reference.replace("$", "")])]
        assert any(isinstance(value, int | float) and value for value in values)
        assert "<c:v>" in chart


def _column(cells: Any) -> tuple[Any, ...]:
    return cells if isinstance(cells, tuple) else ((cells,),)


@pytest.mark.parametrize(("bars", "gap"), [(1, 500), (3, 233), (5, 60), (30, 60)])
def test_a_few_bars_do_not_fill_a_chart(bars: int, gap: int) -> None:
    columns = figures()["by_day"].iloc[:1].assign(n=3, resolved=2)
    days = pd.concat([columns] * bars, ignore_index=True)
    report = Report({**figures(), "by_day": days}, Words.of(figures()["labels"], "zh"))
    chart = selection.chart(report, "column", "by_day", "day", ("n", "resolved"), title="agents")
    assert [painted(chart, each)["gap"] for each in chart.series] == [gap] * 2


def test_a_missing_figure_is_a_gap_in_the_chart_not_a_zero(opened: Opened) -> None:
    wanted = figures(**LEDGERS["alone"])["by_day"]["resolution_mean"]
    numbers = opened("alone", "zh")["_charts"]
    title = messages.text("zh", "chart.resolution_by_day")
    place = next(cell.column for cell in numbers[1] if cell.value == title)
    drawn = [numbers.cell(row, place + 1).value for row in range(2, len(wanted) + 2)]
    assert wanted.isna().any()
    assert [value is None for value in drawn] == wanted.isna().to_list()


def test_an_empty_ledger_has_no_charts_and_says_so(opened: Opened, written: Written) -> None:
    assert charts(written("empty", "zh")) == []
    assert "_charts" not in opened("empty", "zh").sheetnames
    assert messages.text("zh", "look.nothing") in [
        str(cell.value)[3:] for row in opened("empty", "zh").worksheets[0].iter_rows() for cell in row
    ]


def test_attainment_below_target_is_red_on_the_overview(opened: Opened) -> None:
    sheet, clocks = opened("full", "zh").worksheets[0], figures()["clocks"]
    good = (clocks["attainment"] >= clocks["target"]).to_list()
    values = {f"{attainment:.1%}": each for attainment, each in zip(clocks["attainment"], good, strict=True)}
    tiles = [cell for row in sheet.iter_rows(max_row=14) for cell in row if cell.value in values]
    assert len(tiles) == 4
    for tile in tiles:
        assert tile.font.color.rgb == "FF" + (Palette.GOOD if values[tile.value] else Palette.BAD)[1:]


def test_the_overview_prints_on_one_page(opened: Opened) -> None:
    setup = opened("full", "zh").worksheets[0].page_setup
    assert (setup.orientation, setup.fitToWidth or 1, setup.fitToHeight or 1) == ("portrait", 1, 1)


def test_columns_are_wide_enough_for_their_numbers(opened: Opened) -> None:
    for sheet in opened("crowd", "zh").worksheets[1:13]:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    assert len(f"{cell.value:,.0f}") + 1 < sheet.column_dimensions[cell.column_letter].width, (sheet.title, cell.coordinate)


def test_the_same_figures_give_the_same_bytes(written: Written, tmp_path: Path) -> None:
    analysis.write(figures(), tmp_path / "again.xlsx", definitions=definitions())
    assert (tmp_path / "again.xlsx").read_bytes() == written("full", "zh").read_bytes()


def test_a_folder_that_is_missing_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnfinishedError):
        analysis.write(figures(), tmp_path / "nowhere" / "a.xlsx", definitions=definitions())


@pytest.mark.skipif(not (shutil.which("soffice") and shutil.which("pdftotext")), reason="needs LibreOffice and poppler")
def test_every_edge_case_opens_in_libreoffice_without_hashes(written: Written, tmp_path: Path) -> None:
    paths = [written(ledger, "zh") for ledger in ("full", "empty", "one", "alone", "vast")]
    paths += [written(ledger, "en") for ledger in ("full", "vast")]
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
    ]
    subprocess.run([*command, *map(str, paths)], check=True, capture_output=True, timeout=300)
    for path in paths:
        text = subprocess.run(
            ["pdftotext", "-layout", str(tmp_path / f"{path.stem}.pdf"), "-"], check=True, capture_output=True, text=True
        ).stdout
        assert messages.text(path.stem[-2:], "sheet.overview.title") in text
        assert "###" not in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_lists_of_open_and_overdue_records_have_one_header_that_every_later_page_repeats(opened: Opened, lang: str) -> None:
    sheet = opened("full", lang)[messages.text(lang, "sheet.overdue")]
    headers = [[cell.value for cell in sheet[sheet.tables[name].ref][0]] for name in ("open", "overdue")]
    assert headers[0] == headers[1]
    repeated = sheet.print_title_rows
    assert repeated == "${0}:${0}".format(sheet.tables["open"].ref.split(":")[0][1:])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_lists_of_open_and_overdue_records_are_one_page_wide(opened: Opened, lang: str) -> None:
    """English headers and labels are longer, and eighteen pages instead of eight are what nobody prints."""
    assert not opened("full", lang)[messages.text(lang, "sheet.overdue")].col_breaks.brk


def test_wide_tables_print_on_pages_side_by_side_that_repeat_the_first_column(opened: Opened) -> None:
    sheet = opened("crowd", "zh")[messages.text("zh", "sheet.people")]
    assert len(sheet.col_breaks.brk) >= 1
    assert sheet.print_title_cols == "$A:$A"
    assert sheet.page_setup.scale >= 50
    assert len(sheet.print_area.split(",")) >= 2
    assert sheet.print_title_rows is not None


@pytest.mark.parametrize(("lang", "name"), [("zh", "people"), ("en", "people"), ("en", "trend")])
def test_the_first_column_that_pages_side_by_side_repeat_cuts_no_line(opened: Opened, lang: str, name: str) -> None:
    sheet = opened("crowd", lang)[messages.text(lang, f"sheet.{name}")]
    merged = {(area.min_row, area.min_col) for area in sheet.merged_cells.ranges}
    texts = [cell for cell in sheet["A"] if isinstance(cell.value, str) and (cell.row, 1) not in merged]
    wide = {cell.value: sum(2 if ord(each) > 0x2E7F else 1 for each in cell.value) for cell in texts}
    assert [text for text, width in wide.items() if width > sheet.column_dimensions["A"].width] == []
    # as of when, on every page
    breaks = [each.id + 1 for each in sheet.col_breaks.brk]
    assert breaks
    assert {sheet.cell(2, place).value for place in (2, *breaks)} == {sheet["B2"].value} != {None}


def test_titles_end_before_the_page_does(opened: Opened) -> None:
    """By month: with a period before, the page of the trend is narrower than its English title was."""
    sheet = opened("crowd", "en")[messages.text("en", "sheet.trend")]
    first = min(each.id for each in sheet.col_breaks.brk)
    room = sum(sheet.column_dimensions[column_letter(place)].width for place in range(1, first))
    title = messages.text("en", "table.by_month")
    assert title in {cell.value for cell in sheet["B"]}
    # it is bold, and larger than the font that the widths are of
    assert len(title) <= room * 0.9


@pytest.mark.parametrize("name", ["trend", "people"])
def test_a_title_that_further_pages_repeat_ends_before_they_do(opened: Opened, name: str) -> None:
    """The last of pages side by side may be narrow; what stands in brackets is read on the first."""
    sheet = opened("crowd", "en")[messages.text("en", f"sheet.{name}")]
    begins = [each.id + 1 for each in sheet.col_breaks.brk]
    ends = [*(each - 1 for each in begins[1:]), sheet.max_column]
    # neighbours of one width are told together
    widths = {place: each.width for each in sheet.column_dimensions.values() for place in range(each.min or 0, (each.max or -1) + 1)}
    shortened = 0
    for top in (range_boundaries(table.ref)[1] for table in sheet.tables.values()):
        row = max(place for place in range(1, top) if sheet.cell(place, 2).font.sz == 12)
        for begin, end in zip(begins, ends, strict=True):
            if title := sheet.cell(row, begin).value:
                assert len(title) <= sum(widths[place] for place in range(begin, end + 1)) * 0.9
                assert sheet.cell(row, 2).value.startswith(title)
                shortened += title != sheet.cell(row, 2).value
    assert shortened


@pytest.mark.parametrize("ledger", ["full", "crowd"])
@pytest.mark.parametrize(("name", "table"), [("times", "times_by_agent"), ("records", "records")])
def test_what_would_be_many_pages_side_by_side_is_printed_one_page_wide_and_a_line_says_so(
    opened: Opened, ledger: str, name: str, table: str
) -> None:
    sheet = opened(ledger, "zh")[messages.text("zh", f"sheet.{name}")]
    assert not sheet.col_breaks.brk
    assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)
    (last,) = {range_boundaries(area.rpartition("!")[2])[2] for area in sheet.print_area.split(",")}
    _, header, columns, _ = range_boundaries(sheet.tables[table].ref)
    assert columns > 2 * last > 20
    note = messages.text("zh", "table.columns_printed", column=sheet.cell(header, last).value)
    assert note in {sheet.cell(row, 1).value for row in range(header - 4, header)}
    headers = [sheet.cell(header, column).value for column in range(1, last + 1)]
    assert name == "records" or {f"{each} P90" for each in ("首次响应时长", "总响应时长", "总响应时长（工作时间）")} <= set(headers)


def test_answers_of_customers_are_columns(opened: Opened) -> None:
    found, wanted = table(opened("full", "zh"), "emotion_by_category"), figures()["mix_by_category"]
    wanted = wanted[wanted["field"] == "emotion"]
    assert found[1].to_list() == wanted.drop_duplicates("category")["of"].to_list()
    assert sorted(each for row in found.iloc[:, 3:].to_numpy() for each in row if each) == pytest.approx(sorted(wanted["share"]))


def test_of_the_frequent_problems_as_many_are_printed_as_a_page_holds(opened: Opened) -> None:
    """The thirtieth stood alone on a page, without a header."""
    sheet = opened("crowd", "zh")[messages.text("zh", "sheet.frequent")]
    _, header, _, last = range_boundaries(sheet.tables["frequent"].ref)
    assert last - header > frequent.PAGE
    assert header + frequent.PAGE in {range_boundaries(area.rpartition("!")[2])[3] for area in sheet.print_area.split(",")}
    room = DOWN[False] * FULL - sum(sheet.row_dimensions[row].height or ROW for row in (1, 2))
    title = next(each.id for each in sheet.row_breaks.brk if each.id < header) + 1
    assert sum(sheet.row_dimensions[row].height or ROW for row in range(title, header + frequent.PAGE + 1)) <= room


def test_below_a_table_that_goes_over_pages_a_new_page_begins(opened: Opened) -> None:
    """Where it ends depends on the font: four rows of the next one stood below it, two on the page after, without a header."""
    sheet = opened("crowd", "zh")[messages.text("zh", "sheet.times")]
    bounds = {name: range_boundaries(sheet.tables[name].ref) for name in ("durations_by_category", "durations_by_priority")}
    begins = [each.id for each in sheet.row_breaks.brk]
    end, header = bounds["durations_by_category"][3], bounds["durations_by_priority"][1]
    assert [row for row in begins if end <= row < header]


@pytest.mark.parametrize("name", ["records", "overdue"])
def test_of_a_long_list_only_the_first_rows_are_printed_and_a_line_says_so(opened: Opened, name: str) -> None:
    sheet = opened("full", "zh")[messages.text("zh", f"sheet.{name}")]
    printed = records.PRINTED if name == "records" else analysis.PRINTED
    _, header, _, last = range_boundaries(sheet.tables[name].ref)
    assert last - header > printed
    assert max(range_boundaries(area.rpartition("!")[2])[3] for area in sheet.print_area.split(",")) == header + printed
    note = messages.text("zh", "table.printed", shown=printed, all=f"{last - header:,}", note="")
    assert note in {sheet.cell(row, 1).value for row in range(header - 3, header)}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_of_many_desks_as_many_are_printed_as_a_page_holds_and_later_pages_repeat_the_header_after_them(opened: Opened, lang: str) -> None:
    sheet = opened("crowd", lang)[messages.text(lang, "sheet.quality")]
    bounds = {name: range_boundaries(sheet.tables[name].ref) for name in ("training", "data_quality")}
    _, header, _, last = bounds["training"]
    assert last - header > quality.PAGE
    ends = {range_boundaries(area.rpartition("!")[2])[3] for area in sheet.print_area.split(",")}
    assert header + quality.PAGE in ends
    assert sheet.print_title_rows == "${0}:${0}".format(bounds["data_quality"][1])


@pytest.mark.parametrize(
    ("start", "printed", "shown"),
    [
        (dt.date(2023, 8, 1), "by_day", ()),
        (dt.date(2023, 1, 1), "by_week", ("by_day",)),
        (dt.date(2020, 11, 1), "by_month", ("by_week", "by_day")),
    ],
)
def test_a_trend_is_printed_by_days_up_to_a_quarter_then_by_weeks_and_over_years_by_months(
    tmp_path: Path, start: dt.date, printed: str, shown: tuple[str, ...]
) -> None:
    tables = figures(1, start=start)
    analysis.write(tables, tmp_path / "a.xlsx", definitions=definitions())
    sheet = loaded(tmp_path / "a.xlsx")[messages.text("zh", "sheet.trend")]
    bounds = {name: range_boundaries(sheet.tables[name].ref) for name in ("by_month", "by_week", "by_day")}
    # nothing is lost on the screen, whatever is printed
    assert {name: last - header for name, (_, header, _, last) in bounds.items()} == {name: len(tables[name]) for name in bounds}
    end = max((range_boundaries(area.rpartition("!")[2])[3] for area in (sheet.print_area or "").split(",") if area), default=sheet.max_row)
    assert end - bounds[printed][3] in (0, 1)
    for name in shown:
        note = messages.text("zh", "table.on_screen", all=f"{len(tables[name]):,}")
        header = bounds[name][1]
        assert note in {sheet.cell(row, column).value for row in range(header - 3, header) for column in (1, 2)}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_rule_and_every_waiting_time_is_told_in_words(opened: Opened, lang: str) -> None:
    kinds = {rule.id.partition(".")[0] for form in definitions().forms.values() for rule in form.rules}
    assert all(messages.text(lang, f"value.rule.{kind}") for kind in kinds)
    shown = Words.of(figures()["labels"], lang)
    assert shown.label("item", "CELL_ERROR", "response") == messages.text(lang, "value.rule.CELL_ERROR")
    sheet = opened("full", lang)[messages.text(lang, "sheet.overdue")]
    column, top, _, _ = range_boundaries(sheet.tables["open"].ref)
    assert sheet.cell(top + 1, column + overdue.OPEN.index("age_minutes")).number_format == messages.text(lang, "span.format")
    years = opened("full", lang)[messages.text(lang, "sheet.definitions")]
    assert years.cell(range_boundaries(years.tables["hours"].ref)[1] + 1, 1).number_format == "0"


def test_a_form_without_a_stamp_or_a_clock_has_a_dash_for_their_count() -> None:
    report = Report(figures(), Words.of(figures()["labels"], "zh"))
    shown = {each.name: each for each in times.sheet(report).blocks if isinstance(each, Table)}
    keys = figures()["by_form"]["form"].to_list()
    pickup = dict(zip(keys, shown["durations_by_form"].frame["pickup_n"].isna(), strict=True))
    promised = dict(zip(keys, shown["clocks_by_form"].frame["promise_met"].isna(), strict=True))
    assert {form for form, missing in pickup.items() if not missing} == {"response", "coordination"} & set(keys)
    assert {form for form, missing in promised.items() if missing} == {"response"} & set(keys)
    assert shown["durations_by_form"].note
    every = figures()["by_channel"].assign(forms=",".join(keys))
    assert not _times({"by_channel": every})["durations_by_channel"].note


def test_no_number_stands_for_several_clocks() -> None:
    report = Report(figures(), Words.of(figures()["labels"], "zh"))
    tables = [each for sheet in (times.sheet(report), quality.coverage(report)) for each in sheet.blocks if isinstance(each, Table)]
    assert not [each.name for each in tables if {"clock", "metric"} & {column.name for column in each.columns} and each.totals]


def test_a_series_without_values_is_not_drawn_and_a_phrase_of_two_categories_names_them() -> None:
    table = figures()["frequent"].head(3).assign(phrase=["闪退", "物流", "闪退"], n_before=pd.array([None] * 3, "Int64"))
    table = table.assign(category=["fault", "complaint", "other"])
    report = Report({**figures(), "frequent": table}, Words.of(figures()["labels"], "zh"))
    drawn = selection.chart(report, "bar", "frequent", "phrase", ("n", "n_before"), title="frequent")
    assert [each.name for each in drawn.series] == ["n"]
    assert list(drawn.labels) == ["闪退（故障）", "物流", "闪退（其他）"]


def test_nobody_is_ranked_by_few_calls() -> None:
    agents = pd.DataFrame({"agent": ["a", "b", "c"], "n": [9, 40, 10], "over": [9, 3, 4]})
    columns = {name: figures()["contact_by_agent"][name].dtype for name in overdue.CONTACT_BY_AGENT}
    table = agents.reindex(columns=list(columns)).astype({"agent": "str"}).assign(clock="call")
    report = Report({**figures(), "contact_by_agent": table}, Words.of(figures()["labels"], "zh"))
    shown = next(each for each in overdue.sheet(report).blocks if isinstance(each, Table) and each.name == "contact_by_agent")
    assert shown.frame["agent"].to_list() == ["c", "b", "a"]


def test_a_mean_has_its_median_beside_it_and_overdue_its_share() -> None:
    report, row = Report(figures(), Words.of(figures()["labels"], "zh")), figures()["overview"].iloc[0]
    tiles = [tile for block in overview.sheet(report).blocks if isinstance(block, Tiles) for tile in block.tiles]
    assert report.words.span(row["resolution_p50"]) in tiles[2].note
    assert report.words.share(row["overdue"] / row["n"]) in tiles[3].note


@pytest.mark.parametrize(
    ("change", "told"), [(11.27, "为上期的 12.3 倍"), (0.0, "与上期持平"), (0.4, "较上期 +40%"), (-0.2, "较上期 -20%")]
)
def test_a_change_is_told_as_people_say_it(change: float, told: str) -> None:
    report = Report(
        {**figures(), "overview": figures()["overview"].assign(resolution_mean_change=change)}, Words.of(figures()["labels"], "zh")
    )
    tiles = [tile for block in overview.sheet(report).blocks if isinstance(block, Tiles) for tile in block.tiles]
    assert tiles[2].change == told


@pytest.mark.parametrize(
    ("now", "before", "begun", "told"),
    [(0, 0, "2023-08-01", "与上期持平"), (3, 0, "2023-08-01", "上期为 0"), (3, 0, "2023-10-02", "无上期可比"), (0, 0, None, "无上期可比")],
)
def test_a_count_that_was_nothing_before_is_told_as_that(now: int, before: int, begun: str | None, told: str) -> None:
    """A period before without overdue records is a period before."""
    row = figures()["overview"].assign(overdue=now, overdue_before=before, overdue_change=float("nan"))
    scope = figures()["scope"].assign(first_day=pd.Timestamp(begun or "NaT"))
    report = Report({**figures(), "overview": row, "scope": scope}, Words.of(figures()["labels"], "zh"))
    tiles = [tile for block in overview.sheet(report).blocks if isinstance(block, Tiles) for tile in block.tiles]
    assert tiles[3].change == told


@pytest.mark.parametrize(("change", "told"), [(0.021, "较上期 +0.02"), (-0.1, "较上期 -0.10"), (0.004, "与上期持平")])
def test_a_change_of_a_score_is_no_share(change: float, told: str) -> None:
    """0.77 out of 1 is no percentage: its change is told in the score's own unit."""
    report = Report(
        {**figures(), "overview": figures()["overview"].assign(satisfaction_change=change)}, Words.of(figures()["labels"], "zh")
    )
    tiles = [tile for block in overview.sheet(report).blocks if isinstance(block, Tiles) for tile in block.tiles]
    assert tiles[5].change == told


def test_one_day_is_drawn_without_a_line_of_one_point() -> None:
    report = Report({**figures(), "by_day": figures()["by_day"].tail(1)}, Words.of(figures()["labels"], "zh"))
    charts = next(block for block in overview.sheet(report).blocks if isinstance(block, Charts))
    assert [(each.name, each.line) for each in charts.charts[0].series] == [("n", False), ("overdue", False)]


def test_without_a_period_the_passport_compares_with_none() -> None:
    scope = figures()["scope"].assign(before_start=pd.NaT, before_end=pd.NaT)
    report = Report({**figures(), "scope": scope}, Words.of(figures()["labels"], "zh"))
    assert messages.text("zh", "scope.no_before") in set(passport.scope(report).frame["value"])


def test_training_is_aimed_desk_by_desk_at_what_stands_there_most_often(opened: Opened) -> None:
    faults = figures()["data_quality"]
    kinds = list(dict.fromkeys(faults["kind"]))
    found = table(opened("full", "zh"), "training")
    assert set(found[0]) == set(faults["desk"])
    for _, row in found.iterrows():
        own = faults[faults["desk"] == row[0]]
        assert row[2 : 2 + len(kinds)].to_list() == [own.loc[own["kind"] == kind, "n"].sum() for kind in kinds]
        aimed = own[~own["kind"].isin(quality.NOT_TRAINED)]
        assert row.iloc[-1] == DASH if aimed.empty else row.iloc[-1].endswith(f"：{aimed['n'].max()}")


def test_of_many_categories_those_with_most_records_are_drawn() -> None:
    found = figures(**LEDGERS["crowd"])
    counts = found["stages"].dropna(subset=["category"]).drop_duplicates("category")["n"]
    drawn = stages.shares(Report(found, Words.of(found["labels"], "zh")))
    assert len(counts) > stages.DRAWN == len(drawn.labels) - 1
    shown = sorted((int(label.rpartition("=")[2].rstrip("）")) for label in drawn.labels[1:]), reverse=True)
    assert shown == counts.sort_values(ascending=False).head(stages.DRAWN).to_list()
