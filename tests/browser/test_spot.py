"""On the spot with a poor network: whatever happens to the network or the page, everything arrives, and once."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest
from PIL import Image
from playwright.sync_api import Route, expect

from lianban import people
from lianban.casework import tasks
from lianban.casework.visits import offering, planning, surveying
from lianban.outside import database, embedded
from lianban.rules.actors import SYSTEM, Actor
from lianban.rules.surveys import Surveyor
from tests.actions import jointly
from tests.actions.drafts import MONDAY
from tests.actions.working import task_of
from tests.browser.conftest import DATABASE, PHONE, Opens, Watch
from tests.browser.user import User

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

T = TypeVar("T")
SURVEYOR = "孙建国"
"""Who is sent by the market regulation of the demonstration."""


def apart(dsn: str, run: Callable[[], Awaitable[T]]) -> T:
    """Run verbs on the site's own database, beside Playwright's loop."""

    async def within() -> T:
        database.use(dsn)
        async with database.pool(2):
            return await run()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, within()).result()


async def _person(name: str) -> Actor:
    id = next(p.id for p in await people.list_people(by=SYSTEM) if p.name == name)
    return (await people.person(id)).at_terminal("手机")


async def _visit() -> UUID:
    window, surveyor = await _person("王芳"), await _person(SURVEYOR)
    case = await jointly.accepted({"licence_held": "yes", "uscc": "91222405MA17XK4T9N"}, by=window)
    food = await task_of(case.case_id, "food_permit")
    await tasks.claim(food, by=surveyor, at=MONDAY)
    offers = await offering.offered("222405", {"market_regulation"}, at=MONDAY)
    offer = next(one for one in offers if not one.why)
    visit = await planning.plan(
        case.case_id, slot=offer.slot, day=offer.starts_at.date(), place="龙井市六道河路1号", by=window, at=MONDAY
    )
    await surveying.name_team(
        visit, food, (Surveyor("赵一", "07-0101"), Surveyor("钱二", "07-0102")), by=surveyor, at=MONDAY
    )
    return visit


@pytest.fixture(scope="module")
def visit(postgres: str, address: str) -> UUID:
    """A visit of this afternoon, not begun."""
    return apart(embedded.dsn_for(postgres, DATABASE), _visit)


def kept(postgres: str) -> list[dict[str, Any]]:
    """What the server has of photos, in the order in which they were taken."""

    async def read() -> list[dict[str, Any]]:
        async with database.transaction():
            rows = await database.connection().fetch("SELECT * FROM survey_photos ORDER BY taken_at, received_at")
        return [dict(row) for row in rows]

    return apart(embedded.dsn_for(postgres, DATABASE), read)


def camera(folder: Path, name: str, shade: int, size: tuple[int, int] = (3000, 2250)) -> Path:
    """A photo of a phone: large, held upright."""
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.effect_noise(size, 20).convert("RGB").point(lambda level: (level + shade) % 256).save(out, "JPEG", exif=exif)
    path = folder / name
    path.write_bytes(out.getvalue())
    return path


def surveyor(opens: Opens, visit: UUID) -> User:
    """The surveyor's phone, at the place; the visit is begun."""
    phone = opens(**PHONE)
    phone.signs_in(SURVEYOR)
    phone.goes(f"/visits/{visit}/place")
    if phone.button("开始勘查").count():
        phone.presses("开始勘查")
    return phone


def shoots(phone: User, position: int, *paths: Path) -> None:
    """Take photos for a line of the list."""
    phone.page.locator(f"[data-check='{position}'] input[type=file]").set_input_files(paths)


