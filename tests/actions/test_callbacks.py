"""Call-backs: no day and no case is lost, nobody picks, numbers open on record, findings are opened at once."""

from __future__ import annotations

import ast
import asyncio
import json
from collections import Counter
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from lianban import errors, journal, outbox, timers
from lianban.casework import catalogue
from lianban.feedback import callbacks, difficulties, rectification
from lianban.feedback.callbacks import Said
from lianban.feedback.callbacks.drawing import MARK, SEED
from lianban.feedback.callbacks.words import LINES
from lianban.feedback.difficulties import Request
from lianban.outside.database import connection, transaction
from lianban.rules.actors import SYSTEM, Actor, Role
from lianban.rules.callbacks import commitment_of
from tests.actions.callbacking import CALLER, TUESDAY, WINDOWS, answers, begin, closed, drawn, pending, tries
from tests.actions.delivering import day
from tests.actions.drafts import WANG
from tests.actions.voicing import SUPERVISOR, problem_of, rated, reviewed_token
from tests.actions.working import REGION, one

pytestmark = pytest.mark.anyio
MONDAY = date(2026, 11, 2)


async def test_every_day_that_is_over_is_drawn_once_however_long_nobody_drew(pool: None) -> None:
    await begin()
    for number, window in enumerate(WINDOWS, 1):
        await closed(day(11, 2), window, count=number * 6)
    await closed(day(11, 7, 15), count=3)
    # The worker was away for a week; Monday the 9th is not over yet.
    await closed(day(11, 9, 8))
    found = await callbacks.draw(REGION, by=SYSTEM, at=day(11, 9, 9))
    assert [(d.day.isoformat(), d.population, d.sample) for d in found] == [
        ("2026-11-02", 36, 1 + 2 + 2),
        ("2026-11-07", 3, 1),
    ]
    assert await callbacks.draw(REGION, by=SYSTEM, at=day(11, 9, 10)) == []
    lines = await pending(Actor("super", "周明", REGION, frozenset({Role.SUPERVISOR})))
    assert Counter(line.window for line in lines) == {WINDOWS[0]: 2, WINDOWS[1]: 2, WINDOWS[2]: 2}
    assert lines[0].remaining is not None
    # One was written down only afterwards: it is drawn the next day, alone.
    await closed(day(11, 2, 17))
    late = await callbacks.draw(REGION, by=SYSTEM, at=day(11, 10, 0, 5))
    assert [(d.day.isoformat(), d.population, d.sample) for d in late] == [("2026-11-02", 1, 1), ("2026-11-09", 1, 1)]
    proofs = await callbacks.verify(MONDAY, region=REGION, at=day(11, 10))
    assert (proofs[0].draws, proofs[0].population, proofs[0].sample, proofs[0].faults) == (2, 37, 6, ())


async def test_two_workers_and_a_button_draw_once(pool: None) -> None:
    await begin()
    await closed(day(11, 2), count=20)
    made = await asyncio.gather(*(callbacks.draw(REGION, by=SYSTEM, at=TUESDAY) for _ in range(4)))
    assert sum(len(draws) for draws in made) == 1
    assert await one("SELECT count(*) FROM callbacks") == 2
    with pytest.raises(errors.Forbidden):
        await callbacks.draw_now(by=CALLER, at=TUESDAY)


async def test_the_seed_was_committed_to_before_and_a_tampered_draw_is_found(pool: None) -> None:
    await begin()
    before = await callbacks.draws(REGION)
    cases = await closed(day(11, 2), count=12)
    await callbacks.draw(REGION, by=SYSTEM, at=TUESDAY)
    shown = (await callbacks.draw_view(REGION, MONDAY, 1)).shown
    assert commitment_of(shown["seed"]) == shown["commitment"] == before.commitment
    assert (await callbacks.draws(REGION)).commitment != before.commitment
    # Nothing that is published leads to a case.
    assert not [id for id in cases if str(id) in json.dumps(shown) or id.hex in json.dumps(shown)]
    assert callbacks.check_file(json.dumps(shown))[1] == []

    async def faults(statement: str) -> str:
        async with transaction():
            await connection().execute(statement)
        return "".join((await callbacks.verify(MONDAY, region=REGION, at=TUESDAY))[0].faults)

    # Somebody swaps whom to call, and swaps back.
    first = "(SELECT case_id FROM callback_members ORDER BY case_id LIMIT 1)"
    swap = f"UPDATE callback_members SET chosen = NOT chosen WHERE case_id = {first}"
    assert "结果和记录的样本不一致" in await faults(swap)
    assert await faults(swap) == ""
    # Somebody takes a case out of the population.
    assert "1 件办结的办件没有列入" in await faults(
        "DELETE FROM callback_members WHERE case_id = (SELECT case_id FROM callback_members WHERE NOT chosen LIMIT 1)"
    )
    # Somebody tries another seed, consistently.
    assert "办件日志不一致" in await faults("UPDATE callback_draws SET digest = repeat('0', 64)")


