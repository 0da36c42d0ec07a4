"""A service is rated on a phone, and read by those who may read it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from pytest_bdd import given, parsers, then, when

from lianban.casework import occasions
from lianban.feedback import ratings
from lianban.outside import clock
from lianban.outside.database import connection, transaction
from lianban.rules.ratings import GRADES
from tests.steps.cast import NOW
from tests.steps.site import Site
from tests.steps.visitor import Visitor

CITIZEN = "评价的申请人"
NUMBERS = {word: str(grade) for grade, word in GRADES.items()}
RATER = {"name": "朴女士", "phone": "13800001234"}


async def _token(case_id: UUID) -> str:
    async with transaction():
        return next(one.token for one in await occasions.of_case(case_id) if one.step == "acceptance")


def opens(site: Site, visitor: Visitor) -> Visitor:
    """Somebody at the page of the scenario's service."""
    visitor.opens(f"/r/{site.run(_token, site.case.case_id)}")
    site.last = visitor
    return visitor


def rates(site: Site, visitor: Visitor, grade: str, **more: str) -> None:
    """Choose and send."""
    opens(site, visitor).presses("提交", {"grade": NUMBERS[grade], **more})


@when("申请人打开受理服务的评价页")
def opens_the_page(site: Site) -> None:
    opens(site, site.visitor(CITIZEN))


@then("页面上五个等次一样大小，没有预先选好的")
def neutral(site: Site) -> None:
    labels = site.page.parts("//label[@class='grade']")
    assert [site.page.text_of(label)[: len(word)] for label, word in zip(labels, GRADES.values(), strict=True)] == [
        *GRADES.values()
    ]
    assert not site.page.parts("//input[@name='grade'][@checked]")


@when(parsers.parse('申请人评价"{grade}"，原因"{reason}"'))
def rates_with_reason(site: Site, grade: str, reason: str) -> None:
    page = site.page
    (box,) = [tick for tick in page.parts("//label[cls(tick)]") if page.text_of(tick).startswith(reason)]
    code = str(box.xpath("./input/@value")[0])
    site.visitor(CITIZEN).presses("提交", {"grade": NUMBERS[grade], f"o{NUMBERS[grade]}": [code]})


@given(parsers.parse('申请人已评价受理服务"{grade}"'))
@when(parsers.parse('申请人评价受理服务"{grade}"'))
def rated(site: Site, grade: str) -> None:
    rates(site, site.visitor(CITIZEN), grade)


@given(parsers.parse('申请人已实名评价受理服务"{grade}"，写着"{words}"'))
def rated_by_name(site: Site, grade: str, words: str) -> None:
    rates(site, site.visitor(CITIZEN), grade, comment=words, **RATER)


@when(parsers.parse('另一个人用同一个链接评价"{grade}"'))
def another(site: Site, grade: str) -> None:
    # The page had been open since before the first rating.
    token, other = site.run(_token, site.case.case_id), site.stranger()
    other.opens("/")
    form = {"grade": NUMBERS[grade], "_csrf_token": other.client.cookies.get("lianban_csrf") or ""}
    other.page = type(other.page)(other.client.post(f"/r/{token}", data=form))


@when(parsers.parse('申请人补充"{words}"'))
def supplements(site: Site, words: str) -> None:
    opens(site, site.visitor(CITIZEN)).presses("提交补充", {"comment": words})


@when(parsers.parse('窗口人员王芳用自己的浏览器评价受理服务"{grade}"'))
def clerk_rates(site: Site, grade: str) -> None:
    rates(site, site.signed_in("王芳"), grade)


@when(parsers.parse('监督员核实为无效，理由"{reason}"'))
def found_invalid(site: Site, reason: str) -> None:
    supervisor = site.signed_in("周明")
    supervisor.opens("/ratings/apart").says("疑似工作人员代评")
    supervisor.follows("非常满意")
    supervisor.presses("登记结论", {"standing": "invalid", "reason": reason})


@then("这条评价还在，不计入得分")
def kept_but_invalid(site: Site) -> None:
    site.page.says("无效，不计入得分")
    assert site.one("SELECT count(*) FROM ratings WHERE standing = 'invalid'") == 1


@then("这条评价立了整改，等待核实")
def opened_a_problem(site: Site) -> None:
    assert site.one("SELECT status FROM rectifications") == "pending"


@then(parsers.parse('这次服务只有一条评价，是"{grade}"'))
def only_one(site: Site, grade: str) -> None:
    assert site.one("SELECT array_agg(grade)::int[] FROM ratings") == [int(NUMBERS[grade])]


@then(parsers.parse('监督员在单独列出的页面看到"{words}"'))
def counted(site: Site, words: str) -> None:
    site.signed_in("周明").opens("/ratings/apart").says(words)


@given("本地从受理那天起记默认评价")
def defaults_on(site: Site) -> None:
    site.run(_defaults_on, site.region)


async def _defaults_on(region: str) -> None:
    async with transaction():
        await connection().execute(
            "INSERT INTO policies (region_code, version, content, by_id, by_name, at)"
            " SELECT $1, COALESCE(max(version), 0) + 1, '{\"rating_default\": true}', 'test', '', $2 FROM policies"
            " WHERE region_code = $1",
            region,
            NOW - timedelta(days=1),
        )


@when("七个自然日没有人评价，后台做完每天的事")
def days_pass(site: Site) -> None:
    later = NOW + timedelta(days=9)
    clock.set_clock(lambda: later)
    site.run(ratings.fill_defaults, later)


@then("没有默认评价")
def no_defaults(site: Site) -> None:
    assert site.one("SELECT count(*) FROM ratings") == 0


@then(parsers.parse('有一条默认评价"{grade}"，群众评价一条也没有'))
def one_default(site: Site, grade: str) -> None:
    page = site.signed_in("周明").opens("/ratings?since=2026-11-01&source=default")
    page.says("共1条", "默认评价", grade)
    site.signed_in("周明").opens("/ratings?since=2026-11-01&source=citizen").says("共0条")


@then(parsers.parse('群众评价有一条"{grade}"，默认评价还在'))
def both_stand(site: Site, grade: str) -> None:
    site.signed_in("周明").opens("/ratings?since=2026-11-01&source=citizen").says("共1条", grade)
    site.signed_in("周明").opens("/ratings?since=2026-11-01&source=default").says("共1条")


@when("窗口人员王芳打开这条评价")
def clerk_opens(site: Site) -> None:
    clerk = site.signed_in("王芳")
    clerk.opens("/ratings")
    clerk.follows("不满意")
    site.last = clerk


@then("页面上没有评价人的姓名、电话和办件编号")
def nobody(site: Site) -> None:
    site.page.keeps_silent(*RATER.values(), site.case.number, str(site.case.case_id))


@when(parsers.parse('监督员说明用途"{purpose}"查看评价人'))
def looks(site: Site, purpose: str) -> None:
    supervisor = site.signed_in("周明")
    supervisor.opens("/ratings?grade=negative")
    supervisor.follows("不满意")
    supervisor.presses("查看姓名和电话", {"purpose": purpose})
    site.last = supervisor


@then("查阅日志里有这一次")
def written_down(site: Site) -> None:
    assert site.one("SELECT count(*) FROM access_log WHERE what = '评价人的姓名和电话'") == 1
