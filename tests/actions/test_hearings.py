"""The right to a hearing, its periods, its presider and its record (行政许可法 36, 46–48)."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from lianban import errors, people, timers
from lianban.casework import calendars, hearings, tasks
from lianban.casework.attachments import Attachment
from lianban.outside.clock import SHANGHAI
from lianban.people import passwords
from lianban.rules.actors import HOLDER, SYSTEM, Actor, Role
from tests.actions.drafts import MONDAY, picture
from tests.actions.limits import HYGIENE, HYGIENE_HEAD, HYGIENE_TOO, Matter, lodging
from tests.actions.rows import REGION, actor
from tests.actions.working import REASONS, one
from tests.steps.site import CHEAP

pytestmark = pytest.mark.usefixtures("pool")
WHY = "拟作出的决定涉及相邻住户的重大利益。"
DUE = datetime(2026, 11, 9, 17, tzinfo=SHANGHAI)
DAY = datetime(2026, 11, 11, 15, tzinfo=SHANGHAI)
SCAN = Attachment("笔录.jpg", picture(40, 60))


@pytest.fixture
async def matter(pool: None, monkeypatch: pytest.MonkeyPatch) -> Matter:
    """The hygiene permit in review."""
    monkeypatch.setattr(passwords, "_hasher", CHEAP)
    return await lodging()


async def chair(login: str = "chair", department: str = "health") -> Actor:
    """Somebody who can preside."""
    id = await people.add_person(
        login,
        "Jieban-2026",
        name="郑主持",
        roles=[Role.APPROVER],
        region=REGION,
        department=department,
        by=SYSTEM,
        at=MONDAY,
    )
    return await people.person(id)


def minutes(**more: Any) -> hearings.Record:
    """What the record says."""
    said: dict[str, Any] = {
        "recorder": "金记录",
        "opinion": "审查人员出示了采光分析报告，认为影响在允许范围以内。",
        "statements": "双方到场，就采光影响进行了质证。",
    }
    return hearings.Record(**said | more)


async def parties(matter: Matter) -> dict[str, UUID]:
    """Those whom it concerns, by name."""
    view = await hearings.of_task(matter.task, by=HYGIENE, at=MONDAY)
    assert view is not None
    return {p.name: p.id for p in view.parties}


async def statutory(matter: Matter) -> date:
    """What is told of the law's own limit."""
    return (await matter.due("statutory")).date()


async def refuse(matter: Matter, at: datetime) -> None:
    """The decision that waits for the hearing."""
    await tasks.refuse(matter.task, **REASONS, by=HYGIENE, at=at)


async def called(matter: Matter, **more: Any) -> None:
    """A hearing on Wednesday, 11 November 2026, called on Monday the 2nd."""
    given: dict[str, Any] = {"held_on": date(2026, 11, 11), "hour": "上午九时", "place": "政务大厅二楼会议室"} | more
    if "presider" not in given:
        given["presider"] = (await chair()).id
    await hearings.call(matter.task, **given, by=HYGIENE, at=MONDAY)


async def test_while_the_right_may_be_used_nothing_is_decided(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, interested="相邻住户赵某", by=HYGIENE, at=MONDAY)
    view = await hearings.of_task(matter.task, by=HYGIENE, at=MONDAY)
    assert view is not None and (view.status, view.apply_by) == ("told", DUE)
    with pytest.raises(errors.Conflict, match="已经告知听证权利"):
        await refuse(matter, MONDAY)
    buttons = (await tasks.view(matter.task, by=HYGIENE, at=MONDAY)).buttons
    assert any("听证权利" in why for why in buttons["grant"]) and any("听证权利" in why for why in buttons["refuse"])
    paper = json.loads(str(await one("SELECT content FROM papers WHERE kind = 'hearing'")))
    assert (paper["title"], paper["apply_by"]) == ("听证权利告知书", "2026年11月9日")
    assert paper["parties"] == "申请人、利害关系人相邻住户赵某"


