"""The editions we ship: they load, are complete, keep the published figures, and are named by their content."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from functools import cache

import pytest

from lianban.rules import composer, lint, remedies, values
from lianban.rules.catalog.loading import (
    SHIPPED,
    canonical,
    contacts,
    content_hash,
    from_canonical,
    load_edition,
    shipped,
)
from lianban.rules.catalog.reading import Faults, read
from lianban.rules.catalog.types import Edition, Exemption, Limit, Necessity, Unit

DAY = date(2026, 11, 2)
KEYS = sorted(shipped())


@cache
def edition(region: str, bundle: str) -> Edition:
    return load_edition(shipped()[region, bundle])


def wd(amount: int) -> Limit:
    return Limit(amount, Unit.WORKING_DAYS)


def test_five_editions_are_shipped() -> None:
    assert KEYS == [
        ("222405", "catering"),
        ("222405", "lodging"),
        ("222405", "newborn"),
        ("430100", "catering"),
        ("430100", "newborn"),
    ]


@pytest.mark.parametrize("key", KEYS)
def test_a_shipped_edition_is_sound(key: tuple[str, str]) -> None:
    report = lint.check(edition(*key))
    assert not report.errors
    assert 0 < report.situations <= 100_000


@pytest.mark.parametrize("key", KEYS)
def test_an_edition_comes_back_from_its_canonical_content(key: tuple[str, str]) -> None:
    one = edition(*key)
    stored = json.loads(json.dumps(canonical(one), sort_keys=True))
    back = from_canonical(stored)
    assert back == one
    assert list(back.elements) == list(one.elements), "the order of the form survives"
    assert back.content_hash == one.content_hash == content_hash(one)
    assert len(one.content_hash) == 64


def test_the_hash_changes_with_any_figure() -> None:
    one = edition("222405", "newborn")
    other = dataclasses.replace(one, bundle=dataclasses.replace(one.bundle, commitment=wd(1)))
    assert content_hash(other) != one.content_hash


@pytest.mark.parametrize("path", sorted(SHIPPED.rglob("*.yaml")), ids=lambda path: str(path.relative_to(SHIPPED)))
def test_every_shipped_file_can_be_read(path: object) -> None:
    faults = Faults()
    assert read(path, faults) is not None  # type: ignore[arg-type]
    assert faults.found == []


def test_every_item_file_belongs_to_a_bundle() -> None:
    used = {(key[0], item) for key in KEYS for item in edition(*key).items}
    files = {(path.parent.parent.name, path.stem) for path in SHIPPED.glob("*/items/*.yaml")}
    assert files == used


def test_every_element_and_material_is_used_by_some_edition() -> None:
    for kind in ("elements", "materials"):
        faults = Faults()
        root = read(SHIPPED / "common" / f"{kind}.yaml", faults)
        assert root is not None
        written = {name for key, part in root.pairs() if key == kind for name, _ in part.pairs()}
        assert written == {name for key in KEYS for name in getattr(edition(*key), kind)}


@pytest.mark.parametrize("key", KEYS)
def test_every_element_has_help_and_a_valid_example(key: tuple[str, str]) -> None:
    for element in edition(*key).elements.values():
        assert element.section and element.help, element.id
        if element.derived is None:
            assert values.clean(element, element.example, DAY) == element.example, element.id


@pytest.mark.parametrize("key", KEYS)
def test_every_department_has_contacts_marked_as_examples_and_a_remedy(key: tuple[str, str]) -> None:
    one = edition(*key)
    known = contacts(key[0])
    assert "示例" in known.centre.phone
    for department in one.departments.values():
        contact = known.departments[department.id]
        assert "示例" in contact.phone and "示例" in contact.supervision_phone
    for item in one.items.values():
        text = remedies.remedy(item, one.departments[item.department])
        assert "六十日内" in text and "六个月内" in text, item.id


@pytest.mark.parametrize("key", KEYS)
def test_every_surveyed_item_says_what_is_looked_at(key: tuple[str, str]) -> None:
    for item in edition(*key).items.values():
        assert bool(item.checks) == (item.survey is not None), item.id
        assert all(check.basis and check.proposed for check in item.checks), "drafted lines say so and name an article"


def test_longjing_lets_the_surveyors_choose_three_to_five_days() -> None:
    items = edition("222405", "catering").items
    assert items["food_permit"].after_survey == (wd(3), wd(5))
    assert items["fire_check"].after_survey is None


@pytest.mark.parametrize("key", KEYS)
def test_every_item_names_its_source_and_what_it_asks_for(key: tuple[str, str]) -> None:
    one = edition(*key)
    notices = {entry.item for entry in one.bundle.items if entry.notice_only}
    for item in one.items.values():
        assert item.source and item.basis and item.result.name, item.id
        if item.id in notices:
            assert not item.fields and not item.materials
            continue
        assert item.fields and item.materials, item.id
        for use in item.materials:
            assert use.basis is not None
            material = one.materials[use.material]
            to_bring = material.exemption is None and use.necessity is not Necessity.LATER
            assert not to_bring or material.standards or use.standards or material.note, use.material
        assert not any(use.when.__class__.__name__ == "Is" and not use.when_text for use in item.materials), item.id


@pytest.mark.parametrize("key", KEYS)
def test_what_nobody_brings_says_why(key: tuple[str, str]) -> None:
    for material in edition(*key).materials.values():
        if material.exemption is not None:
            assert material.exemption_note and material.exemption_basis is not None, material.id
        if material.exemption is Exemption.GENERATED:
            assert material.form is not None, material.id


def test_changshas_newborn_keeps_the_published_limits() -> None:
    one = edition("430100", "newborn")
    assert {item.id: item.committed for item in one.items.values()} == {
        "birth_certificate": wd(5),
        "vaccination_certificate": wd(1),
        "birth_registration": wd(10),
        "medical_insurance": wd(1),
        "social_security_card": wd(30),
        "maternity_benefit": wd(20),
        "parenting_guidance": wd(15),
    }
    assert one.bundle.commitment == wd(5) and "邮寄" in one.bundle.commitment_excludes
    assert [(line.before, line.after) for line in one.bundle.published] == [
        ("72 天", "5 天"),
        ("7 个", "1 个"),
        ("22 份", "4 份"),
        ("4 次", "0 次"),
    ]
    assert not any(item.exceptions for item in one.items.values()), "contradictions are reported, not excused"


def test_longjings_newborn_has_five_items_of_four_departments_in_two_working_hours() -> None:
    one = edition("222405", "newborn")
    assert [item.name for item in one.items.values()] == [
        "出生登记",
        "医保登记",
        "社会保障卡申领",
        "护理补贴",
        "生育津贴",
    ]
    assert {department.short for department in one.departments.values()} == {"公安", "医保", "社保", "人社"}
    assert one.bundle.commitment == Limit(2, Unit.OFFICE_HOURS)
    assert one.items["birth_registration"].result.elements == ("newborn_id_number",)
    assert one.bundle.infant and one.bundle.subject == "newborn_name"
    assert all(item.proposed for item in one.items.values())


def test_catering_asks_for_no_hygiene_permit_and_knows_its_departments() -> None:
    changsha, longjing = edition("430100", "catering"), edition("222405", "catering")
    for one in (changsha, longjing):
        assert not any("卫生许可" in item.name for item in one.items.values())
    assert changsha.bundle.commitment == wd(4)
    assert changsha.items["fire_check"].statutory == wd(13)
    assert changsha.items["fire_check"].code == "000125049000"
    assert {d.short for d in longjing.departments.values()} == {"市监", "城管", "环保", "税务", "公安", "消防"}
    on_site = {use.material for use in changsha.items["fire_check"].materials if use.necessity is Necessity.ON_SITE}
    assert len(on_site) == 5


def test_lodging_has_seven_departments_and_a_special_procedure_that_stops_only_the_commitment() -> None:
    one = edition("222405", "lodging")
    assert {d.short for d in one.departments.values()} == {"市监", "公安", "卫健", "消防", "城管", "税务", "环保"}
    hygiene = one.items["hygiene_permit"]
    assert (hygiene.code, hygiene.committed, hygiene.statutory) == ("000123020000", wd(7), wd(20))
    special = hygiene.special[0]
    assert (special.days, special.stops, special.basis) == (Limit(40, Unit.NATURAL_DAYS), "committed", None)
    assert one.items["lodging_permit_promise"].committed == Limit(0, Unit.ON_THE_SPOT)
    assert "推定" in one.items["lodging_permit"].source


def test_a_form_that_only_needs_signing_is_told_with_the_answer_that_brings_it() -> None:
    points = {each.element: each for each in composer.compose(edition("430100", "newborn"), {}).open}
    same, other = points["parents_same_ethnicity"].branches
    assert same[2] == ("不增加事项、材料和填写内容",)
    assert other[2] == ("由窗口打印“新生儿民族成份填报申请书”，核对签名",)


def test_two_allowances_of_two_people_have_two_accounts() -> None:
    told = edition("222405", "newborn")
    plan = composer.compose(told, {"wants_maternity_allowance": "yes", "wants_nursing_allowance": "yes"})
    accounts = {f.element: {asker.item for asker in f.askers} for f in plan.fields if "account" in f.element}
    assert accounts == {"payee_account": {"maternity_allowance"}, "nursing_payee_account": {"nursing_allowance"}}


def test_no_remedy_prints_a_note_of_ours() -> None:
    for region, bundle in KEYS:
        told = edition(region, bundle)
        for item in told.items.values():
            text = remedies.remedy(item, told.departments[item.department])
            assert "未核实" not in text and "本目录" not in text
