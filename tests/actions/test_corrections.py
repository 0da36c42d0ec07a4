"""Receipt, screening, one notice, the answer, acceptance by the window or by law."""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from lianban import errors, journal, people
from lianban.casework import corrections, intake, materials, owed
from lianban.casework.corrections import Finding
from lianban.outside.database import connection, transaction
from lianban.rules.actors import HOLDER, Role
from lianban.rules.policy import Policy
from lianban.tables.cases import Case
from tests.actions.drafts import FAR, JIN, MONDAY, WANG, begin, fill, picture
from tests.actions.receiving import BLURRED, CERTIFICATE, all_clear, asked, blurred, on, received
from tests.actions.working import HEALTHCARE, LABOUR, POLICE, POLICE_HEAD, SOCIAL, officer, one, states

POLICE_TOO = officer("police-too", "public_security")
BIRTH = "birth_registration"


async def first_gap(case_id: UUID) -> UUID:
    """The first gap of the notice that is to be answered."""
    id = (await corrections.open_correction(case_id, by=WANG, at=on(3))).gaps[0].id
    assert id is not None
    return id


async def notified(**more: str) -> UUID:
    """Received on Monday, the certificate is unreadable, told on Tuesday."""
    case = await received(**more)
    await blurred(case.case_id)
    await corrections.notify(case.case_id, by=WANG, at=on(3))
    return case.case_id


async def answered(width: int = 30, **more: str) -> UUID:
    """As `notified`, and a new scan came on Thursday."""
    id = await notified(**more)
    await bring(id, width)
    return id


async def bring(id: UUID, width: int) -> None:
    """A new scan of the certificate on Thursday, the 5th, and that is all."""
    gap = await first_gap(id)
    await corrections.supply_material(id, gap, "清晰.jpg", picture(width), channel="window", by=WANG, at=on(5))
    await corrections.finish(id, channel="window", by=WANG, at=on(5))


async def status(id: UUID) -> str:
    return str(await one("SELECT status FROM cases WHERE id = $1", id))


async def running(id: UUID) -> list[str]:
    """The case's own clocks that run."""
    async with transaction():
        rows = await connection().fetch(
            "SELECT kind FROM clocks WHERE case_id = $1 AND task_id IS NULL AND stopped_at IS NULL ORDER BY kind", id
        )
    return [r["kind"] for r in rows]


async def test_from_receipt_through_one_correction_to_acceptance(pool: None) -> None:
    case = await received()
    assert (case.number, case.answer_due) == ("222405-2026-000001", on(9, 17, 0))
    assert await running(case.case_id) == ["correction"]
    await blurred(case.case_id)
    told = await corrections.notify(case.case_id, by=WANG, at=on(3))
    assert (told.number, told.round) == ("龙政服补字〔2026〕第000001号", 1)
    assert await running(case.case_id) == ["answer"]
    view = await corrections.open_correction(case.case_id, at=on(4))
    assert [(g.label, g.status) for g in view.gaps] == [("出生医学证明", "notified")]
    gap = await first_gap(case.case_id)
    await corrections.supply_material(
        case.case_id, gap, "清晰.jpg", picture(30), channel="window", by=WANG, at=on(5, 10)
    )
    done = await corrections.finish(case.case_id, channel="window", by=WANG, at=on(5, 11))
    assert done.supplied_at == on(5, 10)
    assert done.answer_due == on(12, 17, 0)
    accepted = await intake.accept(case.case_id, by=WANG, at=on(6))
    assert (accepted.number, accepted.query_code) == (case.number, case.query_code)
    assert await one("SELECT accepted_at FROM cases") == on(5, 10)
    assert await one("SELECT received_at FROM cases") == MONDAY
    assert (await states(case.case_id))[BIRTH] == "dispatched"
    assert await one("SELECT string_agg(kind, ' ' ORDER BY issued_at) FROM papers") == "receipt correction acceptance"
    assert "correction" not in await running(case.case_id)
    assert await one("SELECT count(*) FROM screenings WHERE status = 'pending'") == 0
    assert (await journal.verify()).whole


