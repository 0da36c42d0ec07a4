"""From an edition and what is known of a situation to the plan: items, one form, one list of papers.

Pure: the same edition and facts make the same plan, in whatever order the facts came. Facts may be
partial; what hangs on the rest is open and told point by point. More knowledge only settles what
was open.
"""

from __future__ import annotations

from functools import lru_cache

from lianban.rules.catalog.types import Edition, Question
from lianban.rules.composer.counting import counters
from lianban.rules.composer.knowledge import (
    LIMIT,
    NOT_APPLICABLE,
    count_situations,
    derive,
    label_of,
    options,
    settle,
    situations,
    telling,
    variables,
)
from lianban.rules.composer.merging import Core, merge
from lianban.rules.composer.opening import open_points
from lianban.rules.composer.timing import critical_path, finishes, in_working_days, limit_text
from lianban.rules.conditions import Facts, holds
from lianban.rules.plan import Counter, OpenPoint, Plan

__all__ = [
    "LIMIT",
    "NOT_APPLICABLE",
    "compose",
    "count_situations",
    "critical_path",
    "derive",
    "finishes",
    "in_working_days",
    "label_of",
    "limit_text",
    "options",
    "relevant_questions",
    "settle",
    "situations",
    "telling",
    "variables",
]


KEPT = 128
"""Plans that are remembered: cases come in few situations, and each keystroke's save asks for the same plan again."""


class _Asked:
    """An edition (this very object) and the facts on which its plans hang."""

    __slots__ = ("edition", "facts", "hash")

    def __init__(self, edition: Edition, facts: frozenset[tuple[str, str]]) -> None:
        self.edition, self.facts = edition, facts
        self.hash = hash((id(edition), facts))

    def __hash__(self) -> int:
        return self.hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.edition is other.edition and self.facts == other.facts


def compose(edition: Edition, facts: Facts, *, alone: str | None = None) -> Plan:
    """The plan for these facts; with `alone` that of one item applied for by itself.

    Values are canonical (`values.clean`); an element that is missing is unknown.
    """
    if alone is not None:
        core = merge(edition, settle(edition, facts), alone)
        return _plan(edition, core)
    hanging = _telling(_Asked(edition, frozenset()))
    return _composed(_Asked(edition, frozenset((name, facts[name]) for name in hanging & facts.keys())))


@lru_cache(maxsize=32)
def _telling(asked: _Asked) -> frozenset[str]:
    return telling(asked.edition)


@lru_cache(maxsize=KEPT)
def _composed(asked: _Asked) -> Plan:
    edition, facts = asked.edition, dict(asked.facts)
    known = settle(edition, facts)
    core = merge(edition, known)
    return _plan(edition, core, open_points(edition, facts, known, core), counters(edition, known, core))


def _plan(edition: Edition, core: Core, open: tuple[OpenPoint, ...] = (), counters: tuple[Counter, ...] = ()) -> Plan:
    return Plan(
        edition=edition.content_hash,
        items=core.items,
        fields=core.fields,
        materials=core.materials,
        open=open,
        counters=counters,
        critical_path=critical_path(core.items)[1],
        waived=core.waived,
        not_needed=core.not_needed,
    )


def relevant_questions(edition: Edition, facts: Facts, plan: Plan) -> list[Question]:
    """The questions to show: answered ones that arise, and open ones on which the plan still hangs."""
    known = settle(edition, facts)
    hanging = {point.element for point in plan.open}
    return [
        question
        for question in edition.bundle.questions
        if holds(question.when, known) is not False and (question.element in facts or question.element in hanging)
    ]
