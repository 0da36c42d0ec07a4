"""The seal of an issued paper: put on once, owed when it cannot be had, and what anybody may know of a file."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lianban import errors, timers
from lianban.casework import notices
from lianban.casework.notices import keeping
from lianban.outside import clock, database, printing, sealing
from lianban.outside.sealing import Seal
from lianban.outside.settings import settings
from lianban.rules.actors import Role
from lianban.tables.cases import Case
from tests.actions import rows
from tests.actions.rows import REGION, actor
from tests.printing import samples
from tests.seals import MONDAY, Office

CLERK = actor("clerk", Role.CLERK, window="3号窗口")
FAR = actor("far", Role.CLERK, window="1号窗口", region="430100")
CENTRE = Seal(REGION, "centre", "dedicated")
POLICE = Seal(REGION, "police", "authority")


@pytest.fixture(scope="module", autouse=True)
def press() -> Iterator[None]:
    """One printing process for all of them."""
    yield
    printing.stop()


@pytest.fixture
def office() -> Office:
    """The centre's dedicated seal and the seal of the police, where the settings look for them."""
    made = Office(settings().seals_dir).trusted()
    made.seal(CENTRE, "龙井市政务服务中心")
    made.seal(POLICE, "龙井市公安局")
    return made


@pytest.fixture
async def case(pool: None) -> Case:
    """An accepted case of adults."""
    return await rows.case(await rows.edition(clock.now(), infant=False), clock.now(), opened_by=CLERK)


async def issue(case: Case, *, kind: str = "non_acceptance", **more: Any) -> notices.PaperView:
    content = samples.issued(kind)
    async with database.transaction():
        return await notices.issue(
            kind,
            content | {"authority": "龙井市政务服务中心"} | more,
            case_id=case.id,
            region=REGION,
            authority="龙政服",
            by=CLERK,
            at=clock.now(),
        )


async def kept(paper: notices.PaperView) -> dict[str, Any]:
    async with database.transaction():
        row = await database.connection().fetchrow("SELECT * FROM papers WHERE id = $1", paper.id)
    assert row is not None
    return dict(row)


async def file(paper: notices.PaperView) -> notices.Printed:
    return await notices.pdf(paper.id, by=CLERK, at=clock.now())


async def test_a_paper_is_sealed_once_and_everybody_gets_the_same_file(case: Case, office: Office) -> None:
    paper = await issue(case)
    answers = await asyncio.gather(*(file(paper) for _ in range(3)))
    assert len({a.data for a in answers}) == 1 and not answers[0].seal_owed
    await timers.round(clock.now())
    assert await file(paper) == answers[0]
    row = await kept(paper)
    assert row["unsigned_sha256"] != row["sha256"]
    record = json.loads(row["seal"])
    assert (record["seal"], record["words"], record["signer"]) == (
        f"{REGION}/centre-dedicated",
        "行政审批专用章",
        "龙井市政务服务中心（演示证书，无法律效力）",
    )
    told = await notices.verified(paper.code)
    assert told.seal is not None and told.seal.at == MONDAY and told.seal.demonstration
    assert (told.standing, told.issuer, told.seal_awaited) == ("current", "龙井市政务服务中心", False)


async def test_a_department_seals_with_its_own_seal(case: Case, office: Office) -> None:
    task = await rows.task(case.id, "police", clock.now())
    async with database.transaction():
        paper = await notices.issue(
            "refusal",
            samples.issued("refusal") | {"authority": "龙井市公安局"},
            case_id=case.id,
            region=REGION,
            authority="龙公安",
            by=CLERK,
            at=clock.now(),
            task_id=task,
        )
    await file(paper)
    assert json.loads((await kept(paper))["seal"])["seal"] == f"{REGION}/police-authority"


