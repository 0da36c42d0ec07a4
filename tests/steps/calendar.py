"""The calendar as the administrator keeps it."""

from __future__ import annotations

from pytest_bdd import parsers, then, when

from lianban import timers
from lianban.outside import clock
from lianban.rules.actors import Role
from tests.steps.cast import PEOPLE
from tests.steps.site import Site
from tests.steps.visitor import Visitor

PAGE = "/admin/calendar"
NOTICE = """
year: 2027
notice: 国务院办公厅关于2027年部分节假日安排的通知
number: {number}
published: 2026-11-02
off:
  - {{festival: 元旦, from: 2027-01-01, to: 2027-01-03}}
"""


def _administrator(site: Site) -> Visitor:
    return site.signed_in(next(p for p in PEOPLE if p.role is Role.ADMINISTRATOR))


@when("系统管理员打开日历")
def open_calendar(site: Site) -> None:
    _administrator(site).opens(PAGE)


@when(parsers.parse('系统管理员导入2027年的放假通知"{number}"'))
def import_notice(site: Site, number: str) -> None:
    visitor = _administrator(site)
    visitor.opens(PAGE)
    file = ("2027.yaml", NOTICE.format(number=number).encode(), "application/yaml")
    visitor.presses("导入并重新核算", files=[("notice", file)])


@when("系统处理到期事项")
def work_off(site: Site) -> None:
    while site.run(timers.round, clock.now()):
        pass


@then("核算已经完成")
def recomputed(site: Site) -> None:
    site.last.opens(site.page.address).says("核算完成")
    assert site.one("SELECT count(*) FROM recomputations WHERE finished_at IS NULL") == 0


@when(parsers.parse('系统管理员把周六"{day}"登记为上班，没有放假的日子'))
def work_on_saturday(site: Site, day: str) -> None:
    visitor = _administrator(site)
    visitor.opens(PAGE)
    visitor.presses("登记并重新核算", {"name": "周末延时服务", "basis": "大厅通知", "work": day})
