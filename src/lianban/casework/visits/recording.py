"""The joint record is signed on paper and its scan kept, or the owner refuses and a witness says so."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from lianban import errors, people
from lianban.casework.attachments import Attachment, folder, keep
from lianban.casework.progress import note
from lianban.casework.tasks.checking import unprintable
from lianban.casework.visits.holding import MISSING, Visiting, in_visit
from lianban.outside.database import connection
from lianban.outside.storage import store
from lianban.rules.actors import Actor
from lianban.tables.cases import Case

LONGEST_NAME = 50


class Scan(NamedTuple):
    """The scan of the signed sheet."""

    name: str
    media_type: str
    data: bytes


async def sign(visit_id: UUID, *, signed_by: str, scan: Attachment | None, by: Actor, at: datetime) -> None:
    """The owner, or whoever was there for the owner, has signed the printed record; its scan is kept with the case.

    The same scan sent twice is one. Raises NotFound, Conflict before the end or when it is on record, Invalid.
    """
    name = _name(signed_by, "signed_by", "签名人的姓名")
    if scan is None:
        sentence = "请附上已签名的勘查记录（扫描件或者照片）。"
        raise errors.Invalid(sentence, {"scan": sentence})
    async with in_visit(visit_id, by, at=at, lock=False) as found:
        _may(found, by)
        case_id = found.held.id
    kept = (await keep(case_id, [scan]))[0]
    assert kept is not None
    async with in_visit(visit_id, by, at=at) as found:
        if found.row["signed_sha256"] == kept.sha256 and found.row["signed_by"] == name:
            return
        _open(found)
        await connection().execute(
            "UPDATE visits SET signed_by = $2, signed_at = $3, signed_sha256 = $4, signed_media_type = $5,"
            " version = version + 1 WHERE id = $1",
            visit_id,
            name,
            at,
            kept.sha256,
            kept.media_type,
        )
        await note(found.held, "survey record signed", by=by, at=at, signed_by=name, sha256=kept.sha256)


async def refuse_signing(visit_id: UUID, *, reason: str, witness: str, by: Actor, at: datetime) -> None:
    """The owner refuses to sign: the reason, and a witness who is none of the surveyors.

    Raises NotFound, Conflict before the end or when it is on record, Invalid with the fields.
    """
    why, seen_by = " ".join(reason.split()), _name(witness, "witness", "见证人的姓名")
    if not 2 <= len(why) <= 200:
        sentence = "请写明当事人拒绝签名的理由（2 到 200 个字）。"
        raise errors.Invalid(sentence, {"refused_reason": sentence})
    if wrong := unprintable({"refused_reason": why}):
        raise errors.Invalid(wrong["refused_reason"], wrong)
    async with in_visit(visit_id, by, at=at) as found:
        if (found.row["refused_reason"], found.row["witness"]) == (why, seen_by):
            return
        _may(found, by)
        _open(found)
        if await connection().fetchval(
            "SELECT true FROM surveyors WHERE visit_id = $1 AND name = $2 LIMIT 1", visit_id, seen_by
        ):
            sentence = "见证人不能是勘查人员，请另请一位。"
            raise errors.Invalid(sentence, {"witness": sentence})
        await connection().execute(
            "UPDATE visits SET refused_reason = $2, witness = $3, signed_at = $4, version = version + 1 WHERE id = $1",
            visit_id,
            why,
            seen_by,
            at,
        )
        await note(found.held, "survey record not signed", by=by, at=at, reason=why)


async def signed_sheet(visit_id: UUID, *, by: Actor, at: datetime, address: str = "") -> Scan:
    """The scan of the signed record; the look is recorded. Raises NotFound."""
    async with in_visit(visit_id, by, at=at, lock=False) as found:
        if not found.row["signed_sha256"]:
            raise errors.NotFound(MISSING)
        case = await Case.objects().get(Case.id == found.held.id)
        assert case is not None
        purpose = await people.require_access(case, by=by, at=at)
        await people.record_access(case.id, "签名的现场勘查记录", purpose, by=by, at=at, address=address)
        key, media = f"{folder(case.id)}/{found.row['signed_sha256']}", str(found.row["signed_media_type"])
    suffix = {"application/pdf": "pdf", "image/png": "png"}.get(media, "jpg")
    return Scan(f"现场勘查记录（已签名）.{suffix}", media, await store().open(key))


def _may(found: Visiting, by: Actor) -> None:
    if not found.life.arranging(by):
        raise errors.Forbidden("只有综合窗口或者参加勘查的部门可以登记签名。")


def _open(found: Visiting) -> None:
    if found.life.state != "done":
        raise errors.Conflict("各部门都作出结论、打印联合勘查记录以后，再登记签名。")
    if found.row["signed_at"] is not None:
        raise errors.Conflict("签名情况已经登记，不能更改。")


def _name(text: str, field: str, what: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME:
        sentence = f"请填写{what}（最多 {LONGEST_NAME} 字）。"
        raise errors.Invalid(sentence, {field: sentence})
    if wrong := unprintable({field: name}):
        raise errors.Invalid(wrong[field], wrong)
    return name
