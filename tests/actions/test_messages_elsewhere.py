"""What visits, deliveries and corrected papers tell by message."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lianban.casework import delivery, messages, policies
from lianban.casework.intake import turning
from lianban.casework.promises.tolerance import make_up, tolerances
from lianban.casework.visits import planning
from lianban.outside.settings import settings
from tests.actions.delivering import day, decided, sent
from tests.actions.drafts import MONDAY, WANG
from tests.actions.messaging import CHIEF, last, of, work
from tests.actions.promising import SYSTEM_BOOK, tolerated
from tests.actions.receiving import on, received
from tests.actions.test_replacing import a_refusal, corrected
from tests.actions.test_visits import later
from tests.actions.visiting import MARKET, VISIT_AT, appointed
from tests.actions.working import one

pytestmark = pytest.mark.usefixtures("pool")
FRIDAY = on(6, 9, 0)
"""The opening of the last working day before Monday, 9 November 2026."""


@pytest.fixture(autouse=True)
def demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demonstration: messages are kept for its simulation page."""
    monkeypatch.setenv("LIANBAN_DEMO", "true")
    settings.cache_clear()


async def test_a_visit_is_told_with_its_time_and_without_its_place() -> None:
    there = await appointed()
    await work()
    told = await last(there.case_id, "现场勘查已约定")
    assert told.status == "simulated" and f"{VISIT_AT:%-m月%-d日}" in told.text and "六道河" not in told.text


async def test_a_visit_that_is_moved_twice_at_night_is_told_once_as_it_stands() -> None:
    there = await appointed()
    await work()
    for number, to in enumerate((date(2026, 11, 4), date(2026, 11, 5))):
        slot, chosen = await later(there, to)
        seen = int(str(await one("SELECT version FROM visits WHERE id = $1", there.visit)))
        await planning.change(
            there.visit, slot=slot, day=chosen, reason=f"改期{number}", seen=seen, by=WANG, at=on(2, 22)
        )
        await work(on(2, 23, number))
    await work(on(3))
    changed = [m for m in await messages.of_case(there.case_id) if m.name == "现场勘查变更"]
    assert sorted(m.status for m in changed) == ["merged", "simulated"]
    assert "11月5日" in next(m.text for m in changed if m.status == "simulated")


async def test_a_visit_that_was_not_held_is_told() -> None:
    there = await appointed()
    await planning.miss(there.visit, who="applicant", reason="店门锁着", by=MARKET, at=VISIT_AT)
    await work(VISIT_AT)
    assert ("现场勘查没有进行", "simulated") in await of(there.case_id)


async def test_a_parcel_a_box_and_a_notice_are_told() -> None:
    case = (await decided()).case_id
    parcel = await sent(case)
    await work()
    assert "中国邮政速递（EMS）寄出（单号EB123456789CN）" in (await last(case, "已寄出")).text
    await delivery.send_back(case, parcel, reason="退回", by=WANG, at=day(11, 6))
    await delivery.place(case, box="A03", by=WANG, at=day(11, 6))
    await work(day(11, 6))
    told = await last(case, "自助柜可取件")
    assert "自助取件柜A03" in told.text and "11月11日17:00" in told.text and told.status == "simulated"


async def test_a_public_notice_and_the_delivery_are_told_once() -> None:
    case = (await decided()).case_id
    await delivery.publish(case, ground="unknown", reason="两次邮寄均被退回，电话无人接听。", by=WANG, at=MONDAY)
    await work()
    assert [name for name, _ in await of(case)].count("公告送达") == 1


async def test_a_corrected_paper_is_told_by_the_title_of_the_old_one() -> None:
    case, paper = await a_refusal()
    await corrected(paper.id)
    await work()
    assert f"《{paper.title}》已更正或者作废" in (await last(case, "文书更正或者作废")).text


async def test_what_was_to_follow_is_reminded_of_and_not_once_it_is_there() -> None:
    case = (await tolerated()).case_id
    await work()
    (open,) = await tolerances(case, MONDAY)
    assert open.until == on(9, 17, 0)
    await work(FRIDAY - timedelta(minutes=1))
    assert ("容缺补交期限将满", "simulated") not in await of(case)
    await work(FRIDAY)
    told = await last(case, "容缺补交期限将满")
    assert told.status == "simulated" and "11月9日17:00" in told.text


async def test_a_reminder_of_the_night_is_not_sent_when_it_came_in_the_meantime() -> None:
    await policies.set_policy({"quiet_from": "00:00", "quiet_until": "12:00"}, by=CHIEF, at=MONDAY)
    case = (await tolerated()).case_id
    await work(FRIDAY)
    assert (await last(case, "容缺补交期限将满")).status == "waiting"
    await make_up(case, SYSTEM_BOOK, original=True, channel="window", by=WANG, at=FRIDAY)
    await work(FRIDAY.replace(hour=12))
    assert (await last(case, "容缺补交期限将满")).status == "dropped"


async def test_the_end_of_a_case_is_told_once_with_its_papers() -> None:
    case = (await received()).case_id
    await turning.turn(case, reason="父母未登记结婚，须逐项核实。", by=WANG, at=MONDAY)
    await work()
    told = await last(case, "办件终止")
    assert "转单项办理" in told.text and "登记结婚" not in told.text and "不代替送达" in told.text
    assert "有新的文书" not in dict(await of(case))
