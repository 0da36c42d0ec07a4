"""Issued papers: no gap in the numbers, one printing, the same bytes for everybody who may have them."""

from __future__ import annotations

import asyncio
import io
import random
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pdfplumber
import pytest

from lianban import errors, journal, timers
from lianban.casework import notices
from lianban.casework.notices import keeping
from lianban.outside import clock, database, printing
from lianban.rules import notices as paper_contents
from lianban.rules.actors import SYSTEM, Actor, Role
from lianban.tables.cases import Case
from lianban.tables.ids import new_id
from tests.actions import rows
from tests.actions.rows import REGION, actor
from tests.printing import samples
from tests.rules.editions import changed

CLERK = actor("clerk", Role.CLERK, window="3号窗口")
POLICE = actor("police-1", Role.APPROVER, department="police")
WATER = actor("water-1", Role.APPROVER, department="water")
CONTENT = samples.acceptance() | {"seal": ""}
"""Nothing in it asks for a seal: what the press gives here is no PDF."""


@pytest.fixture
async def case(pool: None) -> Case:
    """An accepted case of adults."""
    return await rows.case(await rows.edition(clock.now(), infant=False), clock.now(), opened_by=CLERK)


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """In place of the printing processes: never twice the same bytes, so that a second printing shows."""
    printed: list[str] = []

    async def render(template: str, data: dict[str, Any], **more: Any) -> bytes:
        printed.append(template)
        await asyncio.sleep(0.05)
        return f"%PDF {data['number']} {len(printed)}".encode()

    monkeypatch.setattr(printing, "render", render)
    return printed


async def issue(case: Case, *, kind: str = "acceptance", task_id: UUID | None = None, **more: Any) -> notices.PaperView:
    async with database.transaction():
        return await notices.issue(
            kind,
            CONTENT | more | ({"kind": kind} if more else {}),
            case_id=case.id,
            region=REGION,
            authority="龙政服",
            by=CLERK,
            at=clock.now(),
            task_id=task_id,
        )


async def test_two_regions_whose_names_begin_alike_number_each_for_itself(case: Case) -> None:
    async with database.transaction():
        said: dict[str, Any] = {"case_id": case.id, "authority": "长政服", "by": CLERK, "at": clock.now()}
        both = [await notices.issue("acceptance", CONTENT, region=region, **said) for region in ("430100", "220100")]
    assert [paper.number for paper in both] == ["长政服受字〔2026〕第000001号"] * 2
    assert notices.short_authority(changed(region_short="长春")) == "长春政服"


async def test_numbers_count_by_authority_kind_and_year(case: Case) -> None:
    assert (await issue(case)).number == "龙政服受字〔2026〕第000001号"
    assert (await issue(case)).number == "龙政服受字〔2026〕第000002号"
    assert (await issue(case, kind="closure")).number == "龙政服办字〔2026〕第000001号"
    # 23:30 in UTC on the last day of the year is the next year in Shanghai.
    with clock.frozen(datetime(2027, 1, 1, 7, 30, tzinfo=clock.SHANGHAI)):
        assert (await issue(case)).number == "龙政服受字〔2027〕第000001号"


async def test_numbers_have_no_gap_though_eight_clients_roll_back_now_and_then(pool: None) -> None:
    chance = random.Random(2026)
    kept: list[int] = []

    class Changed(Exception):
        pass

    async def one(gives_up: bool) -> None:
        async with database.transaction():
            number = await notices.take_number("龙政服", "acceptance", 2026)
            await asyncio.sleep(chance.random() / 500)
            if gives_up:
                raise Changed
        kept.append(number)

    async def client() -> None:
        for _ in range(25):
            try:
                await one(gives_up=chance.random() < 0.3)
            except Changed:
                continue

    await asyncio.gather(*(client() for _ in range(8)))
    assert sorted(kept) == list(range(1, len(kept) + 1))
    assert 100 < len(kept) < 200


async def test_an_issued_paper_is_in_the_journal_and_awaits_the_printer(case: Case, press: list[str]) -> None:
    paper = await issue(case)
    (line,) = await journal.lines("case", case.id)
    assert (line.event, line.content) == ("paper issued", {"kind": "acceptance", "number": paper.number})
    await timers.round(clock.now())
    assert press == []
    # Printed ahead only when nobody at the counter has asked for it meanwhile.
    assert await timers.round(clock.now() + notices.WARM_UP) == 1
    assert press == ["notices/acceptance.html"]
    assert await timers.round(clock.now()) == 0
    assert [p.number for p in await notices.of_case(case.id)] == [paper.number]
    assert (await notices.verified(f" {paper.code.lower()} ")).number == paper.number
    with pytest.raises(errors.NotFound):
        await notices.verified("0000000000000000")


