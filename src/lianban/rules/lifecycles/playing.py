"""Events are played on rows: what is open to whom, what is refused and why, what the system does by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lianban import errors
from lianban.rules.actors import SYSTEM, Actor
from lianban.rules.lifecycles.charts import LifeType, labels, table
from lianban.rules.lifecycles.rows import ENTRIES, ROLES, ROWS, CaseRow, Subject


class Move(NamedTuple):
    """One change of one row."""

    subject: Subject
    event: str
    source: str
    target: str


class Illegal(errors.Conflict):
    """A refused event: `unmet` guards with their sentences, and the events that would be open to this person."""

    def __init__(self, subject: Subject, event: str, actor: Actor) -> None:
        names = options(subject, actor).get(event, [])
        self.unmet = {name: sentence(subject.life, name) for name in names}
        self.legal = [e for e, why in buttons(subject, actor).items() if not why]
        label = labels(subject.life).get(event, event)
        super().__init__("；".join(self.unmet.values()) + "。" if names else f"“{subject.stage.name}”时不能{label}。")


def sentence(life: LifeType, guard: str) -> str:
    """What an unmet guard says."""
    return str(getattr(ROWS[life], guard).__doc__)


def options(subject: Subject, actor: Actor) -> dict[str, list[str]]:
    """The events of the present state, each with the guards that still forbid it; an empty list is open."""
    steps = table(subject.life)[subject.state]
    return {e: [g for g in step.guards if not getattr(subject, g)(actor)] for e, step in steps.items()}


def buttons(subject: Subject, actor: Actor) -> dict[str, list[str]]:
    """What this person sees: an unmet role hides a button, an unmet fact greys it and says why, [] is a live one."""
    return {
        event: [sentence(subject.life, g) for g in unmet if g not in ENTRIES]
        for event, unmet in options(subject, actor).items()
        if not ROLES & set(unmet)
    }


def fire(subject: Subject, event: str, actor: Actor) -> Move:
    """One event on one row. Raises Illegal (nothing has changed) when it is not open to this actor.

    The step is taken from the chart's own table: a hundred times cheaper than an instance of the chart for each row,
    and a test plays both against each other.
    """
    if options(subject, actor).get(event) != []:
        raise Illegal(subject, event, actor)
    source = subject.state
    subject.state = table(subject.life)[source][event].target
    return Move(subject, event, source, subject.state)


def advance(case: CaseRow) -> list[Move]:
    """The system plays what is open to it until nothing is: dispatch along the plan, lapse, conclude.

    Before acceptance nothing follows by itself: a deemed acceptance opens a whole case and is a verb of its own.
    """
    if case.state != "processing":
        return []
    return [fire(subject, event, SYSTEM) for subject, event in iter(lambda: next(_owed(case), None), None)]


def _owed(case: CaseRow) -> Iterator[tuple[Subject, str]]:
    for subject in (*case.tasks, case):
        for event, unmet in options(subject, SYSTEM).items():
            if not unmet:
                yield subject, event
