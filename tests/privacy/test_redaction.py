"""Redaction: what is found, what stands in its place, and what passes."""

from __future__ import annotations

import random
import re
from pathlib import Path

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import given, settings
from stdnum import luhn
from stdnum.iso7064 import mod_11_2

from csbook.privacy import Profile, load, redact
from csbook.privacy.findings import KINDS
from csbook.privacy.profile import Policy
from csbook.privacy.redaction import redact_text

MARK = "〔已隐去：{kind}〕"
SHIPPED = load(Path(__file__).parents[2] / "validations" / "privacy.toml")
POLICY = SHIPPED.default
DETECTION = SHIPPED.detection
PROFILE = Profile(MARK, POLICY, detection=DETECTION)
find, candidates = DETECTION.find, DETECTION.candidates
NOTHING: frozenset[str] = frozenset()
ID, CARD = "〔已隐去：身份证号〕", "〔已隐去：银行卡号〕"

FOUND = {
    "13812345678": ("phone", "138****5678"),
    "请回电13812345678，谢谢": ("phone", "请回电138****5678，谢谢"),
    "+86 138-1234-5678": ("phone", "+86 138****5678"),
    "0086-13812345678": ("phone", "0086-138****5678"),
    "8613812345678": ("phone", "86138****5678"),
    "１３８１２３４５６７８": ("phone", "138****5678"),
    "１３８　１２３４　５６７８": ("phone", "138****5678"),
    "138 1234 5678": ("phone", "138****5678"),
    "138\u200b1234\u200b5678": ("phone", "138****5678"),
    "客户手机138\n12345678": ("phone", "客户手机138****5678"),
    "138\r\n1234 5678": ("phone", "138****5678"),
    "单号12345678901\n13812345678": ("phone", "单号12345678901\n138****5678"),
    "身份证号：110101199003070071有误": ("id", f"身份证号：{ID}有误"),  # its check digit is another
    "证件号码 11010119900307007x": ("id", f"证件号码 {ID}"),
    "1 3 8 1 2 3 4 5 6 7 8": ("phone", "138****5678"),
    "tel13812345678": ("phone", "tel138****5678"),
    "Tel:13812345678.": ("phone", "Tel:138****5678."),
    "13812345678.0": ("phone", "138****5678.0"),
    "1.13812345678、2.15987654321": ("phone", "1.138****5678、2.159****4321"),
    "①13812345678": ("phone", "①138****5678"),
    "13812345678vx同号": ("phone", "138****5678vx同号"),
    "两个号：13812345678、15987654321": ("phone", "两个号：138****5678、159****4321"),
    "13812345678 15987654321": ("phone", "138****5678 159****4321"),
    "0571-87654321": ("phone", "0571****4321"),
    "(010) 6234 5678": ("phone", "010****5678"),
    "（０１０）６２３４５６７８": ("phone", "010****5678"),
    "座机01062345678": ("phone", "座机010****5678"),
    "0915-3212345": ("phone", "0915****2345"),
    "电话：(138)12345678": ("phone", "电话：138****5678"),
    "（138）1234-5678": ("phone", "138****5678"),
    "邮箱 a.b @ qq.com": ("mail", "邮箱 ***@***"),
    "邮箱a.b_c@mail.example.com。": ("mail", "邮箱***@***。"),
    "ｚｈａｎｇ＠ｑｑ．ｃｏｍ": ("mail", "***@***"),
    "13812345678@139.com": ("mail", "***@***"),
    "身份证11010519491231002X。": ("id", f"身份证{ID}。"),
    "11010519491231002x": ("id", ID),
    "110105 19491231 002X": ("id", ID),
    "130503670401001": ("id", ID),
    "卡号6222021234567890128": ("card", f"卡号{CARD}"),
    "4111 1111 1111 1111": ("card", CARD),
    "9558800200112233446": ("card", CARD),
    "4111-1111-1111-1111": ("card", CARD),
    "一三八 一二三四 五六七八": ("phone", "138****5678"),
    "1.3812345678E10": ("phone", "138****5678"),
    "+86 10 62345678": ("phone", "+86 010****5678"),
    "0086 10 62345678": ("phone", "0086 010****5678"),
    "tel008610 62345678": ("phone", "tel0086010****5678"),
    "座机87654321": ("phone", "座机****4321"),
    "车牌京A12345": ("plate", "车牌京A***45"),
    "联系方式-QQ-12345678": ("account", "联系方式-QQ-***"),
    "微信：zhangsan_ok": ("account", "微信：***"),
    "姓名：王小明": ("name", "姓名：王**"),
    "联系人欧阳娜娜来电": ("name", "联系人欧阳**来电"),
    "联系人：王芳、李强": ("name", "联系人：王*、李*"),
    "身份证后6位 123456": ("verification", "身份证后6位 〔已隐去：核验数字〕"),
    "寄到科技园南区5栋502，急": ("address", "寄到〔已隐去：住址〕，急"),
    "软件园二期8号楼B座 301": ("address", "〔已隐去：住址〕"),
    "我家在幸福里小区6-2-501": ("address", "我家在〔已隐去：住址〕"),
    "住文三路12号3幢201室。": ("address", "住〔已隐去：住址〕。"),
    "地址杭州市西湖区文三路 100 号 2 幢 301 室": ("address", "地址〔已隐去：住址〕"),
    "文三路　100　号": ("address", "〔已隐去：住址〕"),
    "住幸福小区 12 栋 3 单元 401": ("address", "住〔已隐去：住址〕"),
    "软件园二期 8 号楼 B座 301": ("address", "〔已隐去：住址〕"),
    "东湖公馆3栋1201": ("address", "〔已隐去：住址〕"),
    "传真87654321": ("phone", "传真****4321"),
    "收款人李强": ("name", "收款人李*"),
    "138 - 1234 - 5678": ("phone", "138****5678"),
    "010 - 62345678": ("phone", "010****5678"),
    "长途加0拨013812345678": ("phone", "长途加0拨0138****5678"),
    "手机号：138，1234，5678": ("phone", "手机号：138****5678"),
    "来电138/1234/5678": ("phone", "来电138****5678"),
    "号码138_1234_5678": ("phone", "号码138****5678"),
    "手机幺三八、幺二三四、五六七八": ("phone", "手机138****5678"),
    "手机号13812 34567 8": ("phone", "手机号138****5678"),
    "香港+852 6123 4567": ("phone", "香港****4567"),
    "香港 852-61234567": ("phone", "香港 ****4567"),
    "澳门0085366123456": ("phone", "澳门****3456"),
    "电话+44 7911 123456。": ("phone", "电话****3456。"),
    "来电+1 (415) 555-2671": ("phone", "来电****2671"),
    "86-21-62345678": ("phone", "86-021****5678"),
    "身份证110101 1990 0307 7758": ("id", f"身份证{ID}"),
    "110 101 1990 03 07 775 8": ("id", ID),
    "居住证830000199003077755": ("id", f"居住证{ID}"),
    "永久居留证911124198108030024": ("id", f"永久居留证{ID}"),
    "护照号E12345678过期": ("id", f"护照号{ID}过期"),
    "港澳通行证：C12345678": ("id", f"港澳通行证：{ID}"),
    "台胞证12345678": ("id", f"台胞证{ID}"),
    "银行卡号6222021234567890123": ("card", f"银行卡号{CARD}"),  # its check digit is another
    "退款账户：1202 0203 0990 0012 345": ("card", f"退款账户：{CARD}"),
    "密码是834921": ("verification", "密码是〔已隐去：核验数字〕"),
    "动态口令 834921": ("verification", "动态口令 〔已隐去：核验数字〕"),
    "QQ邮箱123456789": ("account", "QQ邮箱***"),
    "客户自称王小明": ("name", "客户自称王**"),
    "登记人：王小明": ("name", "登记人：王**"),
    "联系人: LI MING": ("name", "联系人: L***"),
}

