"""A campaign is set up for a cause, with its ledger; or it is not, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lianban import errors, journal
from lianban.casework import catalogue
from lianban.casework.notices.issuing import take_number
from lianban.casework.policies import policy
from lianban.feedback import matters
from lianban.feedback.campaigns.causes import OF_CAUSE, cause_name, looked_back
from lianban.feedback.campaigns.keeping import OPENED, said
from lianban.feedback.matters import Matter
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from lianban.rules.ratings.screening import screen
from lianban.tables.ids import new_id

BASIS = "国办发〔2019〕51号：对反映集中的问题专项整改；期限由本地确定"

_UNDER_WAY = "SELECT id, title FROM campaigns WHERE region_code = $1 AND cause = $2 AND closed_at IS NULL"
_OPEN = """
INSERT INTO campaigns (id, region_code, number, title, cause, problem, goal, department, owner_name, public, status,
  opened_by, opened_by_name, opened_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'planned', $11, $12, $13)
"""
_ENTER = "INSERT INTO campaign_problems (campaign_id, rectification_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
_DECLINE = """
INSERT INTO declined_causes (id, region_code, cause, reason, by_id, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a campaign is about: `department` "" is the centre; `public` whether everybody may follow it."""

    cause: str
    title: str
    problem: str
    goal: str
    department: str
    owner: str
    public: bool = True


async def open_campaign(draft: Draft, *, by: Actor, at: datetime) -> UUID:
    """Set up a campaign; all problems of the cause that are not in another one stand in its ledger. The same again
    gives the first. Raises Forbidden, Invalid, Conflict for a cause that has a campaign or no problem."""
    _supervising(by)
    cause_name(draft.cause)
    title = said(draft.title, "title", "专项整改的名称", longest=60)
    # Everybody may read it: what could tell who somebody is does not even get in.
    texts = {"problem": said(draft.problem, "problem", "存在的问题"), "goal": said(draft.goal, "goal", "整改目标")}
    owner = said(draft.owner, "owner", "责任人", shortest=2, longest=40)
    for field, text in {"title": title, **texts}.items():
        if draft.public and (found := screen(text)).text != text:
            sentence = f"向社会公开的文字里不能有{'、'.join(found.kinds)}，请删去。"
            raise errors.Invalid(sentence, {field: sentence})
    if draft.department and draft.department not in await catalogue.departments(by.region):
        raise errors.Invalid("请选择牵头单位。", {"department": "请选择牵头单位。"})
    async with transaction():
        await connection().execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"campaign {by.region}")
        known = await connection().fetchrow(_UNDER_WAY, by.region, draft.cause)
        if known and known["title"] == title:
            return UUID(str(known["id"]))
        if known:
            raise errors.Conflict(f"这个原因已经立项“{known['title']}”，请在那里并入台账。")
        problems = await connection().fetch(OF_CAUSE, by.region, await looked_back(by.region, at), draft.cause)
        if not problems:
            raise errors.Conflict("没有这个原因的问题，不能立项。")
        id, year = new_id(at), local(at).year
        number = f"ZX{year}-{await take_number(by.region, 'campaign', year):03}"
        await connection().execute(
            _OPEN,
            id,
            by.region,
            number,
            title,
            draft.cause,
            texts["problem"],
            texts["goal"],
            draft.department,
            owner,
            draft.public,
            by.id,
            by.name,
            at,
        )
        await enter(id, [row["id"] for row in problems], at=at)
        limit = (await policy(by.region)).limit("campaign")
        await matters.start(Matter("campaign", id, by.region, draft.department), "campaign", limit, BASIS, at=at)
        await journal.record(
            "rating",
            id,
            OPENED,
            by=by,
            at=at,
            region=by.region,
            content={"cause": draft.cause, "problems": len(problems)},
        )
    return id


async def enter(campaign: UUID, problems: list[UUID], *, at: datetime) -> None:
    """Enter problems in the ledger, in the caller's transaction."""
    await connection().executemany(_ENTER, [(campaign, one, at) for one in problems])


async def decline(cause: str, reason: str, *, by: Actor, at: datetime) -> None:
    """Open no campaign for a cause: its problems so far are not proposed again. Raises Forbidden, Invalid."""
    _supervising(by)
    cause_name(cause)
    why = said(reason, "reason", "不立项的理由")
    async with transaction():
        id = new_id(at)
        await connection().execute(_DECLINE, id, by.region, cause, why, by.id, by.name, at)
        await journal.record("rating", id, "cause declined", by=by, at=at, region=by.region, content={"cause": cause})


def _supervising(by: Actor) -> None:
    if not by.may(Role.SUPERVISOR):
        raise errors.Forbidden("专项整改由监督员立项。")
