"""What an accepted case is made of: facts, parties, keys, tasks and clocks, written by one statement."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from lianban.casework import clocks
from lianban.casework.intake.record import Record
from lianban.rules import clock, lifecycles, statutory
from lianban.rules.actors import Actor
from lianban.rules.calendar import Calendar
from lianban.rules.catalog.types import Edition, Limit, Start
from lianban.rules.clock import History
from lianban.rules.composer import limit_text
from lianban.rules.form import Reading
from lianban.rules.parties import TakingPart
from lianban.rules.plan import PlanItem
from lianban.rules.policy import Policy
from lianban.tables.ids import new_id

ROWS = """
WITH
f AS (INSERT INTO facts (id, case_id, element, value, source, origin, by_id, at)
  SELECT id, $1, element, value, source, origin, $3, $4
  FROM jsonb_to_recordset($5::jsonb) AS r(id uuid, element text, value text, source text, origin text)),
p AS (INSERT INTO parties (id, case_id, role, name, id_kind, id_number, phone, relation, mandate)
  SELECT id, $1, role, name, id_kind, id_number, phone, relation, mandate
  FROM jsonb_to_recordset($6::jsonb) AS r(id uuid, role text, name text, id_kind text, id_number text, phone text,
    relation text, mandate text)),
d AS (INSERT INTO duplicate_keys (case_id, region_code, bundle, key)
  SELECT $1, $2, $7, key FROM unnest($8::text[]) AS key),
t AS (INSERT INTO tasks (id, case_id, region_code, item, item_name, department, status, after, needs_survey,
    dispatched_at, due_at)
  SELECT id, $1, $2, item, item_name, department, status, after, needs_survey,
    CASE WHEN status = 'dispatched' THEN $4 END, due_at
  FROM jsonb_to_recordset($9::jsonb) AS r(id uuid, item text, item_name text, department text, status text,
    after text[], needs_survey boolean, due_at timestamptz))
INSERT INTO clocks (id, case_id, task_id, region_code, kind, amount, unit, basis, started_at, computed_due,
    promised_due, provisional, calendar, first_day_counts, wake_at)
  SELECT id, $1, task_id, $2, kind, amount, unit, basis, started, computed, due, provisional, calendar,
    first_day_counts, wake
  FROM jsonb_to_recordset($10::jsonb) AS r(id uuid, task_id uuid, kind text, amount integer, unit text, basis text,
    started timestamptz, computed timestamptz, due timestamptz, provisional boolean, calendar text,
    first_day_counts boolean, wake timestamptz)
"""


CLOCKS_OF_TASK = ("committed", "statutory", "claim", "appointment", "survey")


@dataclass(frozen=True, slots=True)
class NewClock:
    """A limit that starts with the acceptance. `computed` is what the limit gives, `due` what is promised."""

    id: UUID
    task_id: UUID | None
    kind: str
    amount: int
    unit: str
    basis: str
    started: datetime
    computed: datetime
    due: datetime
    provisional: bool
    calendar: str
    first_day_counts: bool
    wake: datetime | None


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task as it starts. Clocks are None until a predecessor delivers (`committed`, `statutory`) or till dispatch."""

    id: UUID
    item: str
    item_name: str
    department: str
    status: str
    after: tuple[str, ...]
    needs_survey: bool
    due_at: datetime
    committed: NewClock | None = field(repr=False)
    statutory: NewClock | None = field(repr=False)
    claim: NewClock | None = field(repr=False)
    appointment: NewClock | None = field(default=None, repr=False)
    survey: NewClock | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """All rows of a case that begins."""

    record: Record
    by: Actor
    at: datetime
    facts: list[dict[str, Any]]
    parties: list[dict[str, Any]]
    keys: Sequence[str]
    bundle_clock: NewClock
    tasks: list[NewTask]
    joint_clock: NewClock | None = None

    def parameters(self) -> list[Any]:
        """The parameters of `ROWS`."""
        each = [c for t in self.tasks for c in (t.committed, t.statutory, t.claim, t.appointment, t.survey)]
        clocks = [c for c in (self.bundle_clock, self.joint_clock, *each) if c]
        tasks = [{k: v for k, v in asdict(t).items() if k not in CLOCKS_OF_TASK} for t in self.tasks]
        rows = (self.facts, self.parties, tasks, [asdict(c) for c in clocks])
        facts, parties, new_tasks, new_clocks = (json.dumps(r, ensure_ascii=False, default=str) for r in rows)
        record = self.record
        return [
            record.id,
            record.region,
            self.by.id,
            self.at,
            facts,
            parties,
            record.bundle,
            list(dict.fromkeys(self.keys)),
            new_tasks,
            new_clocks,
        ]


