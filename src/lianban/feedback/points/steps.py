"""Points are registered, opened, closed, renamed, given a new sticker or screen, retired. Each step leaves its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import journal
from lianban.errors import Conflict, Invalid, NotFound
from lianban.feedback.points.entering import able
from lianban.feedback.points.registry import MANAGERS, MISSING
from lianban.outside.database import connection, transaction
from lianban.people import posts
from lianban.rules.actors import Actor
from lianban.rules.ratings import PARENTS, POINTS, point_token, terminal_token
from lianban.tables.ids import new_id

LONGEST_NAME = 60

_ADD = """
INSERT INTO evaluation_points (id, region_code, kind, name, department, window_name, item, parent_id, token, since,
  open_since, by_id, by_name)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[],
  $9::text[], $10::timestamptz[], $10::timestamptz[], $11::text[], $12::text[])
ON CONFLICT DO NOTHING RETURNING id
"""
_SPANS = """
INSERT INTO point_spans (id, region_code, point_id, since)
SELECT id, $3, point_id, $4 FROM unnest($1::uuid[], $2::uuid[]) AS span (id, point_id)
"""
_LOCKED = "SELECT * FROM evaluation_points WHERE id = $1 AND region_code = $2 FOR UPDATE"


@dataclass(frozen=True, slots=True)
class NewPoint:
    """A point to be registered; `department` "" is the centre with its windows."""

    kind: str
    name: str
    department: str = ""
    window: str = ""
    item: str = ""
    parent: UUID | None = None


async def add(new: NewPoint, *, by: Actor, at: datetime) -> UUID:
    """Register one point; it takes ratings at once. Raises Forbidden, Invalid, Conflict when it is there already."""
    posts.require(by, *MANAGERS, region=by.region)
    async with transaction():
        parent = None
        if new.parent:
            parent = await connection().fetchval(
                "SELECT kind FROM evaluation_points WHERE id = $1 AND region_code = $2 AND retired_at IS NULL",
                new.parent,
                by.region,
            )
        if problem := problem_of(new, parent if new.parent else None):
            raise Invalid(*problem)
        done = await register([new], by=by, at=at)
        if not done:
            raise Conflict(f"“{new.name.strip()}”已经登记过了，请在列表里查找。")
        await journal.record("rating", done[0], "point added", by=by, at=at, content={"kind": new.kind})
    return done[0]


def problem_of(new: NewPoint, parent: str | None) -> tuple[str, dict[str, str]] | None:
    """What is wrong with a new point, `parent` the kind of what it is to hang under; None when nothing is."""
    name = new.name.strip()
    if new.kind not in POINTS:
        sentence, field = f"种类只能是：{'、'.join(POINTS.values())}。", "kind"
    elif not name:
        sentence, field = "请填写名称。", "name"
    elif len(name) > LONGEST_NAME:
        sentence, field = f"名称最长 {LONGEST_NAME} 个字，请写短一些。", "name"
    elif new.parent and parent not in PARENTS.get(new.kind, ()):
        fits = "、".join(POINTS[kind] for kind in PARENTS.get(new.kind, ()))
        says = f"只能归到：{fits}" if fits else "不归到别的评价点之下"
        sentence, field = f"“{POINTS[new.kind]}”{says}。", "parent"
    else:
        return None
    return sentence, {field: sentence}


async def register(news: Sequence[NewPoint], *, by: Actor, at: datetime) -> list[UUID]:
    """The ids of those that were not there yet, in the caller's transaction, without a line in the journal."""
    ids = [new_id(at) for _ in news]
    added = await connection().fetch(
        _ADD,
        ids,
        [by.region] * len(news),
        [new.kind for new in news],
        [new.name.strip() for new in news],
        [new.department for new in news],
        [new.window for new in news],
        [new.item for new in news],
        [new.parent for new in news],
        [point_token() for _ in news],
        [at] * len(news),
        [by.id] * len(news),
        [by.name] * len(news),
    )
    done = [row["id"] for row in added]
    await connection().execute(_SPANS, [new_id(at) for _ in done], done, by.region, at)
    return done


