"""Acceptance: one transaction, all or nothing, once."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from lianban import errors, journal
from lianban.casework import catalogue, intake, materials
from lianban.outside import database
from lianban.rules import lifecycles
from lianban.rules.catalog import loading
from lianban.rules.plan import plan_from_dict
from tests.actions.drafts import ANSWERS, JIN, MONDAY, WANG, begin, fill, picture

TABLES = (
    "cases WHERE status <> 'draft'",
    "facts",
    "parties",
    "duplicate_keys",
    "tasks",
    "clocks",
    "papers",
    "number_series",
    "outbox",
    "idempotency_keys",
    "journal WHERE event NOT LIKE 'draft%' AND event NOT LIKE 'material%' AND stream = 'case'",
)


async def rows(query: str, *values: object) -> list[Any]:
    async with database.transaction():
        return list(await database.connection().fetch(query, *values))


async def counts() -> dict[str, int]:
    return {t: (await rows(f"SELECT count(*) AS n FROM {t}"))[0]["n"] for t in TABLES}


async def test_acceptance_makes_the_whole_case(pool: None) -> None:
    draft = await begin()
    await fill(draft.case_id)
    accepted = await intake.accept(draft.case_id, by=WANG, at=MONDAY, key="k")
    case = (await rows("SELECT * FROM cases"))[0]
    assert (case["status"], case["number"], case["query_code"]) == (
        "processing",
        accepted.number,
        accepted.query_code,
    )
    assert case["accepted_at"] == case["received_at"] == MONDAY
    assert (case["applicant"], case["subject"]) == ("朴美兰", "王𬱖")
    plan = plan_from_dict(json.loads(case["plan"]))
    assert not plan.open
    tasks = {t["item"]: t for t in await rows("SELECT * FROM tasks")}
    assert set(tasks) == {i.item for i in plan.items}
    assert tasks["birth_registration"]["status"] == "dispatched"
    assert tasks["medical_insurance"]["status"] == "waiting"
    assert tasks["medical_insurance"]["after"] == ["birth_registration"]
    papers = {p["kind"]: p for p in await rows("SELECT * FROM papers")}
    assert set(papers) == {"receipt", "acceptance"}
    assert papers["acceptance"]["number"] == "龙政服受字〔2026〕第000001号"
    told = json.loads(papers["acceptance"]["content"])
    assert told["case_number"] == accepted.number and len(told["items"]) == len(tasks)
    assert accepted.query_code in told["qr"]
    assert "11010519491231002X" not in papers["acceptance"]["content"]
    events = [line.event for line in await journal.lines("case", draft.case_id)]
    assert events[-4:] == ["accepted", "task dispatched", "paper issued", "paper issued"]
    assert not (await journal.verify(str(draft.case_id))).faults
    assert "case accepted" in {r["event"] for r in await rows("SELECT event FROM outbox")}


async def test_clocks_start_with_acceptance_or_with_the_predecessor(pool: None) -> None:
    draft = await begin()
    await fill(draft.case_id)
    await intake.accept(draft.case_id, by=WANG, at=MONDAY)
    clocks = await rows(
        "SELECT COALESCE(t.item, '') AS item, c.* FROM clocks c LEFT JOIN tasks t ON t.id = c.task_id ORDER BY 1"
    )
    by_item = {(c["item"], c["kind"]): c for c in clocks}
    # Two office hours from Monday 09:30; the item's own hour is earlier.
    assert by_item["", "bundle"]["promised_due"] == MONDAY.replace(hour=11, minute=30)
    assert by_item["birth_registration", "committed"]["promised_due"] == MONDAY.replace(hour=10, minute=30)
    assert ("medical_insurance", "committed") not in by_item
    due = {t["item"]: t["due_at"] for t in await rows("SELECT * FROM tasks")}
    assert due["birth_registration"] == MONDAY.replace(hour=10, minute=30)
    assert due["medical_insurance"] == MONDAY.replace(hour=11, minute=30)


async def test_a_double_click_is_one_case(pool: None) -> None:
    draft = await begin()
    await fill(draft.case_id)
    results = await asyncio.gather(
        *(intake.accept(draft.case_id, by=WANG, at=MONDAY, key=key) for key in ("a", "a", "b", "", "a"))
    )
    assert len(set(results)) == 1
    assert (await counts())["papers"] == 2


async def test_fifty_double_submissions_are_fifty_cases_without_a_gap(pool: None) -> None:
    await catalogue.ship(MONDAY)
    drafts = [
        await intake.open_draft("newborn", "222405", ANSWERS, by=WANG, at=MONDAY + timedelta(seconds=n))
        for n in range(50)
    ]
    for n, draft in enumerate(drafts):
        await fill(draft.case_id, birth_datetime=f"2026-10-28T06:{n:02}")
    results = await asyncio.gather(
        *(intake.accept(d.case_id, by=WANG, at=MONDAY, key=f"key {d.case_id}") for d in drafts for _ in range(2))
    )
    assert sorted({r.number for r in results}) == [f"222405-2026-{n:06}" for n in range(1, 51)]
    assert len({r.query_code for r in results}) == 50
    papers = sorted(r["number"] for r in await rows("SELECT number FROM papers WHERE kind = 'receipt'"))
    assert papers == [f"龙政服收字〔2026〕第{n:06}号" for n in range(1, 51)]
    assert len(await rows("SELECT 1 FROM tasks")) == 50 * 3


class Killed(Exception):
    """The process died here."""


@contextmanager
def killed_at(statement: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Die before the n-th statement that reaches the database; yields how many did.

    BEGIN and COMMIT count too; not the pool's own clean-up.
    """
    seen = [0]
    with monkeypatch.context() as patch:
        for name in ("execute", "fetch", "fetchrow", "fetchval"):
            real = getattr(asyncpg.Connection, name)

            async def dying(self: Any, *args: Any, _real: Any = real, **kwargs: Any) -> Any:
                if not str(args[0]).lstrip().startswith(("ROLLBACK", "SELECT pg_advisory_unlock_all")):
                    seen[0] += 1
                    if seen[0] == statement:
                        raise Killed
                return await _real(self, *args, **kwargs)

            patch.setattr(asyncpg.Connection, name, dying)
        yield seen


