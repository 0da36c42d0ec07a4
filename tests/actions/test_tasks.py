"""Department work: who may, what a decision brings about, what is seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from lianban import errors, journal
from lianban.casework import notices, tasks
from lianban.casework.tasks import Attachment, Filters, NewResult
from lianban.outside.storage import store
from lianban.rules.actors import Actor, Role
from lianban.tables.ids import new_id
from lianban.tables.people import Person
from tests.actions.drafts import MONDAY, WANG, picture
from tests.actions.working import (
    HEALTHCARE,
    LABOUR,
    NEWBORN_ID,
    NURSING,
    POLICE,
    POLICE_HEAD,
    POLICE_TOO,
    REASONS,
    RESULT,
    TWO,
    accepted,
    concluded,
    grant_all,
    granted,
    officer,
    one,
    refused,
    states,
    task_of,
)

STRANGERS = [HEALTHCARE, WANG, officer("far", "public_security", region="430100")]


@pytest.fixture
async def case(pool: None) -> UUID:
    """An accepted newborn case."""
    return (await accepted()).case_id


@pytest.fixture
async def birth(case: UUID) -> UUID:
    """The police's task in it."""
    return await task_of(case, "birth_registration")


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda a: a.id)
async def test_another_departments_task_does_not_exist(birth: UUID, stranger: Actor) -> None:
    calls = [
        tasks.view(birth, by=stranger, at=MONDAY),
        tasks.claim(birth, by=stranger, at=MONDAY),
        tasks.release(birth, by=stranger, at=MONDAY),
        tasks.hand_over(birth, to="x", by=stranger, at=MONDAY),
        tasks.survey(birth, surveyed_on=date(2026, 11, 2), surveyors=TWO, conclusion="pass", by=stranger, at=MONDAY),
        tasks.grant(birth, results=[RESULT], by=stranger, at=MONDAY),
        tasks.refuse(birth, **REASONS, by=stranger, at=MONDAY),
    ]
    for call in calls:
        with pytest.raises(errors.NotFound):
            await call
    assert await one("SELECT status FROM tasks WHERE id = $1", birth) == "dispatched"


async def test_a_claim_is_told_to_the_next_one(birth: UUID) -> None:
    handled = await tasks.claim(birth, by=POLICE, at=MONDAY)
    assert (handled.status, handled.claimed_by) == ("reviewing", "police")
    assert await tasks.claim(birth, by=POLICE, at=MONDAY + timedelta(minutes=1)) == handled
    with pytest.raises(errors.Conflict, match=r"police的姓名在 11月02日 09:30 签收"):
        await tasks.claim(birth, by=POLICE_TOO, at=MONDAY)
    assert await one("SELECT count(*) FROM journal WHERE event = 'task claimed'") == 1


async def test_a_task_is_released_by_its_holder_or_the_head_of_the_department(birth: UUID) -> None:
    await tasks.claim(birth, by=POLICE, at=MONDAY)
    with pytest.raises(errors.Conflict, match="只有签收人或者部门负责人"):
        await tasks.release(birth, by=POLICE_TOO, at=MONDAY)
    with pytest.raises(errors.Invalid, match="退回的理由"):
        await tasks.release(birth, by=POLICE_HEAD, at=MONDAY)
    handled = await tasks.release(birth, reason="不属于本科室职责。", by=POLICE_HEAD, at=MONDAY)
    assert (handled.status, handled.claimed_by, handled.claimed_by_name) == ("dispatched", "", "")
    assert (await tasks.claim(birth, by=POLICE_TOO, at=MONDAY)).claimed_by == "police-too"


async def test_without_a_claim_nothing_is_decided(birth: UUID) -> None:
    with pytest.raises(errors.Conflict, match="先签收"):
        await tasks.grant(birth, results=[RESULT], supplies={"newborn_id_number": NEWBORN_ID}, by=POLICE, at=MONDAY)
    await tasks.claim(birth, by=POLICE, at=MONDAY)
    with pytest.raises(errors.Conflict, match="只有签收人可以作出决定"):
        await tasks.refuse(birth, **REASONS, by=POLICE_TOO, at=MONDAY)
    assert await one("SELECT status FROM tasks WHERE id = $1", birth) == "reviewing"


async def test_an_item_that_waits_is_not_decided(case: UUID) -> None:
    insurance = await task_of(case, "medical_insurance")
    with pytest.raises(errors.Conflict, match="前置事项"):
        await tasks.grant(insurance, results=[RESULT], by=HEALTHCARE, at=MONDAY)
    with pytest.raises(errors.Conflict):
        await tasks.claim(insurance, by=HEALTHCARE, at=MONDAY)


