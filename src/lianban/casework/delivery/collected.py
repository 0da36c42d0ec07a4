"""What the window sees of one case: what lies here, what is under way, what the applicant wished, what has happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianban import people
from lianban.casework import notices
from lianban.casework.calendars import calendar_of
from lianban.casework.delivery import consents
from lianban.casework.delivery.consents import Consent
from lianban.casework.delivery.standing import NOTICES, RESULTS, along, at_window, lying, papers_of
from lianban.casework.notices import PaperView
from lianban.casework.policies import policy
from lianban.casework.progress import Held
from lianban.casework.tasks.worklist import masked_subject
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules import clock, masks, passports
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Edition
from lianban.rules.clock import Remaining
from lianban.rules.lifecycles import DeliveryLife, buttons, stage_name
from lianban.rules.notices import METHODS

OUTCOMES = {"granted": "全部办成", "partial": "部分办成", "refused": "均未办成"}
WISHES = {"window": "window", "mail": "mail", "cabinet": "self_service_cabinet", "electronic": "electronic"}
"""What the form calls a way of delivery → our method."""

_DUE = "SELECT min(promised_due) FROM clocks WHERE case_id = $1 AND kind = 'delivery' AND stopped_at IS NULL"
_WISH = """
SELECT element, value FROM facts WHERE case_id = $1 AND superseded_at IS NULL
  AND element IN ('delivery_mode', 'recipient_name', 'recipient_phone', 'recipient_address')
"""
_NAMES = """
SELECT d.id, array_agg(x.name || CASE WHEN x.number = '' THEN '' ELSE ' ' || x.number END ORDER BY x.id) AS names,
  bool_or(x.revoked) AS revoked
FROM deliveries d JOIN LATERAL (
  SELECT r.id, r.name, r.number, r.revoked_at IS NOT NULL AS revoked FROM results r WHERE r.id = ANY(d.results)
  UNION ALL SELECT p.id, p.title, p.number, false FROM papers p WHERE p.delivery_id = d.id
) x ON true WHERE d.case_id = $1 GROUP BY d.id
"""


@dataclass(frozen=True, slots=True)
class ResultView:
    """One result to be handed over."""

    id: UUID
    name: str
    number: str
    issued_on: date
    valid_until: date | None
    has_file: bool
    delivered_at: datetime | None
    revoked: str
    """Why it was revoked (撤销); "" while it stands. What was revoked is not handed over any more."""
    replaced: str
    """Why a corrected result has taken its place, "" while it stands."""
    under_way: bool


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item with what became of it."""

    item: str
    name: str
    department_name: str
    status: str
    status_name: str
    reason: str
    results: tuple[ResultView, ...]


@dataclass(frozen=True, slots=True)
class PaperChoice:
    """A paper that may go along."""

    id: UUID
    name: str
    number: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """What the applicant wrote in the form: the method, and for a parcel to whom."""

    method: str = "window"
    receiver: str = ""
    phone: str = ""
    address: str = ""

    @property
    def method_name(self) -> str:
        """In words."""
        return METHODS[self.method]


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One try to deliver, whatever has become of it. `results` and `names` of what it carries."""

    id: UUID
    at: datetime
    method: str
    method_name: str
    state: str
    state_name: str
    receiver: str
    relation: str
    by_name: str
    results: int
    names: tuple[str, ...]
    carrier: str
    tracking: str
    box: str
    until: datetime | None
    delivered_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    note: str
    receipt_id: UUID | None
    notice_id: UUID | None
    file_name: str
    seen_at: datetime | None
    paper_asked_at: datetime | None
    paper_given_at: datetime | None
    paper_given_to: str
    revoked: bool
    """Something in it was revoked after it had left."""


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """What the hand-over page needs. `to_deliver` are the results that still lie at the window."""

    case_id: UUID
    number: str
    bundle_name: str
    applicant: str
    subject: str
    status: str
    status_name: str
    outcome_name: str
    due: datetime | None
    remaining: Remaining | None
    items: tuple[ItemView, ...]
    to_deliver: tuple[UUID, ...]
    decisions: tuple[PaperChoice, ...]
    """Written decisions and what corrects or revokes them, which have gone along with no delivery yet."""
    notices: tuple[PaperChoice, ...]
    """Other notices that may be delivered with a receipt."""
    old_ones: tuple[str, ...]
    """Delivered results that a corrected one replaces and that the applicant still has."""
    over: bool
    """Everything was handed over before the last item came to its end: there only is to say so."""
    under_way: tuple[DeliveryLine, ...]
    deliveries: tuple[DeliveryLine, ...]
    wish: Wish
    consent: Consent | None
    agents: tuple[str, ...]
    papers: tuple[PaperView, ...]
    buttons: dict[str, tuple[str, ...]]
    methods: dict[str, str]
    rule: str
    """Which moment ends the ten working days, in a sentence."""

    @property
    def refusals(self) -> tuple[str, ...]:
        """The decisions in words."""
        return tuple(f"{p.name} {p.number}" for p in self.decisions)


async def handing(case_id: UUID, *, by: Actor, at: datetime, address: str = "") -> DeliveryView:
    """One case at the hand-over window; the look is recorded. A case still in work shows its items as they stand.

    Raises NotFound. Any window of the region hands over, so names are masked and no form is shown, but for the address
    of a parcel.
    """
    async with at_window(case_id, by, lock=False) as held:
        edition, case = await held.edition(), held.case
        rows = await connection().fetch(RESULTS, case_id)
        lines = await lines_of(case_id)
        papers = await notices.of_case(case_id)
        due = await connection().fetchval(_DUE, case_id)
        here = lying(rows)
        decisions = await along(case_id, [r["id"] for r in here])
        others = await papers_of(case_id, NOTICES)
        wish, agreed = _wish(await connection().fetch(_WISH, case_id)), await consents.standing(case_id)
        agents = await connection().fetch("SELECT name FROM parties WHERE case_id = $1 AND role = 'agent'", case_id)
        await people.record_access(case_id, "出件", "窗口送达", by=by, at=at, address=address)
        chosen = await policy(held.region)
    under_way = tuple(line for line in lines if line.state in ("sent", "placed", "published"))
    any_delivered = any(line.delivered_at for line in lines)
    return DeliveryView(
        case_id=held.id,
        number=case["number"] or "",
        bundle_name=case["bundle_name"],
        applicant=masks.mask_name(case["applicant"]),
        subject=masked_subject(edition, case["subject"]),
        status=held.life.state,
        status_name=str(held.life.stage.name),
        outcome_name=OUTCOMES.get(case["outcome"], ""),
        due=local(due) if due else None,
        remaining=clock.remaining(due, at, await calendar_of(by.region)) if due else None,
        items=tuple(_item(held, edition, id, rows) for id in held.tasks),
        to_deliver=tuple(r["id"] for r in here),
        decisions=tuple(_choice(p) for p in decisions),
        notices=tuple(_choice(p) for p in others),
        old_ones=tuple(" ".join(filter(None, (r["name"], r["number"]))) for r in rows if r["old_one"] == "out"),
        over=held.life.state == "decided" and not here and not decisions and not under_way and any_delivered,
        under_way=under_way,
        deliveries=tuple(line for line in lines if line not in under_way),
        wish=wish,
        consent=agreed,
        agents=tuple(row["name"] for row in agents),
        papers=tuple(papers),
        buttons={event: tuple(why) for event, why in buttons(held.life, by).items()},
        methods=dict(METHODS),
        rule=passports.delivery_rule(chosen),
    )


async def lines_of(case_id: UUID) -> tuple[DeliveryLine, ...]:
    """Every try to deliver something of a case, in order. In the caller's transaction, who asks is checked."""
    rows = await connection().fetch("SELECT * FROM deliveries WHERE case_id = $1 ORDER BY id", case_id)
    named = {row["id"]: row for row in await connection().fetch(_NAMES, case_id)} if rows else {}
    return tuple(_line(row, named.get(row["id"])) for row in rows)


