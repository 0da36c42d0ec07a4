"""Every way in which an edition can be unsound is found; published figures that break a rule are told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lianban.rules.catalog.loading import load_edition, shipped
from lianban.rules.catalog.types import (
    Basis,
    BundleItem,
    Check,
    Department,
    Edition,
    Element,
    FieldUse,
    Limit,
    MaterialUse,
    Necessity,
    Option,
    PaperForm,
    Place,
    Question,
    RecordedException,
    Result,
    Source,
    SpecialProcedure,
    Start,
    Unit,
)
from lianban.rules.conditions import ALWAYS, AllOf, Is, Not
from lianban.rules.lint import check
from tests.rules.editions import EDITION, MATERIALS, changed, item, text, wd, with_item, yes_no

ENTRIES = EDITION.bundle.items


def errors(edition: Edition) -> str:
    return "\n".join(each.sentence for each in check(edition).errors)


def findings(edition: Edition) -> list[str]:
    return [each.sentence for each in check(edition).findings]


def with_elements(*elements: Element, edition: Edition = EDITION) -> Edition:
    return replace(edition, elements={**edition.elements, **{each.id: each for each in elements}})


def test_a_sound_edition_has_no_faults() -> None:
    report = check(EDITION)
    assert report.sound and not report.findings
    assert report.situations == 12


@pytest.mark.parametrize(("region", "bundle"), shipped())
def test_everything_we_ship_is_sound(region: str, bundle: str) -> None:
    report = check(load_edition(shipped()[region, bundle]))
    assert [str(error) for error in report.errors] == []
    assert report.situations > 0
    assert all(finding.source and finding.file and finding.line for finding in report.findings)


def test_a_remedy_names_body_and_time() -> None:
    edition = with_item("birth", remedy="可以在六十日内申请行政复议。")
    (error,) = check(edition).errors
    assert "“出生医学证明签发”的救济途径没有写明机关" in str(error)


def test_an_error_names_file_line_and_field() -> None:
    edition = replace(with_item("birth", remedy=""), places={"items.birth": Place("items/birth.yaml", 3)})
    (error,) = check(edition).errors
    assert str(error) == (
        "items/birth.yaml:3：〔items birth〕“出生医学证明签发”没有写明救济途径（remedy），"
        "部门也没有写明复议机关和法院，不予决定书无法出具。"
    )


# Surveys


LINES = (Check("疏散通道畅通"), Check("消防设施完好有效"))


def test_who_is_sent_to_look_is_told_what_to_look_at() -> None:
    assert findings(with_item("allowance", survey=ALWAYS)) == [
        "“生育津贴申领”需要现场勘查，但没有写明核查要点（checks），勘查人员无从对照。"
    ]
    assert not findings(with_item("allowance", survey=ALWAYS, checks=LINES))
    drafted = check(with_item("allowance", survey=ALWAYS, checks=(*LINES, Check("有应急预案", proposed=True))))
    assert "“生育津贴申领”的现场核查要点有 1 条为拟定，启用前请对照本地公布的标准核实。" in drafted.hints


def test_checks_without_a_survey_and_checks_twice() -> None:
    assert "“生育津贴申领”不需要现场勘查（survey）" in errors(with_item("allowance", checks=LINES))
    assert "不需要现场勘查（survey）" in errors(with_item("allowance", after_survey=(wd(1), wd(2))))
    twice = with_item("allowance", survey=ALWAYS, checks=(*LINES, LINES[0]))
    assert errors(twice) == "“生育津贴申领”的核查要点“疏散通道畅通”重复列出。"
    assert "最多 200 字" in errors(with_item("allowance", survey=ALWAYS, checks=(Check("长" * 201),)))


def test_the_range_after_a_survey_is_ordered_and_within_promise_and_law() -> None:
    def ranged(least: int, most: int) -> Edition:
        return with_item(
            "allowance",
            survey=ALWAYS,
            checks=LINES,
            after_survey=(wd(least), wd(most)),
            statutory=wd(20),
            committed=wd(5),
        )

    assert not findings(ranged(3, 5))
    assert errors(ranged(5, 3)) == "“生育津贴申领”勘查后的时限应当由短到长，不能是 5 个工作日至3 个工作日。"
    longer = "“生育津贴申领”勘查后最长 6 个工作日，长于承诺时限 5 个工作日：不能据此延长承诺。"
    assert findings(ranged(3, 6)) == [longer]
    assert "长于法定时限 20 个工作日：到期以法定时限为准。" in findings(ranged(3, 21))[0]


# Structure


def test_items_that_wait_for_each_other() -> None:
    entries = (BundleItem("birth", after=("insurance",)), *ENTRIES[1:])
    assert errors(changed(items=entries)) == (
        "前置事项互相等待，永远办不成：出生医学证明签发 → 参保登记 → 出生登记 → 出生医学证明签发。"
    )


def test_questions_that_wait_for_each_other() -> None:
    questions = (
        Question("local", "？", when=Is("insured", ("yes",))),
        Question("insured", "？", when=Is("local", ("yes",))),
    )
    assert "出现条件互相依赖：是否本地户籍、母亲是否参加生育保险、是否本地户籍" in errors(changed(questions=questions))


def test_unknown_references() -> None:
    assert "没有“ghost”这个数据要素" in errors(with_item("birth", fields=(FieldUse("ghost"),)))
    assert "“是否本地户籍”没有“maybe”这个取值" in errors(
        changed(items=(BundleItem("birth", when=Is("local", ("maybe",))),))
    )


def test_conditions_look_only_at_what_can_be_enumerated() -> None:
    edition = with_item("birth", fields=(FieldUse("child_name", when=Is("bank_account", ("1",))),))
    assert "条件只能看取值有限的要素" in errors(edition)
    assert "情形问题只能问取值有限的要素" in errors(changed(questions=(Question("child_name", "叫什么？"),)))


def test_types_that_do_not_agree() -> None:
    other = replace(EDITION.elements["father_folk"], options=(Option("han", "汉族"), Option("other", "其他")))
    assert "“母亲民族”与“父亲民族”的类型不一致" in errors(with_elements(other))


def test_one_thing_under_two_names_would_be_asked_twice() -> None:
    assert "“母亲姓名”与“mother_name”在“父母”中同名" in errors(with_elements(text("mama", "母亲姓名", "父母")))
    twin = {**MATERIALS, "photo2": replace(MATERIALS["photo"], id="photo2")}
    assert "“新生儿照片”与“photo”同名，会要求交两次" in errors(replace(EDITION, materials=twin))


def test_a_notice_can_ask_for_nothing() -> None:
    entries = (*ENTRIES[:3], BundleItem("allowance", notice_only=True))
    assert "只作告知，不能要求填写字段或提交材料" in errors(changed(items=entries))
    entries = (BundleItem("birth", notice_only=True), *ENTRIES[1:])
    quiet = with_item("birth", changed(items=entries), fields=(), materials=())
    assert "没有办理结果可供其他事项使用" in errors(quiet)


def test_the_remedy_may_come_from_the_department() -> None:
    silent = with_item("birth", remedy="")
    assert "没有写明救济途径" in errors(silent)
    health = Department("health", "卫生健康局", "卫健", review_body="龙井市人民政府", court="龙井市人民法院")
    assert not errors(replace(silent, departments={**silent.departments, "health": health}))


def test_only_a_law_stops_the_statutory_clock() -> None:
    def stopping(stops: str, basis: Basis | None = None) -> str:
        return errors(with_item("birth", special=(SpecialProcedure("现场考察", wd(40), stops, basis),)))

    assert "停法定时限必须写明法律依据" in stopping("statutory")
    assert not stopping("statutory", Basis("《行政许可法》", "第四十五条")) and not stopping("committed")
    assert "只能写 committed、statutory" in stopping("everything")


def test_a_case_has_a_name_and_a_sameness() -> None:
    assert "没有写明办件的名称" in errors(changed(subject=""))
    unused = with_elements(text("nickname", "小名"))
    assert "没有事项填写“小名”，办件将没有名称" in errors(changed(unused, subject="nickname"))
    assert "没有事项填写“小名”，无法据此发现重复申请" in errors(changed(unused, duplicate_keys=(("nickname",),)))


def test_forms_print_only_what_somebody_fills_in() -> None:
    unused = with_elements(text("nickname", "小名"))
    form = PaperForm("授权委托书", ("受托办理 {nickname} 的出生登记。",))
    papers = {**MATERIALS, "mandate": replace(MATERIALS["mandate"], form=form)}
    assert "表格“授权委托书”要印“小名”，但没有事项填写它" in errors(replace(unused, materials=papers))


# Situations


def test_too_many_situations_are_an_error_before_walking() -> None:
    many = [yes_no(f"q{n}", f"问题{n}") for n in range(17)]
    questions = tuple(Question(each.id, f"{each.label}？") for each in many)
    report = check(changed(with_elements(*many), questions=questions))
    assert report.situations > 100_000
    assert "情形多于 100000 种" in report.errors[0].sentence


def test_a_paper_that_comes_too_late() -> None:
    entries = (*ENTRIES[:1], BundleItem("register"), *ENTRIES[2:])
    found = errors(changed(items=entries))
    assert "“出生登记”要用“出生医学证明编号”，它由“出生医学证明签发”的办理结果产生，但没有列为前置事项" in found
    assert "“出生登记”要求“出生医学证明”，它由“出生医学证明签发”的办理结果产生" in found


def test_a_fault_in_one_situation_names_it() -> None:
    entries = (BundleItem("birth", when=Is("local", ("no",))), BundleItem("register"), *ENTRIES[2:])
    found = errors(changed(items=entries))
    assert "（例如：是否本地户籍＝否" in found


def test_a_maker_that_is_not_needed_is_no_fault() -> None:
    entries = (BundleItem("birth", when=Is("local", ("no",))), *ENTRIES[1:3])
    report = check(changed(items=entries, questions=EDITION.bundle.questions[:3]))
    assert report.sound
    assert report.hints == ("不办理“出生医学证明签发”时，“出生医学证明编号”由申请人填写，“出生医学证明”由申请人提交。",)


def test_a_maker_that_asks_for_the_thing_itself_does_not_bring_it_into_being() -> None:
    checks = item(
        "check",
        "信息核验",
        "police",
        wd(1),
        fields=(FieldUse("bank_account"),),
        result=Result("核验", ("bank_account",)),
    )
    edition = replace(EDITION, items={**EDITION.items, "check": checks})
    assert not errors(changed(edition, items=(*ENTRIES, BundleItem("check"))))


def test_a_field_that_follows_from_what_nobody_fills_in() -> None:
    edition = with_item("register", fields=(FieldUse("same_folk"), FieldUse("mother_folk"), FieldUse("child_name")))
    edition = changed(edition, questions=EDITION.bundle.questions[:2] + EDITION.bundle.questions[3:])
    assert "“父母民族是否相同”由“父亲民族”推得，但没有人填写“父亲民族”" in errors(edition)


def test_a_condition_on_what_nobody_asks_never_settles() -> None:
    edition = changed(questions=EDITION.bundle.questions[:3])
    assert "要看“母亲是否参加生育保险”才能定下办什么、交什么，但既没有情形问题问它，也没有必填字段填它" in errors(
        edition
    )
    form = with_item("birth", edition, fields=(FieldUse("child_name"), FieldUse("insured"), FieldUse("mother_name")))
    assert not errors(form)
    lax = with_item("birth", edition, fields=(FieldUse("child_name"), FieldUse("insured", required=False)))
    assert "要看“母亲是否参加生育保险”" in errors(lax)


def test_a_field_in_a_situation_where_its_question_does_not_arise() -> None:
    edition = with_item("birth", fields=(FieldUse("child_name"), FieldUse("insured")))
    assert "要填写“母亲是否参加生育保险”，但问它的情形问题此时不出现" in errors(edition)


def test_a_question_without_effect() -> None:
    edition = with_elements(yes_no("agreed", "是否同意"))
    edition = changed(edition, questions=(*EDITION.bundle.questions, Question("agreed", "同意吗？")))
    assert errors(edition) == "情形问题“同意吗？”怎样回答都不改变事项、字段和材料，请删去。"


def test_an_item_that_can_never_be_needed() -> None:
    never = AllOf((Is("local", ("yes",)), Not(Is("local", ("yes",)))))
    entries = (*ENTRIES[:3], BundleItem("allowance", when=never))
    assert "“生育津贴申领”在任何情形下都不需要办理" in errors(changed(items=entries))


def test_an_order_that_never_applies() -> None:
    entries = (
        BundleItem("birth"),
        BundleItem("register", after=("birth",)),
        BundleItem("insurance", when=Is("local", ("yes",)), after=("register",)),
        BundleItem("allowance", when=Is("local", ("no",)), after=("insurance", "birth")),
    )
    assert "“生育津贴申领”从不与前置事项“参保登记”一起办理" in errors(changed(items=entries))


def test_optional_papers_may_come_late() -> None:
    edition = with_item("allowance", materials=(MaterialUse("certificate", Necessity.OPTIONAL), MaterialUse("invoice")))
    assert not errors(changed(edition, items=(*ENTRIES[:3], replace(ENTRIES[3], after=()))))


# Figures


def test_a_commitment_longer_than_the_law_is_a_finding_not_an_error() -> None:
    report = check(with_item("insurance", committed=wd(3), source="办事指南"))
    assert report.sound
    finding = report.findings[0]
    assert finding.sentence == "“参保登记”承诺 3 个工作日，法定 2 个工作日：承诺长于法定时限，到期以法定时限为准。"
    assert finding.source == "办事指南"


def test_compression_of_a_fifth() -> None:
    assert findings(with_item("allowance", committed=wd(5), statutory=wd(6))) == [
        "“生育津贴申领”承诺 5 个工作日，法定 6 个工作日：只压缩 17%，不足 20%。"
    ]
    assert not findings(with_item("allowance", committed=wd(4), statutory=wd(5)))


def test_two_and_five_days() -> None:
    assert findings(with_item("allowance", committed=wd(6))) == [
        "“生育津贴申领”承诺 6 个工作日，超过复杂事项 5 个工作日的上限。"
    ]
    assert "简单事项 2 个工作日" in findings(with_item("allowance", committed=wd(3), complex=False))[0]


def test_a_recorded_exception_is_a_hint() -> None:
    excepted = (RecordedException("days", "需要专家论证"),)
    report = check(with_item("allowance", committed=wd(6), exceptions=excepted))
    assert not report.findings
    assert report.hints == ("“生育津贴申领”承诺 6 个工作日，超过复杂事项 5 个工作日的上限。已记录例外：需要专家论证",)


def test_the_critical_path_against_the_promise() -> None:
    (finding,) = findings(changed(commitment=wd(7), commitment_excludes="制证和邮寄。"))
    assert finding.startswith(
        "整件事承诺 7 个工作日，关键路径合计 8 个工作日：出生医学证明签发（3 个工作日） → 出生登记（4 个工作日） → "
        "参保登记（1 个工作日）（例如：是否本地户籍＝是"
    )
    assert finding.endswith("承诺不含：制证和邮寄。")
    assert not findings(changed(commitment=wd(8)))


def test_hours_against_a_promise_in_hours() -> None:
    edition = changed(commitment=Limit(2, Unit.OFFICE_HOURS))
    assert "整件事承诺 2 个工作小时，关键路径合计 56 个工作小时" in findings(edition)[0]


def test_a_clock_that_cannot_be_kept() -> None:
    entries = (*ENTRIES[:2], replace(ENTRIES[2], start=Start.ACCEPTANCE), ENTRIES[3])
    assert findings(changed(items=entries)) == [
        "“参保登记”承诺 1 个工作日，自受理起算，但前置事项按承诺可以更晚办结，届时已经超期。"
    ]


def test_proposed_content_is_a_hint() -> None:
    assert check(with_item("allowance", proposed=True, source="仅列名称")).hints == (
        "“生育津贴申领”为拟定内容。来源：仅列名称",
    )


def test_government_papers_are_papers_too() -> None:
    papers = {**MATERIALS, "mother_card": replace(MATERIALS["mother_card"], source=Source.GOVERNMENT)}
    assert not errors(replace(EDITION, materials=papers))
