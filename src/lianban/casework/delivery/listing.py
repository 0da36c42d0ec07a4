"""The window's list 待送达: what waits, what is under way and by which way, what came back, who wants paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lianban import errors
from lianban.casework import catalogue, notices
from lianban.casework.calendars import calendar_of
from lianban.casework.delivery.collected import OUTCOMES, WISHES
from lianban.casework.tasks.worklist import masked_subject
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import clock, masks
from lianban.rules.actors import Actor, Role
from lianban.rules.clock import Remaining
from lianban.rules.lifecycles import CaseLife, DeliveryLife, stage_name
from lianban.rules.notices import METHODS

STATES = {
    "waiting": "待送达",
    "sent": "邮寄中",
    "placed": "柜中待取",
    "published": "公告中",
    "back": "退回、逾期未取",
    "paper": "要求纸质",
}
MOST = 200

_WAITING = """
SELECT c.id, c.number, c.bundle_name, c.edition, c.applicant, c.subject, c.status, c.outcome,
  COALESCE(c.decided_at, (SELECT min(t.decided_at) FROM tasks t WHERE t.case_id = c.id)) AS decided_at,
  (SELECT count(*) FROM results r WHERE r.case_id = c.id AND r.superseded_at IS NULL
    AND (r.revoked_at IS NULL OR r.delivered_at IS NOT NULL)) AS results,
  (SELECT count(*) FROM results r WHERE r.case_id = c.id AND r.superseded_at IS NULL AND r.delivered_at IS NOT NULL)
    AS delivered,
  (SELECT count(*) FROM papers p WHERE p.case_id = c.id AND p.kind = ANY($4) AND p.delivery_id IS NULL
    AND p.void_at IS NULL AND p.superseded_by IS NULL) AS papers,
  (SELECT min(k.promised_due) FROM clocks k
    WHERE k.case_id = c.id AND k.kind = 'delivery' AND k.stopped_at IS NULL) AS due,
  COALESCE((SELECT f.value FROM facts f WHERE f.case_id = c.id AND f.element = 'delivery_mode'
    AND f.superseded_at IS NULL LIMIT 1), '') AS wish,
  (SELECT d.status FROM deliveries d WHERE d.case_id = c.id ORDER BY d.id DESC LIMIT 1) AS last
FROM cases c, LATERAL (SELECT
    EXISTS (SELECT 1 FROM results r WHERE r.case_id = c.id AND r.delivered_at IS NULL AND r.delivery_id IS NULL
      AND r.revoked_at IS NULL AND r.superseded_at IS NULL)
    OR EXISTS (SELECT 1 FROM papers p WHERE p.case_id = c.id AND p.kind = ANY($4) AND p.delivery_id IS NULL
      AND p.void_at IS NULL AND p.superseded_by IS NULL) AS lies,
    EXISTS (SELECT 1 FROM deliveries d WHERE d.case_id = c.id AND d.status IN ('sent', 'placed', 'published')) AS away
  ) here
WHERE c.region_code = $1 AND ($2 = '' OR strpos(c.number, $2) > 0)
  AND (c.status = 'delivered' OR c.status = 'decided' AND (here.lies OR NOT here.away)
    OR c.status IN ('processing', 'closed') AND here.lies)
ORDER BY due, decided_at, c.id LIMIT $3
"""
_UNDER_WAY = """
SELECT d.id, d.case_id, d.method, d.status, d.at, d.until, d.carrier, d.tracking, d.box, d.end_reason, d.ended_at,
  d.paper_asked_at, c.number, c.bundle_name, c.applicant,
  (SELECT min(k.promised_due) FROM clocks k
    WHERE k.case_id = c.id AND k.kind = 'delivery' AND k.stopped_at IS NULL) AS due
FROM deliveries d JOIN cases c ON c.id = d.case_id
WHERE d.region_code = $1 AND ($2 = '' OR d.method = $2) AND ($3 = '' OR strpos(c.number, $3) > 0) AND CASE $4
  WHEN 'back' THEN d.status IN ('returned', 'expired', 'ended') AND c.status IN ('processing', 'decided')
    AND NOT EXISTS (SELECT 1 FROM deliveries later WHERE later.case_id = d.case_id AND later.id > d.id)
  WHEN 'paper' THEN d.paper_asked_at IS NOT NULL AND d.paper_given_at IS NULL
  ELSE d.status = $4 END
ORDER BY due, d.until, d.id LIMIT $5
"""
_COUNTS = """
SELECT count(*) FILTER (WHERE d.status = 'sent') AS sent, count(*) FILTER (WHERE d.status = 'placed') AS placed,
  count(*) FILTER (WHERE d.status = 'published') AS published FROM deliveries d
