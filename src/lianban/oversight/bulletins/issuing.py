"""A period is over: its bulletin is made from the figures as they are known now, numbered, and never changes again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianban import errors, journal
from lianban.casework import catalogue
from lianban.casework.notices.issuing import take_number
from lianban.casework.policies import policy
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.oversight import indicators
from lianban.oversight.bulletins import talks
from lianban.oversight.indicators.lists import units
from lianban.rules import bulletins as rules
from lianban.rules.actors import Actor, Role
from lianban.rules.indicators import laggards, ranking
from lianban.tables.ids import new_id

ISSUED = "bulletin issued"

_THERE = (
    "SELECT id, content ->> 'remarks' AS remarks FROM bulletins WHERE region_code = $1 AND kind = $2 AND since = $3"
)
_ISSUE = """
INSERT INTO bulletins (id, region_code, kind, since, until, number, content, laggards, issued_at, issued_by,
  issued_by_name)
VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11)
"""


async def issue(kind: str, since: date, remarks: str, *, by: Actor, at: datetime) -> UUID:
    """Issue the bulletin of a period that is over; its id. The same once more is answered with the first.

    Raises Forbidden, Invalid, Conflict for a period that is not over, or was issued with other words.
    """
    if not by.may(Role.SUPERVISOR):
        raise errors.Forbidden("通报由监督员发出，请用监督员的账号登录。")
    said = rules.remarks_of(remarks)
    content, last = await draft(kind, since, said, by=by, at=at)
    async with transaction():
        conn = connection()
        # One bulletin of a period, whoever presses first.
        await conn.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"bulletin {by.region}")
        there = await conn.fetchrow(_THERE, by.region, kind, since)
        if there is not None:
            if there["remarks"] == said:
                return UUID(str(there["id"]))
            raise errors.Conflict("这一期的通报已经发出，发出以后不能修改；新的情况请写在下一期里。")
        id = new_id(at)
        until = rules.period_of(kind, since)[1]
        year = local(at).year
        serial = await take_number(by.region, f"bulletin {kind}", year)
        number = f"好差评{rules.KINDS[kind]}〔{year}〕第{serial}期"
        whole = {**content, "number": number}
        text = json.dumps(whole, ensure_ascii=False, sort_keys=True)
        await conn.execute(_ISSUE, id, by.region, kind, since, until, number, text, list(last), at, by.id, by.name)
        await talks.propose(id, by.region, kind, since, last, at=at)
        await journal.record(
            "rating",
            id,
            ISSUED,
            by=by,
            at=at,
            region=by.region,
            content={"kind": kind, "number": number, "digest": hashlib.sha256(text.encode()).hexdigest()},
        )
    return id


async def draft(
    kind: str, since: date, remarks: str, *, by: Actor, at: datetime
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What the bulletin of a period would say now, and the units at its last place. Raises Invalid, Conflict."""
    if kind not in rules.KINDS or rules.period_of(kind, since)[0] != since:
        raise errors.Invalid("没有这一期，请从通报列表里重新选择。")
    until, today = rules.period_of(kind, since)[1], local(at).date()
    if until >= today:
        raise errors.Conflict(f"这一期到 {until:%Y-%m-%d} 才结束，结束以后才能通报。")
    now = await _counts(by.region, since, until, at)
    past = await _counts(by.region, *rules.before(kind, since), at)
    async with transaction():
        names = await units(by.region)
        authority = await _authority(by.region)
        fewest = (await policy(by.region)).small_cell
    content = rules.content(
        kind=kind,
        since=since,
        until=until,
        authority=authority,
        counts=now,
        earlier=past,
        names=names,
        fewest=fewest,
        remarks=remarks,
        issued_on=today,
    )
    return content, laggards(ranking(now, fewest))


async def _counts(region: str, since: date, until: date, at: datetime) -> Mapping[str, Mapping[str, int]]:
    period = indicators.Period(since, until)
    return (await indicators.sheet(region, period, known=local(at).date(), at=at)).units


async def _authority(region: str) -> str:
    """The name of the centre that issues."""
    entries = await catalogue.bundles(region)
    return (await catalogue.edition(entries[0].hash)).bundle.centre if entries else "政务服务中心"
