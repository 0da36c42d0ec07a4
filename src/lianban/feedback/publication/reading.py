"""What anybody may read without an account: figures, words, problems with their results, campaigns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianban.casework import catalogue
from lianban.errors import NotFound
from lianban.feedback.publication.months import GOOD
from lianban.feedback.publication.subjects import KINDS, month_of
from lianban.feedback.publication.waiting import cursor, following, unit_name
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.lifecycles import CampaignLife, stage_name
from lianban.rules.ratings import GRADES, HIDDEN

PAGE = 20
LATEST = 50

# What has been set apart or found invalid since it was published is not shown any more.
_TEXTS = f"""
SELECT p.* FROM publications p WHERE p.region_code = $1 AND p.kind = $2 AND p.status = 'published'
  AND ($3::timestamptz IS NULL OR (p.published_at, p.id) < ($3, $4))
  AND CASE p.kind WHEN 'rating' THEN EXISTS (SELECT 1 FROM ratings r WHERE r.day = p.subject_day
    AND r.id = p.subject_id AND r.standing = 'counted')
  ELSE EXISTS (SELECT 1 FROM rectifications f WHERE f.id = p.subject_id AND f.status <> 'void') END
ORDER BY p.published_at DESC, p.id DESC LIMIT {PAGE + 1}
"""
_MONTH = "SELECT * FROM public_months WHERE region_code = $1 AND month = $2 ORDER BY at DESC LIMIT 1"
_TABLES = """
SELECT DISTINCT ON (month) month, content FROM public_months WHERE region_code = $1 AND month = ANY($2)
ORDER BY month, at DESC
"""
_CAMPAIGNS = f"""
SELECT c.*, (SELECT count(*) FROM campaign_problems p WHERE p.campaign_id = c.id) AS problems,
  (SELECT count(*) FROM campaign_measures m WHERE m.campaign_id = c.id) AS measures,
  (SELECT count(*) FROM campaign_measures m WHERE m.campaign_id = c.id AND m.done_at IS NOT NULL) AS done,
  (SELECT max(k.due_at) FROM matter_clocks k WHERE k.matter = 'campaign' AND k.matter_id = c.id) AS due_at,
  c.opened_at AS at
FROM campaigns c WHERE c.region_code = $1 AND c.public AND c.status <> 'cancelled'
  AND ($2::timestamptz IS NULL OR (c.opened_at, c.id) < ($2, $3))
ORDER BY c.opened_at DESC, c.id DESC LIMIT {PAGE + 1}
"""


@dataclass(frozen=True, slots=True)
class PublicText:
    """Published words; of the day only the month is told."""

    id: UUID
    kind: str
    kind_name: str
    month: str
    department_name: str
    grade_name: str
    text: str
    result: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A unit, or all of them: None in the counts and "*" for a rate is hidden."""

    unit: str
    cells: tuple[int | None, ...]
    total: int | None
    good: str


@dataclass(frozen=True, slots=True)
class PublicMonthView:
    """The figures of a month as they were published."""

    region: str
    month: date
    at: datetime
    classes: tuple[str, ...]
    lines: tuple[PublicLine, ...]
    sum: PublicLine
    hides: bool
    small: int
    problems: dict[str, int | None]

    @property
    def name(self) -> str:
        """2026年10月."""
        return f"{self.month.year}年{self.month.month}月"


@dataclass(frozen=True, slots=True)
class PublicCampaign:
    """A campaign as the public follows it; `problems` is "*" where it is small."""

    id: UUID
    number: str
    title: str
    problem: str
    goal: str
    department_name: str
    status: str
    status_name: str
    problems: int
    measures: int
    done: int
    opened_at: datetime
    due: datetime | None
    closed_at: datetime | None
    result: str


async def region_of(region: str) -> str:
    """The name of a region whose voices are published. Raises NotFound."""
    known = [entry for entry in await catalogue.bundles(region) if entry.region == region]
    if not known:
        raise NotFound("没有找到这个地区的评价公开页面。")
    return known[0].region_name


