"""Signing in, posts that are kept apart, a child's record, and who looked at what."""

from __future__ import annotations

from datetime import datetime

import asyncpg
import pytest
from pytest_bdd import given, parsers, then, when

from lianban import people
from lianban.outside import clock
from lianban.outside.database import connection, transaction
from tests.steps.cast import PASSWORD, approver, named
from tests.steps.departments import at_task
from tests.steps.site import Site


@when(parsers.parse("{name}用正确的密码登录"))
def signs_in(site: Site, name: str) -> None:
    visitor = site.stranger()
    visitor.opens("/signin")
    visitor.presses("登录", {"login": named(name).login, "password": PASSWORD})


@given(parsers.parse("有人用{name}的账号输错密码 {times:d} 次"))
@when(parsers.parse("有人用{name}的账号输错密码 {times:d} 次"))
def guesses(site: Site, name: str, times: int) -> None:
    visitor = site.stranger()
    for n in range(times):
        visitor.opens("/signin")
        visitor.presses("登录", {"login": named(name).login, "password": f"Guess-2026-{n}"})


@when("有人用不存在的账号登录")
def signs_in_as_nobody(site: Site) -> None:
    visitor = site.stranger()
    visitor.opens("/signin")
    visitor.presses("登录", {"login": "nobody", "password": PASSWORD})


@when(parsers.parse("{who}在人员页面解除{name}的锁定"))
def unlocks(site: Site, who: str, name: str) -> None:
    officer = site.signed_in(who)
    officer.opens("/admin/people")
    row = officer.page.row(name, "锁定至")
    button = next(b for b in row.xpath(".//button") if "解除锁定" in officer.page.text_of(b))
    assert officer.submits(button, {}).status_code == 200


@when(parsers.parse("{name}退出"))
def signs_out(site: Site, name: str) -> None:
    site.visitors[name].presses("退出")


@when("外站伪造一次新建办件")
def forges(site: Site) -> None:
    window = site.visitors["王芳"]
    answer = window.client.post("/window/intake", data={"bundle": "newborn"})
    site.said = str(answer.status_code)


@when(parsers.parse('{name}说明用途"{purpose}"'))
def states_a_purpose(site: Site, name: str, purpose: str) -> None:
    site.visitors[name].presses("提交申请", {"purpose": purpose})
    site.page.says("申请已提交")


@when(parsers.parse("监督员{who}批准{name}的查阅"))
def approves(site: Site, who: str, name: str) -> None:
    supervisor = site.signed_in(who)
    supervisor.opens("/oversight")
    supervisor.presses("批准查阅一天", within="查阅未成年人档案的申请")
    supervisor.page.says("没有等您批准的申请")


@when("他增加一名既是系统管理员又是审计管理员的人员")
def adds_a_mixed_person(site: Site) -> None:
    administrator = site.last
    administrator.opens("/admin/people")
    given = {"name": "万能", "login": "wanneng", "password": PASSWORD, "roles": ["administrator", "auditor"]}
    administrator.presses("增加", given)


@then("她来到综合窗口")
def at_the_window(site: Site) -> None:
    assert site.page.address == "/window"
    site.page.says("综合窗口", "王芳", "3 号综合窗口", "新办件")


@then(parsers.parse('页面说账号已锁定，"{moment}"之后再登录'))
def locked(site: Site, moment: str) -> None:
    assert (site.page.status, site.page.address) == (403, "/signin")
    site.page.says("已暂时锁定", f"请在{moment}之后再登录")


@then("提交被拒绝，没有建立任何办件")
def refused(site: Site) -> None:
    assert site.said == "403"
    window = site.visitors["王芳"].opens("/window?state=")
    assert not window.parts("//tbody/tr")


@then(parsers.parse('查阅记录写明"{name}"在"{moment}"因"{purpose}"看过这件办件'))
def access_is_recorded(site: Site, name: str, moment: str, purpose: str) -> None:
    looks = site.run(people.access_log, by=site.actor("审计管理员"), case_id=site.case.case_id)
    at = clock.local(datetime.fromisoformat(moment))
    assert (name, at, purpose) in {(look.by_name, look.at, look.purpose) for look in looks}


@then("绕过系统也删不掉查阅记录")
def access_log_stays(site: Site) -> None:
    async def erase() -> None:
        async with transaction():
            await connection().execute("DELETE FROM access_log")

    with pytest.raises(asyncpg.PostgresError):
        site.run(erase)
    assert site.one("SELECT count(*) FROM access_log WHERE case_id = $1", site.case.case_id)


@then("页面要求先说明用途")
def purpose_first(site: Site) -> None:
    assert site.page.status == 403
    site.page.says("未满十四周岁儿童的记录", "说明用途申请查阅，经负责人批准后再打开")


@then(parsers.parse("{name}自己的申请不在待批准之列"))
def not_ones_own(site: Site, name: str) -> None:
    supervisor = site.visitors[name].opens("/oversight")
    supervisor.says("没有等您批准的申请")


@when(parsers.re(r'(?P<short>公安|医保|人社|社保)的审批人员打开任务"(?P<item>[^"]+)"'))
def opens_task(site: Site, short: str, item: str) -> None:
    at_task(site, approver(short, site.region), item)


@then("页面要求先签收任务")
def claim_first(site: Site) -> None:
    site.page.says("请先签收任务，或者说明用途申请查阅")


@then("页面说岗位要分开")
def posts_apart(site: Site) -> None:
    assert site.page.status == 422
    site.page.says("系统管理员", "审计管理员")
    assert "万能" not in site.page.text_of(site.page.parts("//table")[0])
