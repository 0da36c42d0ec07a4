"""The applicant follows along: by case number and query code, without an account.

People are masked and the staff's names left out: whoever finds the acceptance notice learns how the case stands, and
nothing about anybody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from lianban import people
from lianban.casework import catalogue, notices, progress
from lianban.casework.clocks import ClockView, clocks_of
from lianban.casework.corrections.gaps import label
from lianban.casework.delivery import DeliveryLine, consents, lines_of
from lianban.casework.delivery.consents import Consent
from lianban.casework.delivery.downloads import seen
from lianban.casework.delivery.standing import UNDER_WAY
from lianban.casework.notices import PaperView, Printed
from lianban.casework.owed import catch_up
from lianban.casework.policies import policy
from lianban.casework.progress import Held
from lianban.casework.promises.tolerance import Tolerated, tolerances
from lianban.casework.tasks.worklist import masked_subject
from lianban.casework.tracking import words
from lianban.casework.tracking.entry import opened
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import masks
from lianban.rules.actors import HOLDER
from lianban.rules.catalog.loading import contacts
from lianban.rules.catalog.types import Contact, Edition
from lianban.rules.clock import Remaining
from lianban.rules.lifecycles import CaseLife, stage_name
from lianban.rules.plan import plan_from_dict

WHOLE = {"received": ("correction",), "correcting": ("answer",), "decided": ("delivery", "bundle")}
"""Which of the case's own clocks the applicant wants to know of, by state; otherwise the promise for the whole."""

_MORE = "SELECT supplied_at, deemed, ended_at, ended_reason, plan FROM cases WHERE id = $1"
_ROUNDS = "SELECT round, notified_at, supplied_at FROM corrections WHERE case_id = $1 ORDER BY round"
_GAPS = """
SELECT id, round, subject_kind, subject, supplied_at FROM gaps
WHERE case_id = $1 AND status IN ('notified', 'supplied') ORDER BY round, at, id
"""
_DOWNLOADS = """
SELECT r.id, r.name, d.id FROM results r JOIN deliveries d ON d.id = r.delivery_id
WHERE r.case_id = $1 AND d.method = 'electronic' AND d.status = 'delivered' AND r.sha256 <> ''
ORDER BY r.id
"""
_REFUSED = "SELECT item_name, reason, competent FROM non_acceptances WHERE case_id = $1 ORDER BY at, id"


@dataclass(frozen=True, slots=True)
class ItemProgress:
    """How one item stands, in plain words. `status` is "" before acceptance. `law` is its statutory clock.

    `committed` is the clock that holds for it: its own, or that of the whole while it waits for another item.
    """

    item: str
    name: str
    department_name: str
    phone: str
    status: str
    status_name: str
    sentence: str
    due: datetime | None
    remaining: Remaining | None
    provisional: bool
    committed: ClockView | None
    law: ClockView | None
    decided_at: datetime | None


class Supply(NamedTuple):
    """Something that was corrected, and when it was received."""

    label: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """One round of correction: what was told, what of it was supplied and when, and since when all of it is there."""

    notified_at: datetime
    told: int
    supplies: tuple[Supply, ...]
    supplied_at: datetime | None

    @property
    def supplied(self) -> int:
        """How many things have been corrected."""
        return len(self.supplies)


@dataclass(frozen=True, slots=True)
class NotTaken:
    """An item that was not accepted, why, and who is competent."""

    name: str
    reason: str
    competent: str


class Download(NamedTuple):
    """A result that was delivered electronically: the holder may keep its file."""

    id: UUID
    name: str
    delivery_id: UUID


