"""The catalogue: proven before it is published, never changed after that."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from pytest_bdd import given, parsers, then, when

from lianban.casework import catalogue
from lianban.cli import main
from lianban.errors import Refusal
from lianban.rules.catalog import loading
from tests.steps import applications
from tests.steps.cast import LONGJING, NOW
from tests.steps.site import Site

WAITS = """  - item: medical_insurance
    after: [birth_registration]
    start: predecessor
    start_basis: 参保登记以公民身份号码为社会保障号码（社会保险经办条例第六条），出生登记完成前不存在。
"""


class Copy:
    """A copy of the shipped catalogue that somebody has changed; `report` is what its check said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bundle = folder / LONGJING / "bundles" / "newborn.yaml"
        self.report = ""
        self.ended = 0

    def change(self, file: Path, before: str, after: str) -> None:
        """Replace one passage, which must be there."""
        text = file.read_text("utf-8")
        assert text.count(before) == 1, (file, before)
        file.write_text(text.replace(before, after), "utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """A copy to change."""
    folder = tmp_path / "catalog"
    shipped = next(iter(loading.shipped().values())).parents[2]
    shutil.copytree(shipped, folder)
    return Copy(folder)


@given(parsers.parse('一份改过的龙井市"新生儿出生一件事"目录，"出生登记"以"医保登记"为前置'))
def a_cycle(copy: Copy) -> None:
    copy.change(
        copy.bundle, "  - item: birth_registration\n", "  - item: birth_registration\n    after: [medical_insurance]\n"
    )


@given(parsers.parse('一份改过的龙井市"新生儿出生一件事"目录，"医保登记"不再等"出生登记"'))
def a_missing_provider(copy: Copy) -> None:
    copy.change(copy.bundle, WAITS, "  - item: medical_insurance\n")


@when("系统管理员逐个打开随附的目录")
def opens_each(site: Site) -> None:
    administrator = site.signed_in("系统管理员")
    assert len(administrator.opens("/admin/catalogue").parts("//tbody/tr")) == 3


@when("系统管理员核验随附的全部目录")
def checks_all(site: Site, copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    copy.ended = main(["catalog", "check"])
    copy.report = capsys.readouterr().out


@when("系统管理员核验这份目录")
def checks(copy: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    copy.ended = main(["catalog", "check", str(copy.bundle)])
    told = capsys.readouterr()
    copy.report = told.out + told.err


@given(parsers.parse('{who}发布承诺"{limit}"的新版本'))
@when(parsers.parse('{who}发布承诺"{limit}"的新版本'))
def publishes(site: Site, copy: Copy, who: str, limit: str) -> None:
    assert limit == "4 个工作小时"
    copy.change(copy.bundle, "commitment: 2wh", "commitment: 4wh")
    copy.change(copy.bundle, "version: 2026-1", "version: 2026-2")
    copy.change(copy.bundle, "valid_from: 2026-01-01", "valid_from: 2026-11-01")
    publish(site, copy.bundle, who)


@when("系统管理员把随附的目录再发布一次")
def publishes_again(site: Site, copy: Copy) -> None:
    publish(site, copy.bundle, "系统管理员")


def publish(site: Site, path: Path, who: str) -> None:
    """Publish, or remember why not."""
    try:
        site.run(catalogue.publish, path, by=site.actor(who), at=NOW)
    except Refusal as refusal:
        site.said = refusal.sentence


@then("每个目录都没有错误")
def sound(site: Site) -> None:
    for page in editions(site):
        assert "没有错误：每种情形都能办下去" in page
        assert "处错误" not in page


@then("每个目录都写明验证了多少种情形")
def counted(site: Site) -> None:
    for page in editions(site):
        found = re.search(r"检查了(\d+)种情形", page)
        assert found and int(found[1]) > 1, page


def editions(site: Site) -> list[str]:
    """What the page of each edition says."""
    visitor = site.last
    links = [str(a) for a in visitor.opens("/admin/catalogue").parts("//tbody//a/@href")]
    assert len(links) == 3
    return [visitor.opens(link).text for link in links]


@then("不符之处列为发现并写明来源")
def findings(copy: Copy) -> None:
    assert copy.ended == 0, copy.report
    found = [line for line in copy.report.splitlines() if line.strip().startswith("发现")]
    assert any("整件事承诺 5 个工作日，关键路径合计 45 个工作日" in line for line in found)
    assert all(re.search(r"\.yaml:\d+：.*来源：", line) for line in found), found


@then(parsers.parse('核验不通过，错误指到"{file}"的行和字段'))
def names_the_line(copy: Copy, file: str) -> None:
    assert copy.ended == 1
    assert re.search(rf"{file}:\d+(：| ).*\w", copy.report), copy.report


@then("系统管理员发布不了这份目录")
def cannot_be_published(site: Site, copy: Copy) -> None:
    before = site.one("SELECT count(*) FROM editions")
    publish(site, copy.bundle, "系统管理员")
    assert ".yaml:" in site.said, site.said
    assert site.one("SELECT count(*) FROM editions") == before


@then(parsers.parse('老办件仍然在"{moment}"前办结'))
def old_case_keeps_its_limit(site: Site, moment: str) -> None:
    window = site.signed_in("王芳").opens(f"/window/cases/{site.case.case_id}")
    window.says(f"{moment}前办结", "指南版本2026-1")


@then(parsers.parse('新受理的办件在"{moment}"前办结'))
def new_case_has_the_new_limit(site: Site, moment: str) -> None:
    new = applications.accepted(site, "newborn", newborn_name="赵一诺", birth_datetime="2026-10-29T07:00")
    window = site.signed_in("王芳").opens(f"/window/cases/{new.case_id}")
    window.says(f"{moment}前办结", "指南版本2026-2")
