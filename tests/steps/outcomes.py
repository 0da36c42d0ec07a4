"""The other ends of a case: not accepted, turned to single items, withdrawn, given back; and bars on applying again."""

from __future__ import annotations

import re
from uuid import UUID

from pytest_bdd import given, parsers, then, when

from lianban.casework import tasks
from lianban.casework.intake import Accepted
from lianban.outside import clock
from tests.printing import looking
from tests.steps import applications
from tests.steps.cast import LONGJING, approver, clerk
from tests.steps.corrections import at_desk
from tests.steps.departments import at_task, refuse
from tests.steps.papers import pdf_of
from tests.steps.site import Site
from tests.steps.visitor import Visitor, flat

PAPERS = "kind IN ('non_acceptance', 'turned', 'termination')"
SAYING = {"reason": "应当由孩子户口所在地的机关办理。", "basis": "《中华人民共和国户口登记条例》第七条"}


def others(site: Site) -> Visitor:
    """The clerk before the other ends of the case."""
    return at_desk(site, "王芳", f"/window/cases/{site.case.case_id}/outcomes")


def says_no(site: Site, item: str, ground: str, **more: str) -> None:
    """不予受理 of an item, as typed."""
    window = others(site)
    button = next(b for b in window.page.parts("//button") if f"不予受理“{item}" in window.page.text_of(b))
    options = button.xpath("ancestor::form//label[input[@type='radio']]")
    chosen = next(o for o in options if window.page.text_of(o) == flat(ground))
    typed = {"ground": str(chosen.xpath("./input/@value")[0]), **SAYING, **more}
    window.presses(window.page.text_of(button), typed)


@when(parsers.parse('王芳对"{item}"不予受理，情形"{ground}"，理由"{reason}"'))
def not_required(site: Site, item: str, ground: str, reason: str) -> None:
    says_no(site, item, ground, reason=reason)


@when(parsers.re('王芳对"(?P<item>[^"]+)"不予受理，情形"(?P<ground>[^"]+)"，机关"(?P<competent>[^"]*)"'))
def not_competent(site: Site, item: str, ground: str, competent: str) -> None:
    says_no(site, item, ground, competent=competent)


@when(parsers.parse('王芳不写"{label}"就对"{item}"不予受理'))
def without(site: Site, label: str, item: str) -> None:
    name = {"不予受理的理由": "reason", "法律依据": "basis", "救济途径": "remedy"}[label]
    says_no(site, item, "依法不需要办理", **{name: " "})


@when("王芳对全部事项不予受理")
def none_accepted(site: Site) -> None:
    while buttons := [b for b in others(site).page.parts("//button") if "不予受理“" in site.page.text_of(b)]:
        name = re.findall("“(.+)”", site.page.text_of(buttons[0]))[0]
        says_no(site, name, "依法不需要办理")


@when(parsers.parse('王芳把这张草稿转单项办理，不符合"{condition}"'))
def turns_a_draft(site: Site, condition: str) -> None:
    window = site.visitor("王芳")
    found = re.search(r"/window/cases/([0-9a-f-]{36})/form", window.page.address)
    assert found
    site.case = Accepted(UUID(found[1]), "", "")
    window.follows("不予受理、转单项办理")
    window.presses("转单项办理", {"condition": condition})


@when(parsers.re('王芳把这个办件转单项办理，理由"(?P<reason>[^"]*)"'))
def turns(site: Site, reason: str) -> None:
    others(site).presses("转单项办理", {"reason": reason})


@when(parsers.parse('申请人到窗口撤回，理由"{reason}"'))
def withdraws(site: Site, reason: str) -> None:
    others(site).presses("登记撤回", {"reason": reason})


@given("王芳打开了撤回的页面")
def at_withdrawal(site: Site) -> None:
    at_desk(site, "王芳", f"/window/cases/{site.case.case_id}").follows("申请人撤回")


@given(parsers.parse('公安已经不予"{item}"'))
def refused_elsewhere(site: Site, item: str) -> None:
    officer = at_task(site, approver("公安"), item)
    officer.presses("签收")
    refuse(officer)


@when(parsers.parse('申请人撤回"{item}"，理由"{reason}"'))
def withdraws_one(site: Site, item: str, reason: str) -> None:
    others(site)
    withdraws_here(site, item, reason)


@when(parsers.parse('申请人在旧页面上撤回"{item}"'))
def withdraws_here(site: Site, item: str, reason: str = "不办了") -> None:
    window = site.visitor("王芳")
    boxes = [b for b in window.page.parts("//label[input[@name='items']]") if item in window.page.text_of(b)]
    window.presses("登记撤回", {"items": [str(boxes[0].xpath("./input/@value")[0])], "reason": reason})


@when("王芳打开其他处理")
def opens_others(site: Site) -> None:
    others(site)


@when("谭丽打开这个办件的其他处理")
def far_clerk_opens(site: Site) -> None:
    site.signed_in("谭丽").opens(f"/window/cases/{site.case.case_id}/outcomes")


@when("王芳退件")
def gives_back(site: Site) -> None:
    others(site).presses("退件")


@then(parsers.parse('按钮"{word}"不能点，写着"{why}"'))
def greyed(site: Site, word: str, why: str) -> None:
    assert site.page.button(word).get("disabled") is not None
    site.page.says(why)