async def test_the_number_from_the_police_reaches_the_insurance_by_itself(case: UUID, birth: UUID) -> None:
    later = MONDAY + timedelta(minutes=20)
    decided = await granted(birth, POLICE, later, newborn_id_number=NEWBORN_ID)
    assert set(decided.dispatched) == {"medical_insurance", "social_security_card"}
    insurance = await task_of(case, "medical_insurance")
    started = await one("SELECT started_at FROM clocks WHERE task_id = $1 AND kind = 'committed'", insurance)
    assert started == later, "its clock starts when the predecessor delivers"
    await tasks.claim(insurance, by=HEALTHCARE, at=later)
    seen = await tasks.view(insurance, by=HEALTHCARE, at=later)
    number = next(f for f in seen.fields if f.element == "newborn_id_number")
    assert number.value == NEWBORN_ID and "出生登记" in number.source
    assert [r.name for r in seen.earlier_results] == ["居民户口簿"]


async def test_a_department_reads_only_the_fields_its_items_use(case: UUID, birth: UUID) -> None:
    await tasks.claim(birth, by=POLICE, at=MONDAY)
    police = {f.element for f in (await tasks.view(birth, by=POLICE, at=MONDAY)).fields}
    assert "newborn_name" in police and "insurance_place" not in police
    await granted(birth, POLICE, newborn_id_number=NEWBORN_ID)
    insurance = await task_of(case, "medical_insurance")
    await tasks.claim(insurance, by=HEALTHCARE, at=MONDAY)
    healthcare = {f.element for f in (await tasks.view(insurance, by=HEALTHCARE, at=MONDAY)).fields}
    assert "insurance_place" in healthcare and "hukou_address" not in healthcare


async def test_a_childs_data_open_with_the_claim_and_every_look_is_recorded(birth: UUID) -> None:
    closed = await tasks.view(birth, by=POLICE, at=MONDAY)
    assert "签收" in closed.locked and not any(f.value for f in closed.fields) and closed.applicant == ""
    assert any(f.label == "新生儿姓名" for f in closed.fields)
    assert await one("SELECT count(*) FROM access_log WHERE what LIKE '任务%'") == 0
    await tasks.claim(birth, by=POLICE, at=MONDAY)
    opened = await tasks.view(birth, by=POLICE, at=MONDAY)
    assert opened.locked == "" and "王𬱖" in {f.value for f in opened.fields} and opened.applicant.startswith("朴美兰")
    assert any(m.files for m in opened.materials)
    purpose = await one("SELECT by_id || ' ' || what || ' ' || purpose FROM access_log WHERE what LIKE '任务%'")
    assert purpose == "police 任务 birth_registration 办理已签收的任务"


async def test_results_have_names_and_plausible_days(birth: UUID) -> None:
    await tasks.claim(birth, by=POLICE, at=MONDAY)
    known = {"newborn_id_number": NEWBORN_ID}
    for results, field in (
        ([], "results"),
        ([replace(RESULT, name=" ")], "results.0.name"),
        ([replace(RESULT, issued_on=date(2026, 11, 3))], "results.0.issued_on"),
        ([replace(RESULT, valid_until=date(2026, 11, 1))], "results.0.valid_until"),
    ):
        with pytest.raises(errors.Invalid) as refusal:
            await tasks.grant(birth, results=results, supplies=known, by=POLICE, at=MONDAY)
        assert set(refusal.value.fields) == {field}
    for supplies in ({}, {"newborn_id_number": "222405202610280023"}, known | {"mother_name": "甲"}):
        with pytest.raises(errors.Invalid) as refusal:
            await tasks.grant(birth, results=[RESULT], supplies=supplies, by=POLICE, at=MONDAY)
        assert len(refusal.value.fields) == 1
    assert await one("SELECT status FROM tasks WHERE id = $1", birth) == "reviewing"
    assert await one("SELECT count(*) FROM results") == 0


