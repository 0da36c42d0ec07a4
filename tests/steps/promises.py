"""Promises: papers that follow, items granted on a promise, their later checks."""

from __future__ import annotations

from datetime import datetime

from pytest_bdd import given, parsers, then, when

from lianban import errors
from lianban.casework import bars, intake
from lianban.casework.promises import verification
from lianban.outside import clock
from lianban.rules.actors import Actor, Role
from tests.actions.drafts import MONDAY
from tests.actions.promising import PROMISED, SYSTEM_BOOK, lodging
from tests.steps import departments
from tests.steps.applications import SCAN
from tests.steps.cast import LONGJING, approver, clerk
from tests.steps.departments import at_task, grant, survey
from tests.steps.site import Site
from tests.steps.visitor import flat

FIRE = "消防安全检查"
HEAD = "消防负责人"
PROPOSED = datetime(2026, 11, 17, 9, 0, tzinfo=clock.SHANGHAI)
REVOKE = {
    "reason": "责令改正期满，安全出口仍然堵塞。",
    "basis": "《中华人民共和国消防法》第十五条、第五十八条",
    "remedy": "可以在六十日内向龙井市人民政府申请行政复议，或者在六个月内向龙井市人民法院提起行政诉讼。",
}
FOUND = {"findings": "两处安全出口被堵，与承诺不符。", "checkers": ["赵一", "钱二"]}


async def _draft(by: Actor, but: tuple[str, ...], **more: str) -> str:
    return str((await lodging(but=but, by=by, at=clock.now(), **more)).case_id)


async def _tolerated(by: Actor) -> intake.Accepted:
    draft = await lodging(by=by)
    await intake.save(draft.case_id, PROMISED, by=by, at=MONDAY)
    return await intake.accept(draft.case_id, by=by, at=MONDAY)


async def _accepted(by: Actor) -> intake.Accepted:
    draft = await lodging(but=(), by=by)
    return await intake.accept(draft.case_id, by=by, at=MONDAY)


async def _again(by: Actor, *, tolerate: bool) -> str:
    """The same applicant at another place; what the system says."""
    at = clock.now()
    but = (SYSTEM_BOOK,) if tolerate else ()
    draft = await lodging(but=but, by=by, at=at, premises_address="龙井市海兰路 9 号", trade_name="海兰民宿")
    if tolerate:
        await intake.save(draft.case_id, PROMISED, by=by, at=at)
    try:
        return (await intake.accept(draft.case_id, by=by, at=at)).number
    except errors.Invalid as refusal:
        return "；".join(refusal.fields.values())


def head(site: Site) -> Actor:
    """The head of the fire department."""
    officer = site.actor(approver("消防"))
    return Actor("fire-head", HEAD, LONGJING, frozenset({Role.DEPARTMENT_HEAD}), officer.department)


@given(parsers.parse('王芳填好的龙井市"{bundle}"只差"{material}"'))
def almost_complete(site: Site, bundle: str, material: str) -> None:
    window = site.signed_in("王芳")
    id = site.run(_draft, site.actor("王芳"), (SYSTEM_BOOK,))
    window.opens(f"/window/cases/{id}/form")


@given(parsers.parse('一件容缺受理的龙井市"{bundle}"，还差"{material}"'))
def accepted_with_a_gap(site: Site, bundle: str, material: str) -> None:
    site.case = site.run(_tolerated, site.actor(clerk(LONGJING)))


@given(parsers.parse('一件采用消防告知承诺的龙井市"{bundle}"'))
def accepted_on_a_promise(site: Site, bundle: str) -> None:
    site.case = site.run(_accepted, site.actor(clerk(LONGJING)))


@given(parsers.parse('一件以消防告知承诺准予的龙井市"{bundle}"'))
def granted_on_a_promise(site: Site, bundle: str) -> None:
    accepted_on_a_promise(site, bundle)
    departments.decide(site, "消防", FIRE)


@given(parsers.parse('一件承诺不实、已被撤销的龙井市"{bundle}"'))
def revoked(site: Site, bundle: str) -> None:
    granted_on_a_promise(site, bundle)
    task = site.one("SELECT task_id FROM verifications")
    officer = site.actor(approver("消防"))
    site.run(verification.verify, task, **FOUND, outcome="rectify", by=officer, at=MONDAY)
    clock.set_clock(lambda: PROPOSED)
    site.run(verification.verify, task, **FOUND, **REVOKE, outcome="revoke", by=officer, at=PROPOSED)
    site.run(verification.revoke, task, by=head(site), at=PROPOSED)


