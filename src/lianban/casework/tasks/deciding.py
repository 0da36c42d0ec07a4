"""A task is decided: granted with its results, or refused with reason, basis and remedy (行政许可法 37, 38)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors, outbox
from lianban.casework import clocks, firstasked, occasions, progress
from lianban.casework.attachments import keep
from lianban.casework.clocks import Owner
from lianban.casework.idempotency import once
from lianban.casework.owed import catch_up_task
from lianban.casework.policies import policy
from lianban.casework.progress import Held, note
from lianban.casework.promises import afterwards
from lianban.casework.tasks.checking import NewResult, check_reasons, check_results, must_be_open, supplied
from lianban.casework.tasks.grants import issue_grant
from lianban.casework.tasks.handling import in_hand
from lianban.casework.tasks.refusals import issue_refusal
from lianban.casework.voiding import void_requests
from lianban.outside.database import connection, transaction
from lianban.rules import lifecycles
from lianban.rules.actors import Actor
from lianban.rules.lifecycles import TaskRow
from lianban.rules.opinions import deficient
from lianban.rules.statutory import DELIVER, DELIVER_BASIS, DELIVER_REFUSAL_BASIS
from lianban.tables.cases import Fact
from lianban.tables.ids import new_id
from lianban.tables.tasks import Result

SUPERSEDE = "UPDATE facts SET superseded_at = $3 WHERE case_id = $1 AND element = ANY($2) AND superseded_at IS NULL"


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision brought about: the task, the case (with its outcome once concluded), the other tasks moved."""

    task_id: UUID
    case_id: UUID
    status: str
    case_status: str
    outcome: str
    dispatched: tuple[str, ...] = field(default=())
    lapsed: tuple[str, ...] = field(default=())
    papers: tuple[str, ...] = field(default=())
    """The numbers of the papers that were issued with it."""


async def grant(
    task_id: UUID,
    *,
    opinion: str = "",
    scope: str = "",
    results: Sequence[NewResult] = (),
    supplies: Mapping[str, str] | None = None,
    by: Actor,
    at: datetime,
    key: str = "",
) -> Decided:
    """准予, with the written decision where the item is granted by one. `scope` is what it permits, in words.

    `supplies` are the data elements that the item's result brings forth (the newborn's ID number): they become facts
    of the case and reach the tasks that wait for them. The same `key` gives the first answer again.
    Raises NotFound for others' tasks, Conflict in the wrong state or hands, Invalid with the fields.
    """
    given = {element: text for element, text in (supplies or {}).items() if text.strip()}
    said = [opinion, scope, [_words(r) for r in results], given]
    files = [r.file for r in results]
    kept = await keep(await _case_of(task_id, by), files) if any(files) else [None] * len(files)

    async def decide() -> dict[str, Any]:
        async with in_hand(task_id, by) as (held, life):
            must_be_open(held, life, "grant", by)
            edition = await held.edition()
            check_results(results, opinion, scope, at)
            await _says_something(held, opinion)
            facts = supplied(held, edition, life.item, given, at)
            life.evidence = bool(results)
            lifecycles.fire(life, "grant", by)
            await _decided(held, life, by=by, at=at, opinion=opinion.strip())
            await clocks.start(Owner(held.id, task_id, held.region), "delivery", DELIVER, DELIVER_BASIS, at=at)
            for result, file in zip(results, kept, strict=True):
                await Result.insert(
                    Result(
                        id=new_id(at),
                        task_id=task_id,
                        case_id=held.id,
                        name=result.name.strip(),
                        number=result.number.strip(),
                        issued_on=result.issued_on,
                        valid_until=result.valid_until,
                        file_name=file.name if file else "",
                        media_type=file.media_type if file else "",
                        sha256=file.sha256 if file else "",
                        by_id=by.id,
                        at=at,
                    )
                )
            await _learn(held, life, facts, by=by, at=at)
            content: dict[str, Any] = {"results": len(results), "elements": sorted(facts)}
            await note(held, "task granted", by=by, at=at, item=life.item, **content)
            await afterwards.begin(held, life, edition, at=at)
            outcome = await _settled(held, life, at=at)
            paper = await issue_grant(held, task_id, results=results, scope=scope, by=by, at=at)
            return outcome | {"papers": [paper.number] if paper else []}

    await catch_up_task(task_id, at=at)
    async with transaction():
        return _as_decided(await once(key, "grant", by=by, at=at, fingerprint=[str(task_id), *said], run=decide))


