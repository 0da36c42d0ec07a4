"""容缺受理: who may promise, what waits, how it is made up, and what a broken promise brings."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from lianban import errors
from lianban.casework import bars, intake, materials, notices, owed, policies, tasks
from lianban.casework.clocks import clocks_of
from lianban.casework.intake import Incomplete
from lianban.casework.promises import lapsing, tolerance
from lianban.casework.promises.blanks import offers, tick, undertaking
from lianban.casework.promises.tolerance import Tolerated, make_up, tolerances
from lianban.outside import clock
from lianban.outside.database import transaction
from lianban.rules.actors import HOLDER, Actor, Role
from tests.actions.drafts import FAR, JIN, MONDAY, WANG, picture
from tests.actions.promising import (
    APPLICANT_ID,
    FIRE,
    HEALTH,
    PROMISED,
    SYSTEM_BOOK,
    claimed,
    grant,
    lodging,
    tolerated,
)
from tests.actions.working import REASONS, REGION, TWO, one, states

DUE = datetime(2026, 11, 9, 17, 0, tzinfo=clock.SHANGHAI)
"""Five working days after Monday, 2 November 2026, when the office closes."""
LATE = DUE + timedelta(microseconds=1)
TUESDAY = MONDAY + timedelta(days=1)
HYGIENE = "hygiene_permit"
PAPER = ("卫生管理制度.pdf.jpg", picture(33, 44))
SUPERVISOR = Actor("watch", "督查员", REGION, frozenset({Role.SUPERVISOR}))


async def events(case_id: UUID) -> list[str]:
    """The case's journal, event by event."""
    found = await one("SELECT array_agg(event ORDER BY seq) FROM journal WHERE subject = $1", str(case_id))
    assert isinstance(found, list)
    return found


async def open_tolerances(case_id: UUID, at: datetime) -> tuple[Tolerated, ...]:
    """The materials that are still to come."""
    return tuple(found for found in await tolerances(case_id, at) if found.status == "open")


async def test_a_secondary_paper_follows_by_a_signed_promise(pool: None) -> None:
    case = await tolerated()
    (one_left,) = await open_tolerances(case.case_id, MONDAY)
    assert (one_left.name, one_left.until, one_left.late) == ("卫生管理制度", DUE, False)
    assert one_left.items == ("公共场所卫生许可（一般流程）",)
    papers = [p.kind for p in await notices.of_case(case.case_id)]
    assert papers == ["receipt", "acceptance", "tolerance"], "the notice follows the acceptance"
    async with transaction():
        clocks = {c.kind: c for c in await clocks_of(case.case_id, at=MONDAY) if c.subject}
    assert clocks["tolerance"].due == DUE and clocks["tolerance"].applicants


async def test_the_receipt_lists_what_is_still_to_come_and_until_when(pool: None) -> None:
    await tolerated()
    content = json.loads(str(await one("SELECT content FROM papers WHERE kind = 'receipt'")))
    (later,) = [m for m in content["materials"] if m["name"] == "卫生管理制度"]
    assert (later["form"], later["copies"], later["pages"]) == ("未收到", "—", "—")
    assert later["later"] == "容缺后补，2026年11月9日17时00分前补齐"
    assert all(not m["later"] for m in content["materials"] if m is not later)


async def test_a_receipt_before_acceptance_says_how_long_what_is_promised_may_take(pool: None) -> None:
    draft = await lodging()
    await intake.save(draft.case_id, PROMISED, by=WANG, at=MONDAY)
    await intake.receive(draft.case_id, by=WANG, at=MONDAY)
    content = json.loads(str(await one("SELECT content FROM papers WHERE kind = 'receipt'")))
    (later,) = [m for m in content["materials"] if m["later"]]
    assert (later["name"], later["later"]) == ("卫生管理制度", "容缺后补，受理后 5 个工作日内补齐")


async def test_without_a_signature_nothing_may_follow(pool: None) -> None:
    draft = await lodging()
    await intake.save(draft.case_id, {f"later.{SYSTEM_BOOK}": "yes"}, by=WANG, at=MONDAY)
    with pytest.raises(Incomplete) as refusal:
        await intake.accept(draft.case_id, by=WANG, at=MONDAY)
    assert list(refusal.value.fields) == ["later.signed-here"]
    assert "申请容缺受理承诺书" in refusal.value.fields["later.signed-here"]


async def test_a_scan_of_the_signed_promise_is_as_good_as_the_tick(pool: None) -> None:
    draft = await lodging()
    await intake.save(draft.case_id, {f"later.{SYSTEM_BOOK}": "yes"}, by=WANG, at=MONDAY)
    await materials.add(draft.case_id, "tolerance-promise", "承诺书.jpg", picture(50, 60), by=WANG, at=MONDAY)
    assert (await intake.accept(draft.case_id, by=WANG, at=MONDAY)).number


