"""The applicant follows the case with its number and query code, without an account."""

from __future__ import annotations

import re
from urllib.parse import urlparse

from pytest_bdd import given, parsers, then, when

from lianban.casework.intake import Accepted
from tests.printing import looking
from tests.steps import applications
from tests.steps.papers import pdf_of
from tests.steps.site import Site

WRONG = "编号或查询码不对，请对照受理通知书重新输入。"


def asks(site: Site, number: str, code: str) -> None:
    """Type number and code on the start page."""
    applicant = site.visitor("申请人")
    applicant.opens("/track")
    applicant.presses("查询", {"number": number, "code": code})


@given(parsers.parse('另一件已受理的"{bundle}"'))
def another_case(site: Site, bundle: str) -> None:
    mine = site.case
    site.case = applications.accepted(site, "newborn", newborn_name="赵一诺", birth_datetime="2026-10-29T07:00")
    site.said = f"{mine.number} {mine.query_code}"


@when("申请人用编号和查询码查询")
def follows(site: Site) -> None:
    asks(site, site.case.number, site.case.query_code)


@when("申请人扫描受理通知书上的二维码")
def scans(site: Site) -> None:
    window = site.signed_in("王芳")
    window.opens(f"/window/cases/{site.case.case_id}")
    found = looking.codes(pdf_of(window.follows("打印受理通知书")), dpi=150)
    assert len(found) == 1, found
    address = urlparse(found[0])
    site.visitor("申请人").opens(f"{address.path}?{address.query}")


@when("有人用编号和错误的查询码查询")
def wrong_code(site: Site) -> None:
    asks(site, site.case.number, wrong(site.case))


@when("有人查询不存在的编号")
def unknown_number(site: Site) -> None:
    asks(site, "222405-2026-999999", site.case.query_code)


@when("有人只用编号查询")
def number_only(site: Site) -> None:
    site.visitor("申请人").opens(f"/c/{site.case.number}")


@when(parsers.parse("有人连续猜错查询码 {times:d} 次"))
def guesses(site: Site, times: int) -> None:
    for _ in range(times):
        site.visitor("申请人").opens(f"/c/{site.case.number}?code={wrong(site.case)}")


@when(parsers.parse('她下载"{title}"'))
def downloads(site: Site, title: str) -> None:
    site.visitor("申请人").follows(title)


@when("申请人用自己的查询码下载另一件的受理通知书")
def downloads_anothers(site: Site) -> None:
    other = site.one("SELECT id FROM papers WHERE case_id = $1 AND kind = 'acceptance'", site.case.case_id)
    number, code = site.said.split()
    site.visitor("申请人").opens(f"/c/{number}/papers/{other}.pdf?code={code}")


def wrong(case: Accepted) -> str:
    """A code that is not the case's."""
    return "22222222" if case.query_code != "22222222" else "33333333"


@then("页面写明每个事项办到哪一步、什么时候办好")
def tells_each_item(site: Site) -> None:
    assert site.page.status == 200, site.page.text
    lines = [site.page.text_of(li) for li in site.page.parts("//ul[cls(steps)]/li")]
    assert [re.sub(r"^\W", "", line)[:2] for line in lines] == ["出生", "医保", "社会"], lines
    for line, state in zip(lines, ("待签收", "待前置", "待前置"), strict=True):
        assert state in line and re.search(r"最迟2026年11月2日\d\d:\d\d办好", line), line
    site.page.says(site.case.number, "正在办理，3 个事项已办完 0 个")


@then("页面上没有证件号码、电话和完整姓名")
def nothing_personal(site: Site) -> None:
    site.page.keeps_silent(*applications.PERSONAL, "王芳")


@then("页面说编号或查询码不对")
def wrong_is_wrong(site: Site) -> None:
    assert site.page.status == 404
    site.page.says(WRONG)
    site.page.keeps_silent("出生登记", "新生儿出生一件事")


@then("页面请他填写查询码")
def asks_for_the_code(site: Site) -> None:
    assert site.page.value_of("办件编号") == site.case.number
    site.page.says("查询码")
    site.page.keeps_silent("出生登记", "新生儿出生一件事")


@then("页面请他稍后再试")
def too_often(site: Site) -> None:
    assert site.page.status == 429
    site.page.says("查询太频繁了，请过一分钟再试")


@then(parsers.parse('公开的决定里有"{there}"，没有"{not_there}"'))
def public(site: Site, there: str, not_there: str) -> None:
    assert site.last is not None
    rows = [site.last.page.text_of(row) for row in site.last.page.parts("//tbody/tr")]
    assert any(there in row for row in rows) and not any(not_there in row for row in rows), rows


@then("公开的决定里没有申请人的完整姓名和证件号码")
def public_without_people(site: Site) -> None:
    assert site.last is not None
    for personal in (applications.FATHER, applications.FATHER_ID, applications.FATHER_PHONE):
        assert personal not in site.last.page.text
    assert f"{applications.FATHER[0]}*" in site.last.page.text