async def test_a_receipt_needs_applicant_situation_and_consents_and_nothing_else(pool: None) -> None:
    draft = await begin()
    with pytest.raises(intake.Incomplete) as refused:
        await intake.receive(draft.case_id, by=WANG, at=MONDAY)
    assert "还不能收件" in refused.value.sentence
    assert "consent.privacy" in refused.value.fields and not refused.value.materials
    assert "birth_place" not in refused.value.fields
    applicant = {"mother_name": "朴美兰", "mother_id_number": "11010519491231002X", "mother_phone": "13800138000"}
    consents = {"consent.privacy": "yes", "consent.guardian": "yes"}
    ethnic = {"mother_ethnicity": "10", "father_ethnicity": "10"}
    await intake.save(draft.case_id, applicant | consents | ethnic, by=WANG, at=MONDAY)
    await intake.receive(draft.case_id, by=WANG, at=MONDAY)
    room = await corrections.room(draft.case_id, by=WANG, at=MONDAY)
    assert {"birth_place", CERTIFICATE} <= {g.subject for g in room.gaps}


async def test_received_once_whoever_presses_how_often(pool: None) -> None:
    draft = await begin()
    await fill(draft.case_id)
    answers = await asyncio.gather(
        *(intake.receive(draft.case_id, by=by, at=MONDAY) for by in (WANG, JIN, WANG, JIN)), return_exceptions=True
    )
    won = [a for a in answers if isinstance(a, intake.Received)]
    lost = [a for a in answers if isinstance(a, errors.Conflict)]
    assert len(won) == len(lost) == 2 and won[0] == won[1] and won[0].number in lost[0].sentence
    assert await one("SELECT count(*) FROM papers") == 1
    assert await one("SELECT count(*) FROM journal WHERE event = 'received'") == 1


async def test_a_received_application_is_no_draft_any_more(pool: None) -> None:
    id = (await received()).case_id
    for change in (
        intake.save(id, {"newborn_name": "王一"}, by=WANG, at=MONDAY),
        intake.discard(id, by=WANG, at=MONDAY),
        materials.add(id, CERTIFICATE, "又一.jpg", picture(50), by=WANG, at=MONDAY),
    ):
        with pytest.raises(errors.Conflict, match="已经收件"):
            await change


async def test_only_the_own_region_and_window_may(pool: None) -> None:
    id = (await received()).case_id
    for act in (
        partial(corrections.room, id),
        partial(corrections.notify, id),
        partial(corrections.correct, id, "birth_place", "x", "写错了"),
        partial(intake.receive, id),
    ):
        for stranger in (FAR, POLICE):
            with pytest.raises(errors.NotFound):
                await act(by=stranger, at=MONDAY)


async def test_departments_answer_only_their_own_questions(pool: None) -> None:
    id = (await received()).case_id
    question, _ = (await asked(id))[BIRTH]
    far = officer("far", "public_security", region="430100")
    for stranger in (HEALTHCARE, far, WANG):
        with pytest.raises(errors.NotFound):
            await corrections.view(question, by=stranger, at=MONDAY)
        with pytest.raises(errors.NotFound):
            await corrections.report(question, [BLURRED], by=stranger, at=MONDAY)
        with pytest.raises(errors.NotFound):
            await corrections.clear(question, by=stranger, at=MONDAY)
    assert await status(id) == "received"


async def test_the_question_opens_a_childs_record_for_the_department_and_is_recorded(pool: None) -> None:
    id = (await received()).case_id
    question, police = (await asked(id))[BIRTH]
    view = await corrections.view(question, by=police, at=MONDAY)
    assert not view.locked and view.applicant == "朴美兰"
    purposes = "SELECT string_agg(purpose, ' ') FROM access_log WHERE by_id = 'police'"
    assert "核对收到的材料" in str(await one(purposes))
    scan = next(p for p in view.papers if p.material == CERTIFICATE).files[0].id
    assert (await materials.open(id, scan, by=police, at=MONDAY)).data == picture()
    await intake.accept(id, by=WANG, at=MONDAY)
    # Accepted: now the task is the ground, once it has been claimed.
    assert "签收" in (await corrections.view(question, by=police, at=MONDAY)).locked
    with pytest.raises(errors.Forbidden):
        await materials.open(id, scan, by=police, at=MONDAY)