async def test_killed_between_printing_and_sealing_the_paper_goes_on_from_there(
    case: Case, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = await issue(case)

    class Killed(BaseException):
        pass

    async def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(keeping, "sealed", killed)
        with pytest.raises(Killed):
            await file(paper)
    between = await kept(paper)
    assert between["unsigned_sha256"] and not between["sha256"]
    with monkeypatch.context() as patch:
        # It is not printed a second time.
        patch.setattr(printing, "render", _refusing(printing.render, "notices/non_acceptance.html"))
        done = await file(paper)
    row = await kept(paper)
    assert row["unsigned_sha256"] == between["unsigned_sha256"] and row["sha256"]
    assert not done.seal_owed


def _refusing(render: Any, template: str) -> Any:
    async def printed(name: str, *given: Any, **more: Any) -> bytes:
        assert name != template
        return bytes(await render(name, *given, **more))

    return printed


async def test_two_processes_that_seal_at_once_keep_one_file(
    case: Case, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = await issue(case)
    first = asyncio.create_task(file(paper))
    await asyncio.sleep(0)
    monkeypatch.setattr(keeping, "_printing", {})
    second = asyncio.create_task(file(paper))
    one, other = await first, await second
    assert one.data == other.data


async def test_without_its_seal_a_paper_is_printed_on_request_and_sealed_later(case: Case, office: Office) -> None:
    lost = settings().seals_dir / f"{CENTRE.file}.p12"
    away = lost.rename(lost.with_suffix(".away"))
    paper = await issue(case)
    first = await file(paper)
    assert "没有找到印章文件" in first.seal_owed
    (waiting,) = await notices.awaiting_seal(by=CLERK)
    assert (waiting.number, waiting.seal) == (paper.number, "行政审批专用章") and "请管理员" in waiting.why
    assert await notices.awaiting_seal(by=FAR) == []
    (listed,) = await notices.of_case(case.id)
    assert listed.seal_awaited
    told = await notices.verified(paper.code)
    assert told.seal_awaited and told.seal is None and told.standing == "current"
    assert (await notices.compared(first.data)).match == "unsealed"
    # The outbox tries and tries again; whoever asks meanwhile is not kept waiting for what was just refused.
    await timers.round(clock.now())
    assert (await file(paper)).data == first.data
    assert await notices.seal_now(by=CLERK) == 0
    away.rename(lost)
    assert (await file(paper)).seal_owed, "within half a minute nobody tries again"
    with clock.frozen(MONDAY + timedelta(minutes=1)):
        await timers.round(clock.now())
    sealed = await file(paper)
    assert not sealed.seal_owed and sealed.data.startswith(first.data)
    assert await notices.awaiting_seal(by=CLERK) == []
    # Both files are ours: the one handed out before its seal, and the sealed one.
    assert [(await notices.compared(each.data)).match for each in (first, sealed)] == ["unsealed", "sealed"]


async def test_staff_try_again_and_the_seal_is_on(case: Case, office: Office) -> None:
    password = settings().seals_dir / f"{CENTRE.file}.password"
    right = password.read_text()
    password.write_text("wrong")
    papers = [await issue(case), await issue(case)]
    for paper in papers:
        assert "密码不对" in (await file(paper)).seal_owed
    password.write_text(right)
    (settings().seals_dir / f"{CENTRE.file}.p12").touch()
    assert await notices.seal_now(by=CLERK) == 2
    assert all([json.loads((await kept(paper))["seal"])["signer"] for paper in papers])


async def test_only_the_first_waits_for_a_service_that_does_not_answer(
    case: Case, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def away(order: sealing.Order) -> None:
        asked.append(order.number)
        raise sealing.Unavailable("印章服务没有回答。")

    monkeypatch.setattr(sealing, "seal", away)
    papers = [await issue(case) for _ in range(3)]
    owed = [(await file(paper)).seal_owed for paper in papers]
    assert owed == ["印章服务没有回答。"] * 3 and len(asked) == 1
    assert len(await notices.awaiting_seal(by=CLERK)) == 3
    with clock.frozen(MONDAY + timedelta(seconds=31)):
        await file(papers[1])
    assert len(asked) == 2


async def test_a_paper_made_void_before_its_seal_keeps_none(case: Case, office: Office) -> None:
    (settings().seals_dir / f"{CENTRE.file}.p12").unlink()
    paper = await issue(case)
    await file(paper)
    async with database.transaction():
        await database.connection().execute("UPDATE papers SET void_at = $2 WHERE id = $1", paper.id, clock.now())
    assert await notices.awaiting_seal(by=CLERK) == []
    assert not (await file(paper)).seal_owed
    told = await notices.verified(paper.code)
    assert told.standing == "void" and told.seal is None and told.sha256 == told.unsigned_sha256


async def test_a_replaced_paper_names_the_one_that_took_its_place(case: Case) -> None:
    old, new = await issue(case), await issue(case)
    data = (await file(old)).data
    async with database.transaction():
        await database.connection().execute(
            "UPDATE papers SET superseded_at = $2, superseded_by = $3 WHERE id = $1", old.id, clock.now(), new.id
        )
    result = await notices.compared(data)
    assert result.paper is not None and result.paper.newer is not None
    assert (result.match, result.paper.standing, result.paper.newer.number) == ("sealed", "superseded", new.number)


async def test_a_file_is_held_against_the_paper_it_is_said_to_be(case: Case, office: Office) -> None:
    paper, other = await issue(case), await issue(case)
    data = (await file(paper)).data
    changed = bytearray(data)
    changed[len(data) // 2] ^= 1
    cases = {"extended": data + b"%", "truncated": data[:-9], "altered": bytes(changed), "different": b"a letter"}
    for match, each in cases.items():
        result = await notices.compared(each, code=paper.code)
        assert result.paper is None and result.match == match
        assert (await notices.compared(each)).match == "different", "without a code there is nothing to compare with"
    for short in (b"", data[:1], data[: len(data) // 3]):
        told = (await notices.compared(short, code=paper.code)).match
        assert told == "different", "nobody finds out a paper by guessing how it begins"
    assert (await notices.compared(data, code=other.code)).paper == await notices.verified(paper.code)
    with pytest.raises(errors.NotFound):
        await notices.compared(b"a letter", code="NOTHING")


async def test_nothing_personal_is_in_what_anybody_may_know(case: Case, office: Office) -> None:
    paper = await issue(case)
    await file(paper)
    told = repr(await notices.verified(paper.code))
    assert "王" not in told and "110105" not in told and str(case.id) not in told and "2026110200001" not in told


async def test_codes_are_read_as_people_type_them(case: Case) -> None:
    paper = await issue(case)
    typed = " ".join(paper.code[n : n + 4] for n in range(0, 16, 4)).lower().replace("0", "o").replace("1", "l")
    assert (await notices.verified(typed)).number == paper.number


def test_the_folder_of_seals_is_beside_the_data(tmp_path: Path) -> None:
    assert settings().seals_dir == settings().data_dir / "seals"