async def refuse(
    task_id: UUID,
    *,
    reason: str,
    basis: str,
    remedy: str,
    opinion: str = "",
    by: Actor,
    at: datetime,
    key: str = "",
) -> Decided:
    """不予, with the written decision issued at once. `opinion` holds the facts that were found.

    Raises as `grant` does; Invalid names which of reason, basis and remedy is missing (行政许可法 38(2)).
    """
    said = [reason, basis, remedy, opinion]

    async def decide() -> dict[str, Any]:
        async with in_hand(task_id, by) as (held, life):
            must_be_open(held, life, "refuse", by)
            await _looked_at_twice(held, life, by)
            check_reasons(reason, basis, remedy, opinion)
            life.reasons = True
            lifecycles.fire(life, "refuse", by)
            await _decided(
                held,
                life,
                by=by,
                at=at,
                opinion=opinion.strip(),
                reason=reason.strip(),
                basis=basis.strip(),
                remedy=remedy.strip(),
            )
            owner = Owner(held.id, task_id, held.region)
            await clocks.start(owner, "delivery", DELIVER, DELIVER_REFUSAL_BASIS, at=at)
            await note(held, "task refused", by=by, at=at, item=life.item)
            outcome = await _settled(held, life, at=at)
            # Numbers of papers are taken last: the series is the hottest row of all.
            paper = await issue_refusal(
                held, task_id, facts=opinion, reason=reason, basis=basis, remedy=remedy, by=by, at=at
            )
            return outcome | {"papers": [paper.number]}

    await catch_up_task(task_id, at=at)
    async with transaction():
        return _as_decided(await once(key, "refuse", by=by, at=at, fingerprint=[str(task_id), *said], run=decide))


async def _looked_at_twice(held: Held, life: TaskRow, by: Actor) -> None:
    """Raise Conflict where the region wants a second person's look at a refusal and there was none (双人复核)."""
    wanted = (await policy(held.region)).four_eyes_refusal
    if wanted and not await firstasked.second_look(held.id, life.item, by=by):
        raise errors.Conflict(
            "本地规定不予决定须由另一人复核：请把任务转交给另一位审批人员，写明拟不予的理由，由他复核后决定。"
        )


async def _says_something(held: Held, opinion: str) -> None:
    """Raise Invalid where the region wants opinions with text and this is a bare "同意" (F1)."""
    if (await policy(held.region)).opinion_needs_text and (why := deficient(opinion)):
        raise errors.Invalid(why, {"opinion": why})


async def _case_of(task_id: UUID, by: Actor) -> UUID:
    """The task's case. Raises NotFound before a byte of a stranger is stored."""
    async with in_hand(task_id, by, lock=False) as (held, _):
        return held.id


def _words(result: NewResult) -> list[str]:
    file = result.file.sha256 if result.file else ""
    return [result.name, result.number, str(result.issued_on), str(result.valid_until or ""), file]


async def _learn(held: Held, life: TaskRow, facts: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    if not facts:
        return
    await connection().execute(SUPERSEDE, held.id, list(facts), at)
    await Fact.insert(
        *(
            Fact(
                id=new_id(at),
                case_id=held.id,
                element=element,
                value=value,
                source="result",
                origin=life.item,
                by_id=by.id,
                at=at,
            )
            for element, value in facts.items()
        )
    )


async def _decided(
    held: Held,
    life: TaskRow,
    *,
    by: Actor,
    at: datetime,
    opinion: str,
    reason: str = "",
    basis: str = "",
    remedy: str = "",
) -> None:
    await connection().execute(
        "UPDATE tasks SET status = $2, decided_at = $3, decided_by = $4, decided_by_name = $5, opinion = $6,"
        " reason = $7, legal_basis = $8, remedy = $9, version = version + 1 WHERE id = $1",
        UUID(life.id),
        life.state,
        at,
        by.id,
        by.name,
        opinion,
        reason,
        basis,
        remedy,
    )
    await clocks.stop(held.id, UUID(life.id), at=at)
    await void_requests(held, UUID(life.id), at=at)
    await occasions.of_step(held, "review", by=by, at=at, task_id=UUID(life.id))


async def _settled(held: Held, life: TaskRow, *, at: datetime) -> dict[str, Any]:
    """Let the system follow; what the verb answers, as plain data."""
    await outbox.write("task decided", case_id=held.id, payload={"task": life.id, "status": life.state}, at=at)
    moves = await progress.settle(held, at=at)
    moved = {event: [m.subject.item for m in moves if m.event == event and isinstance(m.subject, TaskRow)]
             for event in ("dispatch", "lapse")}  # fmt: skip
    return {
        "task_id": life.id,
        "case_id": str(held.id),
        "status": life.state,
        "case_status": held.life.state,
        "outcome": held.life.outcome if held.life.state == "decided" else "",
        "dispatched": moved["dispatch"],
        "lapsed": moved["lapse"],
    }


def _as_decided(answer: Mapping[str, Any]) -> Decided:
    return Decided(
        task_id=UUID(answer["task_id"]),
        case_id=UUID(answer["case_id"]),
        status=answer["status"],
        case_status=answer["case_status"],
        outcome=answer["outcome"],
        dispatched=tuple(answer["dispatched"]),
        lapsed=tuple(answer["lapsed"]),
        papers=tuple(answer.get("papers", ())),
    )
