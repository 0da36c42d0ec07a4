"""Messages follow what happens: whom they reach, what they say, once each, and not at night."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest

from lianban import errors, journal, outbox
from lianban.casework import corrections, intake, messages, policies, retention
from lianban.casework.messages import telling
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.rules.actors import HOLDER
from tests.actions.drafts import FAR, MONDAY, WANG, begin, fill
from tests.actions.messaging import CHIEF, WATCH, last, of, work
from tests.actions.receiving import blurred, on, received
from tests.actions.working import POLICE, accepted, grant_all, one

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demonstration: messages are kept for its simulation page."""
    monkeypatch.setenv("LIANBAN_DEMO", "true")
    settings.cache_clear()


async def leave(event: str, case_id: UUID, **payload: str) -> None:
    async with transaction():
        await outbox.write(event, case_id=case_id, payload=payload, at=MONDAY)


async def agreed(**more: str) -> UUID:
    """An accepted case whose form says more about the people."""
    draft = await begin()
    await fill(draft.case_id, WANG)
    await intake.save(draft.case_id, more, by=WANG, at=MONDAY)
    return (await intake.accept(draft.case_id, by=WANG, at=MONDAY)).case_id


async def test_an_accepted_case_is_told_to_the_applicant(pool: None) -> None:
    case = await accepted()
    await work()
    (told,) = await messages.of_case(case.case_id)
    assert (told.name, told.status, told.phone, told.role_name) == ("已受理", "simulated", "138****8000", "申请人")
    assert told.text.startswith("【联办·龙井市政务服务中心】朴女士/先生您好")
    assert case.number in told.text and "朴美兰" not in told.text and case.query_code not in told.text
    assert told.parts == -(-len(told.text) // 67) and told.sent_at == MONDAY
    ((kept,), more) = await messages.simulated()
    assert kept.id == told.id and not more


async def test_the_same_event_twice_is_one_message(pool: None) -> None:
    case = (await accepted()).case_id
    for _ in range(2):
        await leave("case accepted", case)
        await work()
    assert await of(case) == [("已受理", "simulated")]


async def test_a_correction_is_told_and_reminded_of_one_working_day_before_its_end(pool: None) -> None:
    case = (await received()).case_id
    await blurred(case)
    notified = await corrections.notify(case, by=WANG, at=on(3))
    await work(on(3))
    told = await last(case)
    until = f"{notified.answer_by:%-m月%-d日%H:%M}"
    assert told.name == "需要补正" and "有1项需要补正" in told.text and until in told.text and "不代替送达" in told.text
    day = notified.answer_by.replace(hour=9, minute=0) - timedelta(days=1)
    await work(day - MINUTE)
    assert (await last(case)).name == "需要补正"
    await work(day)
    reminded = await last(case)
    assert reminded.name == "补正期限将满" and until in reminded.text and reminded.made_at == day
    await work(day + timedelta(hours=2))
    assert [name for name, _ in await of(case)].count("补正期限将满") == 1


async def test_whoever_has_answered_is_not_reminded(pool: None) -> None:
    case = (await received()).case_id
    await blurred(case)
    notified = await corrections.notify(case, by=WANG, at=on(3))
    told = await corrections.open_correction(case, by=WANG, at=on(4))
    for gap in told.gaps:
        assert gap.id is not None
        await corrections.supply_original(case, gap.id, by=WANG, at=on(4))
    await corrections.finish(case, channel="window", by=WANG, at=on(4))
    await work(notified.answer_by - timedelta(hours=3))
    names = [name for name, _ in await of(case)]
    assert "补正期限将满" not in names and "补正已收齐" in names


async def test_at_night_a_message_waits_for_the_morning(pool: None) -> None:
    case = (await accepted()).case_id
    evening, morning = on(2, 22, 15), on(3, 8, 0)
    await work(evening)
    held = await last(case)
    assert (held.status, held.due_at) == ("waiting", morning)
    assert (await messages.of_case(case, holder=True))[0].id == held.id, "the tracking page tells it at once"
    await work(morning - MINUTE)
    assert (await last(case)).status == "waiting"
    await work(morning)
    assert (await last(case)).sent_at == morning


async def test_the_region_chooses_its_quiet_hours(pool: None) -> None:
    case = (await accepted()).case_id
    await policies.set_policy({"quiet_from": "09:00", "quiet_until": "12:00"}, by=CHIEF, at=MONDAY)
    await work()
    assert (await last(case)).due_at == on(2, 12, 0)


async def test_unsent_news_about_one_thing_goes_out_once_with_all_of_it(pool: None) -> None:
    case, night = (await accepted()).case_id, on(2, 23, 0)
    async with transaction():
        clocks = await connection().fetch(
            "SELECT id, kind, promised_due FROM clocks WHERE case_id = $1 AND kind = 'bundle'", case
        )
    for promised in ("2026-11-20T17:00:00+08:00", "2026-11-19T17:00:00+08:00"):
        await leave("deadline changed", case, clock=str(clocks[0]["id"]), kind="bundle", promised=promised)
    await work(night)
    assert sorted(await of(case)) == [
        ("已受理", "waiting"), ("期限因放假安排调整", "merged"), ("期限因放假安排调整", "waiting")
    ]  # fmt: skip
    await work(on(3))
    (told,) = [m for m in await messages.of_case(case) if m.name != "已受理" and m.status == "simulated"]
    assert told.text.count("整件事承诺时限改为") == 1


async def test_two_limits_that_move_together_are_told_together(pool: None) -> None:
    case = (await received()).case_id
    await blurred(case)
    await corrections.notify(case, by=WANG, at=on(3))
    await work(on(3))
    async with transaction():
        clock = await connection().fetchrow("SELECT id FROM clocks WHERE case_id = $1 AND kind = 'answer'", case)
        # As if the whole case had its promise already.
        await connection().execute("UPDATE clocks SET stopped_at = NULL, kind = 'bundle' WHERE kind = 'correction'")
        whole = await connection().fetchrow("SELECT id FROM clocks WHERE case_id = $1 AND kind = 'bundle'", case)
    await leave("deadline changed", case, clock=str(clock["id"]), kind="answer", promised="a")
    await leave("deadline changed", case, clock=str(whole["id"]), kind="bundle", promised="b")
    await work(on(3))
    await work(on(3) + timedelta(minutes=3))
    (told,) = [m for m in await messages.of_case(case) if m.name == "期限因放假安排调整" and m.status == "simulated"]
    assert "申请人补正的期限改为" in told.text and "整件事承诺时限改为" in told.text


async def test_results_ready_and_the_end_are_told(pool: None) -> None:
    case = (await accepted()).case_id
    await grant_all(case)
    await work()
    told = await last(case, "可以领取结果")
    assert "全部办成" in told.text and "不代替送达" in told.text


async def test_papers_that_change_something_are_told_by_their_title(pool: None) -> None:
    case = (await accepted()).case_id
    async with transaction():
        for kind, title in (("extension", "延长办理期限告知书"), ("hearing", "听证权利告知书"), ("closure", "办结单")):
            id = await connection().fetchval(
                "INSERT INTO papers (id, case_id, kind, number, code, title, content, issued_at)"
                " VALUES (gen_random_uuid(), $1, $2, $2, $2, $3, '{}', $4) RETURNING id",
                *(case, kind, title, MONDAY),
            )
            await telling.follow(outbox.Message(id, "paper issued", case, {"paper": str(id)}, 1), MONDAY)
    found = {m.name: m.text for m in await messages.of_case(case)}
    assert "《延长办理期限告知书》" in found["期限依法变更"] and "《听证权利告知书》" in found["听证"]
    assert not any("办结单" in text for text in found.values())


async def test_the_agent_is_told_if_the_mandate_says_so(pool: None) -> None:
    agent = {
        "party.agent.name": "赵代",
        "party.agent.id_number": "440524188001010014",
        "party.agent.phone": "13700137000",
        "party.agent.mandate_kind": "authorised",
    }
    told = await agreed(**agent, **{"party.agent.mandate_scope": "本件各事项的补正和领取"})
    await work()
    assert {(m.role_name, m.phone) for m in await messages.of_case(told)} == {
        ("申请人", "138****8000"),
        ("代理人", "137****7000"),
    }
    assert [m.role_name for m in await messages.of_case(told, holder=True)] == ["申请人"]


async def test_only_the_necessary_ones_for_whoever_said_so_at_the_counter(pool: None) -> None:
    case = await agreed(messages="no")
    await work()
    assert await of(case) == [("已受理", "declined")] and (await last(case)).text == ""
    await grant_all(case)
    await work()
    assert (await last(case, "可以领取结果")).status == "simulated"
    await messages.choose(case, True, by=HOLDER, at=MONDAY)
    assert await messages.wants(case)


async def test_the_holder_of_the_code_may_change_it_and_nobody_else(pool: None) -> None:
    case = (await accepted()).case_id
    with pytest.raises(errors.Forbidden):
        await messages.choose(case, False, by=WANG, at=MONDAY)
    for _ in range(2):
        await messages.choose(case, False, by=HOLDER, at=MONDAY)
    assert not await messages.wants(case)
    assert [line.event for line in await journal.lines("case", case)].count("messages chosen") == 1
    await work()
    assert await of(case) == [("已受理", "declined")]


async def test_without_a_gateway_in_production_it_is_written_down_and_nothing_fails(
    pool: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LIANBAN_DEMO")
    settings.cache_clear()
    case = (await accepted()).case_id
    await grant_all(case)
    await work()
    told = dict(await of(case))
    assert told["已受理"] == told["可以领取结果"] == "unconfigured"
    assert await messages.untold(by=WANG) == [], "nothing has gone wrong"
    assert "登记" in (await last(case)).advice
    assert await one("SELECT count(*) FROM outbox WHERE last_error <> ''") == 0
    assert await messages.simulated() == ([], False)


async def test_whoever_has_no_mobile_number_is_told_by_the_window(pool: None) -> None:
    case = (await accepted()).case_id
    async with transaction():
        await connection().execute("UPDATE parties SET phone = '0433-1234567' WHERE case_id = $1", case)
    await work()
    (open,) = await messages.untold(by=WANG)
    assert open.status == "no_phone" and "手机号码" in open.advice
    assert await messages.untold(by=FAR) == [] and await messages.untold_count(by=WATCH) == 1
    with pytest.raises(errors.Forbidden):
        await messages.untold(by=POLICE)
    with pytest.raises(errors.Invalid):
        await messages.told_otherwise(open.id, "", by=WANG, at=MONDAY)
    with pytest.raises(errors.NotFound):
        await messages.told_otherwise(open.id, "电话告知本人", by=FAR, at=MONDAY)
    for _ in range(2):
        await messages.told_otherwise(open.id, "电话告知本人", by=WANG, at=MONDAY)
    assert await messages.untold(by=WANG) == []
    (counted,) = [c for c in await messages.counts(by=WATCH, at=MONDAY) if c.total]
    assert (counted.name, counted.untold, counted.handled) == ("已受理", 0, 1)


async def test_another_number_holds_for_the_whole_case(pool: None) -> None:
    case = (await accepted()).case_id
    async with transaction():
        await connection().execute("UPDATE parties SET phone = '' WHERE case_id = $1", case)
    await work()
    (open,) = await messages.untold(by=WANG)
    for phone in ("", "0433-1234567"):
        with pytest.raises(errors.Invalid) as refused:
            await messages.send_again(open.id, phone, by=WANG, at=MONDAY)
        assert "phone" in refused.value.fields
    await messages.send_again(open.id, "136 0013 6000", by=WANG, at=MONDAY)
    with pytest.raises(errors.Conflict):
        await messages.send_again(open.id, "13600136000", by=WANG, at=MONDAY)
    await work()
    assert sorted(await of(case)) == [("已受理", "no_phone"), ("已受理", "simulated")]
    await grant_all(case)
    await work()
    assert (await last(case)).phone == "136****6000"
    whole = json.dumps([line.content for line in await journal.lines("case", case)])
    assert "13600136000" not in whole and "136****6000" not in whole


async def test_news_that_nobody_needs_is_not_told_days_later(pool: None) -> None:
    case = (await accepted()).case_id
    await work(on(9))
    assert await of(case) == [("已受理", "dropped")]


async def test_wordings_have_editions_from_a_day_on(pool: None) -> None:
    text = "{称呼}：{办件编号}受理了，{期限}前办结。"
    assert await messages.publish("accepted", text, valid_from=on(4).date(), seen=0, by=CHIEF, at=MONDAY) == 1
    with pytest.raises(errors.Conflict):
        await messages.publish("accepted", text, valid_from=on(4).date(), seen=0, by=CHIEF, at=MONDAY)
    with pytest.raises(errors.Invalid):
        await messages.publish("accepted", text, valid_from=on(1).date(), seen=1, by=CHIEF, at=MONDAY)
    for by in (WANG, FAR):
        with pytest.raises(errors.Forbidden):
            await messages.publish("accepted", text, valid_from=on(4).date(), seen=1, by=by, at=MONDAY)
    before = (await accepted()).case_id
    await work()
    assert "承诺" in (await last(before)).text
    (known,) = await messages.wordings(by=CHIEF, at=on(4), occasion="accepted")
    assert (known.edition, known.text, known.editions[0].by_name) == (1, text, "高远")
    assert (await messages.wordings(by=CHIEF, at=on(3), occasion="accepted"))[0].edition == 0
    shown = await messages.preview("accepted", text, by=CHIEF)
    assert shown.text == "【联办·龙井市政务服务中心】朴女士/先生：222405-2026-000123受理了，11月20日17:00前办结。"
    assert (shown.length, shown.parts) == (len(shown.text), 1)
    assert await messages.publish("accepted", text, valid_from=on(5).date(), seen=1, by=CHIEF, at=MONDAY) == 1
    assert "受理了" not in (await last(before)).text


async def test_what_was_told_fades_when_it_is_no_longer_needed(pool: None) -> None:
    case = (await accepted()).case_id
    await work()
    async with transaction():
        await connection().execute("UPDATE cases SET status = 'closed', closed_at = $2 WHERE id = $1", case, MONDAY)
    await retention.clear(MONDAY + timedelta(days=180))
    assert (await last(case)).text
    await retention.clear(MONDAY + timedelta(days=181))
    told = await last(case)
    assert (told.text, told.phone, told.name, told.sent_at) == ("", "", "已受理", MONDAY)
