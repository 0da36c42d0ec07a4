"""By which schema and with which codes a region reports: each choice a numbered edition."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lianban import errors, journal
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from lianban.rules.upward import DEFAULT, Schema, checked_codes, schemas
from lianban.tables.ids import new_id

LONGEST_NOTE = 200

_LATEST = "SELECT * FROM upward_editions WHERE region_code = $1 ORDER BY number DESC LIMIT 1"
_ADD = """
INSERT INTO upward_editions (id, region_code, number, schema, codes, note, by_id, by_name, at)
VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, $9)
"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a region reports by; number 0 is what it has without deciding anything."""

    number: int
    schema: Schema
    codes: Mapping[str, Mapping[str, str]]
    note: str = ""
    by_name: str = ""
    at: datetime | None = None


async def chosen(region: str) -> Chosen:
    """The edition in force, in the caller's transaction."""
    row = await connection().fetchrow(_LATEST, region)
    if row is None:
        return Chosen(0, schemas()[DEFAULT], {})
    return Chosen(
        row["number"],
        schemas().get(row["schema"], schemas()[DEFAULT]),
        json.loads(row["codes"]),
        row["note"],
        row["by_name"],
        local(row["at"]),
    )


async def choose(schema: str, typed: Mapping[str, str], note: str, *, by: Actor, at: datetime) -> int:
    """Report by this schema and these codes (`<table>.<value>` → theirs) from now on; the number of the edition. What
    waits already goes as it was made. Raises Forbidden, Invalid."""
    if not by.may(Role.ADMINISTRATOR):
        raise errors.Forbidden("上报的字段和编码由系统管理员选择。")
    found = schemas().get(schema)
    if found is None:
        raise errors.Invalid("请选择一个上报接口。", {"schema": "请选择一个上报接口。"})
    said = note.strip()
    if not 2 <= len(said) <= LONGEST_NOTE:
        sentence = f"请写明依据，如接口文档的名称和版本（2 至 {LONGEST_NOTE} 个字）。"
        raise errors.Invalid(sentence, {"note": sentence})
    codes = checked_codes(found, typed)
    async with transaction():
        await connection().execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"upward {by.region}")
        number = (await chosen(by.region)).number + 1
        kept = json.dumps(codes, ensure_ascii=False)
        await connection().execute(_ADD, new_id(at), by.region, number, schema, kept, said, by.id, by.name, at)
        await journal.record(
            "catalogue",
            f"upward {by.region}",
            "upward schema chosen",
            by=by,
            at=at,
            content={"schema": schema, "number": number, "codes": codes, "note": said},
        )
    return number