def test_what_is_taken_without_network_survives_a_reload_and_arrives_once(
    opens: Opens, visit: UUID, postgres: str, tmp_path: Path
) -> None:
    """断网时拍的照片和填的要点存在手机里，刷新后还在，连上后各到一份。"""
    phone = surveyor(opens, visit)
    context, page = phone.page.context, phone.page
    before = len(kept(postgres))
    one, two, three, four = (camera(tmp_path, f"{name}.jpg", 60 * n) for n, name in enumerate("abcd"))
    shoots(phone, 1, one)
    expect(page.locator("[data-check='1'] .shots .tag")).to_have_text("✓已保存")
    # The answer is lost on its way back: the server has the photo, the phone does not know.
    lost: list[str] = []

    def swallow(route: Route) -> None:
        lost.append(route.fetch().text())
        route.abort()

    context.route("**/place/photos", swallow, times=1)
    shoots(phone, 2, two)
    page.wait_for_function(
        "() => document.querySelector('[data-check=\"2\"] .shots .tag')?.textContent.includes('待上传')"
    )
    context.set_offline(True)
    shoots(phone, 3, three, four)
    page.locator("[data-check='3'] [name=remark]").fill("冷藏柜没有温度计")
    page.locator("[data-check='3'] button[value=problem]").click()
    expect(page.locator("#queue")).to_contain_text("现在没有网络，内容都在手机里")
    expect(page.locator("[data-check='3'] [data-state]")).to_contain_text("待上传")
    expect(page.locator("[data-check='3'] .shots li")).to_have_count(2)
    expect(page.locator("[data-check='3'] .shots .tag").nth(1)).to_contain_text("待上传")
    page.close()
    context.set_offline(False)
    context.route("**/place/*", lambda route: route.abort())
    phone = User(context.new_page(), tmp_path)
    phone.goes(f"/visits/{visit}/place")
    page = phone.page
    expect(page.locator("#queue")).to_contain_text("待上传：2 张照片、1 条核查")
    expect(page.locator("[data-check='3'] [name=remark]")).to_have_value("冷藏柜没有温度计")
    context.unroute("**/place/*")
    page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(page.locator("#queue")).to_have_text("全部已保存。")
    # On a busy machine an answer that comes late puts the phone's clock off by as much: the order is not the point.
    arrived = sorted(kept(postgres)[before:], key=lambda row: str(row["name"]))
    assert [row["name"] for row in arrived] == ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]
    assert [row["position"] for row in arrived] == [1, 2, 3, 3]
    assert len(lost) == 1 and all((row["width"], row["height"]) == (1536, 2048) for row in arrived), "upright, smaller"
    page.reload()
    expect(page.locator("[data-check='3'] [data-state]")).to_contain_text("问题")
    expect(page.locator(".shots img")).to_have_count(4)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_login_that_ends_loses_nothing(
    opens: Opens, watch: Watch, visit: UUID, postgres: str, tmp_path: Path
) -> None:
    """登录中途结束，照片留在手机里，登录后自己接着传。"""
    phone = surveyor(opens, visit)
    before = len(kept(postgres))
    phone.page.context.clear_cookies(name="lianban")
    shoots(phone, 1, camera(tmp_path, "e.jpg", 30))
    expect(phone.page.locator("#queue")).to_contain_text("登录已经结束，内容都在手机里")
    assert len(kept(postgres)) == before
    assert watch.errors and all(told.startswith("401 ") for told in watch.errors)
    watch.errors.clear()
    phone.signs_in(SURVEYOR)
    phone.goes(f"/visits/{visit}/place")
    expect(phone.page.locator("#queue")).to_have_text("全部已保存。")
    assert [row["name"] for row in kept(postgres)[before:]] == ["e.jpg"]


def test_a_full_phone_says_so_and_sends_at_once(opens: Opens, visit: UUID, postgres: str, tmp_path: Path) -> None:
    """手机存满时说清楚，照片直接上传；没有网络时也还在页面里等着。"""
    phone = surveyor(opens, visit)
    page, before = phone.page, len(kept(postgres))
    page.evaluate(
        "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') } }"
    )
    page.context.set_offline(True)
    shoots(phone, 4, camera(tmp_path, "f.jpg", 90))
    expect(page.locator("#queue")).to_contain_text("手机存储已满")
    expect(page.locator("#queue")).to_contain_text("请不要关闭这个页面")
    page.context.set_offline(False)
    page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(page.locator("#queue")).to_have_text("全部已保存。")
    assert [row["name"] for row in kept(postgres)[before:]] == ["f.jpg"]
