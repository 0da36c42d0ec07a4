"""The calendar changes: a notice is imported, a region's own days are added or withdrawn.

Each document that is added or withdrawn makes a new version (`calendar_state`) and starts a recomputation of all open
clocks (`recomputing`), announced by the event "calendar changed".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianban import journal, outbox
from lianban.casework.calendars.force import OVERLAYS, calendar_of, days
from lianban.errors import Conflict, Invalid, NotFound
from lianban.outside.database import connection, transaction
from lianban.people import posts
from lianban.rules import values
from lianban.rules.actors import SYSTEM, Actor, Role
from lianban.rules.calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    WEEKDAYS,
    Notice,
    parse_notice,
)
from lianban.tables.ids import new_id

CHANGED = "calendar changed"
LARGEST = 200_000
"""Bytes of a notice file; a year takes two thousand."""
LONGEST = 200
MOST_DAYS = 60

_VERSION = "SELECT version FROM calendar_state FOR UPDATE"
_NEXT = "UPDATE calendar_state SET version = version + 1 RETURNING version"
_OPEN = "SELECT count(*) FROM clocks WHERE stopped_at IS NULL AND ($1 = '' OR region_code = $1)"
_KEEP = """
INSERT INTO calendar_notices (id, year, title, number, status, published, file_name, sha256, content, by_id, by_name,
  at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11, $12)
"""
_OVERLAY = """
INSERT INTO calendar_overlays (id, region_code, name, basis, days_off, days_on, by_id, by_name, at)
VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $8, $9)
"""
_RECOMPUTE = """
INSERT INTO recomputations (id, version, reason, region_code, total, by_name, started_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


@dataclass(frozen=True, slots=True)
class Changed:
    """A change of the calendar. `new` False: the document is in force already, nothing has changed.

    `clocks` open clocks are looked at by the recomputation of this id (None when nothing has changed).
    """

    notice: Notice | None
    sha256: str
    version: int
    new: bool
    clocks: int
    recomputation: UUID | None

    def __str__(self) -> str:
        if self.notice is None:
            return f"日历已更新为第 {self.version} 版，将重新核算 {self.clocks} 个未结束的时限。"
        if not self.new:
            return f"{self.notice.year} 年的日历没有变化：{self.notice.named}此前已经生效（第 {self.version} 版）。"
        return (
            f"已导入{self.notice.named}，日历第 {self.version} 版，文件 SHA-256 {self.sha256}。"
            f"将重新核算 {self.clocks} 个未结束的时限。"
        )


async def import_notice(data: bytes, filename: str, *, by: Actor, at: datetime) -> Changed:
    """Put a notice on holidays into force for all regions; one that is there already for its year is superseded.

    The same notice again changes nothing. Raises Forbidden, Invalid with what is wrong in the file.
    """
    posts.require(by, Role.ADMINISTRATOR, region=by.region)
    if len(data) > LARGEST:
        raise Invalid(f"{filename}：文件太大，放假通知文件不会超过 {LARGEST // 1000} KB。请选择正确的文件。")
    notice, content = parse_notice(data, filename)
    hash = hashlib.sha256(data).hexdigest()
    async with transaction():
        # Whoever imports at the same moment waits here, and then sees this one.
        version: int = await connection().fetchval(_VERSION)
        if notice in (await calendar_of("")).documents(notice.year):
            return Changed(notice, hash, version, False, 0, None)
        await connection().execute(
            "UPDATE calendar_notices SET superseded_at = $3 WHERE year = $1 AND superseded_at IS NULL"
            # A new yearly notice says everything about its year anew.
            " AND ($2 = '' OR (status = 'amendment' AND title = $2))",
            notice.year,
            "" if notice.status == "yearly" else notice.title,
            at,
        )
        await connection().execute(
            _KEEP, new_id(at), notice.year, notice.title, notice.number, notice.status, notice.published, filename,
            hash, json.dumps(content, ensure_ascii=False), by.id, by.name, at,
        )  # fmt: skip
        said = {"year": notice.year, "title": notice.title, "number": notice.number, "sha256": hash}
        return await _changed(notice, hash, "", notice.named, "calendar imported", said, by=by, at=at)


async def add_overlay(
    region: str,
    name: str,
    basis: str,
    off: Iterable[date],
    work: Iterable[date] = (),
    *,
    by: Actor,
    at: datetime,
) -> Changed:
    """Days on which a region's offices are closed (a holiday of its own, an emergency), and days worked in exchange.

    Service at weekends is none of these: it opens a counter and makes no working day (domain G). Raises Forbidden,
    Invalid with the fields, Conflict when a day is in another overlay already.
    """
    posts.require(by, Role.ADMINISTRATOR, region=region)
    closed, open = sorted(set(off)), sorted(set(work))
    _check(name, basis, closed, open)
    async with transaction():
        await connection().fetchval(_VERSION)
        for row in await connection().fetch(OVERLAYS, region):
            if both := sorted({*closed, *open} & {*days(row["days_off"]), *days(row["days_on"])}):
                raise Conflict(f"{both[0]} 已在“{row['name']}”里，请先撤销那一项，或改选别的日子。")
        kept = [{d.isoformat(): why for d in dates} for dates, why in ((closed, name), (open, f"{name}补班"))]
        await connection().execute(
            _OVERLAY, new_id(at), region, name, basis, *(json.dumps(d, ensure_ascii=False) for d in kept), by.id,
            by.name, at,
        )  # fmt: skip
        said = {"name": name, "basis": basis, "off": list(kept[0]), "work": list(kept[1])}
        return await _changed(None, "", region, f"{name}（{basis}）", "overlay added", said, by=by, at=at)


def _check(name: str, basis: str, off: list[date], work: list[date]) -> None:
    wrong = {}
    if not name:
        wrong["name"] = "请填写名称，如：自治州成立纪念日、暴雪停止办公。"
    if not basis:
        wrong["basis"] = "请填写依据的文件名称和文号。没有文件，不能改变工作日。"
    for field, text in (("name", name), ("basis", basis)):
        # Both stand in every passport that one of these days touches.
        if len(text) > LONGEST:
            wrong[field] = f"最多 {LONGEST} 个字，请缩短。"
        try:
            values.readable(text, lines=False)
        except Invalid as refusal:
            wrong[field] = refusal.sentence
    if not off:
        wrong["off"] = "请填写放假或停止办公的日子。"
    if any(not FIRST_YEAR <= d.year <= LAST_YEAR for d in off + work) or len(off + work) > MOST_DAYS:
        wrong["off"] = f"日子应在 {FIRST_YEAR}–{LAST_YEAR} 年之间，一次不超过 {MOST_DAYS} 天。"
    if set(off) & set(work):
        wrong["work"] = "同一天不能既放假又补班。"
    elif len(work) > len(off):
        wrong["work"] = "补班的日子不能多于放假的日子。周末延时服务、预约服务不改变工作日，不要填在这里。"
    elif odd := [d for d in work if d.weekday() < 5]:
        wrong["work"] = f"{odd[0]} 是{WEEKDAYS[odd[0].weekday()]}，本来就上班，不用补班。"
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong)