async def month(region: str, month: date) -> PublicMonthView | None:
    """The figures of a month, None when they are not published."""
    async with transaction():
        row = await connection().fetchrow(_MONTH, region, month)
    if row is None:
        return None
    content = json.loads(row["content"])
    return PublicMonthView(
        region=region,
        month=row["month"],
        at=local(row["at"]),
        classes=tuple(content["classes"]),
        lines=tuple(_line(one["unit"], one["cells"], one["total"], one[GOOD]) for one in content["lines"]),
        sum=_line("合计", content["columns"], content["total"], content[GOOD]),
        hides=content["hides"],
        small=content["small"],
        problems=content["problems"],
    )


async def texts(region: str, kind: str, *, after: str = "") -> tuple[list[PublicText], str]:
    """Published words of a kind, the latest first, and the cursor of the next page. Raises NotFound.

    Their grade stands with them only where the table of their month shows how many gave it: counting the words would
    tell what is hidden there.
    """
    moment, id = cursor(after)
    if kind not in KINDS:
        raise NotFound("没有这一类内容。")
    names = await catalogue.departments(region)
    async with transaction():
        rows = await connection().fetch(_TEXTS, region, kind, moment, id)
        months = list({month_of(row["subject_day"]) for row in rows})
        told = _told(await connection().fetch(_TABLES, region, months))
    found = [
        PublicText(
            id=row["id"],
            kind=kind,
            kind_name=KINDS[kind],
            month=f"{row['subject_day'].year}年{row['subject_day'].month}月",
            department_name=unit_name(row["department"], names),
            grade_name=_grade(row, unit_name(row["department"], names), told),
            text=row["text"],
            result=row["result"],
            published_at=local(row["published_at"]),
        )
        for row in rows[:PAGE]
    ]
    return found, following(rows, PAGE, "published_at")


async def campaigns(region: str, *, after: str = "") -> tuple[list[PublicCampaign], str]:
    """The campaigns that are open to the public, the latest first, and the cursor of the next page. Raises NotFound."""
    moment, id = cursor(after)
    names = await catalogue.departments(region)
    async with transaction():
        rows = await connection().fetch(_CAMPAIGNS, region, moment, id)
    return [_campaign(row, names) for row in rows[:PAGE]], following(rows, PAGE)


async def latest(region: str) -> list[PublicText | PublicCampaign]:
    """What was published last, of every kind, the latest first: for the feed."""
    words, _ = await texts(region, "rating")
    problems, _ = await texts(region, "problem")
    undertaken, _ = await campaigns(region)
    everything: list[PublicText | PublicCampaign] = [*words, *problems, *undertaken]
    return sorted(everything, key=_since, reverse=True)[:LATEST]


def _told(tables: Sequence[Mapping[str, Any]]) -> set[tuple[date, str, str]]:
    """Month, unit and grade of the cells that the published tables show."""
    contents = [(row["month"], json.loads(row["content"])) for row in tables]
    return {
        (month, line["unit"], name)
        for month, content in contents
        for line in content["lines"]
        for name, count in zip(content["classes"], line["cells"], strict=True)
        if count is not None
    }


def _grade(row: Mapping[str, Any], unit: str, told: set[tuple[date, str, str]]) -> str:
    name = GRADES.get(row["grade"], "")
    return name if (month_of(row["subject_day"]), unit, name) in told else ""


def _since(one: PublicText | PublicCampaign) -> datetime:
    return one.published_at if isinstance(one, PublicText) else one.closed_at or one.opened_at


def _line(unit: str, cells: list[int | None], total: int | None, good: str) -> PublicLine:
    return PublicLine(unit, tuple(cells), total, good or HIDDEN)


def _campaign(row: Any, names: dict[str, str]) -> PublicCampaign:
    return PublicCampaign(
        id=row["id"],
        number=row["number"],
        title=row["title"],
        problem=row["problem"],
        goal=row["goal"],
        department_name=unit_name(row["department"], names),
        status=row["status"],
        status_name=stage_name(CampaignLife, row["status"]),
        problems=row["problems"],
        measures=row["measures"],
        done=row["done"],
        opened_at=local(row["opened_at"]),
        due=local(row["due_at"]) if row["due_at"] else None,
        closed_at=local(row["closed_at"]) if row["closed_at"] else None,
        result=row["result"],
    )
