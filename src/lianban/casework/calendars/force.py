"""The calendar in force: what is shipped, what was imported, and a region's own days on top."""

from __future__ import annotations

import json
from datetime import date

from lianban.outside.database import DB, connection, transaction
from lianban.rules.calendar import Calendar, Overlay, calendar_for, notice_from

_VERSION = "SELECT version FROM calendar_state"
_NOTICES = "SELECT content, file_name FROM calendar_notices WHERE superseded_at IS NULL ORDER BY status DESC, at, id"
OVERLAYS = (
    "SELECT name, basis, days_off, days_on FROM calendar_overlays"
    " WHERE region_code = $1 AND withdrawn_at IS NULL ORDER BY at, id"
)

# By database too: tests and measurements use several in one process.
_known: dict[tuple[str, str], tuple[int, Calendar]] = {}


async def calendar_of(region: str) -> Calendar:
    """The calendar of a region as it is now ("" the national one). One cheap look-up; built once for each version."""
    async with transaction():
        version: int = await connection().fetchval(_VERSION)
        key = (DB.config["dsn"], region)
        known = _known.get(key)
        if known is None or known[0] != version:
            known = _known[key] = version, await _build(region) if version else calendar_for(region)
    return known[1]


async def _build(region: str) -> Calendar:
    rows = await connection().fetch(_NOTICES)
    found = calendar_for(region).with_notices(notice_from(json.loads(r["content"]), r["file_name"]) for r in rows)
    for row in await connection().fetch(OVERLAYS, region):
        found = found.over(Overlay(row["name"], row["basis"], days(row["days_off"]), days(row["days_on"])))
    return found


def days(text: str) -> dict[date, str]:
    """The days of an overlay as they are kept."""
    return {date.fromisoformat(day): why for day, why in json.loads(text).items()}
