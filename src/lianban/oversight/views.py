"""Cards and what belongs to them, as pages show them. They name cases, items and people of the house, no applicant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lianban.rules.cards import GRAVE, TOLD

LATE = timedelta(hours=1)
"""A card that is noticed later than this after its mark says so."""


@dataclass(frozen=True, slots=True)
class Removal:
    """The latest request to take a card away; `approved` None while it waits."""

    reason: str
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    approved: bool | None
    decided_by_name: str
    decided_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class Card:
    """One card. `at` is the instant of its mark, `recorded_at` when the system noticed (`belated`: much later).

    `explanation`: due, computed, promised (ISO), provisional, limit, basis, used (percent), left, moved. `can` holds
    what this person may do: ask (for removal), decide (on it), explain (the overrun).
    """

    id: UUID
    case_id: UUID
    task_id: UUID | None
    clock_id: UUID
    number: str
    bundle_name: str
    item_name: str
    department: str
    department_name: str
    kind: str
    kind_name: str
    colour: str
    owner: str
    owner_name: str
    reason: str
    explanation: Mapping[str, Any]
    due_at: datetime
    at: datetime
    recorded_at: datetime
    running: bool
    removal: Removal | None
    overrun: str
    overrun_by: str
    overrun_at: datetime | None
    can: frozenset[str]

    @property
    def removed(self) -> bool:
        """Taken away by an approver; it stays to be seen."""
        return self.removal is not None and self.removal.approved is True

    @property
    def waiting(self) -> bool:
        """Its removal was asked for and is not decided."""
        return self.removal is not None and self.removal.approved is None

    @property
    def unexplained(self) -> bool:
        """The handling unit owes the public the reason (优化营商环境条例 36)."""
        return self.colour in GRAVE and self.kind in TOLD and not self.removed and not self.overrun

    @property
    def belated(self) -> bool:
        """Whether the system noticed well after the mark."""
        return self.recorded_at - self.at > LATE

    @property
    def promised(self) -> datetime:
        """What the applicant was told."""
        return datetime.fromisoformat(self.explanation["promised"])

    @property
    def computed(self) -> datetime:
        """What events and calendar gave when the card was raised."""
        return datetime.fromisoformat(self.explanation["computed"])


@dataclass(frozen=True, slots=True)
class Filters:
    """`colour` "" is yellow, red and black; `department` "" all, `WINDOW` the window; `state` a key of `STATES`."""

    colour: str = ""
    department: str = ""
    state: str = "open"
    page: int = 1


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of cards, oldest first; `colours` and `states` count what the filter on the other would show."""

    cards: tuple[Card, ...]
    colours: dict[str, int]
    states: dict[str, int]
    departments: tuple[tuple[str, str], ...]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How many running limits of a department have which card as their gravest."""

    department: str
    name: str
    yellow: int
    red: int
    black: int


@dataclass(frozen=True, slots=True)
class Overrun:
    """A limit that was overrun, as the applicant reads it; `reason` is the handling unit's own, or says it owes one."""

    name: str
    colour: str
    department_name: str
    due_at: datetime
    reason: str
