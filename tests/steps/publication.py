"""What the public reads of ratings: screened by the supervisor, counted month by month."""

from __future__ import annotations

import json
from datetime import datetime

from pytest_bdd import given, parsers, then, when

from lianban.casework import occasions
from lianban.casework.occasions import Service
from lianban.feedback import ratings
from lianban.feedback.ratings import Given
from lianban.outside.clock import SHANGHAI
from lianban.outside.database import transaction
from lianban.rules.ratings import GRADES
from tests.steps.cast import LONGJING
from tests.steps.site import Site
from tests.steps.visitor import flat

OCTOBER = datetime(2026, 10, 20, 10, 0, tzinfo=SHANGHAI)
UNITS = {"窗口": "", "公安": "public_security"}
PAGE = "/ratings/publication"


async def _rate(department: str, grade: str, comment: str = "", *, options: tuple[str, ...] = (), by: str = "") -> None:
    async with transaction():
        service = Service(LONGJING, "general", "service", "综合点评", department=department, served_by=by)
        token = await occasions.mint(service, at=OCTOBER)
    await ratings.rate(token, Given(grade, options, comment), at=OCTOBER)


def _grade(name: str) -> str:
    return next(str(grade) for grade, each in GRADES.items() if each == name)


@given(parsers.parse('10月20日公安收到一条"{grade}"，写着"{words}"'))
def a_text(site: Site, grade: str, words: str) -> None:
    site.run(_rate, "public_security", _grade(grade), words)


@given(parsers.re(r"10月20日(?P<unit>窗口|公安)收到 (?P<counts>.+)"))
def many(site: Site, unit: str, counts: str) -> None:
    for part in counts.split("、"):
        number, _, name = part.partition(" 条")
        for _ in range(int(number)):
            site.run(_rate, UNITS[unit], _grade(name.strip('“”"')))


@when("监督员周明打开待审核的评价")
def the_queue(site: Site) -> None:
    site.signed_in("周明").opens(PAGE)


@when(parsers.parse('周明再遮盖"{words}"后公开'))
def publishes(site: Site, words: str) -> None:
    site.signed_in("周明").presses("公开", {"hide": words})


@when(parsers.parse('周明勾选"{words}"一起公开'))
def publishes_chosen(site: Site, words: str) -> None:
    id = site.one("SELECT id FROM ratings WHERE comment = $1", words)
    site.signed_in("周明").presses("公开勾选的", {"chosen": str(id)})


@when("周明不写理由就不公开")
def withholds_without_reason(site: Site) -> None:
    site.signed_in("周明").presses("不公开")


@when(parsers.parse('周明不公开，理由是"{reason}"'))
def withholds(site: Site, reason: str) -> None:
    site.signed_in("周明").presses("不公开", {"reason": reason})


@when(parsers.parse('周明撤下这段文字，理由是"{reason}"'))
def takes_back(site: Site, reason: str) -> None:
    supervisor = site.signed_in("周明")
    supervisor.opens(f"{PAGE}?state=published")
    supervisor.presses("撤下", {"reason": reason})


@when(parsers.parse('周明公布"{month}"的数字'))
def issues(site: Site, month: str) -> None:
    supervisor = site.signed_in("周明")
    supervisor.opens(PAGE)
    supervisor.presses("公布或者更正", {"month": month})


@when(parsers.re(r'(?:监督员)?(?P<who>周明|朴局长|朴警官|李警官)打开"(?P<address>[^"]+)"的页面'))
def opens_page(site: Site, who: str, address: str) -> None:
    site.signed_in(who).opens(address)


@then(parsers.parse('公开页面和订阅里都没有"{secret}"'))
def no_secret(site: Site, secret: str) -> None:
    citizen = site.stranger()
    for section in ("", "/texts", "/problems", "/campaigns"):
        citizen.opens(f"/voice/{LONGJING}{section}").keeps_silent(secret)
    for feed in ("json", "atom"):
        found = citizen.client.get(f"/voice/{LONGJING}/feed.{feed}")
        assert found.status_code == 200 and secret not in found.text


@then(parsers.parse('订阅里有"{words}"'))
def in_the_feeds(site: Site, words: str) -> None:
    citizen = site.stranger()
    feed = json.loads(citizen.client.get(f"/voice/{LONGJING}/feed.json").text)
    assert feed["version"].endswith("/1.1") and words in feed["items"][0]["content_text"]
    atom = citizen.client.get(f"/voice/{LONGJING}/feed.atom")
    assert atom.headers["content-type"].startswith("application/atom+xml") and words in atom.text


@then("页面拒绝他")
def refused(site: Site) -> None:
    assert site.page.status == 403


@then(parsers.parse('公开的表里{unit}的"{grade}"和好评率不显示，总数 {total:d} 照样显示'))
def hidden(site: Site, unit: str, grade: str, total: int) -> None:
    cells = {name: [site.page.text_of(cell) for cell in row] for name, row in _rows(site).items()}
    line = next(row for name, row in cells.items() if flat(unit) in name)
    assert (line[list(GRADES.values()).index(grade)], line[-1]) == ("*", "*")
    assert cells["合计"][-2] == str(total)


@then("公开的表里没有哪一行或者哪一列只隐去一个数字")
def nothing_to_work_out(site: Site) -> None:
    counts = [[site.page.text_of(cell) for cell in row][:-1] for row in _rows(site).values()]
    for line in (*counts, *zip(*counts, strict=True)):
        assert line.count("*") != 1, counts


def _rows(site: Site) -> dict[str, list[object]]:
    rows = site.page.parts("//table/tbody/tr")
    return {site.page.text_of(row.xpath("./th")[0]): row.xpath("./td") for row in rows}