async def test_a_main_paper_may_never_follow(pool: None) -> None:
    draft = await lodging(but=(SYSTEM_BOOK, "floor_plan"))
    ticks = PROMISED | {"later.floor_plan": "yes"}
    shown = await intake.save(draft.case_id, ticks, by=WANG, at=MONDAY)
    assert not next(m for m in shown.materials if m.material == "floor_plan").may_follow
    with pytest.raises(Incomplete) as refusal:
        await intake.accept(draft.case_id, by=WANG, at=MONDAY)
    assert "主要材料，不能容缺后补" in refusal.value.fields["later.floor_plan"]
    assert "material.floor_plan" in refusal.value.fields


async def test_a_tick_for_a_paper_that_nobody_asks_for_is_refused(pool: None) -> None:
    draft = await lodging()
    with pytest.raises(errors.Invalid):
        await intake.save(draft.case_id, {"later.moon": "yes"}, by=WANG, at=MONDAY)


async def test_what_is_handed_in_after_all_does_not_follow(pool: None) -> None:
    draft = await lodging(but=())
    await intake.save(draft.case_id, PROMISED, by=WANG, at=MONDAY)
    case = await intake.accept(draft.case_id, by=WANG, at=MONDAY)
    assert await tolerance.tolerances(case.case_id, MONDAY) == ()
    assert [p.kind for p in await notices.of_case(case.case_id)] == ["receipt", "acceptance"]


async def test_the_promise_to_be_signed_names_paper_form_deadline_and_consequences(pool: None) -> None:
    draft = await lodging()
    content = await undertaking(draft.case_id, by=WANG, at=MONDAY)
    (line,) = content["materials"]
    assert (line["name"], line["form"], line["limit"]) == ("卫生管理制度", "原件或者电子件", "受理后 5 个工作日内")
    assert content["applicant"] == "王建国" and any("终止办理" in text for text in content["consequences"])


async def test_an_item_of_the_moment_leaves_time_until_the_office_closes(pool: None) -> None:
    case = await tolerated(hygiene_way="promise")
    (left,) = await open_tolerances(case.case_id, MONDAY)
    assert left.until == datetime(2026, 11, 5, 17, 0, tzinfo=clock.SHANGHAI), "three working days are shorter than five"


async def test_nothing_is_granted_before_it_is_made_up(pool: None) -> None:
    case = await tolerated()
    task = await claimed(case.case_id, HYGIENE, HEALTH)
    with pytest.raises(errors.Conflict, match="容缺的材料还没有补齐"):
        await grant(task, HEALTH)
    seen = await tasks.view(task, by=HEALTH, at=MONDAY)
    assert any("“卫生管理制度”" in why for why in seen.buttons["grant"])
    await make_up(case.case_id, SYSTEM_BOOK, *PAPER, channel="window", by=WANG, at=TUESDAY)
    assert (await grant(task, HEALTH, TUESDAY)).status == "granted"


async def test_other_items_do_not_wait(pool: None) -> None:
    case = await tolerated()
    fire = await claimed(case.case_id, "fire_check_promise", FIRE)
    assert (await grant(fire, FIRE)).status == "granted"


async def test_an_original_is_seen_at_the_counter(pool: None) -> None:
    case = await tolerated()
    done = await make_up(case.case_id, SYSTEM_BOOK, original=True, channel="window", by=JIN, at=TUESDAY)
    assert (done.status, done.made_up_at, done.channel_name) == ("made_up", TUESDAY, "窗口当面")
    assert await open_tolerances(case.case_id, TUESDAY) == ()
    async with transaction():
        clocks = [c for c in await clocks_of(case.case_id, at=TUESDAY) if c.kind == "tolerance"]
    assert clocks[0].stopped_at == TUESDAY
    told = await events(case.case_id)
    assert told.count("tolerance made up") == 1
    again = await make_up(case.case_id, SYSTEM_BOOK, original=True, channel="window", by=JIN, at=TUESDAY)
    assert again == done and (await events(case.case_id)) == told, "twice changes nothing"


async def test_the_holder_of_the_query_code_uploads(pool: None) -> None:
    case = await tolerated()
    done = await make_up(case.case_id, SYSTEM_BOOK, *PAPER, channel="online", by=HOLDER, at=TUESDAY)
    assert done.channel_name == "网上"
    with pytest.raises(errors.Invalid):
        await make_up(case.case_id, SYSTEM_BOOK, original=True, channel="window", by=HOLDER, at=TUESDAY)


