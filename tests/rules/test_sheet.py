"""The single notification sheet says everything at once (一次性告知), in words ready to print."""

from __future__ import annotations

import json
from datetime import date
from itertools import islice
from typing import Any

import pytest

from lianban.rules import sheetcode
from lianban.rules.catalog.loading import contacts, load_edition, shipped
from lianban.rules.catalog.types import (
    Basis,
    Contact,
    Contacts,
    Limit,
    MaterialUse,
    Necessity,
    Published,
    SpecialProcedure,
    Unit,
)
from lianban.rules.composer import compose, situations
from lianban.rules.sheet import sheet_content
from tests.rules.editions import ANSWERS, EDITION, changed, with_item

CONTACTS = Contacts(
    "222405",
    Contact("龙井市海兰路 1 号", "0433-3220000", "0433-3220001", "工作日 9:00–17:00"),
    {"police": Contact("公安窗口", "0433-3220010", "0433-3220011")},
)
ON = date(2026, 11, 21)


def content(answers: dict[str, str], edition: Any = EDITION) -> dict[str, Any]:
    code = sheetcode.encode(edition, answers)
    plan = compose(edition, answers)
    return sheet_content(edition, plan, answers, CONTACTS, ON, code, site="https://example.invalid/")


SHEET = content(ANSWERS)


def test_the_head_names_matter_place_day_and_code() -> None:
    assert SHEET["title"] == "新生儿出生一件事一次性告知单"
    assert (SHEET["on"], SHEET["on_iso"]) == ("2026年11月21日", "2026-11-21")
    assert SHEET["address"] == f"https://example.invalid/s/{SHEET['code']}"
    assert SHEET["bundle"]["commitment"] == "8 个工作日"
    assert SHEET["place"]["supervision_phone"] == "0433-3220001"


def test_the_situation_stands_as_it_was_answered() -> None:
    assert [(each["ask"], each["label"]) for each in SHEET["answered"]][1] == ("由谁来申请？", "父亲")
    assert SHEET["open"] == []


def test_an_answer_to_a_question_that_no_longer_arises_is_left_out() -> None:
    sheet = content({**ANSWERS, "local": "no"})
    assert "insured" not in [each["element"] for each in sheet["answered"]]
    assert [each["name"] for each in sheet["not_needed"]] == ["参保登记", "生育津贴申领"]


def test_what_is_not_answered_is_told_with_its_branches() -> None:
    sheet = content({"local": "yes"})
    point = next(each for each in sheet["open"] if each["element"] == "applicant")
    assert point["branches"][1] == {"option": "father", "label": "父亲", "sentences": ["需提交“授权委托书”"]}
    assert "还有 3 处情形没有确定" in sheet["provisional"][0]


def test_an_item_tells_basis_order_limits_fee_result_and_remedy() -> None:
    register = SHEET["items"][1]
    assert register["basis"] == ["《户口登记条例》第七条"]
    assert register["after"] == ["出生医学证明签发"]
    assert register["start"] == "自“出生医学证明签发”办结之日起算：《户口登记条例》第七条"
    assert (register["statutory"], register["committed"], register["fee"]) == ("10 个工作日", "4 个工作日", "不收费")
    assert register["result"] == "居民户口簿"
    assert "行政复议" in register["remedy"]
    assert SHEET["items"][0]["start"] == "自受理之日起算"


def test_special_procedures_are_told_with_their_time() -> None:
    special = SpecialProcedure("专家评审", Limit(40, Unit.NATURAL_DAYS), "committed", Basis("《卫生条例》", "第八条"))
    sheet = content(ANSWERS, with_item("register", special=(special,)))
    told = sheet["items"][1]["special"][0]
    assert (
        told
        == "专家评审（40 个自然日，所需时间另行书面告知，不计入承诺时限，法定时限照常计算），依据《卫生条例》第八条"
    )
    assert any("第四十五条" in right for right in sheet["rights"])
    lawful = SpecialProcedure("专家评审", None, "statutory")
    told = content(ANSWERS, with_item("register", special=(lawful,)))["items"][1]["special"][0]
    assert told == "专家评审（所需时间另行书面告知，不计入承诺时限和法定时限）"


def test_a_paper_tells_form_copies_standards_and_who_asks_under_which_article() -> None:
    card = SHEET["materials"][0]
    assert (card["n"], card["name"], card["form"]) == (1, "母亲身份证", "原件 1 份、复印件 2 份，可提交电子件")
    assert card["standards"] == ["在有效期内", "与本人一致"]
    mandate = SHEET["materials"][1]
    assert mandate["askers"] == [
        {
            "item": "出生医学证明签发",
            "department": "卫健",
            "basis": "《母婴保健法》第二十三条",
            "necessity": "必须提交",
            "because": "因由父亲申请",
            "open": False,
        }
    ]