async def test_a_result_may_come_as_a_file_whose_content_is_checked(case: UUID, birth: UUID) -> None:
    await tasks.claim(birth, by=POLICE, at=MONDAY)
    known = {"newborn_id_number": NEWBORN_ID}
    fake = NewResult("户口簿", date(2026, 11, 2), file=Attachment("户口簿.pdf", b"MZ not a pdf"))
    with pytest.raises(errors.Invalid, match="户口簿"):
        await tasks.grant(birth, results=[fake], supplies=known, by=POLICE, at=MONDAY)
    real = replace(fake, file=Attachment("户口簿.png", picture(kind="PNG")))
    await tasks.grant(birth, results=[real], supplies=known, by=POLICE, at=MONDAY)
    seen = await tasks.view(birth, by=POLICE, at=MONDAY)
    assert (seen.results[0].file_name, seen.results[0].media_type) == ("户口簿.png", "image/png")
    key, name, _ = await tasks.open_result(seen.results[0].id, by=POLICE, at=MONDAY)
    assert key.startswith(f"cases/{case}/") and name == "户口簿.png"
    assert (await store().stat(key)).size > 0
    with pytest.raises(errors.NotFound):
        await tasks.open_result(seen.results[0].id, by=officer("tax", "tax"), at=MONDAY)


@pytest.mark.parametrize("missing", ["reason", "basis", "remedy"])
async def test_a_refusal_needs_reason_basis_and_remedy(birth: UUID, missing: str) -> None:
    await tasks.claim(birth, by=POLICE, at=MONDAY)
    with pytest.raises(errors.Invalid) as refusal:
        await tasks.refuse(birth, **(REASONS | {missing: "  "}), by=POLICE, at=MONDAY)
    assert set(refusal.value.fields) == {missing}
    assert await one("SELECT count(*) FROM papers WHERE kind = 'refusal'") == 0
    assert await one("SELECT status FROM tasks WHERE id = $1", birth) == "reviewing"


async def test_a_refusal_lapses_what_depends_on_it_and_stops_nothing_else(pool: None) -> None:
    case = (await accepted(NURSING)).case_id
    birth = await task_of(case, "birth_registration")
    decided = await refused(birth, POLICE)
    assert set(decided.lapsed) == {"medical_insurance", "social_security_card"}
    found = await states(case)
    assert found["medical_insurance"] == found["social_security_card"] == "lapsed"
    assert "出生登记" in str(await one("SELECT reason FROM tasks WHERE item = 'medical_insurance'"))
    assert found["nursing_allowance"] == "dispatched" and decided.case_status == "processing"
    await grant_all(case)
    assert await one("SELECT status || ' ' || outcome FROM cases WHERE id = $1", case) == "decided partial"
    papers = await notices.of_case(case)
    assert [p.title for p in papers if p.kind == "refusal"] == ["不予办理决定书"]
    assert await one("SELECT count(*) FROM clocks WHERE stopped_at IS NULL AND kind <> 'delivery'") == 0


async def test_a_case_of_which_nothing_is_granted_is_refused(case: UUID, birth: UUID) -> None:
    decided = await refused(birth, POLICE)
    rest = [i for i, s in (await states(case)).items() if s == "dispatched"]
    for item in rest:
        decided = await refused(await task_of(case, item), LABOUR)
    assert (decided.case_status, decided.outcome) == ("decided", "refused")


async def test_the_last_decision_concludes_the_case_once(pool: None) -> None:
    case = (await concluded()).case_id
    assert await one("SELECT status || ' ' || outcome FROM cases WHERE id = $1", case) == "decided granted"
    assert await one("SELECT count(*) FROM journal WHERE event = 'case concluded'") == 1
    assert await one("SELECT count(*) FROM outbox WHERE event = 'case decided'") == 1
    assert await one("SELECT count(*) FROM clocks WHERE stopped_at IS NULL AND kind <> 'delivery'") == 0
    assert (await journal.verify()).whole
    contents = str(await one("SELECT string_agg(content::text, ' ') FROM journal_contents"))
    for secret in (NEWBORN_ID, "朴美兰", "王𬱖", "13800138000"):
        assert secret not in contents


