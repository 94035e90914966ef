"""Roles: what each sees in every sheet of the analysis, as validations/privacy.toml says."""

from __future__ import annotations

import dataclasses
import re
import zipfile
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from csbook import analysis
from csbook.privacy import load
from csbook.privacy.roles import LAST_DIGITS, Role, View, tags_of
from tests.analysis.ledger import definitions, figures

SHIPPED = load(Path(__file__).parents[2] / "validations" / "privacy.toml")
CONTACTS = "contact_name", "contact_phone"
PLANTED = "客服小李说请回 138****5678 或 ****5678，客户 CUST7"


@cache
def view(role: str) -> View:
    fields = [(field.name, field.tags) for form in definitions().forms.values() for field in form.fields]
    return View(role=SHIPPED.roles[role], tags=tags_of([*fields, ("phrase", frozenset({"wording"}))]), key=b"key of a ledger")


def tables() -> dict[str, pd.DataFrame]:
    """The figures of a ledger in whose texts last digits and names stand."""
    found = dict(figures())
    for name in ("records", "open", "overdue"):
        found[name] = found[name].assign(description=pd.Series(PLANTED, index=found[name].index, dtype="str"), reviewer="****5678")
        found[name] = found[name].astype({"reviewer": "str"})
    found["scope"] = found["scope"].assign(agent=pd.Series(["客服小李"], dtype="str"), desk=pd.Series(["A01"], dtype="str"))
    return found


@cache
def parts(role: str, folder: Path) -> dict[str, str]:
    """Every part of the analysis workbook of a role, unzipped, and every table as --json prints it."""
    seen = view(role).figures(tables())
    analysis.write(seen, path := folder / f"{role}.xlsx", definitions=definitions())
    with zipfile.ZipFile(path) as archive:
        found = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}
    return found | {
        f"json/{name}": table.to_json(force_ascii=False, date_format="iso", orient="records")
        for name, table in seen.items()
        if name not in ("labels", "definitions")
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("roles")


def test_inside_the_team_masks_are_seen(folder: Path) -> None:
    assert any("****5678" in text for text in parts("internal", folder).values())


@pytest.mark.parametrize("role", ["manager", "external"])
def test_nobody_else_sees_last_digits(folder: Path, role: str) -> None:
    # not the decimals of a mean
    assert [name for name, text in parts(role, folder).items() if re.search(r"(?<![\d.])5678(?!\d)", text)] == []


def test_a_manager_sees_who_did_what_for_whom(folder: Path) -> None:
    text = "".join(parts("manager", folder).values())
    assert "客服小李" in text
    assert "CUST7" in text
    assert "138****" in text


def test_outside_nobody_is_named(folder: Path) -> None:
    names = re.compile("客服小[李王张陈赵]|主管王姐|CUST[0-9]|A0[0-5]\\b|说请回")
    assert {name: names.findall(text)[:3] for name, text in parts("external", folder).items() if names.search(text)} == {}


def test_outside_a_name_is_always_the_same_code() -> None:
    seen = view("external").figures(tables())
    agents = set(seen["by_agent"]["agent"])
    assert seen["scope"]["agent"][0] in agents
    assert set(seen["contact_by_agent"]["agent"]) <= agents
    assert len(agents) == len(figures()["by_agent"])
    assert all(re.fullmatch("员工-[A-Z2-7]{7}", agent) for agent in agents)


def test_outside_codes_begin_in_the_language_of_the_workbook(folder: Path) -> None:
    english = dataclasses.replace(view("external"), lang="en")
    analysis.write(english.figures(tables()), path := folder / "external-en.xlsx", definitions=definitions(), lang="en")
    with zipfile.ZipFile(path) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))
    assert not set(re.findall("[\u4e00-\u9fff]+-[A-Z2-7]{7}", text))
    staff = set(re.findall("Staff-[A-Z2-7]{7}", text))
    assert staff >= {each.replace("员工", "Staff") for each in view("external").figures(tables())["by_agent"]["agent"].dropna()}


def test_spellings_of_a_name_share_a_code_and_another_ledger_has_others() -> None:
    values = pa.chunked_array([["客服小李", "客服 小李*", "客服小王", None]])
    first, second, third, none = view("external").texts("agent", values).to_pylist()
    assert (first == second != third, none) == (True, None)
    other = View(role=SHIPPED.roles["external"], tags=view("external").tags, key=b"another")
    assert other.texts("agent", values).to_pylist()[0] != first


def test_contacts_are_seen_masked_and_inside_alone() -> None:
    found = {
        "records": tables()["records"].assign(contact_name="*女士", contact_phone="138****4321").astype(dict.fromkeys(CONTACTS, "str"))
    }
    for role, kept in (("internal", set(CONTACTS)), ("manager", set()), ("external", set())):
        assert set(view(role).figures(found)["records"].columns) & set(CONTACTS) == kept, role


@pytest.mark.parametrize(
    "text", ["****5678", "138****5678", "0571****4321", "138****-5678", "138xxxx5678", "＊＊＊＊５６７８", "尾号****123X"]
)
def test_last_digits_are_blanked_and_stay_so(text: str) -> None:
    shown = View(role=Role(digits=False)).texts("note", pa.chunked_array([[text]])).to_pylist()[0]
    assert not re.search(LAST_DIGITS, shown)
    assert re.sub(r"\D", "", shown) in ("", "138", "0571")


@pytest.mark.parametrize("text", ["订单 SF1234567890", "2023-10-01 14:30", "5*10 台", "CUST123*", "A07-5KQ2M-001"])
def test_other_numbers_stay(text: str) -> None:
    assert View(role=Role(digits=False)).texts("note", pa.chunked_array([[text]])).to_pylist() == [text]
