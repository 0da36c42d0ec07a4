"""A negative rating in real browsers, from the phone to the write-off: verified, contested, put right, rated again."""

from __future__ import annotations

import re

import pytest

from lianban.web.cast import LONGJING
from tests.browser.conftest import Opens
from tests.browser.test_journeys import journey, picture
from tests.browser.user import User

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

WORDS = "让我多跑了一趟"
PANEL = {"郑凯": "valid", "许昌浩": "invalid", "南美玉": "valid"}
"""Who votes how: tax and health for the citizen, fire for the police."""


def sends(user: User, button: str) -> None:
    """Click a button by its place, whatever languages stand on it."""
    user.clicks += 1
    with user.page.expect_event("domcontentloaded"):
        user.page.locator(button).first.click()


def attaches(user: User, name: str) -> None:
    """Choose a file for a plain form."""
    (user.folder / "办理记录.jpg").write_bytes(picture())
    user.page.locator(f"input[name='{name}']").first.set_input_files(user.folder / "办理记录.jpg")


def test_a_negative_rating_from_entry_to_write_off_with_an_appeal(opens: Opens) -> None:
    """差评、核实、转办、申诉、评审、整改、答复、回评、销号。"""
    one = journey(opens, "newborn", LONGJING)
    one.accept(one.consult())
    officer = one.user("李强")
    officer.goes(f"/tasks?state=dispatched&q={one.number}")
    one.decide(officer)

    # Two taps from the list of services: a grade, and off it goes.
    citizen = one.follow()
    service = citizen.page.locator("li", has_text=re.compile("出生登记.*审查"))
    service.get_by_role("link", name="去评价").click()
    citizen.page.locator("label[for='g1']").click()
    citizen.page.locator("summary").first.click()
    citizen.page.locator("textarea[name=comment]").fill(WORDS)
    sends(citizen, ".send button")
    citizen.says("您的评价已经收到", WORDS, "正在核实您反映的情况")
    rated = citizen.page.url

    supervisor = one.user("周明")
    supervisor.goes("/ratings/rectifications?view=all")
    row = supervisor.page.locator("tr", has_text=re.compile("龙井市公安局.*待核实", re.DOTALL))
    number = row.get_by_role("link", name=re.compile("^ZG")).first
    problem = number.inner_text().strip()
    number.click()
    supervisor.says(WORDS, "非常不满意")
    supervisor.page.locator("input[name=finding][value=simple]").check()
    supervisor.page.locator("#f-verification-note").fill("调取办理记录，情况属实。")
    supervisor.page.locator("#f-verification-department").select_option("public_security")
    supervisor.presses("核实完毕")
    supervisor.says("已转办，待接收")
    here = supervisor.page.url

    # The rated unit contests it; what is to be put right goes on meanwhile.
    head = one.user("朴勇")
    head.goes(here)
    head.says("为保护评价人，这里不显示评价人、办件编号和评价的时刻")
    assert one.number not in head.page.content()
    head.follows("认为差评不实，提出申诉")
    head.page.get_by_label("误评").check()
    head.page.locator("#f-statement").fill("当日受理、当日办结，没有要求当事人再来，见附上的办理记录。")
    attaches(head, "files")
    head.presses("提出申诉")
    head.says("申诉期间整改照常进行", "待组成评审小组")
    appeal = head.page.url

    supervisor.goes(appeal)
    for name in PANEL:
        supervisor.ticks(supervisor.page.get_by_label(name, exact=False))
    assert not supervisor.page.get_by_label("李强", exact=False).count(), "nobody of the rated unit is offered"
    supervisor.presses("组成评审小组")
    for name, vote in PANEL.items():
        member = one.user(name)
        member.goes("/ratings/appeals")
        member.says("等您表决")
        member.goes(appeal)
        member.page.locator(f"input[name=vote][value={vote}]").check()
        if vote == "invalid":
            member.page.locator("#f-ground").select_option("mistaken")
        member.page.locator("#f-reason").fill("对照办理记录和评价逐项核对。")
        member.presses("表决")
    member.says("以 2 票对 1 票认定：评价有效")
    head.goes(appeal)
    head.says("评价有效。整改继续进行")
    assert "郑凯" not in head.page.content(), "the rated unit reads reasons, not names"

    # So it is put right, answered, and rated again by the one who gave it.
    head.goes(here)
    head.presses("接收，由我承办")
    head.page.locator("#f-result-note").fill("已经改为当场一次告知，并对经办人员进行了培训。")
    attaches(head, "files")
    head.presses("整改完成")
    head.page.locator("#f-reply-text").fill("让您多跑了一趟，向您道歉。现在当场一次告知。")
    head.presses("答复")
    citizen.goes(rated)
    citizen.says("评价有效。整改继续进行", "让您多跑了一趟，向您道歉")
    citizen.page.locator("label[for='v-satisfied']").click()
    sends(citizen, "form[action$='/again'] button")
    citizen.says("您对答复的评价已经收到")

    supervisor.goes(here)
    supervisor.page.locator("#f-write-off-note").fill("整改到位，评价人认可。")
    supervisor.presses("销号，出具处置单")
    supervisor.says(problem, "已销号")
    assert supervisor.paper("打印处置单").startswith(b"%PDF-")
    citizen.goes(rated)
    citizen.says("已经处理完毕并销号")
