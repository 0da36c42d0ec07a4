"""The applicant follows along: by case number and query code, without an account.

An unknown number and a wrong code get the same answer after the same work. Attempts are counted by address (all of
them) and by number (the wrong ones), in a transaction of their own, so that guessing stops being worth while.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lianban import errors, people
from lianban.casework import catalogue, notices, progress
from lianban.casework.clocks import ClockView, clocks_of
from lianban.casework.notices import PaperView, Printed
from lianban.casework.progress import Held
from lianban.casework.tasks.worklist import masked_subject
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.rules import clock, masks
from lianban.rules.actors import Actor
from lianban.rules.calendar import calendar_for
from lianban.rules.catalog.loading import contacts
from lianban.rules.catalog.types import Contact, Edition
from lianban.rules.clock import Remaining
from lianban.rules.lifecycles import CaseLife, stage_name

WRONG = "编号或查询码不对，请对照受理通知书重新输入。"
KEPT = timedelta(minutes=10)
"""Older counts are forgotten."""

HEADLINES = {
    "decided": {
        "granted": "全部事项已经办好，请到综合窗口领取结果。",
        "partial": "事项已经办完，其中一部分没有办成。请到综合窗口领取已办成的结果。",
        "refused": "申请的事项没有办成，请到综合窗口领取决定书，上面写明了理由和救济途径。",
    },
    "delivered": {"": "结果已经送达，窗口正在办理办结手续。"},
    "closed": {"": "已经办结。"},
}
_COUNT = """
INSERT INTO attempts (bucket, slot, count) VALUES ($1, $2, 1)
ON CONFLICT (bucket, slot) DO UPDATE SET count = attempts.count + 1 RETURNING count
"""
_FORGET = """
DELETE FROM attempts WHERE (bucket, slot) IN (
  SELECT bucket, slot FROM attempts WHERE bucket >= 'track ' AND bucket < 'track!' AND slot < $1
  LIMIT 200 FOR UPDATE SKIP LOCKED
)
"""
_CASE = "SELECT id, query_code FROM cases WHERE number = $1 AND status NOT IN ('draft', 'discarded')"


class Unknown(errors.NotFound):
    """Number and code open nothing together."""


class TooOften(errors.Conflict):
    """Too many attempts in this minute; told before anything is looked up."""

    code = "too-many"


@dataclass(frozen=True, slots=True)
class ItemProgress:
    """How one item stands, in plain words."""

    item: str
    name: str
    department_name: str
    phone: str
    status: str
    status_name: str
    sentence: str
    due: datetime | None
    remaining: Remaining | None
    provisional: bool
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """What the holder of the query code sees. People are masked; the staff's names are not in it."""

    case_id: UUID
    number: str
    region: str
    region_name: str
    bundle_name: str
    applicant: str
    subject: str
    status: str
    status_name: str
    headline: str
    done: int
    accepted_at: datetime
    due: datetime | None
    remaining: Remaining | None
    provisional: bool
    items: tuple[ItemProgress, ...]
    papers: tuple[PaperView, ...]
    contact: Contact


async def track(number: str, query_code: str, *, address: str, at: datetime) -> Progress:
    """How a case stands. Raises NotFound (one answer for an unknown number and a wrong code) or TooOften."""
    case_id = await opened(number, query_code, address=address, at=at)
    async with transaction():
        held = await progress.hold(case_id, lock=False)
        assert held is not None
        edition = await catalogue.edition(held.case["edition"])
        clocks = await clocks_of(case_id, at=at)
        papers = await notices.of_case(case_id)
    return _progress(held, edition, clocks, papers, at)


async def paper(number: str, query_code: str, paper_id: UUID, *, address: str, at: datetime) -> Printed:
    """A paper of the case, for the holder of the code; the look is recorded. Raises as `track` does."""
    case_id = await opened(number, query_code, address=address, at=at)
    printed = await notices.pdf_for_holder(paper_id, case_id=case_id)
    async with transaction():
        holder = Actor("holder", "持查询码者", "")
        await people.record_access(case_id, printed.name, "申请人查询", by=holder, at=at, address=address)
    return printed


