"""Before acceptance and after it, in real browsers: told once, answered on a phone; and a date that explains itself."""

from __future__ import annotations

import io
import secrets

import pytest
from PIL import Image

from lianban.web.cast import LONGJING
from tests.browser.conftest import PHONE, Opens
from tests.browser.test_journeys import Journey, journey
from tests.browser.user import User

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

OFFICERS = ("李强", "金英淑", "赵敏", "崔哲")


def photo() -> bytes:
    """A photograph that nobody has handed in before."""
    out = io.BytesIO()
    Image.new("RGB", (60, 80), tuple(secrets.token_bytes(3))).save(out, "JPEG")
    return out.getvalue()


def received(one: Journey) -> str:
    """Taken in at the window with everything that is asked for; the address of its work room."""
    one.prepare(one.consult())
    window = one.user(one.clerk)
    window.presses("收件（暂不受理）")
    window.says("已收件", "各部门核对", "查询码")
    one.number = window.page.locator("h1").inner_text().strip()
    one.code = window.page.locator("dt:text-is('查询码') + dd").inner_text().strip()
    assert window.paper("打印").startswith(b"%PDF-")
    return window.page.url


def open_screening(one: Journey, name: str) -> User:
    """The department's next question about this case."""
    officer = one.user(name)
    officer.goes("/tasks/screenings")
    officer.follows(one.number)
    return officer


def screened(one: Journey, room: str) -> None:
    """Whoever has not looked yet finds nothing more."""
    for name in OFFICERS:
        officer = one.user(name)
        officer.goes("/tasks/screenings")
        while officer.page.get_by_role("link", name=one.number).count():
            officer.follows(one.number)
            officer.presses("核对无误")
    one.user(one.clerk).goes(room)


def reported(one: Journey) -> None:
    """The police cannot read the certificate, and one field of the form is wrong."""
    police = open_screening(one, "李强")
    paper = police.page.locator("li", has_text="出生医学证明").first
    paper.locator("summary").click()
    paper.get_by_label("怎样的问题").select_option(label="看不清，无法辨认")
    paper.get_by_label("补充说明").fill("编号一行反光，看不清。")
    police.page.locator("summary", has_text="拟落户地址").click()
    police.page.get_by_label("拟落户地址的问题").fill("没有写明门牌号，请按户口簿填写。")
    police.presses("报告需要补正的内容")
    police.says("收件核对")


def test_told_once_and_answered_on_a_phone(opens: Opens) -> None:
    """收件、部门报告、一次告知、申请人用手机补正并上传、再次核对、受理。"""
    one = journey(opens, "newborn", LONGJING)
    room = received(one)
    reported(one)
    screened(one, room)
    window = one.user(one.clerk)
    window.says("编号一行反光", "没有写明门牌号")
    window.presses("一次告知补正")
    window.says("待补正", "告知补正的内容")
    assert window.paper("打印补正告知书").startswith(b"%PDF-")

    citizen = one.follow()
    assert citizen.page.viewport_size == PHONE["viewport"]
    citizen.follows("去补正")
    citizen.says("还有 2 项", "编号一行反光")
    (citizen.folder / "补正.jpg").write_bytes(photo())
    citizen.page.locator("main input[type=file]").set_input_files(citizen.folder / "补正.jpg")
    citizen.page.locator("section", has_text="拟落户地址").locator("input:not([type=hidden]), textarea").first.fill(
        "龙井市安民街道海兰路 12 号 3 单元 401 室"
    )
    assert not citizen.measures("() => document.documentElement.scrollWidth > document.documentElement.clientWidth")
    citizen.presses("全部补齐，提交")
    citizen.says("补正已经提交")

    screened(one, room)
    window.says("第 2 轮")
    window.presses("受理")
    window.says("办理中")
    citizen = one.follow()
    citizen.says("受理", "每个事项办到哪一步")


def test_a_date_explains_itself(opens: Opens) -> None:
    """时限说明：每一天算不算、为什么；窗口、部门、申请人看到同一个日期，可以打印。"""
    window, health, citizen = opens(), opens(), opens(**PHONE)
    window.signs_in("王芳")
    window.goes("/window?state=processing&q=一松宾馆")
    number = window.page.locator("tbody th a").first.inner_text().strip()
    window.follows(number)
    code = window.page.locator("dt:text-is('查询码') + dd").inner_text().strip()
    window.goes(f"{window.page.url}?tab=clocks")
    row = window.page.locator("tr", has_text="公共场所卫生许可").filter(has_text="承诺")
    href = str(row.locator("a[href*='/clocks/']").first.get_attribute("href"))
    window.goes(href)
    window.says("检验", "不计")
    told = window.page.locator("h1").inner_text()
    assert window.paper("打印").startswith(b"%PDF-")

    clock = href.rpartition("/")[2]
    citizen.goes(f"/c/{number}/clocks/{clock}?code={code}")
    citizen.says("检验", "不计", told)
    assert not citizen.measures("() => document.documentElement.scrollWidth > document.documentElement.clientWidth")

    health.signs_in("南美玉")
    health.goes(f"/tasks?state=mine&q={number}")
    health.follows(number)
    health.page.locator(f"a[href$='/clocks/{clock}']").first.click()
    health.says("检验", "不计")
    assert health.page.locator("h1").inner_text() == told
