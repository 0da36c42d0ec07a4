"""The walk through every situation: who provides what, what is ever needed, what every question is for."""

from __future__ import annotations

from collections.abc import Mapping

from lianban.rules.catalog.reading import Faults
from lianban.rules.catalog.types import Edition
from lianban.rules.composer import NOT_APPLICABLE, label_of, options, settle, situations, variables
from lianban.rules.composer.knowledge import bundle_items
from lianban.rules.conditions import elements
from lianban.rules.lint.lens import Lens, Shape
from lianban.rules.lint.providers import Providers

Situation = dict[str, str]


def check(edition: Edition, faults: Faults) -> dict[frozenset[str], Situation]:
    """Note what is unsound in some situation; gives each set of needed items with one situation."""
    lens = Lens(edition)
    providers = Providers(edition, lens)
    settling = _Settling(edition, lens)
    names = variables(edition)
    asked = [question.element for question in edition.bundle.questions]
    idle = dict.fromkeys(asked)
    shapes: dict[Shape, Situation] = {}
    looked: set[tuple[Shape, frozenset[str]]] = set()
    noted: set[tuple[str, str]] = set()

    def fault(path: str, sentence: str, situation: Mapping[str, str]) -> None:
        if (path, sentence) not in noted:
            noted.add((path, sentence))
            faults.add(edition.place(path), path, f"{sentence}（例如：{told(edition, situation)}）。")

    for situation in situations(edition):
        shape = lens.shape({name: situation.get(name, NOT_APPLICABLE) for name in names})
        shapes.setdefault(shape, situation)
        arising = frozenset(name for name in asked if name in situation)
        if (shape, arising) not in looked:
            looked.add((shape, arising))
            for path, sentence in providers.faults(shape, arising):
                fault(path, sentence, situation)
        for name in settling.never_known(situation):
            label = edition.elements[name].label
            fault(
                f"elements.{name}",
                f"要看“{label}”才能定下办什么、交什么，但既没有情形问题问它，也没有必填字段填它",
                situation,
            )
        for name in [name for name in idle if name in situation]:
            if _matters(edition, lens, situation, name, shape):
                del idle[name]
    for name in idle:
        at = asked.index(name)
        ask = edition.bundle.questions[at].ask
        faults.add(
            edition.place(f"bundle.questions.{at}"),
            f"questions.{at}",
            f"情形问题“{ask}”怎样回答都不改变事项、字段和材料，请删去。",
        )
    plans = {lens.needed(shape): situation for shape, situation in shapes.items()}
    _never_needed(edition, plans, faults)
    return plans


def told(edition: Edition, situation: Mapping[str, str]) -> str:
    """A situation in words."""
    labels = {name: edition.elements[name] for name in situation}
    words = [f"{labels[name].label}＝{label_of(labels[name], value)}" for name, value in situation.items()]
    return "，".join(words) or "任何情形"


def _matters(edition: Edition, lens: Lens, situation: Situation, name: str, shape: Shape) -> bool:
    """Whether another answer to this question makes another plan, all else being equal."""
    return any(
        lens.shape(settle(edition, {**situation, name: option.id})) != shape
        for option in options(edition.elements[name])
    )


def _never_needed(edition: Edition, plans: Mapping[frozenset[str], object], faults: Faults) -> None:
    needed = frozenset[str]().union(*plans)
    for at, entry in enumerate(edition.bundle.items):
        name = edition.items[entry.item].name
        if entry.item not in needed:
            faults.add(
                edition.place(f"bundle.items.{at}"), f"items.{at}.when", f"“{name}”在任何情形下都不需要办理，请删去。"
            )
            continue
        for before in entry.after:
            if before in needed and not any({before, entry.item} <= plan for plan in plans):
                faults.add(
                    edition.place(f"bundle.items.{at}.after"),
                    f"items.{at}.after",
                    f"“{name}”从不与前置事项“{edition.items[before].name}”一起办理，这个先后次序不起作用。",
                )


class _Settling:
    """Whether answers and required fields together settle the plan.

    Conditions may look at elements that no question asks; then the form has to, with a required field.
    """

    def __init__(self, edition: Edition, lens: Lens) -> None:
        self.edition = edition
        self.lens = lens
        self.asked = {question.element for question in edition.bundle.questions}
        self.on_form = [name for name in variables(edition) if name not in self.asked]
        self.first: dict[tuple[tuple[str, str], ...], tuple[Situation, set[str]]] = {}

    def never_known(self, situation: Situation) -> list[str]:
        """The elements on which something still hangs after every answer and every required field is in."""
        if not self.on_form:
            return []
        answers = tuple((name, value) for name, value in situation.items() if name in self.asked)
        if answers not in self.first:
            self.first[answers] = self._told(dict(answers))
        known, told = self.first[answers]
        while True:
            gained = {name: situation[name] for name in self.on_form if name in situation and name in told - set(known)}
            if len(gained) == sum(name not in known for name in self.on_form):
                return []
            if not gained:
                break
            known, told = self._told({**known, **gained})
        return list(
            dict.fromkeys(
                name
                for condition in self.lens.pending(self.lens.shape(known))
                for name in elements(condition)
                if name not in known
            )
        )

    def _told(self, facts: Situation) -> tuple[Situation, set[str]]:
        """What is settled by these facts, and what is told once the required fields are filled in."""
        known = settle(self.edition, {name: value for name, value in facts.items() if value != NOT_APPLICABLE})
        shape = self.lens.shape(known)
        told = set(known) | {
            use.element
            for item in bundle_items(self.edition)
            for use in item.fields
            if use.required and self.lens.asks(shape, item.id, use) is not False
        }
        derived = {
            name
            for name in self.on_form
            if (rule := self.edition.elements[name].derived) is not None and told.issuperset(rule.sources)
        }
        return known, told | derived
