"""From the files of a region to editions and contacts.

A region's folder holds `departments.yaml`, `contacts.yaml`, `items/<item>.yaml` and
`bundles/<bundle>.yaml`; data elements and materials are shared in `../common/` and may be added to
or replaced by `elements.yaml` and `materials.yaml` of the region.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from lianban.rules.catalog import references
from lianban.rules.catalog.building import Builder, identifier
from lianban.rules.catalog.canonical import canonical, content_hash, from_canonical
from lianban.rules.catalog.reading import CatalogueFaults, Fault, Faults, read
from lianban.rules.catalog.types import (
    Bundle,
    Contact,
    Contacts,
    Department,
    Edition,
    Element,
    Item,
    Material,
    Option,
    ValueKind,
)
from lianban.rules.conditions import elements as elements_of

__all__ = [
    "SHIPPED",
    "CatalogueFaults",
    "Fault",
    "canonical",
    "contacts",
    "content_hash",
    "from_canonical",
    "load_edition",
    "shipped",
]

SHIPPED = Path(__file__).parents[2] / "catalog"
YES_NO = (Option("yes", "是"), Option("no", "否"))

T = TypeVar("T")


def shipped() -> dict[tuple[str, str], Path]:
    """The bundle files that come with the package, by (region code, bundle id)."""
    paths = sorted(SHIPPED.glob("*/bundles/*.yaml"))
    return {(path.parent.parent.name, path.stem): path for path in paths}


def load_edition(path: Path) -> Edition:
    """The edition of a bundle file with all it speaks of, closed and hashed.

    Raises `CatalogueFaults` with every fault of every file that was read for it.
    """
    faults = Faults()
    builder = Builder(faults)
    region = path.parent.parent
    common = region.parent / "common"
    if not common.is_dir():
        common = SHIPPED / "common"
    bundle = _bundle(path, builder)
    elements = _merged("elements", Element, (common, region), builder)
    materials = _merged("materials", Material, (common, region), builder)
    departments = _keyed("departments", Department, region / "departments.yaml", builder)
    items = _items(bundle, region, builder)
    faults.stop()
    if bundle is None:  # pragma: no cover - a missing bundle has stopped above with its fault
        raise CatalogueFaults([Fault(_shown(path), 0, "", "套餐文件无法读取。")])
    edition = Edition(bundle, items, _with_yes_no(elements), materials, departments, places=builder.places)
    references.check(edition, faults)
    faults.stop()
    edition = _closed(edition)
    return dataclasses.replace(edition, content_hash=content_hash(edition))


@cache
def contacts(region: str, root: Path = SHIPPED) -> Contacts:
    """Addresses, phones and hours of a region's centre and departments; empty where nothing is shipped.

    Read once in each process. Raises `CatalogueFaults`.
    """
    path = root / region / "contacts.yaml"
    if not identifier(f"r{region}") or not path.is_file():
        return Contacts(region, Contact(), {})
    faults = Faults()
    builder = Builder(faults)
    entry = read(path, faults, _shown(path))
    fields = entry.fields(("centre", "departments")) if entry else {}
    centre = builder.record(Contact, fields["centre"], "centre") if "centre" in fields else Contact()
    departments = {}
    for key, part in fields["departments"].pairs() if "departments" in fields else ():
        contact = builder.record(Contact, part, f"departments.{key}")
        if contact:
            departments[key] = contact
    faults.stop()
    return Contacts(region, centre or Contact(), departments)


def _bundle(path: Path, builder: Builder) -> Bundle | None:
    root = read(path, builder.faults, _shown(path))
    if root is None:
        return None
    region = path.parent.parent.name
    bundle = builder.record(Bundle, root, "bundle", id=path.stem, region=region)
    if not (region.isdigit() and len(region) == 6):
        root.fault(f"套餐文件应放在“六位区划代码/bundles/”之下，现在的文件夹是“{region}”。")
    if not identifier(path.stem):
        root.fault(f"套餐文件名“{path.stem}”只能用小写字母、数字和下划线，以字母开头。")
    if bundle and not bundle.items:
        root.fault("套餐中没有事项（items）。")
    return bundle


def _items(bundle: Bundle | None, region: Path, builder: Builder) -> dict[str, Item]:
    """The items of the bundle, or all of the region where the bundle itself could not be read."""
    if bundle is None:
        wanted = [(path.stem, "") for path in sorted(region.glob("items/*.yaml"))]
    else:
        wanted = [(entry.item, f"bundle.items.{at}") for at, entry in enumerate(bundle.items)]
    items: dict[str, Item] = {}
    for name, mention in wanted:
        path = region / "items" / f"{name}.yaml"
        if not identifier(name) or not path.is_file():
            place = builder.places.get(f"{mention}.item", builder.places[mention])
            builder.faults.add(place, f"{references.in_file(mention)}.item", f"找不到事项文件 items/{name}.yaml。")
            continue
        root = read(path, builder.faults, _shown(path))
        item = root and builder.record(Item, root, f"items.{name}", id=name)
        if item:
            items[name] = _with_basis(item)
    return items


def _keyed(key: str, cls: type[T], path: Path, builder: Builder) -> dict[str, T]:
    """Records of a file by id: the file holds one field `key`, and the ids below it."""
    root = read(path, builder.faults, _shown(path))
    lists = ("option_lists",) if cls is Element else ()
    fields = root.fields((key, *lists), (key,)) if root else {}
    for name, entry in fields["option_lists"].pairs() if "option_lists" in fields else ():
        builder.option_lists[name] = builder.options(entry)
    found: dict[str, T] = {}
    for name, entry in fields[key].pairs() if key in fields else ():
        if not identifier(name):
            entry.fault(
                f"“{name}”不能作编号：只能用小写字母、数字和下划线，以字母开头，且不能是 any、all、not、always。"
            )
            continue
        record = builder.record(cls, entry, f"{key}.{name}", id=name)
        if record is not None:
            found[name] = record
    return found


def _merged(key: str, cls: type[T], folders: Iterable[Path], builder: Builder) -> dict[str, T]:
    found: dict[str, T] = {}
    common, region = folders
    found.update(_keyed(key, cls, common / f"{key}.yaml", builder))
    if (region / f"{key}.yaml").is_file():
        found.update(_keyed(key, cls, region / f"{key}.yaml", builder))
    return found


def _with_yes_no(elements: dict[str, Element]) -> dict[str, Element]:
    return {
        name: dataclasses.replace(element, options=YES_NO)
        if element.kind is ValueKind.YES_NO and not element.options
        else element
        for name, element in elements.items()
    }


def _with_basis(item: Item) -> Item:
    """Where a field, a paper or a check names no basis of its own, the item's first basis is what asks for it."""
    if not item.basis:
        return item
    first = item.basis[0]
    return dataclasses.replace(
        item,
        fields=tuple(dataclasses.replace(use, basis=use.basis or first) for use in item.fields),
        materials=tuple(dataclasses.replace(use, basis=use.basis or first) for use in item.materials),
        checks=tuple(dataclasses.replace(check, basis=check.basis or first) for check in item.checks),
    )


