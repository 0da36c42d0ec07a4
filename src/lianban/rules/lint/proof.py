"""The walk through every situation: who provides what, what is ever needed, what every question is for.

Conditions are evaluated once for each combination of the values they look at; situations that come
out alike are looked at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lianban.rules.catalog.reading import Faults
from lianban.rules.catalog.types import Edition, FieldUse, Item, MaterialUse, Necessity
from lianban.rules.composer import NOT_APPLICABLE, label_of, options, settle, situations, variables
from lianban.rules.composer.merging import ancestors
from lianban.rules.conditions import ALWAYS, Condition, Facts, Truth, elements, holds

SURVEY = -1
_HANDED = (Necessity.REQUIRED, Necessity.LATER)


@dataclass(slots=True)
class _Lens:
    """Truth values of conditions, remembered by the values they look at."""

    edition: Edition
    seen: dict[Condition, tuple[tuple[str, ...], dict[tuple[str | None, ...], Truth]]] = field(default_factory=dict)

    def truth(self, condition: Condition, known: Facts) -> Truth:
        found = self.seen.get(condition)
        if found is None:
            found = self.seen[condition] = (tuple(dict.fromkeys(elements(condition))), {})
        key = tuple(map(known.get, found[0]))
        if key not in found[1]:
            found[1][key] = holds(condition, known)
        return found[1][key]

    def shape(self, known: Facts) -> Shape:
        """What a situation needs, in conditions: items, and of each the uses and the survey."""
        items = tuple((entry.item, self.truth(entry.when, known)) for entry in self.edition.bundle.items)
        notices = {entry.item for entry in self.edition.bundle.items if entry.notice_only}
        uses: list[tuple[str, int, Truth]] = []
        for name, needed in items:
            if needed is False or name in notices:
                continue
            item = self.edition.items[name]
            first = 0 if item.survey is None else SURVEY
            places = range(first, len(item.fields) + len(item.materials))
            uses.extend((name, at, self.truth(_condition(item, at), known)) for at in places)
        return Shape(items, tuple(uses))


def _condition(item: Item, at: int) -> Condition:
    """The condition of a use: fields first, then materials; SURVEY is that of the survey."""
    if at == SURVEY:
        return item.survey or ALWAYS
    return item.fields[at].when if at < len(item.fields) else item.materials[at - len(item.fields)].when


@dataclass(frozen=True, slots=True)
class Shape:
    """The truth of every condition that makes a plan: what plans have in common apart from words."""

    items: tuple[tuple[str, Truth], ...]
    uses: tuple[tuple[str, int, Truth], ...]

    @property
    def needed(self) -> frozenset[str]:
        """The items that are needed."""
        return frozenset(name for name, truth in self.items if truth)


def check(edition: Edition, faults: Faults) -> dict[Shape, dict[str, str]]:
    """Note what is unsound in some situation; gives the shapes of all plans with one situation each."""
    lens = _Lens(edition)
    names = variables(edition)
    asked = [question.element for question in edition.bundle.questions]
    on_form = set(names) - set(asked)
    shapes: dict[Shape, dict[str, str]] = {}
    looked: set[tuple[Shape, tuple[bool, ...]]] = set()
    found: set[tuple[str, str]] = set()
    idle = dict.fromkeys(asked)

    def fault(path: str, sentence: str, situation: Mapping[str, str]) -> None:
        if (path, sentence) not in found:
            found.add((path, sentence))
            faults.add(edition.place(path), path, f"{sentence}（例如：{told(edition, situation)}）")

    for situation in situations(edition):
        known = {name: situation.get(name, NOT_APPLICABLE) for name in names}
        shape = lens.shape(known)
        shapes.setdefault(shape, situation)
        arising = tuple(known[name] != NOT_APPLICABLE for name in asked)
        if (shape, arising) not in looked:
            looked.add((shape, arising))
            for path, sentence in _providers(edition, shape, {n for n, a in zip(asked, arising, strict=True) if a}):
                fault(path, sentence, situation)
        if on_form:
            for name in _never_known(edition, lens, situation, set(asked)):
                fault(
                    f"elements.{name}",
                    f"要看“{edition.elements[name].label}”才能定下办什么、交什么，但既没有情形问题问它，也没有必填字段填它",
                    situation,
                )
        for name in [name for name in idle if name in situation]:
            if any(
                lens.shape(settle(edition, {**situation, name: option.id})) != shape
                for option in options(edition.elements[name])
            ):
                del idle[name]
    for name in idle:
        at = asked.index(name)
        faults.add(
            edition.place(f"bundle.questions.{at}"),
            f"questions.{at}",
            f"情形问题“{edition.bundle.questions[at].ask}”怎样回答都不改变事项、字段和材料，请删去。",
        )
    _never_needed(edition, shapes, faults)
    return shapes


def _never_needed(edition: Edition, shapes: Mapping[Shape, object], faults: Faults) -> None:
    needed = frozenset[str]().union(*(shape.needed for shape in shapes))
    together = {(one, other) for shape in shapes for one in shape.needed for other in shape.needed}
    for at, entry in enumerate(edition.bundle.items):
        name = edition.items[entry.item].name
        if entry.item not in needed:
            faults.add(
                edition.place(f"bundle.items.{at}"), f"items.{at}.when", f"“{name}”在任何情形下都不需要办理，请删去。"
            )
            continue
        for before in entry.after:
            if before in needed and (before, entry.item) not in together:
                faults.add(
                    edition.place(f"bundle.items.{at}.after"),
                    f"items.{at}.after",
                    f"“{name}”从不与前置事项“{edition.items[before].name}”一起办理，这个先后次序不起作用。",
                )


def told(edition: Edition, situation: Mapping[str, str]) -> str:
    """A situation in words."""
    words = [
        f"{edition.elements[name].label}＝{label_of(edition.elements[name], value)}"
        for name, value in situation.items()
    ]
    return "，".join(words) or "任何情形"


@dataclass(frozen=True, slots=True)
class _Asked:
    """Everything that the items of a shape certainly use, with the place of each use in its item."""

    fields: Mapping[str, list[tuple[int, FieldUse]]]
    papers: Mapping[str, list[tuple[int, MaterialUse]]]

    def fill(self, item: str, element: str) -> bool:
        """Whether the item itself has the applicant fill the element in."""
        return any(use.element == element for _, use in self.fields[item])


def _asked(edition: Edition, shape: Shape) -> _Asked:
    needed = [name for name, truth in shape.items if truth]
    asked = _Asked({name: [] for name in needed}, {name: [] for name in needed})
    for name, at, truth in shape.uses:
        if not truth or at < 0 or name not in asked.fields:
            continue
        item = edition.items[name]
        if at < len(item.fields):
            asked.fields[name].append((at, item.fields[at]))
        else:
            at -= len(item.fields)
            asked.papers[name].append((at, item.materials[at]))
    return asked


def _providers(edition: Edition, shape: Shape, answered: set[str]) -> Iterator[tuple[str, str]]:
    """What somebody uses and nobody provides in time, as (path, sentence).

    A paper or element whose maker is not needed here is no fault: the applicant has it already and
    is asked for it. It is one when the maker is needed but the asker does not wait for it.
    """
    asked = _asked(edition, shape)
    before = ancestors(edition.bundle.items)
    in_form = {use.element for uses in asked.fields.values() for _, use in uses}
    for name in asked.fields:
        item = edition.items[name]
        for at, use in asked.fields[name]:
            path = f"items.{name}.fields.{at}"
            element = edition.elements[use.element]
            for sentence in _unfilled(edition, use, in_form, answered):
                yield path, sentence
            if use.element in answered or element.derived:
                continue
            makers = [each for each in asked.fields if use.element in edition.items[each].result.elements]
            # A maker that itself asks for the element does not bring it into being: the applicant knows it.
            if not any(asked.fill(each, use.element) for each in makers):
                for maker in _late(makers, name, before):
                    yield (
                        path,
                        f"“{item.name}”要用“{element.label}”，它由“{edition.items[maker].name}”的办理结果产生，"
                        "但没有列为前置事项，也没有人能先填写",
                    )
        for at, paper in asked.papers[name]:
            material = edition.materials[paper.material]
            if paper.necessity not in _HANDED or material.exemption is not None:
                continue
            makers = [each for each in asked.papers if material.id in edition.items[each].result.materials]
            for maker in _late(makers, name, before):
                yield (
                    f"items.{name}.materials.{at}",
                    f"“{item.name}”要求“{material.name}”，它由“{edition.items[maker].name}”的办理结果产生，"
                    "但没有列为前置事项，申请人此时还拿不到",
                )


def _late(makers: list[str], asker: str, before: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The maker of something that the asker does not wait for, if no other one makes it in time."""
    return [] if set(makers) & {asker, *before[asker]} else makers[:1]


