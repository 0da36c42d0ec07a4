"""The 诉求处置单 that is issued when a request is closed: what was said, found, done, answered; nobody's name."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianban.casework import catalogue
from lianban.feedback.difficulties.listing import category_name, cause_name
from lianban.feedback.difficulties.rows import InHand
from lianban.feedback.rectification import Sheet, issue_sheet
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules.actors import Actor
from lianban.rules.difficulties import CHANNELS, RESULTS

_DONE = """
SELECT text FROM difficulty_notes
WHERE difficulty_id = $1 AND kind IN ('sent', 'contributed', 'told', 'postponed') ORDER BY at, id
"""
AT_WINDOW = "综合窗口"


async def issue_for(found: InHand, cause: str, review: str, *, by: Actor, at: datetime) -> UUID:
    """Issue it in the caller's transaction, as the last thing in it; `by` has reviewed it. The paper's id."""
    row = await connection().fetchrow("SELECT * FROM difficulties WHERE id = $1", found.id)
    done = await connection().fetch(_DONE, found.id)
    names = await catalogue.departments(found.region)
    finding = f"类别：{category_name(row['category'])}。原因：{cause_name(cause)}。"
    if row["finding"]:
        finding += f"监督员核实：{'属实' if row['valid'] else '不属实'}。{row['finding']}"
    sheet = Sheet(
        source=f"诉求：{CHANNELS[row['source']]}",
        matter_number=row["number"],
        received=local(row["registered_at"]).date(),
        matter=row["item"],
        complaint=row["problem"],
        findings=finding,
        measures="　".join(note["text"] for note in done) or "窗口当场办理。",
        reply=row["reply"],
        outcome=f"{RESULTS[row['result']]}；{_called(row['reached'], row['satisfied'])}",
        unit=names.get(row["lead"], AT_WINDOW),
        handler=row["replier_name"],
        review=review or "同意办结。",
    )
    return await issue_sheet(sheet, region=found.region, department=row["lead"], case_id=row["case_id"], by=by, at=at)


def _called(reached: bool, satisfied: bool | None) -> str:
    if not reached:
        return "多次回访没有联系上。"
    return "回访满意。" if satisfied else "回访不满意。"
