"""送达公告: put up when nothing else reaches the person, delivered after thirty days, then gone (民事诉讼法 95).

Anybody may read what is up: the addressee's name and the titles and numbers of the papers, for without them nobody
could find himself in it; nothing else (个人信息保护法 6). When it has passed or is taken down it is shown no more.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors, outbox
from lianban.casework import catalogue, clocks, notices, progress
from lianban.casework.clocks import Owner
from lianban.casework.delivery.running import begin, concluded, failed, fresh, halt, living
from lianban.casework.delivery.sending import Moved, moved
from lianban.casework.delivery.standing import at_window, chosen
from lianban.casework.idempotency import once
from lianban.casework.notices import short_authority
from lianban.casework.owed import Ended, catch_up
from lianban.casework.policies import policy
from lianban.casework.tasks.checking import unprintable
from lianban.casework.tasks.refusals import enquiry_of
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import SYSTEM, Actor
from lianban.rules.lifecycles import fire
from lianban.rules.notices.announcing import GROUNDS, public_notice
from lianban.rules.statutory import NOTICE, NOTICE_BASIS

PUBLISHED = "notice published"
MOST = 200

# A try that failed; a box nobody opened counts, one that the window emptied itself does not.
_TRIED = """
SELECT EXISTS (SELECT 1 FROM deliveries WHERE case_id = $1
  AND (status = 'expired' OR status = 'returned' AND method = 'mail'))
"""
_UP = """
SELECT d.id, d.at, d.until, c.number, c.applicant, c.edition, p.content, p.number AS paper FROM deliveries d
JOIN cases c ON c.id = d.case_id JOIN papers p ON p.id = d.notice_id
WHERE d.region_code = $1 AND d.status = 'published' AND d.until >= $2 ORDER BY d.at DESC, d.id DESC LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class Announcement:
    """A public notice as anybody may read it."""

    paper: str
    addressee: str
    case_number: str
    documents: tuple[tuple[str, str], ...]
    cause: str
    published_at: datetime
    until: datetime
    authority: str


@dataclass(frozen=True, slots=True)
class Board:
    """The public notices of a region that are up."""

    region_name: str
    notices: tuple[Announcement, ...]


async def publish(
    case_id: UUID,
    *,
    ground: str,
    reason: str,
    results: Sequence[UUID] | None = None,
    papers: Sequence[UUID] | None = None,
    by: Actor,
    at: datetime,
    key: str = "",
) -> Moved:
    """发出公告. `ground`: failed (another try did), or unknown (whereabouts); `reason` says how that was found out.

    Raises as `hand_over` does; Conflict when no other try has failed.
    """
    reason = " ".join(reason.split())

    async def run() -> dict[str, Any]:
        async with at_window(case_id, by) as held:
            what = await chosen(held, results, papers)
            _check(ground, reason)
            life = fresh(held, tried=ground == "unknown" or await connection().fetchval(_TRIED, held.id))
            fire(life, "publish", by)
            counts = at if (await policy(held.region)).notice_counts == "published" else None
            columns = {"method": "public_notice", "status": life.state, "counts_at": counts, "note": reason}
            id = await begin(held, what, **columns, receiver=held.case["applicant"], by=by, at=at)
            owner = Owner(held.id, None, held.region)
            running = await clocks.start(owner, "notice", NOTICE, NOTICE_BASIS, at=at, subject=str(id))
            if counts:
                await halt(held, what.tasks, at=at)
            await progress.note(held, PUBLISHED, by=by, at=at, ground=ground, results=len(what.results))
            await outbox.write(PUBLISHED, case_id=held.id, payload={"delivery": str(id)}, at=at)
            edition = await held.edition()
            content = public_notice(
                authority=edition.bundle.centre,
                addressee=held.case["applicant"],
                case_number=held.case["number"],
                documents=what.documents,
                ground=ground,
                published_on=local(at).date(),
                until=running.due.date(),
                enquiry=enquiry_of(edition, held.case["number"]),
            )
            paper = await notices.issue(
                "public_notice", content, case_id=held.id, region=held.region, authority=short_authority(edition),
                by=by, at=at,
            )  # fmt: skip
            await connection().execute(
                "UPDATE deliveries SET until = $2, notice_id = $3 WHERE id = $1", id, running.due, paper.id
            )
            return {"delivery": str(id), "state": life.state, "status": held.life.state}

    wanted = [None if ids is None else sorted(str(id) for id in ids) for ids in (results, papers)]
    await catch_up(case_id, at=at)
    async with transaction():
        asked = [str(case_id), wanted, ground, reason]
        return moved(case_id, await once(key, "publish", by=by, at=at, fingerprint=asked, run=run))


async def take_down(case_id: UUID, delivery_id: UUID, *, reason: str, by: Actor, at: datetime, key: str = "") -> Moved:
    """停止公告: the person was found, or it should not have been up. Raises as `send_back` does."""
    reason = " ".join(reason.split())

    async def run() -> dict[str, Any]:
        async with at_window(case_id, by) as held:
            row, life = await living(held, delivery_id, reason=len(reason) >= 2)
            if life.state == "published":
                _check("failed", reason)
            fire(life, "take_down", by)
            await clocks.stop(held.id, None, at=at, kinds={"notice"}, subject=str(delivery_id))
            await failed(held, row, life.state, "notice taken down", reason=reason, when=at, by=by, at=at)
            return {"delivery": str(delivery_id), "state": life.state, "status": held.life.state}

    await catch_up(case_id, at=at)
    async with transaction():
        asked = [str(delivery_id), reason]
        return moved(case_id, await once(key, "take_down", by=by, at=at, fingerprint=asked, run=run))


async def pass_by(ended: Ended, at: datetime) -> None:
    """The thirty days are over: delivered on the day after, with a receipt that says so. For `casework.owed`."""
    when = clocks.midnight_after(ended.due)
    if at < when:
        return
    held = await progress.hold(ended.case_id)
    assert held is not None
    row, life = await living(held, UUID(ended.subject), period_over=True)
    await clocks.stop(held.id, None, at=at, kinds={"notice"}, subject=ended.subject)
    if life.state == "published":
        fire(life, "pass_by", SYSTEM)
        await concluded(held, row["id"], when=when, receiver="", relation="", by=SYSTEM, at=at)


async def board(region: str, *, at: datetime) -> Board:
    """What is up in a region, the latest first. Raises NotFound for an unknown region."""
    async with transaction():
        known = [e for e in await catalogue.bundles(region) if e.region == region]
        if not known:
            raise errors.NotFound("这个地区没有送达公告。")
        rows = await connection().fetch(_UP, region, at, MOST)
    return Board(known[0].region_name, tuple(_announcement(row) for row in rows))


def _announcement(row: Any) -> Announcement:
    content = json.loads(row["content"])
    return Announcement(
        paper=row["paper"],
        addressee=content["addressee"],
        case_number=row["number"],
        documents=tuple((d["name"], d["number"]) for d in content["documents"]),
        cause=content["cause"],
        published_at=local(row["at"]),
        until=local(row["until"]),
        authority=content["authority"],
    )


def _check(ground: str, reason: str) -> None:
    fields = {}
    if ground not in GROUNDS:
        fields["ground"] = f"请选择公告送达的原因：{'、'.join(GROUNDS.values())}。"
    if not 5 <= len(reason) <= 500:
        fields["reason"] = "请写明经过：用过哪些方式、结果怎样，或者怎样得知下落不明。"
    fields |= unprintable({"reason": reason})
    if fields:
        raise errors.Invalid("".join(fields.values()), fields)
