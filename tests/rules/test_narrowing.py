"""A bundle without some of its items goes on as if it had never had them."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from lianban.rules import composer
from lianban.rules.catalog import loading
from lianban.rules.catalog.types import Edition
from lianban.rules.narrowing import without


@pytest.fixture(scope="module")
def newborn() -> Edition:
    """Longjing's newborn bundle."""
    return loading.load_edition(loading.shipped()["222405", "newborn"])


def facts(edition: Edition) -> dict[str, str]:
    """A situation in which every item that waits for the ID number is needed."""
    few = islice(composer.situations(edition), 40)
    return max(few, key=lambda known: len(composer.compose(edition, known).items))


def test_nothing_left_out_is_the_edition_itself(newborn: Edition) -> None:
    assert without(newborn, ()) is newborn


def test_the_same_items_give_the_same_object_so_that_plans_are_found_again(newborn: Edition) -> None:
    first = without(newborn, ["birth_registration"])
    assert without(newborn, {"birth_registration"}) is first
    assert first.content_hash == newborn.content_hash


def test_what_the_left_out_item_would_have_supplied_is_asked_from_the_applicant(newborn: Edition) -> None:
    """The healthcare registration needs the child's ID number, which the police would have given."""
    known = facts(newborn)
    whole = {f.element: f.given for f in composer.compose(newborn, known).fields}
    rest = composer.compose(without(newborn, ["birth_registration"]), known)
    given = {f.element: f.given for f in rest.fields}
    assert whole["newborn_id_number"] == "item:birth_registration"
    assert given["newborn_id_number"] == ""
    assert "birth_registration" not in {i.item for i in rest.items}


def test_nobody_waits_for_the_left_out_item(newborn: Edition) -> None:
    known = facts(newborn)
    rest = composer.compose(without(newborn, ["birth_registration"]), known)
    assert any("birth_registration" in i.after for i in composer.compose(newborn, known).items)
    assert not any("birth_registration" in i.after for i in rest.items)


def test_without_all_items_no_plan_is_left(newborn: Edition) -> None:
    empty = without(newborn, list(newborn.items))
    assert composer.compose(empty, facts(newborn)).items == ()


@pytest.mark.parametrize("path", [pytest.param(path, id="/".join(key)) for key, path in loading.shipped().items()])
def test_every_shipped_bundle_can_go_on_without_any_one_of_its_items(path: Path) -> None:
    edition = loading.load_edition(path)
    known = facts(edition)
    for entry in edition.bundle.items:
        narrowed = without(edition, [entry.item])
        before = {i.item for i in composer.compose(edition, known).items}
        after = composer.compose(narrowed, known)
        assert {i.item for i in after.items} == before - {entry.item}
        assert all(set(i.after) <= before - {entry.item} for i in after.items)
