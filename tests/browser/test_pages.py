"""What holds for every page: nobody is kept out, nothing is cut off, nothing comes from elsewhere, nothing is heavy."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, Opens
from tests.browser.user import User

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
VIOLATIONS = """async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
  .map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160) + ' ' + n.failureSummary).join(' | ')}`)"""
HEAVIEST = 30_000
WIDER = """() => {
  const page = document.documentElement, wide = [];
  if (page.scrollWidth > page.clientWidth + 1)
    for (const one of document.querySelectorAll('body *'))
      if (one.getBoundingClientRect().right > page.clientWidth + 1 && !one.closest('.scroll, .diagram'))
        wide.push(one.outerHTML.slice(0, 120));
  return wide.slice(0, 5);
}"""
CUT = """() => [...document.querySelectorAll('button, .button, .tag, label, h1, h2, dt, dd, th, td')]
  .filter((one) => one.checkVisibility() && !one.matches('.sr, .sr *') && one.clientWidth > 1
    && !['visible', 'auto'].includes(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.outerHTML.slice(0, 120))"""

RING = """() => { const here = document.activeElement, style = getComputedStyle(here);
  return here !== document.body && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 }"""

PUBLIC = (
    "/",
    "/consult/222405/newborn",
    "/consult/222405/newborn?all=1",
    "/consult/222405/catering",
    "/consult/430100/newborn?all=1",
    "/consult/222405/lodging?all=1",
    "/decisions/222405",
    "/voice/222405",
    "/voice/222405/texts",
    "/voice/222405/problems",
    "/voice/222405/campaigns",
    "/announcements/222405",
    "/cabinet/222405",
    "/draws/222405",
    "/speak/222405",
    "/speak/222405/follow",
    "/track",
    "/track?number=222405-2026-000001&code=AAAAAAAA",
    "/c/222405-2026-000001",
    "/signin",
    "/v",
    "/v/ABCD-EFGH",
    "/simulation/messages",
    "/no-such-page",
)
OFFICE = {
    "王芳": (
        "/transfers",
        "/window",
        "/window/deliveries",
        "/window/deliveries?state=sent",
        "/window/deliveries?state=placed",
        "/window?state=draft",
        "/window/messages",
        "/seals",
        "/window?state=received",
        "/window?state=correcting",
        "/window?state=decided",
        "/window?state=closed&q=nothing",
        "/tasks",
        "/visits",
        "/visits/slots",
        "/password",
        "/posts",
        "/oversight/cards",
        *("/ratings", "/ratings/invite", "/ratings/entry"),
        *("/difficulties?tab=", "/difficulties?tab=late", "/difficulties/new"),
        *("/difficulties/figures", "/difficulties/duty"),
    ),
    "李强": (
        "/difficulties",
        "/ratings/rectifications",
        "/transfers",
        "/tasks",
        "/tasks?state=done",
        "/tasks/screenings",
        "/tasks/screenings?state=done",
    ),
    "孙建国": (
        *("/visits", "/tasks", "/tasks?state=mine", "/tasks?state=waiting", "/tasks/screenings"),
        "/tasks/verifications",
        *("/posts", "/oversight/cards"),
    ),
    "许昌浩": ("/tasks/verifications",),
    "朴勇": ("/oversight", "/tasks", "/approvals", "/posts", "/replacements"),
    "金顺子": ("/approvals", "/oversight/cards", "/posts"),
    "全明哲": ("/oversight", "/oversight/cards", "/approvals"),
    "周明": (
        *("/ratings", "/ratings?grade=negative&source=citizen", "/ratings/apart"),
        *("/ratings/appeals", "/ratings/appeals?state=all", "/admin/upward"),
        *("/oversight", "/oversight?state=closed", "/oversight/cards", "/oversight/cards?state=removed"),
        "/oversight/cards?state=asked",
        *("/ratings/publication", "/ratings/publication?state=problems", "/ratings/publication?state=published"),
        *("/ratings/campaigns", "/ratings/campaigns/new?cause=option:214"),
        *("/ratings/indicators", "/ratings/indicators?indicator=active", "/ratings/bulletins"),
        "/oversight/messages",
        *("/ratings/rectifications?view=up", "/ratings/rectifications?view=all", "/ratings/rectifications?view=closed"),
        *("/ratings/callbacks", "/ratings/callbacks?state=done"),
        "/ratings/entry",
        *("/difficulties?tab=open", "/difficulties/supervision"),
    ),
    "高远": (
        *("/admin/upward", "/admin/upward/schema", "/admin/upward/schema?id=anhui-1"),
        *("/admin/catalogue", "/admin/people", "/admin/keys", "/admin/calendar", "/admin/policy", "/posts"),
        *("/admin/wordings", "/admin/wordings/refusal/remedy", "/admin/messages", "/admin/messages/correction"),
        *("/admin/points", "/admin/points?kind=village&state=closed", "/admin/points?q=nothing"),
    ),
    "韩雪": ("/admin/people",),
    "林书": ("/oversight/journal", "/oversight/journal?subject=222405-2026-000001", "/oversight/access"),
}
"""Who opens which lists; what the lists lead to is added below."""

SPECIAL = {
    "朝阳川面馆": ("papers", ""),
    "国道边家常菜": ("papers", ""),
    "大箸子烤串": ("journal", ""),
    "顺姬打糕": ("clocks", ""),
    "梨园小筑民宿": ("materials", "/later"),
    "龙门旅舍": ("materials", "/later"),
    "海兰湖客栈": ("clocks", ""),
    "一松宾馆": ("clocks", ""),
}
"""Cases of the town by the name of the shop, with the page of each that shows what is special about it."""
DEPARTMENTS = (
    ("孙建国", "/tasks/screenings"),
    ("孙建国", "/tasks/screenings?state=done"),
    ("孙建国", "/tasks?state=mine"),
    ("南美玉", "/tasks?state=mine"),
    ("李强", "/tasks?state=mine"),
    ("许昌浩", "/tasks/verifications"),
)
"""Lists of departments that lead to what has much to fill in."""
TABS = ("form", "materials", "papers", "clocks", "messages", "journal")


@dataclass
class Everybody:
    """All posts of the office, each signed in in a browser of their own."""

    opens: Opens
    options: dict[str, Any]
    users: dict[str, User]

    def at(self, name: str) -> User:
        """Somebody's browser."""
        if name not in self.users:
            self.users[name] = self.opens(**self.options)
            if name != "市民":
                self.users[name].signs_in(name)
        return self.users[name]

    def pages(self) -> Iterator[tuple[str, Page]]:
        """Every kind of page, opened one after the other."""
        for path in PUBLIC:
            yield self._shown("市民", path)
        for name, paths in OFFICE.items():
            for path in paths:
                yield self._shown(name, path)
        yield from self._window()
        yield from self._departments()
        yield self._shown("高远", self._first("高远", "/admin/catalogue"))
        yield from self._points()
        yield from self._appeals()
        for name in ("王芳", "李强", "周明"):
            yield self._shown(name, self._first(name, "/difficulties"))
        yield self._shown("王芳", self._first("王芳", "/difficulties?tab=done"))

    def _shown(self, name: str, path: str) -> tuple[str, Page]:
        user = self.at(name)
        user.goes(path)
        return f"{name} {path}", user.page

    def _first(self, name: str, listing: str, nth: int = 0) -> str:
        user = self.at(name)
        user.goes(listing)
        return str(user.page.locator("tbody th a").nth(nth).get_attribute("href"))

    def _window(self) -> Iterator[tuple[str, Page]]:
        clerk = self.at("王芳")
        form = self._first("王芳", "/window?state=draft")
        yield self._shown("王芳", form)
        clerk.goes("/window")
        clerk.presses("新生儿出生一件事")
        clerk.presses("受理")
        clerk.says("还不能受理")
        yield "王芳 form with errors", clerk.page
        for state in ("decided", "delivered"):
            yield self._shown("王芳", self._first("王芳", f"/window?state={state}"))
        for state in ("processing", "closed"):
            case = self._first("王芳", f"/window?state={state}")
            yield self._shown("王芳", case)
        for tab in TABS:
            yield self._shown("王芳", f"{case}?tab={tab}")
        number, code = (
            clerk.page.locator("h1").inner_text(),
            clerk.page.locator("dt:text-is('查询码') + dd").inner_text(),
        )
        yield self._shown("市民", f"/c/{number.strip()}?code={code.strip()}")
        clerk.goes(f"{case}?tab=clocks")
        passport = str(clerk.page.locator("tbody td a[href*='/clocks/']").first.get_attribute("href"))
        yield self._shown("王芳", passport)
        yield self._shown("市民", f"/c/{number.strip()}/clocks/{passport.rpartition('/')[2]}?code={code.strip()}")
        newborn = self._newborn("周明", "/oversight?state=closed")
        yield self._shown("周明", newborn)
        yield from self._before_acceptance()

    def _before_acceptance(self) -> Iterator[tuple[str, Page]]:
        """Received and correcting cases, other ends, limits that moved, and what the applicant sees of them."""
        clerk = self.at("王芳")
        for state, part in (("received", ""), ("correcting", "/correction")):
            room = self._first("王芳", f"/window?state={state}")
            yield self._shown("王芳", room)
            yield from self._applicant(clerk.page, "", part)
            yield self._shown("王芳", f"{room.removesuffix('/room')}/outcomes")
        for name, (tab, part) in SPECIAL.items():
            case = self._first("王芳", f"/window?state=&q={name}")
            yield self._shown("王芳", f"{case}?tab={tab}")
            yield from self._applicant(clerk.page, "", part)
        for part in ("outcomes", "handing"):
            yield self._shown("王芳", f"{case}/{part}")

    def _applicant(self, case: Page, *parts: str) -> Iterator[tuple[str, Page]]:
        """What the applicant sees of the case that somebody has open."""
        number = case.locator("h1").inner_text().strip()
        code = case.locator("dt:text-is('查询码') + dd").first.inner_text().strip()
        for part in dict.fromkeys(parts):
            yield self._shown("市民", f"/c/{number}{part}?code={code}")

    def _points(self) -> Iterator[tuple[str, Page]]:
        """The window's point, its sticker on a phone, its screen at rest and with the grades."""
        yield self._shown("高远", self._first("高远", "/admin/points?kind=window"))
        text = self.at("高远").page.content()
        screen, sticker = (re.search(rf"/{kind}\w{{15}}", text) for kind in ("terminal/t", "r/p"))
        assert screen and sticker
        for path in (sticker[0], screen[0], f"{screen[0]}/rating"):
            yield self._shown("市民", path)

    def _appeals(self) -> Iterator[tuple[str, Page]]:
        """An appeal in each state, and before a member who has to vote."""
        for nth in range(3):
            yield self._shown("周明", self._first("周明", "/ratings/appeals?state=all", nth))
        yield self._shown("许昌浩", self._first("许昌浩", "/ratings/appeals"))
        yield self._shown("金顺子", self._first("金顺子", "/ratings/appeals?state=done"))

    def _newborn(self, name: str, listing: str) -> str:
        user = self.at(name)
        user.goes(listing)
        row = user.page.locator("tbody tr", has_text="新生儿").first
        return str(row.locator("th a").get_attribute("href"))

    def _departments(self) -> Iterator[tuple[str, Page]]:
        surveyor = self.at("孙建国")
        surveyor.goes("/visits")
        for row in surveyor.page.locator("tbody tr", has_text="正在勘查").all()[:1]:
            yield self._shown("孙建国", f"{row.locator('th a').get_attribute('href')}/place")
        for name, state in (("孙建国", "dispatched"), ("孙建国", "mine"), ("孙建国", "waiting"), ("李强", "done")):
            user = self.at(name)
            user.goes(f"/tasks?state={state}")
            links = user.page.locator("tbody th a")
            if links.count():
                path = str(links.first.get_attribute("href"))
                yield self._shown(name, path)
                if state == "mine":
                    user.page.locator("#refuse > summary").click()
                    yield f"{name} {path} refusing", user.page
        for name, listing in DEPARTMENTS:
            path = self._first(name, listing)
            yield self._shown(name, path)
            for summary in self.at(name).page.locator("main summary").all():
                if summary.is_visible():
                    summary.click()
            yield f"{name} {path} all open", self.at(name).page


def everybody(opens: Opens, **options: Any) -> Everybody:
    """All posts, in browsers of this kind."""
    return Everybody(opens, options, {})


SIZES = {
    "390 px": (390, 844, False),
    # 1366 px at 200 % leave 683 px to lay the page out in.
    "200 %": (683, 384, False),
    "large type": (1366, 768, True),
    "large type at 390 px": (390, 844, True),
}


def test_no_page_keeps_anybody_out_or_cuts_anything_off(opens: Opens) -> None:
    """axe-core 在每一页上都没有发现障碍；390 像素宽、放大到 200%、大字版：页面不横向滚动，什么都不丢。

    Both in one walk through the whole site: to open all pages takes longer than to look at them.
    """
    found: dict[str, list[str]] = {}
    for name, page in everybody(opens, bypass_csp=True).pages():
        usual = page.viewport_size
        page.evaluate(AXE)
        if violations := page.evaluate(VIOLATIONS):
            found[name] = violations
        for size, (width, height, large) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate("(large) => document.documentElement.classList.toggle('large', large)", large)
            if wide := [*page.evaluate(WIDER), *page.evaluate(CUT)]:
                found[f"{name} at {size}"] = wide
        page.evaluate("() => document.documentElement.classList.remove('large')")
        if usual:
            page.set_viewport_size(usual)
    assert found == {}


@pytest.mark.parametrize(
    "path",
    ["/", "/consult/222405/newborn?all=1", "/consult/430100/catering?all=1", "/consult/222405/lodging?all=1", "/track"],
)
def test_a_citizen_page_weighs_little_on_a_cold_phone(opens: Opens, path: str) -> None:
    """群众页面首次打开，HTML、样式和脚本压缩后不超过 30 kB，并带齐安全标头。"""
    citizen = opens(**PHONE)
    weights: dict[str, int] = {}

    def weigh(answer: Any) -> None:
        weights[answer.url] = answer.request.sizes()["responseBodySize"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        if answer.body() and not answer.url.endswith(".svg"):
            assert len(answer.body()) < 1_500 or answer.headers["content-encoding"] == "gzip"

    answers: list[Any] = []
    citizen.page.on("response", lambda answer: answers.append(answer))
    page = citizen.goes(path)
    citizen.page.wait_for_load_state("networkidle")
    for answer in answers:
        weigh(answer)
    assert len(weights) >= 3 and sum(weights.values()) <= HEAVIEST, weights
    assert all(weights.values()), weights
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert gzip.compress(page.body())


def test_a_consultation_by_keyboard_alone(opens: Opens) -> None:
    """只用键盘就能咨询，焦点看得见。"""
    citizen = opens()
    citizen.goes("/consult/222405/newborn")
    page = citizen.page
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "跳到正文"
    assert citizen.measures("() => document.activeElement.getBoundingClientRect().left >= 0")
    page.keyboard.press("Enter")
    for _ in range(8):
        page.keyboard.press("Tab")
        assert focus_is_visible(page)
        if page.evaluate("() => document.activeElement.type") == "radio":
            break
    first = page.evaluate("() => document.activeElement.name")
    page.keyboard.press("Space")
    page.wait_for_function("(first) => location.search.includes(first + '=')", arg=first)
    assert page.evaluate("() => document.activeElement.type") == "radio"
    assert focus_is_visible(page)


def focus_is_visible(page: Page) -> bool:
    """Whether a ring shows where one is."""
    return bool(page.evaluate(RING))


def test_signing_in_and_a_list_by_keyboard_alone(opens: Opens) -> None:
    """只用键盘登录，`/` 查找，`j` `k` 移动，回车打开。"""
    clerk = opens()
    page = clerk.page
    clerk.goes("/signin")
    page.keyboard.type("wangfang")
    page.keyboard.press("Tab")
    page.keyboard.type("Lianban-2026")
    page.keyboard.press("Enter")
    page.wait_for_url("**/window*")
    clerk.goes("/window?state=processing")
    rows = page.locator("[data-rows] tbody th a")
    assert rows.count() >= 2
    for key, nth in (("j", 0), ("j", 1), ("k", 0), ("k", 0)):
        page.keyboard.press(key)
        assert page.evaluate("() => document.activeElement.href") == rows.nth(nth).evaluate("(link) => link.href")
        assert focus_is_visible(page)
    number = rows.first.inner_text()
    page.keyboard.press("/")
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    assert page.locator("[data-rows] tbody tr").count() == 1
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/window/cases/*")
    assert page.locator("h1").inner_text().strip() == number
