"""Declared comparisons over facts, evaluated to yes, no or unknown.

Facts are one mapping from data element to value; every value is text in its canonical form and an
element that is missing is unknown. Conditions look only at finite elements (choices, yes/no and
elements derived from others), so every situation of an edition can be enumerated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Facts: TypeAlias = Mapping[str, str]
Truth: TypeAlias = bool | None
"""True, False, or None for not yet known."""


@dataclass(frozen=True, slots=True)
class Is:
    """The element has one of these values."""

    element: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; no parts hold always."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds; no parts never hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


Condition: TypeAlias = Is | AllOf | AnyOf | Not

ALWAYS = AllOf(())


def holds(condition: Condition, facts: Facts) -> Truth:
    """Evaluate by Kleene's rules: unknown stays unknown only where the answer hangs on it."""
    match condition:
        case Is(element, values):
            return None if element not in facts else facts[element] in values
        case Not(part):
            truth = holds(part, facts)
            return None if truth is None else not truth
        case AllOf(parts):
            truths = [holds(part, facts) for part in parts]
            return False if False in truths else None if None in truths else True
        case AnyOf(parts):
            truths = [holds(part, facts) for part in parts]
            return True if True in truths else None if None in truths else False


def elements(condition: Condition) -> Iterator[str]:
    """The data elements a condition looks at, in reading order, repeats included."""
    match condition:
        case Is(element, _):
            yield element
        case Not(part):
            yield from elements(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from elements(part)