def open_case(
    record: Record,
    edition: Edition,
    reading: Reading,
    parties: Sequence[TakingPart],
    keys: Sequence[str],
    row: lifecycles.CaseRow,
    calendar: Calendar,
    policy: Policy,
    *,
    by: Actor,
    at: datetime,
    since: datetime | None = None,
) -> Opened:
    """Lay out the rows of a case accepted at `at`; `row` is the case, whose open tasks the system dispatches.

    `since` is the date of the acceptance where the law puts it earlier: the receipt of the last correction, or, when
    nobody said anything in five working days, of the application (行政许可法 32(1)(4)). The limits run from there.
    """
    bundle = edition.bundle
    begin = _Begin(calendar, policy, since or at)
    whole = _clock(None, "bundle", bundle.commitment, f"“{bundle.name}”承诺时限", begin)
    items = [item for item in reading.plan.items if not item.notice_only]
    states = _dispatch(row, items)
    together = statutory.joint_limit(bundle, [edition.items[item.item] for item in items])
    # Whatever counts from earlier, a department can only claim what has reached it.
    reached = begin._replace(at=at)
    return Opened(
        record=record,
        by=by,
        at=at,
        facts=_facts(record, reading, at),
        parties=[{"id": new_id(at), **asdict(party)} for party in parties],
        keys=keys,
        bundle_clock=whole,
        tasks=[_task(item, edition, states[item.item], whole, begin, reached) for item in items],
        joint_clock=_clock(None, "joint", together, statutory.JOINT_BASIS, begin) if together else None,
    )


class _Begin(NamedTuple):
    """When the limits of a new case begin, and by which calendar and policy."""

    calendar: Calendar
    policy: Policy
    at: datetime


def _facts(record: Record, reading: Reading, at: datetime) -> list[dict[str, Any]]:
    answers = record.part("answers")
    return [
        {
            "id": new_id(at),
            "element": element,
            "value": value,
            "source": "answer" if element in answers and element not in reading.derived else "form",
            "origin": "derived" if element in reading.derived else "",
        }
        for element, value in sorted(reading.facts.items())
        if value
    ]


def _dispatch(row: lifecycles.CaseRow, items: Sequence[PlanItem]) -> dict[str, str]:
    """The state in which each task begins: dispatched at once, or waiting for its predecessors."""
    tasks = {
        i.item: lifecycles.TaskRow(i.item, "waiting", row.region, item=i.item, department=i.department) for i in items
    }
    for item in items:
        tasks[item.item].after = [tasks[before] for before in item.after if before in tasks]
    row.tasks = list(tasks.values())
    lifecycles.advance(row)
    return {item: task.state for item, task in tasks.items()}


def _task(item: PlanItem, edition: Edition, state: str, whole: NewClock, begin: _Begin, reached: _Begin) -> NewTask:
    id, source = new_id(reached.at), edition.items[item.item]
    committed = lawful = claim = appointment = survey = None
    # The data of an item that starts with its predecessor cannot exist before: its clocks start then.
    if state == "dispatched" or item.start is Start.ACCEPTANCE:
        committed = _clock(id, "committed", item.committed, f"“{item.name}”承诺时限", begin, whole.due)
        limit = statutory.limit_of(source, edition.bundle)
        if limit is not None:
            lawful = _clock(id, "statutory", limit, statutory.basis_of(source), begin)
    if state == "dispatched":
        claim = _clock(id, "claim", reached.policy.limit("claim"), statutory.CLAIM_BASIS, reached)
        if item.survey:
            ends = committed.due if committed else whole.due
            chosen = reached.policy
            appointment = _clock(
                id, "appointment", chosen.limit("appointment"), statutory.APPOINTMENT_BASIS, reached, ends
            )
            survey = _clock(id, "survey", chosen.limit("survey"), statutory.SURVEY_BASIS, reached, ends)
    return NewTask(
        id=id,
        item=item.item,
        item_name=item.name,
        department=item.department,
        status=state,
        after=item.after,
        needs_survey=item.survey,
        due_at=committed.due if committed else whole.due,
        committed=committed,
        statutory=lawful,
        claim=claim,
        appointment=appointment,
        survey=survey,
    )


def _clock(
    task: UUID | None, kind: str, limit: Limit, basis: str, begin: _Begin, promise: datetime | None = None
) -> NewClock:
    """`promise` is the end of the bundle's promise: no item is promised for later."""
    history = History(begin.at, limit, first_day_counts=begin.policy.first_day_counts)
    found = clock.reckon(history, begin.calendar)
    due = min(found.instant, promise or found.instant)
    later = clocks.moments(kind, history, found.instant, due, begin.calendar, begin.policy)
    return NewClock(
        new_id(begin.at),
        task,
        kind,
        limit.amount,
        limit.unit.value,
        f"{basis}：{limit_text(limit)}",
        begin.at,
        found.instant,
        due,
        found.provisional,
        found.calendar,
        history.first_day_counts,
        later[0][0] if later else None,
    )