async def withdraw_overlay(id: UUID, *, by: Actor, at: datetime) -> Changed:
    """Take a region's own days out of its calendar. Raises NotFound, Forbidden, Conflict when that is done already."""
    async with transaction():
        await connection().fetchval(_VERSION)
        row = await connection().fetchrow("SELECT * FROM calendar_overlays WHERE id = $1", id)
        if row is None or (by.id != SYSTEM.id and row["region_code"] != by.region):
            raise NotFound("没有找到这项地方安排。")
        posts.require(by, Role.ADMINISTRATOR, region=row["region_code"])
        if row["withdrawn_at"] is not None:
            raise Conflict(f"“{row['name']}”已经撤销。")
        await connection().execute(
            "UPDATE calendar_overlays SET withdrawn_at = $2, withdrawn_by = $3 WHERE id = $1", id, at, by.name
        )
        reason, said = f"撤销{row['name']}", {"name": row["name"], "basis": row["basis"]}
        return await _changed(None, "", row["region_code"], reason, "overlay withdrawn", said, by=by, at=at)


async def _changed(
    notice: Notice | None,
    hash: str,
    region: str,
    reason: str,
    event: str,
    said: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
) -> Changed:
    """The next version, its line in the journal, and the recomputation that follows. `region` "": of all regions."""
    version: int = await connection().fetchval(_NEXT)
    total: int = await connection().fetchval(_OPEN, region)
    id = new_id(at)
    await connection().execute(_RECOMPUTE, id, version, reason, region, total, by.name, at)
    await journal.record(
        "catalogue", f"{region or 'national'}/calendar", event, by=by, at=at, content={**said, "version": version}
    )
    await outbox.write(CHANGED, payload={"recomputation": str(id)}, at=at)
    return Changed(notice, hash, version, True, total, id)
