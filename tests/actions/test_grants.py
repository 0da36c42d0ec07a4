"""The written decision of a grant: which items get one, what it says, and what an opinion must say."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from lianban import errors
from lianban.casework import intake, notices, policies, tasks
from lianban.casework.tasks import NewResult, Surveyor
from lianban.rules.actors import Actor, Role
from tests.actions.drafts import MONDAY, WANG
from tests.actions.promising import HEALTH, claimed, lodging
from tests.actions.working import NEWBORN_ID, POLICE, REGION, RESULT, accepted, concluded, one, task_of

GAO = Actor("gao", "高远", REGION, frozenset({Role.ADMINISTRATOR}))
TEAM = [Surveyor("赵一", "J-1"), Surveyor("钱二", "J-2")]
KNOWN = {"newborn_id_number": NEWBORN_ID}


async def said(case: UUID) -> dict[str, Any]:
    """What the only written grant of a case says."""
    found: dict[str, Any] = json.loads(
        str(await one("SELECT content FROM papers WHERE case_id = $1 AND kind = 'grant'", case))
    )
    return found


async def a_permit() -> tuple[UUID, UUID]:
    """A lodging case whose hygiene permit is in hand: case and task."""
    case = (await intake.accept((await lodging(but=())).case_id, by=WANG, at=MONDAY)).case_id
    return case, await claimed(case, "hygiene_permit", HEALTH)


async def surveyed(task: UUID, day: date, conclusion: str, findings: str = "", *, again: bool = False) -> None:
    await tasks.survey(
        task,
        surveyed_on=day,
        surveyors=TEAM,
        conclusion=conclusion,
        findings=findings,
        rectify_by=date(2026, 11, 6) if conclusion == "pass_with_rectification" else None,
        desk=again,
        by=HEALTH,
        at=MONDAY + timedelta(days=(day - date(2026, 11, 2)).days),
    )


async def test_what_decides_on_rights_comes_in_writing_and_a_service_does_not(pool: None) -> None:
    case = (await concluded()).case_id
    papers = [p for p in await notices.of_case(case) if p.kind == "grant"]
    assert [(p.title, p.department) for p in papers] == [("准予办理决定书", "public_security")]
    content = await said(case)
    assert content["basis"] and "行政许可法" not in content["basis"] and not content["permission"]
    assert content["scope"] == "准予办理“出生登记”。", "nothing of the child stands in what is granted"


async def test_a_permit_says_what_is_permitted_and_what_had_to_be_put_right(pool: None) -> None:
    case, task = await a_permit()
    seen = await tasks.view(task, by=HEALTH, at=MONDAY)
    assert seen.decision == "准予许可决定书" and "经营场所地址：" in seen.suggested_scope
    await surveyed(task, date(2026, 11, 2), "pass_with_rectification", "布草间没有分区。")
    await surveyed(task, date(2026, 11, 4), "pass", "布草间已分区，照片核对无误。", again=True)
    at = MONDAY + timedelta(days=2)
    result = NewResult("公共场所卫生许可证", at.date(), "222405-7", date(2030, 11, 3))
    done = await tasks.grant(task, opinion="经审查，现场勘查合格，符合条件。", results=[result], by=HEALTH, at=at)
    assert done.papers == ("龙卫健准字〔2026〕第000001号",)
    content = await said(case)
    assert content["scope"] == seen.suggested_scope
    assert content["conditions"] == "布草间没有分区。已于2026年11月4日复查合格，应当继续保持。"
    assert (content["term"], content["title"]) == ("有效期至2030年11月3日", "准予许可决定书")
    assert content["basis"].endswith("和《中华人民共和国行政许可法》第三十八条第一款")
    assert "手机" not in content["scope"] and "身份证" not in content["scope"], "nothing personal is copied into it"


async def test_the_scope_may_be_said_in_other_words_that_can_be_printed(pool: None) -> None:
    case = (await accepted()).case_id
    task = await task_of(case, "birth_registration")
    await tasks.claim(task, by=POLICE, at=MONDAY)
    for wrong in ("看不见的\u0000字", "字" * 1001):
        with pytest.raises(errors.Invalid) as refusal:
            await tasks.grant(task, scope=wrong, results=[RESULT], supplies=KNOWN, by=POLICE, at=MONDAY)
        assert set(refusal.value.fields) == {"scope"}
    assert await one("SELECT count(*) FROM papers WHERE kind = 'grant'") == 0
    await tasks.grant(
        task, scope=" 登记为随父亲落户。 ", opinion="同意。", results=[RESULT], supplies=KNOWN, by=POLICE, at=MONDAY
    )
    assert (await said(case))["scope"] == "登记为随父亲落户。"
    seen = await tasks.view(task, by=POLICE, at=MONDAY)
    assert seen.deficient == "审查意见只写“同意。”，案卷评查会扣分：请写明审查了什么、是否符合哪些条件。"


async def test_a_region_may_refuse_a_bare_opinion(pool: None) -> None:
    await policies.set_policy({"opinion_needs_text": "yes"}, by=GAO, at=MONDAY)
    case = (await accepted()).case_id
    task = await task_of(case, "birth_registration")
    await tasks.claim(task, by=POLICE, at=MONDAY)
    for bare in ("", "同意", "准予。"):
        with pytest.raises(errors.Invalid, match="案卷评查会扣分") as refusal:
            await tasks.grant(task, opinion=bare, results=[RESULT], supplies=KNOWN, by=POLICE, at=MONDAY)
        assert set(refusal.value.fields) == {"opinion"}
    done = await tasks.grant(
        task, opinion="材料齐全，亲子关系已核实，符合条件。", results=[RESULT], supplies=KNOWN, by=POLICE, at=MONDAY
    )
    assert done.status == "granted" and (await tasks.view(task, by=POLICE, at=MONDAY)).deficient == ""
