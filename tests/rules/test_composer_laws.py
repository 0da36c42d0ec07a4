"""What must hold for every edition and every state of knowledge, tried on random ones and on all shipped."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianban.rules.catalog.loading import load_edition, shipped
from lianban.rules.catalog.types import (
    BundleItem,
    Derivation,
    Edition,
    Exemption,
    FieldUse,
    MaterialUse,
    Necessity,
    Question,
    Result,
    SameAs,
    Start,
)
from lianban.rules.composer import compose, count_situations, options, settle, situations, telling
from lianban.rules.composer.counting import counters
from lianban.rules.composer.merging import merge
from lianban.rules.composer.opening import open_points
from lianban.rules.conditions import ALWAYS, AllOf, AnyOf, Condition, Is, Not
from lianban.rules.plan import Plan, plan_from_dict, plan_to_dict
from tests.rules.editions import BUNDLE, DEPARTMENTS, EDITION, by_id, choice, item, paper, text, wd, yes_no

TEXTS = [f"text{n}" for n in range(5)]
PAPERS = [f"paper{n}" for n in range(4)]


class Draw(Protocol):
    """What `st.DrawFn` and `DataObject.draw` have in common."""

    def __call__(self, strategy: st.SearchStrategy[Any], /) -> Any: ...


@st.composite
def conditions(draw: st.DrawFn, names: list[str]) -> Condition:
    if not names or draw(st.booleans()):
        return ALWAYS
    atoms = st.builds(
        Is, st.sampled_from(names), st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True).map(tuple)
    )
    few = st.lists(atoms, min_size=1, max_size=2).map(tuple)
    return draw(st.one_of(atoms, st.builds(Not, atoms), st.builds(AllOf, few), st.builds(AnyOf, few)))


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    """A small lawful-looking edition: up to four questions, one derived element, up to four items."""
    abc = [("a", "甲"), ("b", "乙"), ("c", "丙")]
    asked = [f"question{n}" for n in range(draw(st.integers(1, 4)))]
    elements = [choice(each, each, *abc) for each in asked] + [text(each, each) for each in TEXTS]
    if draw(st.booleans()):
        elements[-1] = replace(elements[-1], same_as=(SameAs(TEXTS[0], draw(conditions(asked))),))
    elements.append(choice("left", "左", *abc))
    elements.append(choice("right", "右", *abc))
    elements.append(yes_no("same", "左右是否相同", derived=Derivation("same", ("left", "right"))))
    questions = tuple(Question(each, f"{each}？", when=draw(conditions(asked[:n]))) for n, each in enumerate(asked))
    seen = [*asked, "left"]
    items, entries = [], []
    for n in range(draw(st.integers(1, 4))):
        fields = [
            FieldUse(each, draw(st.booleans()), draw(conditions(seen)))
            for each in draw(st.lists(st.sampled_from([*TEXTS, *asked, "left", "right"]), max_size=4))
        ]
        papers = [
            MaterialUse(each, draw(st.sampled_from(Necessity)), draw(conditions(seen)), copies=draw(st.integers(0, 2)))
            for each in draw(st.lists(st.sampled_from(PAPERS), max_size=3))
        ]
        result = Result(
            "结果",
            tuple(draw(st.lists(st.sampled_from(TEXTS), max_size=2, unique=True))),
            tuple(draw(st.lists(st.sampled_from(PAPERS), max_size=1))),
        )
        items.append(
            item(
                f"item{n}",
                f"事项{n}",
                "police",
                wd(draw(st.integers(1, 9))),
                fields=tuple(fields),
                materials=tuple(papers),
                result=result,
                survey=draw(st.none() | conditions(seen)),
            )
        )
        before = draw(
            st.lists(st.sampled_from([each.id for each in items[:n]]), max_size=2, unique=True) if n else st.just([])
        )
        when = draw(conditions([*seen, "same"])) if draw(st.booleans()) else ALWAYS
        start = draw(st.sampled_from(Start))
        entries.append(
            BundleItem(f"item{n}", when, after=tuple(before), start=start, notice_only=draw(st.integers(0, 9)) == 0)
        )
    exempt = {"paper0": draw(st.none() | st.sampled_from(Exemption))}
    return Edition(
        replace(BUNDLE, items=tuple(entries), questions=questions),
        by_id(items),
        by_id(elements),
        by_id([paper(each, each, exemption=exempt.get(each)) for each in PAPERS]),
        DEPARTMENTS,
        "f" * 64,
    )


@lru_cache
def shipped_situations(region: str, bundle: str) -> tuple[Edition, list[dict[str, str]]]:
    edition = load_edition(shipped()[region, bundle])
    return edition, list(situations(edition))


def knowledge(draw: Draw, every: list[dict[str, str]]) -> tuple[dict[str, str], ...]:
    """Three states of knowledge about one situation: a part, a larger part, all of it."""
    full = draw(st.sampled_from(every))
    names = draw(st.permutations(sorted(full)))
    more = draw(st.integers(0, len(names)))
    less = draw(st.integers(0, more))
    return tuple({name: full[name] for name in names[:size]} for size in (less, more, len(names)))


@st.composite
def random_cases(draw: st.DrawFn) -> tuple[Edition, tuple[dict[str, str], ...]]:
    edition = draw(editions())
    return edition, knowledge(draw, list(situations(edition)))


def to_fill(plan: Plan) -> dict[str, bool]:
    return {line.element: line.open for line in plan.fields if not line.given}


def to_bring(plan: Plan) -> dict[str, bool]:
    return {line.material: line.open for line in plan.materials if line.exemption is None and not line.from_item}


def items(plan: Plan) -> dict[str, bool]:
    return {each.item: each.open for each in plan.items}


def certain(lines: Mapping[str, bool]) -> set[str]:
    return {name for name, still_open in lines.items() if not still_open}


def check_laws(edition: Edition, less: dict[str, str], more: dict[str, str], full: dict[str, str]) -> None:
    plan, later, last = (compose(edition, facts) for facts in (less, more, full))
    for each in (plan, later, last):
        nobody_is_asked_twice(edition, each)
        assert plan_from_dict(plan_to_dict(each)) == each
    nothing_reopens(plan, later, more)
    nothing_reopens(later, last, full)
    nothing_reopens(plan, last, full)
    everything_is_settled(last)
    assert compose(edition, dict(reversed(less.items()))) == plan, "the order of answers must not matter"


def nobody_is_asked_twice(edition: Edition, plan: Plan) -> None:
    for lines in ([f.element for f in plan.fields], [m.material for m in plan.materials], [i.item for i in plan.items]):
        assert len(lines) == len(set(lines))
    waived = {each.material for each in plan.waived}
    assert not waived & {line.material for line in plan.materials}
    done: set[str] = set()
    for each in plan.items:
        assert set(each.after) <= done, "predecessors come first"
        done.add(each.item)
        assert each.because.text
    for line in plan.fields:
        assert not (edition.elements[line.element].derived and not line.given), "what follows is never asked"
        assert line.because.text and line.askers
        if line.given.startswith("item:"):
            assert line.given[5:] in certain(items(plan)) and line.given[5:] not in {a.item for a in line.askers}
    for paper_line in plan.materials:
        assert paper_line.because.text and paper_line.askers
        assert not paper_line.from_item or paper_line.from_item in certain(items(plan))


def nothing_reopens(plan: Plan, later: Plan, facts: dict[str, str]) -> None:
    for of in (items, to_bring):
        before, after = of(plan), of(later)
        assert certain(before) <= certain(after), "what was certain stays"
        assert set(after) <= set(before), "nothing comes that was not announced"
    before, after = to_fill(plan), to_fill(later)
    assert set(after) <= set(before)
    gone = certain(before) - certain(after)
    assert gone <= set(facts), "a field goes only because it has been answered"
    still_given = {line.element: line.given for line in later.fields}
    for line in plan.fields:
        if line.given and not line.open:
            assert still_given[line.element], "what was given is never asked again"
    assert {point.element for point in later.open} <= {point.element for point in plan.open} - set(facts)


def everything_is_settled(plan: Plan) -> None:
    assert plan.open == ()
    for lines in (items(plan), to_fill(plan), to_bring(plan)):
        assert not any(lines.values())


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(random_cases())
def test_the_laws_hold_for_random_editions(case: tuple[Edition, tuple[dict[str, str], ...]]) -> None:
    edition, facts = case
    check_laws(edition, *facts)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_the_laws_hold_for_the_small_edition(data: st.DataObject) -> None:
    check_laws(EDITION, *knowledge(data.draw, list(situations(EDITION))))


@pytest.mark.parametrize(("region", "bundle"), shipped())
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_the_laws_hold_for_what_we_ship(region: str, bundle: str, data: st.DataObject) -> None:
    edition, every = shipped_situations(region, bundle)
    check_laws(edition, *knowledge(data.draw, every))


@settings(max_examples=100, deadline=None)
@given(random_cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_dictionaries_does_not_matter(
    case: tuple[Edition, tuple[dict[str, str], ...]], dice: random.Random
) -> None:
    edition, (facts, _, _) = case

    def shuffled(things: dict[str, Any]) -> dict[str, Any]:
        pairs = list(things.items())
        dice.shuffle(pairs)
        return dict(pairs)

    other = replace(edition, items=shuffled(edition.items), elements=shuffled(edition.elements))
    assert compose(other, facts) == compose(edition, facts)


@settings(max_examples=200, deadline=None)
@given(editions())
def test_situations_are_counted_without_walking(edition: Edition) -> None:
    every = list(situations(edition))
    assert count_situations(edition) == len(every) == len({tuple(sorted(each.items())) for each in every})


def remembered_is_right(edition: Edition, facts: Mapping[str, str]) -> None:
    """A remembered plan is the one that all the facts make, not only those by which it is remembered."""
    plan, known = compose(edition, facts), settle(edition, facts)
    core = merge(edition, known)
    assert (plan.items, plan.fields, plan.materials) == (core.items, core.fields, core.materials)
    assert (plan.waived, plan.not_needed) == (core.waived, core.not_needed)
    assert plan.open == open_points(edition, facts, known, core)
    assert plan.counters == counters(edition, known, core)
    assert compose(edition, {id: facts[id] for id in telling(edition) if id in facts}) is plan


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(random_cases(), st.lists(st.sampled_from(TEXTS)))
def test_a_remembered_plan_of_a_random_edition_is_right(
    case: tuple[Edition, tuple[dict[str, str], ...]], typed: list[str]
) -> None:
    edition, every = case
    for facts in every:
        remembered_is_right(edition, facts | dict.fromkeys(typed, "甲"))


@pytest.mark.parametrize(("region", "bundle"), shipped())
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_remembered_plan_of_what_we_ship_is_right(region: str, bundle: str, data: st.DataObject) -> None:
    edition, _ = shipped_situations(region, bundle)
    values = {
        id: st.sampled_from([option.id for option in options(element)] or ["12", "85.5", "甲"])
        for id, element in edition.elements.items()
    }
    remembered_is_right(edition, data.draw(st.fixed_dictionaries({}, optional=values)))
