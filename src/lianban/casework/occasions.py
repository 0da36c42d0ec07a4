"""What may be rated: each service leaves an occasion, a row with a token of its own (R-HCP-2, 一次一评、一事一评).

Casework mints, `feedback` consumes. Whoever holds the token may rate once, without an account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.casework.calendars import calendar_of
from lianban.casework.policies import policy
from lianban.casework.progress import Held
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.outside.settings import settings
from lianban.rules import clock
from lianban.rules.actors import Actor
from lianban.rules.clock import History
from lianban.rules.ratings import STEPS, month_of, occasion_token
from lianban.tables.ids import day_of, new_id

MINTED = "occasion minted"
_THERE = """
SELECT token FROM occasions
WHERE case_id = $1 AND step = $2 AND task_id IS NOT DISTINCT FROM $3 AND expires_at > $4 ORDER BY id LIMIT 1
"""
_MINT = """
INSERT INTO occasions (day, id, region_code, token, kind, step, case_id, task_id, point_id, item, matter, department,
  window_name, served_by, opened_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING
"""
_OF_CASE = "SELECT * FROM occasions WHERE case_id = $1 ORDER BY id"
_BY_TOKEN = "SELECT * FROM occasions WHERE token = $1 AND day >= $2 AND day < $3"


@dataclass(frozen=True, slots=True)
class Service:
    """What is rated: `matter` names it in words, `department` "" is the centre with its windows."""

    region: str
    kind: str
    step: str
    matter: str
    case_id: UUID | None = None
    task_id: UUID | None = None
    point_id: UUID | None = None
    item: str = ""
    department: str = ""
    window: str = ""
    served_by: str = ""


@dataclass(frozen=True, slots=True)
class OccasionView:
    """An occasion as pages and papers need it."""

    id: UUID
    token: str
    kind: str
    step: str
    step_name: str
    matter: str
    case_id: UUID | None
    opened_at: datetime
    expires_at: datetime
    rated_at: datetime | None

    @property
    def url(self) -> str:
        """Where it is rated; the whole address, for QR codes and messages."""
        return address_of(self.token)

    def open(self, at: datetime) -> bool:
        """Whether it may still be rated."""
        return self.rated_at is None and at <= self.expires_at


def address_of(token: str) -> str:
    """The whole address under which an occasion or a sticker is rated."""
    return f"{settings().base_url}/r/{token}"


async def mint(service: Service, *, token: str = "", at: datetime) -> str:
    """A fresh occasion in the caller's transaction; its token, drawn at `at` by the caller if it has one already.

    With a token that has been minted before nothing happens: whoever sends a form twice has had one service.
    """
    id, token = new_id(at), token or occasion_token(local(at).date())
    limit = (await policy(service.region)).limit("rating_open")
    until = clock.reckon(History(at, limit), await calendar_of(service.region), explain=False).instant
    await connection().execute(
        _MINT,
        day_of(id),
        id,
        service.region,
        token,
        service.kind,
        service.step,
        service.case_id,
        service.task_id,
        service.point_id,
        service.item,
        service.matter,
        service.department,
        service.window,
        service.served_by,
        at,
        until,
    )
    return token


async def of_step(held: Held, step: str, *, by: Actor, at: datetime, task_id: UUID | None = None) -> str:
    """The token of a step of a case, minted unless the step has one that is still open; the case is locked."""
    found = await connection().fetchval(_THERE, held.id, step, task_id, at)
    if found:
        return str(found)
    task = held.tasks[task_id] if task_id else None
    name = task["item_name"] if task else held.case["bundle_name"]
    service = Service(
        region=held.region,
        # Reviewed behind the window: the applicant was served without being there.
        kind="matter" if task else "visit",
        step=step,
        matter=f"{name}（{STEPS[step]}）",
        case_id=held.id,
        task_id=task_id,
        item=task["item"] if task else "",
        department=task["department"] if task else "",
        window="" if task else held.case["window_name"],
        served_by=by.id,
    )
    return await mint(service, at=at)


async def of_case(case_id: UUID) -> list[OccasionView]:
    """All occasions of a case, in the caller's transaction, oldest first."""
    return [_view(row) for row in await connection().fetch(_OF_CASE, case_id)]


async def by_token(token: str) -> OccasionView | None:
    """The occasion of a token, looked up in its month only."""
    months = month_of(token)
    row = await connection().fetchrow(_BY_TOKEN, token, *months) if months else None
    return _view(row) if row else None


def _view(row: Mapping[str, Any]) -> OccasionView:
    return OccasionView(
        id=row["id"],
        token=row["token"],
        kind=row["kind"],
        step=row["step"],
        step_name=STEPS[row["step"]],
        matter=row["matter"],
        case_id=row["case_id"],
        opened_at=local(row["opened_at"]),
        expires_at=local(row["expires_at"]),
        rated_at=local(row["rated_at"]) if row["rated_at"] else None,
    )
