"""Results that go out by mail, electronically, through the cabinet, left behind, by public notice; and come again."""

from __future__ import annotations

from datetime import datetime

from pytest_bdd import given, parsers, then, when

from lianban import timers
from lianban.outside import clock
from lianban.outside.clock import SHANGHAI
from lianban.outside.database import connection, transaction
from lianban.outside.storage import store
from tests.actions.drafts import picture
from tests.steps import applications, common, departments
from tests.steps.cast import approver, clerk
from tests.steps.delivery import at_delivery
from tests.steps.site import Site
from tests.steps.visitor import Visitor, flat


@given(parsers.parse('一件全部办成的{region}"{bundle}"，结果都有电子文件'))
def granted_with_files(site: Site, region: str, bundle: str) -> None:
    common.a_granted_case(site, region, bundle)
    site.run(_attach, str(site.case.case_id))


async def _attach(case: str) -> None:
    """As if every department had attached its electronic licence."""
    kept = await store().put(f"cases/{case}", picture(30, 30))
    async with transaction():
        await connection().execute(
            "UPDATE results SET file_name = '证照.jpg', media_type = 'image/jpeg', sha256 = $1", kept.sha256
        )


def follows(site: Site) -> Visitor:
    """The applicant at the tracking page."""
    applicant = site.visitor("申请人")
    applicant.opens(f"/c/{site.case.number}?code={site.case.query_code}")
    return applicant


@when(parsers.re('综合窗口把全部结果交寄，邮件号码"(?P<tracking>[^"]*)"'))
def posts(site: Site, tracking: str) -> None:
    parcel = {"tracking": tracking, "recipient": "张小花", "address": "龙井市安民街道示例路1号"}
    at_delivery(site).presses("登记交寄", parcel)


@when(parsers.parse('综合窗口登记邮件回执，收件日期"{on}"'))
def arrives(site: Site, on: str) -> None:
    at_delivery(site).presses("登记送达并开具送达回证", {"on": on})


@when(parsers.parse('综合窗口登记邮件退回，原因"{reason}"'))
def comes_back(site: Site, reason: str) -> None:
    at_delivery(site).presses("登记退回", {"reason": reason})


@then(parsers.parse('申请人在进度页看到"{one}"和"{other}"'))
def sees(site: Site, one: str, other: str) -> None:
    page = follows(site).page
    page.says(one, other)


@then(parsers.parse('"{button}"按不下去'))
def greyed(site: Site, button: str) -> None:
    assert at_delivery(site).page.button(button).get("disabled") is not None


@when("申请人在进度页同意电子送达")
def agrees(site: Site) -> None:
    follows(site).presses("同意电子送达")


@when("申请人在进度页撤回同意")
def takes_back(site: Site) -> None:
    follows(site).presses("撤回同意")


@then(parsers.parse('综合窗口看到"{words}"'))
def window_sees(site: Site, words: str) -> None:
    at_delivery(site).page.says(words)


@when("综合窗口电子送达")
def uploads(site: Site) -> None:
    at_delivery(site).presses("电子送达")


@when("申请人在进度页要求纸质文书")
def wants_paper(site: Site) -> None:
    follows(site).presses("需要纸质文书")


@then(parsers.parse('待送达的"{tab}"里有这个办件'))
def listed(site: Site, tab: str) -> None:
    window = site.signed_in(clerk(site.region))
    window.opens("/window/deliveries")
    window.follows(tab)
    window.page.row(site.case.number)


@when(parsers.parse('综合窗口登记纸质文书交给"{name}"'))
def gives_paper(site: Site, name: str) -> None:
    at_delivery(site).presses("登记已提供", {"given_to": name})


@when(parsers.parse('综合窗口把全部结果放入柜格"{box}"'))
def places(site: Site, box: str) -> None:
    at_delivery(site).presses("登记放入", {"box": box})


@when("申请人在进度页显示取件码")
def shows_code(site: Site) -> None:
    page = follows(site).presses("显示取件码")
    page.says("只显示这一次")
    site.said = page.text_of(page.parts("//*[@id='code']")[0])


@when(parsers.parse('申请人在取件柜输入柜格"{box}"和取件码'))
def takes(site: Site, box: str) -> None:
    at_cabinet(site, box, site.said)


@when(parsers.parse('有人在取件柜输入柜格"{box}"和"{code}"'))
def guesses(site: Site, box: str, code: str) -> None:
    at_cabinet(site, box, code)


def at_cabinet(site: Site, box: str, code: str) -> None:
    """Somebody at the screen of the cabinet."""
    person = site.stranger()
    person.opens(f"/cabinet/{site.region}")
    person.presses("取件", {"box": box, "code": code})


@when(parsers.re('综合窗口留置送达，拒绝签收的是"(?P<who>[^"]*)"，地点"(?P<place>[^"]*)"，见证人"(?P<witness>[^"]*)"'))
def leaves(site: Site, who: str, place: str, witness: str) -> None:
    said = {"refused_by": who, "place": place, "witness": witness}
    at_delivery(site).presses("留置送达并开具送达回证", said)


@when(parsers.parse('综合窗口公告送达，原因"{ground}"'))
def publishes(site: Site, ground: str) -> None:
    window = at_delivery(site)
    said = {"ground": window.page.choice("原因", ground), "reason": "按登记的住址上门两次，邻居说已经搬走。"}
    window.presses("发出公告", said)


@then("公告栏上有这个办件，没有申请人的证件和地址")
def announced(site: Site) -> None:
    person = site.stranger()
    person.opens(f"/announcements/{site.region}")
    person.page.says(site.case.number, "居民户口簿", "视为送达")
    name = site.one("SELECT applicant FROM cases WHERE id = $1", site.case.case_id)
    person.page.says(name)
    person.page.keeps_silent(*(text for text in applications.PERSONAL if text != name), "邻居说已经搬走")


@then("公告栏上没有公告")
def nothing_announced(site: Site) -> None:
    person = site.stranger()
    person.opens(f"/announcements/{site.region}")
    person.page.says("现在没有送达公告")
    person.page.keeps_silent(site.case.number)


@when("后台工作一轮")
def works(site: Site) -> None:
    site.run(timers.round, clock.now())


@when(parsers.parse('时间到了"{moment}"，大家重新登录'))
def later(site: Site, moment: str) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    clock.set_clock(lambda: at)
    site.visitors.clear()


@when(parsers.parse('李警官登记更正后的结果，证号改成"{number}"'))
def corrects(site: Site, number: str) -> None:
    officer = departments.at_task(site, approver("公安", site.region), "出生登记")
    officer.follows("登记更正")
    officer.presses("登记更正后的结果", {"number": number, "reason": "户号印错，现予更正。"})
    officer.page.says("已更正")


@when("综合窗口打开送达时限的说明")
def explained(site: Site) -> None:
    wanted = site.one(
        "SELECT id FROM clocks WHERE case_id = $1 AND kind = 'delivery' ORDER BY id LIMIT 1", site.case.case_id
    )
    site.signed_in(clerk(site.region)).opens(f"/window/cases/{site.case.case_id}/clocks/{wanted}")


@when(parsers.parse('综合窗口只把"{title}"交给"{name}"'))
def hands_over_notice(site: Site, title: str, name: str) -> None:
    window = at_delivery(site)
    boxes = [b for b in window.page.parts("//label[input[@name='papers']]") if flat(title) in window.page.text_of(b)]
    chosen = str(boxes[0].xpath("./input/@value")[0])
    window.presses("送达通知书并开具送达回证", {"receiver": name, "papers": [chosen]})
