"""A paper is issued: numbered without a gap, with a code of its own, in the transaction that decides it."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lianban import journal, outbox
from lianban.casework import wordings
from lianban.casework.languages import in_both
from lianban.casework.notices.views import PaperView
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.outside.settings import settings
from lianban.rules import notices
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Edition
from lianban.rules.notices.wording import worded
from lianban.tables.ids import new_id

ISSUED = "paper issued"
PRINTABLE = "paper to print"
"""A paper that nobody may have asked for yet: printed ahead, but not in the moment in which it is asked for."""
WARM_UP = timedelta(seconds=20)
"""Whoever issued a paper at the counter prints it at once: the worker must not do the same work beside."""
TO_DELIVER = ("grant", "refusal", "revocation", "amendment")
"""What goes to the applicant with a delivery receipt, by kind: decisions, and the notice that corrects one."""
# Crockford's letters: nothing that is mistaken for something else when read aloud.
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16

_TAKE = """
INSERT INTO number_series (authority, kind, year, last) VALUES ($1, $2, $3, 1)
ON CONFLICT (authority, kind, year) DO UPDATE SET last = number_series.last + 1 RETURNING last
"""


def short_authority(edition: Edition, department: str = "") -> str:
    """The short form of the issuing authority in numbers: 龙政服 for the centre, 龙公安 for a department."""
    place = edition.bundle.region_short or edition.bundle.region_name[:1]
    return place + (edition.departments[department].short if department else "政服")


async def take_number(authority: str, kind: str, year: int) -> int:
    """The next number of a series: no gap, no number twice. Take it last: until the end of the caller's transaction
    everybody else who wants one waits. A roll-back gives it back."""
    number: int = await connection().fetchval(_TAKE, authority, kind, year)
    return number


async def issue(
    kind: str,
    content: Mapping[str, Any],
    *,
    case_id: UUID | None,
    region: str,
    authority: str,
    by: Actor,
    at: datetime,
    task_id: UUID | None = None,
    department: str = "",
    item: str = "",
    url: str = "",
    as_first: bool = False,
) -> PaperView:
    """Issue a paper in the caller's transaction, the case locked, as the last thing in it.

    `content` comes from its builder in `rules.notices`; `authority` is the short form (`short_authority`). The QR code
    opens `url`, by default the verification page of the paper's code. `department` is whose feed tells of it and who
    may read it besides the window. A list that belongs to no single case has `case_id` None and is told in no case's
    journal. The fixed sentences are those of the region in force on the day, for the task's item or `item`; `as_first`
    leaves them to the layout, as papers had it before sentences were kept with them (templates/notices/first).
    """
    year = local(at).year
    id = new_id(at)
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    if task_id and not item:
        item = str(await connection().fetchval("SELECT item FROM tasks WHERE id = $1", task_id))
    said: Mapping[str, Any] = content
    if not as_first:
        own = await wordings.current(region, kind, item, local(at).date())
        said = await in_both(worded(content, own), region, own)
    serial = await take_number(f"{region} {authority}", kind, year)
    number = notices.number_text(authority, kind, year, serial)
    whole = notices.numbered(said, number=number, code=code, url=url or f"{settings().base_url}/v/{code}")
    title = str(whole["title"])
    await connection().execute(
        "INSERT INTO papers (id, case_id, task_id, kind, number, code, title, content, issued_at, content_hash,"
        " region_code, department) VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10, $11, $12)",
        id,
        case_id,
        task_id,
        kind,
        number,
        code,
        title,
        json.dumps(whole, ensure_ascii=False),
        at,
        _content_hash(whole),
        region,
        department,
    )
    await outbox.write(ISSUED, case_id=case_id, payload={"paper": str(id)}, at=at)
    await outbox.write(PRINTABLE, case_id=case_id, payload={"paper": str(id)}, at=at, due=at + WARM_UP)
    if case_id is not None:
        await journal.record(
            "case",
            case_id,
            ISSUED,
            by=by,
            at=at,
            region=region,
            department=department,
            content={"kind": kind, "number": number},
        )
    return PaperView(id, kind, title, number, code, task_id, at, void=False)


async def supersede(ids: Collection[UUID], *, by: UUID, at: datetime) -> None:
    """These papers are not to be used any more: the paper `by` stands in their place. What is void stays so."""
    await connection().execute(
        "UPDATE papers SET superseded_by = $2, superseded_at = $3"
        " WHERE id = ANY($1) AND void_at IS NULL AND superseded_by IS NULL",
        list(ids),
        by,
        at,
    )


def _content_hash(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
