"""Extensions and special procedures as people meet them: on the task's page and in the list of the head."""

from __future__ import annotations

import re
from datetime import date, datetime

from pytest_bdd import given, parsers, then, when

from lianban.outside import clock
from lianban.outside.clock import local
from tests.printing import looking
from tests.steps import applications, departments
from tests.steps.cast import LONGJING, approver, named
from tests.steps.departments import at_task, refuse
from tests.steps.papers import pdf_of
from tests.steps.site import Site
from tests.steps.visitor import Visitor, flat

ITEM = "公共场所卫生许可"
REASON = "需要补充检测"
PROCEDURE = {"procedure-reason": "样品须送省级机构检测。", "procedure-unit": "wd"}


def officer(site: Site) -> Visitor:
    """The health officer at the task; signed in anew when so much time has passed."""
    site.visitors.pop(approver("卫健").name, None)
    return at_task(site, approver("卫健"), ITEM)


def task(site: Site) -> str:
    """The task's id."""
    return str(site.one("SELECT id FROM tasks WHERE case_id = $1 AND item = 'hygiene_permit'", site.case.case_id))


def told(site: Site, kind: str) -> date:
    """The day that the task's page tells for a limit."""
    at = site.one("SELECT promised_due FROM clocks WHERE task_id::text = $1 AND kind = $2", task(site), kind)
    day = local(at)
    officer(site).page.says(f"{day:%m-%d}")
    return day.date()


@given(parsers.parse('一件轮到公共场所卫生许可的龙井市"开办旅馆一件事"，卫健已签收'))
def hygiene_is_next(site: Site) -> None:
    site.case = applications.accepted(
        site, "lodging", LONGJING, hygiene_way="general", security_way="general", fire_way="general"
    )
    departments.decide(site, "市场监管", "营业执照设立登记")
    departments.claim(site, "卫健", ITEM)


@when(parsers.parse('卫健的审批员申请延期"{days}"个工作日，理由是"{reason}"'))
def asks(site: Site, days: str, reason: str) -> None:
    officer(site).presses("提交延期申请", {"extension-amount": days, "extension-reason": reason})


@given(parsers.parse('卫健的审批员已经申请延期"{days}"个工作日'))
def has_asked(site: Site, days: str) -> None:
    asks(site, days, REASON)
    site.page.says("待批准")


@given(parsers.parse('卫健的延期"{days}"个工作日已经批准'))
def extended(site: Site, days: str) -> None:
    has_asked(site, days)
    approves(site)


@when("南局长打开待批准的列表")
def opens_list(site: Site) -> None:
    head = site.signed_in("南局长")
    head.opens("/tasks")
    head.follows("待批准")


@when("南局长批准")
def approves(site: Site) -> None:
    opens_list(site)
    site.visitor("南局长").presses("批准")
    site.page.says("没有等您批准的申请")


@when(parsers.parse('南局长不批准，理由是"{reason}"'))
@when(parsers.parse('南局长不批准，理由是""'))
def declines(site: Site, reason: str = "") -> None:
    opens_list(site)
    site.visitor("南局长").presses("不批准", {"note": reason})


@when(parsers.re(r"(?P<who>南局长|崔局长|卫健的审批员)硬要批准"))
def forces_approval(site: Site, who: str) -> None:
    person = approver("卫健") if who == "卫健的审批员" else named(who)
    site.visitors.pop(person.name, None)
    visitor = site.signed_in(person)
    id = site.one("SELECT id FROM adjustments ORDER BY id DESC LIMIT 1")
    visitor.opens("/tasks")
    visitor.sends(f"/approvals/{id}/approval", note="", key="forced")


@when(parsers.parse('卫健的审批员申请特别程序"{name}"，从"{since}"起"{days}"个工作日'))
def asks_procedure(site: Site, name: str, since: str, days: str) -> None:
    visitor = officer(site)
    offered = visitor.page.parts("//select[@name='procedure-procedure']/option")
    value = next(str(o.get("value")) for o in offered if visitor.page.text_of(o).startswith(flat(name)))
    sent = {"procedure-procedure": value, "procedure-since": since, "procedure-days": days}
    visitor.presses("提交特别程序申请", {**PROCEDURE, **sent})


