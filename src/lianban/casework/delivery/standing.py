"""What there is to hand over in a case: what lies at the window, what is under way, what a person has chosen of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.casework import notices, progress
from lianban.casework.progress import Held
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor
from lianban.rules.notices import Document

GONE = "没有找到这个办件，请从列表里重新打开。"
UNDER_WAY = ("sent", "placed", "published")
NOTICES = (
    "acceptance",
    "tolerance",
    "correction",
    "non_acceptance",
    "turned",
    "termination",
    "special_procedure",
    "extension",
    "hearing",
    "hearing_answer",
    "hearing_call",
    "survey_notice",
    "rectification",
)
"""Notices that are usually given on the spot and may be delivered with a receipt of their own. None of them keeps a
case from being delivered."""

RESULTS = """
SELECT r.id, r.name, r.number, r.issued_on, r.valid_until, r.file_name, r.delivered_at, r.task_id, r.delivery_id,
  r.revoked_at, r.revoked_reason, r.superseded_at, r.superseded_by, r.superseded_reason, r.old_one
FROM results r WHERE r.case_id = $1 ORDER BY r.id
"""
_PAPERS = """
SELECT p.id, p.task_id, p.title, p.number, p.kind, p.issued_at FROM papers p
WHERE p.case_id = $1 AND p.kind = ANY($2) AND p.void_at IS NULL AND p.superseded_by IS NULL AND p.delivery_id IS NULL
ORDER BY p.issued_at, p.id
"""


@dataclass(frozen=True, slots=True)
class Carried:
    """What one delivery carries, as rows of results and papers."""

    results: Sequence[Any] = field(default=())
    papers: Sequence[Any] = field(default=())

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.results or self.papers)

    @property
    def documents(self) -> list[Document]:
        """As the receipt lists them."""
        return [Document(r["name"], r["number"]) for r in self.results] + [
            Document(p["title"], p["number"]) for p in self.papers
        ]

    @property
    def tasks(self) -> set[UUID | None]:
        """Whose clocks are concerned; None is the case itself."""
        return {row["task_id"] for row in (*self.results, *self.papers)}


@asynccontextmanager
async def at_window(case_id: UUID, by: Actor, *, lock: bool = True) -> AsyncIterator[Held]:
    """One transaction with the case locked (or only read), for the window of its region. Raises NotFound."""
    async with transaction():
        held = await progress.hold(case_id, lock=lock)
        # A draft has not got as far as this window: it is another page's.
        if held is None or not held.life.clerk(by) or held.life.state in ("draft", "discarded"):
            raise errors.NotFound(GONE)
        yield held


def lying(rows: Sequence[Any]) -> list[Any]:
    """The results that lie at the window: neither handed over nor under way, neither revoked nor replaced."""
    return [
        r
        for r in rows
        if r["delivered_at"] is None and r["delivery_id"] is None and not r["revoked_at"] and not r["superseded_at"]
    ]


async def papers_of(case_id: UUID, kinds: Sequence[str]) -> list[Any]:
    """The papers of these kinds that have gone along with no delivery yet. Void and replaced ones stay here."""
    found: list[Any] = await connection().fetch(_PAPERS, case_id, list(kinds))
    return found


async def along(case_id: UUID, taken: Sequence[UUID]) -> list[Any]:
    """The papers that go along when the results `taken` are handed over: decisions, corrections, revocations.

    The written decision of what is granted goes along with its result, never before it.
    """
    rows = await connection().fetch(RESULTS, case_id)
    staying = {r["task_id"] for r in lying(rows) if r["id"] not in taken}
    papers = await papers_of(case_id, notices.TO_DELIVER)
    return [p for p in papers if p["kind"] != "grant" or p["task_id"] not in staying]


async def chosen(held: Held, results: Sequence[UUID] | None, papers: Sequence[UUID] | None) -> Carried:
    """What to carry: these results and papers; None means all that lie here, and the papers that go along.

    Raises Conflict for what has gone already or was revoked, Invalid for what is none of this case's or for nothing
    where something lies.
    """
    rows = await connection().fetch(RESULTS, held.id)
    here = lying(rows)
    taken = here if results is None else _picked(rows, results)
    if papers is None:
        going = await along(held.id, [r["id"] for r in taken])
    else:
        known = {p["id"]: p for p in await papers_of(held.id, (*notices.TO_DELIVER, *NOTICES))}
        if gone := [id for id in papers if id not in known]:
            raise errors.Conflict(await _why_not(held, gone[0]))
        going = [known[id] for id in dict.fromkeys(papers)]
    if not taken and not going:
        if here or await papers_of(held.id, notices.TO_DELIVER):
            raise errors.Invalid("请勾选这次要送达的结果或者文书。", {"results": "请至少勾选一项。"})
        raise errors.Conflict(await nothing_here(held))
    return Carried(taken, going)


def _picked(rows: Sequence[Any], wanted: Sequence[UUID]) -> list[Any]:
    known = {r["id"]: r for r in rows}
    wanted = list(dict.fromkeys(wanted))
    if any(id not in known for id in wanted):
        raise errors.Invalid("勾选的结果里有不属于这个办件的，请刷新页面后重新勾选。")
    picked = [known[id] for id in wanted]
    if gone := [r["name"] for r in picked if r["delivered_at"] is not None]:
        raise errors.Conflict(f"“{'”“'.join(gone)}”已经送达，不能重复出件。请刷新页面后重新勾选。")
    if away := [r["name"] for r in picked if r["delivery_id"] is not None]:
        raise errors.Conflict(f"“{'”“'.join(away)}”已经在送达途中，不能重复出件。请刷新页面查看送达记录。")
    if revoked := [r for r in picked if r["revoked_at"] is not None]:
        names = "”“".join(r["name"] for r in revoked)
        why = "；".join(dict.fromkeys(r["revoked_reason"] for r in revoked))
        raise errors.Conflict(f"“{names}”已经撤销（{why}），不能再交给申请人。请刷新页面，送达《撤销决定书》。")
    if replaced := [r["name"] for r in picked if r["superseded_at"] is not None]:
        raise errors.Conflict(f"“{'”“'.join(replaced)}”已经更正，请刷新页面，送达更正后的那一份。")
    return picked


async def _why_not(held: Held, paper: UUID) -> str:
    row = await connection().fetchrow(
        "SELECT title, void_at, superseded_by, delivery_id FROM papers WHERE id = $1 AND case_id = $2", paper, held.id
    )
    if row is None:
        return "勾选的文书里有不属于这个办件的，请刷新页面后重新勾选。"
    if row["delivery_id"] is not None:
        return f"《{row['title']}》已经送达或者在送达途中，不能重复送达。请刷新页面后重新勾选。"
    if row["void_at"] or row["superseded_by"]:
        return f"《{row['title']}》已经作废或者更正，请刷新页面，送达现在有效的文书。"
    return f"《{row['title']}》不需要登记送达。请刷新页面后重新勾选。"


async def under_way(case_id: UUID) -> list[Any]:
    """The deliveries that have neither arrived nor failed."""
    rows: list[Any] = await connection().fetch(
        "SELECT * FROM deliveries WHERE case_id = $1 AND status = ANY($2) ORDER BY id", case_id, list(UNDER_WAY)
    )
    return rows


async def carried(delivery: Any) -> Carried:
    """What a delivery carries, as it stands now."""
    rows = await connection().fetch(RESULTS, delivery["case_id"])
    papers = await connection().fetch(
        "SELECT id, task_id, title, number, kind, issued_at FROM papers WHERE delivery_id = $1 ORDER BY issued_at, id",
        delivery["id"],
    )
    return Carried([r for r in rows if r["id"] in delivery["results"]], papers)


async def all_delivered(held: Held) -> bool:
    """Whether nothing that decides anything lies at the window or is under way."""
    if lying(await connection().fetch(RESULTS, held.id)) or await papers_of(held.id, notices.TO_DELIVER):
        return False
    return not await under_way(held.id)


async def nothing_here(held: Held) -> str:
    """Why nothing can be handed over now."""
    if away := await under_way(held.id):
        return f"结果已经在送达途中（{len(away)} 件），收到回执、取走或者退回以后再登记。"
    if held.life.state == "processing":
        open = "”“".join(held.item(t.item).name for t in held.life.tasks if not t.stage.final)
        return f"还没有可以交给申请人的结果，“{open}”作出决定后再出件。"
    over = held.life.state in ("delivered", "closed")
    why = "结果已经送达，不能重复出件" if over else "没有可以出件的结果"
    return f"办件现在是“{held.life.stage.name}”，{why}。"
