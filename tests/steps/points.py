"""Points and channels: stickers, the screen at the counter, what is entered for somebody."""

from __future__ import annotations

import re

import pytest
from pytest_bdd import given, parsers, then, when

from lianban.rules.ratings import CHANNELS, GRADES, KINDS, OPTIONS
from tests.actions.drafts import picture
from tests.steps.site import Site
from tests.steps.visitor import Page

ADMIN = "系统管理员"
DEVICE = "评价器"
VILLAGES = "种类,名称,上级\n乡镇（街道）,东盛涌镇,\n村（社区）,仁化村,东盛涌镇\n村（社区）,龙山村,东盛涌镇\n"
GRADE = {name: str(grade) for grade, name in GRADES.items()}


class Stickers:
    """What was printed and set up in the scenario."""

    point = ""
    sticker = ""
    screen = ""


@pytest.fixture
def stickers() -> Stickers:
    """Nothing yet."""
    return Stickers()


def _register(site: Site, stickers: Stickers, name: str, kind: str) -> Page:
    admin = site.signed_in(ADMIN)
    admin.opens("/admin/points")
    page = admin.presses("登记", {"kind": kind, "name": name}, within="登记一个")
    found = re.search(r"/r/p\w{15}", page.text)
    assert found
    if not stickers.sticker:
        stickers.point, stickers.sticker = page.address, found[0]
    return page


@given(parsers.parse('系统管理员登记了"{name}"评价点，打印了二维码'))
def registered(site: Site, stickers: Stickers, name: str) -> None:
    page = _register(site, stickers, name, "window")
    assert site.signed_in(ADMIN).opens(page.link("打印")).media_type == "application/pdf"


@given(parsers.parse('系统管理员登记了"{name}"评价点，设置了评价器'))
def with_screen(site: Site, stickers: Stickers, name: str) -> None:
    _register(site, stickers, name, "window")
    found = re.search(r"/terminal/t\w{15}", site.signed_in(ADMIN).presses("设置评价器").text)
    assert found
    stickers.screen = found[0]


@given('系统管理员登记了"12345 热线"')
def hotline(site: Site, stickers: Stickers) -> None:
    _register(site, stickers, "12345 热线", "hotline")


@when(parsers.parse('市民扫码，选"{grade}"和原因"{option}"'))
def scans_with_reason(site: Site, stickers: Stickers, grade: str, option: str) -> None:
    code = next(str(code) for code, words in OPTIONS[int(GRADE[grade])].items() if words == option)
    visitor = site.visitor("市民")
    visitor.opens(stickers.sticker)
    visitor.presses("提交", {"grade": GRADE[grade], f"o{GRADE[grade]}": code})


@when(parsers.parse('另一位市民扫同一个二维码，选"{grade}"'))
def scans(site: Site, stickers: Stickers, grade: str) -> None:
    visitor = site.stranger()
    visitor.opens(stickers.sticker)
    visitor.presses("提交", {"grade": GRADE[grade]}).says("您的评价已经收到")


@when(parsers.parse('市民扫码，选"{grade}"，又把同一个页面改选"{other}"再提交一次'))
def twice(site: Site, stickers: Stickers, grade: str, other: str) -> None:
    visitor = site.visitor("市民")
    page = visitor.opens(stickers.sticker)
    visitor.presses("提交", {"grade": GRADE[grade]})
    visitor.page = page
    visitor.presses("提交", {"grade": GRADE[other]})


@when("系统管理员更换了二维码")
def renews(site: Site, stickers: Stickers) -> None:
    admin = site.signed_in(ADMIN)
    admin.opens(stickers.point)
    admin.presses("更换二维码")


@when("市民扫了旧的二维码")
def scans_the_old_one(site: Site, stickers: Stickers) -> None:
    site.stranger().opens(stickers.sticker)


@when(parsers.parse('王芳邀请群众评价"{matter}"'))
def invites(site: Site, matter: str) -> None:
    clerk = site.signed_in("王芳")
    clerk.opens("/ratings/invite").row(matter)
    clerk.presses("请评价").says("评价器上已经显示")


