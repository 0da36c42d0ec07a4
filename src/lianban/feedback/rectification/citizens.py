"""What the one who gave a negative rating reads under it: how far it has come, the reply, whether it may be rated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lianban.feedback import matters
from lianban.feedback.rectification.words import VERDICTS
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction

STAGES = {
    "pending": "正在核实您反映的情况",
    "verified": "已经核实，正在转给承办单位",
    "transferred": "已经转给承办单位，等待接收",
    "assigning": "正在确定承办单位",
    "rectifying": "承办单位正在整改",
    "rectified": "整改已经完成，正在准备答复",
    "replied": "已经答复，请您评价这个答复",
    "reviewed": "答复已经送达，正在核实销号",
    "written_off": "已经处理完毕并销号",
    "void": "经评审，这条评价认定为无效",
}
"""How a stage is told to the one who rated."""

TOLD = {
    "verify": "核实情况属实",
    "explain": "已经核实，作出说明",
    "transfer": "转给承办单位",
    "accept": "承办单位已经接收",
    "assign": "重新确定承办单位",
    "grant_extension": "整改期限延长",
    "finish": "整改完成",
    "reply": "答复",
    "rerate": "您对答复作了评价",
    "reopen": "您对答复不满意，重新办理",
    "reverify": "您对说明不认可，重新核实",
    "persist": "您对答复仍不满意，由监督员处理",
    "expire": "没有收到您对答复的评价",
    "called": "电话回访",
    "write_off": "核实销号",
    "annul": "认定无效",
}
"""Steps of which the citizen is told; those between the units are none of it."""

_OF = "SELECT * FROM rectifications WHERE rating_id = $1"
_STEPS = "SELECT event, note, shown, verdict, at FROM rectification_steps WHERE rectification_id = $1 ORDER BY id"


@dataclass(frozen=True, slots=True)
class Told:
    """A step as the citizen reads it: the day, what was done, and what was said to the citizen or by the citizen."""

    day: date
    words: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CitizenView:
    """How far the matter of a negative rating has come, without names.

    `due` is the end of what is being done now; until then `can_rerate` the reply may be rated. `reason` is why a rating
    was found invalid.
    """

    number: str
    status: str
    stage: str
    opened: date
    steps: tuple[Told, ...]
    due: datetime | None
    reply: str
    can_rerate: bool
    verdict: str
    reason: str


async def for_citizen(rating_id: UUID, *, at: datetime) -> CitizenView | None:
    """What became of a negative rating, for whoever holds its token; None when it opened nothing."""
    async with transaction():
        row = await connection().fetchrow(_OF, rating_id)
        if row is None:
            return None
        steps = await connection().fetch(_STEPS, row["id"])
        clocks = (await matters.clocks_of([row["id"]], at=at))[row["id"]]
    told = tuple(
        Told(local(s["at"]).date(), TOLD[s["event"]], _note(s["note"], s["shown"], s["verdict"], s["event"]))
        for s in steps
        if s["event"] in TOLD
    )
    last = {s["event"]: s["note"] for s in steps}
    answered = next((s["note"] for s in reversed(steps) if s["event"] in ("reply", "explain")), "")
    running = next((c for c in clocks if c.stopped_at is None), None)
    return CitizenView(
        number=row["number"],
        status=row["status"],
        stage=STAGES[row["status"]],
        opened=local(row["opened_at"]).date(),
        steps=told,
        due=running.due if running else None,
        reply=answered,
        can_rerate=row["status"] == "replied" and (running is None or at <= running.due),
        verdict=VERDICTS.get(row["verdict"], ""),
        reason=last.get("annul", "") if row["status"] == "void" else "",
    )


def _note(note: str, shown: str, verdict: str, event: str) -> str:
    """Texts meant for the citizen, and the citizen's own words."""
    if event == "called":
        return ""
    said = VERDICTS.get(verdict, "")
    own = note if shown == "citizen" or verdict else ""
    return "：".join(filter(None, (said, own)))