async def opened(number: str, query_code: str, *, address: str, at: datetime) -> UUID:
    """The case that number and code open together. Counts the attempt, whatever comes of it."""
    wanted, code = _plain(number), _plain(query_code)
    by_address, by_number = _bucket("address", address), _bucket("number", wanted)
    limit = settings().tracking_per_minute
    found: UUID | None = None
    async with transaction():
        # Counted and committed before the answer, so that breaking off a request saves nobody an attempt.
        open = await _count(by_address, at) <= limit and await _counted(by_number, at) < limit
        if open:
            row = await connection().fetchrow(_CASE, wanted)
            right = hmac.compare_digest((row["query_code"] if row else "").encode(), code.encode())
            found = row["id"] if row and right and code else None
            if found is None:
                await _count(by_number, at)
    if not open:
        raise TooOften("查询太频繁了，请过一分钟再试。编号和查询码都在受理通知书上。")
    if found is None:
        raise Unknown(WRONG)
    return found


def _plain(typed: str) -> str:
    """What was typed, without spaces and control characters, in capitals."""
    return "".join(c for c in typed if c.isprintable() and not c.isspace()).upper()[:40]


def _bucket(kind: str, value: str) -> str:
    """The name under which attempts are counted: it holds neither address nor number in the clear."""
    return f"track {kind} {hmac.new(settings().secret.encode(), value.encode(), hashlib.sha256).hexdigest()[:32]}"


def _slot(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


async def _count(bucket: str, at: datetime) -> int:
    """One more in this minute; how many that makes."""
    tries: int = await connection().fetchval(_COUNT, bucket, _slot(at))
    if tries == 1:
        await connection().execute(_FORGET, at - KEPT)
    return tries


async def _counted(bucket: str, at: datetime) -> int:
    tries = await connection().fetchval("SELECT count FROM attempts WHERE bucket = $1 AND slot = $2", bucket, _slot(at))
    return int(tries or 0)


def _progress(
    held: Held, edition: Edition, clocks: tuple[ClockView, ...], papers: list[PaperView], at: datetime
) -> Progress:
    case, state = held.case, held.life.state
    whole = next((c for c in clocks if c.kind == "bundle"), None)
    places = contacts(held.region)
    items = tuple(_item(held, edition, id, clocks, places.departments, at) for id in held.tasks)
    done = sum(held.lives[id].stage.final for id in held.tasks)
    headlines, underway = HEADLINES.get(state, {}), f"正在办理，{len(items)} 个事项已办完 {done} 个。"
    return Progress(
        case_id=held.id,
        number=case["number"],
        region=held.region,
        region_name=edition.bundle.region_name,
        bundle_name=case["bundle_name"],
        applicant=masks.mask_name(case["applicant"]),
        subject=masked_subject(edition, case["subject"]),
        status=state,
        status_name=stage_name(CaseLife, state),
        headline=headlines.get(case["outcome"]) or headlines.get("") or underway,
        done=done,
        accepted_at=local(case["accepted_at"]),
        due=whole.due if whole else None,
        remaining=whole.remaining if whole else None,
        provisional=bool(whole and whole.provisional),
        items=items,
        papers=tuple(papers),
        contact=places.centre,
    )


def _item(
    held: Held,
    edition: Edition,
    task_id: UUID,
    clocks: tuple[ClockView, ...],
    places: Mapping[str, Contact],
    at: datetime,
) -> ItemProgress:
    life, task = held.lives[task_id], held.tasks[task_id]
    department = edition.departments[life.department]
    mine = next((c for c in clocks if c.task_id == task_id and c.kind == "committed"), None)
    due = local(task["due_at"]) if task["due_at"] and not life.stage.final else None
    started = mine.started_at if mine else None
    return ItemProgress(
        item=life.item,
        name=task["item_name"],
        department_name=department.name,
        phone=places.get(life.department, Contact()).phone,
        status=life.state,
        status_name=str(life.stage.name),
        sentence=_sentence(held, task_id, department.name),
        due=due,
        remaining=clock.remaining(due, at, calendar_for(held.region), started=started) if due else None,
        provisional=bool(mine and mine.provisional),
        decided_at=local(task["decided_at"]) if task["decided_at"] else None,
    )


def _sentence(held: Held, task_id: UUID, department: str) -> str:
    life, task = held.lives[task_id], held.tasks[task_id]
    match life.state:
        case "waiting":
            before = "”“".join(held.item(t.item).name for t in life.after if t.state != "granted")
            return f"等“{before}”办好后自动开始办理。"
        case "dispatched":
            return f"已送到{department}，等待签收。"
        case "reviewing" if life.needs_survey and not life.survey:
            return f"{department}正在审查，还要到现场核查。"
        case "reviewing":
            return f"{department}正在审查。"
        case "granted":
            return "已经办好。"
        case "refused":
            return "没有批准。理由和救济途径写在决定书里。"
        case _:
            return str(task["reason"])