async def test_a_department_reads_no_more_than_its_item_asks_for(pool: None) -> None:
    id = (await received()).case_id
    question, healthcare = (await asked(id))["medical_insurance"]
    view = await corrections.view(question, by=healthcare, at=MONDAY)
    assert {"newborn_name"} <= {f.element for f in view.fields}
    assert "householder_name" not in {f.element for f in view.fields}
    assert "marriage_certificate" not in {p.material for p in view.papers}


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (Finding("material", "marriage_certificate", "missing"), "不得增加材料或者条件"),
        (Finding("material", "business_licence", "missing"), "不得增加材料或者条件"),
        (Finding("field", "householder_name", problem="不对"), "不得增加材料或者条件"),
        (Finding("field", "newborn_name"), "有什么问题"),
        (Finding("other", problem="再出一份证明"), "没有法律依据的，不得要求补正"),
        (Finding("wish", "newborn_name", problem="不对"), "请选择类别"),
        (Finding("field", "newborn_name", problem="错" * 1001), "最多 1000 个字"),
    ],
)
async def test_what_the_item_does_not_ask_for_cannot_be_reported(pool: None, finding: Finding, words: str) -> None:
    id = (await received()).case_id
    question, healthcare = (await asked(id))["medical_insurance"]
    with pytest.raises(errors.Invalid, match=words):
        await corrections.report(question, [finding], by=healthcare, at=MONDAY)
    assert await one("SELECT count(*) FROM gaps") == 0


async def test_a_wrong_material_is_held_against_a_published_standard(pool: None) -> None:
    id = (await received()).case_id
    question, police = (await asked(id))[BIRTH]
    standard = next(
        p for p in (await corrections.view(question, by=police, at=MONDAY)).papers if p.material == CERTIFICATE
    ).standards[0]
    with pytest.raises(errors.Invalid, match="公布的受理标准"):
        await corrections.report(
            question, [Finding("material", CERTIFICATE, "wrong", "要求公证")], by=police, at=MONDAY
        )
    await corrections.report(question, [Finding("material", CERTIFICATE, "wrong", standard)], by=police, at=MONDAY)
    gap = next(g for g in (await corrections.room(id, by=WANG, at=MONDAY)).gaps if g.id)
    assert standard in gap.problem and gap.basis and gap.departments == ("龙井市公安局",)


async def test_a_new_report_replaces_the_old_one_and_clear_takes_it_back(pool: None) -> None:
    id = (await received()).case_id
    question, police = (await asked(id))[BIRTH]
    await corrections.report(question, [BLURRED], by=police, at=MONDAY, key="one")
    await corrections.report(question, [BLURRED], by=police, at=MONDAY, key="one")
    await corrections.report(question, [Finding("field", "birth_place", problem="写简称")], by=police, at=MONDAY)
    assert await one("SELECT string_agg(subject, ' ') FROM gaps") == "birth_place"
    await corrections.clear(question, by=POLICE_HEAD, at=MONDAY)
    await corrections.clear(question, by=police, at=MONDAY)
    assert await one("SELECT count(*) FROM gaps") == 0
    assert await one("SELECT count(*) FROM journal WHERE event = 'screened clear'") == 1


async def test_two_departments_and_two_of_one_department_at_once(pool: None) -> None:
    id = (await received(wants_nursing_allowance="no")).case_id
    questions = await asked(id)
    field = Finding("field", "newborn_name", problem="与出生证不一致")
    calls = [corrections.report(q, [field], by=who, at=MONDAY) for q, who in questions.values()]
    calls += [corrections.report(questions[BIRTH][0], [BLURRED], by=POLICE_TOO, at=MONDAY)]
    await asyncio.gather(*calls)
    # Of the two of one department one report stands, whole.
    assert await one("SELECT count(*) FROM gaps WHERE item = $1", BIRTH) == 1
    assert await one("SELECT count(*) FROM gaps") == len(questions)
    await corrections.notify(id, by=WANG, at=MONDAY)
    assert await one("SELECT count(*) FROM corrections") == 1


async def test_one_notice_waits_for_everybody_but_not_beyond_the_fifth_day(pool: None) -> None:
    id = (await received()).case_id
    question, police = (await asked(id))[BIRTH]
    await corrections.report(question, [BLURRED], by=police, at=MONDAY)
    with pytest.raises(errors.Conflict, match="不能分次告知"):
        await corrections.notify(id, by=WANG, at=on(6, 16, 59))
    told = await corrections.notify(id, by=WANG, at=on(9, 8, 30))
    assert told.round == 1
    late, healthcare = (await asked(id, "over"))["medical_insurance"]
    with pytest.raises(errors.Conflict, match="已经一次告知"):
        await corrections.clear(late, by=healthcare, at=on(9, 9))


