"""Who takes part, what the form says about them already, and what they must have agreed to."""

from __future__ import annotations

from datetime import date
from typing import Any

from lianban.rules import composer, form, parties
from lianban.rules.catalog import loading
from lianban.rules.catalog.types import Edition

MONDAY = date(2026, 11, 2)
NEWBORN = loading.load_edition(loading.shipped()[("222405", "newborn")])
CATERING = loading.load_edition(loading.shipped()[("222405", "catering")])
MOTHER = {
    "applicant_role": "mother",
    "applicant_name": "朴美兰",
    "applicant_id_number": "11010519491231002X",
    "applicant_phone": "13800138000",
}
GUARDIAN = {"name": "朴大爷", "id_number": "440524188001010014", "phone": "13900139000", "relation": "外祖父"}


def read(typed: dict[str, Any], facts: dict[str, str], edition: Edition = NEWBORN) -> Any:
    return parties.read(typed, edition, composer.compose(edition, facts), facts, MONDAY)


def test_the_mother_who_applies_is_applicant_and_guardian() -> None:
    people, wrong = read({}, MOTHER)
    assert wrong == {}
    assert [(p.role, p.name, p.relation) for p in people] == [
        ("applicant", "朴美兰", "母亲"),
        ("guardian", "朴美兰", "母亲"),
    ]


def test_who_applies_for_a_business_as_its_agent_is_not_its_applicant() -> None:
    typed = {
        "applies_in_person": "agent",
        "legal_rep_name": "李明",
        "legal_rep_id_number": "440524188001010014",
        "legal_rep_phone": "13900139000",
        "applicant_name": "王芳",
        "applicant_id_number": "11010519491231002X",
        "applicant_phone": "13800138000",
    }
    people, wrong = read({}, typed, CATERING)
    assert not wrong and [(p.role, p.name, p.phone) for p in people] == [
        ("applicant", "李明", "13900139000"),
        ("agent", "王芳", "13800138000"),
    ]
    assert people[1].mandate == "授权委托：本件各事项的申请、签署、补正和领取"
    helper = {"name": "赵帮办", "id_number": "222405199305060045", "phone": "13700137000"}
    mandate = {"mandate_kind": "assisted", "mandate_scope": "代为提交"}
    people, _ = read({"agent": helper | mandate}, typed, CATERING)
    assert [(p.role, p.name) for p in people] == [("applicant", "李明"), ("agent", "赵帮办"), ("operator", "王芳")]
    people, _ = read({}, typed | {"applies_in_person": "self"}, CATERING)
    assert [(p.role, p.name) for p in people] == [("applicant", "王芳")]


def test_what_the_form_lacks_is_told_there_and_not_twice() -> None:
    people, wrong = read({}, {"applicant_role": "mother"})
    assert people == [] and wrong == {}


def test_a_guardian_of_one_s_own_is_taken() -> None:
    people, wrong = read({"guardian": GUARDIAN}, MOTHER)
    assert wrong == {} and next(p for p in people if p.role == "guardian").name == "朴大爷"
    _, wrong = read({"guardian": GUARDIAN | {"relation": ""}}, MOTHER)
    assert list(wrong) == ["party.guardian.relation"]


def test_an_agent_needs_identity_and_mandate() -> None:
    _, wrong = read({"agent": {"name": "小李"}}, MOTHER)
    assert set(wrong) == {f"party.agent.{field}" for field in ("id_number", "phone", "mandate_kind", "mandate_scope")}


def test_a_kind_chosen_in_a_list_alone_makes_no_party() -> None:
    people, wrong = read({"agent": {"id_kind": "id_card", "mandate_kind": "authorised"}}, MOTHER)
    assert wrong == {} and {p.role for p in people} == {"applicant", "guardian"}


def test_the_number_is_checked_by_the_kind_of_the_document() -> None:
    operator = {"name": "小王", "id_kind": "passport", "id_number": "E12345678", "phone": "13900139000"}
    assert read({"operator": operator}, MOTHER)[1] == {}
    _, wrong = read({"operator": operator | {"id_kind": "id_card"}}, MOTHER)
    assert "18 位" in wrong["party.operator.id_number"]
    _, wrong = read({"operator": operator | {"id_kind": "library_card"}}, MOTHER)
    assert "护照" in wrong["party.operator.id_kind"]


def test_consents_follow_the_bundle() -> None:
    assert set(parties.consents_missing({}, infant=True)) == {"privacy", "guardian"}
    assert set(parties.consents_missing({}, infant=False)) == {"privacy"}
    assert parties.consents_missing({"privacy": {"by": "x"}}, infant=False) == {}


def test_a_contradiction_is_told_and_the_source_decides() -> None:
    reading = form.read(NEWBORN, MOTHER | {"mother_name": "李四"}, MONDAY)
    assert reading.facts["mother_name"] == "朴美兰"
    assert "与“申请人姓名”相同" in reading.overridden["mother_name"] and "李四" in reading.overridden["mother_name"]


def test_what_is_wrong_but_no_longer_asked_does_not_stop_anybody() -> None:
    typed = MOTHER | {"wants_maternity_allowance": "no", "payee_account": "abc", "wants_nursing_allowance": "no"}
    reading = form.read(NEWBORN, typed, MONDAY)
    assert "payee_account" in reading.problems and "payee_account" not in form.missing(NEWBORN, reading)


def test_reading_its_own_facts_changes_nothing() -> None:
    typed = MOTHER | {"mother_ethnicity": "10", "father_ethnicity": "01", "delivery_mode": "mail"}
    first = form.read(NEWBORN, typed, MONDAY)
    again = form.read(NEWBORN, first.facts, MONDAY)
    assert again.facts == first.facts and again.plan == first.plan and again.overridden == {}


def test_an_early_credit_code_is_a_warning_only() -> None:
    code = next(e.id for e in CATERING.elements.values() if e.kind.value == "uscc")
    reading = form.read(CATERING, {code: "91350100M000100Y44"}, MONDAY)
    assert "校验位" in reading.warnings[code] and code not in reading.problems