@given(parsers.parse('卫健的特别程序"{name}"从"{since}"起"{days}"个工作日已经批准'))
def procedure_runs(site: Site, name: str, since: str, days: str) -> None:
    asks_procedure(site, name, since, days)
    approves(site)


@when(parsers.parse('卫健的审批员硬要申请特别程序"{name}"'))
def forces_procedure(site: Site, name: str) -> None:
    visitor = officer(site)
    offered = [visitor.page.text_of(o) for o in visitor.page.parts("//select[@name='procedure-procedure']/option")]
    assert not any(words.startswith(f"{name}（") for words in offered), offered
    sent = {"procedure-procedure": f"name:{name}", "procedure-since": "2026-11-05", "procedure-days": "5"}
    visitor.sends(f"/tasks/{task(site)}/procedures", **PROCEDURE, **sent)
    assert visitor.page.status == 422


@when(parsers.parse('卫健的审批员提前结束"{name}"'))
def ends(site: Site, name: str) -> None:
    officer(site).presses(f"提前结束{name}，恢复计时")


@when(parsers.parse('日子到了"{moment}"'))
def days_pass(site: Site, moment: str) -> None:
    at = local(datetime.fromisoformat(moment))
    clock.set_clock(lambda: at)
    # After so long everybody signs in anew.
    site.visitors.clear()


@when("卫健的审批员打开任务")
def opens_task(site: Site) -> None:
    officer(site)


@when("卫健的审批员不予许可")
def refuses(site: Site) -> None:
    refuse(officer(site))


@then(parsers.re(r'法定时限(?:仍是|改为)"(?P<day>[^"]+)"'))
def law_is(site: Site, day: str) -> None:
    page = site.last
    assert told(site, "statutory") == date.fromisoformat(day)
    site.last = page


@then(parsers.parse('承诺时限改为"{day}"'))
def promise_is(site: Site, day: str) -> None:
    assert told(site, "committed") == date.fromisoformat(day)


@then("承诺时限一并顺延十个工作日，没有超过法定时限")
def promise_moves(site: Site) -> None:
    # The bundle promises five working days: by 9 November, now by the 23rd.
    assert told(site, "committed") == date(2026, 11, 23) <= told(site, "statutory")


@then(parsers.parse('列表写明法定时限从"{old}"到"{new}"'))
def list_says(site: Site, old: str, new: str) -> None:
    row = site.page.text_of(site.page.row("法定时限"))
    for day in (old, new):
        year, month, rest = day.split("-")
        assert re.search(rf"{year}\D*0?{int(month)}\D*0?{int(rest)}", row), row


@then(parsers.parse('填过的理由"{reason}"还在页面上'))
def keeps_reason(site: Site, reason: str) -> None:
    assert reason in site.page.parts("//textarea[@name='extension-reason']/text()")


@then(parsers.parse('卫健的审批员在任务上看到"{state}"和"{note}"'))
def sees(site: Site, state: str, note: str) -> None:
    officer(site).page.says(state, note)


@then(
    parsers.re(
        r'"(?P<title>延期通知书|特别程序告知书|听证权利告知书|听证通知书|听证笔录|听证公告|听证申请答复书)"写着(?P<words>.+)'
    )
)
def paper_says(site: Site, title: str, words: str) -> None:
    window = site.signed_in("王芳")
    window.opens(f"/window/cases/{site.case.case_id}")
    pdf = pdf_of(window.follows(f"打印{title}"))
    for each in re.findall(r'"([^"]+)"', words):
        assert looking.says(pdf, flat(each)), (each, looking.words(pdf)[:1500])


@then(parsers.parse('"{word}"按不动，写明"{why}"'))
def greyed(site: Site, word: str, why: str) -> None:
    page = officer(site).page
    button = page.button(word)
    assert button.get("disabled") is not None
    assert flat(why) in page.text_of(button.getparent()), page.text_of(button.getparent())
