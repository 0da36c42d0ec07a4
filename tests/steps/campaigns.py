"""Campaigns against causes that come again, and who is talked to."""

from __future__ import annotations

from uuid import UUID

from pytest_bdd import given, parsers, then, when

from lianban.casework import occasions
from lianban.casework.occasions import Service
from lianban.feedback import campaigns, matters, ratings, rectification
from lianban.feedback.ratings import Given, Rater
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor
from tests.steps.applications import SCAN
from tests.steps.cast import LONGJING, NOW, approver
from tests.steps.site import Site
from tests.steps.visitor import Visitor

HOME = "/ratings/campaigns"
RATER = Rater("朴女士", "13800001234")
PLAN = {"owner": "朴勇", "due_on": "2026-11-13", "department": "public_security"}


async def _negative(option: str, rated: Actor, supervisor: Actor) -> None:
    async with transaction():
        service = Service(LONGJING, "general", "service", "户口登记", department="public_security", served_by=rated.id)
        token = await occasions.mint(service, at=NOW)
    given = Given("2", (option,), rater=RATER)
    found = await ratings.rate(token, given, at=NOW)
    async with transaction():
        problem: UUID = await connection().fetchval("SELECT id FROM rectifications WHERE rating_id = $1", found.id)
    await rectification.verify(problem, "simple", "情况属实。", department="public_security", by=supervisor, at=NOW)
    await campaigns.count(problem, at=NOW)


async def _written_off(by: Actor, supervisor: Actor) -> None:
    async with transaction():
        problems = [row["id"] for row in await connection().fetch("SELECT id FROM rectifications ORDER BY id")]
    for one in problems:
        await rectification.accept(one, by=by, at=NOW)
        await rectification.finish(one, "已经改正。", files=[], by=by, at=NOW)
        await rectification.reply(one, "已经改正，向您致歉。", by=by, at=NOW)
        await rectification.called_back(one, True, True, "电话中表示满意。", by=supervisor, at=NOW)
        await rectification.write_off(one, "整改到位。", by=supervisor, at=NOW)
    await matters.look(NOW)


def at_campaign(site: Site, who: str) -> Visitor:
    """Somebody at the campaign, found in the list."""
    visitor = site.signed_in(approver(who) if who == "市场监管" else who)
    visitor.opens(HOME)
    visitor.follows("专项整改", within=visitor.page.row("ZX2026-001"))
    return visitor


@given(parsers.parse('公安因"{option}"被差评 {count:d} 次，都已核实'))
def negatives(site: Site, option: str, count: int) -> None:
    for _ in range(count):
        site.run(_negative, option, site.actor("李警官"), site.actor("方正"))


@when("周明立项，牵头单位是公安")
def opens_campaign(site: Site) -> None:
    supervisor = site.signed_in("周明")
    supervisor.opens(HOME)
    supervisor.follows("立项")
    texts = {"problem": "按时办结没有做到，群众反映集中。", "goal": "全部按承诺时间办结。", "owner": "朴勇"}
    supervisor.presses("立项", {**texts, "department": "public_security"})


@when(parsers.parse('周明增加公安的措施"{measure}"，启动整改'))
def plans(site: Site, measure: str) -> None:
    supervisor = at_campaign(site, "周明")
    supervisor.presses("增加措施", {**PLAN, "measure": measure})
    supervisor.presses("启动整改")


@when("朴警官附照片登记这条措施完成")
def proves(site: Site) -> None:
    at_campaign(site, "朴警官").presses("登记完成", {"done": "已经每日清点。"}, files=[("files", SCAN)])


@when("朴警官不附照片登记这条措施完成")
def proves_nothing(site: Site) -> None:
    at_campaign(site, "朴警官").presses("登记完成", {"done": "已经每日清点。"})


@when("朴局长报请验收")
def reports(site: Site) -> None:
    at_campaign(site, "朴局长").presses("报请验收")


@when("这些问题都已销号")
def all_written_off(site: Site) -> None:
    site.run(_written_off, site.actor("朴警官"), site.actor("方正"))


@when(parsers.parse('周明验收销号，结果是"{result}"'))
def writes_off(site: Site, result: str) -> None:
    at_campaign(site, "周明").presses("验收销号", {"result": result})


@when("市场监管打开这个专项整改")
def another_unit(site: Site) -> None:
    at_campaign(site, "市场监管")


@when(parsers.parse('朴局长登记约谈"{words}"'))
def talks(site: Site, words: str) -> None:
    head = site.signed_in("朴局长")
    head.presses("登记约谈", {"talk": words})


@then(parsers.parse("台账里有 {count:d} 件问题"))
def ledger(site: Site, count: int) -> None:
    rows = site.page.parts("//table[caption='列入专项整改的问题']/tbody/tr")
    assert len(rows) == count
    first = site.one("SELECT min(id::text) FROM rectifications")
    site.signed_in("周明").opens(f"/ratings/rectifications/{first}").says("ZX2026-001")


@then(parsers.parse('周明不能验收销号，因为"{words}"'))
def not_yet(site: Site, words: str) -> None:
    supervisor = at_campaign(site, "周明")
    assert supervisor.page.button("验收销号").get("disabled") is not None
    supervisor.page.says(words)


@then("页面上没有评价人的姓名和电话")
def nobody_named(site: Site) -> None:
    site.page.keeps_silent(RATER.name, RATER.phone)


@then(parsers.parse('页面上看不到"{words}"'))
def not_on_the_page(site: Site, words: str) -> None:
    assert site.page.status == 200
    site.page.keeps_silent(words)
