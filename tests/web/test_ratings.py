"""The page for rating: two taps, no script, small; afterwards the same address tells how it stands, but not to all."""

from __future__ import annotations

import gzip
import io
from datetime import datetime

import pytest
from PIL import Image

from lianban.casework.occasions import of_case
from lianban.outside import clock
from lianban.outside.database import transaction
from tests.steps import applications
from tests.steps.site import Site
from tests.steps.visitor import Page, Visitor

HEAVIEST = 30_000


async def _token(case_id: object) -> str:
    async with transaction():
        return (await of_case(case_id))[0].token  # type: ignore[arg-type]


@pytest.fixture
def token(site: Site) -> str:
    """The occasion of a case just accepted."""
    site.case = applications.accepted(site, "newborn", site.region)
    return site.run(_token, site.case.case_id)


def rates(visitor: Visitor, token: str, **given: str | list[str]) -> Page:
    """Open the address, choose, send."""
    visitor.opens(f"/r/{token}")
    return visitor.presses("提交", given)


def picture() -> bytes:
    """A small photo with a place in its EXIF."""
    exif = Image.Exif()
    exif[0x010F] = "相机厂"
    octets = io.BytesIO()
    Image.new("RGB", (40, 20), "green").save(octets, "JPEG", exif=exif)
    return octets.getvalue()


def test_the_page_is_small_neutral_and_needs_no_script(site: Site, token: str) -> None:
    page = site.stranger().opens(f"/r/{token}")
    page.says("新生儿出生一件事", "非常满意", "非常不满意", "在办事指南之外增加新的审批条件", "评价自愿")
    assert not page.parts("//script") and not page.parts("//input[@type='radio'][@checked]")
    styles = [str(link) for link in page.root.xpath("//link/@href")]
    whole = [page.response.text.encode(), *(site.stranger().opens(a).response.content for a in styles)]
    assert sum(len(gzip.compress(each)) for each in whole) < HEAVIEST / 2


def test_two_taps_and_the_rating_is_there_for_the_one_who_gave_it(site: Site, token: str) -> None:
    citizen = site.visitor("市民")
    page = rates(citizen, token, grade="2", o2=["207", "213"], o5=["510"], comment="窗口不熟悉业务")
    page.says("您的评价已经收到", "不满意", "没有提供材料样本", "窗口人员业务不熟练", "窗口不熟悉业务", "匿名")
    page.keeps_silent("一窗受理一次办结")
    again = site.stranger().opens(f"/r/{token}")
    again.says("这次服务已经评价过了", "查询码")
    again.keeps_silent("不熟悉业务", "不满意")
    citizen.opens(f"/r/{token}").says("窗口不熟悉业务")
    other = site.stranger()
    other.opens(f"/r/{token}")
    assert other.presses("查看", {"code": "22222222"}).status == 422
    other.presses("查看", {"code": site.case.query_code}).says("窗口不熟悉业务")


def test_a_grade_must_be_chosen_and_what_was_typed_stays(site: Site, token: str) -> None:
    page = rates(site.stranger(), token, comment="很好", phone="12")
    assert page.status == 422
    page.says("请选择一个评价等次")
    assert page.value_of("文字") == "很好"


def test_pictures_and_words_are_added_later_and_nothing_rides_along(site: Site, token: str) -> None:
    citizen = site.visitor("市民")
    citizen.opens(f"/r/{token}")
    citizen.presses("提交", {"grade": "5"}, files=[("pictures", ("大厅.jpg", picture(), "image/jpeg"))])
    page = citizen.presses("提交补充", {"comment": "指示牌也很清楚"})
    page.says("补充已经收到", "指示牌也很清楚", "1 张", "非常满意")
    page = citizen.presses("提交补充", {}, files=[("pictures", ("表.pdf", b"%PDF-1.4", "application/pdf"))])
    assert page.status == 422
    moment = clock.local(datetime.fromisoformat("2026-12-20 09:00"))
    clock.set_clock(lambda: moment)
    assert "提交补充" not in citizen.opens(f"/r/{token}").text


def test_a_rating_from_a_browser_of_the_window_is_set_apart_and_said_so(site: Site, token: str) -> None:
    clerk = site.signed_in("王芳")
    page = rates(clerk, token, grade="5")
    page.says("单独列出，由监督员核实后计入", "疑似工作人员代评")
    assert site.one("SELECT standing FROM ratings") == "apart"


def test_a_used_an_expired_and_a_made_up_link_are_counted(site: Site, token: str) -> None:
    first, second = site.stranger(), site.stranger()
    first.opens(f"/r/{token}")
    second.opens(f"/r/{token}")
    first.presses("提交", {"grade": "5"})
    second.presses("提交", {"grade": "1"}).says("已经评价过了")
    assert site.stranger().opens("/r/6j" + "0" * 15).status == 404
    assert site.one("SELECT string_agg(reason || tries, ' ') FROM rating_tries") == "used1"