@dataclass(frozen=True, slots=True)
class Progress:
    """What the holder of the query code sees. People are masked; the staff's names are not in it.

    `clock` is the limit that matters now; `next` says what to do and by when; `online` whether the applicant may
    answer on the page; `later` are the materials that may follow.
    """

    case_id: UUID
    number: str
    region: str
    region_name: str
    bundle_name: str
    applicant: str
    subject: str
    status: str
    status_name: str
    headline: str
    next: str
    done: int
    received_at: datetime | None
    accepted_at: datetime | None
    deemed: bool
    ended_at: datetime | None
    ended_reason: str
    clock: ClockView | None
    due: datetime | None
    remaining: Remaining | None
    provisional: bool
    online: bool
    items: tuple[ItemProgress, ...]
    not_taken: tuple[NotTaken, ...]
    answered: tuple[Answered, ...]
    later: tuple[Tolerated, ...]
    papers: tuple[PaperView, ...]
    deliveries: tuple[DeliveryLine, ...]
    downloads: tuple[Download, ...]
    consent: Consent | None
    contact: Contact


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of a case."""

    held: Held
    more: Mapping[str, Any]
    edition: Edition
    clocks: tuple[ClockView, ...]
    online: bool
    answered: tuple[Answered, ...]
    at: datetime


class _Out(NamedTuple):
    """What was or is being delivered."""

    deliveries: tuple[DeliveryLine, ...]
    downloads: tuple[Download, ...]
    consent: Consent | None


async def track(number: str, query_code: str, *, address: str, at: datetime) -> Progress:
    """How a case stands. Raises NotFound (one answer for an unknown number and a wrong code) or TooOften."""
    case_id = await opened(number, query_code, address=address, at=at)
    # What the law has brought meanwhile is told as it is, whether or not the timer has come round to it.
    await catch_up(case_id, at=at, wait=False)
    async with transaction():
        held = await progress.hold(case_id, lock=False)
        assert held is not None
        edition = await catalogue.edition(held.case["edition"])
        rounds = await connection().fetch(_ROUNDS, case_id)
        gaps = await connection().fetch(_GAPS, case_id) if rounds else []
        read = _Read(
            held=held,
            more=await connection().fetchrow(_MORE, case_id),
            edition=edition,
            clocks=await clocks_of(case_id, at=at),
            online=(await policy(held.region)).online_answers,
            answered=tuple(_answered(row, gaps, edition) for row in rounds),
            at=at,
        )
        refused = [NotTaken(*row.values()) for row in await connection().fetch(_REFUSED, case_id)]
        later = await tolerances(case_id, at)
        papers = await notices.of_case(case_id)
        out = _Out(
            await lines_of(case_id),
            tuple(Download(*row.values()) for row in await connection().fetch(_DOWNLOADS, case_id)),
            await consents.standing(case_id),
        )
    return _progress(read, tuple(refused), later, papers, out)


async def paper(number: str, query_code: str, paper_id: UUID, *, address: str, at: datetime) -> Printed:
    """A paper of the case, for the holder of the code; the look is recorded. Raises as `track` does."""
    case_id = await opened(number, query_code, address=address, at=at)
    printed = await notices.pdf_for_holder(paper_id, case_id=case_id)
    async with transaction():
        await people.record_access(case_id, printed.name, "申请人查询", by=HOLDER, at=at, address=address)
        await seen(case_id, paper_id, at=at)
    return printed


def _progress(
    read: _Read, refused: tuple[NotTaken, ...], later: tuple[Tolerated, ...], papers: list[PaperView], out: _Out
) -> Progress:
    held, more, edition = read.held, read.more, read.edition
    case, state = held.case, held.life.state
    kinds = WHOLE.get(state, ("bundle",))
    clock = next((c for kind in kinds for c in read.clocks if c.kind == kind and c.task_id is None), None)
    running = clock if clock and clock.stopped_at is None else None
    done = sum(held.lives[id].stage.final for id in held.tasks)
    gaps = sum(one.told - one.supplied for one in read.answered if one.supplied_at is None)
    return Progress(
        case_id=held.id,
        number=case["number"],
        region=held.region,
        region_name=edition.bundle.region_name,
        bundle_name=case["bundle_name"],
        applicant=masks.mask_name(case["applicant"]),
        subject=masked_subject(edition, case["subject"]),
        status=state,
        status_name=stage_name(CaseLife, state),
        headline=words.headline(
            state,
            case["outcome"],
            supplied=bool(more["supplied_at"]),
            gaps=gaps,
            done=done,
            items=len(held.tasks),
            away=any(line.state in UNDER_WAY for line in out.deliveries),
        ),
        next=words.next_step(state, running, online=read.online),
        done=done,
        received_at=_when(case["received_at"]),
        accepted_at=_when(case["accepted_at"]),
        deemed=more["deemed"],
        ended_at=_when(more["ended_at"]),
        ended_reason=more["ended_reason"],
        clock=clock,
        due=clock.due if clock else None,
        remaining=clock.remaining if clock else None,
        provisional=bool(clock and clock.provisional),
        online=read.online,
        items=_items(read),
        not_taken=refused,
        answered=read.answered,
        later=later,
        papers=tuple(papers),
        deliveries=tuple(
            replace(line, receiver="", relation="", by_name="", note="", paper_given_to="", file_name="")
            for line in out.deliveries
        ),
        downloads=out.downloads,
        consent=out.consent and replace(out.consent, person=masks.mask_name(out.consent.person)),
        contact=contacts(held.region).centre,
    )


def _items(read: _Read) -> tuple[ItemProgress, ...]:
    """The items, each as its task stands; before acceptance only what they are and whose."""
    places = contacts(read.held.region).departments
    if read.held.tasks:
        return tuple(_item(read, id, places) for id in read.held.tasks)
    if read.held.life.state not in ("received", "correcting") or not read.more["plan"]:
        return ()
    plan = plan_from_dict(json.loads(read.more["plan"]))
    return tuple(
        ItemProgress(
            item=item.item,
            name=item.name,
            department_name=read.edition.departments[item.department].name,
            phone=places.get(item.department, Contact()).phone,
            status="",
            status_name="",
            sentence="",
            due=None,
            remaining=None,
            provisional=False,
            committed=None,
            law=None,
            decided_at=None,
        )
        for item in plan.items
        if not item.notice_only
    )


def _item(read: _Read, task_id: UUID, places: Mapping[str, Contact]) -> ItemProgress:
    held = read.held
    life, task = held.lives[task_id], held.tasks[task_id]
    department = read.edition.departments[life.department]
    committed, law = (
        next((c for c in read.clocks if c.task_id == task_id and c.kind == kind), None)
        for kind in ("committed", "statutory")
    )
    # An item that waits for another one is promised with the whole.
    promise = committed or next((c for c in read.clocks if c.kind == "bundle"), None)
    open = not life.stage.final
    return ItemProgress(
        item=life.item,
        name=task["item_name"],
        department_name=department.name,
        phone=places.get(life.department, Contact()).phone,
        status="revoked" if task["verification"] == "revoked" else life.state,
        status_name="已撤销" if task["verification"] == "revoked" else str(life.stage.name),
        sentence=words.sentence(held, task_id, department.name, local(read.at).date()),
        due=promise.due if promise and open else None,
        remaining=promise.remaining if promise and open else None,
        provisional=bool(promise and promise.provisional),
        committed=promise,
        law=law,
        decided_at=_when(task["decided_at"]),
    )


def _answered(row: Mapping[str, Any], gaps: Sequence[Mapping[str, Any]], edition: Edition) -> Answered:
    # What two departments found wrong with one paper is one thing to bring.
    own = {(gap["subject_kind"], gap["subject"] or str(gap["id"])): gap for gap in gaps if gap["round"] == row["round"]}
    supplies = (
        Supply(label(edition, gap["subject_kind"], gap["subject"]), local(gap["supplied_at"]))
        for gap in own.values()
        if gap["supplied_at"]
    )
    return Answered(local(row["notified_at"]), len(own), tuple(supplies), _when(row["supplied_at"]))


def _when(value: datetime | None) -> datetime | None:
    return local(value) if value else None
