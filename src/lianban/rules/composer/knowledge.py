"""What is known about a situation: derived elements, questions that do not arise, all situations.

Facts given from outside are only what somebody said. `settle` adds what follows from them: the value
of derived elements, and for questions that this situation does not raise the value NOT_APPLICABLE,
which no condition names, so that a comparison with it is false and not unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from math import prod

from lianban.rules.catalog.types import Edition, Element, Item, Option, Question, ValueKind
from lianban.rules.conditions import Condition, Facts, elements, holds

NOT_APPLICABLE = ""
LIMIT = 100_000
"""Most situations an edition may have and still be proved sound."""

_YES_NO = (Option("yes", "是"), Option("no", "否"))


def options(element: Element) -> tuple[Option, ...]:
    """The values a finite element can take; empty for all other kinds."""
    if element.options:
        return element.options
    return _YES_NO if element.kind is ValueKind.YES_NO else ()


def label_of(element: Element, value: str) -> str:
    """The words for a value of a finite element."""
    return next((option.label for option in options(element) if option.id == value), value)


def _derived(element: Element, known: Facts) -> str | None:
    rule = element.derived
    if rule is None or not all(source in known for source in rule.sources):
        return None
    values = [known[source] for source in rule.sources]
    if NOT_APPLICABLE in values:
        return NOT_APPLICABLE
    if rule.rule == "same":
        return "yes" if len(set(values)) == 1 else "no"
    try:
        number = Decimal(values[0])
    except InvalidOperation:
        # A draft may hold a number that is not one yet; it tells nothing.
        return None
    return options(element)[sum(number >= Decimal(threshold) for threshold in rule.thresholds)].id


def derive(edition: Edition, facts: Facts) -> dict[str, str]:
    """The facts with everything that follows from them; what follows overrides what was said.

    Derived elements whose sources are known, and elements that here are the same as a known one.
    """
    known = dict(facts)
    todo = [element for element in edition.elements.values() if element.derived is not None or element.same_as]
    for _ in todo:
        before = dict(known)
        for element in todo:
            value = _follows(element, known)
            if value is not None:
                known[element.id] = value
        if known == before:
            break
    return known


def _follows(element: Element, known: Facts) -> str | None:
    for same in element.same_as:
        if known.get(same.element, NOT_APPLICABLE) != NOT_APPLICABLE and holds(same.when, known):
            return known[same.element]
    return _derived(element, known)


def settle(edition: Edition, facts: Facts) -> dict[str, str]:
    """Facts as conditions see them: derived elements added, questions that do not arise marked."""
    known = derive(edition, facts)
    for _ in edition.bundle.questions:
        moot = [
            question.element
            for question in edition.bundle.questions
            if known.get(question.element) != NOT_APPLICABLE
            and holds(question.when, known) is False
            and _derived(edition.elements[question.element], known) is None
        ]
        if not moot:
            break
        known = derive(edition, known | dict.fromkeys(moot, NOT_APPLICABLE))
    return known


def bundle_items(edition: Edition) -> list[Item]:
    """The items of the bundle that become tasks, in the order of the bundle."""
    return [edition.items[entry.item] for entry in edition.bundle.items if not entry.notice_only]


def conditions(edition: Edition) -> Iterator[Condition]:
    """Every condition that can change a plan, and those that raise questions."""
    for question in edition.bundle.questions:
        yield question.when
    for entry in edition.bundle.items:
        yield entry.when
    for item in bundle_items(edition):
        yield from item_conditions(item)


def item_conditions(item: Item) -> Iterator[Condition]:
    """The conditions inside an item: of its survey, fields and materials."""
    if item.survey is not None:
        yield item.survey
    for use in item.fields:
        yield use.when
    for paper in item.materials:
        yield paper.when


def telling(edition: Edition) -> frozenset[str]:
    """The elements on which plans hang: what conditions look at, and all that those follow from.

    Two sets of facts that agree in these have the same plan.
    """
    elements_ = edition.elements
    found = {question.element for question in edition.bundle.questions}
    for condition in conditions(edition):
        found.update(elements(condition))
    found.update(id for id, element in elements_.items() if element.derived is not None)
    for element in elements_.values():
        for same in element.same_as:
            found.update(elements(same.when))
    todo = list(found)
    while todo:
        element = elements_[todo.pop()]
        sources = {same.element for same in element.same_as} | {*(element.derived.sources if element.derived else ())}
        todo.extend(sources - found)
        found |= sources
    return frozenset(found)


def variables(edition: Edition) -> list[str]:
    """The elements that tell situations apart: questions first, then what else conditions look at.

    What a variable hangs on stands before it. Raises ValueError naming a circle of questions.
    """
    asked = {question.element: question for question in edition.bundle.questions}
    wanted = dict.fromkeys([*asked, *(name for each in conditions(edition) for name in elements(each))])
    ordered: dict[str, None] = {}
    path: list[str] = []

    def visit(name: str) -> None:
        if name in ordered:
            return
        if name in path:
            raise ValueError("、".join([*path[path.index(name) :], name]))
        path.append(name)
        for needed in _hangs_on(edition, name, asked):
            if needed in wanted:
                visit(needed)
        path.pop()
        ordered[name] = None

    for name in wanted:
        visit(name)
    return list(ordered)


def _hangs_on(edition: Edition, name: str, asked: dict[str, Question]) -> Iterable[str]:
    rule = edition.elements[name].derived
    return [*(elements(asked[name].when) if name in asked else ()), *(rule.sources if rule else ())]


def _walk(edition: Edition, names: list[str], every: set[str]) -> Iterator[dict[str, str]]:
    """All situations over `names`, which are in order; questions that do not arise are left out."""
    asked = {question.element: question.when for question in edition.bundle.questions}

    def extend(place: int, known: dict[str, str]) -> Iterator[dict[str, str]]:
        if place == len(names):
            yield {name: value for name, value in known.items() if value != NOT_APPLICABLE}
            return
        name = names[place]
        element = edition.elements[name]
        follows = _derived(element, known) if element.derived and set(element.derived.sources) <= every else None
        if follows is not None:
            values = [follows]
        elif name in asked and holds(asked[name], known) is False:
            values = [NOT_APPLICABLE]
        else:
            values = [option.id for option in options(element)]
        for value in values:
            known[name] = value
            yield from extend(place + 1, known)
        del known[name]

    yield from extend(0, {})


def situations(edition: Edition) -> Iterator[dict[str, str]]:
    """Every situation: one value for each variable that arises. Deterministic order."""
    names = variables(edition)
    return _walk(edition, names, set(names))


def count_situations(edition: Edition) -> int:
    """How many situations there are, without walking through them all.

    Variables that do not hang on each other are counted apart and multiplied; the count of one
    group stops at LIMIT + 1.
    """
    names = variables(edition)
    every = set(names)
    asked = {question.element: question for question in edition.bundle.questions}
    group = {name: {name} for name in names}
    for name in names:
        for needed in _hangs_on(edition, name, asked):
            if needed in every and group[needed] is not group[name]:
                joined = group[name] | group[needed]
                group.update(dict.fromkeys(joined, joined))
    apart = {id(members): members for members in group.values()}.values()
    return prod(_count(_walk(edition, [n for n in names if n in members], every)) for members in apart)


def _count(walk: Iterator[dict[str, str]]) -> int:
    return sum(1 for _, _ in zip(walk, range(LIMIT + 1), strict=False))