async def test_nothing_to_tell_is_not_told(pool: None) -> None:
    id = (await received()).case_id
    await all_clear(id)
    with pytest.raises(errors.Conflict, match="没有发现需要补正的内容"):
        await corrections.notify(id, by=WANG, at=MONDAY)


async def test_the_window_words_and_drops_with_reasons(pool: None) -> None:
    id = (await received()).case_id
    question, police = (await asked(id))[BIRTH]
    await corrections.report(
        question, [BLURRED, Finding("field", "birth_place", problem="写全称")], by=police, at=MONDAY
    )
    await all_clear(id)
    gaps = {g.subject: g.id for g in (await corrections.room(id, by=WANG, at=MONDAY)).gaps}
    certificate, place = gaps[CERTIFICATE], gaps["birth_place"]
    assert certificate is not None and place is not None
    with pytest.raises(errors.Conflict, match="部门报告了 2 处"):
        await intake.accept(id, by=WANG, at=MONDAY)
    with pytest.raises(errors.Invalid) as refused:
        await corrections.notify(id, drops={place: " "}, by=WANG, at=MONDAY)
    assert list(refused.value.fields) == [f"drop.{place}"]
    with pytest.raises(errors.Invalid):
        await corrections.notify(id, wording={certificate: ("字" * 1001, "重拍")}, by=WANG, at=MONDAY)
    words = {certificate: ("证上的编号看不清楚。", "请重拍一张。")}
    await corrections.notify(
        id, drops={place: "与出生证写法一致，不用改。"}, wording=words, by=WANG, at=MONDAY, key="k"
    )
    await corrections.notify(
        id, drops={place: "与出生证写法一致，不用改。"}, wording=words, by=WANG, at=MONDAY, key="k"
    )
    content = str(await one("SELECT content FROM papers WHERE kind = 'correction'"))
    assert "证上的编号看不清楚。" in content and "写全称" not in content
    assert await one("SELECT count(*) FROM papers WHERE kind = 'correction'") == 1
    assert (await corrections.room(id, by=WANG, at=MONDAY)).dropped[0].reason == "与出生证写法一致，不用改。"


async def test_what_was_there_the_first_time_is_not_told_again(pool: None) -> None:
    id = await answered()
    question, police = (await asked(id))[BIRTH]
    with pytest.raises(errors.Invalid, match="第七十二条"):
        await corrections.report(
            question, [Finding("field", "householder_name", problem="与户口簿不一致")], by=police, at=on(6)
        )
    with pytest.raises(errors.Invalid, match="第七十二条"):
        await corrections.report(
            question, [Finding("other", problem="另有要求", basis="某办法第一条")], by=police, at=on(6)
        )
    # What was brought anew may be wrong anew.
    await corrections.report(question, [BLURRED], by=police, at=on(6))
    assert (await corrections.notify(id, by=WANG, at=on(6))).round == 2


async def test_another_ground_of_the_same_item_is_not_told_under_other_names(pool: None) -> None:
    case_id = (await received()).case_id
    question, police = (await asked(case_id))["birth_registration"]
    first = Finding("other", problem="印章不清", remedy="请补盖", basis="某条例第七条")
    await corrections.report(question, [first], by=police, at=MONDAY)
    await all_clear(case_id)
    await corrections.notify(case_id, by=WANG, at=MONDAY)
    (gap,) = (await corrections.open_correction(case_id, by=WANG, at=on(3))).gaps
    assert gap.id is not None
    await corrections.supply_statement(case_id, gap.id, "已经补盖", channel="window", by=WANG, at=on(3))
    await corrections.finish(case_id, channel="window", by=WANG, at=on(3))
    question, police = (await asked(case_id))["birth_registration"]
    another = Finding("other", problem="没有公证", remedy="请公证", basis="某条例第八条")
    with pytest.raises(errors.Invalid, match="第一次收到申请时就存在"):
        await corrections.report(question, [another], by=police, at=on(4))
    still = Finding("other", problem="补盖的印章仍然不清", remedy="请重新补盖", basis="某条例第七条")
    await corrections.report(question, [still], by=police, at=on(4))


