"""The staff's side of ratings: own ones only and masked for the rated side; what was set apart is decided."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from lianban.casework.occasions import of_case
from lianban.feedback import ratings
from lianban.feedback.ratings import Given, Rater, Sender
from lianban.outside.database import transaction
from tests.steps import applications, departments
from tests.steps.cast import NOW
from tests.steps.site import Site

RATER = Rater("朴女士", "13800001234")


async def _token(case_id: UUID, step: str) -> str:
    async with transaction():
        return next(one.token for one in await of_case(case_id) if one.step == step)


def rated(site: Site, step: str, grade: str, **given: object) -> UUID:
    """A service of the scenario's case is rated from a phone."""
    token = site.run(_token, site.case.case_id, step)
    said = Given(grade, channel="dynamic_qr", **given)  # type: ignore[arg-type]
    return site.run(ratings.rate, token, said, at=NOW + timedelta(hours=1)).id


def test_a_department_reads_its_own_ratings_without_learning_who_rated(site: Site) -> None:
    site.case = applications.accepted(site, "newborn", site.region)
    departments.decide(site, "public_security", "出生登记")
    id = rated(site, "review", "1", rater=RATER, options=("109",), comment="让我 13800001234 再回电话")
    rated(site, "acceptance", "5", comment="窗口很快")
    officer = site.signed_in("李警官")
    page = officer.opens("/ratings")
    page.says("非常不满意", "需提供办事指南之外的申报材料", "共1条")
    page.keeps_silent("13800001234", "朴女士", "窗口很快", site.case.number, "10:30", str(site.case.case_id))
    # The id tells the millisecond: the rated side meets the rating under another name.
    assert str(id) not in page.response.text
    page = officer.follows("非常不满意")
    page.says("不得打听，不得报复")
    page.keeps_silent("13800001234", "朴女士", site.case.number, str(site.case.case_id))
    assert officer.opens("/ratings/apart").status == 403
    assert site.signed_in("王芳").opens(page.address).status == 404


def test_the_supervisor_reads_all_and_who_rated_for_a_stated_purpose_only(site: Site) -> None:
    site.case = applications.accepted(site, "newborn", site.region)
    id = rated(site, "acceptance", "2", rater=RATER, comment="等了很久")
    supervisor = site.signed_in("周明")
    supervisor.opens("/ratings?grade=negative&standing=counted").says("等了很久", "共1条", "计入")
    supervisor.opens("/ratings?grade=5").says("没有符合条件的评价", "共0条")
    supervisor.opens(f"/ratings/{id}").keeps_silent("朴女士", "13800001234")
    assert supervisor.presses("查看姓名和电话", {"purpose": ""}).status == 422
    supervisor.presses("查看姓名和电话", {"purpose": "差评回访"}).says("朴女士", "13800001234", "已经记入查阅日志")
    assert site.one("SELECT purpose FROM access_log WHERE what = '评价人的姓名和电话'") == "差评回访"


def test_what_was_set_apart_is_decided_with_reasons_and_leaves_its_mark(site: Site) -> None:
    site.case = applications.accepted(site, "newborn", site.region)
    clerk = site.actor("王芳")
    id = rated(site, "acceptance", "1", sender=Sender(person=clerk))
    supervisor = site.signed_in("周明")
    supervisor.opens("/ratings/apart").says("从登录着的被评价单位工作人员的浏览器提交", "等待核实，1 条")
    supervisor.opens(f"/ratings/{id}")
    assert supervisor.presses("登记结论", {"standing": "invalid", "reason": ""}).status == 422
    page = supervisor.presses("登记结论", {"standing": "invalid", "reason": "经核实是窗口人员误点。"})
    page.says("无效，不计入得分", "经核实是窗口人员误点", "周明", "收到差评", "是否计入有变化")
    supervisor.opens("/ratings/apart").says("没有等待核实的评价")
    supervisor.opens("/ratings?standing=invalid").says("共1条")
    supervisor.opens("/ratings?standing=apart&known=2026-11-01").says("共0条")
    assert site.one("SELECT status FROM rectifications") == "void"
