"""The pages of points: an administrator prints a sticker, somebody scans it and rates, the screen does its round."""

from __future__ import annotations

import io
import re

import pypdfium2

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