@when(parsers.parse('她勾选容缺后补"{material}"'))
def ticks(site: Site, material: str) -> None:
    site.visitor("王芳").presses("保存", {f"later.{SYSTEM_BOOK}": "yes"})


@when("她受理")
def accepts(site: Site) -> None:
    site.visitor("王芳").presses("受理")


@when("她打印申请容缺受理承诺书")
def prints_the_promise(site: Site) -> None:
    site.visitor("王芳").follows("打印《申请容缺受理承诺书》")


@then(parsers.parse('页面上只有"{material}"可以容缺后补'))
def only_this_may_follow(site: Site, material: str) -> None:
    lines = [one for one in site.page.parts("//li") if "容缺，申请人承诺后补" in site.page.text_of(one)]
    assert [flat(material) in site.page.text_of(one) for one in lines] == [True]


@then(parsers.parse('办件有文书"{title}"'))
def has_paper(site: Site, title: str) -> None:
    found = site.one("SELECT count(*) FROM papers WHERE case_id = $1 AND title = $2", site.case.case_id, title)
    assert found == 1, found


@when(parsers.parse('王芳打印"{title}"'))
def prints(site: Site, title: str) -> None:
    window = site.signed_in("王芳")
    window.opens(f"/window/cases/{site.case.case_id}")
    window.follows(f"打印{title}")


@then(parsers.parse('不能准予，因为"{why}"'))
def cannot_grant(site: Site, why: str) -> None:
    assert site.page.button("准予").get("disabled") is not None
    site.page.says(why)


@when(parsers.parse('王芳登记补交"{material}"'))
def makes_up(site: Site, material: str) -> None:
    window = site.signed_in("王芳")
    window.opens(f"/window/cases/{site.case.case_id}?tab=materials")
    window.presses("登记补交", {"channel": "window"}, files=[("file", SCAN)])


@when(parsers.parse('卫健勘查并准予"{item}"'))
def surveys_and_grants(site: Site, item: str) -> None:
    officer = at_task(site, approver("卫健"), item)
    survey(officer, ["赵一", "钱二"])
    grant(officer)


@when("同一申请人再申请容缺受理")
def asks_again(site: Site) -> None:
    # What has fallen due is done before anybody's step; here by a look at the case.
    site.signed_in("王芳").opens(f"/c/{site.case.number}?code={site.case.query_code}")
    site.said = site.run(_again, site.actor("王芳"), tolerate=True)


@when("同一申请人再选告知承诺申请")
def promises_again(site: Site) -> None:
    site.said = site.run(_again, site.actor("王芳"), tolerate=False)


@then("申请被受理")
def taken(site: Site) -> None:
    assert site.said.startswith("222405-2026-"), site.said


@when("消防打开待核查列表")
def list_to_verify(site: Site) -> None:
    officer = site.signed_in(approver("消防"))
    officer.opens("/tasks")
    officer.follows("待核查")


@when(parsers.parse('消防登记核查，结论"{outcome}"'))
def verifies(site: Site, outcome: str) -> None:
    officer = at_task(site, approver("消防"), FIRE)
    officer.presses("登记核查", FOUND | {"outcome": officer.page.choice("核查结论", outcome)})


@when("消防一个人登记核查")
def verifies_alone(site: Site) -> None:
    officer = at_task(site, approver("消防"), FIRE)
    officer.presses("登记核查", FOUND | {"checkers": ["赵一", ""]})


@when("消防提请撤销")
def proposes(site: Site) -> None:
    # Two weeks later everybody signs in anew.
    site.visitors.clear()
    officer = at_task(site, approver("消防"), FIRE)
    chosen = officer.page.choice("核查结论", "逾期不改正，提请撤销")
    officer.presses("登记核查", FOUND | REVOKE | {"outcome": chosen})


@then("提请人不能自己撤销")
def not_by_the_same(site: Site) -> None:
    officer = site.last
    officer.presses("撤销")
    officer.page.says("撤销由部门负责人决定")


@when("消防负责人决定撤销")
def head_revokes(site: Site) -> None:
    task = site.one("SELECT task_id FROM verifications")
    site.run(verification.revoke, task, by=head(site), at=clock.now())
    at_task(site, approver("消防"), FIRE)


@when("消防负责人同意信用修复")
def head_repairs(site: Site) -> None:
    bar = site.one("SELECT id FROM bars WHERE kind = 'false_promise'")
    site.run(bars.lift, bar, reason="已全部改正并经复查。", by=head(site), at=clock.now())
