"""The pages of points: an administrator prints a sticker, somebody scans it and rates, the screen does its round."""

from __future__ import annotations

import io
import re

import pypdfium2  # type: ignore[import-untyped]

from tests.steps import applications
from tests.steps.site import Site


def test_from_the_registry_to_a_counted_rating(site: Site) -> None:
    admin = site.signed_in("系统管理员")
    admin.opens("/admin/points").says("还没有评价点")
    page = admin.presses("登记", {"kind": "window", "name": "综合窗口"}, within="登记一个")
    page.says("综合窗口", "已开通", "登记评价点")
    printed = admin.opens(page.link("打印"))
    assert printed.media_type == "application/pdf"
    words = pypdfium2.PdfDocument(io.BytesIO(printed.response.content))[0].get_textpage().get_text_range()
    assert "请评价我们的服务" in words and "非常不满意" in words
    found = re.search(r"/r/p\w{15}", words)
    assert found
    form = pypdfium2.PdfDocument(io.BytesIO(admin.opens(page.link("纸质评价表")).response.content))
    assert len(form) == 1 and "多头跑窗口和部门" in form[0].get_textpage().get_text_range()

    citizen = site.visitor("市民")
    page = citizen.opens(found[0])
    page.says("综合窗口的现场服务", "非常满意", "评价自愿")
    assert not page.parts("//script") and not page.parts("//input[@type='radio'][@checked]")
    page = citizen.presses("提交", {"comment": "很好"})
    assert page.status == 422 and page.value_of("文字") == "很好"
    citizen.presses("提交", {"grade": "4", "comment": "很好"}).says("您的评价已经收到", "满意", "很好")
    row = site.one("SELECT (grade, channel, standing, window_name)::text FROM ratings")
    assert row == "(4,static_qr,counted,综合窗口)"
    assert site.one("SELECT count(*) FROM occasions") == 1


def test_the_clerk_invites_and_the_screen_shows_it_until_it_is_rated(site: Site) -> None:
    site.case = applications.accepted(site, "newborn", site.region)
    admin = site.signed_in("系统管理员")
    admin.opens("/admin/points")
    admin.presses("登记", {"kind": "window", "name": "3 号综合窗口"}, within="登记一个")
    page = admin.presses("设置评价器")
    address = re.search(r"/terminal/t\w{15}", page.text)
    assert address
    device = site.visitor("评价器")
    rest = device.opens(address[0])
    rest.says("请评价我们的服务", "开始评价")
    assert rest.parts("//noscript/meta[@http-equiv='refresh']")

    clerk = site.signed_in("王芳")
    clerk.opens("/ratings/invite").says("新生儿出生一件事（受理）", site.case.number)
    clerk.presses("请评价").says("评价器上已经显示")
    shown = device.opens(address[0])
    shown.says("新生儿出生一件事（受理）", "非常不满意")
    assert not shown.parts("//input[@type='radio'][@checked]")
    device.presses("提交", {"grade": "5", "o5": ["510", "517"]}).says("谢谢您的评价")
    device.page.keeps_silent("非常满意")
    device.opens(address[0]).says("开始评价")
    clerk.opens(clerk.page.address).says("已经评价")
    clerk.page.keeps_silent("非常满意")
    row = site.one("SELECT (r.grade, r.channel, r.standing, r.case_id IS NOT NULL)::text FROM ratings r")
    assert row == "(5,terminal,counted,t)"


def test_whoever_does_not_wish_to_rate_or_rates_unasked(site: Site) -> None:
    admin = site.signed_in("系统管理员")
    admin.opens("/admin/points")
    admin.presses("登记", {"kind": "window", "name": "3 号综合窗口"}, within="登记一个")
    address = re.search(r"/terminal/t\w{15}", admin.presses("设置评价器").text)
    sticker = re.search(r"/r/p\w{15}", admin.page.text)
    assert address and sticker
    clerk = site.signed_in("王芳")
    clerk.opens("/ratings/invite")
    assert clerk.presses("请评价", {"matter": "咨"}).problem_of("办的是什么事").startswith("请写明办的是什么事")
    clerk.presses("请评价", {"matter": "咨询办理居住证"})
    device = site.visitor("评价器")
    device.opens(address[0]).says("咨询办理居住证")
    device.presses("暂不评价").says("开始评价")
    device.follows("开始评价").says("3 号综合窗口的现场服务")
    device.presses("提交", {"grade": "3"}).says("谢谢")
    open = site.one("SELECT string_agg(matter, '、') FROM occasions WHERE rated_at IS NULL")
    assert open == "咨询办理居住证"
    # A sticker's code opens no screen.
    assert site.stranger().opens(sticker[0].replace("/r/", "/terminal/")).status == 404
