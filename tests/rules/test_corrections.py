"""What may be told a second time, and what the correction notice must say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from lianban import errors
from lianban.outside.clock import SHANGHAI
from lianban.rules.corrections import Told, subjects
from lianban.rules.notices import OWN_TIME_NOTE, PROVISIONAL_NOTE, Enquiry, Party, number_text
from lianban.rules.notices.correction import ToCorrect, correction
from lianban.rules.notices.wording import worded
from lianban.rules.policy import Policy

ASKED = frozenset({"field.birth_place", "field.householder_name", "material.birth_certificate"})
FIRST = Told(0, 2)
SECOND = Told(1, 2, frozenset({"material.birth_certificate"}), ASKED, frozenset({"field.birth_place"}))


@pytest.mark.parametrize(
    ("told", "subject", "may"),
    [
        (FIRST, "material.anything", True),
        (FIRST, "other.item", True),
        (SECOND, "material.birth_certificate", True),
        (SECOND, "field.birth_place", True),
        (SECOND, "field.householder_name", False),
        (SECOND, "field.came_up_later", True),
        (SECOND, "other.item", False),
        (Told(1, 2, frozenset({"other.item"}), ASKED), "other.item", True),
        (Told(2, 2, frozenset({"material.birth_certificate"}), ASKED), "material.birth_certificate", False),
        (Told(1, 1, frozenset({"material.birth_certificate"}), ASKED), "material.birth_certificate", False),
    ],
)
def test_only_what_is_new_is_told_again(told: Told, subject: str, may: bool) -> None:
    assert (told.why_not(subject) == "") is may


def test_the_refusals_name_the_law() -> None:
    assert "第七十二条第三项" in SECOND.why_not("field.householder_name")
    assert "已经告知补正 2 次" in Told(2, 2).why_not("field.x")


def test_what_is_missing_by_subject() -> None:
    found = subjects({"a": "请填写a"}, {"party.guardian.name": "请填写监护人"}, {"m": "缺m"})
    assert list(found) == ["field.a", "field.party.guardian.name", "material.m"]
    assert SECOND.tellable({"field.householder_name": "x", "field.b": "y"}) == {"field.b": "y"}


def notice(**more: Any) -> Any:
    given: dict[str, Any] = {
        "authority": "龙井市政务服务中心",
        "applicant": Party("朴美兰", "222405********0045"),
        "agent": None,
        "bundle": "新生儿出生一件事",
        "case_number": "222405-2026-000001",
        "received_at": datetime(2026, 11, 2, 9, 30, tzinfo=SHANGHAI),
        "notified_at": datetime(2026, 11, 3, 10, 0, tzinfo=SHANGHAI),
        "lines": [ToCorrect("龙井市公安局", "出生医学证明", "看不清。", "请重拍。", "户口登记条例第七条")],
        "answer_by": datetime(2026, 11, 24, 17, 0, tzinfo=SHANGHAI),
        "answer_limit": "15 个工作日",
        "provisional": False,
        "policy": Policy(),
        "clerk": "王芳",
        "enquiry": Enquiry("海兰江路1号", "0433-1", "12345", "9—17", "http://x/c/1", "ABCD2345"),
    }
    return correction(**(given | more))


def test_the_notice_says_everything_once_and_how_to_answer() -> None:
    said = notice()
    assert (said["title"], said["received"], said["answer_by"]) == ("补正告知书", "2026年11月2日", "2026年11月24日")
    assert "全部内容" in worded(said)["say"]["whole"] and "退件" in worded(said)["say"]["over_return"]
    assert said["over"] == "return"
    assert len(said["channels"]) == 3 and "ABCD2345" in said["channels"][1]
    assert number_text("龙政服", "correction", 2026, 7) == "龙政服补字〔2026〕第000007号"


def test_the_notice_follows_the_policy_of_the_region() -> None:
    assert notice(policy=Policy(answer_over="lapse"))["over"] == "lapse"
    assert len(notice(policy=Policy(online_answers=False))["channels"]) == 2
    assert notice(provisional=True)["answer_by"].endswith("（暂定）")


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [ToCorrect("", "出生医学证明", "看不清", "重拍", "")],
        [ToCorrect("公安局", "出生医学证明", " ", "重拍", "")],
        [ToCorrect("公安局", "出生医学证明", "看不清", "", "")],
    ],
)
def test_a_notice_that_says_not_what_or_how_cannot_be_built(lines: list[ToCorrect]) -> None:
    with pytest.raises(errors.Invalid):
        notice(lines=lines)


def test_what_is_told_of_the_applicants_own_time_only_becomes_later() -> None:
    note = notice(provisional=True)["provisional_note"]
    assert note == OWN_TIME_NOTE and "只会推迟、不会提前" in note and "只会提前、不会推迟" in PROVISIONAL_NOTE
