"""Rating on a phone: two taps from the scanned code to sent, light, without a script, open to everybody."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OFFICE, PHONE, Opens
from tests.browser.test_pages import AXE, CUT, HEAVIEST, VIOLATIONS, WIDER

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def scanned(opens: Opens) -> str:
    """What the code on a window's sticker says."""
    clerk = opens(**OFFICE)
    clerk.signs_in("高远")
    clerk.goes("/admin/points?kind=window")
    clerk.page.locator("tbody th a", has_text="综合窗口").first.click()
    found = re.search(r"/r/p\w{15}", clerk.page.content())
    assert found
    return found[0]


def test_rating_takes_two_taps_on_a_phone_without_a_script(opens: Opens) -> None:
    address = scanned(opens)
    phone = opens(**PHONE, java_script_enabled=False)
    arrived: list[int] = []
    network = phone.page.context.new_cdp_session(phone.page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    network.on("Network.loadingFinished", lambda told: arrived.append(int(told["encodedDataLength"])))
    phone.goes(address)
    assert 0 < sum(arrived) < HEAVIEST and len(arrived) >= 2, arrived
    boxes: list[Any] = [one.bounding_box() for one in phone.page.locator("label.grade").all()]
    assert len({(round(box["width"]), round(box["height"])) for box in boxes}) == 1, "no grade stands out"
    assert not phone.page.locator(".why").filter(visible=True).count()
    phone.page.locator("label.grade").nth(3).tap()
    expect(phone.page.get_by_text("没有提供材料样本")).to_be_visible()
    expect(phone.page.get_by_text("在办事指南之外增加新的审批条件")).to_be_hidden()
    phone.page.locator(".send button").tap()
    phone.says("您的评价已经收到", "不满意", "处理情况")
    phone.goes(phone.page.url)
    phone.says("您的评价已经收到")
    stranger = opens(**PHONE)
    stranger.goes(phone.page.url)
    stranger.says("这次服务已经评价过了")
    assert "不满意" not in stranger.page.content()


def test_the_pages_keep_nobody_out(opens: Opens) -> None:
    phone = opens(**PHONE)
    phone.goes(scanned(opens))
    looks: list[str] = []

    def look() -> None:
        phone.page.evaluate(AXE)
        looks.extend(phone.page.evaluate(VIOLATIONS) + phone.page.evaluate(WIDER) + phone.page.evaluate(CUT))

    look()
    phone.page.locator("label.grade").nth(4).tap()
    phone.page.locator("summary").last.tap()
    look()
    phone.page.locator(".send button").tap()
    phone.says("您的评价已经收到")
    look()
    assert looks == []