@then(parsers.parse('页面上没有按钮"{word}"'))
def no_button(site: Site, word: str) -> None:
    assert site.page.status == 200 and not site.page.has_button(word)


@then(parsers.re('终止文书"(?P<title>[^"]+)"写着(?P<words>"[^"]+"(?:、"[^"]+")*)'))
def paper_says(site: Site, title: str, words: str) -> None:
    window = others(site)
    window.follows(f"打印{title}")
    pdf = pdf_of(window.page)
    for each in re.findall('"([^"]+)"', words):
        assert looking.says(pdf, flat(each)), (each, looking.words(pdf))
    others(site)


@then("没有开具任何终止文书")
def no_paper(site: Site) -> None:
    assert site.one(f"SELECT count(*) FROM papers WHERE {PAPERS}") == 0


@then("已经填写的申请表可以打印")
def typed_form(site: Site) -> None:
    window = others(site)
    window.follows("打印已经填写的申请表")
    assert looking.says(pdf_of(window.page), "新生儿出生一件事申请表")


@then(parsers.parse('办件里没有"{item}"'))
def not_in_the_case(site: Site, item: str) -> None:
    found = site.one("SELECT count(*) FROM tasks WHERE case_id = $1 AND item_name = $2", site.case.case_id, item)
    assert found == 0


@then("办件没有在走的期限")
def no_clock(site: Site) -> None:
    assert site.one("SELECT count(*) FROM clocks WHERE case_id = $1 AND stopped_at IS NULL", site.case.case_id) == 0


@then(parsers.parse('办件是"{state}"'))
def case_is(site: Site, state: str) -> None:
    others(site).page.says(state)
    tags = [site.page.text_of(t) for t in site.page.parts("//*[cls(head)]//*[cls(tag)]")]
    assert any(state in tag for tag in tags), tags


# Bars: one who proposes, one who decides


def permit(site: Site) -> tuple[UUID, str, str, str]:
    """The permission that was refused: its task, item, name and department."""
    row: str = site.one(
        "SELECT concat_ws('|', id, item, item_name, department) FROM tasks WHERE case_id = $1 AND status = 'refused'",
        site.case.case_id,
    )
    id, item, name, department = row.split("|")
    return UUID(id), item, name, department


@given(parsers.parse('一件"{bundle}"里有一个已经不予许可的事项'))
def a_refused_permit(site: Site, bundle: str) -> None:
    site.region = LONGJING
    site.case = applications.accepted(site, "catering", LONGJING)
    id = site.one(
        "SELECT id FROM tasks WHERE case_id = $1 AND item = 'food_permit'",
        site.case.case_id,
    )
    site.one("UPDATE tasks SET status = 'dispatched' WHERE id = $1 RETURNING id", id)
    officer = site.actor(approver("市场监管"))
    site.run(tasks.claim, id, by=officer, at=clock.now())
    site.one("UPDATE tasks SET needs_survey = false WHERE id = $1 RETURNING id", id)
    site.run(
        tasks.refuse,
        id,
        opinion="经核实，租赁合同系伪造。",
        reason="提供虚假材料。",
        basis="《中华人民共和国行政许可法》第七十八条",
        remedy="可以在六十日内向龙井市人民政府申请行政复议，或者在六个月内向龙井市人民法院提起行政诉讼。",
        by=officer,
        at=clock.now(),
    )


def chief(site: Site) -> Visitor:
    """The head of the market regulation department."""
    return site.signed_in("崔局长")


@when(parsers.parse('审批人员提请限制申请人再次申请，理由"{reason}"'))
def proposes(site: Site, reason: str) -> None:
    officer = site.signed_in(approver("市场监管"))
    officer.opens(f"/tasks/{permit(site)[0]}")
    officer.presses("提请限制再次申请", {"reason": reason})


@when("部门负责人没有确认涉及安全就决定限制")
def decides_without(site: Site) -> None:
    chief(site).opens(f"/tasks/{permit(site)[0]}")
    chief(site).presses("决定限制再次申请")


@when("部门负责人决定限制再次申请")
def decides(site: Site) -> None:
    chief(site).presses("决定限制再次申请", {"safety": "yes"})


@when("部门负责人自己提请限制申请人再次申请，又自己决定")
def both_alone(site: Site) -> None:
    chief(site).opens(f"/tasks/{permit(site)[0]}")
    chief(site).presses("提请限制再次申请", {"reason": "提交伪造的租赁合同"})


@when("同一申请人再次申请，王芳受理")
def applies_again(site: Site) -> None:
    window = site.signed_in(clerk(LONGJING))
    applications.begin(window, "开办餐饮店一件事")
    applications.complete(window, "catering")
    if window.page.parts("//input[@name='duplicate']"):
        window.presses("保存", {"duplicate": "已核对，不是重复。"})
    window.presses("受理")
    found = re.search(r"/window/cases/([0-9a-f-]{36})", window.page.address)
    assert found
    site.said = permit(site)[2]
    site.case = Accepted(UUID(found[1]), "", "")


@when("王芳以限制申请为由对这个事项不予受理")
def barred(site: Site) -> None:
    name, basis = site.said, "《中华人民共和国行政许可法》第七十八条"
    says_no(site, name, "在不得再次申请的期限内", reason="提交伪造的租赁合同，仍在限制期限内。", basis=basis)
