"""The screen at the counter: invited, rated, thanked, at rest again by itself; with a script and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OFFICE, Opens
from tests.browser.test_pages import AXE, VIOLATIONS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

COUNTER = {"viewport": {"width": 1024, "height": 768}, "has_touch": True}


def test_the_screen_shows_the_invitation_takes_a_rating_and_rests(opens: Opens) -> None:
    admin = opens(**OFFICE)
    admin.signs_in("高远")
    admin.goes("/admin/points?kind=window")
    admin.page.locator("tbody th a", has_text="综合窗口").first.click()
    found = re.search(r"/terminal/t\w{15}", admin.page.content())
    assert found
    counter = opens(**COUNTER).page
    counter.goto(found[0])
    expect(counter.get_by_role("link", name="开始评价")).to_be_visible()

    clerk = opens(**OFFICE)
    clerk.signs_in("王芳")
    clerk.goes("/ratings/invite")
    clerk.page.get_by_label("办的是什么事").fill("咨询办理居住证")
    clerk.page.get_by_role("button", name="请评价").last.click()
    expect(counter.get_by_role("heading", name="咨询办理居住证")).to_be_visible()
    grades = counter.locator("label.grade")
    boxes = [grade.bounding_box() for grade in grades.all()]
    assert len({(round(box["width"]), round(box["height"])) for box in boxes if box}) == 1
    assert counter.locator("input[name=grade]:checked").count() == 0
    counter.evaluate(AXE)
    assert counter.evaluate(VIOLATIONS) == []

    grades.nth(3).click()
    counter.get_by_label("服务态度生硬").check()
    counter.get_by_role("button", name="提交").click()
    expect(counter.get_by_role("status")).to_have_text(re.compile("谢谢您的评价"))
    expect(counter.get_by_role("link", name="开始评价")).to_be_visible(timeout=20_000)
    clerk.page.get_by_role("link", name="刷新").click()
    expect(clerk.page.get_by_role("status")).to_have_text(re.compile("已经评价"))
    assert "不满意" not in clerk.page.content()


def test_without_a_script_the_screen_goes_home_by_itself(opens: Opens) -> None:
    admin = opens(**OFFICE)
    admin.signs_in("高远")
    admin.goes("/admin/points?kind=window")
    admin.page.locator("tbody th a", has_text="综合窗口").first.click()
    found = re.search(r"/terminal/t\w{15}", admin.page.content())
    assert found
    plain = opens(**COUNTER, java_script_enabled=False).page
    plain.goto(f"{found[0]}/rating")
    plain.locator("label.grade").first.click()
    plain.get_by_role("button", name="提交").click()
    expect(plain.get_by_role("status")).to_have_text(re.compile("谢谢您的评价"))
    expect(plain.get_by_role("link", name="开始评价")).to_be_visible(timeout=20_000)