async def test_a_kill_between_any_two_writes_leaves_nothing(pool: None, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = await begin()
    await fill(draft.case_id)
    before = await counts()
    accepted = None
    for statement in range(1, 100):
        with killed_at(statement, monkeypatch):
            try:
                accepted = await intake.accept(draft.case_id, by=WANG, at=MONDAY, key="k")
                break
            except Killed:
                pass
        assert await counts() == before, f"killed before statement {statement}"
    assert statement > 15
    assert accepted is not None and accepted.number == "222405-2026-000001"
    assert await intake.accept(draft.case_id, by=WANG, at=MONDAY, key="k") == accepted


async def test_an_open_case_about_the_same_child_must_be_looked_at_first(pool: None) -> None:
    first = await begin()
    await fill(first.case_id)
    accepted = await intake.accept(first.case_id, by=WANG, at=MONDAY)
    second = await begin()
    shown = await fill(second.case_id)
    assert [(d.number, d.state) for d in shown.duplicates] == [(accepted.number, "办理中")]
    with pytest.raises(intake.Incomplete) as refusal:
        await intake.accept(second.case_id, by=WANG, at=MONDAY)
    assert accepted.number in refusal.value.fields["duplicate"]
    await intake.save(second.case_id, {"duplicate": "双胞胎，出生时间相同"}, by=WANG, at=MONDAY)
    other = await intake.accept(second.case_id, by=WANG, at=MONDAY)
    assert other.number != accepted.number
    line = next(x for x in await journal.lines("case", second.case_id) if x.event == "duplicate confirmed")
    assert line.content == {"numbers": [accepted.number]}
    keys = [r["key"] for r in await rows("SELECT key FROM duplicate_keys")]
    assert all(len(k) == 64 and "2026" not in k[:4] for k in keys) and len(set(keys)) == 1


async def test_two_windows_that_accept_the_same_child_at_once_are_told(pool: None) -> None:
    drafts = [await begin(), await begin()]
    for draft in drafts:
        await fill(draft.case_id)
    done = await asyncio.gather(*(intake.accept(d.case_id, by=WANG, at=MONDAY) for d in drafts), return_exceptions=True)
    assert sorted(type(d).__name__ for d in done) == ["Accepted", "Incomplete"]


async def test_another_clerk_is_told_that_it_has_been_accepted(pool: None) -> None:
    draft = await begin()
    await fill(draft.case_id)
    accepted = await intake.accept(draft.case_id, by=WANG, at=MONDAY)
    with pytest.raises(errors.Conflict, match=accepted.number):
        await intake.accept(draft.case_id, by=JIN, at=MONDAY)
    with pytest.raises(errors.Conflict, match="已经受理"):
        await intake.save(draft.case_id, {"newborn_name": "改名"}, by=WANG, at=MONDAY)
    with pytest.raises(errors.Conflict, match="已经受理"):
        await materials.add(draft.case_id, "photo", "a.jpg", picture(), by=WANG, at=MONDAY)


async def test_a_key_used_for_something_else_is_a_conflict(pool: None) -> None:
    one, two = await begin(), await begin()
    await fill(one.case_id)
    await intake.accept(one.case_id, by=WANG, at=MONDAY, key="k")
    with pytest.raises(errors.Conflict, match="幂等键"):
        await intake.accept(two.case_id, by=WANG, at=MONDAY, key="k")


async def newer_edition(version: str) -> None:
    """Publish the same bundle under another version from today."""
    old = await catalogue.edition_for("newborn", "222405", MONDAY.date())
    bundle = dataclasses.replace(old.bundle, version=version, valid_from=MONDAY.date())
    new = dataclasses.replace(old, bundle=bundle)
    async with database.transaction():
        await database.connection().execute(
            "INSERT INTO editions (hash, bundle, region_code, version, origin, content, valid_from, published_at,"
            " published_by) VALUES ($1, 'newborn', '222405', $2, 'local', $3, $4, $5, 'x')",
            loading.content_hash(new),
            version,
            json.dumps(loading.canonical(new)),
            MONDAY.date(),
            MONDAY,
        )


async def test_a_newer_edition_is_told_before_anything_is_accepted(pool: None) -> None:
    draft = await begin()
    await fill(draft.case_id)
    await newer_edition("2026-2")
    with pytest.raises(errors.Conflict, match="按新版重新计算"):
        await intake.accept(draft.case_id, by=WANG, at=MONDAY, key="k")
    shown = await intake.draft(draft.case_id, by=WANG, at=MONDAY)
    assert "2026-2" in shown.moved and shown.problems == {}
    accepted = await intake.accept(draft.case_id, by=WANG, at=MONDAY, key="k")
    case = (await rows("SELECT edition FROM cases WHERE number = $1", accepted.number))[0]
    assert case["edition"] == shown.edition != draft.edition


async def test_a_bundle_that_is_no_longer_offered_cannot_be_accepted(pool: None) -> None:
    draft = await begin()
    await fill(draft.case_id)
    async with database.transaction():
        await database.connection().execute("UPDATE editions SET valid_to = '2026-11-01'")
    with pytest.raises(errors.Conflict, match="没有有效版本"):
        await intake.accept(draft.case_id, by=WANG, at=MONDAY)


async def test_a_result_is_never_taken_from_the_form(pool: None) -> None:
    draft = await begin()
    await fill(draft.case_id, newborn_id_number="11010519491231002X")
    await intake.accept(draft.case_id, by=WANG, at=MONDAY)
    assert not await rows("SELECT 1 FROM facts WHERE element = 'newborn_id_number'")


async def test_the_case_begins_as_the_charts_say(pool: None) -> None:
    draft = await begin()
    await fill(draft.case_id)
    await intake.accept(draft.case_id, by=WANG, at=MONDAY)
    case = (await rows("SELECT id, status, region_code FROM cases"))[0]
    tasks = await rows("SELECT * FROM tasks")
    lives = {
        t["item"]: lifecycles.TaskRow(str(t["id"]), t["status"], t["region_code"], t["item"], t["department"])
        for t in tasks
    }
    for task in tasks:
        lives[task["item"]].after = [lives[a] for a in task["after"]]
    row = lifecycles.CaseRow(str(case["id"]), case["status"], case["region_code"], list(lives.values()))
    assert lifecycles.advance(row) == []


def examples(draft: intake.DraftView) -> dict[str, str]:
    """The catalogue's own examples for everything that is asked."""
    typed = {}
    for section in draft.sections:
        for field in section.fields:
            if field.asked and not field.value:
                typed[field.element] = field.example or (field.options[0].id if field.options else "x")
    for party in draft.parties:
        if party.role == "applicant":
            for one in party.fields:
                sample = {"name": "王芳", "id_number": "11010519491231002X", "phone": "13800138000", "relation": "母亲"}
                typed[one.name] = sample.get(one.name.rpartition(".")[2], "id_card")
    return typed


@pytest.mark.parametrize(("region", "bundle"), sorted(loading.shipped()))
@pytest.mark.parametrize("last", [False, True], ids=["first options", "last options"])
async def test_every_shipped_bundle_is_accepted_with_the_examples_of_its_catalogue(
    pool: None, region: str, bundle: str, last: bool
) -> None:
    await catalogue.ship(MONDAY)
    clerk = dataclasses.replace(WANG, region=region)
    draft = await intake.open_draft(bundle, region, {}, by=clerk, at=MONDAY)
    for _ in range(12):
        if not (answers := {q.element: q.options[-1 if last else 0].id for q in draft.questions if not q.value}):
            break
        draft = await intake.save(draft.case_id, answers, by=clerk, at=MONDAY)
    for _ in range(5):
        if not (typed := examples(draft)):
            break
        draft = await intake.save(draft.case_id, typed, by=clerk, at=MONDAY)
    await intake.save(draft.case_id, {"consent.privacy": "yes", "consent.guardian": "yes"}, by=clerk, at=MONDAY)
    for material in draft.materials:
        if material.required:
            await materials.add(draft.case_id, material.material, "a.png", picture(kind="PNG"), by=clerk, at=MONDAY)
    draft = await intake.draft(draft.case_id, by=clerk, at=MONDAY)
    assert draft.problems == {}
    accepted = await intake.accept(draft.case_id, by=clerk, at=MONDAY)
    assert accepted.number == f"{region}-2026-000001"
    assert await rows("SELECT 1 FROM tasks WHERE status = 'dispatched'")
