"""A negative rating is contested: by the rated side, in time, with evidence; a panel without it decides; R-HCP-8."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from lianban import errors
from lianban.casework.attachments import Attachment
from lianban.feedback import appeals, matters, rectification
from lianban.feedback.appeals import APPEAL_WORDS
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from tests.actions.appealing import CONVENER, SAID, UNITS, convened, filed, house, transferred
from tests.actions.drafts import MONDAY, picture
from tests.actions.voicing import SUPERVISOR
from tests.actions.working import HEALTHCARE, POLICE, POLICE_TOO, REGION, one

pytestmark = pytest.mark.anyio

PROOF = Attachment("办理记录.jpg", picture())
TAX = Actor("tax", "郑凯", REGION, frozenset({Role.APPROVER}), "tax")


async def told(problem: UUID) -> tuple[str, ...]:
    rating = await one("SELECT rating_id FROM rectifications WHERE id = $1", problem)
    assert isinstance(rating, UUID)
    async with transaction():
        return await appeals.for_citizen(rating)


async def stands(problem: UUID) -> tuple[str, str, bool]:
    """Standing of the rating, status of the rectification, whether an appeal is open."""
    async with transaction():
        row = await connection().fetchrow(
            "SELECT r.standing, p.status, p.appeal_open FROM rectifications p JOIN ratings r ON r.id = p.rating_id"
            " WHERE p.id = $1",
            problem,
        )
    return tuple(row)


async def test_only_the_rated_side_appeals_in_time_once_and_with_evidence(pool: None) -> None:
    problem = await transferred()
    with pytest.raises(errors.Forbidden, match="被评价的一方"):
        await appeals.file(problem, "mistaken", SAID, [PROOF], by=TAX, at=MONDAY)
    with pytest.raises(errors.Invalid) as fault:
        await appeals.file(problem, "angry", "不对", [], by=POLICE_TOO, at=MONDAY)
    assert set(fault.value.fields) == {"ground", "statement", "files"}
    with pytest.raises(errors.Conflict, match="申诉期限到 2026年11月05日 17:00 为止"):
        await appeals.file(problem, "mistaken", SAID, [PROOF], by=POLICE_TOO, at=MONDAY + timedelta(days=4))
    id = await appeals.file(problem, "mistaken", SAID, [PROOF], by=POLICE_TOO, at=MONDAY, key="k")
    assert await appeals.file(problem, "mistaken", SAID, [PROOF], by=POLICE_TOO, at=MONDAY, key="k") == id
    with pytest.raises(errors.Conflict, match="SS2026-00001"):
        await appeals.file(problem, "mistaken", SAID, [PROOF], by=POLICE_TOO, at=MONDAY)
    assert await stands(problem) == ("counted", "transferred", True)
    async with transaction():
        clocks = await matters.clocks_of([id, problem], at=MONDAY)
    assert [(c.kind, c.due.isoformat()) for c in clocks[id]] == [("panel", "2026-11-09T17:00:00+08:00")]
    assert any(c.kind == "accept" and c.stopped_at is None for c in clocks[problem]), "the limit goes on"


async def test_what_is_not_transferred_yet_cannot_be_contested(pool: None) -> None:
    problem = await transferred()
    async with transaction():
        await connection().execute("UPDATE rectifications SET transferred_at = NULL WHERE id = $1", problem)
    with pytest.raises(errors.Conflict, match="还没有核实、转办"):
        await filed(problem)


async def test_who_may_sit_on_the_panel_and_who_may_call_it(pool: None) -> None:
    people, id = await house(), await filed()
    names = {person for person, _, _ in await appeals.candidates(id, by=CONVENER)}
    assert names == {one.id for one in people.values()}
    three = [people[unit].id for unit in UNITS[:3]]
    with pytest.raises(errors.Invalid, match="单数"):
        await appeals.convene(id, [people[unit].id for unit in UNITS[:4]], by=CONVENER, at=MONDAY)
    with pytest.raises(errors.Conflict, match="监督员"):
        await appeals.convene(id, three, by=POLICE_TOO, at=MONDAY)
    await appeals.convene(id, three, by=CONVENER, at=MONDAY)
    with pytest.raises(errors.Conflict, match="成员本人"):
        await appeals.vote(id, "valid", "", "属实。", by=people[UNITS[4]], at=MONDAY)
    await appeals.replace(id, three[0], people[UNITS[4]].id, "出差", by=CONVENER, at=MONDAY)
    await appeals.vote(id, "valid", "", "属实。", by=people[UNITS[4]], at=MONDAY)
    with pytest.raises(errors.Conflict, match="还没有表决的成员"):
        await appeals.replace(id, people[UNITS[4]].id, people[UNITS[3]].id, "换人", by=CONVENER, at=MONDAY)


async def test_the_unit_whose_score_it_is_has_no_seat_once_the_problem_was_passed_on(pool: None) -> None:
    people, problem = await house(), await transferred()
    await rectification.pass_on(problem, "tax", "属于税务的事。", by=POLICE_TOO, at=MONDAY)
    id = await appeals.file(problem, "mistaken", SAID, [PROOF], by=TAX, at=MONDAY)
    async with transaction():
        await connection().execute("UPDATE ratings SET department = 'health'")
    assert people["health"].id not in {person for person, _, _ in await appeals.candidates(id, by=CONVENER)}
    three = [people[unit].id for unit in ("health", "fire_rescue", "urban_management")]
    with pytest.raises(errors.Conflict, match="被评价单位的人"):
        await appeals.convene(id, three, by=CONVENER, at=MONDAY)


async def test_the_majority_for_invalid_sets_the_rating_aside_and_tells_the_citizen_why(pool: None) -> None:
    problem = await transferred()
    id, (first, second, third) = await convened(await filed(problem))
    assert "正在" not in (await told(problem))[0] and "评审期间整改照常进行" in (await told(problem))[0]
    with pytest.raises(errors.Conflict, match="属于哪一种情形"):
        await appeals.vote(id, "invalid", "", "记录清楚。", by=first, at=MONDAY)
    await appeals.vote(id, "invalid", "unrelated", "说的是停车场。", by=first, at=MONDAY)
    hidden = await appeals.one(id, by=second, at=MONDAY)
    assert [seat.vote for seat in hidden.seats] == ["", "", ""] and [seat.voted for seat in hidden.seats] == [
        True, False, False,
    ]  # fmt: skip
    with pytest.raises(errors.Conflict, match="不能更改"):
        await appeals.vote(id, "valid", "", "改主意了。", by=first, at=MONDAY)
    assert await appeals.vote(id, "valid", "", "属实。", by=second, at=MONDAY) is None
    verdict = await appeals.vote(id, "invalid", "unrelated", "与办理无关。", by=third, at=MONDAY)
    assert verdict is not None and (verdict.outcome, verdict.ground) == ("invalid", "unrelated")
    assert await stands(problem) == ("invalid", "void", False)
    assert await one("SELECT count(*) FROM ratings") == 1, "it stays stored"
    assert "2 票对 1 票认定：评价无效，属于“与办理无关”" in (await told(problem))[0]
    seen = await appeals.one(id, by=POLICE_TOO, at=MONDAY)
    assert [seat.name for seat in seen.seats] == ["成员 1", "成员 2", "成员 3"]
    assert "说的是停车场。" in [seat.reason for seat in seen.seats]
    with pytest.raises(errors.NotFound):
        await appeals.one(id, by=TAX, at=MONDAY)


async def test_a_valid_rating_stands_and_the_rectification_goes_on(pool: None) -> None:
    problem = await transferred()
    id, members = await convened(await filed(problem))
    for member in members:
        await appeals.vote(id, "valid", "", "证据不能说明当时的情况。", by=member, at=MONDAY)
    assert await stands(problem) == ("counted", "transferred", False)
    assert "认定：评价有效。整改继续进行" in (await told(problem))[0]
    shown = await appeals.one(id, by=SUPERVISOR, at=MONDAY)
    assert [word for _, word, _ in shown.history][-1] == "评审小组认定评价有效"
    assert not any(c.stopped_at is None for c in shown.clocks)
    with pytest.raises(errors.Conflict, match="一条评价只能申诉一次"):
        await filed(problem)


async def test_two_members_vote_at_once_and_one_decision_comes_of_it(pool: None) -> None:
    problem = await transferred()
    id, (first, *others) = await convened(await filed(problem))
    await appeals.vote(id, "invalid", "mistaken", "误评。", by=first, at=MONDAY)
    cast = [appeals.vote(id, "invalid", "mistaken", "误评。", by=member, at=MONDAY) for member in others]
    verdicts = await asyncio.gather(*cast)
    assert [v.outcome for v in verdicts if v] == ["invalid"]
    twice = [appeals.vote(id, "valid", "", "属实。", by=first, at=MONDAY) for _ in range(2)]
    assert all(isinstance(one, errors.Conflict) for one in await asyncio.gather(*twice, return_exceptions=True))
    assert await one("SELECT count(*) FROM rating_marks") == 1
    assert await stands(problem) == ("invalid", "void", False)


async def test_an_appeal_and_the_write_off_at_the_same_moment_do_not_pass_each_other(pool: None) -> None:
    problem = await transferred()
    await rectification.accept(problem, by=POLICE_TOO, at=MONDAY)
    await rectification.finish(problem, "已经改正，并培训窗口人员。", files=[PROOF], by=POLICE_TOO, at=MONDAY)
    await rectification.reply(problem, "已经改正，向您致歉。", by=POLICE_TOO, at=MONDAY)
    rating = await one("SELECT rating_id FROM rectifications WHERE id = $1", problem)
    assert isinstance(rating, UUID)
    await rectification.rerate(rating, "satisfied", at=MONDAY)
    both = await asyncio.gather(
        filed(problem),
        rectification.write_off(problem, "回评满意。", by=SUPERVISOR, at=MONDAY),
        return_exceptions=True,
    )
    assert sum(isinstance(one, errors.Conflict) for one in both) == 1, both
    status, open = (await stands(problem))[1:]
    assert (status, open) in {("written_off", False), ("reviewed", True)}


async def test_it_can_be_withdrawn_until_a_panel_has_it_and_filed_again(pool: None) -> None:
    problem = await transferred()
    id = await filed(problem)
    await appeals.withdraw(id, "核对以后认可评价。", by=POLICE, at=MONDAY)
    assert await stands(problem) == ("counted", "transferred", False)
    again, _ = await convened(await filed(problem))
    with pytest.raises(errors.Conflict, match="评审中”时不能撤回申诉"):
        await appeals.withdraw(again, "不申诉了。", by=POLICE, at=MONDAY)
    lines = await appeals.listing("all", by=SUPERVISOR, at=MONDAY)
    assert [(one.number, one.status_name) for one in lines] == [
        ("SS2026-00002", "评审中"),
        ("SS2026-00001", "已撤回"),
    ]


async def test_a_panel_that_is_late_goes_up(pool: None) -> None:
    id = await filed()
    assert await matters.look(MONDAY + timedelta(days=10)) > 0
    shown = await appeals.one(id, by=SUPERVISOR, at=MONDAY + timedelta(days=10))
    assert [mark.level for mark in shown.marks] == ["yellow", "red", "up"]
    assert all(line[1] in APPEAL_WORDS.values() for line in shown.history)


async def test_the_unit_in_whose_figures_a_rating_stands_contests_it_wherever_the_problem_was_passed_on(
    pool: None,
) -> None:
    problem = await transferred()
    await rectification.pass_on(problem, "tax", "属于税务的事。", by=POLICE_TOO, at=MONDAY)
    assert (await appeals.opening(problem, by=POLICE_TOO, at=MONDAY)).why == ""
    id = await appeals.file(problem, "mistaken", SAID, [PROOF], by=POLICE_TOO, at=MONDAY)
    assert (await appeals.one(id, by=POLICE_TOO, at=MONDAY)).rated_side
    with pytest.raises(errors.NotFound):
        await appeals.one(id, by=HEALTHCARE, at=MONDAY)