@then(parsers.parse('评价器上写着"{matter}"，五个等次都没有选'))
def screen_shows(site: Site, stickers: Stickers, matter: str) -> None:
    page = site.visitor(DEVICE).opens(stickers.screen)
    page.says(matter, *GRADES.values())
    assert len(page.parts("//input[@name='grade']")) == 5 and not page.parts("//input[@checked]")


@when(parsers.parse('群众在评价器上选"{grade}"'))
def rates_on_screen(site: Site, grade: str) -> None:
    site.visitor(DEVICE).presses("提交", {"grade": GRADE[grade]})


@then(parsers.parse('评价器写着"{thanks}"，再看就回到"{rest}"'))
def rests(site: Site, stickers: Stickers, thanks: str, rest: str) -> None:
    device = site.visitor(DEVICE)
    device.page.says(thanks)
    device.opens(stickers.screen).says(rest)


@then(parsers.parse('王芳看到"{seen}"，看不到"{hidden}"'))
def clerk_sees(site: Site, seen: str, hidden: str) -> None:
    page = site.signed_in("王芳").opens("/ratings/invite")
    page.says(seen)
    page.keeps_silent(hidden)


@when(parsers.re(r"(?:监督员)?(?P<who>王芳|周明)录入对这件办件的纸质评价\"(?P<grade>[^\"]+)\""))
def enters_paper(site: Site, who: str, grade: str) -> None:
    given = {"channel": "paper", "about": site.case.number, "step": "acceptance", "grade": GRADE[grade]}
    _enters(site, who, given, files=True)


@when(parsers.parse('监督员周明对"{about}"作监督查评"{grade}"，说"{words}"'))
def checks(site: Site, about: str, grade: str, words: str) -> None:
    _enters(site, "周明", {"channel": "inspection", "about": about, "grade": GRADE[grade], "comment": words})
    site.page.says("已经录入")


@when(parsers.parse('监督员周明录入"{about}"工单"{ticket}"的意见"{grade}"'))
def enters_ticket(site: Site, about: str, ticket: str, grade: str) -> None:
    _enters(site, "周明", {"channel": "hotline", "about": about, "reference": ticket, "grade": GRADE[grade]})


def _enters(site: Site, who: str, given: dict[str, str], *, files: bool = False) -> None:
    visitor = site.signed_in(who)
    visitor.opens("/ratings/entry")
    scan = [("paper", ("评价表.jpg", picture(), "image/jpeg"))] if files else []
    visitor.presses("录入", given, files=scan)


@then(parsers.parse('这条评价计入"{window}"，种类是"{kind}"，渠道是"{channel}"'))
def counted(site: Site, window: str, kind: str, channel: str) -> None:
    found = site.one("SELECT standing || '|' || window_name || '|' || kind || '|' || channel FROM ratings")
    standing, where, of_kind, through = str(found).split("|")
    assert (standing, where, KINDS[of_kind], CHANNELS[through]) == ("counted", window, kind, channel)


@then(parsers.parse("一共有 {number:d} 条评价"))
def so_many(site: Site, number: int) -> None:
    assert site.one("SELECT count(*) FROM ratings") == number


@when('系统管理员按"全部登记"')
def makes(site: Site) -> None:
    site.signed_in(ADMIN).presses("全部登记")


@when("系统管理员从 CSV 导入东盛涌镇和它的两个村")
def imports(site: Site) -> None:
    file = ("村.csv", VILLAGES.encode("gb18030"), "text/csv")
    site.signed_in(ADMIN).presses("导入", {}, files=[("file", file)])


def _covered(site: Site) -> tuple[int, int]:
    found = re.search(r"应设(\d+)个，可以评价(\d+)个", site.signed_in(ADMIN).opens("/admin/points").text)
    assert found
    return int(found[1]), int(found[2])


@then("应设的评价点都可以评价")
def all_covered(site: Site) -> None:
    should, able = _covered(site)
    assert should == able > 10


@when(parsers.parse('系统管理员暂停"{name}"，原因是"{reason}"'))
def closes(site: Site, name: str, reason: str) -> None:
    admin = site.signed_in(ADMIN)
    admin.opens("/admin/points?kind=window")
    admin.follows(name)
    admin.presses("暂停", {"reason": reason})


@then(parsers.parse("可以评价的比应设的少 {number:d} 个"))
def fewer(site: Site, number: int) -> None:
    should, able = _covered(site)
    assert should - able == number
