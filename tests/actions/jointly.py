"""An edition of Longjing's catering bundle that is handled jointly (联合办理), and cases accepted under it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from lianban.casework import catalogue
from lianban.casework.intake import Accepted
from lianban.rules.actors import Actor, Role
from lianban.rules.catalog import loading
from tests.actions.drafts import MONDAY, WANG
from tests.actions.rows import REGION, actor
from tests.steps.applications import SHOP, prepare

ADMIN = actor("administrator", Role.ADMINISTRATOR)
NAME = "联合开办餐饮店一件事"
VERSION = "2026-8"
GATHERING = {"public_gathering": "yes", "fire_way": "general"}
"""With these the fire inspection is among the items: a permission with a limit of its own (thirteen working days)."""


def edition(folder: Path) -> Path:
    """The shipped bundle, jointly organised: the food permit has no limit of its own, the fire inspection keeps it."""
    shutil.copytree(loading.SHIPPED / REGION, folder / REGION)
    bundle = folder / REGION / "bundles" / "catering.yaml"
    _put(bundle, r"joint_mode: none", "joint_mode: joint")
    _put(bundle, r"version: .*", f"version: {VERSION}")
    _put(bundle, r"name: .*", f"name: {NAME}")
    food = folder / REGION / "items" / "food_permit.yaml"
    for line in ("statutory", "statutory_basis", "extension", "extension_basis"):
        _put(food, rf"{line}: .*\n", "")
    return bundle


def _put(file: Path, line: str, new: str) -> None:
    text, n = re.subn(rf"(?m)^{line}", new, file.read_text("utf-8"), count=1)
    assert n == 1, (file, line)
    file.write_text(text, "utf-8")


async def publish(folder: Path, *, by: Actor = ADMIN) -> str:
    """Publish the joint edition beside the shipped ones; its hash."""
    await catalogue.ship(MONDAY)
    return (await catalogue.publish(edition(folder), by=by, at=MONDAY)).hash


async def accepted(known: Mapping[str, str] = {}, *, by: Actor = WANG) -> Accepted:
    """A catering case, accepted on Monday, 2 November 2026, 09:30, under whichever edition is in force."""
    return await prepare("catering", REGION, {**SHOP, **known}, by)
