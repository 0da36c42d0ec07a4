"""From an edition and what is known of a situation to the plan: items, one form, one list of papers.

Pure: the same edition and facts make the same plan, in whatever order the facts came. Facts may be
partial; what hangs on the rest is open and told point by point. More knowledge only settles what
was open.
"""

from __future__ import annotations

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
    variables,
)
from lianban.rules.composer.merging import merge
from lianban.rules.composer.opening import open_points
from lianban.rules.composer.timing import critical_path, finishes, in_working_days, limit_text
from lianban.rules.conditions import Facts, holds
from lianban.rules.plan import Plan

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
    "variables",
]


def compose(edition: Edition, facts: Facts, *, alone: str | None = None) -> Plan:
    """The plan for these facts; with `alone` that of one item applied for by itself.

    Values are canonical (`values.clean`); an element that is missing is unknown.
    """
    known = settle(edition, facts)
    core = merge(edition, known, alone)
    return Plan(
        edition=edition.content_hash,
        items=core.items,
        fields=core.fields,
        materials=core.materials,
        open=() if alone else open_points(edition, facts, known, core),
        counters=() if alone else counters(edition, known, core),
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