PASSES = [
    "138****5678",
    "****5678",
    "010****5678",
    "0571-****4321",
    "***@***",
    ID,
    "SF1381234567890",
    "订单SF13812345678",
    "JD138123456789",
    "A07-5KQ2M-001",
    "工号10086",
    "209900868384212724",
    "订单209900868384212724",
    "批次A00868384212724",
    "热线400-123-4567",
    "4001234567转2",
    "95588",
    "20231001001",
    "关联 response 20231001001",
    "2023-10-01 14:30:15",
    "2023-10-01 14:30 至 2023-10-02 09:00",
    "2023-10-0114:30",
    "14 15 16 17 18 19",
    "v1.3.8.12345678",
    "错误码 0x1381234567",
    "共 12345678 元",
    "1234567890123456",
    "12345678901",
    "110105194912310021",
    "110105199913310021",
    "6222021234567890127",
    "淘宝单号345678901234567898",
    "138123456789",
    "订单2023100113812345678",
    "a@b",
    "单价3@5元",
    "单价3 @ 5.5",
    "(138)1234567",
    "3号楼120平米",
    "A座1001人参加",
    "科技园8栋3楼",
    "8栋 2023-10-01停电",
    "新城2023-10-01停电",
    "小区6-2-5",
    "180*2000*1800床",
    "规格150、1200、1800",
    "型号135/1234/5678",
    "金额133305 - 42395元",
    "发票代码013001900104",
    "发票代码：013001900104",
    "余额+12345678901元",
    "编号853 1234 5678 9012",
    "A07-5KQ2M-001 2026-10-20 10:08",
    "0081 2026-09-28 13:45:00",
    "护照20231001签发",
    "护照填错2次",
    "身份证有效期20131001-20331001",
    "银行卡20231001 143000入账",
    "信用卡2023-10-01 143005扣款",
    "银行卡限额50000元",
    "密码8-16位",
    "密码输入5次后锁定",
    "初始密码123456",
    "WIFI密码连不上2.4G",
    "家长高度关注",
    "家长要求退款",
    "患者方便时联系",
    "使用人时常掉线",
    "客户叫安装师傅上门",
    "自称高级会员",
    "人民路 3 号线换乘",
    "3 号楼 电梯坏了",
    "2 栋 3 楼 漏水",
    "新城 2023 版地图",
    "8 栋 2023-10-01 停电",
    "传真20231001发出",
    "收款人信息有误",
    "租客方面要求",
    "户名 BANK OF CHINA",
    "序列号KT5VXHWXG7NH",
    "设备6DD4WXMPTXZ9",
    "序列号：WXMP4TXZ98",
    "编号 QQVCS9-1150",
    "",
]


