"""Who may move a legal limit and by how much, and what the papers must say (行政许可法 42, 45–48)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from lianban.errors import Invalid
from lianban.outside.clock import SHANGHAI
from lianban.rules import adjusting, lint
from lianban.rules.actors import Actor, Role, StandIn
from lianban.rules.calendar import calendar_for
from lianban.rules.catalog.types import Basis, Limit, SpecialProcedure, Unit
from lianban.rules.clock import History, reckon
from lianban.rules.notices import adjusting as adjusting_papers
from lianban.rules.notices.adjusting import Concerned, MovedLimit
from lianban.rules.notices.parts import Enquiry, Party
from tests.rules.editions import EDITION

CALENDAR = calendar_for("222405")
START = datetime(2026, 11, 2, 9, 30, tzinfo=SHANGHAI)
LAW = datetime(2026, 11, 30, 17, tzinfo=SHANGHAI)
WD = Unit.WORKING_DAYS
GUIDE = (SpecialProcedure("现场考察", Limit(40, Unit.NATURAL_DAYS), "committed"),)


def test_the_list_of_article_45_is_closed() -> None:
    assert list(adjusting.CAUSES.values()) == ["听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审"]
    for cause, name in adjusting.CAUSES.items():
        found = adjusting.procedure(cause, "", "", GUIDE)
        assert (found.name, found.stops_statutory, found.flag) == (name, True, "")
    for name in ("现场勘查", "公示", "征求上级意见", "补交材料", ""):
        with pytest.raises(Invalid, match="都不停止法定时限"):
            adjusting.procedure("", name, "", GUIDE)


def test_a_procedure_of_the_guide_stops_the_law_only_with_a_law() -> None:
    mere = adjusting.procedure("", "现场考察", "", GUIDE)
    assert not mere.stops_statutory and "只暂停承诺时限" in mere.flag
    lawful = adjusting.procedure("", "现场考察", "《特别法》第九条", GUIDE)
    assert lawful.stops_statutory and lawful.basis == "《特别法》第九条" and "须核对" in lawful.flag
    told = (SpecialProcedure("公告", None, "statutory", Basis("《水法》", "第七条")),)
    assert adjusting.procedure("", "公告", "", told).basis == "《水法》第七条"
    with pytest.raises(Invalid, match="必须写明特别法的依据"):
        adjusting.procedure("", "现场考察", "有关规定", GUIDE)
    mere_guide = (SpecialProcedure("现场考察", None, "committed", Basis("《办事指南》", "第三条")),)
    assert adjusting.procedure("", "现场考察", "《特别法》第九条", mere_guide).basis == "《特别法》第九条"
    with pytest.raises(Invalid, match="必须写明特别法的依据"):
        adjusting.procedure("", "现场考察", "有关规定", mere_guide)
    with pytest.raises(Invalid, match="必须写明特别法的依据"):
        adjusting.procedure("", "公告", " ", (SpecialProcedure("公告", None, "statutory"),))


def test_the_time_required_is_whole_days_from_the_first_on() -> None:
    stop = adjusting.stretch(date(2026, 11, 5), Limit(5, WD), CALENDAR)
    assert (stop.since, stop.until) == (
        datetime(2026, 11, 5, tzinfo=SHANGHAI),
        datetime(2026, 11, 12, tzinfo=SHANGHAI),
    )
    assert reckon(History(START, Limit(20, WD), (stop,)), CALENDAR).instant == datetime(
        2026, 12, 7, 17, tzinfo=SHANGHAI
    )
    # From a Saturday on, the first working day is Monday.
    assert adjusting.stretch(date(2026, 11, 7), Limit(1, WD), CALENDAR).until == datetime(2026, 11, 10, tzinfo=SHANGHAI)
    natural = adjusting.stretch(date(2026, 11, 7), Limit(3, Unit.NATURAL_DAYS), CALENDAR)
    assert natural.until - natural.since == timedelta(days=3)
    for amount in (0, -1, 366):
        with pytest.raises(Invalid, match="1 到 365"):
            adjusting.stretch(date(2026, 11, 5), Limit(amount, WD), CALENDAR)


@pytest.mark.parametrize("unit", [WD, Unit.NATURAL_DAYS])
@pytest.mark.parametrize(("first", "days"), [(date(9999, 12, 31), 1), (date(9999, 12, 1), 31)])
def test_a_procedure_at_the_end_of_all_years_is_a_slip_of_the_pen(first: date, days: int, unit: Unit) -> None:
    with pytest.raises(Invalid, match=r"年份|太远|日期"):
        adjusting.stretch(first, Limit(days, unit), CALENDAR)


@pytest.mark.parametrize("days", range(1, 60))
def test_a_pause_of_n_working_days_moves_the_end_by_n(days: int) -> None:
    stop = adjusting.stretch(date(2026, 11, 4), Limit(days, WD), CALENDAR)
    paused = reckon(History(START, Limit(20, WD), (stop,)), CALENDAR).instant
    assert paused == reckon(History(START, Limit(20 + days, WD)), CALENDAR).instant


def test_how_much_longer_a_limit_may_become() -> None:
    item = next(iter(EDITION.items.values()))
    permit = replace(item, kind="行政许可", statutory=Limit(20, WD), extension=None)
    twenty = Limit(20, WD)
    ten = (Limit(10, WD), adjusting.EXTENSION_BASIS, Role.DEPARTMENT_HEAD)
    assert adjusting.item_extension(permit, twenty) == ten
    assert adjusting.item_extension(replace(permit, kind="行政确认"), twenty) is None
    # The twenty days of the Act hold without being declared; where they do not, nothing can be extended.
    assert adjusting.item_extension(replace(permit, statutory=None), twenty) == ten
    assert adjusting.item_extension(replace(permit, statutory=None), None) is None


def test_a_special_law_that_sets_the_limit_also_sets_the_extension() -> None:
    item = next(iter(EDITION.items.values()))
    permit = replace(item, kind="行政许可", statutory=Limit(1, WD), extension=None)
    assert adjusting.item_extension(permit, Limit(1, WD)) is None, "one day of a special law does not become eleven"
    special = replace(permit, kind="行政确认", extension=Limit(3, WD), extension_basis=Basis("《条例》", "第十九条"))
    assert adjusting.item_extension(special, special.statutory) == (
        Limit(3, WD),
        "《条例》第十九条",
        Role.DEPARTMENT_HEAD,
    )
    joint = adjusting.joint_extension()
    assert (joint.limit, joint.rank) == (Limit(15, WD), Role.GOVERNMENT_HEAD)


def test_same_hands_are_seen_through_a_post() -> None:
    head = Actor("h", "局长", "222405", frozenset({Role.DEPARTMENT_HEAD}), "health")
    assert not adjusting.same_hands(head, "a", "")
    assert adjusting.same_hands(head, "h", "")
    filling = replace(head, stands_for=(StandIn("a", "审批员"),))
    assert adjusting.same_hands(filling, "a", "") and adjusting.same_hands(filling, "x", "a")


ABOUT = Concerned(
    "龙井市卫生健康局", Party("许英子"), "开办旅馆一件事", "222405-2026-000001", "公共场所卫生许可", date(2026, 11, 2),
    Enquiry("龙井市政务大厅", "0433-0000000"),
)  # fmt: skip
LIMITS = [MovedLimit("法定时限", LAW, LAW + timedelta(days=14)), MovedLimit("承诺时限", LAW, LAW, provisional=True)]


def extension(**more: Any) -> dict[str, Any]:
    """An extension's notice."""
    given = {
        "length": "10 个工作日",
        "reason": "补充检测。",
        "basis": adjusting.EXTENSION_BASIS,
        "rank": "本行政机关负责人",
        "approver": "郑局长",
        "approved_at": START,
        "limits": LIMITS,
    }
    return adjusting_papers.extension(ABOUT, **(given | more))  # type: ignore[arg-type]