async def test_mail_counts_from_its_arrival(pool: None) -> None:
    case = await tolerated()
    done = await make_up(
        case.case_id, SYSTEM_BOOK, original=True, channel="mail", arrived=DUE, by=WANG, at=DUE + timedelta(hours=20)
    )
    assert done.status == "made_up" and done.made_up_at == DUE
    assert (await states(case.case_id))[HYGIENE] == "dispatched"


async def test_mail_that_arrived_late_is_late(pool: None) -> None:
    case = await tolerated()
    arrived, entered = DUE + timedelta(hours=16), DUE + timedelta(hours=20)
    with pytest.raises(errors.Conflict, match="可以重新申请"):
        await make_up(case.case_id, SYSTEM_BOOK, original=True, channel="mail", arrived=arrived, by=WANG, at=entered)
    assert (await states(case.case_id))[HYGIENE] == "terminated"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"channel": "window"}, "file"),
        ({"channel": "pigeon", "original": True}, "channel"),
        ({"channel": "mail", "original": True, "arrived": TUESDAY + timedelta(days=1)}, "arrived"),
        ({"channel": "mail", "original": True, "arrived": MONDAY - timedelta(days=1)}, "arrived"),
    ],
)
async def test_what_cannot_be_taken_says_why(pool: None, given: dict[str, object], field: str) -> None:
    case = await tolerated()
    with pytest.raises(errors.Invalid) as refusal:
        await make_up(case.case_id, SYSTEM_BOOK, by=WANG, at=TUESDAY, **given)  # type: ignore[arg-type]
    assert field in refusal.value.fields


async def test_strangers_make_nothing_up(pool: None) -> None:
    case = await tolerated()
    for stranger in (FAR, HEALTH):
        with pytest.raises((errors.NotFound, errors.Forbidden)):
            await make_up(case.case_id, SYSTEM_BOOK, *PAPER, channel="window", by=stranger, at=TUESDAY)
    with pytest.raises(errors.NotFound):
        await make_up(case.case_id, "floor_plan", *PAPER, channel="window", by=WANG, at=TUESDAY)


async def test_a_broken_promise_ends_what_waits_for_it_and_nothing_else(pool: None) -> None:
    case = await tolerated()
    await owed.catch_up(case.case_id, at=DUE)
    assert (await states(case.case_id))[HYGIENE] == "dispatched", "the last instant is still in time"
    await owed.catch_up(case.case_id, at=LATE)
    found = await states(case.case_id)
    assert found[HYGIENE] == "terminated" and found["fire_check_promise"] == "dispatched"
    papers = await notices.of_case(case.case_id)
    assert papers[-1].kind == "termination" and papers[-1].title == "终止办理通知书"
    told = await events(case.case_id)
    assert "task terminated" in told and "bar set" in told
    await owed.catch_up(case.case_id, at=LATE + timedelta(days=7))
    assert await events(case.case_id) == told, "once"


async def test_what_comes_after_the_end_is_refused_with_what_to_do(pool: None) -> None:
    case = await tolerated()
    with pytest.raises(errors.Conflict, match="备齐全部材料后可以重新申请"):
        await make_up(case.case_id, SYSTEM_BOOK, *PAPER, channel="online", by=HOLDER, at=LATE)
    assert (await states(case.case_id))[HYGIENE] == "terminated", "what is owed stands, whatever is refused"
    (left,) = await tolerance.tolerances(case.case_id, LATE)
    assert left.status_name == "逾期未补"


async def test_what_waited_for_a_terminated_item_lapses(pool: None) -> None:
    case = await tolerated()
    await one("UPDATE tasks SET after = '{hygiene_permit}' WHERE case_id = $1 AND item = 'tax_confirmation'"
              " RETURNING 1", case.case_id)  # fmt: skip
    await one("UPDATE tasks SET status = 'waiting' WHERE case_id = $1 AND item = 'tax_confirmation' RETURNING 1",
              case.case_id)  # fmt: skip
    await owed.catch_up(case.case_id, at=LATE)
    assert (await states(case.case_id))["tax_confirmation"] == "lapsed"


async def test_whoever_broke_a_promise_makes_no_new_one_until_it_is_repaired(pool: None) -> None:
    case = await tolerated()
    await owed.catch_up(case.case_id, at=LATE)
    draft = await lodging(at=LATE, premises_address="龙井市海兰路 9 号")
    await intake.save(draft.case_id, PROMISED, by=WANG, at=LATE)
    with pytest.raises(Incomplete) as refusal:
        await intake.accept(draft.case_id, by=WANG, at=LATE)
    assert "信用修复以前不能容缺受理" in refusal.value.fields[f"later.{SYSTEM_BOOK}"]
    async with transaction():
        (bar,) = await bars.open_bars(REGION, [APPLICANT_ID], at=LATE)
    with pytest.raises(errors.Invalid):
        await bars.lift(bar.id, reason="", by=SUPERVISOR, at=LATE)
    await bars.lift(bar.id, reason="已补齐材料并作出书面说明。", by=SUPERVISOR, at=LATE)
    assert (await intake.accept(draft.case_id, by=WANG, at=LATE)).number