def test_what_nobody_has_to_bring_is_told_with_the_reason() -> None:
    mother = content({**ANSWERS, "applicant": "mother"})
    assert {each["name"]: each["reason"] for each in mother["waived"]} == {
        "一件事申请表": "系统生成",
        "出生医学证明": "由“出生医学证明签发”的办理结果提供，免交",
        "授权委托书": "因“谁来申请”为“母亲”，不需要",
    }


def test_papers_for_the_on_site_check_are_apart() -> None:
    sheet = content(ANSWERS, with_item("allowance", materials=(MaterialUse("invoice", Necessity.ON_SITE),)))
    assert [each["name"] for each in sheet["on_site"]] == ["医疗费用发票"]
    assert "医疗费用发票" not in [each["name"] for each in sheet["materials"]]
    assert sheet["on_site"][0]["n"] == len(sheet["materials"]) + 1


def test_the_form_tells_which_departments_a_field_feeds() -> None:
    sections = {section["name"]: section for section in SHEET["sections"]}
    name = sections["新生儿"]["fields"][0]
    assert (name["label"], name["feeds"]) == ("新生儿姓名", ["卫健", "公安", "医保"])
    assert sections["新生儿"]["to_fill"] == 1, "certificate number and identity number come from results"


def test_departments_lead_first_with_their_phones() -> None:
    assert [(each["short"], each["lead"], each["items"]) for each in SHEET["departments"]] == [
        ("卫健", True, ["出生医学证明签发"]),
        ("公安", False, ["出生登记"]),
        ("医保", False, ["参保登记", "生育津贴申领"]),
    ]
    assert SHEET["departments"][1]["phone"] == "0433-3220010"


def test_the_steps_follow_the_order_of_the_items() -> None:
    steps = SHEET["steps"]
    assert steps[0] == "在龙井市政务服务中心综合窗口提出申请，填写一张表 5 项，提交材料 4 份。"
    assert "“出生医学证明签发”先行办理。" in steps
    assert "“出生登记”办结后，办理“参保登记”。" in steps


def test_voluntary_papers_are_not_counted_as_due() -> None:
    sheet = content(ANSWERS, with_item("allowance", materials=(MaterialUse("invoice", Necessity.OPTIONAL),)))
    assert sheet["steps"][0].endswith("提交材料 3 份。")


def test_rights_name_the_articles_and_the_remedies() -> None:
    rights = "".join(SHEET["rights"])
    assert "第三十二条" in rights and "自收到申请材料之日起即为受理" in rights
    assert "六十日内向市人民政府申请行政复议" in rights


def test_counters_stand_beside_the_published_figures() -> None:
    figures = (
        Published("申请材料", "22 份", "4 份", "湖南省主题"),
        Published("办理环节", "7 个", "1 个", "湖南省主题"),
    )
    sheet = content(ANSWERS, changed(published=figures))
    papers = sheet["counters"][0]
    assert (papers["name"], papers["before"], papers["after"]) == ("提交材料", 8, 4)
    assert papers["published"][0]["before"] == "22 份"
    assert [each["measure"] for each in sheet["published"]] == ["办理环节"]


def test_what_is_not_final_is_marked() -> None:
    sheet = content(ANSWERS, changed(with_item("register", proposed=True), valid_from=date(2027, 1, 1)))
    assert sheet["provisional"] == ["“出生登记”的内容为拟定，以办理机关公布的为准。", "本目录自2027年1月1日起施行。"]
    assert sheet["bundle"]["proposed"]


@pytest.mark.parametrize(("region", "bundle"), shipped())
def test_every_shipped_sheet_is_plain_and_complete(region: str, bundle: str) -> None:
    edition = load_edition(shipped()[region, bundle])
    for answers in ({}, *islice(situations(edition), 0, None, 97)):
        plan = compose(edition, answers)
        sheet = sheet_content(edition, plan, answers, contacts(region), ON, sheetcode.encode(edition, answers))
        assert json.loads(json.dumps(sheet, ensure_ascii=False)) == sheet
        assert all(each["basis"] and each["committed"] for each in sheet["items"])
        assert all(each["remedy"] for each in sheet["items"] if not each["notice_only"])
        assert sheet["steps"] and sheet["bases"] and sheet["rights"] and len(sheet["counters"]) == 4
        shown = {each["name"] for key in ("materials", "on_site", "waived") for each in sheet[key]}
        assert shown >= {line.name for line in plan.materials}, "no paper is lost between plan and sheet"
