"""From the command line to an edition and the answers of a situation. No database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lianban import errors

if TYPE_CHECKING:
    from lianban.rules.catalog.types import Edition


def edition_of(bundle: str, region: str) -> Edition:
    """The shipped edition. Raises NotFound, naming what there is."""
    from lianban.rules.catalog.loading import load_edition, shipped

    paths = shipped()
    if (region, bundle) not in paths:
        there = "、".join(f"{b}（{r}）" for r, b in sorted(paths))
        raise errors.NotFound(f"没有区划 {region} 的一件事“{bundle}”。现有：{there}。")
    return load_edition(paths[region, bundle])


def answers_of(edition: Edition, given: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Answers to situation questions. Raises Invalid, with the choices, for one that is not there."""
    asked = {q.element: edition.elements[q.element] for q in edition.bundle.questions}
    answers: dict[str, str] = {}
    for question, option in given:
        if question not in asked:
            raise errors.Invalid(f"没有“{question}”这个问题。可以回答的问题：{'、'.join(asked) or '无'}。")
        choices = {o.id: o.label for o in asked[question].options}
        if option not in choices:
            listed = "、".join(f"{id}（{label}）" for id, label in choices.items())
            raise errors.Invalid(f"问题“{question}”没有选项“{option}”。可选：{listed}。")
        if answers.get(question, option) != option:
            raise errors.Invalid(f"问题“{question}”回答了两次，而且不一样。请只保留一个回答。")
        answers[question] = option
    return answers