async def test_a_paper_is_printed_once_and_always_the_same(case: Case, press: list[str]) -> None:
    paper = await issue(case)
    answers = await asyncio.gather(*(notices.pdf(paper.id, by=CLERK, at=clock.now()) for _ in range(6)))
    assert {a.data for a in answers} == {f"%PDF {paper.number} 1".encode()}
    assert answers[0].name == "受理通知书 龙政服受字〔2026〕第000001号.pdf"
    await timers.round(clock.now() + notices.WARM_UP)
    assert await notices.pdf_for_holder(paper.id, case_id=case.id) == answers[0]
    assert len(press) == 1


async def test_when_two_processes_print_at_once_what_was_kept_first_is_the_paper(
    case: Case, press: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = await issue(case)
    monkeypatch.setattr(keeping, "_printing", {})
    first = asyncio.create_task(notices.pdf(paper.id, by=CLERK, at=clock.now()))
    await asyncio.sleep(0.02)
    monkeypatch.setattr(keeping, "_printing", {})
    second = asyncio.create_task(notices.pdf(paper.id, by=CLERK, at=clock.now()))
    assert (await first).data == (await second).data
    assert len(press) == 2


async def test_who_gets_a_paper(case: Case, press: list[str]) -> None:
    task = await rows.task(case.id, "police", clock.now())
    await rows.task(case.id, "water", clock.now())
    acceptance, refusal = await issue(case), await issue(case, kind="refusal", task_id=task)

    async def gets(paper: notices.PaperView, by: Actor) -> bool:
        try:
            return bool(await notices.pdf(paper.id, by=by, at=clock.now(), address="10.0.0.7"))
        except errors.NotFound:
            return False

    everybody = [CLERK, POLICE, WATER, actor("auditor", Role.AUDITOR), actor("far", Role.CLERK, region="430100")]
    assert [await gets(acceptance, by) for by in everybody] == [True, False, False, False, False]
    assert [await gets(refusal, by) for by in everybody] == [True, True, False, False, False]
    async with database.transaction():
        seen = await database.connection().fetch("SELECT by_id, what, purpose, address FROM access_log ORDER BY id")
    assert [tuple(r) for r in seen] == [
        ("clerk", f"文书 {acceptance.number}", "窗口办理", "10.0.0.7"),
        ("clerk", f"文书 {refusal.number}", "窗口办理", "10.0.0.7"),
        ("police-1", f"文书 {refusal.number}", "办理本部门事项", "10.0.0.7"),
    ]
    with pytest.raises(errors.NotFound):
        await notices.pdf_for_holder(acceptance.id, case_id=new_id(clock.now()))
    with pytest.raises(errors.NotFound):
        await notices.pdf(new_id(clock.now()), by=SYSTEM, at=clock.now())


async def test_the_paper_of_a_childs_record_needs_the_right_to_the_record(pool: None, press: list[str]) -> None:
    case = await rows.case(await rows.edition(clock.now(), infant=True), clock.now(), opened_by=CLERK)
    paper = await issue(case)
    with pytest.raises(errors.Forbidden, match="儿童"):
        await notices.pdf(paper.id, by=actor("c2", Role.CLERK, window="5号窗口"), at=clock.now())
    assert await notices.pdf(paper.id, by=CLERK, at=clock.now())


async def test_a_real_refusal_comes_out_of_the_printer_with_its_number(case: Case) -> None:
    content = paper_contents.refusal(
        authority="龙井市公安局",
        applicant=paper_contents.Party("崔明姬"),
        bundle="新生儿出生一件事",
        case_number="222405-2026-000001",
        item="出生登记",
        applied_on=date(2026, 11, 2),
        accepted_on=date(2026, 11, 2),
        facts="户口簿载明父母均为延吉市户籍。",
        reason="父母一方均非本市户籍",
        basis="《中华人民共和国户口登记条例》第七条",
        remedy=paper_contents.remedy_text("龙井市人民政府", "龙井市人民法院"),
        decided_on=date(2026, 11, 3),
        enquiry=paper_contents.Enquiry("龙井市六道河路", "0433-3222222"),
    )
    paper = await issue(case, **content)
    try:
        first = await notices.pdf(paper.id, by=CLERK, at=clock.now())
    finally:
        printing.stop()
    assert await notices.pdf(paper.id, by=CLERK, at=clock.now()) == first
    with pdfplumber.open(io.BytesIO(first.data)) as document:
        text = "".join(page.extract_text() for page in document.pages)
    assert paper.number in text and "不予许可决定书" in text and "户口登记条例" in text
