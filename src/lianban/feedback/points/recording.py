"""Ratings that did not come over a screen: paper, telephone, 12345, the opinion box, and spot checks (监督查评).

Whoever enters one enters what somebody else said, with its proof; never for the own window or the own service. A spot
check is a supervisor's own judgement, counted apart from what citizens say (R-HCP-2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from asyncpg import UniqueViolationError

from lianban import errors
from lianban.casework import attachments, occasions
from lianban.casework.attachments import Attachment
from lianban.casework.idempotency import once
from lianban.feedback import ratings
from lianban.feedback.points.entering import service_at
from lianban.feedback.points.registry import within
from lianban.feedback.ratings import Given, Rater
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.storage import store
from lianban.people import posts, record_access
from lianban.rules.actors import Actor, Role
from lianban.rules.ratings import CHANNELS, STEPS, month_of
from lianban.tables.ids import day_of

ENTERED = ("paper", "phone", "hotline", "box", "inspection")
"""Channels by which something is entered."""
GENERAL = frozenset({"hotline", "box"})
WRITERS = (Role.CLERK, Role.SUPERVISOR)
LONGEST_REFERENCE = 40
OLDEST = timedelta(days=366)
CHOSEN = ("centre", "window", "town", "self_service", "portal", "hotline", "box")
"""Kinds of points that the form offers; the others are typed by name."""

NOBODY = Rater()

_CASE = "SELECT id FROM cases WHERE number = $1 AND region_code = $2 AND status <> 'draft'"
_POINTS = "SELECT * FROM evaluation_points WHERE region_code = $1 AND name = $2 AND retired_at IS NULL LIMIT 2"
_OCCASION = "SELECT * FROM occasions WHERE token = $1 AND day >= $2 AND day < $3 AND region_code = $4"
_ENTER = """
INSERT INTO rating_entries (rating_id, rating_day, region_code, channel, reference, file_name, media_type, sha256,
  by_id, by_name, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
_LIST = """
SELECT e.rating_id, e.channel, e.reference, e.file_name, e.by_name, e.at, r.given_at, r.grade, o.matter
FROM rating_entries e JOIN ratings r ON r.day = e.rating_day AND r.id = e.rating_id
LEFT JOIN occasions o ON o.id = r.occasion_id AND o.day >= $3
WHERE e.region_code = $1 AND ($2 = '' OR e.by_id = $2) AND e.at >= $3 ORDER BY e.at DESC, e.rating_id DESC LIMIT 50
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is entered. `about` names the service: a number of a case (with `step`), a code printed on a result or
    paper, or a point by its name. `reference` is the number of the call or ticket, `paper` the scanned form."""

    channel: str
    about: str
    grade: str
    given_at: datetime
    step: str = ""
    options: tuple[str, ...] = ()
    comment: str = ""
    rater: Rater = NOBODY
    reference: str = ""
    paper: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """An entered rating in the list of those who enter."""

    rating_id: UUID
    channel: str
    reference: str
    file_name: str
    by_name: str
    at: datetime
    given_at: datetime
    grade: int
    matter: str


async def places(*, by: Actor, at: datetime) -> list[str]:
    """The names that the form offers to choose from. Raises Forbidden."""
    posts.require(by, *WRITERS, region=by.region)
    async with transaction():
        return [one.name for one in await within(by.region, CHOSEN, at)]


async def entered(since: datetime, *, by: Actor) -> list[Entered]:
    """The latest entries: a clerk's own, for supervisors everybody's. Raises Forbidden."""
    posts.require(by, *WRITERS, region=by.region)
    async with transaction():
        rows = await connection().fetch(
            _LIST, by.region, "" if by.may(Role.SUPERVISOR) else by.id, local(since).replace(hour=0, minute=0)
        )
    return [Entered(**{**row, "matter": row["matter"] or ""}) for row in rows]


async def enter(entry: Entry, *, by: Actor, at: datetime, key: str = "") -> UUID:
    """Enter a rating for somebody (`inspection`: one's own spot check); its id.

    Raises Forbidden, NotFound, Invalid with fields, Conflict when it was entered or rated before.
    """
    _check(entry, by, at)
    fingerprint = [entry.channel, entry.about, entry.step, entry.grade, entry.given_at.isoformat(), entry.reference]

    async def run() -> dict[str, Any]:
        token = await _occasion(entry, by, at)
        given = Given(
            entry.grade,
            entry.options,
            entry.comment,
            entry.channel,
            rater=entry.rater,
            given_at=entry.given_at,
        )
        rated = await ratings.rate(token, given, by=by, at=at)
        if rated.again:
            raise errors.Conflict("这次服务已经评价过了，不能重复录入。")
        kept = (await attachments.keep(f"entered/{rated.id}", [entry.paper]))[0]
        await connection().execute(
            _ENTER,
            rated.id,
            day_of(rated.id),
            by.region,
            entry.channel,
            entry.reference.strip(),
            kept.name if kept else "",
            kept.media_type if kept else "",
            kept.sha256 if kept else "",
            by.id,
            by.name,
            at,
        )
        return {"rating": str(rated.id)}

    try:
        async with transaction():
            done = await once(key, "enter rating", by=by, at=at, fingerprint=fingerprint, run=run)
    except UniqueViolationError as error:
        if error.constraint_name != "rating_entries_reference":
            raise
        sentence = f"编号“{entry.reference.strip()}”的评价已经录入过了。"
        raise errors.Conflict(sentence) from error
    return UUID(done["rating"])


async def paper(rating_id: UUID, *, by: Actor, at: datetime, address: str = "") -> tuple[str, str, bytes]:
    """Name, type and content of the scanned form, for supervisors; the look is recorded. Raises Forbidden, NotFound.

    A handwriting tells who somebody is: the rated side never gets to see it (R-HCP-10).
    """
    posts.require(by, Role.SUPERVISOR, region=by.region)
    async with transaction():
        row = await connection().fetchrow(
            "SELECT * FROM rating_entries WHERE rating_id = $1 AND region_code = $2 AND sha256 <> ''",
            rating_id,
            by.region,
        )
        if row is None:
            raise errors.NotFound("这条评价没有纸质评价表。")
        await record_access(None, f"纸质评价表 {rating_id}", "核对代录的评价", by=by, at=at, address=address)
    data = await store().open(f"{attachments.folder(f'entered/{rating_id}')}/{row['sha256']}")
    return row["file_name"], row["media_type"], data


def _check(entry: Entry, by: Actor, at: datetime) -> None:
    roles = (Role.SUPERVISOR,) if entry.channel == "inspection" else WRITERS
    posts.require(by, *roles, region=by.region)
    wrong: dict[str, str] = {}
    if entry.channel not in ENTERED:
        wrong["channel"] = f"请选择评价的来源：{'、'.join(CHANNELS[one] for one in ENTERED)}。"
    if not entry.about.strip():
        wrong["about"] = "请填写评价的是什么：办件编号、评价码，或者评价点的名称。"
    if entry.given_at > at:
        wrong["given_at"] = "评价的时间不能晚于现在。"
    elif at - entry.given_at > OLDEST:
        wrong["given_at"] = "评价的时间在一年以前，不能再录入，请核对。"
    if entry.channel == "paper" and entry.paper is None:
        wrong["paper"] = "请上传纸质评价表的扫描件或者照片，作为代录的依据。"
    if entry.channel in ("hotline", "phone") and not entry.reference.strip():
        wrong["reference"] = "请填写工单号或者通话记录的编号，作为代录的依据。"
    if len(entry.reference.strip()) > LONGEST_REFERENCE:
        wrong["reference"] = f"编号最长 {LONGEST_REFERENCE} 个字符。"
    if wrong:
        raise errors.Invalid(next(iter(wrong.values())), wrong)


async def _occasion(entry: Entry, by: Actor, at: datetime) -> str:
    """The token of what was rated, minted for a point; refused for those who would rate themselves."""
    about = entry.about.strip()
    row = await _known(about, entry.step, by) if entry.channel not in (*GENERAL, "inspection") else None
    if row is None:
        point = await _point(about, by)
        service = service_at(point)
        kind = (
            "inspection" if entry.channel == "inspection" else "general" if entry.channel in GENERAL else service.kind
        )
        _not_oneself(service.department, service.window, "", by)
        return await occasions.mint(replace(service, kind=kind), at=at)
    _not_oneself(row["department"], row["window_name"], row["served_by"], by)
    if entry.given_at < row["opened_at"]:
        sentence = f"这次服务在 {local(row['opened_at']):%Y年%m月%d日 %H:%M} 才完成，评价的时间不能更早。"
        raise errors.Invalid(sentence, {"given_at": sentence})
    return str(row["token"])


async def _known(about: str, step: str, by: Actor) -> Mapping[str, Any] | None:
    """The occasion that a code or a case's number names; None when it names neither."""
    months = month_of(about.lower())
    if months:
        row = await connection().fetchrow(_OCCASION, about.lower(), *months, by.region)
        if row is None:
            sentence = "没有找到这个评价码，请核对后重新输入。"
            raise errors.Invalid(sentence, {"about": sentence})
        found: Mapping[str, Any] = row
        return found
    case_id = await connection().fetchval(_CASE, about.upper(), by.region)
    if case_id is None:
        return None
    of_case = [one for one in await occasions.of_case(case_id) if not step or one.step == step]
    if not of_case:
        sentence = f"这件办件还没有“{STEPS[step]}”环节的服务。" if step in STEPS else "这件办件还没有可以评价的服务。"
        raise errors.Invalid(sentence, {"step": sentence})
    unrated = [one for one in of_case if one.rated_at is None] or of_case
    last: Mapping[str, Any] | None = await connection().fetchrow(
        _OCCASION, unrated[-1].token, *(month_of(unrated[-1].token) or ()), by.region
    )
    return last


async def _point(name: str, by: Actor) -> Mapping[str, Any]:
    rows = await connection().fetch(_POINTS, by.region, name)
    if len(rows) != 1:
        which = "有几个同名的评价点，请写办件编号或者评价码" if rows else "没有找到这个办件编号、评价码或者评价点"
        sentence = f"“{name}”：{which}。"
        raise errors.Invalid(sentence, {"about": sentence})
    found: Mapping[str, Any] = rows[0]
    return found


def _not_oneself(department: str, window: str, served_by: str, by: Actor) -> None:
    own_window = by.window != "" and window == by.window and not department
    if by.is_or_stands_for(served_by) or own_window:
        raise errors.Forbidden("被评价窗口的人员不能录入对本窗口的评价，请交给其他窗口的人员或者监督员录入。")
