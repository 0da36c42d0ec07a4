"""Default ratings (默认评价), where a region turns them on: a class of their own, never a citizen's (R-HCP-4).

A service that has one may still be rated by the citizen as long as its link is open.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from lianban.casework.calendars import calendar_of
from lianban.casework.policies import policy
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import clock
from lianban.rules import policy as rules
from lianban.rules.clock import History
from lianban.tables.ids import day_of, new_id

GRADE = 3
"""基本满意, as in 广东 (R-HCP-4)."""
BACK = timedelta(days=60)
"""How far back the chore looks: it may have been away for weeks."""
BATCH = 500

_REGIONS = "SELECT DISTINCT region_code FROM people WHERE region_code <> ''"
_DUE = """
SELECT * FROM occasions WHERE region_code = $1 AND day >= $2 AND day <= $3 AND rated_at IS NULL
  AND defaulted_at IS NULL AND opened_at >= $4 AND kind IN ('visit', 'matter')
ORDER BY day, id LIMIT $5 FOR UPDATE SKIP LOCKED
"""
_VERSIONS = "SELECT content, at FROM policies WHERE region_code = $1 ORDER BY version DESC"
_DEFAULT = """
INSERT INTO ratings (day, id, region_code, at, given_at, kind, step, channel, source, grade, standing, occasion_id,
  case_id, task_id, point_id, item, department, window_name, served_by)
VALUES ($1, $2, $3, $4, $4, $5, $6, 'portal', 'default', $7, 'counted', $8, $9, $10, $11, $12, $13, $14, $15)
"""
_MARK = "UPDATE occasions SET defaulted_at = $3 WHERE day = $1 AND id = $2"


async def fill_defaults(at: datetime) -> int:
    """Give what nobody has rated in time its default rating, in the regions that want it; how many."""
    async with transaction():
        regions = [row["region_code"] for row in await connection().fetch(_REGIONS)]
    return sum([await _fill(region, at) for region in regions])


async def _fill(region: str, at: datetime) -> int:
    done = 0
    while True:
        async with transaction():
            chosen = await policy(region)
            if not chosen.rating_default:
                return done
            since = await _on_since(region, at)
            limit, calendar = chosen.limit("rating_default_after"), await calendar_of(region)
            rows = await connection().fetch(_DUE, region, local(at - BACK).date(), local(at).date(), since, BATCH)
            due = [
                row
                for row in rows
                if clock.reckon(History(local(row["opened_at"]), limit), calendar, explain=False).instant < at
            ]
            for row in due:
                id = new_id(at)
                await connection().execute(
                    _DEFAULT,
                    *(day_of(id), id, region, at, row["kind"], row["step"], GRADE, row["id"]),
                    *(row["case_id"], row["task_id"], row["point_id"], row["item"]),
                    *(row["department"], row["window_name"], row["served_by"]),
                )
                await connection().execute(_MARK, row["day"], row["id"], at)
        done += len(due)
        # The oldest come first: once one is not due yet, none after it is.
        if len(rows) < BATCH or len(due) < len(rows):
            return done


async def _on_since(region: str, at: datetime) -> datetime:
    """Since when the region has wanted them without a break: what was served before is left alone."""
    shipped, began = rules.shipped(region), at
    for version in await connection().fetch(_VERSIONS, region):
        if not rules.read(json.loads(version["content"]), shipped).rating_default:
            break
        began = local(version["at"])
    else:
        if shipped.rating_default:
            return at - BACK
    return max(at - BACK, began)
