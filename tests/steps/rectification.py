"""Problems on their way from verification to write-off: on the pages of supervisors, units and the one who rated."""

from __future__ import annotations

import json

from pytest_bdd import given, parsers, then, when

from lianban.feedback import matters, rectification
from lianban.feedback.ratings import Rater
from lianban.outside import clock
from tests.steps import applications, departments
from tests.steps.applications import SCAN
from tests.steps.cast import approver
from tests.steps.site import Site
from tests.steps.visitor import Visitor

HERE = "/ratings/rectifications"
RATER = Rater("许女士", "13800009999")
CITIZEN = "评价人"
INSIDE = "拨打三次无人接听，属实。"


def token(site: Site) -> str:
    return str(site.one("SELECT token FROM occasions WHERE case_id = $1 AND step = 'review'", site.case.case_id))


def at_problem(site: Site, who: str) -> Visitor:
    """Somebody at the problem that the scenario is about; a name, or a department in short."""
    visitor = site.signed_in(approver(who) if who in ("社保", "医保") else who)
    visitor.opens(f"{HERE}/{site.one('SELECT id FROM rectifications')}")
    return visitor


def rated(site: Site, comment: str = "", *, named: bool = False) -> None:
    site.case = applications.accepted(site, "newborn")
    departments.decide(site, "公安", "出生登记")
    citizen_opens(site)
    who = {"name": RATER.name, "phone": RATER.phone} if named else {}
    site.visitor(CITIZEN).presses("提交", {"grade": "1", "comment": comment, **who})


@given(parsers.parse('群众实名给公安办理的事项打了差评，说"{words}"'))
def named_rating(site: Site, words: str) -> None:
    rated(site, words, named=True)


@given("群众给公安办理的事项打了差评")
def anonymous_rating(site: Site) -> None:
    rated(site)


@given("群众给公安办理的事项打了差评，已经转办公安")
def transferred(site: Site) -> None:
    rated(site)
    verifies(site)


@when("周明核实为属实的简单问题，转给公安")
def verifies(site: Site) -> None:
    supervisor = at_problem(site, "周明")
    supervisor.presses("核实完毕", {"finding": "simple", "note": INSIDE, "department": "public_security"})


@when(parsers.parse('周明核实为不属实，说明"{words}"'))
def explains(site: Site, words: str) -> None:
    at_problem(site, "周明").presses("核实完毕", {"finding": "unfounded", "note": words})


@when("朴警官接收这件整改")
def accepts(site: Site) -> None:
    at_problem(site, "朴警官").presses("接收，由我承办")


@when("朴警官接收并登记整改结果，附上照片")
def puts_right(site: Site) -> None:
    accepts(site)
    officer = at_problem(site, "朴警官")
    officer.presses("整改完成", {"note": "安排专人接听。"}, files=[("files", SCAN)])


@when(parsers.parse('朴警官答复"{words}"'))
def answers(site: Site, words: str) -> None:
    at_problem(site, "朴警官").presses("答复", {"text": words})


@when(parsers.parse('公安整改并答复"{words}"'))
def handles(site: Site, words: str) -> None:
    officer = at_problem(site, "朴警官")
    if officer.page.has_button("接收，由我承办"):
        officer.presses("接收，由我承办")
    officer.presses("整改完成", {"note": "已经改正。"})
    officer.presses("答复", {"text": words})


@when("评价人打开自己的评价")
def citizen_opens(site: Site) -> None:
    site.visitor(CITIZEN).opens(f"/r/{token(site)}")


@when(parsers.parse('评价人对答复表示"{verdict}"'))
def rates_again(site: Site, verdict: str) -> None:
    citizen_opens(site)
    chosen = next(id for id, word in rectification.VERDICTS.items() if word == verdict)
    site.visitor(CITIZEN).presses("提交对答复的评价", {"verdict": chosen})


@when("王芳回访了评价人，评价人表示满意")
def called(site: Site) -> None:
    id = site.one("SELECT id FROM rectifications")
    site.run(rectification.called_back, id, True, True, "电话里表示满意。", by=site.actor("王芳"), at=clock.now())


@when(parsers.parse('周明销号，意见是"{words}"'))
def writes_off(site: Site, words: str) -> None:
    at_problem(site, "周明").presses("销号，出具处置单", {"note": words})


@when(parsers.parse('朴警官申请延期，理由是"{reason}"'))
def asks_for_more(site: Site, reason: str) -> None:
    at_problem(site, "朴警官").presses("申请延期", {"reason": reason})


