"""The window's list, how a case stands, and its story."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from lianban import errors
from lianban.casework import cases, consultation, intake, tasks
from lianban.casework.cases import Filters
from lianban.outside import database
from lianban.rules.actors import Actor, Role
from tests.actions import working
from tests.actions.drafts import ANSWERS, FAR, MONDAY, WANG, begin, fill

POLICE = Actor("police", "李警官", "222405", frozenset({Role.APPROVER}), department="public_security")
TAX = Actor("tax", "税务员", "222405", frozenset({Role.APPROVER}), department="taxation")


async def accepted() -> intake.Accepted:
    draft = await begin()
    await fill(draft.case_id)
    return await intake.accept(draft.case_id, by=WANG, at=MONDAY)


async def test_the_list_masks_names_counts_states_and_shows_the_time_left(pool: None) -> None:
    done = await accepted()
    await begin()
    listing = await cases.listing(by=WANG, at=MONDAY + timedelta(minutes=30), filters=Filters(status="processing"))
    assert listing.counts == {"processing": 1, "draft": 1, "": 2}
    (line,) = listing.rows
    assert (line.number, line.applicant, line.subject) == (done.number, "朴*", "***")
    assert line.remaining is not None and "11:30 到期" in line.remaining.text
    everything = await cases.listing(by=WANG, at=MONDAY)
    assert len(everything.rows) == 2 and everything.total == 2


@pytest.mark.parametrize(
    ("words", "found"), [("000001", 1), ("朴美", 1), ("王𬱖", 1), ("%", 0), ("_", 0), ("别人", 0), ("\\", 0)]
)
async def test_the_list_is_searched(pool: None, words: str, found: int) -> None:
    await accepted()
    listing = await cases.listing(by=WANG, at=MONDAY, filters=Filters(search=words))
    assert len(listing.rows) == found


async def test_other_regions_and_departments_have_lists_of_their_own(pool: None) -> None:
    done = await accepted()
    assert (await cases.listing(by=FAR, at=MONDAY)).rows == ()
    with pytest.raises(errors.Forbidden, match="综合窗口"):
        await cases.listing(by=POLICE, at=MONDAY)
    for stranger in (FAR, TAX):
        with pytest.raises(errors.NotFound):
            await cases.status(done.number, by=stranger, at=MONDAY)
        with pytest.raises(errors.NotFound):
            await cases.story(done.case_id, by=stranger, at=MONDAY)
    assert (await cases.status(done.number, by=POLICE, at=MONDAY)).status_name == "办理中"
    with pytest.raises(errors.NotFound):
        await cases.status("222405-2026-999999", by=WANG, at=MONDAY)


async def test_pages_of_the_list(pool: None) -> None:
    await begin()
    async with database.transaction():
        await database.connection().execute(
            "INSERT INTO cases (id, region_code, bundle, bundle_name, edition, status, opened_by, opened_at,"
            " updated_at)"
            " SELECT gen_random_uuid(), region_code, bundle, bundle_name, edition, status, opened_by, opened_at,"
            " updated_at FROM cases, generate_series(1, 119)"
        )
    pages = [await cases.listing(by=WANG, at=MONDAY, filters=Filters(status="draft", page=n)) for n in (1, 2, 3, 99)]
    assert [len(p.rows) for p in pages] == [50, 50, 20, 20]
    assert pages[3].page == pages[3].pages == 3
    assert len({row.case_id for p in pages[:3] for row in p.rows}) == 120


async def test_a_story_tells_the_whole_case(pool: None) -> None:
    done = await accepted()
    story = await cases.story(done.case_id, by=WANG, at=MONDAY)
    assert (story.number, story.query_code, story.status_name) == (done.number, done.query_code, "办理中")
    path = {i.item: (i.status_name, i.after) for i in story.items}
    assert path["birth_registration"] == ("待签收", ())
    assert path["medical_insurance"] == ("待前置", ("birth_registration",))
    form = {f.element: f for s in story.sections for f in s.fields}
    assert form["newborn_name"].value == "王𬱖" and form["newborn_name"].source == "申请表"
    assert form["newborn_id_number"].value == "" and "等待“" in form["newborn_id_number"].source
    assert form["newborn_sex"].value != "female"
    assert [p.kind for p in story.papers] == ["receipt", "acceptance"]
    assert {p.role_name for p in story.parties} == {"申请人", "监护人"}
    scanned = next(m for m in story.materials if m.material == "birth_certificate")
    assert scanned.to_bring and [f.media_type for f in scanned.files] == ["image/jpeg"]
    assert all(m.waived for m in story.materials if not m.to_bring)
    assert story.journal[0].words == "新建草稿" and any(line.words == "受理" for line in story.journal)
    assert not [line.words for line in story.journal if line.words.isascii()]
    assert story.clock is not None and story.clock.remaining is not None


async def test_a_department_reads_its_own_part_of_a_story(pool: None) -> None:
    done = await accepted()
    async with database.transaction():
        await database.connection().execute("UPDATE tasks SET claimed_by = department, status = 'reviewing'")
    whole = await cases.story(done.case_id, by=WANG, at=MONDAY)
    social = Actor("human_resources", "社保员", "222405", frozenset({Role.APPROVER}), department="human_resources")
    own = await cases.story(done.case_id, by=social, at=MONDAY)
    every = {f.element: f for s in whole.sections for f in s.fields}
    mine = {f.element: f for s in own.sections for f in s.fields}
    assert mine and len(mine) < len(every)
    assert set(mine) == {e for e, f in every.items() if next(iter(own_short(whole))) in f.departments}
    assert own.query_code == "" and own.papers == ()
    assert len(own.materials) < len(whole.materials)


async def test_a_department_reads_neither_others_decisions_nor_anybodys_numbers(pool: None) -> None:
    done = await working.accepted(working.NURSING)
    birth = await working.task_of(done.case_id, "birth_registration")
    await working.granted(birth, working.POLICE, newborn_id_number=working.NEWBORN_ID)
    await working.refused(await working.task_of(done.case_id, "nursing_allowance"), working.SOCIAL)
    await tasks.claim(await working.task_of(done.case_id, "medical_insurance"), by=working.HEALTHCARE, at=MONDAY)
    story = await cases.story(done.case_id, by=working.HEALTHCARE, at=MONDAY)
    told = {i.item: i for i in story.items}
    assert told["nursing_allowance"].status == "refused"
    refused = told["nursing_allowance"]
    assert (refused.reason, refused.legal_basis, refused.remedy, refused.opinion) == ("", "", "", "")
    assert told["birth_registration"].results, "what the own item builds on is shown"
    assert {(p.role_name, p.id_number, p.phone) for p in story.parties} == {("申请人", "", "")}
    for other in (working.POLICE, working.SOCIAL):
        theirs = await cases.story(done.case_id, by=other, at=MONDAY)
        shown = {i.item for i in theirs.items if i.reason or i.results}
        assert shown <= {i.item for i in theirs.items if i.department == other.department} | {"birth_registration"}
    whole = await cases.story(done.case_id, by=WANG, at=MONDAY)
    assert next(i for i in whole.items if i.item == "nursing_allowance").reason == working.REASONS["reason"]
    assert all(p.id_number for p in whole.parties)


def own_short(story: cases.CaseStory) -> set[str]:
    """The short name under which the form lists the department."""
    asker = next(a for f in story.plan.fields for a in f.askers if a.department == "human_resources")
    line = next(f for f in story.plan.fields if asker in f.askers)
    shown = next(f for s in story.sections for f in s.fields if f.element == line.element)
    return {shown.departments[[a.department for a in line.askers].index("human_resources")]}


async def test_a_child_s_story_needs_the_task_or_a_purpose(pool: None) -> None:
    done = await accepted()
    with pytest.raises(errors.Forbidden, match="未满十四周岁"):
        await cases.story(done.case_id, by=POLICE, at=MONDAY)
    with pytest.raises(errors.NotFound):
        await cases.story(uuid4(), by=WANG, at=MONDAY)


async def test_a_draft_has_no_story_yet(pool: None) -> None:
    draft = await begin()
    with pytest.raises(errors.NotFound, match="还没有受理"):
        await cases.story(draft.case_id, by=WANG, at=MONDAY)


async def test_a_consultation_brings_its_answers_back_by_its_code(pool: None) -> None:
    await begin()
    asked = await consultation.consult("newborn", "222405", {"parents_same_ethnicity": "no"}, at=MONDAY)
    assert any(m.material == "ethnicity_application" and not m.open for m in asked.plan.materials)
    assert {q.element for q in asked.questions} == set(ANSWERS)
    back = await consultation.by_code(asked.code.lower().replace("-", " "), at=MONDAY)
    assert back.answers == asked.answers and back.plan == asked.plan
    wrong = asked.code[:-1] + ("0" if asked.code[-1] != "0" else "1")
    with pytest.raises(errors.Invalid, match="核对"):
        await consultation.by_code(wrong, at=MONDAY)
    content = consultation.sheet_content(asked, MONDAY.date())
    assert content["code"] == asked.code and content["title"] == "新生儿出生一件事一次性告知单"


async def test_a_consultation_names_the_choices(pool: None) -> None:
    await begin()
    with pytest.raises(errors.Invalid, match="是（yes）、否（no）") as refusal:
        await consultation.consult("newborn", "222405", {"parents_same_ethnicity": "maybe"}, at=MONDAY)
    assert list(refusal.value.fields) == ["parents_same_ethnicity"]
    with pytest.raises(errors.Invalid, match="没有“colour”"):
        await consultation.consult("newborn", "222405", {"colour": "red"}, at=MONDAY)
    with pytest.raises(errors.NotFound):
        await consultation.consult("newborn", "999999", {}, at=MONDAY)


async def test_only_the_window_finds_a_case_by_name(pool: None) -> None:
    """For anybody else a hit alone would tell that a child has a case."""
    case = await accepted()
    watcher = Actor("watcher", "周明", "222405", frozenset({Role.SUPERVISOR}))
    by_name = cases.Filters(search="王𬱖")
    assert (await cases.listing(by=watcher, at=MONDAY, filters=by_name)).total == 0
    assert [c.number for c in (await cases.listing(by=WANG, at=MONDAY, filters=by_name)).rows] == [case.number]
    by_number = cases.Filters(search=case.number)
    assert (await cases.listing(by=watcher, at=MONDAY, filters=by_number)).rows[0].case_id == case.case_id
