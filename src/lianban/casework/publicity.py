"""Granted permissions are open to the public (行政许可法 40), without what is nobody else's business (PIPL 6, 27).

What was revoked is granted no more and leaves the register.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lianban.casework import catalogue
from lianban.casework.cases import masked_subject
from lianban.errors import NotFound
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import masks
from lianban.rules.notices import PERMISSION

PAGE = 50
_ITEMS = """
SELECT DISTINCT i ->> 'id' AS item FROM editions e, jsonb_array_elements(e.content -> 'items') AS i
WHERE e.region_code = $1 AND i ->> 'kind' = $2
  AND NOT COALESCE((e.content -> 'bundle' ->> 'infant')::boolean, false)
"""
_GRANTED = f"""
SELECT t.id, t.item_name, t.department, t.decided_at, c.edition, c.applicant, c.subject, r.name AS result, r.number,
  r.issued_on, r.valid_until,
  COALESCE((SELECT p.id_kind FROM parties p WHERE p.case_id = c.id AND p.role = 'applicant' LIMIT 1), '') AS id_kind
FROM tasks t JOIN cases c ON c.id = t.case_id LEFT JOIN LATERAL
  (SELECT * FROM results WHERE task_id = t.id AND superseded_at IS NULL ORDER BY id LIMIT 1) r ON true
WHERE t.region_code = $1 AND t.status = 'granted' AND t.item = ANY($2) AND t.decided_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM verifications v WHERE v.task_id = t.id AND v.status = 'revoked')
  AND ($3::timestamptz IS NULL OR (t.decided_at, t.id) < ($3, $4))
ORDER BY t.decided_at DESC, t.id DESC LIMIT {PAGE + 1}
"""


@dataclass(frozen=True, slots=True)
class Granted:
    """One granted permission as anybody may read it: people are masked, firms are not."""

    decided_at: datetime
    item_name: str
    department_name: str
    applicant: str
    subject: str
    result: str
    number: str
    issued_on: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Register:
    """A page of the register; `next` is the cursor of the page after it, "" on the last."""

    region: str
    region_name: str
    lines: tuple[Granted, ...]
    next: str


async def register(region: str, *, after: str = "") -> Register:
    """The permissions granted in a region, the latest first. Raises NotFound for an unknown region or page."""
    moment, id = _cursor(after)
    async with transaction():
        known = [e for e in await catalogue.bundles(region) if e.region == region]
        if not known:
            raise NotFound("这个地区没有公开的行政许可决定。")
        items = [row["item"] for row in await connection().fetch(_ITEMS, region, PERMISSION)]
        rows = await connection().fetch(_GRANTED, region, items, moment, id)
        editions = {hash: await catalogue.edition(hash) for hash in {row["edition"] for row in rows}}
    lines = tuple(
        Granted(
            decided_at=local(row["decided_at"]),
            item_name=row["item_name"],
            department_name=editions[row["edition"]].departments[row["department"]].name,
            applicant=row["applicant"] if row["id_kind"] == "uscc" else masks.mask_name(row["applicant"]),
            subject=masked_subject(editions[row["edition"]], row["subject"]),
            result=row["result"] or "",
            number=row["number"] or "",
            issued_on=row["issued_on"],
            valid_until=row["valid_until"],
        )
        for row in rows[:PAGE]
    )
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Register(
        region, known[0].region_name, lines, f"{last['decided_at'].isoformat()}_{last['id']}" if last else ""
    )


def _cursor(text: str) -> tuple[datetime | None, UUID | None]:
    if not text:
        return None, None
    moment, _, id = text.partition("_")
    try:
        return local(datetime.fromisoformat(moment)), UUID(id)
    except ValueError as error:
        raise NotFound("没有这一页，请从第一页重新打开。") from error
