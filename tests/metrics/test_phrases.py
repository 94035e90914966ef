"""Frequent problems read like something a person said: labelled texts, and the phrases that may and may not be listed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from csbook.metrics import frequent

WORDING = frequent.load_wording(Path(__file__).parents[2] / "validations" / "frequent.toml")
# texts (each stands once), what is listed, what is a piece of it
LABELLED = [
    (
        ["物流信息5天没有更新，包裹停在杭州中转站", "物流信息3天没有更新，包裹停在郑州", "物流信息7天没有更新，包裹停在成都站"],
        {"物流信息"},
        {"包裹停", "停在", "天没有更新"},
    ),
    (["我买完第二天降价了", "客户买完第二天降价", "你们买完第二天降价"], {"买完第二天降价"}, {"完第二天降价", "第二天降价", "完第二天"}),
    (["会员续费重复扣款198元", "会员续费重复扣款，要求退", "说会员续费重复扣款"], {"会员续费重复扣款"}, {"续费重复扣款", "会员续费"}),
    (["取消订单9天后退款一直在处理中", "取消订单3天后退款一直没到", "取消订单12天后退款"], {"取消订单"}, {"天后退款", "后退款", "订单"}),
    (
        ["已经超过承诺送达时间", "超过承诺送达时间两天", "超过承诺送达时间还没到"],
        {"超过承诺送达时间"},
        {"承诺送达", "已经超过", "送达时间两"},
    ),
    (["APP升级后闪退", "APP升级后闪退，苹果手机", "说APP升级后闪退"], {"APP升级后闪退"}, {"APP升级后", "升级后闪退", "后闪退"}),
    (["净水器48小时发货吗", "投影仪48小时发货", "空调24小时发货没有"], set[str](), {"小时发货", "发货吗", "净水器"}),
    (["单号JD3198694709637物流信息3天没有更新", "单号ZT312672物流信息没有更新", "13800138000物流信息8天"], {"物流信息"}, {"天没有更新"}),
    (["能不能申请价保，昨天买的", "请问能不能申请价保", "想问能不能申请价保"], {"申请价保"}, {"不能申请价保", "不能申请"}),
    (["验证码收不到", "说验证码收不到", "验证码收不到，试过两次"], {"验证码收不到"}, {"收不到", "验证码收"}),
]


def phrases(texts: list[str], wording: frequent.Wording = WORDING) -> dict[str, int]:
    frame = pd.DataFrame({"description": pd.Series(texts, dtype="str"), "n": 1})
    return frequent._phrases_of(frame, wording)["phrase"].value_counts().to_dict()


@pytest.mark.parametrize(("texts", "wanted", "pieces"), LABELLED)
def test_a_phrase_is_said_whole(texts: list[str], wanted: set[str], pieces: set[str]) -> None:
    found = phrases(texts)
    assert not pieces & found.keys()
    assert wanted <= {phrase for phrase, n in found.items() if n == len(texts)}


def test_a_word_of_the_team_is_a_phrase_and_a_name_is_no_part_of_one() -> None:
    card = "慧享卡"  # three words to a dictionary
    texts = [f"{card}绑定失败，换手机也一样", f"说{card}绑定失败", f"{card}一直没到账，绑定失败"]
    assert phrases(texts).keys() >= {f"{card}绑定失败"}
    assert card not in phrases(texts)
    assert phrases(texts, replace(WORDING, terms=(*WORDING.terms, card)))[card] == len(texts)
    named = phrases(texts, replace(WORDING, names=(*WORDING.names, card)))
    assert named["绑定失败"] == len(texts)
    assert not [phrase for phrase in named if card in phrase]


def test_no_phrase_begins_or_ends_with_a_word_of_no_meaning() -> None:
    cut = frequent._tokenizer(WORDING)
    for texts, *_ in LABELLED:
        for phrase in phrases(texts):
            words = cut.cut(phrase, hmm=False)
            assert not {words[0], words[-1]} & WORDING.stop_words, phrase