async def test_a_decision_sent_twice_is_one_decision(birth: UUID) -> None:
    await tasks.claim(birth, by=POLICE, at=MONDAY)
    known = {"newborn_id_number": NEWBORN_ID}
    first = await tasks.grant(birth, results=[RESULT], supplies=known, by=POLICE, at=MONDAY, key="k1")
    again = await tasks.grant(birth, results=[RESULT], supplies=known, by=POLICE, at=MONDAY, key="k1")
    assert first == again and await one("SELECT count(*) FROM results") == 1
    with pytest.raises(errors.Conflict):
        await tasks.grant(birth, results=[replace(RESULT, name="别的")], supplies=known, by=POLICE, at=MONDAY, key="k1")
    with pytest.raises(errors.Conflict, match=r"police的姓名.*准予"):
        await tasks.grant(birth, results=[RESULT], supplies=known, by=POLICE, at=MONDAY)
    with pytest.raises(errors.Conflict, match=r"police的姓名.*准予"):
        await tasks.refuse(birth, **REASONS, by=POLICE, at=MONDAY)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"surveyors": TWO[:1]}, "surveyors"),
        ({"surveyors": [TWO[0], TWO[0], tasks.Surveyor("", "")]}, "surveyors"),
        ({"surveyed_on": date(2026, 11, 3)}, "surveyed_on"),
        ({"surveyed_on": date(2026, 10, 30)}, "surveyed_on"),
        ({"conclusion": "well"}, "conclusion"),
        ({"conclusion": "fail"}, "findings"),
    ],
)
async def test_a_survey_needs_two_surveyors_and_a_day_that_has_come(
    birth: UUID, change: dict[str, object], field: str
) -> None:
    await tasks.claim(birth, by=POLICE, at=MONDAY)
    record = {"surveyed_on": date(2026, 11, 2), "surveyors": TWO, "conclusion": "pass", "findings": ""}
    with pytest.raises(errors.Invalid) as refusal:
        await tasks.survey(birth, **(record | change), by=POLICE, at=MONDAY)  # type: ignore[arg-type]
    assert set(refusal.value.fields) == {field}
    first = await tasks.survey(birth, **record, by=POLICE, at=MONDAY)  # type: ignore[arg-type]
    assert await tasks.survey(birth, **record, by=POLICE, at=MONDAY) == first  # type: ignore[arg-type]
    assert await one("SELECT count(*) FROM surveys") == 1


async def test_where_a_survey_is_due_nothing_is_granted_before_it_passes(birth: UUID) -> None:
    await one("UPDATE tasks SET needs_survey = true WHERE id = $1 RETURNING id", birth)
    await tasks.claim(birth, by=POLICE, at=MONDAY)
    known = {"newborn_id_number": NEWBORN_ID}
    with pytest.raises(errors.Conflict, match="现场勘查"):
        await tasks.grant(birth, results=[RESULT], supplies=known, by=POLICE, at=MONDAY)
    found = {"surveyed_on": date(2026, 11, 2), "surveyors": TWO, "by": POLICE, "at": MONDAY}
    await tasks.survey(birth, conclusion="fail", findings="通道堵塞", **found)  # type: ignore[arg-type]
    assert (await tasks.view(birth, by=POLICE, at=MONDAY)).buttons["grant"]
    with pytest.raises(errors.Conflict, match="不合格"):
        await tasks.grant(birth, results=[RESULT], supplies=known, by=POLICE, at=MONDAY)
    later = found | {"at": MONDAY + timedelta(hours=1)}
    await tasks.survey(birth, conclusion="pass", **later)  # type: ignore[arg-type]
    assert (await tasks.grant(birth, results=[RESULT], supplies=known, by=POLICE, at=MONDAY)).status == "granted"


async def test_the_worklist_is_ordered_filtered_counted_and_masked(pool: None) -> None:
    cases = [
        await accepted({"birth_certificate_number": f"U22001234{n}", "birth_datetime": f"2026-10-2{n}T06:15"})
        for n in range(3)
    ]
    births = [await task_of(c.case_id, "birth_registration") for c in cases]
    await tasks.claim(births[1], by=POLICE, at=MONDAY)
    whole = await tasks.worklist(by=POLICE, at=MONDAY)
    assert [line.task_id for line in whole.lines] == births
    assert (whole.counts.open, whole.counts.dispatched, whole.counts.reviewing, whole.counts.mine) == (3, 2, 1, 1)
    assert {line.applicant for line in whole.lines} == {"朴*"} and {line.subject for line in whole.lines} == {"***"}
    assert whole.items == (("birth_registration", "出生登记"),)
    first = await tasks.worklist(by=POLICE, at=MONDAY, limit=2)
    rest = await tasks.worklist(by=POLICE, at=MONDAY, limit=2, after=first.next)
    assert [line.task_id for line in (*first.lines, *rest.lines)] == births and rest.next == ""

    async def chosen(**filters: object) -> list[UUID]:
        found = await tasks.worklist(by=POLICE, at=MONDAY, filters=Filters(**filters))  # type: ignore[arg-type]
        return [line.task_id for line in found.lines]

    assert await chosen(mine=True) == await chosen(state="reviewing") == [births[1]]
    assert await chosen(text=cases[2].number[-3:]) == [births[2]]
    assert await chosen(due="overdue") == [] and await chosen(due="near") == births
    assert await chosen(item="medical_insurance") == []
    late = await tasks.worklist(by=POLICE, at=MONDAY + timedelta(days=2), filters=Filters(due="overdue"))
    assert len(late.lines) == 3 and late.lines[0].remaining and late.lines[0].remaining.tone == "red"
    await granted(births[1], POLICE, newborn_id_number=NEWBORN_ID)
    assert await chosen(state="done") == await chosen(state="granted") == [births[1]]
    assert [line.status for line in (await tasks.worklist(by=LABOUR, at=MONDAY)).lines].count("dispatched") == 1
    for bad in ({"state": "x"}, {"due": "x"}):
        with pytest.raises(errors.Invalid):
            await chosen(**bad)
    for cursor in ("x", "~", "2026-11-02~" + str(births[0]), "~nothing"):
        with pytest.raises(errors.Invalid):
            await tasks.worklist(by=POLICE, at=MONDAY, after=cursor)
    with pytest.raises(errors.Forbidden):
        await tasks.worklist(by=WANG, at=MONDAY)