async def test_what_the_window_forgot_to_tell_no_longer_holds_up_acceptance(pool: None) -> None:
    id = await answered()
    # Somebody takes a value away behind the back of the application: nobody had told about it.
    async with transaction():
        await connection().execute(
            "UPDATE cases SET draft = jsonb_set(draft, '{form,householder_name}', '\"\"') WHERE id = $1", id
        )
    room = await corrections.room(id, by=WANG, at=on(6))
    assert not room.gaps and [g.subject for g in room.untellable] == ["householder_name"]
    assert "第七十二条" in room.untellable[0].refusal
    await intake.accept(id, by=WANG, at=on(6))
    assert await status(id) == "processing"


async def test_no_more_rounds_than_the_region_allows(pool: None) -> None:
    id = await answered()
    for width in (31, 32):
        question, police = (await asked(id))[BIRTH]
        if width == 32:
            with pytest.raises(errors.Invalid, match="已经告知补正 2 次"):
                await corrections.report(question, [BLURRED], by=police, at=on(5, 11))
            break
        await corrections.report(question, [BLURRED], by=police, at=on(5, 10))
        await corrections.notify(id, by=WANG, at=on(5, 10))
        await bring(id, width)
    await intake.accept(id, by=WANG, at=on(6))


async def test_only_what_was_named_can_be_answered_and_all_of_it_must_be(pool: None) -> None:
    id = await notified(householder_name="")
    view = await corrections.open_correction(id, by=WANG, at=on(4))
    field = next(g for g in view.gaps if g.kind == "field")
    paper = next(g for g in view.gaps if g.kind == "material")
    assert field.id and paper.id and field.subject == "householder_name"
    given: Any = {"channel": "window", "by": WANG, "at": on(4)}
    with pytest.raises(errors.NotFound):
        await corrections.supply_material(id, field.id, "x.jpg", picture(), **given)
    with pytest.raises(errors.NotFound):
        await corrections.supply_field(id, id, "x", **given)
    with pytest.raises(errors.Invalid) as refused:
        await corrections.finish(id, **given)
    assert set(refused.value.fields) == {f"gap.{field.id}", f"gap.{paper.id}"}
    with pytest.raises(errors.Invalid, match="已经交过"):
        await corrections.supply_material(id, paper.id, "同.jpg", picture(), **given)
    with pytest.raises(errors.Invalid, match="请缩短"):
        await corrections.supply_field(id, field.id, "王" * 3000, **given)
    assert (await corrections.supply_field(id, field.id, "王建国", **given)).open == ("出生医学证明",)
    done = await corrections.supply_original(id, paper.id, by=WANG, at=on(5, 9))
    assert done.open == ()
    finished = await corrections.finish(id, channel="window", by=WANG, at=on(5, 15))
    assert finished.supplied_at == on(5, 9)


async def test_the_holder_of_the_code_answers_online_and_sees_nobodys_data(pool: None) -> None:
    id = await notified(father_phone="12345")
    view = await corrections.open_correction(id, at=on(4))
    phone = next(g for g in view.gaps if g.kind == "field")
    paper = next(g for g in view.gaps if g.kind == "material")
    assert phone.id and paper.id and phone.field and phone.field.value == "" and "12345" not in phone.shown
    assert paper.files == ()
    with pytest.raises(errors.Invalid):
        await corrections.supply_field(id, phone.id, "13900139001", channel="window", by=HOLDER, at=on(4))
    with pytest.raises(errors.Forbidden):
        await corrections.supply_original(id, paper.id, channel="online", by=HOLDER, at=on(4))
    with pytest.raises(errors.Invalid) as refused:
        await corrections.supply_field(id, phone.id, "1", channel="online", by=HOLDER, at=on(4))
    assert list(refused.value.fields) == [f"gap.{phone.id}"]
    await corrections.supply_field(id, phone.id, "13900139001", channel="online", by=HOLDER, at=on(4))
    await corrections.supply_material(id, paper.id, "清.jpg", picture(44), channel="online", by=HOLDER, at=on(4, 22))
    assert (await corrections.open_correction(id, at=on(5))).complete
    await corrections.finish(id, channel="online", by=HOLDER, at=on(5), key="k")
    await corrections.finish(id, channel="online", by=HOLDER, at=on(5), key="k")
    # In the evening, too, what has come has come.
    assert await one("SELECT supplied_at FROM cases") == on(4, 22)
    assert await one("SELECT channel FROM corrections") == "online"
    with pytest.raises(errors.Conflict, match="没有需要补正的内容"):
        await corrections.open_correction(id, at=on(5))


