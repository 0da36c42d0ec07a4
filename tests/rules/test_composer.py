"""What a family is told: which items, which papers, which fields, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lianban.rules.catalog.types import (
    BundleItem,
    Derivation,
    Element,
    FieldUse,
    Limit,
    MaterialUse,
    Necessity,
    Question,
    Result,
    SameAs,
    Start,
    Unit,
    ValueKind,
)
from lianban.rules.composer import compose, derive, relevant_questions, situations
from lianban.rules.conditions import AllOf, AnyOf, Is, Not
from lianban.rules.plan import Counter, Plan, PlanField, PlanMaterial, plan_from_dict, plan_to_dict
from tests.rules.editions import ANSWERS, EDITION, ITEMS, changed, choice, text, wd, with_item

KNOWN = compose(EDITION, ANSWERS)
UNKNOWN = compose(EDITION, {})


def field(plan: Plan, element: str) -> PlanField:
    return next(line for line in plan.fields if line.element == element)


def paper(plan: Plan, material: str) -> PlanMaterial:
    return next(line for line in plan.materials if line.material == material)


def counter(plan: Plan, measure: str) -> Counter:
    return next(each for each in plan.counters if each.measure == measure)


# Items


def test_items_stand_in_the_order_of_the_law() -> None:
    backwards = changed(items=tuple(reversed(EDITION.bundle.items)))
    assert [each.item for each in compose(backwards, ANSWERS).items] == ["birth", "allowance", "register", "insurance"]


def test_an_unanswered_question_leaves_items_open() -> None:
    assert {each.item: each.open for each in UNKNOWN.items} == {
        "birth": False,
        "register": False,
        "insurance": True,
        "allowance": True,
    }


def test_items_tell_why_they_are_needed() -> None:
    assert {each.item: each.because.text for each in KNOWN.items} == {
        "birth": "“新生儿出生一件事”都要办理",
        "register": "“新生儿出生一件事”都要办理",
        "insurance": "因“是否本地户籍”为“是”，需要办理",
        "allowance": "因母亲参加生育保险，需要办理",
    }
    assert [each.because.elements for each in KNOWN.items] == [(), (), ("local",), ("insured",)]


def test_items_that_fall_away_tell_why() -> None:
    plan = compose(EDITION, {**ANSWERS, "local": "no"})
    assert [(each.item, each.because.text) for each in plan.not_needed] == [
        ("insurance", "因“是否本地户籍”为“否”，不需要办理"),
        ("allowance", "因不涉及“母亲是否参加生育保险”，不需要办理"),
    ]


def test_an_item_left_out_hands_its_predecessors_on() -> None:
    chain = changed(
        items=(
            BundleItem("birth"),
            BundleItem("register", when=Is("local", ("yes",)), after=("birth",)),
            BundleItem("insurance", after=("register",), start=Start.PREDECESSOR),
        )
    )
    assert compose(chain, {"local": "yes"}).items[2].after == ("register",)
    assert compose(chain, {"local": "no"}).items[1].after == ("birth",)


def test_a_clock_whose_predecessors_all_fall_away_starts_with_the_acceptance() -> None:
    chain = changed(
        items=(
            BundleItem("register", when=Is("local", ("yes",))),
            BundleItem("insurance", after=("register",), start=Start.PREDECESSOR),
        )
    )
    assert compose(chain, {"local": "yes"}).items[1].start is Start.PREDECESSOR
    assert compose(chain, {"local": "no"}).items[0].start is Start.ACCEPTANCE


def test_a_notice_asks_for_nothing() -> None:
    entries = (*EDITION.bundle.items[:3], BundleItem("allowance", notice_only=True))
    plan = compose(changed(items=entries), ANSWERS)
    assert plan.items[-1].notice_only
    assert "invoice" not in {line.material for line in plan.materials}
    assert "生育津贴申领" not in "".join(counter(plan, "days").lines)


def test_a_survey_is_told_when_it_is_certain() -> None:
    edition = with_item("register", survey=Is("local", ("no",)))
    assert [compose(edition, facts).items[1].survey for facts in ({}, {"local": "no"}, {"local": "yes"})] == [
        False,
        True,
        False,
    ]


# Fields


def test_a_field_is_asked_once_and_feeds_all_who_use_it() -> None:
    name = field(KNOWN, "child_name")
    assert [(each.item, each.department) for each in name.askers] == [
        ("birth", "health"),
        ("register", "police"),
        ("insurance", "medical"),
    ]
    assert name.because.text == "“出生医学证明签发”“出生登记”“参保登记”需要"


def test_the_strictest_asker_decides_whether_a_field_is_required() -> None:
    assert field(KNOWN, "mother_folk").required
    lax = with_item("register", fields=(FieldUse("mother_folk", required=False),))
    assert not field(compose(lax, ANSWERS), "mother_folk").required


def test_answers_and_results_are_not_asked_again() -> None:
    assert field(KNOWN, "applicant").given == "answer"
    assert field(UNKNOWN, "applicant").given == ""
    assert field(KNOWN, "child_id").given == "item:register"
    assert field(KNOWN, "certificate_no").because.text == "由“出生医学证明签发”的办理结果提供，不用填写"


def test_what_a_left_out_item_would_have_supplied_is_asked() -> None:
    entries = (BundleItem("birth", when=Is("local", ("no",))), BundleItem("register", after=("birth",)))
    edition = changed(items=entries)
    assert field(compose(edition, {"local": "no"}), "certificate_no").given == "item:birth"
    assert field(compose(edition, {"local": "yes"}), "certificate_no").given == ""
    open_line = field(compose(edition, {}), "certificate_no")
    assert (open_line.given, open_line.open) == ("", True)
    assert open_line.because.text == "如不办理“出生医学证明签发”，“出生登记”需要"


def test_what_follows_is_never_asked() -> None:
    edition = with_item("register", fields=(FieldUse("same_folk"), FieldUse("mother_folk"), FieldUse("father_folk")))
    assert field(compose(edition, {}), "same_folk").given == "derived"
    assert field(compose(edition, {"same_folk": "no"}), "same_folk").given == "answer"


def test_the_mother_who_applies_is_not_asked_her_name_twice() -> None:
    names = {
        "applicant_name": text("applicant_name", "申请人姓名"),
        "mother_name": replace(
            EDITION.elements["mother_name"], same_as=(SameAs("applicant_name", Is("applicant", ("mother",))),)
        ),
    }
    edition = replace(
        with_item("register", fields=(FieldUse("applicant_name"), FieldUse("mother_name"))),
        elements={**EDITION.elements, **names},
    )
    mother = field(compose(edition, {"applicant": "mother"}), "mother_name")
    assert mother.given == "same:applicant_name"
    assert mother.because.text == "因“谁来申请”为“母亲”，与“申请人姓名”相同，不再填写"
    assert field(compose(edition, {"applicant": "father"}), "mother_name").given == ""
    assert field(compose(edition, {}), "mother_name").open
    assert derive(edition, {"applicant": "mother", "applicant_name": "王芳"})["mother_name"] == "王芳"


def test_what_the_form_says_overrides_an_answer() -> None:
    facts = {**ANSWERS, "same_folk": "yes", "mother_folk": "han", "father_folk": "korean"}
    assert derive(EDITION, facts)["same_folk"] == "no"
    assert paper(compose(EDITION, facts), "folk_form").because.text == "因“父母民族是否相同”为“否”，“出生登记”要求"


@pytest.mark.parametrize(("area", "band"), [("49.9", "small"), ("50", "medium"), ("299", "medium"), ("300", "large")])
def test_bands_are_half_open(area: str, band: str) -> None:
    sizes = choice(
        "size",
        "规模",
        ("small", "小"),
        ("medium", "中"),
        ("large", "大"),
        derived=Derivation("band", ("area",), ("50", "300")),
    )
    edition = replace(EDITION, elements={"area": Element("area", "面积", ValueKind.NUMBER, "场所"), "size": sizes})
    assert derive(edition, {"area": area})["size"] == band
    assert "size" not in derive(edition, {"area": "约五十"})


# Papers


def test_a_paper_is_brought_once_with_the_most_copies_and_all_standards() -> None:
    card = paper(KNOWN, "mother_card")
    assert (card.copies, card.standards) == (2, ("在有效期内", "与本人一致"))
    assert [each.item for each in card.askers] == ["birth", "register", "allowance"]
    assert card.necessity is Necessity.REQUIRED and card.to_bring


def test_papers_tell_who_asks_and_under_which_article() -> None:
    asker = paper(KNOWN, "mandate").askers[0]
    assert asker.basis is not None and asker.basis.article == "第二十三条"
    assert asker.because.text == "因由父亲申请"


def test_papers_made_shared_or_not_needed_are_waived_with_the_reason() -> None:
    assert paper(KNOWN, "certificate").from_item == "birth"
    assert paper(KNOWN, "application").because.text.endswith("系统生成，免交")
    mother = compose(EDITION, {**ANSWERS, "applicant": "mother", "same_folk": "yes"})
    assert [(each.name, each.because.text) for each in mother.waived] == [
        ("授权委托书", "因“谁来申请”为“母亲”，不需要"),
        ("民族成份填报申请书", "因“父母民族是否相同”为“是”，不需要"),
    ]


def test_a_paper_is_brought_when_one_asker_does_not_wait_for_its_maker() -> None:
    entries = (*EDITION.bundle.items[:3], BundleItem("allowance"))
    line = paper(compose(changed(items=entries), ANSWERS), "certificate")
    assert line.from_item == "" and line.to_bring
    assert line.because.text == "“生育津贴申领”要求"


def test_the_strictest_asker_decides_how_a_paper_is_wanted() -> None:
    edition = with_item("allowance", materials=(MaterialUse("photo", Necessity.LATER),))
    assert paper(compose(edition, ANSWERS), "photo").necessity is Necessity.LATER
    assert paper(KNOWN, "photo").necessity is Necessity.OPTIONAL


# Reasons


@pytest.mark.parametrize(
    ("when", "told"),
    [
        (Not(Is("applicant", ("mother",))), "因“谁来申请”为“父亲”"),
        (AllOf((Is("applicant", ("father",)), Is("local", ("yes",)))), "因“谁来申请”为“父亲”，且“是否本地户籍”为“是”"),
        (AnyOf((Is("applicant", ("mother",)), Is("local", ("yes",)))), "因“是否本地户籍”为“是”"),
    ],
)
def test_reasons_name_only_what_decides(when: AllOf, told: str) -> None:
    edition = with_item("register", materials=(MaterialUse("folk_form", when=when),))
    assert paper(compose(edition, ANSWERS), "folk_form").because.text == f"{told}，“出生登记”要求"


@pytest.mark.parametrize(
    ("when", "told"),
    [
        (Not(Is("applicant", ("mother",))), "如“谁来申请”为“父亲”"),
        (AllOf((Is("applicant", ("father",)), Is("local", ("yes",)))), "如“谁来申请”为“父亲”"),
        (
            AnyOf((Is("applicant", ("father",)), Is("same_folk", ("no",)))),
            "如“谁来申请”为“父亲”，或者“父母民族是否相同”为“否”",
        ),
    ],
)
def test_open_reasons_name_only_what_is_still_open(when: AllOf, told: str) -> None:
    edition = with_item("register", materials=(MaterialUse("folk_form", when=when),))
    assert paper(compose(edition, {"local": "yes"}), "folk_form").because.text == f"{told}，“出生登记”要求"


# Open points


def test_every_branch_of_an_open_question_is_told() -> None:
    points = {point.element: point for point in UNKNOWN.open}
    assert list(points) == ["local", "applicant", "same_folk", "insured"]
    assert points["applicant"].branches == (
        ("mother", "母亲", ("不需提交“授权委托书”",)),
        ("father", "父亲", ("需提交“授权委托书”",)),
    )
    assert points["insured"].branches[0][2] == (
        "需办理“生育津贴申领”（医保）",
        "需提交“医疗费用发票”",
        "需填写“银行账号”",
    )
    assert points["local"].branches[0][2][-1] == "“生育津贴申领”是否办理，还要看其他情形"


def test_a_question_that_changes_nothing_more_is_not_asked() -> None:
    plan = compose(EDITION, {"local": "no"})
    assert [point.element for point in plan.open] == ["applicant", "same_folk"]
    assert [each.element for each in relevant_questions(EDITION, {"local": "no"}, plan)] == [
        "local",
        "applicant",
        "same_folk",
    ]


def test_a_choice_left_to_the_form_is_told_too() -> None:
    edition = changed(questions=EDITION.bundle.questions[:1] + EDITION.bundle.questions[2:])
    point = next(point for point in compose(edition, {}).open if point.element == "applicant")
    assert point.ask == "谁来申请"


def test_a_question_that_opens_another_is_asked_first() -> None:
    edition = changed(
        items=(BundleItem("birth"), BundleItem("allowance", when=Is("insured", ("yes",)))),
        questions=(Question("local", "本地吗？"), Question("insured", "参保吗？", when=Is("local", ("yes",)))),
    )
    plan = compose(edition, {"applicant": "mother"})
    assert [point.element for point in plan.open] == ["local", "insured"]
    assert plan.open[0].branches[1][2][0] == "不需办理“生育津贴申领”"


# Counters


def test_papers_are_counted_from_what_has_to_be_brought() -> None:
    papers = counter(KNOWN, "papers")
    assert (papers.before, papers.after, papers.unit) == (8, 4, "份")
    assert papers.lines[0] == "“出生医学证明签发”单独办理：2 份（母亲身份证、授权委托书）"
    assert "“出生医学证明”由“出生医学证明签发”的结果提供，不再提交。" in papers.lines
    assert "系统生成或共享取得的“一件事申请表”，前后都不计。" in papers.lines
    assert "自愿提交的“新生儿照片”，前后都不计。" in papers.lines


def test_an_answer_counts_as_a_field_once() -> None:
    fields = counter(KNOWN, "fields")
    assert (fields.before, fields.after) == (13, 6)
    assert "合并后：每项只填一次，共 6 项（其中 1 项已在情形问答中回答）" in fields.lines


def test_trips_are_hand_ins_and_collections() -> None:
    assert (counter(KNOWN, "trips").before, counter(KNOWN, "trips").after) == (8, 2)
    spot = with_item("insurance", committed=Limit(0, Unit.ON_THE_SPOT))
    assert counter(compose(spot, ANSWERS), "trips").before == 7


def test_days_are_the_sum_against_the_longest_chain() -> None:
    days = counter(KNOWN, "days")
    assert (days.before, days.after, days.unit) == (13, 8, "个工作日")
    assert KNOWN.critical_path == ("birth", "register", "insurance")
    assert "同时办理，只按最长的一条计：出生医学证明签发 → 出生登记 → 参保登记，8 个工作日" in days.lines
    assert "“生育津贴申领”的时限自受理起算，与前置事项同时计。" in days.lines


def test_other_units_are_converted_aloud() -> None:
    edition = with_item("insurance", committed=Limit(14, Unit.NATURAL_DAYS))
    assert (
        "“参保登记”承诺 14 个自然日（每 7 日 5 个工作日，折合 10.00 个工作日）"
        in counter(compose(edition, ANSWERS), "days").lines
    )
    spot = with_item("insurance", committed=Limit(0, Unit.ON_THE_SPOT))
    assert "“参保登记”承诺 当场办结（按 0 计）" in counter(compose(spot, ANSWERS), "days").lines


def test_a_bundle_of_hours_is_counted_in_hours() -> None:
    edition = EDITION
    for name in ITEMS:
        edition = with_item(name, edition, committed=Limit(2, Unit.OFFICE_HOURS))
    days = counter(compose(edition, ANSWERS), "days")
    assert (days.before, days.after, days.unit) == (8, 6, "个工作小时")


def test_what_is_open_is_not_counted_but_said() -> None:
    assert (counter(UNKNOWN, "days").before, counter(UNKNOWN, "papers").after) == (7, 1)
    for each in UNKNOWN.counters:
        assert each.lines[-1] == "“参保登记”“生育津贴申领”是否办理尚未确定，未计入。"


def test_one_item_alone_brings_everything_itself() -> None:
    plan = compose(EDITION, ANSWERS, alone="allowance")
    assert [line.material for line in plan.materials if line.to_bring] == ["invoice", "mother_card", "certificate"]
    assert plan.critical_path == ("allowance",)


# Data


def test_a_plan_comes_back_from_json() -> None:
    for situation in situations(EDITION):
        plan = compose(EDITION, situation)
        assert plan_from_dict(plan_to_dict(plan)) == plan


def test_results_may_supply_without_being_needed_by_anybody() -> None:
    edition = with_item("insurance", result=Result("参保记录", elements=("bank_account",)))
    assert field(compose(edition, ANSWERS), "bank_account").given == ""


def test_later_starts_lengthen_the_path() -> None:
    slow = changed(
        items=tuple(
            replace(each, start=Start.PREDECESSOR) if each.item == "allowance" else each
            for each in EDITION.bundle.items
        )
    )
    slow = with_item("allowance", slow, committed=wd(6))
    assert compose(slow, ANSWERS).critical_path == ("birth", "allowance")


def test_an_answer_that_makes_another_moot_can_bring_an_item_back() -> None:
    """Reached by an address typed by hand: the later question is answered, the earlier one is not yet."""
    entries = {each.item: each for each in EDITION.bundle.items}
    back = replace(entries["allowance"], when=Not(Is("insured", ("yes",))), when_text="")
    plan = compose(changed(items=tuple((entries | {"allowance": back}).values())), {"insured": "yes"})
    assert "allowance" not in {each.item for each in plan.items}
    point = next(each for each in plan.open if each.element == "local")
    told = {option: sentences for option, _, sentences in point.branches}
    name = EDITION.items["allowance"].name
    assert any("需办理" in sentence and name in sentence for sentence in told["no"])
    assert not any(f"需办理“{name}”" in sentence for sentence in told["yes"])
