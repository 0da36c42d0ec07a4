"""What all chapters share: who has signed in, which case there is, what the page says, what time it is."""

from __future__ import annotations

import re
from datetime import datetime

from pytest_bdd import given, parsers, then, when

from lianban.outside import clock
from tests.steps import applications, departments
from tests.steps.cast import BUNDLES, DEPARTMENTS, REGIONS
from tests.steps.site import Site

NURSING = {"wants_nursing_allowance": "yes"}


@given(parsers.re(r"(?:综合窗口|公安)?(?P<who>王芳|谭丽|李警官|系统管理员)已登录"))
def signed_in(site: Site, who: str) -> None:
    site.signed_in(who)


@given(parsers.parse('一件已受理的{region}"{bundle}"'))
def an_accepted_case(site: Site, region: str, bundle: str) -> None:
    site.region = REGIONS[region]
    site.case = applications.accepted(site, BUNDLES[bundle], site.region)


@given(parsers.parse('一件已受理的{region}"{bundle}"，父亲申领护理补贴'))
def an_accepted_case_with_allowance(site: Site, region: str, bundle: str) -> None:
    site.region = REGIONS[region]
    site.case = applications.accepted(site, BUNDLES[bundle], site.region, **NURSING)


@given(parsers.parse('一件全部办成的{region}"{bundle}"'))
def a_granted_case(site: Site, region: str, bundle: str) -> None:
    an_accepted_case(site, region, bundle)
    departments.grant_all(site)


@given(parsers.re(r'(?P<short>公安|医保|人社|社保|市场监管|消防|卫健)已签收"(?P<item>[^"]+)"'))
def claimed(site: Site, short: str, item: str) -> None:
    departments.claim(site, DEPARTMENTS[short], item)


@when(parsers.re(r'(?P<who>市民|王芳|谭丽|李警官|系统管理员|审计管理员)打开"(?P<address>[^"]+)"'))
def opens(site: Site, who: str, address: str) -> None:
    visitor = site.stranger() if who == "市民" else site.visitors.get(who) or site.signed_in(who)
    site.last = visitor
    visitor.opens(address)


@when(parsers.re(r"(?P<who>\S+?)打开这件办件"))
def opens_the_case(site: Site, who: str) -> None:
    address = f"/window/cases/{site.case.case_id}"
    if who == "没有登录的人":
        site.stranger().opens(address)
        return
    name = re.sub(r"^(监督员|综合窗口)(?=.)", "", who)
    site.signed_in(name).opens(address)


@given(parsers.parse('时间到了"{moment}"'))
@when(parsers.parse('时间到了"{moment}"'))
def time_passes(moment: str) -> None:
    at = clock.local(datetime.fromisoformat(moment))
    clock.set_clock(lambda: at)


@then(parsers.parse('页面说"{words}"'))
@then(parsers.parse('页面写着"{words}"'))
def the_page_says(site: Site, words: str) -> None:
    site.page.says(words)


@then(parsers.parse('系统说"{words}"'))
def the_system_says(site: Site, words: str) -> None:
    assert words in site.said, site.said


@then("页面说没有找到")
def not_found(site: Site) -> None:
    assert site.page.status == 404
    site.page.says("没有找到")


@then("页面请他登录")
def asked_to_sign_in(site: Site) -> None:
    assert site.page.address.startswith("/signin")
    site.page.says("工作人员登录", "用户名", "密码")


@then("没有建立任何办件")
def no_case(site: Site) -> None:
    window = site.signed_in("王芳")
    window.opens("/window?state=")
    assert not window.page.parts("//tbody/tr"), window.page.text


@then("页面上没有申请人的任何信息")
def nothing_of_the_applicant(site: Site) -> None:
    site.page.keeps_silent(*applications.PERSONAL)