@when("周明同意延期")
def gives_more(site: Site) -> None:
    at_problem(site, "周明").presses("同意延期")


@when("系统查看期限")
def timer(site: Site) -> None:
    # Days later everybody signs in anew.
    site.visitors.clear()
    site.run(matters.look, clock.now())


@when(parsers.re(r"(?P<who>周明|李警官|朴警官)打开这件整改"))
def opens(site: Site, who: str) -> None:
    at_problem(site, who)


@when("社保的人打开这件整改")
def a_stranger_opens(site: Site) -> None:
    at_problem(site, "社保")


@when("朴警官转给社保，没有写理由")
def without_reason(site: Site) -> None:
    at_problem(site, "朴警官").presses("转出", {"department": "social_insurance", "reason": " "})


@when(parsers.parse('朴警官转给社保，理由是"{reason}"'))
def passes_on(site: Site, reason: str) -> None:
    at_problem(site, "朴警官").presses("转出", {"department": "social_insurance", "reason": reason})


@when(parsers.parse('社保转给医保，理由是"{reason}"'))
def passes_on_again(site: Site, reason: str) -> None:
    at_problem(site, "社保").presses("转出", {"department": "healthcare_security", "reason": reason})


@when(parsers.parse('医保退回监督员，理由是"{reason}"'))
def sends_up(site: Site, reason: str) -> None:
    at_problem(site, "医保").presses("退回监督员指定", {"reason": reason})


@when(parsers.parse('周明指定公安承办，理由是"{reason}"'))
def assigns(site: Site, reason: str) -> None:
    at_problem(site, "周明").presses("指定", {"department": "public_security", "reason": reason})


@then("医保只能退回监督员指定")
def only_up(site: Site) -> None:
    page = at_problem(site, "医保").page
    assert page.has_button("退回监督员指定") and not page.has_button("转出")


@then(parsers.parse('不能再转出，因为"{why}"'))
def no_passing_on(site: Site, why: str) -> None:
    assert not site.page.has_button("转出") and not site.page.has_button("退回监督员指定")
    site.page.says(why)


@then("不能再申请延期")
def no_more_time(site: Site) -> None:
    assert not site.page.has_button("申请延期")


@then(parsers.re(r'(?P<what>销号|接收)的按钮是灰的，因为"(?P<why>[^"]+)"'))
def greyed(site: Site, what: str, why: str) -> None:
    words = {"销号": "销号，出具处置单", "接收": "接收，由我承办"}[what]
    assert site.page.button(words).get("disabled") is not None
    site.page.says(why)


@then(parsers.re(r'(?P<who>周明|全明哲)在"报到我这里的"看(?P<sees>到|不到)这件整改'))
def came_up(site: Site, who: str, sees: str) -> None:
    visitor = site.signed_in(who)
    visitor.opens(f"{HERE}?view=up")
    assert bool(visitor.page.parts("//tbody/tr")) == (sees == "到"), visitor.page.text


@then("页面上没有承办人员的姓名和内部意见")
def nothing_of_the_house(site: Site) -> None:
    site.page.keeps_silent("朴警官", "周明", INSIDE, "安排专人接听")


@then("页面上没有评价人的姓名、电话、办件编号和评价的时刻")
def nothing_of_the_rater(site: Site) -> None:
    at = clock.local(site.one("SELECT at FROM ratings"))
    site.page.keeps_silent(
        RATER.name, RATER.phone, "13912345678", site.case.number, f"{at:%H:%M}", *applications.PERSONAL
    )


@then("处置单写着来源、核实情况、整改、答复、审核人和日期，没有评价人的姓名和电话")
def sheet(site: Site) -> None:
    content = json.loads(site.one("SELECT content FROM papers WHERE kind = 'handling_sheet'"))
    assert (content["source"], content["findings"], content["measures"]) == (
        "差评：非常不满意（实名）",
        INSIDE,
        "安排专人接听。",
    )
    assert (content["reply"], content["reviewer"], content["date"]) == (
        "电话已经换成专人接听，向您致歉。",
        "周明",
        "2026年11月2日",
    )
    text = json.dumps(content, ensure_ascii=False)
    assert not [one for one in (RATER.name, RATER.phone, "13912345678", site.case.number) if one in text]
    response = site.signed_in("周明").client.get(f"/papers/{site.one('SELECT paper_id FROM rectifications')}.pdf")
    assert response.content.startswith(b"%PDF-")
