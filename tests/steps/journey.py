"""From the first question to closure: one consultation, one form, one acceptance, one hand-over."""

from __future__ import annotations

from pytest_bdd import parsers, then, when

from tests.steps import applications
from tests.steps.cast import BUNDLES, REGIONS, clerk
from tests.steps.consultation import code_of, type_code
from tests.steps.delivery import at_delivery, paper
from tests.steps.intake import remember
from tests.steps.papers import is_tagged, pdf_of
from tests.steps.site import Site
from tests.steps.tracking import asks


@when(parsers.parse("{region}的综合窗口凭告知单编码新建办件"))
def begins_from_the_sheet(site: Site, region: str) -> None:
    sheet = site.page
    site.region = REGIONS[region]
    site.said = next(name for name in BUNDLES if sheet.text.count(name))
    type_code(site, clerk(site.region).name, code_of(sheet))
    site.page.says(site.said)


@when("窗口填好整张表、收齐材料、办好告知同意并受理")
def takes_in(site: Site) -> None:
    window = site.visitor(clerk(site.region).name)
    applications.complete(window, BUNDLES[site.said])
    page = window.presses("受理")
    assert page.status == 200, page.text[:2000]
    remember(site, page)


@then("申请人查到全部办好")
def applicant_reads(site: Site) -> None:
    asks(site, site.case.number, site.case.query_code)
    site.page.says("全部事项已经办好，请到综合窗口领取结果")


@when("窗口把全部结果交给申请人并办结")
def hands_over_and_closes(site: Site) -> None:
    at_delivery(site).presses("送达并开具送达回证", {"receiver": "张小花"})
    at_delivery(site).presses("办结")


@then(parsers.parse('办件已办结，结论是"{outcome}"'))
def closed(site: Site, outcome: str) -> None:
    window = site.signed_in(clerk(site.region))
    window.opens("/window?state=closed")
    row = window.page.text_of(window.page.row(site.case.number))
    assert "已办结" in row
    window.follows(site.case.number)
    window.page.says("已办结", outcome)


@then(parsers.parse("{titles}都能打印"))
def all_papers(site: Site, titles: str) -> None:
    for title in titles.split("、"):
        assert is_tagged(pdf_of(paper(site, title))), title