async def test_the_end_of_the_five_working_days_frees_the_decision(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    with pytest.raises(errors.Conflict, match="听证权利"):
        await refuse(matter, DUE)
    late = DUE + timedelta(seconds=1)
    with pytest.raises(errors.Conflict, match="到 2026-11-09 为止"):
        await hearings.applied(matter.task, by=HYGIENE, at=late)
    await refuse(matter, late)
    assert await one("SELECT count(*) FROM journal WHERE event = 'hearing right expired' AND by_id = 'system'") == 1


async def test_at_the_last_instant_a_hearing_can_be_asked_for(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    until = await hearings.applied(matter.task, by=HYGIENE, at=DUE)
    assert until == datetime(2026, 12, 7, 17, tzinfo=SHANGHAI)
    # The period does not run on, and nothing is decided before the hearing.
    with pytest.raises(errors.Conflict, match="听证权利"):
        await refuse(matter, DUE + timedelta(days=3))


async def test_who_asked_in_time_is_not_cut_off_by_a_timer_that_was_faster(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    await timers.round(DUE + timedelta(seconds=1))
    assert await one("SELECT status FROM hearings") == "waived"
    await hearings.applied(matter.task, by=HOLDER, at=DUE)
    assert await one("SELECT status || record FROM hearings") == "applied"
    with pytest.raises(errors.Conflict, match="听证权利"):
        await refuse(matter, DUE + timedelta(days=3))


async def test_whoever_gives_the_right_up_frees_the_decision(matter: Matter) -> None:
    with pytest.raises(errors.Conflict, match="还没有告知听证权利"):
        await hearings.waived(matter.task, by=HYGIENE, at=MONDAY)
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    await hearings.waived(matter.task, by=HYGIENE, at=MONDAY)
    await hearings.waived(matter.task, by=HYGIENE, at=MONDAY)
    await refuse(matter, MONDAY)


async def test_seven_working_days_ahead_and_within_twenty(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    with pytest.raises(errors.Conflict, match="收到听证申请后才能"):
        await called(matter, presider="x")
    await hearings.applied(matter.task, by=HYGIENE, at=MONDAY)
    for day, told in (
        (date(2026, 11, 10), "最早 2026-11-11"),
        (date(2026, 12, 1), "最晚 2026-11-30"),
        (date(2026, 11, 14), "不是工作日"),
    ):
        with pytest.raises(errors.Invalid, match=told):
            await called(matter, held_on=day, presider="x")
    await called(matter)
    paper = json.loads(
        str(await one("SELECT content FROM papers WHERE kind = 'hearing_call' ORDER BY issued_at DESC, id DESC"))
    )
    assert (paper["title"], paper["held"], paper["presider"]) == ("听证通知书", "2026年11月11日上午九时", "郑主持")


async def test_the_examiner_does_not_preside(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    await hearings.applied(matter.task, by=HYGIENE, at=MONDAY)
    presider = await chair()
    for nobody in ("", HYGIENE.id, (await chair("stranger", "tax")).id):
        with pytest.raises(errors.Invalid, match="主持"):
            await called(matter, presider=nobody)
    await tasks.hand_over(matter.task, to=presider.id, by=HYGIENE, at=MONDAY)
    with pytest.raises(errors.Invalid, match="不能是审查这个申请的人员"):
        await hearings.call(
            matter.task,
            held_on=date(2026, 11, 11),
            hour="九时",
            place="会议室",
            presider=presider.id,
            by=presider,
            at=MONDAY,
        )


async def test_the_decision_follows_the_signed_record(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, interested="赵某，13800000000", by=HYGIENE, at=MONDAY)
    await hearings.applied(matter.task, by=HYGIENE, at=MONDAY)
    with pytest.raises(errors.Conflict, match="请先发出听证通知"):
        await hearings.hold(matter.task, minutes(), by=HYGIENE, at=MONDAY)
    await called(matter)
    with pytest.raises(errors.Conflict, match="定在 2026-11-11 举行"):
        await hearings.hold(matter.task, minutes(), by=HYGIENE, at=MONDAY)
    with pytest.raises(errors.Invalid, match="申辩和质证"):
        await hearings.hold(matter.task, minutes(statements="已举行"), by=HYGIENE, at=DAY)
    names = await parties(matter)
    record = minutes(attended={names["许英子"]: "in_person", names["赵某"]: "agent"})
    await hearings.hold(matter.task, record, by=HYGIENE, at=DAY)
    with pytest.raises(errors.Conflict, match="已经登记"):
        await hearings.hold(matter.task, record, by=HYGIENE, at=DAY)
    with pytest.raises(errors.Conflict, match="已经举行"):
        await hearings.waived(matter.task, by=HYGIENE, at=DAY)
    paper = json.loads(str(await one("SELECT content FROM papers WHERE kind = 'hearing_record'")))
    assert [a["attended"] for a in paper["attendees"]] == ["到场", "由代理人到场"]
    # Nobody has signed yet.
    with pytest.raises(errors.Conflict, match="听证权利"):
        await refuse(matter, DAY)
    with pytest.raises(errors.Invalid, match="请上传签字后的听证笔录"):
        await hearings.confirm(matter.task, signed={}, scan=None, by=HYGIENE, at=DAY)
    with pytest.raises(errors.Conflict, match="逐人登记签字"):
        await hearings.confirm(matter.task, signed={names["赵某"]: True}, scan=SCAN, by=HYGIENE, at=DAY)
    signed = {names["许英子"]: True, names["赵某"]: False}
    with pytest.raises(errors.Invalid, match="拒绝签字的情况和理由"):
        await hearings.confirm(matter.task, signed=signed, scan=SCAN, by=HYGIENE, at=DAY)
    said = "赵某认为记录不全，拒绝签字，主持人在场见证。"
    for _ in range(2):
        await hearings.confirm(matter.task, signed=signed, refusal=said, scan=SCAN, by=HYGIENE, at=DAY)
    view = await hearings.of_task(matter.task, by=HYGIENE, at=DAY)
    assert view is not None and [p.signed_name for p in view.parties] == ["已签字", "拒绝签字"]
    await refuse(matter, DAY)
    refusal = json.loads(str(await one("SELECT content FROM papers WHERE kind = 'refusal'")))
    assert refusal["hearing"] == await one("SELECT number FROM papers WHERE kind = 'hearing_record'")
    assert f"根据听证笔录（{refusal['hearing']}）作出" in refusal["say"]["hearing"]


async def test_the_time_of_the_hearing_is_told_and_left_out_of_the_limits(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    await hearings.applied(matter.task, by=HYGIENE, at=MONDAY)
    assert await statutory(matter) == date(2026, 11, 30)
    await called(matter)
    # Seven working days, 3 to 11 November, are not counted.
    assert await statutory(matter) == date(2026, 12, 9)
    paper = json.loads(str(await one("SELECT content FROM papers WHERE kind = 'hearing_call'")))
    moved = {row["name"]: (row["old"], row["new"]) for row in paper["limits"]}
    assert moved["法定时限"] == ("2026年11月30日", "2026年12月9日")
    number = await one("SELECT number FROM papers WHERE kind = 'hearing_call'")
    assert await one("SELECT DISTINCT paper FROM clock_events WHERE kind = 'pause'") == number


async def test_a_hearing_that_is_called_off_gives_the_time_back(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    await hearings.applied(matter.task, by=HYGIENE, at=MONDAY)
    await called(matter)
    await hearings.waived(matter.task, by=HYGIENE, at=datetime(2026, 11, 4, 9, 30, tzinfo=SHANGHAI))
    # The 3rd alone was left out.
    assert await statutory(matter) == date(2026, 12, 1)
    await refuse(matter, datetime(2026, 11, 4, 10, tzinfo=SHANGHAI))


async def test_calling_it_anew_says_why_and_leaves_out_the_time_to_the_new_day(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    await hearings.applied(matter.task, by=HYGIENE, at=MONDAY)
    await called(matter)
    later = {"held_on": date(2026, 11, 13), "presider": (await chair("second")).id}
    with pytest.raises(errors.Invalid, match="请写明改期或者改派的原因"):
        await called(matter, **later)
    await called(matter, **later, changed="会议室临时征用")
    assert await statutory(matter) == date(2026, 12, 11)
    paper = json.loads(str(await one("SELECT content FROM papers WHERE kind = 'hearing_call' ORDER BY id DESC")))
    assert (paper["changed"], paper["held"]) == ("会议室临时征用", "2026年11月13日上午九时")


async def test_another_hour_or_place_is_told_seven_working_days_ahead_as_well(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    await hearings.applied(matter.task, by=HYGIENE, at=MONDAY)
    presider = (await chair()).id
    await called(matter, presider=presider)
    again: dict[str, Any] = {
        "hour": "上午九时",
        "place": "政务大厅二楼会议室",
        "changed": "会议室临时征用",
        "by": HYGIENE,
    }
    eve = datetime(2026, 11, 10, 16, tzinfo=SHANGHAI)
    for other in ({"place": "三道湾镇政府会议室"}, {"hour": "上午八时"}):
        given = again | other | {"held_on": date(2026, 11, 11), "presider": presider}
        with pytest.raises(errors.Invalid, match="时间、地点有变，也要在举行的七个工作日前通知，最早 2026-11-19"):
            await hearings.call(matter.task, **given, at=eve)
    # On the Monday itself there is time enough, and the time that was left out is left out once.
    await called(matter, presider=presider, place="三道湾镇政府会议室", changed="会议室临时征用")
    assert await statutory(matter) == date(2026, 12, 9)


async def test_a_hearing_is_not_called_anew_for_a_day_that_is_past(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    await hearings.applied(matter.task, by=HYGIENE, at=MONDAY)
    await called(matter)
    given = {"hour": "上午九时", "place": "政务大厅二楼会议室", "presider": (await chair("second")).id}
    with pytest.raises(errors.Invalid, match="2026-11-11 已经过去"):
        await hearings.call(
            matter.task,
            held_on=date(2026, 11, 11),
            **given,
            changed="主持人生病",
            by=HYGIENE,
            at=DAY + timedelta(days=1),
        )
    # Put off afterwards: the days between the old hearing and the new notice count.
    await hearings.call(
        matter.task, held_on=date(2026, 11, 24), **given, changed="主持人生病", by=HYGIENE, at=DAY + timedelta(days=2)
    )
    # 3 to 11 and 13 to 24 November are left out: only the 12th and 25 November on have counted.
    assert await statutory(matter) == date(2026, 12, 21)


async def test_one_notice_of_a_hearing_stands_at_most(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    await hearings.applied(matter.task, by=HYGIENE, at=MONDAY)
    presider = (await chair()).id
    await called(matter, presider=presider)
    await called(matter, presider=presider, held_on=date(2026, 11, 13), changed="会议室临时征用")
    standing = "SELECT count(*) FROM papers WHERE kind = 'hearing_call' AND superseded_by IS NULL AND void_at IS NULL"
    replaced = "SELECT count(*) FROM papers WHERE kind = 'hearing_call' AND superseded_by IS NOT NULL"
    assert (await one(standing), await one(replaced)) == (1, 1)
    await hearings.waived(matter.task, by=HYGIENE, at=datetime(2026, 11, 4, 9, 30, tzinfo=SHANGHAI))
    assert await one(standing) == 0
    void = "SELECT void_reason FROM papers WHERE kind = 'hearing_call' AND void_at IS NOT NULL"
    assert str(await one(void)).startswith("要求听证的人放弃或者撤回")


async def test_a_period_into_a_year_without_a_notice_is_provisional_and_only_becomes_longer(matter: Matter) -> None:
    late = datetime(2026, 12, 30, 10, tzinfo=SHANGHAI)
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=late)
    paper = json.loads(str(await one("SELECT content FROM papers WHERE kind = 'hearing'")))
    assert paper["apply_by"] == "2027年1月7日（暂定）" and "只会推迟、不会提前" in paper["provisional_note"]
    administrator = actor("admin", Role.ADMINISTRATOR)
    longer = (
        "year: 2027\nnotice: 国务院办公厅关于2027年部分节假日安排的通知\nnumber: 国办发明电〔2026〕9号\n"
        "published: 2026-12-30\noff:\n  - {festival: 元旦, from: 2027-01-01, to: 2027-01-04}\n"
    )
    await calendars.import_notice(longer.encode(), "2027.yaml", by=administrator, at=late)
    while await timers.round(late + timedelta(minutes=1)):
        pass
    view = await hearings.of_task(matter.task, by=HYGIENE, at=late)
    assert view is not None and view.apply_by == datetime(2027, 1, 8, 17, tzinfo=SHANGHAI)
    await hearings.applied(matter.task, by=HYGIENE, at=datetime(2027, 1, 8, 9, tzinfo=SHANGHAI))


async def test_whoever_is_challenged_waits_for_the_head_and_does_not_preside_again(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    await hearings.applied(matter.task, by=HYGIENE, at=MONDAY)
    ask = {"asker": "许英子", "reason": "主持人是我的前雇主。"}
    with pytest.raises(errors.Conflict, match="发出听证通知"):
        await hearings.challenge(matter.task, **ask, by=HYGIENE, at=MONDAY)
    first = (await chair()).id
    await called(matter, presider=first)
    await hearings.challenge(matter.task, **ask, by=HOLDER, at=MONDAY)
    with pytest.raises(errors.Conflict, match="还没有决定"):
        await hearings.challenge(matter.task, **ask, by=HYGIENE, at=MONDAY)
    with pytest.raises(errors.Conflict, match="申请主持人回避，还没有决定"):
        await hearings.hold(matter.task, minutes(), by=HYGIENE, at=DAY)
    with pytest.raises(errors.Forbidden, match="由部门负责人决定"):
        await hearings.answer_challenge(matter.task, granted=True, reason="属实", by=HYGIENE, at=MONDAY)
    await hearings.answer_challenge(matter.task, granted=True, reason="情况属实。", by=HYGIENE_HEAD, at=MONDAY)
    with pytest.raises(errors.Conflict):
        await hearings.hold(matter.task, minutes(), by=HYGIENE, at=DAY)
    with pytest.raises(errors.Invalid, match="已经回避"):
        await called(matter, presider=first, changed="主持人回避")
    # The day stays although it is nearer than seven working days by now: it was told in time.
    await hearings.call(
        matter.task,
        held_on=date(2026, 11, 11),
        hour="上午九时",
        place="政务大厅二楼会议室",
        presider=(await chair("second")).id,
        changed="主持人回避",
        by=HYGIENE,
        at=datetime(2026, 11, 5, 9, 30, tzinfo=SHANGHAI),
    )
    await hearings.hold(matter.task, minutes(), by=HYGIENE, at=DAY)


async def test_one_who_gives_up_does_not_speak_for_the_other(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, interested="赵某\n钱某", by=HYGIENE, at=MONDAY)
    names = await parties(matter)
    await hearings.waived(matter.task, by=HOLDER, at=MONDAY)
    await hearings.waived(matter.task, party=names["赵某"], by=HYGIENE, at=MONDAY)
    with pytest.raises(errors.Conflict, match="听证权利"):
        await refuse(matter, MONDAY)
    until = await hearings.applied(matter.task, party=names["钱某"], by=HYGIENE, at=MONDAY)
    assert until.date() == date(2026, 11, 30)
    await hearings.waived(matter.task, party=names["钱某"], by=HYGIENE, at=MONDAY)
    await refuse(matter, MONDAY)


async def test_who_has_not_spoken_keeps_his_five_days_when_another_takes_it_back(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, interested="赵某", by=HYGIENE, at=MONDAY)
    names = await parties(matter)
    await hearings.applied(matter.task, party=names["赵某"], by=HYGIENE, at=MONDAY)
    await called(matter)
    friday = datetime(2026, 11, 6, 10, tzinfo=SHANGHAI)
    await hearings.waived(matter.task, party=names["赵某"], by=HYGIENE, at=friday)
    view = await hearings.of_task(matter.task, by=HYGIENE, at=friday)
    assert view is not None and (view.status, view.held_on, view.hold_by) == ("told", None, None)
    # The 3rd to the 5th were left out for the hearing; from the 6th on everything counts.
    assert await statutory(matter) == date(2026, 12, 3)
    with pytest.raises(errors.Conflict, match="听证权利"):
        await refuse(matter, friday)
    until = await hearings.applied(matter.task, by=HOLDER, at=DUE)
    assert until.date() == date(2026, 12, 7)
    await hearings.waived(matter.task, by=HOLDER, at=DUE + timedelta(hours=1))
    await refuse(matter, DUE + timedelta(hours=1))


async def test_when_nobody_asks_after_all_the_end_of_the_five_days_frees_the_decision(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, interested="赵某", by=HYGIENE, at=MONDAY)
    names = await parties(matter)
    await hearings.applied(matter.task, party=names["赵某"], by=HYGIENE, at=MONDAY)
    await hearings.waived(matter.task, party=names["赵某"], by=HYGIENE, at=MONDAY)
    with pytest.raises(errors.Conflict, match="听证权利"):
        await refuse(matter, DUE)
    await refuse(matter, DUE + timedelta(seconds=1))


async def test_what_the_public_interest_wants_is_held_without_anybody_asking(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, ground="public_interest", by=HYGIENE, at=MONDAY)
    with pytest.raises(errors.Conflict, match="依职权举行，不用申请"):
        await hearings.applied(matter.task, by=HYGIENE, at=MONDAY)
    with pytest.raises(errors.Conflict):
        await hearings.waived(matter.task, by=HYGIENE, at=MONDAY)
    with pytest.raises(errors.Conflict, match="听证权利"):
        await refuse(matter, DUE + timedelta(days=30))
    await called(matter)
    # Nor does the call make it anybody's to give up.
    for by in (HYGIENE, HOLDER):
        with pytest.raises(errors.Conflict, match="不因为有人放弃而取消"):
            await hearings.waived(matter.task, by=by, at=MONDAY)
    (seen,) = await hearings.of_case(matter.case, at=MONDAY)
    assert (seen.status, seen.may_apply, seen.may_waive) == ("called", False, False)
    await hearings.hold(matter.task, minutes(), by=HYGIENE, at=DAY)


async def test_who_comes_too_late_is_answered_in_writing(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, interested="赵某", by=HYGIENE, at=MONDAY)
    late = DUE + timedelta(hours=16)
    said = {"asker": "赵某", "reason": "申请时已经超过五个工作日的期限。"}
    with pytest.raises(errors.Conflict, match="应当组织听证"):
        await hearings.declined(matter.task, **said, applied_on=MONDAY, by=HYGIENE, at=late)
    await hearings.declined(matter.task, **said, applied_on=late, by=HYGIENE, at=late)
    paper = json.loads(str(await one("SELECT content FROM papers WHERE kind = 'hearing_answer'")))
    assert (paper["title"], paper["asker"], paper["applied"]) == ("听证申请答复书", "赵某", "2026年11月10日")


async def test_the_law_itself_counts_the_twenty_working_days(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    await hearings.applied(matter.task, by=HYGIENE, at=MONDAY)
    assert (await matter.due("hearing_held")).date() == date(2026, 11, 30)
    await called(matter)
    await hearings.hold(matter.task, minutes(), by=HYGIENE, at=DAY)
    assert await one("SELECT stopped_at FROM clocks WHERE kind = 'hearing_held'") == DAY


async def test_others_have_no_part_in_it(matter: Matter) -> None:
    with pytest.raises(errors.NotFound):
        await hearings.tell(matter.task, reason=WHY, by=actor("x", Role.APPROVER, department="tax"), at=MONDAY)
    with pytest.raises(errors.Conflict, match="由签收人或者部门负责人"):
        await hearings.tell(matter.task, reason=WHY, by=HYGIENE_TOO, at=MONDAY)
    with pytest.raises(errors.Invalid, match="理由"):
        await hearings.tell(matter.task, reason=" ", by=HYGIENE, at=MONDAY)
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE_HEAD, at=MONDAY)
    with pytest.raises(errors.Conflict, match="已经告知过"):
        await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)


async def test_a_hearing_that_comes_too_late_is_held_on_the_earliest_day_and_flagged(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    assert (await hearings.applied(matter.task, by=HYGIENE, at=MONDAY)).date() == date(2026, 11, 30)
    late = datetime(2026, 12, 7, 9, 30, tzinfo=SHANGHAI)
    call = {"hour": "上午九时", "place": "政务大厅二楼会议室", "presider": (await chair()).id}
    with pytest.raises(errors.Invalid, match="期限已经到了，只能尽早举行：2026-12-16"):
        await hearings.call(matter.task, held_on=date(2026, 12, 17), **call, by=HYGIENE, at=late)
    await hearings.call(matter.task, held_on=date(2026, 12, 16), **call, by=HYGIENE, at=late)
    journal = "SELECT content FROM journal JOIN journal_contents USING (position) WHERE event = 'hearing called'"
    assert json.loads(str(await one(journal)))["flag"] == "late hearing"
