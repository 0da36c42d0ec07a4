"""The applicant's side of a visit, by number and query code: what is appointed, and the wish for another time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from uuid import UUID

from lianban import errors
from lianban.casework import catalogue, progress
from lianban.casework.calendars import calendar_of
from lianban.casework.progress import note
from lianban.casework.tasks.checking import unprintable
from lianban.casework.visits.holding import MISSING, load
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import HOLDER
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.composer import limit_text
from lianban.rules.lifecycles import VisitLife, stage_name
from lianban.rules.sheet import day_text
from lianban.rules.surveys import CONCLUSIONS, FURTHEST
from lianban.tables.ids import new_id

HALVES = {"am": "上午", "pm": "下午", "any": "上午、下午都可以"}
_VISITS = "SELECT * FROM visits WHERE case_id = $1 ORDER BY starts_at DESC, id"
_PARTS = """
SELECT p.visit_id, p.task_id, p.status, p.department, t.item_name, s.conclusion, s.findings, s.rectify_by,
  s.limit_amount, s.limit_unit, s.limit_reason
FROM visit_parts p JOIN tasks t ON t.id = p.task_id
LEFT JOIN surveys s ON s.visit_id = p.visit_id AND s.task_id = p.task_id
WHERE p.visit_id = ANY($1) ORDER BY p.department, t.item
"""
_WISHES = "SELECT * FROM visit_wishes WHERE visit_id = ANY($1) ORDER BY at"


@dataclass(frozen=True, slots=True)
class HolderPart:
    """One item of a visit, in words for the applicant."""

    item: str
    department: str
    sentence: str
    findings: str


@dataclass(frozen=True, slots=True)
class HolderWish:
    """What the applicant wished and what was answered."""

    said: str
    answer: str


@dataclass(frozen=True, slots=True)
class HolderVisit:
    """A visit as the applicant sees it on the tracking page."""

    id: UUID
    status: str
    status_name: str
    starts_at: datetime
    ends_at: datetime
    place: str
    reason: str
    parts: tuple[HolderPart, ...]
    wishes: tuple[HolderWish, ...]
    may_wish: bool
    """Another time may be wished now: planned, not begun, changes left, none open."""


async def for_holder(case_id: UUID, *, at: datetime) -> list[HolderVisit]:
    """The visits of a case for whoever has shown its query code to the caller, the latest first."""
    async with transaction():
        rows = await connection().fetch(_VISITS, case_id)
        if not rows:
            return []
        held = await progress.hold(case_id, lock=False)
        assert held is not None
        names = await catalogue.departments(held.region)
        ids = [row["id"] for row in rows]
        parts, wishes = await connection().fetch(_PARTS, ids), await connection().fetch(_WISHES, ids)
        lives = {row["id"]: (await load(row["id"], held, at=at)).life for row in rows}
    found = []
    for row in rows:
        life, own = lives[row["id"]], [w for w in wishes if w["visit_id"] == row["id"]]
        open_wish = any(w["answered_at"] is None for w in own)
        changeable = life.state == "planned" and not life.start_over and life.changes_left and not open_wish
        found.append(
            HolderVisit(
                id=row["id"],
                status=row["status"],
                status_name=stage_name(VisitLife, row["status"]),
                starts_at=local(row["starts_at"]),
                ends_at=local(row["ends_at"]),
                place=row["place"],
                reason=row["reason"],
                parts=tuple(
                    HolderPart(p["item_name"], names.get(p["department"], ""), _sentence(p), p["findings"] or "")
                    for p in parts
                    if p["visit_id"] == row["id"]
                ),
                wishes=tuple(HolderWish(_wished(w), w["answer"] or "等待答复") for w in own),
                may_wish=changeable,
            )
        )
    return found


async def wish(visit_id: UUID, *, case_id: UUID, day: date, half: str, reason: str, at: datetime) -> None:
    """The applicant, known by the query code, wishes another time; window and departments see it. Sent twice it is one.

    Raises NotFound, Conflict when the visit has begun or its changes are used up, Invalid with the fields.
    """
    async with transaction():
        held = await progress.hold(case_id)
        known = await connection().fetchval("SELECT case_id FROM visits WHERE id = $1", visit_id)
        if held is None or known != case_id:
            raise errors.NotFound(MISSING)
        life = (await load(visit_id, held, at=at)).life
        last = await connection().fetchrow(
            "SELECT * FROM visit_wishes WHERE visit_id = $1 AND answered_at IS NULL", visit_id
        )
        why = " ".join(reason.split())
        if last is not None and (last["wished_on"], last["half"], last["reason"]) == (day, half, why):
            return
        if life.state != "planned" or life.start_over:
            raise errors.Conflict("这次勘查已经开始或者结束，不能再改期；有困难请打电话联系。")
        if not life.changes_left:
            raise errors.Conflict("改期的次数已经用完，请按约定的时间到场；确有困难请打电话联系。")
        if last is not None:
            raise errors.Conflict("您希望改期的时间已经收到，答复以前不用再提。")
        await _check(day, half, why, held.region, at=at)
        await connection().execute(
            "INSERT INTO visit_wishes (id, visit_id, wished_on, half, reason, at) VALUES ($1, $2, $3, $4, $5, $6)",
            new_id(at),
            visit_id,
            day,
            half,
            why,
            at,
        )
        await note(held, "visit change wished", by=HOLDER, at=at, wished=f"{day} {HALVES[half]}")


async def _check(day: date, half: str, why: str, region: str, *, at: datetime) -> None:
    fields, today = {}, local(at).date()
    if not today < day or (day - today).days > FURTHEST:
        fields["wished_on"] = f"请选择明天起 {FURTHEST} 天以内的日期。"
    elif not (await calendar_of(region)).day(day).working:
        fields["wished_on"] = f"{day:%m月%d日} 不是工作日，请另选。"
    if half not in HALVES:
        fields["half"] = "请选择上午、下午或者都可以。"
    if not 2 <= len(why) <= 200:
        fields["wish_reason"] = "请写明希望改期的原因（2 到 200 个字）。"
    fields |= unprintable({"wish_reason": why})
    if fields:
        raise errors.Invalid("".join(fields.values()), fields)


def _wished(row: dict[str, object]) -> str:
    return f"希望改到 {day_text(cast(date, row['wished_on']))} {HALVES[str(row['half'])]}：{row['reason']}"


def _sentence(part: dict[str, object]) -> str:
    if part["conclusion"]:
        said = f"结论：{CONCLUSIONS[str(part['conclusion'])]}"
        if part["rectify_by"]:
            said += f"，请在 {day_text(cast(date, part['rectify_by']))} 前整改完毕，届时复查"
        if part["limit_amount"]:
            limit = Limit(int(str(part["limit_amount"])), Unit(str(part["limit_unit"])))
            said += f"；勘查后确定的办理时限：{limit_text(limit)}（{part['limit_reason']}）"
        return said
    return "不参加这次勘查" if part["status"] == "out" else "到时到场勘查"