def _line(row: Mapping[str, Any], named: Mapping[str, Any] | None) -> DeliveryLine:
    return DeliveryLine(
        id=row["id"],
        at=local(row["at"]),
        method=row["method"],
        method_name=METHODS[row["method"]],
        state=row["status"],
        state_name=stage_name(DeliveryLife, row["status"]),
        receiver=row["receiver"],
        relation=row["relation"],
        by_name=row["by_name"],
        results=len(row["results"]),
        names=tuple(named["names"]) if named else (),
        carrier=row["carrier"],
        tracking=row["tracking"],
        box=row["box"],
        until=_when(row["until"]),
        delivered_at=_when(row["delivered_at"]),
        ended_at=_when(row["ended_at"]),
        end_reason=row["end_reason"],
        note=row["note"],
        receipt_id=row["receipt_id"],
        notice_id=row["notice_id"],
        file_name=row["file_name"],
        seen_at=_when(row["seen_at"]),
        paper_asked_at=_when(row["paper_asked_at"]),
        paper_given_at=_when(row["paper_given_at"]),
        paper_given_to=row["paper_given_to"],
        revoked=bool(named and named["revoked"]),
    )


def _wish(rows: Sequence[Mapping[str, Any]]) -> Wish:
    said = {row["element"]: row["value"] for row in rows}
    method = WISHES.get(said.get("delivery_mode", ""), "window")
    if method != "mail":
        return Wish(method)
    return Wish(
        method, *(said.get(element, "") for element in ("recipient_name", "recipient_phone", "recipient_address"))
    )


def _choice(row: Mapping[str, Any]) -> PaperChoice:
    return PaperChoice(row["id"], row["title"], row["number"], local(row["issued_at"]))


def _item(held: Held, edition: Edition, task_id: UUID, rows: Sequence[Any]) -> ItemView:
    life, task = held.lives[task_id], held.tasks[task_id]
    return ItemView(
        item=life.item,
        name=task["item_name"],
        department_name=edition.departments[life.department].name,
        status=life.state,
        status_name=str(life.stage.name),
        reason=task["reason"],
        results=tuple(
            ResultView(
                id=r["id"],
                name=r["name"],
                number=r["number"],
                issued_on=r["issued_on"],
                valid_until=r["valid_until"],
                has_file=bool(r["file_name"]),
                delivered_at=_when(r["delivered_at"]),
                revoked=(r["revoked_reason"] or "已被撤销") if r["revoked_at"] else "",
                replaced=r["superseded_reason"] if r["superseded_at"] else "",
                under_way=r["delivery_id"] is not None and r["delivered_at"] is None,
            )
            for r in rows
            if r["task_id"] == task_id
        ),
    )


def _when(value: datetime | None) -> datetime | None:
    return local(value) if value else None
