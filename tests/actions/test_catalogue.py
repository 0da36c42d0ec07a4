"""Editions are shipped, published, found by day, and never changed."""

from __future__ import annotations

import asyncio
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from lianban import errors, journal
from lianban.casework import catalogue
from lianban.outside import clock, database
from lianban.rules.actors import SYSTEM, Role
from lianban.rules.catalog import loading
from tests.actions.rows import actor

TODAY = date(2026, 11, 2)
ADMINISTRATOR = actor("administrator", Role.ADMINISTRATOR)


def own(
    folder: Path, *, version: str = "2026-9", change: tuple[str, str] | None = None, region: str = "222405"
) -> Path:
    """A region's own edition of the newborn bundle: the shipped one with another version, and with a change."""
    shutil.copytree(loading.SHIPPED / region, folder / region, dirs_exist_ok=True)
    path = folder / region / "bundles" / "newborn.yaml"
    text = re.sub(r"(?m)^version: .*$", f"version: {version}", path.read_text("utf-8"))
    if change:
        assert change[0] in text
        text = text.replace(*change)
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
async def shipped(pool: None) -> list[str]:
    """The shipped editions."""
    return await catalogue.ship(clock.now())


async def test_what_is_shipped_is_what_is_read_back(shipped: list[str]) -> None:
    assert len(shipped) == len(loading.shipped())
    for (region, bundle), path in loading.shipped().items():
        there = await catalogue.edition_for(bundle, region, TODAY)
        assert there == loading.load_edition(path) and there.content_hash in shipped


async def test_shipping_again_changes_nothing(shipped: list[str]) -> None:
    both = await asyncio.gather(catalogue.ship(clock.now()), catalogue.ship(clock.now()))
    assert not any(both)


async def test_the_list_of_what_can_be_done(shipped: list[str]) -> None:
    assert [(e.region, e.bundle) for e in await catalogue.bundles()] == sorted(loading.shipped())
    longjing = await catalogue.bundles("222405")
    assert {e.bundle for e in longjing} == {"newborn", "catering", "lodging"}
    assert {e.region_name for e in longjing} == {"龙井市"} and all(e.name for e in longjing)
    assert await catalogue.bundles("999999") == []
    assert await catalogue.bundles("222405", date(2000, 1, 1)) == []


@pytest.mark.parametrize(
    ("bundle", "region"), [("newborn", "999999"), ("nothing", "222405"), ("", ""), ("newborn", "")]
)
async def test_what_nobody_offers_is_not_found(shipped: list[str], bundle: str, region: str) -> None:
    with pytest.raises(errors.NotFound):
        await catalogue.edition_for(bundle, region, TODAY)
    with pytest.raises(errors.NotFound):
        await catalogue.edition("0" * 64)


async def test_a_region_publishes_its_own_and_keeps_it(shipped: list[str], tmp_path: Path) -> None:
    before = await catalogue.edition_for("newborn", "222405", TODAY)
    later = clock.now() + timedelta(hours=1)
    done = await catalogue.publish(own(tmp_path), by=ADMINISTRATOR, at=later)
    assert (done.region, done.bundle, done.version) == ("222405", "newborn", "2026-9")
    assert "222405 newborn 2026-9" in str(done)
    assert (await catalogue.edition_for("newborn", "222405", TODAY)).content_hash == done.hash
    await catalogue.ship(clock.now())
    assert (await catalogue.edition_for("newborn", "222405", TODAY)).content_hash == done.hash
    assert await catalogue.edition(before.content_hash) == before, "a case stays with the edition it began with"
    (line,) = [line for line in await journal.lines("catalogue", "222405/newborn") if line.by_id == ADMINISTRATOR.id]
    assert line.content == {"version": "2026-9", "hash": done.hash, "origin": "local"}
    versions = [(e.version, e.origin) for e in await catalogue.editions("222405") if e.bundle == "newborn"]
    assert versions[0] == ("2026-9", "local") and len(versions) == 2


async def test_a_version_is_published_once(shipped: list[str], tmp_path: Path) -> None:
    await catalogue.publish(own(tmp_path), by=SYSTEM, at=clock.now())
    with pytest.raises(errors.Conflict, match="已经发布"):
        await catalogue.publish(own(tmp_path), by=SYSTEM, at=clock.now())
    with pytest.raises(errors.Conflict, match="换一个版本号"):
        await catalogue.publish(
            own(tmp_path, change=("centre: 龙井市政务服务中心", "centre: 龙井市政务大厅")), by=SYSTEM, at=clock.now()
        )


async def test_an_edition_corrected_by_a_later_program_stands_beside_the_old_one(
    shipped: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await catalogue.edition_for("newborn", "222405", TODAY)
    path = own(tmp_path, version=old.bundle.version, change=("centre: 龙井市政务服务中心", "centre: 龙井市政务大厅"))
    monkeypatch.setattr(loading, "shipped", lambda: {("222405", "newborn"): path})
    (new,) = await catalogue.ship(clock.now())
    names = [e.version for e in await catalogue.editions("222405") if e.bundle == "newborn"]
    assert sorted(names) == [old.bundle.version, f"{old.bundle.version}-{new[:8]}"]
    assert await catalogue.edition(old.content_hash) == old


async def test_an_installation_with_the_older_edition_gets_the_newer_version_and_keeps_both(
    pool: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(loading.SHIPPED / "222405", tmp_path / "222405")
    for path in (tmp_path / "222405" / "items").glob("*.yaml"):
        text = re.sub(r"(?m)^checks:\n(?:  .*\n)+", "", path.read_text("utf-8"))
        path.write_text(re.sub(r"(?m)^after_survey: .*\n", "", text), "utf-8")
    older = tmp_path / "222405" / "bundles" / "catering.yaml"
    older.write_text(re.sub(r"(?m)^version: .*$", "version: 2026-1", older.read_text("utf-8")), "utf-8")
    with monkeypatch.context() as before:
        before.setattr(loading, "shipped", lambda: {("222405", "catering"): older})
        (first,) = await catalogue.ship(clock.now())
    await catalogue.ship(clock.now() + timedelta(hours=1))
    now = await catalogue.edition_for("catering", "222405", TODAY)
    assert now.bundle.version == "2026-2" and now.items["food_permit"].checks
    assert [e.version for e in await catalogue.editions("222405") if e.bundle == "catering"] == ["2026-2", "2026-1"]
    assert not (await catalogue.edition(first)).items["food_permit"].checks, "what was published stays as it was"


async def test_only_the_administrator_of_the_region_publishes(shipped: list[str], tmp_path: Path) -> None:
    for by in (
        actor("clerk", Role.CLERK),
        actor("security", Role.SECURITY_OFFICER),
        actor("elsewhere", Role.ADMINISTRATOR, region="430100"),
    ):
        with pytest.raises(errors.Forbidden):
            await catalogue.publish(own(tmp_path), by=by, at=clock.now())


async def test_an_unsound_edition_is_refused_with_the_place(shipped: list[str], tmp_path: Path) -> None:
    path = own(tmp_path)
    # An item that waits for itself.
    text = path.read_text("utf-8")
    entry = re.search(r"(?m)^( *)- item: (\w+)\n", text)
    assert entry is not None
    path.write_text(text.replace(entry[0], f"{entry[0]}{entry[1]}  after: [{entry[2]}]\n", 1), "utf-8")
    with pytest.raises(errors.Invalid, match=r"newborn\.yaml:\d+"):
        await catalogue.publish(path, by=ADMINISTRATOR, at=clock.now())
    async with database.transaction():
        assert await database.connection().fetchval("SELECT count(*) FROM editions WHERE origin = 'local'") == 0
