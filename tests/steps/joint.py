"""Joint handling as people see it: a region publishes such an edition, and the whole is measured as one."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from pytest_bdd import given, parsers, then, when

from lianban.outside.clock import local
from tests.actions import jointly
from tests.printing import looking
from tests.steps import departments
from tests.steps.cards import at_cards, shown
from tests.steps.cast import approver
from tests.steps.papers import pdf_of
from tests.steps.site import Site
from tests.steps.visitor import Visitor, flat

FOOD = "食品经营许可证新办"


@given('龙井市发布了联合办理的"联合开办餐饮店一件事"')
def published(site: Site, tmp_path: Path) -> None:
    site.run(jointly.publish, tmp_path, by=site.actor("高远"))


@given(parsers.parse('一件已受理的联合办理办件，市场监管已签收"{item}"'))
def in_review(site: Site, item: str) -> None:
    site.case = site.run(jointly.accepted, jointly.GATHERING, by=site.actor("王芳"))
    departments.decide(site, "市场监管", "营业执照设立登记")
    departments.claim(site, "市场监管", item)


def officer(site: Site) -> Visitor:
    """The holder at the food permit."""
    return departments.at_task(site, approver("市场监管"), FOOD)


@when("窗口打开这件联合办理办件的期限")
def opens_limits(site: Site) -> None:
    site.signed_in("王芳").opens(f"/window/cases/{site.case.case_id}?tab=clocks")


@when("窗口点开联合办理法定时限")
def opens_passport(site: Site) -> None:
    wanted = site.one("SELECT id FROM clocks WHERE case_id = $1 AND kind = 'joint'", site.case.case_id)
    visitor = site.signed_in("王芳")
    assert f"/window/cases/{site.case.case_id}/clocks/{wanted}" in visitor.page.parts("//main//a/@href")
    visitor.opens(f"/window/cases/{site.case.case_id}/clocks/{wanted}")


@when(parsers.parse('市场监管的审批员申请延长联合办理期限"{days}"个工作日，理由是"{reason}"'))
def asks(site: Site, days: str, reason: str) -> None:
    officer(site).presses("提交延期申请", {"extension-amount": days, "extension-reason": reason})


@when("市场监管的审批员再打开任务")
def opens_again(site: Site) -> None:
    officer(site)


@when("全明哲打开待批准的列表并批准")
def approves(site: Site) -> None:
    head = site.signed_in("全明哲")
    head.opens("/approvals")
    head.page.says("联合办理法定时限")
    head.presses("批准")
    head.page.says("没有等您批准的申请")


@then(parsers.re(r"页面写着(?P<words>.+)"))
def says(site: Site, words: str) -> None:
    site.page.says(*re.findall(r'"([^"]+)"', words))


@then(parsers.parse('联合办理法定时限是"{day}"'))
def joint_is(site: Site, day: str) -> None:
    due = site.one("SELECT promised_due FROM clocks WHERE case_id = $1 AND kind = 'joint'", site.case.case_id)
    assert local(due).date() == date.fromisoformat(day)
    opens_limits(site)
    site.page.says(day[5:])


@then(parsers.re(r'联合办理的"(?P<title>[^"]+)"写着(?P<words>.+)'))
def paper_says(site: Site, title: str, words: str) -> None:
    window = site.signed_in("王芳")
    window.opens(f"/window/cases/{site.case.case_id}")
    pdf = pdf_of(window.follows(f"打印{title}"))
    for each in re.findall(r'"([^"]+)"', words):
        assert looking.says(pdf, flat(each)), (each, looking.words(pdf)[:1500])


@then("监督员看到联合办理法定时限的黑牌")
def black_card(site: Site) -> None:
    visitor = at_cards(site, "监督员", "?colour=black")
    texts = [visitor.page.text_of(one) for one in shown(visitor, "黑牌")]
    assert any("联合办理法定时限" in text for text in texts), texts
