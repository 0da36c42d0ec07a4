"""Hearings as people meet them: on the task's page, and on the applicant's page of progress."""

from __future__ import annotations

from pytest_bdd import given, parsers, then, when

from tests.steps.adjustments import officer, task
from tests.steps.applications import picture
from tests.steps.cast import approver
from tests.steps.site import Site
from tests.steps.visitor import File, Visitor

SCAN: File = ("签字的笔录.jpg", picture(50, 70), "image/jpeg")


def telling(site: Site, **more: str) -> None:
    """Tell the right, with what the form asks."""
    given = {"hearing-reason": "拟作出的决定涉及相邻住户的重大利益。", "hearing-interested": "", **more}
    officer(site).presses("告知听证权利", given)


@when(parsers.parse('卫健的审批员告知听证权利，利害关系人"{who}"'))
def tells(site: Site, who: str) -> None:
    telling(site, **{"hearing-interested": who})


@given("卫健的审批员已经告知听证权利")
def has_told(site: Site) -> None:
    tells(site, "相邻住户赵某")


@when(parsers.parse('卫健的审批员依职权举行听证，理由是"{reason}"'))
def announces(site: Site, reason: str) -> None:
    telling(site, **{"hearing-reason": reason, "hearing-ground": "public_interest"})


@when(parsers.parse('"{who}"要求听证'))
def wants_a_hearing(site: Site, who: str) -> None:
    visitor = officer(site)
    party = site.one("SELECT id FROM hearing_parties WHERE name = $1", who)
    visitor.sends(f"/tasks/{task(site)}/hearing/application", party=str(party))


@when(parsers.parse('卫健的审批员通知"{day}"听证，主持人"{name}"'))
def calls(site: Site, day: str, name: str) -> None:
    visitor = officer(site)
    offered = visitor.page.parts("//select[@name='hearing-presider']/option")
    assert approver("卫健").name not in [o.text for o in offered]
    presider = next(str(o.get("value")) for o in offered if o.text == name)
    given = {"hearing-held_on": day, "hearing-place": "政务大厅二楼会议室", "hearing-presider": presider}
    visitor.presses("发出听证通知", given)


@given(parsers.parse('"{who}"已经要求听证，定在"{day}"，主持人"{name}"'))
def is_called(site: Site, who: str, day: str, name: str) -> None:
    wants_a_hearing(site, who)
    calls(site, day, name)


@when(parsers.parse('卫健的审批员登记听证笔录"{record}"'))
def records(site: Site, record: str) -> None:
    said = {
        "hearing-recorder": "金记录",
        "hearing-opinion": "审查人员出示了采光分析报告，认为影响在允许范围以内。",
        "hearing-statements": record,
    }
    officer(site).presses("登记听证笔录", said)


@when("卫健的审批员上传签字的笔录")
def signs(site: Site) -> None:
    officer(site).presses("登记签字的笔录", files=[("scan", SCAN)])


@when(parsers.parse('卫健的审批员答复"{who}"，理由是"{reason}"'))
def answers(site: Site, who: str, reason: str) -> None:
    officer(site).presses("出具答复书", {"hearing-asker": who, "hearing-answer": reason})


def at_progress(site: Site) -> Visitor:
    """The applicant on the page of progress."""
    visitor = site.visitor("申请人")
    visitor.opens(f"/c/{site.case.number}?code={site.case.query_code}")
    return visitor


@when(parsers.parse('申请人在进度页上按"{button}"'))
def presses(site: Site, button: str) -> None:
    at_progress(site).presses(button)


@when("申请人硬要申请听证")
def forces(site: Site) -> None:
    visitor = at_progress(site)
    visitor.sends(f"/c/{site.case.number}/hearings/{task(site)}/application?code={site.case.query_code}")


@when(parsers.parse('申请人在进度页上申请主持人回避，理由是"{reason}"'))
def challenges(site: Site, reason: str) -> None:
    at_progress(site).presses("申请回避", {"challenge": reason})


@then(parsers.parse('进度页说"{words}"'))
def progress_says(site: Site, words: str) -> None:
    site.visitor("申请人").page.says(words)


@then(parsers.parse('公告页上有"{item}"的听证，写着"{words}"，没有申请人的姓名'))
def published(site: Site, item: str, words: str) -> None:
    anybody = site.stranger()
    anybody.opens("/announcements/222405")
    anybody.page.says("听证公告", item, words, "涉及公共利益")
    anybody.page.keeps_silent(str(site.one("SELECT applicant FROM cases WHERE id = $1", site.case.case_id)))
