"""What every part of a catalogue is made of: places, limits, legal bases, recorded exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file and a line counted from 1 (0: the file as a whole)."""

    file: str
    line: int


class Unit(StrEnum):
    """How a limit is counted (domain A3, R-T8)."""

    WORKING_DAYS = "wd"
    OFFICE_HOURS = "wh"
    HOURS = "h"
    NATURAL_DAYS = "d"
    MONTHS = "m"
    ON_THE_SPOT = "0"


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit; on the spot has amount 0."""

    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal basis: the document and the place in it."""

    document: str
    article: str = ""


EXCEPTION_RULES = ("compression", "days", "promise")
"""What an exception may be recorded from: compression of at least 20 %; simple items at most 2 and
complex ones at most 5 working days; the bundle's promise against its parts."""


@dataclass(frozen=True, slots=True)
class RecordedException:
    """A recorded exception from one of `EXCEPTION_RULES`, with its reason."""

    rule: str
    reason: str
