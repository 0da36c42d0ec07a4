"""The merged form and the papers the system prints: blank, as a sample, filled in."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Any

import pytest

from lianban.errors import NotFound
from lianban.outside import printing
from lianban.rules import composer, printouts, values
from lianban.rules.catalog import loading
from lianban.rules.catalog.types import Edition
from lianban.rules.plan import Plan
from tests.printing import looking, samples

ON = date(2026, 11, 2)
SHIPPED = sorted(loading.shipped())
AGENT = {"role": "代理人", "name": "李帮办", "phone": "13900139000", "mandate": "帮办代办：代为申请、领取"}


@cache
def plan(region: str, bundle: str) -> tuple[Edition, Plan, dict[str, str]]:
    """The edition, the plan when every question is answered with its last option, and those answers."""
    edition, facts = loading.load_edition(loading.shipped()[region, bundle]), dict[str, str]()
    while left := composer.compose(edition, facts).open:
        facts[left[0].element] = left[0].branches[-1][0]
    return edition, composer.compose(edition, facts), facts


def form(region: str, bundle: str, mode: str, facts: dict[str, str] | None = None, **more: Any) -> bytes:
    edition, made, answers = plan(region, bundle)
    content = printouts.application_form(edition, made, facts or answers, mode=mode, on=ON, **more)
    return printing.render_now("notices/form.html", content)


@pytest.mark.parametrize("mode", ["blank", "sample"])
@pytest.mark.parametrize(("region", "bundle"), SHIPPED)
def test_every_field_is_asked_exactly_once_on_two_pages(region: str, bundle: str, mode: str) -> None:
    pdf = form(region, bundle, mode)
    cells = [cell for row in looking.rows(pdf) for cell in row]
    _, made, _ = plan(region, bundle)
    for field in made.fields:
        label = looking.flat(f"＊{field.label}" if field.required else field.label)
        assert cells.count(label) == 1, label
    assert len(looking.pages(pdf)) <= 2


def test_a_blank_form_is_blank_and_a_sample_says_that_it_is_made_up() -> None:
    blank, sample = form("222405", "newborn", "blank"), form("222405", "newborn", "sample")
    assert "空白表" in looking.words(blank) and "王小宝" not in looking.words(blank)
    assert "样表（内容为虚构）" in looking.words(sample) and "王小宝" in looking.words(sample)
    assert "□男□女" in looking.words(blank) and "■女" in looking.words(sample)


def test_what_an_item_will_supply_is_not_to_be_filled_in() -> None:
    assert "由“出生登记”的结果提供，不用填" in looking.words(form("222405", "newborn", "blank"))


@pytest.mark.parametrize("name", [samples.RARE, samples.LONG])
def test_a_filled_form_shows_values_as_people_read_them(name: str) -> None:
    edition, _, answers = plan("222405", "newborn")
    facts = answers | {
        "newborn_name": name,
        "newborn_sex": "female",
        "birth_datetime": "2026-10-20T08:30",
        "birth_weight": "3300",
    }
    facts = {id: value for id, value in facts.items() if id in edition.elements}
    pdf = form("222405", "newborn", "filled", facts, parties=[AGENT], number=samples.CASE)
    assert looking.says(pdf, name)
    for value in (values.display(edition.elements["birth_datetime"], facts["birth_datetime"]), "■女", samples.CASE):
        assert looking.flat(value) in looking.words(pdf)
    assert looking.says(pdf, "李帮办") and looking.says(pdf, "帮办代办：代为申请、领取")
    assert "空白表" not in looking.words(pdf)


def test_the_form_tells_about_personal_data_and_a_childs_before_the_signature() -> None:
    words = looking.words(form("222405", "newborn", "blank"))
    assert words.index("不满十四周岁儿童的个人信息") < words.index("申请人（监护人）签名")
    assert "第十三条第一款第三项" in words and "有权查阅、复制、更正" in words


@pytest.mark.parametrize(("region", "bundle"), SHIPPED)
def test_every_paper_the_system_prints_fits_one_page(region: str, bundle: str) -> None:
    edition, _, answers = plan(region, bundle)
    for id, material in edition.materials.items():
        if material.form is None:
            continue
        for mode in ("blank", "sample"):
            content = printouts.paper_form(edition, id, answers, mode=mode, on=ON)
            pdf = printing.render_now("notices/paperform.html", content)
            words = looking.words(pdf)
            assert len(looking.pages(pdf)) == 1
            assert looking.flat(material.form.title) in words
            assert not re.search(r"[{}]", words)


def test_a_filled_paper_carries_the_values_and_a_blank_one_room_for_them() -> None:
    edition, _, _ = plan("222405", "newborn")
    facts = {"newborn_name": samples.RARE, "mother_name": "王芳", "mother_ethnicity": "01"}
    filled = printouts.paper_form(edition, "ethnicity_application", facts, mode="filled", on=ON)
    assert f"新生儿{samples.RARE}的母亲王芳为汉族" in looking.words(
        printing.render_now("notices/paperform.html", filled)
    )
    blank = printouts.paper_form(edition, "ethnicity_application", facts, mode="blank", on=ON)
    assert samples.RARE not in looking.words(printing.render_now("notices/paperform.html", blank))


def test_a_material_without_a_form_is_refused() -> None:
    edition, _, _ = plan("222405", "newborn")
    with pytest.raises(NotFound, match="没有可以打印的表格"):
        printouts.paper_form(edition, "no_such_paper", {}, mode="blank", on=ON)
