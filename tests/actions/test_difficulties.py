"""Requests at the difficulty window: the way through, what is refused, what is joined, what goes up."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from lianban import errors, outbox, people
from lianban.casework import catalogue
from lianban.feedback import difficulties, matters
from lianban.feedback.difficulties import Request, words
from lianban.outside.clock import SHANGHAI
from lianban.outside.database import connection, transaction
from lianban.oversight import indicators
from lianban.rules.actors import HOLDER, SYSTEM, Actor, Role
from lianban.rules.lifecycles import DifficultyLife, table
from lianban.timers import round
from tests.actions.drafts import MONDAY, WANG
from tests.actions.voicing import GOVERNMENT, SUPERVISOR
from tests.actions.working import HEALTHCARE, POLICE, POLICE_TOO, REGION, accepted, one

pytestmark = pytest.mark.anyio

ANSWER = "已经与医院核对出生信息，今天办好了出生登记。"
TOLD = Request("朴女士", "138-0000-1234", "many_trips", "跑了三趟，户口还是没有办成。", item="出生登记")
KIM = Actor("kim", "金哲", REGION, frozenset({Role.CLERK}), window="综合窗口 3 号")


async def made(request: Request = TOLD, *, at: datetime = MONDAY, by: Actor = WANG) -> UUID:
    """A request that has just been told."""
    await catalogue.ship(MONDAY)
    return (await difficulties.register(request, region=REGION, by=by, at=at)).id


async def handling(category: str = "hard", *others: str) -> UUID:
    """A request that the police have taken."""
    id = await made()
    await difficulties.triage(id, category, by=WANG, at=MONDAY)
    await difficulties.dispatch(id, POLICE.department, others, by=WANG, at=MONDAY)
    await difficulties.accept(id, by=POLICE, at=MONDAY)
    return id


async def status(id: UUID) -> str:
    """Where it stands."""
    return str(await one(f"SELECT status FROM difficulties WHERE id = '{id}'"))


async def test_a_request_goes_from_the_window_to_its_end(pool: None) -> None:
    id = await handling()
    async with transaction():
        clocks = {c.kind: c for c in (await matters.clocks_of([id], at=MONDAY))[id]}
    # 10 working days from 2 November 2026.
    assert clocks["answer"].due.isoformat() == "2026-11-16T17:00:00+08:00"
    assert clocks["triage"].stopped_at == clocks["accept"].stopped_at == MONDAY
    await difficulties.reply(id, ANSWER, result="solved", by=POLICE, at=MONDAY)
    assert [m.event for m in await outbox.claim(MONDAY, limit=50) if m.event == difficulties.REPLIED]
    await difficulties.called_back(id, True, True, "", by=WANG, at=MONDAY)
    await difficulties.called_back(id, True, True, "", by=WANG, at=MONDAY)
    await difficulties.close(id, "unclear_guide", by=WANG, at=MONDAY)
    assert await status(id) == "closed"
    paper = await one("SELECT content::text FROM papers WHERE kind = 'handling_sheet'")
    assert "已经办成；回访满意。" in str(paper) and "朴女士" not in str(paper)
    sealed = await one("SELECT encode(sealed, 'escape') FROM difficulties")
    assert "13800001234" not in str(sealed)


async def test_the_same_matter_of_the_same_person_within_seven_days_is_joined(pool: None) -> None:
    first = await made()
    online = Request("朴", "13800001234", "many_trips", "还是没有办成，怎么办？", item="出生登记", source="online")
    again = await difficulties.register(online, region=REGION, by=HOLDER, at=MONDAY + timedelta(days=6))
    assert (again.id, again.joined) == (first, True)
    other = await difficulties.register(
        Request("朴", "13800001234", "attitude", "窗口人员不耐烦，不理人。"), region=REGION, by=HOLDER, at=MONDAY
    )
    late = await difficulties.register(online, region=REGION, by=HOLDER, at=MONDAY + timedelta(days=8))
    assert len({first, other.id, late.id}) == 3
    ticket = Request("朴", "13900009999", "other", "热线转来的同一件事情。", ticket="12345-001")
    once = await difficulties.register(ticket, region=REGION, by=WANG, at=MONDAY)
    twice = await difficulties.register(ticket, region=REGION, by=WANG, at=MONDAY + timedelta(days=30))
    assert twice.id == once.id and twice.joined


async def test_the_same_matter_told_twice_at_once_is_one_request(pool: None) -> None:
    await catalogue.ship(MONDAY)
    told = [difficulties.register(TOLD, region=REGION, by=by, at=MONDAY) for by in (WANG, KIM, WANG)]
    made = await asyncio.gather(*told)
    assert len({one.id for one in made}) == 1 and sorted(one.joined for one in made) == [False, True, True]
    id = made[0].id
    await difficulties.triage(id, "hard", by=WANG, at=MONDAY)
    await difficulties.dispatch(id, POLICE.department, by=WANG, at=MONDAY)
    await asyncio.gather(*(difficulties.accept(id, by=by, at=MONDAY) for by in (POLICE, POLICE_TOO)))
    replies = [difficulties.reply(id, ANSWER, result="solved", by=by, at=MONDAY) for by in (POLICE, POLICE_TOO)]
    ended = await asyncio.gather(*replies, return_exceptions=True)
    assert sorted(type(one).__name__ for one in ended) == ["Illegal", "NoneType"]


async def test_what_is_told_twice_by_a_double_click_is_one_request(pool: None) -> None:
    await catalogue.ship(MONDAY)
    first = await difficulties.register(TOLD, region=REGION, by=WANG, at=MONDAY, key="k")
    again = await difficulties.register(TOLD, region=REGION, by=WANG, at=MONDAY, key="k")
    assert first == again and not again.joined


async def test_the_case_that_is_blocked_hangs_on_it_and_names_who_was_asked_first(pool: None) -> None:
    case = await accepted()
    id = await made(Request("朴女士", "13800001234", "many_trips", "出生登记一直没有结果。", case=case.number))
    async with transaction():
        row = await connection().fetchrow("SELECT case_id, first_asked_name FROM difficulties WHERE id = $1", id)
    assert row is not None and (row["case_id"], row["first_asked_name"]) == (case.case_id, WANG.name)
    with pytest.raises(errors.Invalid, match="有的内容") as refused:
        await made(Request("", "abc", "", "短", ticket="x" * 50))
    assert set(refused.value.fields) == {"name", "phone", "kind", "problem", "ticket"}


async def test_joint_handling_waits_for_every_unit(pool: None) -> None:
    id = await handling("coordinate", HEALTHCARE.department)
    with pytest.raises(errors.Conflict, match="还有协办单位"):
        await difficulties.reply(id, ANSWER, result="solved", by=POLICE, at=MONDAY)
    with pytest.raises(errors.NotFound):
        await difficulties.accept(id, by=Actor("x", "x", REGION, frozenset({Role.APPROVER}), "tax"), at=MONDAY)
    await difficulties.accept(id, by=HEALTHCARE, at=MONDAY)
    await difficulties.contribute(id, "医保参保信息已经核对一致。", by=HEALTHCARE, at=MONDAY)
    await difficulties.tell(id, "两个单位正在核对，预计本周答复。", by=POLICE, at=MONDAY)
    async with transaction():
        clocks = {c.kind: c for c in (await matters.clocks_of([id], at=MONDAY))[id]}
    assert clocks["tell"].due.isoformat() == "2026-11-02T14:30:00+08:00" and clocks["tell"].stopped_at == MONDAY
    assert clocks["opinion"].due.isoformat() == "2026-11-23T17:00:00+08:00"
    await difficulties.reply(id, ANSWER, result="solved", by=POLICE, at=MONDAY)
    assert await status(id) == "replied"


async def test_a_unit_that_gave_it_back_gets_it_again_only_from_a_supervisor(pool: None) -> None:
    id = await handling()
    await difficulties.give_back(id, "不属于本单位职责", by=POLICE, at=MONDAY)
    assert await status(id) == "triaged"
    with pytest.raises(errors.Invalid, match="已经退回过"):
        await difficulties.dispatch(id, POLICE.department, by=WANG, at=MONDAY)
    await difficulties.dispatch(id, POLICE.department, by=SUPERVISOR, at=MONDAY)
    with pytest.raises(errors.Conflict, match="不能退回"):
        await difficulties.give_back(id, "还是不归我们", by=POLICE, at=MONDAY)


async def test_a_new_date_is_told_with_its_reason_before_the_old_one_is_over(pool: None) -> None:
    id = await handling("cannot")
    with pytest.raises(errors.Invalid, match="最多延长 5 个工作日"):
        await difficulties.postpone(id, 6, "需要外地核查", by=POLICE, at=MONDAY)
    due = await difficulties.postpone(id, 3, "需要外地核查", by=POLICE, at=MONDAY)
    assert due.isoformat() == "2026-11-12T17:00:00+08:00"
    with pytest.raises(errors.Conflict, match="只能延期一次"):
        await difficulties.postpone(id, 1, "还没有查完呢", by=POLICE, at=MONDAY)


async def test_a_blame_is_found_true_before_the_answer_and_leaves_a_record(pool: None) -> None:
    id = await handling("refused")
    with pytest.raises(errors.Conflict, match="等监督员核实"):
        await difficulties.reply(id, ANSWER, result="solved", by=POLICE, at=MONDAY)
    with pytest.raises(errors.Conflict, match="核实属实以后"):
        await difficulties.rectify(id, "窗口推诿，没有一次告知。", by=SUPERVISOR, at=MONDAY)
    await difficulties.judge(id, True, "调看监控，情况属实。", by=SUPERVISOR, at=MONDAY)
    (record,) = await difficulties.records(by=SUPERVISOR)
    assert (record.number, record.concluded_at) == ("DB2026-00001", None)
    await difficulties.conclude(record.id, "批评教育，调离窗口。", by=SUPERVISOR, at=MONDAY)
    with pytest.raises(errors.Forbidden):
        await difficulties.records(by=WANG)
    first = await difficulties.rectify(id, "窗口推诿，没有一次告知。", by=SUPERVISOR, at=MONDAY)
    assert first == await difficulties.rectify(id, "窗口推诿，没有一次告知。", by=SUPERVISOR, at=MONDAY)
    assert await one("SELECT source FROM rectifications") == "difficulty"


async def test_whoever_is_complained_of_does_not_even_know_of_it(pool: None, monkeypatch: pytest.MonkeyPatch) -> None:
    async def known(id: str) -> Actor:
        return KIM

    monkeypatch.setattr("lianban.people.person", known)
    id = await made(Request("朴女士", "13800001234", "attitude", "窗口人员态度很不好。", about=KIM.id))
    with pytest.raises(errors.NotFound):
        await difficulties.triage(id, "simple", by=KIM, at=MONDAY)
    await difficulties.triage(id, "simple", by=WANG, at=MONDAY)
    await difficulties.settle(id, "已经当面道歉，材料当场收下。", by=WANG, at=MONDAY)
    with pytest.raises(errors.Conflict, match="另一位同事回访"):
        await difficulties.called_back(id, True, True, "", by=WANG, at=MONDAY)


async def test_a_displeased_one_is_handled_once_more_and_then_goes_up(pool: None) -> None:
    id = await handling()
    await difficulties.reply(id, ANSWER, result="explained", by=POLICE, at=MONDAY)
    await difficulties.called_back(id, True, False, "没有解决", by=WANG, at=MONDAY)
    assert await status(id) == "triaged"
    await difficulties.triage(id, "hard", by=WANG, at=MONDAY)
    await difficulties.dispatch(id, POLICE.department, by=WANG, at=MONDAY)
    await difficulties.accept(id, by=POLICE_TOO, at=MONDAY)
    await difficulties.reply(id, ANSWER, result="explained", by=POLICE_TOO, at=MONDAY)
    await difficulties.called_back(id, True, False, "还是没有解决", by=WANG, at=MONDAY)
    assert await status(id) == "escalated"
    await difficulties.confirm(id, by=GOVERNMENT, at=MONDAY)
    await difficulties.called_back(id, True, False, "仍不满意", by=WANG, at=MONDAY)
    assert await status(id) == "called_back"


async def test_an_answer_of_no_goes_up_and_the_government_may_have_it_done(pool: None) -> None:
    id = await handling()
    await difficulties.reply(id, "现有系统做不到，暂时不能解决。", result="unsolved", by=POLICE, at=MONDAY)
    assert await status(id) == "escalated"
    assert await one("SELECT count(*) FROM outbox WHERE event = 'difficulty replied'") == 0
    await difficulties.instruct(id, POLICE.department, [], "三日内人工办理。", by=GOVERNMENT, at=MONDAY)
    with pytest.raises(errors.Conflict, match="指定本单位办理"):
        await difficulties.give_back(id, "办不了", by=POLICE, at=MONDAY)


async def test_what_is_long_overdue_goes_up_by_itself(pool: None) -> None:
    id = await handling("cannot")
    late = datetime(2026, 11, 12, 9, 0, tzinfo=SHANGHAI)
    await round(late)
    await round(late)
    assert await status(id) == "escalated"


async def test_name_and_phone_are_shown_for_a_purpose_and_that_is_logged(pool: None) -> None:
    kept = Request("朴女士", "13800001234", "attitude", "窗口人员态度很不好。", confidential=True)
    id = await made(kept)
    await difficulties.triage(id, "hard", by=WANG, at=MONDAY)
    await difficulties.dispatch(id, POLICE.department, by=WANG, at=MONDAY)
    seen = await difficulties.view(id, by=POLICE, at=MONDAY)
    assert (seen.who, seen.phone, seen.query_code) == ("保密", "保密", "")
    with pytest.raises(errors.Forbidden, match="保密"):
        await difficulties.shown(id, "联系核实", by=POLICE, at=MONDAY)
    assert await difficulties.shown(id, "联系核实", by=WANG, at=MONDAY) == ("朴女士", "13800001234")
    assert await one("SELECT purpose FROM access_log") == "联系核实"
    seen = await difficulties.view(id, by=WANG, at=MONDAY)
    assert seen.phone == "138****1234" and seen.who == "朴*"


async def test_a_phone_alone_opens_nobodys_request(pool: None) -> None:
    first = await made()
    online = Request("别人", "13800001234", "many_trips", "我想看看他的诉求。", item="出生登记", source="online")
    joined = await difficulties.register(online, region=REGION, by=HOLDER, at=MONDAY)
    assert (joined.joined, joined.number, joined.query_code) == (True, "", "")
    code = str(await one("SELECT query_code FROM difficulties"))
    found = await difficulties.follow_up(REGION, "sq2026-00001", code.lower(), address="a", at=MONDAY)
    assert found.number == "SQ2026-00001" and str(first) not in str(found)
    with pytest.raises(errors.NotFound, match="编号或查询码不对"):
        await difficulties.follow_up(REGION, "SQ2026-00001", "WRONG", address="a", at=MONDAY)


async def test_every_figure_counts_what_its_list_shows(pool: None) -> None:
    late = datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)
    for n, category in enumerate(("simple", "cannot", "hard", "refused")):
        id = await made(Request("朴", f"1380000{n:04}", "many_trips", "跑了三趟，还是没有办成。"))
        await difficulties.triage(id, category, by=WANG, at=MONDAY)
        if category in ("simple", "cannot"):
            at = MONDAY if category == "simple" else late
            await difficulties.settle(id, ANSWER, result="solved", by=WANG, at=at)
            await difficulties.called_back(id, True, category == "simple", "", by=KIM, at=at)
        if category == "simple":
            with pytest.raises(errors.Conflict, match="另一位同事"):
                await difficulties.close(id, "unclear_guide", by=WANG, at=MONDAY)
            await difficulties.close(id, "unclear_guide", by=KIM, at=MONDAY)
    away = await made(Request("朴", "13811111111", "other", "邻居欠钱不还怎么办。"))
    await difficulties.exclude(away, "private", by=WANG, at=MONDAY)
    found = await difficulties.figures("2026-11", by=WANG, at=late)
    for line in (found.total, *found.groups, *found.causes):
        for name, count in line.counts.items():
            group = line.id if line in found.groups else ""
            cause = line.id if line in found.causes else ""
            filters = difficulties.Filters(tab="", figure=name, month="2026-11", group=group, cause=cause)
            rows = (await difficulties.listing(filters, by=WANG, at=late)).rows
            assert len(rows) == count, (line.name, name)
    assert found.total.counts | {"received": 5, "excluded": 1, "closed": 1, "solved": 1, "displeased": 1} == (
        found.total.counts
    )
    assert [(rate.text, rate.numerator, rate.denominator) for rate in found.total.rates] == [
        ("25.00%", 1, 4),
        ("50.00%", 1, 2),
        ("100%", 1, 1),
    ]
    # Who comes back with what was none of the window's is counted; what the citizen denies is not solved.
    await made(Request("朴", "13811111111", "other", "邻居的事也牵涉到我的许可证。"))
    sheet = await indicators.sheet(REGION, indicators.month_of(MONDAY.date()), known=late.date(), at=late)
    assert (sheet.of("*")["requests"], sheet.of("*")["requests_solved"]) == (5, 1)


async def test_two_people_are_on_duty_and_the_second_takes_over(pool: None) -> None:
    a, b = [await someone(name) for name in ("甲", "乙")]
    day = MONDAY.date()
    with pytest.raises(errors.Invalid, match="请按提示修改") as refused:
        await difficulties.put_duty(a, a, since=day, until=day, by=WANG, at=MONDAY)
    assert refused.value.fields == {"b": "A 岗和 B 岗必须是两个人。"}
    await difficulties.put_duty(a, b, since=day, until=day + timedelta(days=4), by=WANG, at=MONDAY)
    with pytest.raises(errors.Conflict, match="已经排了班"):
        await difficulties.put_duty(b, a, since=day, until=day, by=WANG, at=MONDAY)
    assert [d.now for d in await difficulties.duties(REGION, at=MONDAY)] == ["甲"]
    admin = Actor("admin", "高远", REGION, frozenset({Role.ADMINISTRATOR}))
    await people.add_absence(a, b, since=day, until=day, by=admin, at=MONDAY)
    assert [d.now for d in await difficulties.duties(REGION, at=MONDAY)] == ["乙"]


async def someone(name: str) -> str:
    """Somebody of the window."""
    await people.add_person(
        f"login{ord(name)}", "Jieban-2026", name=name, roles=[Role.CLERK], region=REGION, by=SYSTEM, at=MONDAY
    )
    async with transaction():
        return str(await connection().fetchval("SELECT id FROM people WHERE name = $1", name))


async def test_a_cause_outside_the_catalogue_is_no_proposal(pool: None) -> None:
    with pytest.raises(errors.Invalid, match="不是事项目录的问题"):
        await difficulties.propose("manner", "2026-11", "请改进服务态度", by=WANG, at=MONDAY)
    with pytest.raises(errors.Invalid, match="没有因为这个原因的诉求"):
        await difficulties.propose("circular", "2026-11", "去掉互为前置的材料", by=WANG, at=MONDAY)


async def test_every_event_and_note_has_its_words(pool: None) -> None:
    source = "".join(p.read_text("utf-8") for p in Path(difficulties.__file__).parent.glob("*.py"))
    events = set(re.findall(r'tell_journal\(\s*"([^"]+)"', source)) | {"request registered", "request joined"}
    notes = set(re.findall(r'\.note\(\s*"([^"]+)"', source)) | {"joined"}
    assert events - set(words.EVENTS) == set() and notes == set(words.NOTES)
    assert set(words.STATES) == set(words.PLAIN) == set(table(DifficultyLife))