async def test_the_rated_window_and_person_neither_see_nor_call(pool: None) -> None:
    id = await drawn(WINDOWS[2])
    assert WANG.window == WINDOWS[2]
    assert await pending(WANG) == []
    with pytest.raises(errors.NotFound):
        await callbacks.open_number(id, by=WANG, at=day(11, 3, 10))
    # Moved to another window she still is the one who accepted it.
    moved = Actor("wang", "王芳", REGION, frozenset({Role.CLERK}), window=WINDOWS[0])
    assert await pending(moved) == []
    auditor = Actor("auditor", "林书", REGION, frozenset({Role.AUDITOR}))
    assert (await callbacks.one(id, by=auditor, at=day(11, 3, 10))).calls is False
    with pytest.raises(errors.Conflict, match="回访由本地综合窗口或者监督员进行"):
        await callbacks.open_number(id, by=auditor, at=day(11, 3, 10))


async def test_numbers_open_on_record_and_for_one_caller_at_a_time(pool: None) -> None:
    id = await drawn()
    nothing = Said("reached", answers())
    with pytest.raises(errors.Conflict, match="先打开号码"):
        await callbacks.record(id, nothing, by=CALLER, at=day(11, 3, 10))
    found = await callbacks.open_number(id, by=CALLER, at=day(11, 3, 10), address="198.51.100.7")
    assert [(c.name, c.role, c.phone) for c in found] == [("朴美兰", "申请人", "13800138000")]
    looks = "SELECT what || '|' || purpose || '|' || by_name || '|' || address FROM access_log WHERE what LIKE '回访%'"
    assert await one(looks) == "回访电话号码|回访：新生儿出生一件事|韩梅|198.51.100.7"
    with pytest.raises(errors.Conflict, match="韩梅 10:00 已经打开号码"):
        await callbacks.open_number(id, by=SUPERVISOR, at=day(11, 3, 10, 10))
    done = await callbacks.record(id, nothing, by=CALLER, at=day(11, 3, 10, 5), key="k")
    again = await callbacks.record(id, nothing, by=CALLER, at=day(11, 3, 10, 5), key="k")
    assert (done.status, again.status, done.rectification_id) == ("done", "done", None)
    assert await callbacks.numbers_in_hand(id, by=CALLER, at=day(11, 3, 10, 6)) == []
    figures = await callbacks.figures(date(2026, 11, 3), date(2026, 11, 3), by=SUPERVISOR)
    assert (figures[0].source, figures[0].done, figures[0].due, figures[0].rate) == ("draw", 1, 1, "100%")
    said = [line.event for line in await journal.lines("rating", id)]
    assert said == ["callback number opened", "callback done"]


async def test_attempts_are_at_different_hours_and_the_third_is_the_last(pool: None) -> None:
    id = await drawn()
    vain = Said("no_answer", {})
    await tries(id, day(11, 3, 9), vain)
    with pytest.raises(errors.Conflict, match="今天上午"):
        await callbacks.open_number(id, by=CALLER, at=day(11, 3, 11))
    await tries(id, day(11, 3, 15), vain)
    with pytest.raises(errors.Conflict, match="9 点"):
        await callbacks.open_number(id, by=SUPERVISOR, at=day(11, 4, 9, 20))
    assert (await tries(id, day(11, 4, 11), vain, SUPERVISOR)).status == "unreached"
    assert (await callbacks.one(id, by=CALLER, at=day(11, 4, 12))).clocks[0].stopped_at is not None
    figures = (await callbacks.figures(date(2026, 11, 3), date(2026, 11, 3), by=SUPERVISOR))[0]
    assert (figures.due, figures.done, figures.unreached, figures.rate) == (1, 0, 1, "0.00%")


async def test_whoever_calls_back_at_the_same_hour_is_heard(pool: None) -> None:
    id = await drawn()
    await tries(id, day(11, 3, 9), Said("no_answer", {}))
    assert (await callbacks.record(id, Said("incoming", answers()), by=CALLER, at=day(11, 3, 9, 10))).status == "done"


async def test_a_finding_is_opened_at_once_and_called_back_itself(pool: None) -> None:
    id = await drawn()
    said = answers(paid="yes", satisfied="unsure")
    await callbacks.open_number(id, by=CALLER, at=day(11, 3, 10))
    with pytest.raises(errors.Invalid, match="还不完整"):
        await callbacks.record(id, Said("reached", said), by=CALLER, at=day(11, 3, 10))
    done = await callbacks.record(id, Said("reached", said, "复印收了二十元"), by=CALLER, at=day(11, 3, 10))
    async with transaction():
        row = await connection().fetchrow("SELECT * FROM rectifications WHERE id = $1", done.rectification_id)
    assert (row["source"], row["status"], row["window_name"], row["named"]) == ("callback", "pending", WINDOWS[0], True)
    assert "被收取规定以外的费用" in row["problem"] and "复印收了二十元" in row["problem"]
    await timers.round(day(11, 3, 10, 1))
    lines = {line.source: line for line in await pending(SUPERVISOR, state="")}
    assert (lines["draw"].problem, lines["rectification"].status) == (True, "waiting")