async def open_point(id: UUID, *, by: Actor, at: datetime) -> None:
    """The point takes ratings from now on. Raises Forbidden, NotFound, Conflict."""
    async with transaction():
        row = await _locked(id, by)
        if able(row, at):
            raise Conflict("这个评价点已经开通。")
        await connection().execute(
            "UPDATE evaluation_points SET open_since = $2, open_until = NULL WHERE id = $1", id, at
        )
        await connection().execute(_SPANS, [new_id(at)], [id], by.region, at)
        await journal.record("rating", id, "point opened", by=by, at=at)


async def close_point(id: UUID, reason: str, *, by: Actor, at: datetime) -> None:
    """The point takes no ratings for the time being; why. Raises Forbidden, NotFound, Invalid, Conflict."""
    reason = _reason(reason)
    async with transaction():
        row = await _locked(id, by)
        if not able(row, at):
            raise Conflict("这个评价点没有开通。")
        await _shut(id, at)
        await journal.record("rating", id, "point closed", by=by, at=at, content={"reason": reason})


async def retire(id: UUID, reason: str, *, by: Actor, at: datetime) -> None:
    """The point is no more (the window was given up); its ratings stay. Raises Forbidden, NotFound, Conflict."""
    reason = _reason(reason)
    async with transaction():
        await _locked(id, by)
        if await connection().fetchval(
            "SELECT 1 FROM evaluation_points WHERE parent_id = $1 AND retired_at IS NULL LIMIT 1", id
        ):
            raise Conflict("下面还有没有撤销的评价点，请先撤销它们。")
        await _shut(id, at)
        await connection().execute("UPDATE evaluation_points SET retired_at = $2, terminal = '' WHERE id = $1", id, at)
        await journal.record("rating", id, "point retired", by=by, at=at, content={"reason": reason})


async def rename(id: UUID, name: str, *, by: Actor, at: datetime) -> None:
    """The place has another name. What it is called on its stickers changes with the next print. Raises as `add`."""
    async with transaction():
        row = await _locked(id, by)
        name = name.strip()
        if problem := problem_of(NewPoint(row["kind"], name), None):
            raise Invalid(*problem)
        if await connection().fetchval(
            "SELECT 1 FROM evaluation_points WHERE region_code = $1 AND kind = $2 AND name = $3 AND id <> $4"
            " AND parent_id IS NOT DISTINCT FROM $5 AND retired_at IS NULL",
            *(by.region, row["kind"], name, id, row["parent_id"]),
        ):
            raise Conflict(f"“{name}”已经登记过了，请换一个名称。")
        await connection().execute("UPDATE evaluation_points SET name = $2 WHERE id = $1", id, name)
        await journal.record("rating", id, "point renamed", by=by, at=at, content={"before": row["name"]})


async def renew(id: UUID, *, by: Actor, at: datetime) -> None:
    """A new sticker; the old one opens nothing any more. Raises Forbidden, NotFound."""
    async with transaction():
        await _locked(id, by)
        await connection().execute("UPDATE evaluation_points SET token = $2 WHERE id = $1", id, point_token())
        await journal.record("rating", id, "point token renewed", by=by, at=at)


async def set_up_screen(id: UUID, *, by: Actor, at: datetime) -> None:
    """A new address for the point's screen; the old one opens nothing any more. Raises Forbidden, NotFound."""
    async with transaction():
        await _locked(id, by)
        await connection().execute("UPDATE evaluation_points SET terminal = $2 WHERE id = $1", id, terminal_token())
        await journal.record("rating", id, "point terminal renewed", by=by, at=at)


async def _shut(id: UUID, at: datetime) -> None:
    await connection().execute(
        "UPDATE evaluation_points SET open_until = $2 WHERE id = $1 AND open_until IS NULL", id, at
    )
    await connection().execute("UPDATE point_spans SET until = $2 WHERE point_id = $1 AND until IS NULL", id, at)


async def _locked(id: UUID, by: Actor) -> Mapping[str, Any]:
    posts.require(by, *MANAGERS, region=by.region)
    row: Mapping[str, Any] | None = await connection().fetchrow(_LOCKED, id, by.region)
    if row is None or row["retired_at"] is not None:
        raise NotFound(MISSING)
    return row


def _reason(typed: str) -> str:
    reason = typed.strip()
    if not 2 <= len(reason) <= 200:
        sentence = "请写明原因（2 至 200 个字）。"
        raise Invalid(sentence, {"reason": sentence})
    return reason
