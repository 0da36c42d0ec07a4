"""The limits of the law itself, where the catalogue says nothing (行政许可法 42, 44)."""

from __future__ import annotations

from dataclasses import replace

from lianban.rules.catalog.loading import load_edition, shipped
from lianban.rules.catalog.types import JointMode
from lianban.rules.statutory import DECIDE, JOINT, basis_of, joint_limit, limit_of

EDITION = load_edition(shipped()[("222405", "catering")])


def test_a_permission_without_a_limit_of_its_own_has_twenty_working_days() -> None:
    food = EDITION.items["food_permit"]
    assert limit_of(food, EDITION.bundle) == food.statutory and "食品经营" in basis_of(food)
    bare = replace(food, statutory=None, statutory_basis=None)
    assert limit_of(bare, EDITION.bundle) == DECIDE and "第四十二条" in basis_of(bare)
    assert limit_of(replace(bare, kind="其他"), EDITION.bundle) is None


def test_forty_five_days_hold_only_where_permissions_are_really_organised_jointly() -> None:
    items = list(EDITION.items.values())
    assert joint_limit(EDITION.bundle, items) is None
    together = replace(EDITION.bundle, joint_mode=JointMode.JOINT)
    assert joint_limit(together, items) == JOINT
    assert joint_limit(together, [i for i in items if i.kind != "行政许可"]) is None
    bare = replace(EDITION.items["food_permit"], statutory=None)
    assert limit_of(bare, together) is None, "it is measured as a whole"
