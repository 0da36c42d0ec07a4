"""The panel: called together by a supervisor, odd, without the rated unit; one vote each, the majority decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from lianban import errors, outbox, people
from lianban.casework import catalogue
from lianban.feedback import matters, ratings, rectification
from lianban.feedback.appeals.filing import LONGEST
from lianban.feedback.appeals.rows import DECIDED, Held, held, play, post_name
from lianban.feedback.matters import Matter
from lianban.outside.database import connection, transaction
from lianban.rules.actors import SYSTEM, Actor, Role
from lianban.rules.appeals import GROUNDS, VOTES, Verdict, Vote, count, size_fault
from lianban.tables.ids import new_id

_PEOPLE = """
SELECT id::text, name, region_code, roles, department, window_name FROM people
WHERE region_code = $1 AND active ORDER BY department, name, login
"""
_SEAT = "INSERT INTO appeal_members (id, appeal_id, person, name, unit, added_at) VALUES ($1, $2, $3, $4, $5, $6)"
_LEAVE = """
UPDATE appeal_members SET left_at = $3, left_reason = $4 WHERE appeal_id = $1 AND person = $2 AND voted_at IS NULL
"""
_CONVENED = "UPDATE appeals SET convened_by = $2, convened_by_name = $3, convened_at = $4 WHERE id = $1"
_VOTE = """
UPDATE appeal_members SET vote = $3, ground = $4, reason = $5, voted_at = $6 WHERE appeal_id = $1 AND person = $2
"""
_DECIDED = "UPDATE appeals SET outcome_ground = $2, told = $3, closed_at = $4 WHERE id = $1"


async def candidates(appeal_id: UUID, *, by: Actor) -> list[tuple[str, str, str]]:
    """Who may sit on the panel of this appeal: (person, name, unit)."""
    async with transaction():
        found = await held(appeal_id, by=by, lock=False)
        rows = await connection().fetch(_PEOPLE, found.row.region)
    departments = await catalogue.departments(found.row.region)
    known = {one["person"] for one in found.members}
    return [
        (row["id"], row["name"], post_name(row, departments))
        for row in rows
        if row["id"] != by.id
        and row["id"] not in known
        and found.row.may_sit(
            Actor(
                row["id"],
                row["name"],
                row["region_code"],
                frozenset(Role(role) for role in row["roles"]),
                row["department"],
            )
        )
    ]


async def convene(appeal_id: UUID, members: Sequence[str], *, by: Actor, at: datetime) -> None:
    """Call the panel together. Raises NotFound, Invalid, Illegal (who may not call, who may not sit)."""
    chosen = [await _person(one) for one in dict.fromkeys(members)]
    async with transaction():
        found = await held(appeal_id, by=by)
        found.row.chosen = tuple(chosen)
        fault = size_fault(len(chosen), found.row.least)
        if fault and found.row.convener(by) and found.row.state == "filed":
            raise errors.Invalid(f"{fault}，请重新选择。", {"member": f"{fault}。"})
        await play(found, "convene", by, at, {"members": [one.id for one in chosen]})
        await connection().execute(_CONVENED, appeal_id, by.id, by.name, at)
        await _seat(found, chosen, at)


async def replace(appeal_id: UUID, leaving: str, coming: str, reason: str, *, by: Actor, at: datetime) -> None:
    """Put somebody else in the seat of a member who cannot vote. Raises NotFound, Invalid, Illegal."""
    chosen = [await _person(coming)]
    async with transaction():
        found = await held(appeal_id, by=by)
        if coming in {one["person"] for one in found.members}:
            raise errors.Invalid("这个人已经在评审小组里，或者已经退出，请另选成员。", {"coming": "请另选成员。"})
        found.row.chosen, found.row.leaving, found.row.reason = tuple(chosen), leaving, bool(reason.strip())
        content = {"leaving": leaving, "coming": coming, "reason": reason.strip()[:LONGEST]}
        await play(found, "replace", by, at, content)
        await connection().execute(_LEAVE, appeal_id, leaving, at, reason.strip()[:LONGEST])
        await _seat(found, chosen, at)


async def vote(appeal_id: UUID, choice: str, ground: str, reason: str, *, by: Actor, at: datetime) -> Verdict | None:
    """One member's vote; the last one brings the decision, which is given back. Nobody votes for somebody else.

    Raises NotFound, Illegal (no member, voted already, not complete).
    """
    said = reason.strip()
    async with transaction():
        found = await held(appeal_id, by=by)
        complete = choice == "valid" or (choice == "invalid" and ground in GROUNDS)
        found.row.reason = complete and 2 <= len(said) <= LONGEST
        await play(found, "vote", by, at, {"vote": choice})
        kept = Vote(choice, ground if choice == "invalid" else "")
        await connection().execute(_VOTE, appeal_id, by.id, kept.vote, kept.ground, said, at)
        found.row.votes[by.id] = kept
        if not found.row.all_voted(SYSTEM):
            return None
        return await _decide(found, at)


async def _decide(found: Held, at: datetime) -> Verdict:
    """All have voted: what the majority has found holds from this moment. The rectification and the appeal are
    locked, so that of two last votes the second one sees the first."""
    verdict = count([one for one in found.row.votes.values() if one], found.row.claimed)
    event = "uphold" if verdict.outcome == "valid" else "overturn"
    told = _told(verdict, len(found.row.votes))
    content = {"invalid": verdict.invalid, "valid": verdict.valid, "ground": verdict.ground}
    await play(found, event, SYSTEM, at, content)
    await connection().execute(_DECIDED, found.id, verdict.ground, told, at)
    await rectification.mark_appeal(found.problem["id"], False, at=at)
    await matters.stop(Matter("appeal", found.id, found.row.region), at=at)
    if verdict.outcome == "invalid":
        await ratings.change_standing(found.appeal["rating_id"], "invalid", told, by=SYSTEM, at=at)
        if found.problem["closed_at"] is None:
            await rectification.void(found.problem["id"], told, by=SYSTEM, at=at)
    payload = {"appeal": str(found.id), "outcome": verdict.outcome}
    await outbox.write(DECIDED, case_id=found.problem["case_id"], payload=payload, at=at)
    return verdict


def _told(verdict: Verdict, size: int) -> str:
    """What the citizen reads: why, and what it means for the rating."""
    head = f"被评价的一方提出申诉，评审小组（{size} 人，没有被评价单位的人）以 {verdict.tally}认定："
    if verdict.outcome == "valid":
        return f"{head}{VOTES['valid']}。整改继续进行，期限不变。"
    return (
        f"{head}{VOTES['invalid']}，属于“{GROUNDS[verdict.ground]}”。"
        "评价照样保存，按无效评价单独统计，不计入被评价单位的成绩。"
    )


async def _person(id: str) -> Actor:
    try:
        return await people.person(id)
    except errors.NotFound as refusal:
        raise errors.Invalid("没有找到所选的成员，请刷新页面后重新选择。") from refusal


async def _seat(found: Held, chosen: Sequence[Actor], at: datetime) -> None:
    departments = await catalogue.departments(found.row.region)
    for one in chosen:
        place = {
            "department": one.department,
            "window_name": one.window,
            "roles": sorted(role.value for role in one.roles),
        }
        await connection().execute(_SEAT, new_id(at), found.id, one.id, one.name, post_name(place, departments), at)