async def test_a_region_may_close_the_way_online(pool: None, monkeypatch: pytest.MonkeyPatch) -> None:
    id = await notified()
    gap = await first_gap(id)

    async def closed(region: str) -> Policy:
        return Policy(online_answers=False)

    monkeypatch.setattr("lianban.casework.corrections.answering.policy", closed)
    with pytest.raises(errors.Forbidden, match="没有开通网上补正"):
        await corrections.supply_material(id, gap, "a.jpg", picture(33), channel="online", by=HOLDER, at=on(4))


async def test_a_mistake_is_put_right_on_the_spot_and_both_values_stay(pool: None) -> None:
    id = (await received()).case_id
    line = await corrections.correct(id, "birth_place", "龙井市中医院", "申请人口误", by=WANG, at=on(2, 10))
    assert (line.old, line.new, line.label) == ("龙井市人民医院", "龙井市中医院", "出生地点")
    for element, value, reason, field in (
        ("birth_place", "龙井市中医院", "再改", "value"),
        ("birth_place", "", "再改", "value"),
        ("birth_place", "甲", " ", "reason"),
        ("newborn_id_number", "222405202610280022", "有了号码", "element"),
        ("consent.privacy", "", "不同意", "element"),
    ):
        with pytest.raises(errors.Invalid) as refused:
            await corrections.correct(id, element, value, reason, by=WANG, at=on(2, 11))
        assert field in refused.value.fields
    assert await status(id) == "received" and await one("SELECT count(*) FROM corrections") == 0
    await intake.accept(id, by=WANG, at=on(2, 12))
    assert await one("SELECT value FROM facts WHERE element = 'birth_place'") == "龙井市中医院"
    with pytest.raises(errors.Conflict, match="当场更正"):
        await corrections.correct(id, "birth_place", "别处", "再改", by=WANG, at=on(2, 13))


async def test_after_five_working_days_of_silence_the_law_accepts(pool: None) -> None:
    id = (await received()).case_id
    await owed.catch_up(id, at=on(9, 17, 0))
    assert await status(id) == "received"
    await owed.catch_up(id, at=on(9, 17, 1))
    assert await status(id) == "processing"
    assert await one("SELECT deemed FROM cases") is True
    assert await one("SELECT accepted_at FROM cases") == MONDAY
    started = "SELECT string_agg(DISTINCT started_at::text, ' ') FROM clocks WHERE kind IN ('bundle', 'committed')"
    assert str(await one(started)).startswith("2026-11-02 01:30:00")
    content = str(await one("SELECT content FROM papers WHERE kind = 'acceptance'"))
    assert "到2026年11月9日（收到之日起第五个工作日）没有告知需要补正的内容" in content and "2026年11月2日" in content
    before = await one("SELECT count(*) FROM journal")
    await owed.catch_up(id, at=on(20))
    assert await one("SELECT count(*) FROM journal") == before
    assert (await journal.verify()).whole


async def test_a_worker_dead_for_a_week_comes_to_the_same(pool: None) -> None:
    first = (await received()).case_id
    await owed.catch_up(first, at=on(17, 3))
    assert await one("SELECT accepted_at FROM cases WHERE id = $1", first) == MONDAY
    assert await one("SELECT count(*) FROM tasks WHERE case_id = $1", first)


async def test_what_was_reported_and_never_told_is_accepted_by_law(pool: None) -> None:
    id = (await received()).case_id
    await blurred(id)
    await owed.catch_up(id, at=on(10))
    assert await status(id) == "processing"
    assert await one("SELECT count(*) FROM papers WHERE kind = 'correction'") == 0


async def test_whatever_is_missing_the_law_accepts_what_came(pool: None) -> None:
    draft = await begin()
    known = {"mother_name": "朴美兰", "mother_id_number": "11010519491231002X", "mother_phone": "13800138000"}
    consents = {"consent.privacy": "yes", "consent.guardian": "yes"}
    ethnic = {"mother_ethnicity": "10", "father_ethnicity": "10"}
    await intake.save(draft.case_id, known | consents | ethnic, by=WANG, at=MONDAY)
    await intake.receive(draft.case_id, by=WANG, at=MONDAY)
    with pytest.raises(errors.Conflict, match="视为受理"):
        await intake.accept(draft.case_id, by=WANG, at=on(10))
    assert await status(draft.case_id) == "processing"
    assert await one("SELECT count(*) FROM facts WHERE element = 'birth_place'") == 0


