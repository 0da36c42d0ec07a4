"""The checklist of a visit: the published lines of the item, answered one by one by whoever stands there.

Two surveyors on two phones answer the same list. Each answer says which version it saw; one that comes after another
is not put over it in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.casework.progress import note
from lianban.casework.tasks.checking import unprintable
from lianban.casework.visits.spot import on_the_spot, when
from lianban.errors import Conflict, Invalid, NotFound
from lianban.outside.database import connection
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Check, Item
from lianban.tables.ids import new_id

ANSWERS = {"ok": "合格", "problem": "问题", "none": "不适用"}
LONGEST_REMARK = 500
_LINES = "SELECT * FROM survey_checks WHERE visit_id = $1 AND task_id = ANY($2) ORDER BY task_id, position"


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One line of the list, with its answer. `version` counts the answers."""

    task_id: UUID
    position: int
    text: str
    basis: str
    answer: str
    remark: str
    by_name: str
    at: datetime | None
    version: int

    @property
    def answer_name(self) -> str:
        """The answer in words."""
        return ANSWERS.get(self.answer, "")


class Answered(Conflict):
    """Somebody else has answered meanwhile; `line` is how it stands."""

    code = "answered-meanwhile"

    def __init__(self, sentence: str, line: CheckLine) -> None:
        super().__init__(sentence)
        self.line = line


async def lay_out(visit_id: UUID, task_id: UUID, item: Item, *, at: datetime) -> None:
    """Put the item's published lines into the visit, in the caller's transaction. Once more changes nothing.

    The lines are those of the edition that the case is pinned to, so that a later edition changes no survey.
    """
    if not item.checks:
        return
    await connection().executemany(
        "INSERT INTO survey_checks (id, visit_id, task_id, position, text, basis) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (visit_id, task_id, position) DO NOTHING",
        [
            (new_id(at), visit_id, task_id, position, check.text, _basis(check))
            for position, check in enumerate(item.checks, 1)
        ],
    )


async def lines(visit_id: UUID, tasks: Iterable[UUID]) -> dict[UUID, list[CheckLine]]:
    """The lines by task, in the caller's transaction."""
    found: dict[UUID, list[CheckLine]] = {}
    for row in await connection().fetch(_LINES, visit_id, list(tasks)):
        found.setdefault(row["task_id"], []).append(_line(row))
    return found


async def answer(
    visit_id: UUID,
    task_id: UUID,
    position: int,
    *,
    answer: str,
    remark: str = "",
    version: int,
    by: Actor,
    at: datetime,
) -> CheckLine:
    """Answer one line; the same answer twice is one. `version` is the one that was seen.

    Raises NotFound, Invalid, Answered when somebody else was faster, Conflict when nothing can be put down any more.
    """
    remark = remark.strip()
    if answer not in ANSWERS:
        raise Invalid(f"请选择{'、'.join(ANSWERS.values())}中的一项。", {"answer": "请选择一项。"})
    if len(remark) > LONGEST_REMARK:
        raise Invalid(f"说明最多 {LONGEST_REMARK} 字，请缩短。", {"remark": f"最多 {LONGEST_REMARK} 字。"})
    if wrong := unprintable({"remark": remark}):
        raise Invalid("".join(wrong.values()), wrong)
    async with on_the_spot(visit_id, task_id, by, at=at) as spot:
        row = await connection().fetchrow(
            f"{_LINES.partition(' ORDER')[0]} AND position = $3", visit_id, [task_id], position
        )
        if row is None:
            raise NotFound("没有找到这一条核查要点，请刷新页面。")
        line = _line(row)
        if (line.answer, line.remark) == (answer, remark):
            return line
        spot.require_open()
        if line.version != version:
            raise Answered(_meanwhile(line), line)
        await connection().execute(
            "UPDATE survey_checks SET answer = $2, remark = $3, by_id = $4, by_name = $5, at = $6,"
            " version = version + 1 WHERE id = $1",
            row["id"],
            answer,
            remark,
            by.id,
            by.name,
            at,
        )
        await note(spot.held, "check answered", by=by, at=at, item=spot.life.item, check=position, answer=answer)
        return CheckLine(task_id, position, line.text, line.basis, answer, remark, by.name, at, version + 1)


async def require_ready(visit_id: UUID, task_id: UUID, conclusion: str) -> None:
    """Raise Invalid, in the caller's transaction, unless every line is answered and the conclusion fits the answers."""
    listed = (await lines(visit_id, [task_id])).get(task_id, [])
    missing = [str(line.position) for line in listed if not line.answer]
    problems = [line for line in listed if line.answer == "problem"]
    unsaid = [str(line.position) for line in problems if not line.remark]
    sentence = ""
    if missing:
        sentence = f"核查要点第 {'、'.join(missing)} 条还没有填写，请逐条填写后再作结论。"
    elif unsaid:
        sentence = f"核查要点第 {'、'.join(unsaid)} 条选了“问题”，请写明是什么问题。"
    elif problems and conclusion == "pass":
        sentence = f"有 {len(problems)} 条核查要点是“问题”，结论不能是“合格”，请改选结论，或者核对这些要点。"
    if sentence:
        raise Invalid(sentence, {"conclusion": sentence})


def problems_of(listed: Iterable[CheckLine]) -> str:
    """The problems that were found, as a first wording of the findings."""
    return "\n".join(f"{line.text}：{line.remark}" for line in listed if line.answer == "problem" and line.remark)


def _meanwhile(line: CheckLine) -> str:
    said = f"“{line.answer_name}”" + (f"（{line.remark}）" if line.remark else "")
    moment = f"在 {when(line.at)} " if line.at else ""
    return f"第 {line.position} 条已由{line.by_name}{moment}填为{said}，您的没有覆盖它。请核对后再定。"


def _basis(check: Check) -> str:
    named = f"{check.basis.document}{check.basis.article}" if check.basis else ""
    return f"{named}（拟定）" if check.proposed else named


def _line(row: Mapping[str, Any]) -> CheckLine:
    return CheckLine(
        task_id=row["task_id"],
        position=row["position"],
        text=row["text"],
        basis=row["basis"],
        answer=row["answer"],
        remark=row["remark"],
        by_name=row["by_name"],
        at=row["at"],
        version=row["version"],
    )