def _unfilled(edition: Edition, use: FieldUse, in_form: set[str], answered: set[str]) -> Iterator[str]:
    element = edition.elements[use.element]
    arises = {question.element for question in edition.bundle.questions}
    if element.derived is not None and use.element not in answered:
        missing = [source for source in element.derived.sources if source not in in_form | answered]
        if missing:
            labels = "”“".join(edition.elements[source].label for source in missing)
            yield f"“{element.label}”由“{labels}”推得，但没有人填写“{labels}”"
    elif use.element in arises and use.element not in answered:
        yield f"要填写“{element.label}”，但问它的情形问题此时不出现，条件会按不涉及处理"


def _never_known(edition: Edition, lens: _Lens, situation: Mapping[str, str], asked: set[str]) -> list[str]:
    """The elements on which something still hangs after every answer and every required field is in."""
    values = dict(situation)
    facts = {name: value for name, value in values.items() if name in asked}
    while True:
        known = settle(edition, facts)
        shape = lens.shape(known)
        filled = _filled(edition, shape)
        gained = {
            name: value
            for name, value in values.items()
            if name not in known and (name in filled or _follows(edition, name, filled | set(known)))
        }
        if not gained:
            break
        facts.update(gained)
    entries = {entry.item: entry for entry in edition.bundle.items}
    pending = [entries[name].when for name, truth in shape.items if truth is None]
    pending += [_condition(edition.items[name], at) for name, at, truth in shape.uses if truth is None]
    return list(dict.fromkeys(each for condition in pending for each in elements(condition) if each not in known))


def _filled(edition: Edition, shape: Shape) -> set[str]:
    """The required fields of everything that is needed or may be."""
    return {
        edition.items[name].fields[at].element
        for name, at, truth in shape.uses
        if truth is not False and 0 <= at < len(edition.items[name].fields) and edition.items[name].fields[at].required
    }


def _follows(edition: Edition, name: str, told: set[str]) -> bool:
    rule = edition.elements[name].derived
    return rule is not None and set(rule.sources) <= told
