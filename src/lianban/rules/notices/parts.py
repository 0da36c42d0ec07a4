"""What papers are made of: who, what was handed in, limits, documents, outcomes; and how dates are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Party:
    """A person or organisation as the paper shows it; mask numbers before handing them in."""

    name: str
    id_number: str = ""
    phone: str = ""
    relation: str = ""
    """What an agent is to the applicant, with the mandate ("代办人，授权委托书 2026-11-02")."""


@dataclass(frozen=True, slots=True)
class Enquiry:
    """How to ask: where, by which number, and who watches over the office."""

    address: str
    phone: str
    supervision_phone: str = ""
    hours: str = ""
    web: str = ""
    query_code: str = ""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One paper on the receipt. `form` is 原件, 复印件, 原件和复印件 or 电子件; `pages` 0 = not counted."""

    name: str
    form: str
    copies: int = 1
    pages: int = 0
    later: str = ""
    """For a paper that follows later: until when ("2026年11月9日前补交")."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """One limit of an item: its length in words ("5 个工作日", "2 个工作小时"), and when it ends once that is known."""

    limit: str
    due: datetime | None = None
    provisional: bool = False
    starts: str = ""
    """When the clock has not started: what it waits for ("取得公民身份号码之日起算")."""


@dataclass(frozen=True, slots=True)
class AcceptedItem:
    """One item on the acceptance notice with both its limits (statutory None: the catalogue knows of none)."""

    name: str
    department: str
    committed: Deadline
    statutory: Deadline | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One document on a delivery receipt."""

    name: str
    number: str = ""
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """One item on the closing notice. `outcome`: granted, refused, lapsed."""

    item: str
    department: str
    outcome: str
    result: str = ""
    number: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    next_step: str = ""
    """For what was not granted: what the applicant can do now (D-B2-8)."""


def day(value: date) -> str:
    """A date as papers write it: 2026年11月2日."""
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime) -> str:
    """An instant as papers write it: 2026年11月2日9时05分."""
    return f"{day(value)}{value.hour}时{value.minute:02d}分"
