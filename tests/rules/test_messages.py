"""What messages say, how long they are, when they may go out, and to whom."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from lianban.errors import Invalid
from lianban.outside.clock import SHANGHAI
from lianban.rules import policy
from lianban.rules.calendar import calendar_for
from lianban.rules.messages import (
    NOT_A_DELIVERY,
    OCCASIONS,
    check,
    fill,
    greeting,
    not_before,
    parts,
    receivers,
    reminder,
    signature,
)
from lianban.rules.parties import TakingPart

SIGN = signature("龙井市政务服务中心")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize("id", OCCASIONS)
def test_every_shipped_text_may_be_published_as_it_is(id: str) -> None:
    occasion = OCCASIONS[id]
    assert check(occasion, occasion.text, SIGN) == occasion.text
    said = SIGN + fill(occasion.text, occasion.sample)
    assert said.startswith("【联办·龙井市政务服务中心】") and "{" not in said and parts(said) <= 3
    assert (NOT_A_DELIVERY in occasion.text) == occasion.of_paper


@pytest.mark.parametrize(
    ("text", "number"),
    [("字" * 70, 1), ("字" * 71, 2), ("字" * 134, 2), ("字" * 135, 3), ("𬱖" * 35, 1), ("𬱖" * 36, 2), ("", 1)],
)
def test_a_message_is_counted_in_parts(text: str, number: int) -> None:
    assert parts(text) == number


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{称呼}您好，办件{办件编号}须在{期限}前补齐，{身份证号}。短信不代替送达。", "没有{身份证号}这个占位"),
        ("办件{办件编号}需要补正。短信不代替送达。", "必须写明{期限}"),
        ("办件{办件编号}须在{期限}前补齐。", "不代替送达"),
        ("办件{办件编号}须在{期限}前补齐。短信不代替送达。本短信发出即视为送达。", "短信不是送达"),
        ("【某某】办件{办件编号}须在{期限}前补齐。短信不代替送达。", "签名"),
        ("办件{办件编号}须在{期限}前补齐}。短信不代替送达。", "花括号没有成对"),
        ("", "请填写短信的文字"),
        ("办件{办件编号}须在{期限}前补齐。短信不代替送达。" + "请" * 280, "最多 300 个字"),
        ("办件{办件编号}{链接}{链接}{链接}{链接}须在{期限}前补齐。短信不代替送达。" + "请" * 60, "要拆成 5 条"),
    ],
)
def test_what_cannot_be_published_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(OCCASIONS["correction"], text, SIGN)
    assert why in refused.value.fields["text"]


@pytest.mark.parametrize(
    ("made", "sent"),
    [
        ("2026-11-02 20:59", "2026-11-02 20:59"),
        ("2026-11-02 21:00", "2026-11-03 08:00"),
        ("2026-11-02 23:59", "2026-11-03 08:00"),
        ("2026-11-03 00:30", "2026-11-03 08:00"),
        ("2026-11-03 08:00", "2026-11-03 08:00"),
        ("2026-12-31 22:00", "2027-01-01 08:00"),
    ],
)
def test_the_night_is_quiet(made: str, sent: str) -> None:
    assert not_before(at(made), time(21), time(8)) == at(sent)


def test_quiet_hours_may_lie_within_a_day_or_not_be_at_all() -> None:
    assert not_before(at("2026-11-02 12:30"), time(12), time(14)) == at("2026-11-02 14:00")
    assert not_before(at("2026-11-02 14:00"), time(12), time(14)) == at("2026-11-02 14:00")
    assert not_before(at("2026-11-02 23:00"), time(0), time(0)) == at("2026-11-02 23:00")


def test_the_quiet_hours_are_the_regions_own() -> None:
    assert policy.read({"quiet_from": "22:00", "quiet_until": "07:30"}).quiet_from == "22:00"
    assert policy.content(policy.read({"quiet_from": "21:00"})) == {}
    with pytest.raises(Invalid) as refused:
        policy.read({"quiet_from": "晚上", "quiet_until": "25:00"})
    assert set(refused.value.fields) == {"quiet_from", "quiet_until"}


@pytest.mark.parametrize(
    ("due", "reminded"),
    [
        ("2026-11-20 17:00", "2026-11-19 09:00"),
        ("2026-11-23 17:00", "2026-11-20 09:00"),  # 周一到期，上一个工作日是周五
        ("2026-10-09 17:00", "2026-10-08 09:00"),
        ("2026-10-08 17:00", "2026-09-30 09:00"),  # 国庆放假七天
    ],
)
def test_a_reminder_comes_one_working_day_before_the_end(due: str, reminded: str) -> None:
    assert reminder(at(due), calendar_for("222405")) == at(reminded)


def person(role: str, name: str, phone: str, mandate: str = "", kind: str = "id_card") -> TakingPart:
    return TakingPart(role, name, kind, "", phone, "", mandate)


LIN = person("applicant", "林美兰", "13800138000")
UNIT = person("applicant", "龙井某餐饮有限公司", "", kind="uscc")
WIDE, NARROW = "授权委托：本件各事项的申请、签署、补正和领取", "授权委托：只代为提交材料"


@pytest.mark.parametrize(
    ("parties", "told"),
    [
        ([LIN], ["applicant"]),
        ([LIN, person("agent", "赵代", "13900139000", WIDE)], ["applicant", "agent"]),
        ([LIN, person("agent", "赵代", "13900139000", NARROW)], ["applicant"]),
        ([LIN, person("agent", "赵代", "13900139000", "帮办代办：全部事项")], ["applicant"]),
        ([LIN, person("agent", "赵代", "138 0013 8000", WIDE)], ["applicant"]),
        ([person("applicant", "林美兰", "0433-1234567"), person("agent", "赵代", "13900139000", WIDE)], ["agent"]),
        ([LIN, person("operator", "钱经办", "13900139000")], ["applicant"]),
        ([UNIT, person("operator", "钱", "+8613900139000")], ["operator"]),
    ],
)
def test_the_applicant_is_told_and_whom_the_mandate_names(parties: list[TakingPart], told: list[str]) -> None:
    assert [r.role for r in receivers(parties)] == told
    assert all(len(r.phone) == 11 for r in receivers(parties))


@pytest.mark.parametrize("phone", ["", "0433-1234567", "12800138000", "1380013800", "不详"])
def test_without_a_mobile_number_the_window_is_to_tell(phone: str) -> None:
    (only,) = receivers([person("applicant", "林美兰", phone), person("agent", "赵代", "139", WIDE)])
    assert (only.role, only.phone) == ("applicant", "")


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("朴美兰", "id_card", "朴女士/先生"),
        ("欧阳修远", "id_card", "欧阳女士/先生"),
        ("欧阳", "id_card", "欧女士/先生"),
        ("𬱖某", "id_card", "𬱖女士/先生"),
        ("JOHN SMITH", "passport", "申请人"),
        ("龙井某餐饮有限公司", "uscc", "申请人"),
    ],
)
def test_nothing_but_the_surname_is_told(name: str, kind: str, words: str) -> None:
    assert greeting(person("applicant", name, "", kind=kind)) == words
