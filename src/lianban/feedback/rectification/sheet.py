"""The 处置单 of a problem or a request: what was complained of, found, done, answered, by whom; no other name."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from lianban.casework import catalogue, notices
from lianban.casework.notices import short_authority
from lianban.feedback.rectification.keeping import Held, units
from lianban.feedback.rectification.views import service_of
from lianban.feedback.rectification.words import SOURCES, VERDICTS
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules.actors import Actor
from lianban.rules.notices.handling import handling_sheet
from lianban.rules.ratings import GRADES, option_text
from lianban.rules.ratings.screening import screen
from lianban.rules.values import printable
from lianban.tables.ids import day_of

NOTHING_TO_DO = "核实不属实，没有需要整改的事项。"

_STEPS = "SELECT event, note, by_name, verdict FROM rectification_steps WHERE rectification_id = $1 ORDER BY id"
_EDITION = "SELECT edition FROM cases WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the sheet says. Numbers and names in citizens' words are hidden when it is issued."""

    source: str
    matter_number: str
    received: date
    complaint: str
    findings: str
    measures: str
    reply: str
    outcome: str
    unit: str
    handler: str
    review: str
    matter: str = ""


async def issue_sheet(
    sheet: Sheet, *, region: str, department: str, case_id: UUID | None, by: Actor, at: datetime
) -> UUID:
    """Issue it in the caller's transaction, as the last thing in it; `by` has reviewed it. The paper's id.

    Raises Invalid when it lacks a part."""
    hash = await connection().fetchval(_EDITION, case_id) if case_id else (await catalogue.bundles(region))[0].hash
    edition = await catalogue.edition(hash)
    # What nobody can print (a face among a citizen's words) must not hold up the sheet for ever.
    said = asdict(sheet)
    said |= {name: printable(text) for name, text in said.items() if isinstance(text, str)}
    said["complaint"] = screen(said["complaint"]).text
    content = handling_sheet(authority=edition.bundle.centre, reviewer=by.name, on=local(at).date(), **said)
    # It belongs to no case: whoever reads the book of a case must not learn who complained.
    paper = await notices.issue(
        "handling_sheet",
        content,
        case_id=None,
        region=region,
        authority=short_authority(edition),
        by=by,
        at=at,
        department=department,
    )
    return paper.id


async def issue_for(held: Held, *, review: str, by: Actor, at: datetime) -> UUID:
    """The sheet of a problem that is being written off."""
    row = held.row
    steps = await connection().fetch(_STEPS, held.id)
    last = {step["event"]: step["note"] for step in steps}
    grade = GRADES.get(row["grade"])
    named = "（实名）" if row["named"] else "（匿名）"
    reasons = "；".join(option_text(code) for code in row["options"])
    names = await units(row["region_code"])
    unfounded = row["finding"] == "unfounded"
    sheet = Sheet(
        source=f"{SOURCES[row['source']]}：{grade}{named}" if grade else SOURCES[row["source"]],
        matter_number=row["number"],
        received=day_of(held.id),
        complaint="　".join(filter(None, (reasons, row["problem"]))),
        findings=last["explain"] if unfounded else last["verify"],
        measures=NOTHING_TO_DO if unfounded else last["finish"],
        reply=last["explain"] if unfounded else last["reply"],
        outcome=_outcome(held),
        unit=names.get(row["department"], row["department"]),
        handler=row["owner_name"] or steps[0]["by_name"],
        review=review,
        matter=(await service_of(row["rating_id"])).get("matter", ""),
    )
    return await issue_sheet(
        sheet, region=row["region_code"], department=row["department"], case_id=row["case_id"], by=by, at=at
    )


def _outcome(held: Held) -> str:
    verdict = VERDICTS.get(held.row["verdict"], "")
    said = f"对答复表示{verdict}" if verdict else "期满没有回评"
    if held.row["called_back_at"] is None:
        return f"{said}。"
    return f"{said}；{'已经电话回访' if held.row['reached'] else '电话回访没有联系上'}。"