@pytest.mark.parametrize("text", FOUND)
def test_personal_data_is_found_and_replaced(text: str) -> None:
    kind, expected = FOUND[text]
    assert redact_text(text, POLICY, PROFILE) == (expected, frozenset({kind}))
    assert any(re.search(pattern, text) for pattern in candidates)


@pytest.mark.parametrize("text", PASSES)
def test_other_numbers_pass(text: str) -> None:
    assert redact_text(text, POLICY, PROFILE) == (text, NOTHING)


@pytest.mark.parametrize(
    "source_id", ["A07-QQHGL-068", "B12-F25QQ-551903", "X-9QQQ8-541", "400-WXP88-300", "粤B-8VXSG-262", "A07-6VXQ4-051"]
)
def test_an_id_with_the_letters_of_a_cue_is_no_account(source_id: str) -> None:
    for text in (source_id, f"{source_id}、A07-5KQ2M-001", f"见{source_id}"):
        assert redact_text(text, POLICY, SHIPPED) == (text, NOTHING)


def test_what_a_removed_neighbour_hid_is_found_too() -> None:
    assert redact_text("a@b.com13812345678", POLICY, PROFILE) == ("***@***138****5678", frozenset({"mail", "phone"}))


def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "description": pd.Series(["回电13812345678", None, "卡6222021234567890128", "无", "留有〔已隐去：邮箱〕"], dtype="str"),
            "order_no": pd.Series(["6222021234567890128", None, "13812345678", "1", "110105 19491231 002X"], dtype="str"),
            "agent": pd.Series(["13812345678", "客服小李", None, "客服小王", "138123456789"], dtype="str"),
        },
        index=[0, 1, 2, 3, 4],
    )


def test_columns_are_redacted_and_flagged() -> None:
    frame = table()
    profile = Profile(MARK, POLICY, {"order_no": Policy(frozenset({"phone"}), frozenset({"id"}))}, detection=DETECTION)
    frame["note"] = pd.Series(["138123456789"] * len(frame), dtype="str")  # long enough for a look, nothing in it
    handed_in = frame.copy()
    redacted, flags = redact(frame, ["description", "order_no", "note"], profile)
    assert redacted["description"].tolist()[0] == "回电138****5678"
    assert pd.isna(redacted["description"][1])
    assert redacted["description"].tolist()[2:] == [f"卡{CARD}", "无", "留有〔已隐去：邮箱〕"]
    assert redacted["order_no"].tolist()[2:] == ["138****5678", "1", ID]
    assert redacted["order_no"][0] == "6222021234567890128"
    assert {name: column[column].index.tolist() for name, column in flags.items()} == {
        "description?phone": [0],
        "description?masked": [0],
        "description?card": [2],
        "description?refused": [2],
        "description?mark": [4],
        "order_no?phone": [2],
        "order_no?masked": [2],
        "order_no?id": [4],
        "order_no?refused": [4],
    }
    assert {str(dtype) for dtype in flags.dtypes} == {"bool"}
    assert redacted["agent"].equals(frame["agent"]), "a column that was not named stays"
    assert frame.equals(handed_in), "the frame handed in stays as it was"
    assert redacted.dtypes.equals(frame.dtypes)


def test_a_strict_policy_refuses_what_has_a_mask() -> None:
    strict = Policy(frozenset(), frozenset(KINDS))
    _, flags = redact(table(), ["description"], Profile(MARK, strict, detection=DETECTION))
    assert flags["description?refused"].tolist() == [True, False, True, False, False]
    assert redact_text("13812345678", strict, PROFILE)[0] == "〔已隐去：电话号码〕"


