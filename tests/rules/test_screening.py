"""What is hidden in a text before it is published."""

from __future__ import annotations

import pytest

from lianban.rules.ratings.screening import screen


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("请打13800001234找我", "请打**找我"),
        ("请打 138-0000-1234 找我", "请打 ** 找我"),
        ("电话０４３３－３２２１２３４", "电话**"),
        ("一三八零零零零一二三四", "**"),
        ("身份证22240519900101002X办不了", "身份证**办不了"),
        ("办件222405-2026-000001拖了很久", "办件**拖了很久"),
        ("邮箱 li.si@example.com", "邮箱 **"),
        ("微信号：abc_12345", "**"),
        ("车牌吉H12345停不进去", "车牌**停不进去"),
        ("代码91222405MA17XK4T9N", "代码**"),
        ("住在六道河路12号3单元201室", "住在六道河路**"),
        ("李警官态度不好，张小姐很好", "**警官态度不好，**小姐很好"),
        ("卡号6222 0202 0011 2233 445", "卡号**"),
    ],
)
def test_what_tells_who_somebody_is_is_hidden(text: str, hidden: str) -> None:
    assert screen(text).text == hidden


@pytest.mark.parametrize(
    "text",
    ["2026-11-02 来了三次，等了 40 分钟", "3号窗口排了120人", "交了5000元", "打了12345热线", "2026年11月2日办的", ""],
)
def test_dates_sums_and_windows_stay(text: str) -> None:
    assert screen(text).text == text


def test_people_whom_the_case_knows_are_hidden_however_they_are_written() -> None:
    found = screen("王芳让我找朴 秀 英补材料，朴秀英不在", names=["王芳", "朴秀英", "", "金"])
    assert (found.text, found.kinds) == ("**让我找**补材料，**不在", ("人名",))


def test_what_a_person_wants_hidden_is_hidden_too_and_overlapping_places_once() -> None:
    assert screen("我家孩子在龙井一中13800001234", also=["龙井一中138"]).text == "我家孩子在**"


def test_abuse_is_pointed_out_and_left_to_a_person() -> None:
    found = screen("真是混蛋")
    assert (found.text, found.abusive) == ("真是混蛋", ("混蛋",))
