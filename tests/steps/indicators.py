"""Indicators and bulletins: what was rated, what the page says of it, and what lies behind a figure."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

import lxml.html
from pytest_bdd import given, parsers, then, when

from lianban.casework import occasions
from lianban.casework.occasions import Service
from lianban.feedback import ratings
from lianban.feedback.ratings import Given, Rated, change_standing
from lianban.outside.clock import SHANGHAI
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor
from tests.steps.cast import DEPARTMENTS, LONGJING
from tests.steps.site import Site
from tests.steps.visitor import flat

UNITS = {"综合窗口": "", **DEPARTMENTS}
HOME = "/ratings/indicators"
OCTOBER_28 = datetime(2026, 10, 28, 10, tzinfo=SHANGHAI)


async def _rate(department: str, grade: str, at: datetime) -> Rated:
    async with transaction():
        token = await occasions.mint(Service(LONGJING, "visit", "service", "出生登记", department=department), at=at)
    return await ratings.rate(token, Given(grade, channel="terminal"), at=at)


async def _mark(rating: UUID, standing: str, reason: str, by: Actor, at: datetime) -> None:
    async with transaction():
        await change_standing(rating, standing, reason, by=by, at=at)


async def _default(department: str, at: datetime) -> None:
    """What the daily chore of a region with default ratings leaves."""
    async with transaction():
        await occasions.mint(Service(LONGJING, "visit", "service", "出生登记", department=department), at=at)
        await connection().execute(
            "INSERT INTO ratings (day, id, region_code, at, given_at, kind, step, channel, source, grade, standing,"
            " occasion_id, department) SELECT day, uuidv7(), region_code, $1, $1, kind, step, 'portal', 'default', 3,"
            " 'counted', id, department FROM occasions ORDER BY id DESC LIMIT 1",
            at,
        )


@given(parsers.re(r'"(?P<moment>[^"]+)"群众评价了(?P<all>.+)'))
def rated(site: Site, moment: str, all: str) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    for unit, grades in re.findall(r'([^，"]+)"([^"]+)"', all):
        for grade in grades.split("、"):
            site.run(_rate, UNITS[unit], grade, at)


@given("公安还有一条默认评价和一条单独列出的评价")
def not_the_citizens(site: Site) -> None:
    site.run(_default, "public_security", OCTOBER_28)
    doubtful = site.run(_rate, "public_security", "5", OCTOBER_28)
    site.run(_mark, doubtful.id, "apart", "同一终端短时间内大量评价", site.actor("周明"), OCTOBER_28)


@given(parsers.parse('"{moment}"公安的差评经评审认定无效'))
def found_invalid(site: Site, moment: str) -> None:
    bad = site.one("SELECT id FROM ratings WHERE grade = 1")
    at = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    site.run(_mark, bad, "invalid", "误评", site.actor("周明"), at)


@when(parsers.re(r'(?P<who>监督员|李警官)查看2026年10月的指标(?:，截至"(?P<known>[^"]+)")?'))
def looks(site: Site, who: str, known: str | None) -> None:
    visitor = site.signed_in("周明" if who == "监督员" else who)
    visitor.opens(f"{HOME}?month=2026-10" + (f"&known={known}" if known else ""))
    assert visitor.page.status == 200, visitor.page.text


@then(parsers.re(r'指标"(?P<name>[^"]+)"是"(?P<text>[^"]+)"，分子(?P<part>\d+)，分母(?P<whole>\d+)'))
def figure_is(site: Site, name: str, text: str, part: str, whole: str) -> None:
    row = _row(site, name)
    shown = [flat(cell.text_content()) for cell in row.xpath("./td")[:3]]
    assert [shown[0], *(one.partition("：")[0] for one in shown[1:])] == [text, part, whole]


def _row(site: Site, name: str) -> lxml.html.HtmlElement:
    rows = site.page.parts("//tr")
    return next(row for row in rows if row.xpath("./th") and flat(row.xpath("./th")[0].text_content()).startswith(name))


@when(parsers.parse('监督员点开"{name}"的分子'))
def opens_list(site: Site, name: str) -> None:
    site.last.opens(_row(site, name).xpath(".//a")[0].get("href"))


@when(parsers.parse('李警官打开医保"{name}"的分子'))
def opens_others_list(site: Site, name: str) -> None:
    address = _row(site, name).xpath(".//a")[0].get("href")
    site.last.opens(address.replace("public_security", "healthcare_security"))


@then(parsers.parse("列表正好有{n:d}条，没有办件编号、没有评价人、没有钟点"))
def listed(site: Site, n: int) -> None:
    rows = site.page.parts("//tbody/tr")
    assert len(rows) == n, site.page.text
    site.page.keeps_silent("222405-2026-", "10:00", "朴女士")


@when(
    parsers.re(
        r'(?P<who>监督员|李警官)(?:再次)?(?:要)?发出"(?P<kind>\w+)"从"(?P<since>[^"]+)"开始的通报(?:，说明"(?P<said>[^"]*)")?'
    )
)
def issues(site: Site, who: str, kind: str, since: str, said: str | None) -> None:
    visitor = site.signed_in("周明" if who == "监督员" else who)
    visitor.opens(f"/ratings/bulletins/new?kind={kind}&since={since}")
    if visitor.page.status == 200:
        visitor.presses("发出通报", {"remarks": said or ""})


@when("王芳打开这一期通报")
def reads(site: Site) -> None:
    visitor = site.signed_in("王芳")
    visitor.opens("/ratings/bulletins")
    visitor.follows("好差评周通报〔2026〕第1期")


@then(parsers.re(r'页面说(?P<words>"[^"]+"(?:、"[^"]+")+)'))
def says_all(site: Site, words: str) -> None:
    site.page.says(*re.findall(r'"([^"]+)"', words))