def test_a_kind_that_no_list_names_is_not_looked_for() -> None:
    text = "13812345678 11010519491231002X"
    assert redact_text(text, Policy(frozenset({"phone"}), frozenset()), PROFILE)[0] == "138****5678 11010519491231002X"
    assert redact_text(text, Policy(frozenset(), frozenset()), PROFILE) == (text, NOTHING)


DIGITS = st.text("0123456789", min_size=1, max_size=12)
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
NUMBER = (
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
    | st.from_regex(r"0(10|2[0-9]|[3-9][0-9]{2})-?[2-9][0-9]{7}", fullmatch=True)
    | st.from_regex(r"(62[0-9]{14,17}|110105(19|20)[0-9]{2}(0[1-9]|1[0-2])[0-2][0-9][0-9]{3}[0-9X])", fullmatch=True)
    | DIGITS
)
PHRASES = [
    "姓名", "：", "王小明", "李四", "联系人", "、", "微信", "QQ", "wx_123456", "尾号", "身份证后6位",
    "座机", "87654321", "文三路", "12号", "3幢", "201室",
    "京A", "12345", "验证码", "〔已隐去：姓名〕", "〔已隐去：住址〕", "***", "一三八", "五六七八",
]  # fmt: skip
PIECE = (
    NUMBER
    | NUMBER.map(lambda text: text.translate(WIDE))
    | st.sampled_from([" ", "-", "，", "*", "a", "@", ".", "qq.com", "客户", "+86", "SF", "\n"])
    | st.sampled_from(PHRASES)
)
TEXT = st.lists(PIECE, max_size=8).map("".join)


@settings(max_examples=400, deadline=None)
@given(text=TEXT)
def test_a_redacted_text_is_a_fixed_point(text: str) -> None:
    clean, kinds = redact_text(text, POLICY, PROFILE)
    assert redact_text(clean, POLICY, PROFILE) == (clean, NOTHING)
    assert (clean != text) == bool(kinds)
    assert find(clean, KINDS) == ()


@settings(max_examples=200, deadline=None)
@given(text=TEXT)
def test_what_a_strict_profile_redacts_is_a_fixed_point_too(text: str) -> None:
    strict = Policy(frozenset(), frozenset(KINDS))
    clean, _ = redact_text(text, strict, PROFILE)
    assert redact_text(clean, strict, PROFILE) == (clean, NOTHING)
    assert redact_text(clean, POLICY, PROFILE) == (clean, NOTHING)


@settings(max_examples=400, deadline=None)
@given(text=TEXT)
def test_the_filter_lets_every_finding_through(text: str) -> None:
    if find(text, KINDS):
        assert any(re.search(pattern, text) for pattern in candidates)
        assert any(pd.Series([text], dtype="str").str.contains(pattern).all() for pattern in candidates)


@given(number=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), wide=st.booleans(), gap=st.sampled_from(["", " ", "-", "—", "　"]))
def test_a_mobile_number_is_found_however_it_is_spelt(number: str, wide: bool, gap: str) -> None:
    spelt = gap.join((number[:3], number[3:7], number[7:]))
    text = f"电话{spelt.translate(WIDE) if wide else spelt}，请回"
    clean, kinds = redact_text(text, POLICY, PROFILE)
    assert clean == f"电话{number[:3]}****{number[-4:]}，请回"
    assert kinds == {"phone"}


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_only_true_check_digits_make_an_id_or_a_card(seed: int) -> None:
    draw = random.Random(seed)
    body = f"110105{draw.randint(1940, 2015)}0715{draw.randint(0, 999):03d}"
    right = body + mod_11_2.calc_check_digit(body)
    wrong = body + ("1" if right[-1] != "1" else "2")
    assert redact_text(right, POLICY, PROFILE) == (ID, frozenset({"id"}))
    assert "id" not in redact_text(wrong, POLICY, PROFILE)[1]
    other = f"2{draw.randint(0, 10**15):016d}"
    other += luhn.calc_check_digit(other)
    assert redact_text(other, POLICY, PROFILE) == (other, NOTHING), "no bank's number"
    card = f"62{draw.randint(0, 10**13):014d}"
    card += luhn.calc_check_digit(card)
    assert redact_text(card, Policy(frozenset(), frozenset({"card"})), PROFILE) == (CARD, frozenset({"card"}))
    wrong = card[:-1] + str((int(card[-1]) + 1) % 10)
    assert redact_text(wrong, POLICY, PROFILE) == (wrong, NOTHING)