async def test_the_window_decides_where_the_policy_leaves_it_to_it(pool: None) -> None:
    head = Actor("admin", "管理员", REGION, frozenset({Role.ADMINISTRATOR}))
    await policies.set_policy({"tolerance_over": "wait"}, by=head, at=MONDAY)
    case = await tolerated()
    await owed.catch_up(case.case_id, at=LATE)
    (left,) = await open_tolerances(case.case_id, LATE)
    assert left.late and (await states(case.case_id))[HYGIENE] == "dispatched"
    await lapsing.terminate(case.case_id, SYSTEM_BOOK, by=WANG, at=LATE)
    await lapsing.terminate(case.case_id, SYSTEM_BOOK, by=WANG, at=LATE)
    assert (await states(case.case_id))[HYGIENE] == "terminated"
    assert (await events(case.case_id)).count("tolerance given up") == 1


async def test_the_window_may_not_end_it_before_the_time(pool: None) -> None:
    case = await tolerated()
    with pytest.raises(errors.Conflict, match="补齐期限到"):
        await lapsing.terminate(case.case_id, SYSTEM_BOOK, by=WANG, at=TUESDAY)
    with pytest.raises(errors.Forbidden):
        await lapsing.terminate(case.case_id, SYSTEM_BOOK, by=HEALTH, at=LATE)


async def test_what_nobody_waits_for_any_more_is_not_broken(pool: None) -> None:
    case = await tolerated()
    task = await claimed(case.case_id, HYGIENE, HEALTH)
    await tasks.refuse(task, **REASONS, by=HEALTH, at=TUESDAY)
    assert await open_tolerances(case.case_id, TUESDAY) == ()
    with pytest.raises(errors.Conflict, match="不用再补交"):
        await make_up(case.case_id, SYSTEM_BOOK, *PAPER, channel="window", by=WANG, at=TUESDAY)
    await owed.catch_up(case.case_id, at=LATE)
    async with transaction():
        assert await bars.open_bars(REGION, [APPLICANT_ID], at=LATE) == ()


async def test_a_make_up_and_the_end_of_its_time_at_once_leave_one_winner(pool: None) -> None:
    case = await tolerated()

    async def paper() -> str:
        try:
            await make_up(case.case_id, SYSTEM_BOOK, *PAPER, channel="online", by=HOLDER, at=DUE)
        except errors.Conflict:
            return "late"
        return "made up"

    answer, _ = await asyncio.gather(paper(), owed.catch_up(case.case_id, at=LATE))
    found = (await states(case.case_id))[HYGIENE]
    assert (answer, found) in {("made up", "dispatched"), ("late", "terminated")}


async def test_a_grant_and_the_end_of_the_time_at_once(pool: None) -> None:
    case = await tolerated()
    task = await claimed(case.case_id, HYGIENE, HEALTH)
    await tasks.survey(task, surveyed_on=MONDAY.date(), surveyors=TWO, conclusion="pass",
                       by=HEALTH, at=MONDAY)  # fmt: skip

    async def decide() -> str:
        try:
            return (await grant(task, HEALTH, LATE)).status
        except errors.Conflict:
            return "refused"

    answer, _ = await asyncio.gather(decide(), owed.catch_up(case.case_id, at=LATE))
    assert answer == "refused" and (await states(case.case_id))[HYGIENE] == "terminated"


async def test_the_same_paper_twice_at_once_is_one(pool: None) -> None:
    case = await tolerated()
    twice = [make_up(case.case_id, SYSTEM_BOOK, *PAPER, channel="window", by=WANG, at=TUESDAY) for _ in range(2)]
    assert len(set(await asyncio.gather(*twice))) == 1
    assert await one("SELECT count(*) FROM material_files WHERE case_id = $1 AND material = $2", case.case_id,
                     SYSTEM_BOOK) == 1  # fmt: skip
    assert (await events(case.case_id)).count("tolerance made up") == 1


async def test_what_was_received_first_may_be_accepted_with_a_promise(pool: None) -> None:
    draft = await lodging()
    await intake.receive(draft.case_id, by=WANG, at=MONDAY)
    offered = await offers(draft.case_id, by=WANG, at=MONDAY)
    assert [name for name, _, ticked in offered if not ticked] == [f"later.{SYSTEM_BOOK}", "later.signed-here"]
    await tick(draft.case_id, PROMISED, by=WANG, at=MONDAY)
    assert all(ticked for _, _, ticked in await offers(draft.case_id, by=WANG, at=MONDAY))
