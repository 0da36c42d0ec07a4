"""Drafts: the merged form, what is checked, what is kept, and who may touch it."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from lianban import errors, journal
from lianban.casework import catalogue, intake
from lianban.casework.intake import DraftView
from lianban.casework.intake.views import FieldView
from lianban.outside import database
from lianban.rules.actors import Actor, Role
from tests.actions.drafts import ANSWERS, CONSENTS, FAR, FORM, JIN, MONDAY, WANG, begin, fill


def field(draft: DraftView, element: str) -> FieldView:
    """A field of the form or a question."""
    fields = [*draft.questions, *(f for s in draft.sections for f in s.fields)]
    return next(f for f in fields if f.element == element)


async def test_the_form_says_who_needs_a_field_and_why(pool: None) -> None:
    draft = await begin()
    name = field(draft, "newborn_name")
    assert name.required and len(name.departments) > 1 and name.help and name.example
    number = field(draft, "newborn_id_number")
    assert not number.asked and "出生登记" in number.source_text
    assert "newborn_name" in draft.problems and "newborn_id_number" not in draft.problems


async def test_nobody_types_the_applicant_twice(pool: None) -> None:
    draft = await begin()
    saved = await intake.save(draft.case_id, FORM, by=WANG, at=MONDAY)
    shown = {f.element: f for s in saved.sections for f in s.fields}
    assert shown["applicant_name"].value == shown["mother_name"].value == "朴美兰"
    applicant = next(p for p in saved.parties if p.role == "applicant")
    assert "party.applicant.name" not in {f.name for f in applicant.fields}


async def test_what_was_typed_stays_even_when_it_cannot_be_taken(pool: None) -> None:
    draft = await begin()
    saved = await intake.save(draft.case_id, {"mother_phone": "12345"}, by=WANG, at=MONDAY)
    assert field(saved, "mother_phone").value == "12345"
    assert "手机" in field(saved, "mother_phone").problem
    again = await intake.draft(draft.case_id, by=WANG, at=MONDAY)
    assert field(again, "mother_phone").value == "12345"


@pytest.mark.parametrize(
    ("element", "typed", "word"),
    [
        ("mother_id_number", "110105194912310021", "校验"),
        ("mother_phone", "12345", "手机"),
        ("birth_datetime", "2026-12-01T08:00", "晚于"),
        ("newborn_ethnicity", "火星族", "选项"),
        ("party.agent.id_number", "110105194912310021", "校验"),
        ("insurance_start", "2026-02-30", "没有"),
    ],
)
async def test_a_field_is_checked_as_it_is_left(pool: None, element: str, typed: str, word: str) -> None:
    draft = await begin()
    checked = await intake.check_field(draft.case_id, element, typed, by=WANG, at=MONDAY)
    assert word in checked.problem and checked.value == ""


async def test_a_field_that_is_right_is_shown_in_its_form(pool: None) -> None:
    draft = await begin()
    checked = await intake.check_field(draft.case_id, "birth_datetime", "2026年10月28日6时15分", by=WANG, at=MONDAY)
    assert (checked.value, checked.shown, checked.problem) == ("2026-10-28T06:15", "2026年10月28日 06:15", "")
    with pytest.raises(errors.Invalid, match="没有"):
        await intake.check_field(draft.case_id, "no_such_field", "x", by=WANG, at=MONDAY)


async def test_a_derived_value_goes_before_an_answer_and_says_so(pool: None) -> None:
    draft = await begin()
    differ = {"mother_ethnicity": "10", "father_ethnicity": "01"}
    saved = await intake.save(draft.case_id, differ, by=WANG, at=MONDAY)
    question = field(saved, "parents_same_ethnicity")
    assert question.value == "no" and question.source == "derived"
    assert "根据填写的“母亲民族”、“父亲民族”" in question.note
    assert any(m.material == "ethnicity_application" and m.required for m in saved.materials)
    back = await intake.save(draft.case_id, {"father_ethnicity": ""}, by=WANG, at=MONDAY)
    assert field(back, "parents_same_ethnicity").value == "yes"


async def test_a_value_that_no_longer_applies_is_kept_but_not_accepted(pool: None) -> None:
    draft = await begin()
    await intake.save(
        draft.case_id, {"delivery_mode": "mail", "recipient_address": "长沙市某路1号"}, by=WANG, at=MONDAY
    )
    await fill(draft.case_id)
    accepted = await intake.accept(draft.case_id, by=WANG, at=MONDAY)
    async with database.transaction():
        conn = database.connection()
        facts = {r["element"]: r for r in await conn.fetch("SELECT * FROM facts WHERE case_id = $1", accepted.case_id)}
        kept = await conn.fetchval("SELECT draft -> 'form' ->> 'recipient_address' FROM cases")
    assert "recipient_address" not in facts and kept == "长沙市某路1号"
    assert facts["applicant_role"]["source"] == "answer"
    assert facts["newborn_name"]["source"] == "form"
    assert facts["parents_same_ethnicity"]["origin"] == "derived"


async def test_an_empty_form_lists_every_missing_thing(pool: None) -> None:
    draft = await begin()
    with pytest.raises(intake.Incomplete) as refusal:
        await intake.accept(draft.case_id, by=WANG, at=MONDAY)
    missing = refusal.value
    required = {f.element for s in draft.sections for f in s.fields if f.required and f.asked and not f.open}
    assert required - set(ANSWERS) <= set(missing.fields)
    assert set(missing.materials) == {m.material for m in draft.materials if m.required} != set()
    assert set(missing.consents) == {"privacy", "guardian"}
    assert all(sentence.endswith("。") or "？" in sentence for sentence in missing.fields.values())
    assert missing.fields == draft.problems


async def test_an_infants_case_needs_the_guardians_consent(pool: None) -> None:
    draft = await begin()
    await fill(draft.case_id)
    await intake.save(draft.case_id, {"consent.guardian": ""}, by=WANG, at=MONDAY)
    with pytest.raises(intake.Incomplete) as refusal:
        await intake.accept(draft.case_id, by=WANG, at=MONDAY)
    assert list(refusal.value.fields) == ["consent.guardian"]
    assert "监护人单独同意" in refusal.value.fields["consent.guardian"]


async def test_an_agent_states_the_mandate_and_both_are_journalled(pool: None) -> None:
    draft = await begin()
    await fill(draft.case_id)
    agent = {"party.agent.name": "帮办员小李", "party.agent.mandate_kind": "assisted"}
    saved = await intake.save(draft.case_id, agent, by=WANG, at=MONDAY)
    assert {"party.agent.id_number", "party.agent.phone", "party.agent.mandate_scope"} <= set(saved.problems)
    rest = {
        "party.agent.id_number": "11010519491231002X",
        "party.agent.phone": "13800138001",
        "party.agent.mandate_scope": "代为提交申请、补正材料、领取结果",
    }
    await intake.save(draft.case_id, rest, by=WANG, at=MONDAY)
    await intake.accept(draft.case_id, by=WANG, at=MONDAY)
    async with database.transaction():
        conn = database.connection()
        parties = {r["role"]: r for r in await conn.fetch("SELECT * FROM parties")}
        acts = await conn.fetch("SELECT event, by_id, on_behalf_of FROM journal WHERE stream = 'case' ORDER BY seq")
    assert parties["agent"]["mandate"] == "帮办代办：代为提交申请、补正材料、领取结果"
    assert parties["guardian"]["name"] == parties["applicant"]["name"] == "朴美兰"
    accepted = next(a for a in acts if a["event"] == "accepted")
    assert (accepted["by_id"], accepted["on_behalf_of"]) == ("wang", "applicant")


async def test_a_stale_save_names_who_saved_and_loses_nothing(pool: None) -> None:
    draft = await begin()
    await intake.save(draft.case_id, {"newborn_name": "王一"}, version=draft.version, by=JIN, at=MONDAY)
    with pytest.raises(intake.StaleDraft) as refusal:
        await intake.save(draft.case_id, {"newborn_name": "王二"}, version=draft.version, by=WANG, at=MONDAY)
    assert "金哲" in refusal.value.sentence and "2026-11-02 09:30" in refusal.value.sentence
    assert field(refusal.value.current, "newborn_name").value == "王一"
    assert refusal.value.typed == {"newborn_name": "王二"}
    saved = await intake.save(
        draft.case_id, {"newborn_name": "王二"}, version=refusal.value.current.version, by=WANG, at=MONDAY
    )
    assert field(saved, "newborn_name").value == "王二"


async def test_a_repeated_autosave_changes_nothing(pool: None) -> None:
    draft = await begin()
    first = await intake.save(draft.case_id, {"newborn_name": "王一"}, version=draft.version, by=WANG, at=MONDAY)
    again = await intake.save(draft.case_id, {"newborn_name": "王一"}, version=draft.version, by=WANG, at=MONDAY)
    assert again.version == first.version == draft.version + 1
    assert [line.event for line in await journal.lines("case", draft.case_id)] == ["draft opened", "draft saved"]


async def test_two_who_save_at_once_do_not_overwrite_each_other(pool: None) -> None:
    draft = await begin()
    names = [f"王{n}" for n in "一二三四五六七八"]
    done = await asyncio.gather(
        *(intake.save(draft.case_id, {"newborn_name": n}, version=0, by=WANG, at=MONDAY) for n in names),
        return_exceptions=True,
    )
    assert sum(isinstance(d, DraftView) for d in done) == 1
    assert sum(isinstance(d, intake.StaleDraft) for d in done) == len(names) - 1


async def test_the_same_key_opens_one_draft(pool: None) -> None:
    await catalogue.ship(MONDAY)
    drafts = await asyncio.gather(
        *(intake.open_draft("newborn", "222405", ANSWERS, by=WANG, at=MONDAY, key="twice") for _ in range(5))
    )
    assert len({d.case_id for d in drafts}) == 1


@pytest.mark.parametrize("text", ["x\x00y", "\ud800", "长" * 5000])
async def test_text_that_cannot_be_kept_is_refused_with_its_field(pool: None, text: str) -> None:
    draft = await begin()
    with pytest.raises(errors.Invalid) as refusal:
        await intake.save(draft.case_id, {"newborn_name": text}, by=WANG, at=MONDAY)
    assert list(refusal.value.fields) == ["newborn_name"]


@pytest.mark.parametrize(
    "name",
    [
        "no_such",
        "party.king.name",
        "party.agent.crown",
        "party",
        "consent.all",
        "check.none.original",
        "check.photo.standard.9999",
        "check.photo.copies.1.2",
    ],
)
async def test_a_name_that_does_not_exist_is_told(pool: None, name: str) -> None:
    draft = await begin()
    with pytest.raises(errors.Invalid) as refusal:
        await intake.save(draft.case_id, {name: "x"}, by=WANG, at=MONDAY)
    assert list(refusal.value.fields) == [name]


async def test_a_draft_is_seen_in_its_own_region_and_by_the_window_only(pool: None) -> None:
    draft = await begin()
    officer = Actor("police", "李警官", "222405", frozenset({Role.APPROVER}), department="public_security")
    for stranger in (FAR, officer):
        for step in (
            intake.draft(draft.case_id, by=stranger, at=MONDAY),
            intake.save(draft.case_id, {"newborn_name": "x"}, by=stranger, at=MONDAY),
            intake.accept(draft.case_id, by=stranger, at=MONDAY),
            intake.discard(draft.case_id, by=stranger, at=MONDAY),
            intake.check_field(draft.case_id, "newborn_name", "x", by=stranger, at=MONDAY),
        ):
            with pytest.raises(errors.NotFound):
                await step
    with pytest.raises(errors.Forbidden, match="综合窗口"):
        await intake.open_draft("newborn", "222405", {}, by=officer, at=MONDAY)
    with pytest.raises(errors.Forbidden, match="本地区"):
        await intake.open_draft("newborn", "222405", {}, by=FAR, at=MONDAY)
    with pytest.raises(errors.NotFound):
        await intake.draft(uuid4(), by=WANG, at=MONDAY)


async def test_an_answer_that_is_no_option_is_refused(pool: None) -> None:
    await catalogue.ship(MONDAY)
    with pytest.raises(errors.Invalid) as refusal:
        await intake.open_draft("newborn", "222405", {"applicant_role": "aunt"}, by=WANG, at=MONDAY)
    assert "母亲" in refusal.value.fields["applicant_role"]


async def test_a_draft_can_be_given_up_once(pool: None) -> None:
    draft = await begin()
    await intake.discard(draft.case_id, by=WANG, at=MONDAY)
    with pytest.raises(errors.Conflict, match="作废"):
        await intake.save(draft.case_id, CONSENTS, by=WANG, at=MONDAY)
    with pytest.raises(errors.Conflict):
        await intake.accept(draft.case_id, by=WANG, at=MONDAY)


async def test_paper_originals_count_once_every_standard_is_ticked(pool: None) -> None:
    draft = await begin()
    material = next(m for m in draft.materials if m.required and m.standards)
    name = f"check.{material.material}"
    seen = await intake.save(draft.case_id, {f"{name}.original": "yes"}, by=WANG, at=MONDAY)
    assert f"material.{material.material}" in seen.problems
    ticks = {f"{name}.standard.{n}": "yes" for n in range(len(material.standards))}
    checked = await intake.save(draft.case_id, ticks | {f"{name}.copies": "2"}, by=WANG, at=MONDAY)
    shown = next(m for m in checked.materials if m.material == material.material)
    assert shown.problem == "" and shown.copies_received == 2 and all(s.ticked for s in shown.standards)


async def test_every_look_at_a_draft_is_recorded(pool: None) -> None:
    draft = await begin()
    await intake.draft(draft.case_id, by=WANG, at=MONDAY)
    async with database.transaction():
        seen = await database.connection().fetch(
            "SELECT by_id, purpose FROM access_log WHERE case_id = $1", draft.case_id
        )
    assert [(r["by_id"], r["purpose"]) for r in seen] == [("wang", "窗口受理")]


async def test_what_the_form_decides_is_not_asked_as_a_question_too(pool: None) -> None:
    """The parents' ethnicities stand on the form: whether they are the same is nobody asked."""
    await catalogue.ship(MONDAY)
    empty = await intake.open_draft("newborn", "222405", {}, by=WANG, at=MONDAY)
    assert "parents_same_ethnicity" not in {q.element for q in empty.questions}
    assert "parents_same_ethnicity" not in empty.problems
    assert {"mother_ethnicity", "father_ethnicity"} <= empty.problems.keys()
    typed = {"mother_ethnicity": "10", "father_ethnicity": "01"}
    told = await intake.save(empty.case_id, typed, by=WANG, at=MONDAY)
    assert {d.element: d.value for d in told.derived}["parents_same_ethnicity"] == "no"
    answered = await intake.open_draft("newborn", "222405", {"parents_same_ethnicity": "yes"}, by=WANG, at=MONDAY)
    assert "parents_same_ethnicity" in {q.element for q in answered.questions}, "an answer given before stays visible"
