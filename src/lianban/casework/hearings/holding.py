"""The hearing has taken place: its record is drawn up, read by those who were there, and signed (行政许可法 48).

Only a record that was signed, or whose refusal to be signed was written down, frees the decision, which rests on it
alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from lianban import errors
from lianban.casework import clocks
from lianban.casework.addressed import concerned, issue
from lianban.casework.attachments import Attachment, keep
from lianban.casework.hearings.rows import InHand, change, hearing, named, text
from lianban.casework.progress import note
from lianban.casework.tasks.handling import in_hand
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules.actors import Actor
from lianban.rules.lifecycles import fire
from lianban.rules.notices import Content
from lianban.rules.notices import hearings as papers
from lianban.rules.notices.hearings import ATTENDED, Attendee
from lianban.rules.notices.parts import day

SHORTEST = 10
ROLES = {"applicant": "申请人", "interested": "利害关系人"}


@dataclass(frozen=True, slots=True)
class Record:
    """What the record says. `attended`: party → a key of ATTENDED, whoever is not named was absent."""

    recorder: str
    opinion: str
    """What the examiner put forward, with evidence and reasons."""
    statements: str
    """What the others answered: 申辩和质证."""
    evidence: str = ""
    recusal: str = "主持人已告知申请回避的权利，没有人申请回避。"
    attended: Mapping[UUID, str] = field(default_factory=dict)


async def hold(task_id: UUID, record: Record, *, by: Actor, at: datetime) -> UUID:
    """Draw up the record and print it for signature; the paper's id.

    Raises NotFound, Conflict before the day, while a challenge is open or when the presider is the examiner, Invalid.
    """
    parts = {
        "recorder": text(record.recorder, "recorder", "记录人", 1),
        "opinion": text(record.opinion, "opinion", "审查意见的证据和理由", SHORTEST),
        "statements": text(record.statements, "statements", "申辩和质证的情况", SHORTEST),
        "recusal": text(record.recusal, "recusal", "告知回避权利的情况", 4),
        "evidence": text(record.evidence, "evidence", "出示的证据", 0),
    }
    async with hearing(task_id, by, at=at) as found:
        if found.life.state in ("held", "recorded"):
            raise errors.Conflict("听证笔录已经登记，不能更改。")
        if found.life.state != "called":
            raise errors.Conflict("请先发出听证通知，写明时间、地点和主持人。")
        if not found.life.day_reached:
            raise errors.Conflict(f"听证定在 {found.row['held_on']} 举行，举行以后再登记笔录。")
        if not found.row["presider"]:
            raise errors.Conflict("主持人已经回避，请先改派主持人，重新通知。")
        fire(found.life, "hold", by)
        attended = await _attended(found, record)
        await clocks.stop(found.held.id, task_id, at=at, kinds={"hearing_held"})
        await note(found.held, "hearing held", by=by, at=at, item=found.task.item)
        paper = await issue(
            found.held, task_id, "hearing_record", await _content(found, parts, attended, at), by=by, at=at
        )
        await change(
            found.id,
            at,
            status="held",
            recorder=parts["recorder"],
            record=parts["statements"],
            proceedings=json.dumps(parts, ensure_ascii=False),
            record_paper=paper.id,
        )
        return paper.id


async def confirm(
    task_id: UUID,
    *,
    signed: Mapping[UUID, bool],
    refusal: str = "",
    scan: Attachment | None,
    by: Actor,
    at: datetime,
) -> None:
    """Whoever was there has signed, or has refused to (`refusal` says why); the signed sheet is attached as a scan.

    Raises NotFound, Conflict in another state, Invalid without the scan, for a party that is not accounted for, and
    for a refusal without its reason.
    """
    if scan is None:
        sentence = "请上传签字后的听证笔录（扫描件或者照片）。"
        raise errors.Invalid(sentence, {"scan": sentence})
    async with in_hand(task_id, by, lock=False) as (held, _):
        case_id = held.id
    kept = (await keep(case_id, [scan]))[0]
    assert kept is not None
    async with hearing(task_id, by, at=at) as found:
        if found.life.state == "recorded":
            if found.row["signed_sha256"] == kept.sha256:
                return
            raise errors.Conflict("签字的笔录已经登记，不能更改。")
        if found.life.state != "held":
            raise errors.Conflict(f"现在是“{named(found.life.state)}”，登记听证笔录以后才能登记签字。")
        here = [p for p in found.parties if p["attended"] in ("in_person", "agent")]
        found.life.all_signed = all(p["id"] in signed for p in here)
        if any(not signed.get(p["id"], True) for p in here):
            text(refusal, "refusal", "拒绝签字的情况和理由", 4)
        fire(found.life, "confirm", by)
        for p in here:
            await connection().execute(
                "UPDATE hearing_parties SET signed = $2 WHERE id = $1",
                p["id"],
                "signed" if signed[p["id"]] else "refused",
            )
        said = json.loads(found.row["proceedings"]) | {"refusal": refusal.strip()}
        await change(
            found.id,
            at,
            status="recorded",
            signed_name=kept.name,
            signed_type=kept.media_type,
            signed_sha256=kept.sha256,
            proceedings=json.dumps(said, ensure_ascii=False),
        )
        refused = sum(not signed[p["id"]] for p in here)
        await note(found.held, "hearing record signed", by=by, at=at, item=found.task.item, refused=refused)


async def _attended(found: InHand, record: Record) -> list[Attendee]:
    """Everybody with how he attended, written down."""
    known = {p["id"] for p in found.parties}
    if set(record.attended) - known or any(how not in ATTENDED for how in record.attended.values()):
        sentence = "请逐人选择到场情况。"
        raise errors.Invalid(sentence, {"attended": sentence})
    for p in found.parties:
        how = record.attended.get(p["id"], "absent")
        await connection().execute("UPDATE hearing_parties SET attended = $2 WHERE id = $1", p["id"], how)
    return [Attendee(ROLES[p["kind"]], p["name"], record.attended.get(p["id"], "absent")) for p in found.parties]


async def _content(found: InHand, parts: Mapping[str, str], attended: list[Attendee], at: datetime) -> Content:
    row = found.row
    chair = await connection().fetchval("SELECT name FROM people WHERE id::text = $1", row["presider"])
    return papers.hearing_record(
        await concerned(found.held, found.task_id),
        held_at=f"{day(row['held_on'])}{row['hour']}",
        place=row["place"],
        presider=chair or "",
        recorder=parts["recorder"],
        examiner=found.held.tasks[found.task_id]["claimed_by_name"],
        public=f"不公开（{row['closed_reason']}）" if row["closed_reason"] else "公开",
        recusal=parts["recusal"],
        attendees=attended,
        opinion=parts["opinion"],
        statements=parts["statements"],
        evidence=parts["evidence"],
        on=local(at),
    )