async def _hired(login: str, department: str, role: Role = Role.APPROVER, *, active: bool = True) -> Actor:
    row = Person(
        id=new_id(MONDAY),
        region_code="222405",
        login=login,
        name=f"{login}的姓名",
        password_hash="x",
        roles=[role.value],
        department=department,
        active=active,
        created_at=MONDAY,
    )
    await Person.insert(row)
    return Actor(str(row.id), row.name, "222405", frozenset({role}), department)


async def test_a_task_is_handed_over_within_the_department_only(birth: UUID) -> None:
    first = await _hired("first", "public_security")
    second = await _hired("second", "public_security")
    wrong = [
        await _hired("nurse", "healthcare_security"),
        await _hired("watch", "public_security", Role.SUPERVISOR),
        await _hired("gone", "public_security", active=False),
        first,
    ]
    await tasks.claim(birth, by=first, at=MONDAY)
    for other in [*(w.id for w in wrong), "nobody", ""]:
        with pytest.raises(errors.Conflict, match="本部门在岗的其他审批人员"):
            await tasks.hand_over(birth, to=other, by=first, at=MONDAY)
    with pytest.raises(errors.Conflict, match="只有签收人或者部门负责人"):
        await tasks.hand_over(birth, to=second.id, by=second, at=MONDAY)
    handled = await tasks.hand_over(birth, to=second.id, by=first, at=MONDAY)
    assert (handled.status, handled.claimed_by, handled.claimed_by_name) == ("reviewing", second.id, "second的姓名")
    with pytest.raises(errors.Conflict, match="只有签收人可以作出决定"):
        await tasks.refuse(birth, **REASONS, by=first, at=MONDAY)
    assert (await tasks.view(birth, by=first, at=MONDAY)).locked, "with the task goes the look into the record"
    assert (await tasks.refuse(birth, **REASONS, by=second, at=MONDAY)).status == "refused"


async def test_what_was_decided_about_a_child_is_not_shown_to_colleagues_without_the_task(pool: None) -> None:
    case = await accepted()
    birth = await task_of(case.case_id, "birth_registration")
    await refused(birth, POLICE)
    assert (await tasks.view(birth, by=POLICE, at=MONDAY)).reason == REASONS["reason"]
    colleague = await tasks.view(birth, by=POLICE_TOO, at=MONDAY)
    assert colleague.locked and colleague.status == "refused"
    assert (colleague.reason, colleague.legal_basis, colleague.remedy, colleague.opinion) == ("", "", "", "")


@pytest.mark.parametrize("text", ["材料不齐😀", "材料\u202e不齐", "材料\ue000不齐"])
async def test_no_decision_is_taken_in_words_that_no_paper_can_carry(pool: None, text: str) -> None:
    case = await accepted()
    birth = await task_of(case.case_id, "birth_registration")
    await tasks.claim(birth, by=POLICE, at=MONDAY)
    with pytest.raises(errors.Invalid) as refusal:
        await tasks.refuse(birth, **{**REASONS, "reason": text}, by=POLICE, at=MONDAY)
    assert set(refusal.value.fields) == {"reason"}
    with pytest.raises(errors.Invalid) as refusal:
        await tasks.grant(birth, results=[replace(RESULT, name=text)], opinion=text, by=POLICE, at=MONDAY)
    assert {"results.0.name", "opinion"} <= set(refusal.value.fields)


@pytest.mark.parametrize(
    "instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-11-02T09:30:00", "yesterday"]
)
async def test_a_place_in_the_list_that_cannot_be_is_refused(pool: None, instant: str) -> None:
    with pytest.raises(errors.Invalid, match="翻页位置无效"):
        await tasks.worklist(by=POLICE, at=MONDAY, after=f"{instant}~{new_id(MONDAY)}")
