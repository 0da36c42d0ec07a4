"""What docs/catalogue.md shows a county is what the program takes."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from lianban.rules import lint
from lianban.rules.catalog.loading import load_edition
from lianban.rules.catalog.types import Bundle, Element, Item, Material, Necessity, ValueKind

PAGE = (Path(__file__).parents[2] / "docs/catalogue.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"`(222405/[a-z_/]+\.yaml)`\n\n```yaml\n(.*?)```", PAGE, re.DOTALL))


def test_the_example_is_a_sound_edition(tmp_path: Path) -> None:
    assert len(FILES) == 6
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    edition = load_edition(tmp_path / "222405/bundles/bookshop.yaml")
    report = lint.check(edition)
    assert not report.errors, [str(fault) for fault in report.errors]
    assert list(edition.items) == ["publication_permit", "shop_sign"]


@pytest.mark.parametrize("cls", [Bundle, Element, Item, Material])
def test_every_field_is_described(cls: type) -> None:
    described = set(re.findall(r"`([a-z_]+)`", PAGE))
    written = {field.name for field in dataclasses.fields(cls)} - {"id", "region", "content_hash"}
    assert written <= described | {"code"}, written - described


def test_every_kind_and_necessity_is_described() -> None:
    for one in (*ValueKind, *Necessity):
        assert f"`{one.value}`" in PAGE