async def test_a_correction_stops_the_law_and_its_answer_starts_it_anew(pool: None) -> None:
    id = await notified()
    await owed.catch_up(id, at=on(12))
    assert await status(id) == "correcting"
    await bring(id, 30)
    await owed.catch_up(id, at=on(12, 17, 0))
    assert await status(id) == "received"
    await owed.catch_up(id, at=on(12, 17, 1))
    assert await status(id) == "processing"
    assert await one("SELECT accepted_at FROM cases") == on(5)


async def test_who_brought_everything_and_said_nothing_more_has_answered(pool: None) -> None:
    id = await notified()
    gap = await first_gap(id)
    await corrections.supply_material(id, gap, "清.jpg", picture(61), channel="online", by=HOLDER, at=on(23))
    await owed.catch_up(id, at=on(24, 17, 0))
    assert await status(id) == "correcting"
    # The fifteen working days from the 3rd end on the 24th.
    with pytest.raises(errors.Conflict):
        await intake.accept(id, by=WANG, at=on(24, 17, 0))
    room = await corrections.room(id, by=WANG, at=on(25))
    assert (room.status, room.supplied_at, room.round) == ("received", on(23), 2)
    assert await one("SELECT by_id FROM journal WHERE event = 'correction answered'") == "system"
    assert BIRTH in await asked(id)


async def test_who_brought_nothing_has_not_answered(pool: None) -> None:
    id = await notified()
    await owed.catch_up(id, at=on(30))
    assert await status(id) == "correcting"


async def test_a_verb_that_comes_too_late_finds_the_case_accepted_and_is_told_why(pool: None) -> None:
    id = (await received()).case_id
    question, police = (await asked(id))[BIRTH]
    with pytest.raises(errors.Conflict, match="自收到申请材料之日起即为受理"):
        await corrections.report(question, [BLURRED], by=police, at=on(10))
    assert await status(id) == "processing"
    with pytest.raises(errors.Conflict):
        await corrections.notify(id, by=WANG, at=on(10))
    with pytest.raises(errors.Conflict, match="即为受理"):
        await corrections.clear(question, by=police, at=on(10))


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (on(1, 20, 15), on(6, 17, 0)),
        (on(2, 0, 0), on(9, 17, 0)),
        (on(6, 23, 59), on(13, 17, 0)),
        (on(7, 12, 0), on(13, 17, 0)),
    ],
)
async def test_midnights_and_rest_days(pool: None, at: datetime, due: datetime) -> None:
    case = await received(at)
    assert case.answer_due == due
    assert await one("SELECT received_at FROM cases") == at


async def test_a_received_case_is_judged_by_the_edition_of_its_day(pool: None) -> None:
    id = (await received()).case_id
    async with transaction():
        await connection().execute("UPDATE editions SET valid_to = '2026-11-03'")
    await intake.accept(id, by=WANG, at=on(4))
    assert await status(id) == "processing"


async def test_supervisors_and_others_do_not_look_into_a_childs_received_case(pool: None) -> None:
    id = (await received()).case_id
    async with transaction():
        case = await Case.objects().get(Case.id == id)
        assert case is not None
        assert await people.may_see_case(case, by=POLICE, at=MONDAY)
        assert not await people.may_see_case(case, by=officer("tax", "tax"), at=MONDAY)
        assert not await people.may_see_case(case, by=officer("boss", "", Role.SUPERVISOR), at=MONDAY)
        assert await people.may_see_case(case, by=LABOUR, at=MONDAY)
        assert not await people.may_see_case(case, by=SOCIAL, at=MONDAY)


async def test_two_receipts_about_one_newborn_are_told_of_each_other(pool: None) -> None:
    first, second = await received(), await received()
    shown = await corrections.room(second.case_id, by=WANG, at=on(3))
    assert shown.duplicates == (f"{first.number}（已收件）",)
    await all_clear(second.case_id)
    with pytest.raises(errors.Invalid) as refused:
        await intake.accept(second.case_id, by=WANG, at=on(3))
    assert set(refused.value.fields) == {"duplicate"} and first.number in refused.value.fields["duplicate"]
    await intake.accept(second.case_id, not_duplicate="双胞胎，出生时间相同", by=WANG, at=on(3))
    assert await status(second.case_id) == "processing"
    line = next(x for x in await journal.lines("case", second.case_id) if x.event == "duplicate confirmed")
    assert line.content == {"numbers": [first.number]}
