"""A permission that was got by fraud: proposed by the one who handled it, decided by the head (行政许可法 79)."""

from __future__ import annotations

from pytest_bdd import parsers, when

from tests.steps.cast import approver
from tests.steps.departments import at_task
from tests.steps.site import Site


@when(parsers.parse('市场监管以骗取"{item}"提请限制再次申请，理由"{reason}"'))
def proposes(site: Site, item: str, reason: str) -> None:
    at_task(site, approver("市场监管"), item).presses("提请限制再次申请", {"reason": reason})


@when(parsers.parse('崔局长确认"{item}"涉及安全，决定限制再次申请'))
def decides(site: Site, item: str) -> None:
    officer = site.visitor(approver("市场监管").name)
    head = site.signed_in("崔局长")
    head.opens(officer.page.address)
    head.presses("决定限制再次申请", {"safety": "yes"})
