"""The page of the calendar: documents, import, own days, what changed."""

from __future__ import annotations

from lianban import timers
from lianban.outside.clock import now
from lianban.rules.actors import Role
from tests.steps.cast import PEOPLE
from tests.steps.site import Site
from tests.steps.visitor import Page, Visitor

ADMIN = next(p for p in PEOPLE if p.role is Role.ADMINISTRATOR)
NOTICE = """
year: 2027
notice: 国务院办公厅关于2027年部分节假日安排的通知
number: 国办发明电〔2026〕9号
published: 2026-11-02
off:
  - {festival: 元旦, from: 2027-01-01, to: 2027-01-03}
"""


def upload(site: Site, visitor: Visitor, text: str, name: str = "2027.yaml") -> Page:
    """Send a notice file with the form of the page."""
    visitor.opens("/admin/calendar")
    return visitor.presses("导入并重新核算", files=[("notice", (name, text.encode(), "application/yaml"))])


def test_the_page_shows_documents_horizon_and_forms(site: Site) -> None:
    page = site.signed_in(ADMIN).opens("/admin/calendar")
    page.says("2027 年尚未公布放假安排，跨年的日期都是暂定", "国办发明电〔2025〕7号", "随产品发布", "SHA-256")
    page.says("更早的 23 份通知（2004–2023 年）", "导入放假通知", "登记本地区的安排", "本地区没有自己的节日")
    assert page.has_button("导入并重新核算")


def test_a_notice_is_imported_and_its_progress_and_changes_are_shown(site: Site) -> None:
    visitor = site.signed_in(ADMIN)
    page = upload(site, visitor, NOTICE)
    page.says("时限核算", "正在核算", "国办发明电〔2026〕9号")
    while site.run(timers.round, now()):
        pass
    visitor.opens(page.address).says("核算完成", "本地区没有日期变动")
    page = visitor.opens("/admin/calendar")
    page.says("2028 年尚未公布放假安排", "国办发明电〔2026〕9号", f"{ADMIN.name}，", "2027.yaml", "完成")
    page = upload(site, visitor, NOTICE)
    page.says("2027 年的日历没有变化")


def test_a_slip_in_the_file_is_said_at_the_form(site: Site) -> None:
    page = upload(site, site.signed_in(ADMIN), NOTICE.replace("2027-01-03", "2026-01-03"), "坏文件.yaml")
    assert page.response.status_code == 422
    page.says("坏文件.yaml", "请核对起止日期")


def test_own_days_are_added_and_withdrawn(site: Site) -> None:
    visitor = site.signed_in(ADMIN)
    visitor.opens("/admin/calendar")
    typed = {"name": "暴雪停止办公", "basis": "龙井市人民政府通告〔2026〕3号", "off": "2026-11-05"}
    page = visitor.presses("登记并重新核算", typed | {"work": "2026-11-06"})
    assert page.response.status_code == 422
    assert page.value_of("名称") == "暴雪停止办公", "what was typed stays"
    page.says("2026-11-06 是周五，本来就上班")
    page = visitor.presses("登记并重新核算", typed | {"work": ""})
    page.says("时限核算", "暴雪停止办公（龙井市人民政府通告〔2026〕3号）")
    page = visitor.opens("/admin/calendar")
    page.says("2026年11月5日", "暴雪停止办公")
    visitor.presses("撤销")
    visitor.opens("/admin/calendar").says("已撤销")


def test_others_do_not_see_the_page(site: Site) -> None:
    page = site.signed_in("王芳").opens("/admin/calendar")
    assert page.response.status_code in (403, 404)
    page.keeps_silent("导入放假通知")
