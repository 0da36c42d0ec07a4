"""When things are due: computed from the calendar, and shown where people work."""

from __future__ import annotations

from datetime import datetime

import pytest
from pytest_bdd import parsers, then, when

from lianban.outside.clock import local
from lianban.rules.calendar import calendar_for
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.clock import Due, due
from tests.steps.cast import approver, clerk
from tests.steps.site import Site

UNITS = {
    "个工作日": Unit.WORKING_DAYS,
    "个工作小时": Unit.OFFICE_HOURS,
    "个自然日": Unit.NATURAL_DAYS,
    "个月": Unit.MONTHS,
}


class Reckoning:
    """What was computed."""

    found: Due


@pytest.fixture
def reckoning() -> Reckoning:
    """The result of the step before."""
    return Reckoning()


@when(parsers.re(r"(?P<start>\S+) 起算 (?P<number>\d+)(?P<unit>\S+)"))
def reckons(reckoning: Reckoning, start: str, number: str, unit: str) -> None:
    at = local(datetime.fromisoformat(start))
    reckoning.found = due(at, Limit(int(number), UNITS[unit]), calendar_for(""))


@then(parsers.parse("到期是 {moment}"))
def is_due(reckoning: Reckoning, moment: str) -> None:
    assert reckoning.found.instant == local(datetime.fromisoformat(moment))
    assert not reckoning.found.provisional


@then("到期日标明暂定")
def is_provisional(reckoning: Reckoning) -> None:
    assert reckoning.found.provisional


@when("综合窗口查看这件办件的时限")
def looks_at_the_clocks(site: Site) -> None:
    site.signed_in(clerk(site.region)).opens(f"/window/cases/{site.case.case_id}?tab=clocks")


@then(parsers.parse('"{item}"写着承诺时限和法定时限'))
def both_limits(site: Site, item: str) -> None:
    rows = [site.page.text_of(r) for r in site.page.parts("//tbody/tr") if item in site.page.text_of(r)]
    assert [r for r in rows if "承诺时限" in r and "还剩" in r], rows
    assert [r for r in rows if "法定时限" in r and "还剩" in r], rows


@then("整件事写着承诺时限")
def whole_limit(site: Site) -> None:
    assert "还剩" in site.page.text_of(site.page.row("整件事"))


@when("公安的审批人员打开任务列表")
def opens_the_worklist(site: Site) -> None:
    site.signed_in(approver("公安", site.region)).opens("/tasks")


@then(parsers.parse('"{item}"写着已超期'))
def overdue(site: Site, item: str) -> None:
    site.page.says("1件超期")
    assert "超期" in site.page.text_of(site.page.row(item))
