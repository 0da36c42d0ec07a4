"""A draw is derived again: from the database with its secret, or by anybody from what is published of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from lianban import errors, journal
from lianban.feedback.callbacks.drawing import DRAWN, mark_of
from lianban.outside.clock import SHANGHAI, local
from lianban.outside.database import connection, transaction
from lianban.rules.callbacks import Member, commitment_of, derive, digest_of

ALGORITHM = "lianban-draw-1"
"""Names the algorithm that docs/callbacks.md describes."""

_DRAWS = "SELECT * FROM callback_draws WHERE region_code = $1 AND day = $2 ORDER BY serial"
_REGIONS = "SELECT DISTINCT region_code FROM callback_draws ORDER BY 1"
_SEEDED = "SELECT min(prepared_at) FROM callback_seeds WHERE region_code = $1"
_MEMBERS = "SELECT case_id, window_name, mark, chosen FROM callback_members WHERE draw_id = $1"
_LEFT = """
SELECT count(*) FROM cases c WHERE region_code = $1 AND closed_at >= $2 AND closed_at < $3
  AND NOT EXISTS (SELECT 1 FROM callback_members m WHERE m.case_id = c.id)
"""
_STRANGERS = """
SELECT count(*) FROM callback_members m LEFT JOIN cases c ON c.id = m.case_id
WHERE m.draw_id = $1 AND (c.id IS NULL OR c.region_code <> $2 OR c.closed_at IS NULL)
"""
_UNCALLED = """
SELECT count(*) FROM callback_members m LEFT JOIN callbacks b ON b.source = 'draw' AND b.source_id = m.case_id
WHERE m.draw_id = $1 AND m.chosen <> (b.id IS NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was derived again for a day of a region, and every sentence about what does not fit."""

    region: str
    day: date
    draws: int
    population: int
    sample: int
    faults: tuple[str, ...]


async def verify(day: date, *, region: str = "", at: datetime) -> list[Proof]:
    """Derive the draws of the cases closed on `day` again, for one region or for all that ever drew.

    Raises Invalid for a day that is not over, Conflict where nobody draws yet.
    """
    if day >= local(at).date():
        raise errors.Invalid(f"{day} 还没有过完，当天办结的办件次日抽取。")
    async with transaction():
        regions = [region] if region else [row["region_code"] for row in await connection().fetch(_REGIONS)]
        if not regions:
            raise errors.Conflict("还没有抽取过回访。")
        return [await _verify(each, day) for each in regions]


async def _verify(region: str, day: date) -> Proof:
    draws = await connection().fetch(_DRAWS, region, day)
    faults: list[str] = []
    for draw in draws:
        faults += await _faults(draw)
    begins = await connection().fetchval(_SEEDED, region)
    if begins is None:
        raise errors.Conflict(f"{region} 还没有开始抽取回访。")
    since = datetime.combine(day, time(), SHANGHAI)
    if day >= local(begins).date():
        left = await connection().fetchval(_LEFT, region, since, since + timedelta(days=1))
        if left:
            faults.append(f"这一天有 {left} 件办结的办件没有列入抽取总体。")
    return Proof(
        region,
        day,
        len(draws),
        sum(d["population"] for d in draws),
        sum(d["sample"] for d in draws),
        tuple(faults),
    )


async def _faults(draw: Mapping[str, Any]) -> list[str]:
    """What does not fit in one draw kept here: everything that published data shows, and what only the house knows."""
    members = await connection().fetch(_MEMBERS, draw["id"])
    faults = check(published(draw, members))
    if any(m["mark"] != mark_of(m["case_id"]) for m in members):
        faults.append("有的标记不是由它的办件算出来的。")
    if await connection().fetchval(_STRANGERS, draw["id"], draw["region_code"]):
        faults.append("抽取总体里有不存在、不属于本地或者没有办结的办件。")
    if await connection().fetchval(_UNCALLED, draw["id"]):
        faults.append("抽中的办件和列入回访的办件不一致。")
    lines = await journal.lines("rating", draw["id"])
    told = next((line.content for line in lines if line.event == DRAWN), None)
    if told is None or (told["digest"], told["commitment"]) != (draw["digest"], draw["commitment"]):
        faults.append("抽取的记录和办件日志不一致。")
    return faults


def published(draw: Mapping[str, Any], members: list[Mapping[str, Any]]) -> dict[str, Any]:
    """A draw as anybody may have it: marks instead of cases."""
    windows: dict[str, dict[str, list[str]]] = {}
    for member in sorted(members, key=lambda m: (m["window_name"], m["mark"])):
        window = windows.setdefault(member["window_name"], {"population": [], "sample": []})
        window["population"].append(member["mark"])
        if member["chosen"]:
            window["sample"].append(member["mark"])
    return {
        "algorithm": ALGORITHM,
        "region": draw["region_code"],
        "day": draw["day"].isoformat(),
        "serial": draw["serial"],
        "drawn_at": local(draw["drawn_at"]).isoformat(),
        "committed_at": local(draw["committed_at"]).isoformat(),
        "commitment": draw["commitment"],
        "seed": draw["seed"],
        "share": draw["share"],
        "digest": draw["digest"],
        "windows": [{"window": name, **lists} for name, lists in windows.items()],
    }


def check(shown: Mapping[str, Any]) -> list[str]:
    """What does not fit in a published draw; needs no database and no secret. Raises Invalid for what is none."""
    try:
        if shown["algorithm"] != ALGORITHM:
            raise errors.Invalid(f"不认识的抽取方法：{shown['algorithm']}。")
        population = [Member(str(w["window"]), str(m)) for w in shown["windows"] for m in w["population"]]
        sample = {str(m) for w in shown["windows"] for m in w["sample"]}
        seed, share = str(shown["seed"]), int(shown["share"])
        commitment, digest = str(shown["commitment"]), str(shown["digest"])
    except (KeyError, TypeError, ValueError) as error:
        raise errors.Invalid("这不是抽取记录：缺少需要的内容。") from error
    faults = []
    if commitment_of(seed) != commitment:
        faults.append("种子和事先公布的摘要不一致。")
    if digest_of(population) != digest:
        faults.append("抽取总体和它的摘要不一致。")
    if len({m.mark for m in population}) != len(population):
        faults.append("抽取总体里有重复的标记。")
    if derive(population, seed, share).chosen != sample:
        faults.append("按种子重新抽取，结果和记录的样本不一致。")
    return faults


def check_file(text: str) -> tuple[Mapping[str, Any], list[str]]:
    """A published draw from its JSON text, and what does not fit in it. Raises Invalid."""
    try:
        shown = json.loads(text)
    except ValueError as error:
        raise errors.Invalid("这不是抽取记录：不是 JSON 文件。") from error
    if not isinstance(shown, dict):
        raise errors.Invalid("这不是抽取记录：缺少需要的内容。")
    return shown, check(shown)
