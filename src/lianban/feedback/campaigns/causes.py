"""Clusters: the same cause in several problems within the time that the region looks back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.casework import catalogue
from lianban.casework.policies import policy
from lianban.feedback.publication.waiting import unit_name
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.difficulties.causes import cause_of
from lianban.rules.ratings import option_text

WATCHERS = (Role.SUPERVISOR, Role.AUDITOR, Role.GOVERNMENT_HEAD)
_SPANS = {
    Unit.NATURAL_DAYS: timedelta(days=1),
    Unit.WORKING_DAYS: timedelta(days=7) / 5,
    Unit.MONTHS: timedelta(days=30),
    Unit.HOURS: timedelta(hours=1),
    Unit.OFFICE_HOURS: timedelta(hours=1),
}

# What is void was no problem, what was found to have no ground has no cause.
PROBLEMS = """
SELECT r.id, r.department, r.opened_at, 'option:' || o AS cause FROM rectifications r, unnest(r.options) AS o
WHERE r.region_code = $1 AND r.opened_at > $2 AND r.status <> 'void' AND r.finding <> 'unfounded'
UNION ALL
SELECT r.id, r.department, r.opened_at, 'cause:' || d.cause FROM rectifications r
JOIN difficulties d ON d.id = r.source_id
WHERE r.source = 'difficulty' AND d.cause <> '' AND r.region_code = $1 AND r.opened_at > $2 AND r.status <> 'void'
  AND r.finding <> 'unfounded'
"""
_CLUSTERS = f"""
SELECT p.cause, count(*) AS n, array_agg(DISTINCT p.department) AS departments,
  (SELECT c.id FROM campaigns c WHERE c.region_code = $1 AND c.cause = p.cause AND c.closed_at IS NULL) AS campaign
FROM ({PROBLEMS}) p
WHERE NOT EXISTS (SELECT 1 FROM campaign_problems k JOIN campaigns c ON c.id = k.campaign_id
    WHERE k.rectification_id = p.id AND c.cause = p.cause AND c.status <> 'cancelled')
  AND NOT EXISTS (SELECT 1 FROM declined_causes d
    WHERE d.region_code = $1 AND d.cause = p.cause AND d.at >= p.opened_at)
GROUP BY p.cause ORDER BY n DESC, p.cause
"""
OF_CAUSE = f"""
SELECT p.id FROM ({PROBLEMS}) p WHERE p.cause = $3
  AND NOT EXISTS (SELECT 1 FROM campaign_problems k JOIN campaigns c ON c.id = k.campaign_id
    WHERE k.rectification_id = p.id AND c.cause = p.cause AND c.status <> 'cancelled')
ORDER BY p.id
"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cause with the problems that no campaign has taken up; `proposed` when they are as many as the region says."""

    cause: str
    name: str
    count: int
    departments: tuple[str, ...]
    proposed: bool
    campaign: UUID | None


async def clusters(*, by: Actor, at: datetime) -> list[Cluster]:
    """The causes within the time looked back, the most frequent first. Raises Forbidden."""
    if not by.may(*WATCHERS):
        raise errors.Forbidden("同一原因的问题由监督员归集。")
    names = await catalogue.departments(by.region)
    async with transaction():
        least = (await policy(by.region)).cluster
        rows = await connection().fetch(_CLUSTERS, by.region, await looked_back(by.region, at))
    return [_cluster(row, names, least) for row in rows]


async def looked_back(region: str, at: datetime) -> datetime:
    """Since when problems of the same cause belong together."""
    return at - span((await policy(region)).limit("cluster_days"))


def span(limit: Limit) -> timedelta:
    """How far a limit reaches back from now, in plain days."""
    return _SPANS[limit.unit] * limit.amount


def cause_name(cause: str) -> str:
    """A cause in words. Raises Invalid for one that is unknown."""
    kind, _, id = cause.partition(":")
    if kind == "option" and id.isdecimal():
        return option_text(int(id))
    return cause_of(id if kind == "cause" else "").name


def _cluster(row: Mapping[str, Any], names: dict[str, str], least: int) -> Cluster:
    return Cluster(
        cause=row["cause"],
        name=cause_name(row["cause"]),
        count=row["n"],
        departments=tuple(unit_name(one, names) for one in row["departments"]),
        proposed=row["n"] >= least,
        campaign=row["campaign"],
    )