def _closed(edition: Edition) -> Edition:
    """Only what the bundle speaks of, in the order of the files."""
    materials = {name for name, _ in references.mentioned_materials(edition)}
    edition = _keep(edition, "materials", materials)
    # Elements speak of elements: what they follow from, and whose value they share.
    of_elements = tuple(_of_elements(edition))
    elements = {name for name, path in references.mentioned_elements(edition) if not path.startswith("elements.")}
    for condition, path in references.conditions(edition):
        if not path.startswith("elements."):
            elements.update(elements_of(condition))
    while more := {name for name, owner in of_elements if owner in elements} - elements:
        elements |= more
    departments = {edition.bundle.lead} | {item.department for item in edition.items.values()}
    return _keep(_keep(edition, "elements", elements), "departments", departments)


def _of_elements(edition: Edition) -> Iterator[tuple[str, str]]:
    """(element, element that speaks of it)."""
    for name, path in references.mentioned_elements(edition):
        if path.startswith("elements."):
            yield name, path.split(".")[1]
    for condition, path in references.conditions(edition):
        if path.startswith("elements."):
            for name in elements_of(condition):
                yield name, path.split(".")[1]


def _keep(edition: Edition, field: str, names: set[str]) -> Edition:
    records: dict[str, Any] = getattr(edition, field)
    kept: Any = {name: record for name, record in records.items() if name in names}
    return dataclasses.replace(edition, **{field: kept})


def _shown(path: Path) -> str:
    """The path as the person at the keyboard would write it."""
    path = path.absolute()
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