WHERE d.region_code = $1 AND d.status IN ('sent', 'placed', 'published')
"""


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A case whose results wait at the window, or that waits to be closed. `remaining` of
    the ten working days of the item that was decided first; `papers`: decisions and the like that still lie here.
    `back`: the last try has failed."""

    case_id: UUID
    number: str
    bundle_name: str
    applicant: str
    subject: str
    status: str
    status_name: str
    outcome_name: str
    decided_at: datetime
    results: int
    delivered: int
    papers: int
    due: datetime | None
    remaining: Remaining | None
    wish: str
    back: bool


@dataclass(frozen=True, slots=True)
class UnderWayLine:
    """A delivery that has not arrived. `where` is the parcel's number, the box, or until when the notice is up."""

    id: UUID
    case_id: UUID
    number: str
    bundle_name: str
    applicant: str
    method: str
    method_name: str
    state_name: str
    at: datetime
    where: str
    until: datetime | None
    due: datetime | None
    remaining: Remaining | None
    """What is left of the ten working days, where they still run."""


@dataclass(frozen=True, slots=True)
class Board:
    """The list: cases that wait, or deliveries in one state; how many there are of those that are under way."""

    waiting: tuple[WaitingLine, ...]
    lines: tuple[UnderWayLine, ...]
    counts: dict[str, int]


async def board(*, by: Actor, at: datetime, state: str = "waiting", method: str = "", text: str = "") -> Board:
    """What the window has to deliver in one of STATES, most urgent first. Raises Forbidden for others."""
    if state == "waiting":
        lines = await waiting(by=by, at=at, text=text, limit=MOST)
        if method:
            lines = tuple(line for line in lines if line.wish == METHODS.get(method))
        return Board(lines, (), await _counts(by))
    _window(by)
    async with transaction():
        calendar = await calendar_of(by.region)
        rows = await connection().fetch(
            _UNDER_WAY, by.region, method if method in METHODS else "", "".join(text.split()).upper(), state, MOST
        )
    found = tuple(
        UnderWayLine(
            id=row["id"],
            case_id=row["case_id"],
            number=row["number"],
            bundle_name=row["bundle_name"],
            applicant=masks.mask_name(row["applicant"]),
            method=row["method"],
            method_name=METHODS[row["method"]],
            state_name=stage_name(DeliveryLife, row["status"]),
            at=local(row["at"]),
            where=f"{row['carrier']} {row['tracking']}".strip() or row["box"],
            until=local(row["until"]) if row["until"] else None,
            due=local(row["due"]) if row["due"] else None,
            remaining=clock.remaining(row["due"], at, calendar) if row["due"] else None,
        )
        for row in rows
    )
    return Board((), found, await _counts(by))


async def waiting(*, by: Actor, at: datetime, text: str = "", limit: int = 100) -> tuple[WaitingLine, ...]:
    """Cases of the region whose results wait to be fetched or that wait to be closed, the longest waiting first.

    `text` is part of a case number. Raises Forbidden for others than the window.
    """
    _window(by)
    wanted = "".join(text.split()).upper()
    async with transaction():
        kinds = list(notices.TO_DELIVER)
        rows = await connection().fetch(_WAITING, by.region, wanted, max(1, min(limit, 500)), kinds)
        editions = {hash: await catalogue.edition(hash) for hash in {r["edition"] for r in rows}}
        calendar = await calendar_of(by.region)
    return tuple(
        WaitingLine(
            case_id=row["id"],
            number=row["number"],
            bundle_name=row["bundle_name"],
            applicant=masks.mask_name(row["applicant"]),
            subject=masked_subject(editions[row["edition"]], row["subject"]),
            status=row["status"],
            status_name=stage_name(CaseLife, row["status"]),
            outcome_name=OUTCOMES.get(row["outcome"], ""),
            decided_at=local(row["decided_at"]),
            results=row["results"],
            delivered=row["delivered"],
            papers=row["papers"],
            due=local(row["due"]) if row["due"] else None,
            remaining=clock.remaining(row["due"], at, calendar) if row["due"] else None,
            wish=METHODS[WISHES.get(row["wish"], "window")],
            back=row["last"] in ("returned", "expired", "ended"),
        )
        for row in rows
    )


async def _counts(by: Actor) -> dict[str, int]:
    async with transaction():
        return dict(await connection().fetchrow(_COUNTS, by.region))


def _window(by: Actor) -> None:
    if not by.may(Role.CLERK):
        raise errors.Forbidden("这里由综合窗口使用，请用综合窗口的账号登录。")
