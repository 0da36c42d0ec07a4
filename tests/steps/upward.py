"""Reporting upward on the administrator's pages, with the reference receiver at the other end."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from pytest_bdd import given, parsers, then, when

from lianban.casework import occasions
from lianban.casework.occasions import Service
from lianban.feedback import upward
from lianban.feedback.upward import sending
from lianban.outside import clock
from lianban.outside.database import transaction
from lianban.outside.settings import settings
from tests.steps.cast import LONGJING
from tests.steps.site import Site
from tests.steps.visitor import Visitor
from tests.upward import SECRET, Platform, running

PAGE = "/admin/upward"


@pytest.fixture
def platform(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """The superior platform, connected."""
    with running() as found:
        monkeypatch.setenv("LIANBAN_UPWARD_URL", found.url)
        monkeypatch.setenv("LIANBAN_UPWARD_SECRET", SECRET)
        settings.cache_clear()
        yield found
    sending._away.clear()


async def _served() -> str:
    async with transaction():
        return await occasions.mint(Service(LONGJING, "visit", "service", "咨询"), at=clock.now())


async def _work() -> None:
    await upward.sweep(clock.now())
    await upward.send_due(clock.now())


def at_page(site: Site, who: str) -> Visitor:
    visitor = site.signed_in(who)
    visitor.opens(PAGE)
    return visitor


@given("上级平台已经接入")
def connected(platform: Platform) -> None:
    assert platform.url


@given(parsers.parse('上级平台要求评价渠道填"{code}"，否则退回'))
def demanding(platform: Platform, code: str) -> None:
    platform.wanted = {"pf": code}


@given("市民扫码评价了一次服务")
def rates(site: Site) -> None:
    citizen = site.stranger()
    citizen.opens(f"/r/{site.run(_served)}")
    citizen.presses("提交", {"grade": "5", "comment": "电话 13800001234 的那位很耐心"})


@when("系统上报评价")
def worker(site: Site) -> None:
    site.run(_work)


@when("高远打开数据汇聚页面")
def opens(site: Site) -> None:
    at_page(site, "高远")


@when(parsers.parse('高远把动态二维码的编码改为"{code}"，依据是"{note}"'))
def recodes(site: Site, code: str, note: str) -> None:
    visitor = at_page(site, "高远")
    visitor.follows("上报字段和编码")
    visitor.presses("从现在起按这个接口上报", {"code.channel.dynamic_qr": code, "note": note})
    visitor.page.says("第 1 版", note)


@when("高远重新上报")
def resends(site: Site) -> None:
    visitor = at_page(site, "高远")
    visitor.presses("重新上报")


@when("上级平台丢失了这条评价")
def loses(platform: Platform) -> None:
    platform.kept.clear()


@when("周明在数据汇聚页面对账")
def reconciles(site: Site) -> None:
    at_page(site, "周明").presses("对账")


@then(parsers.parse('页面写着"{one}"和"{other}"'))
def says(site: Site, one: str, other: str) -> None:
    site.page.says(one, other)


@then(parsers.parse('上级平台收到的评价渠道是"{code}"，没有多余的内容'))
def got(platform: Platform, code: str) -> None:
    (report,) = platform.kept.values()
    assert report["content"]["pf"] == code
    assert "13800001234" not in json.dumps(report, ensure_ascii=False)
    assert set(report["content"]) <= {
        *("version", "serviceNumber", "satisfaction", "writingEvaluation", "pf", "areaCode", "transactionTime"),
        "validFlag",
    }