async def test_every_named_negative_is_called_back_after_the_reply(pool: None) -> None:
    found = await rated(await reviewed_token(), 1, named=True, comment="多收了材料")
    problem = await problem_of(found.id)
    await timers.round(day(11, 2, 9, 31))
    (waiting,) = await pending(SUPERVISOR, state="waiting")
    assert (waiting.source, waiting.ready_at) == ("rectification", None)
    await rectification.verify(problem, "unfounded", "经核实，材料是法律规定的。", by=SUPERVISOR, at=day(11, 2, 14))
    (answered,) = [m for m in await outbox.claim(day(11, 2, 14), limit=50) if m.event == rectification.REPLIED]
    await callbacks.problem_answered(answered, day(11, 2, 14))
    (line,) = await pending(SUPERVISOR)
    seen = await callbacks.one(line.id, by=CALLER, at=day(11, 2, 14, 2))
    assert dict(seen.about)["群众说"] == "多收了材料" and "法律规定" in dict(seen.about)["答复"]
    numbers = await callbacks.open_number(line.id, by=CALLER, at=day(11, 2, 15))
    assert [(c.name, c.role, c.phone) for c in numbers] == [("朴女士", "评价人", "13800001234")]
    said = Said("reached", answers("rectification", satisfied="yes"))
    await callbacks.record(line.id, said, by=CALLER, at=day(11, 2, 15, 5))
    assert await one("SELECT status FROM rectifications WHERE id = $1", problem) == "reviewed"
    assert await one("SELECT called_back_at IS NOT NULL FROM rectifications WHERE id = $1", problem) is True
    # What was handed on comes once more: nobody is called twice for one answer.
    await callbacks.problem_opened(answered, day(11, 2, 16))
    await callbacks.problem_answered(answered, day(11, 2, 16))
    assert await pending(SUPERVISOR) == []


async def test_an_anonymous_negative_is_nobodys_to_call(pool: None) -> None:
    await rated(await reviewed_token(), 1)
    await timers.round(day(11, 2, 9, 31))
    assert await pending(SUPERVISOR, state="") == []


async def test_the_page_tells_what_happened_in_words(pool: None) -> None:
    id: UUID = await drawn()
    await tries(id, day(11, 3, 9), Said("no_answer", {}))
    await callbacks.record(id, Said("incoming", answers()), by=CALLER, at=day(11, 3, 9, 10))
    story = (await callbacks.one(id, by=SUPERVISOR, at=day(11, 3, 10))).story
    assert [told.words for told in story] == ["打开号码，开始拨打", "没有打通", "已回访"]
    # Whatever else is written of call-backs has its words too.
    room = Path(callbacks.__file__).parent
    trees = [ast.parse(file.read_text("utf-8")) for file in room.glob("*.py")]
    texts = {
        n.value for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    }
    assert {t for t in texts if t.startswith(("callback ", "callbacks "))} - {MARK, SEED} <= set(LINES)


async def test_every_request_is_called_back_after_each_answer_but_not_by_who_answered(pool: None) -> None:
    await catalogue.ship(day(11, 2))
    told = Request("朴女士", "138-0000-1234", "many_trips", "跑了三趟，还是没有办成。", item="出生登记")
    request = (await difficulties.register(told, region=REGION, by=WANG, at=day(11, 2, 9))).id
    await difficulties.triage(request, "simple", by=WANG, at=day(11, 2, 9))
    await difficulties.settle(request, "已经当场说明要带的材料。", by=WANG, at=day(11, 2, 9))
    await timers.round(day(11, 2, 9, 1))
    (line,) = await pending(SUPERVISOR)
    assert (line.source, line.status) == ("difficulty", "pending")
    assert await pending(WANG) == []
    numbers = await callbacks.open_number(line.id, by=CALLER, at=day(11, 2, 10))
    assert [(c.role, c.phone) for c in numbers] == [("诉求人", "13800001234")]
    unsure = Said("reached", answers("difficulty", satisfied="unsure"))
    with pytest.raises(errors.Invalid, match="还不完整"):
        await callbacks.record(line.id, unsure, by=CALLER, at=day(11, 2, 10))
    unhappy = Said("reached", answers("difficulty", satisfied="no"), "还是没有办成")
    done = await callbacks.record(line.id, unhappy, by=CALLER, at=day(11, 2, 10))
    # Whoever handles it goes on; nothing else is opened.
    assert (done.status, done.rectification_id) == ("done", None)
    assert await one("SELECT status FROM difficulties WHERE id = $1", request) == "triaged"