def test_an_extension_notice_says_old_and_new_dates() -> None:
    said = extension()
    assert said["limits"][0] == {"name": "法定时限", "old": "2026年11月30日", "new": "2026年12月14日", "moved": True}
    assert said["limits"][1]["new"] == "2026年11月30日（暂定）" and said["provisional_note"]
    assert said["seal"].startswith("本行政机关印章")


@pytest.mark.parametrize("part", ["length", "reason", "basis", "approver", "limits"])
def test_an_extension_notice_without_an_essential_part_cannot_be_built(part: str) -> None:
    with pytest.raises(Invalid, match="文书缺少必备内容"):
        extension(**{part: [] if part == "limits" else " "})


def test_a_notice_of_a_procedure_says_the_time_required_and_what_it_stops() -> None:
    given: dict[str, Any] = {
        "name": "检测",
        "reason": "样品须送检。",
        "basis": adjusting.CAUSES_BASIS,
        "required": "5 个工作日",
        "since": date(2026, 11, 5),
        "until": date(2026, 11, 11),
        "stops_statutory": True,
        "approver": "郑局长",
        "approved_at": START,
        "limits": LIMITS,
    }
    said = adjusting_papers.special_procedure(ABOUT, **given)
    assert (said["required"], said["effect"]) == ("5 个工作日", "上述时间不计入办理期限。")
    mere = adjusting_papers.special_procedure(ABOUT, **given | {"stops_statutory": False})
    assert "法定时限不因此停止" in mere["effect"]
    for part in ("name", "reason", "required"):
        with pytest.raises(Invalid, match="文书缺少必备内容"):
            adjusting_papers.special_procedure(ABOUT, **given | {part: ""})
    with pytest.raises(Invalid, match="早于"):
        adjusting_papers.special_procedure(ABOUT, **given | {"until": date(2026, 11, 4)})


def test_the_catalogue_names_the_law_of_an_extension() -> None:
    edition = EDITION
    name, item = next((n, i) for n, i in edition.items.items())
    for broken in (
        replace(item, statutory=Limit(3, WD), extension=Limit(3, WD)),
        replace(item, statutory=None, extension=Limit(3, WD), extension_basis=Basis("《条例》")),
    ):
        report = lint.check(replace(edition, items={**edition.items, name: broken}))
        assert any("延长期限须同时写明" in fault.sentence for fault in report.errors)
