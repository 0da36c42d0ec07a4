"""Posts that are kept apart, and who may open which case."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import pytest

from lianban import errors, journal, people
from lianban.outside import clock, database
from lianban.people.posts import check_roles
from lianban.rules.actors import SYSTEM, Actor, Role
from lianban.tables.cases import Case
from tests.actions import rows
from tests.actions.rows import REGION, actor

PASSWORD = "Longjing-2026"
CLERK = actor("clerk", Role.CLERK, window="3号窗口")
NEIGHBOUR = actor("neighbour", Role.CLERK, window="3号窗口")
OTHER_WINDOW = actor("other-window", Role.CLERK, window="5号窗口")
POLICE = actor("police-1", Role.APPROVER, department="police")
POLICE_2 = actor("police-2", Role.APPROVER, department="police")
WATER = actor("water-1", Role.APPROVER, department="water")
SUPERVISOR = actor("supervisor", Role.SUPERVISOR)
ADMINISTRATOR = actor("administrator", Role.ADMINISTRATOR)
SECURITY = actor("security", Role.SECURITY_OFFICER)
AUDITOR = actor("auditor", Role.AUDITOR)
CHANGSHA = actor("changsha", Role.CLERK, window="3号窗口", region="430100")


@pytest.mark.parametrize(
    ("roles", "department", "says"),
    [
        ([], "", "至少选择一个岗位"),
        ([Role.ADMINISTRATOR, Role.SECURITY_OFFICER], "", "不同的人"),
        ([Role.AUDITOR, Role.ADMINISTRATOR], "", "不同的人"),
        ([Role.AUDITOR, Role.SUPERVISOR], "", "不能兼任"),
        ([Role.CLERK, Role.SECURITY_OFFICER], "", "不能兼任"),
        ([Role.CLERK, Role.APPROVER], "police", "不能兼任"),
        ([Role.APPROVER], "", "所属部门"),
        ([Role.CLERK], "police", "请不要填写所属部门"),
    ],
)
def test_posts_that_may_not_meet_in_one_person(roles: list[Role], department: str, says: str) -> None:
    with pytest.raises(errors.Invalid, match=says):
        check_roles(roles, department)


def test_posts_that_may() -> None:
    assert check_roles([Role.DEPARTMENT_HEAD, Role.APPROVER], "police") == ["approver", "department_head"]
    for role in (Role.CLERK, Role.SUPERVISOR, Role.GOVERNMENT_HEAD, Role.ADMINISTRATOR, Role.AUDITOR):
        assert check_roles([role], "") == [role.value]


@pytest.mark.parametrize("by", [CLERK, POLICE, SUPERVISOR, SECURITY, AUDITOR, CHANGSHA], ids=lambda a: a.id)
async def test_only_the_administrator_of_the_region_adds_people(pool: None, by: Actor) -> None:
    with pytest.raises(errors.Forbidden, match="系统管理员"):
        await people.add_person("new", PASSWORD, name="新人", roles=[Role.CLERK], region=REGION, by=by, at=clock.now())


async def test_the_same_login_twice_is_refused(pool: None) -> None:
    for login in ("kim", "张三", "li.wei-2"):
        await people.add_person(
            login, PASSWORD, name="金", roles=[Role.CLERK], region=REGION, by=ADMINISTRATOR, at=clock.now()
        )
    with pytest.raises(errors.Conflict, match="已经有人使用"):
        await people.add_person(
            "KIM", PASSWORD, name="金二", roles=[Role.CLERK], region=REGION, by=ADMINISTRATOR, at=clock.now()
        )
    assert [p.login for p in await people.list_people(by=AUDITOR)] == ["kim", "li.wei-2", "张三"]
    with pytest.raises(errors.Forbidden):
        await people.list_people(by=CLERK)


async def test_changed_posts_end_the_sessions_and_are_told(pool: None) -> None:
    id = await people.add_person(
        "kim", PASSWORD, name="金", roles=[Role.CLERK], region=REGION, by=ADMINISTRATOR, at=clock.now()
    )
    token = await people.sign_in("kim", PASSWORD, terminal="", at=clock.now())
    with pytest.raises(errors.Forbidden):
        await people.change_roles(id, [Role.APPROVER], department="police", by=ADMINISTRATOR, at=clock.now())
    await people.change_roles(id, [Role.APPROVER], department="police", by=SECURITY, at=clock.now())
    assert await people.who(token, clock.now()) is None
    line = (await journal.lines("people", id))[-1]
    assert line.content == {"before": ["clerk"], "after": ["approver"], "department": "police"}
    assert [p.name for p in await people.colleagues(by=POLICE)] == ["金"]
    assert await people.colleagues(by=CLERK) == []
    token = await people.sign_in("kim", PASSWORD, terminal="", at=clock.now())
    await people.set_active(id, False, by=SECURITY, at=clock.now())
    assert await people.who(token, clock.now()) is None
    assert await people.colleagues(by=POLICE) == []


async def test_nobody_changes_their_own_rights(pool: None) -> None:
    id = await people.add_person(
        "sec", PASSWORD, name="安", roles=[Role.SECURITY_OFFICER], region=REGION, by=SYSTEM, at=clock.now()
    )
    oneself = actor(id, Role.SECURITY_OFFICER)
    with pytest.raises(errors.Forbidden, match="自己"):
        await people.change_roles(id, [Role.ADMINISTRATOR], by=oneself, at=clock.now())
    with pytest.raises(errors.Forbidden, match="自己"):
        await people.set_active(id, False, by=oneself, at=clock.now())


async def access(case: Case, by: Actor) -> str:
    """What `by` is told: why the door opens, or the code of the refusal."""
    try:
        async with database.transaction():
            reason = await people.require_access(case, by=by, at=clock.now())
    except errors.Refusal as refusal:
        return refusal.code
    return reason


async def test_who_may_open_an_ordinary_case(pool: None) -> None:
    case = await rows.case(await rows.edition(clock.now(), infant=False), clock.now(), opened_by=CLERK)
    await rows.task(case.id, "police", clock.now())
    everybody = [CLERK, OTHER_WINDOW, POLICE, WATER, SUPERVISOR, ADMINISTRATOR, SECURITY, AUDITOR, CHANGSHA, SYSTEM]
    assert {by.id: await access(case, by) for by in everybody} == {
        "clerk": "窗口办理",
        "other-window": "窗口办理",
        "police-1": "办理本部门事项",
        "water-1": "not-found",
        "supervisor": "监督检查",
        "administrator": "not-found",
        "security": "not-found",
        "auditor": "not-found",
        "changsha": "not-found",
        "system": "系统处理",
    }


async def test_who_may_open_a_childs_record(pool: None) -> None:
    case = await rows.case(await rows.edition(clock.now(), infant=True), clock.now(), opened_by=CLERK)
    await rows.task(case.id, "police", clock.now(), claimed_by=POLICE.id)
    everybody = [CLERK, NEIGHBOUR, OTHER_WINDOW, POLICE, POLICE_2, WATER, SUPERVISOR, AUDITOR, CHANGSHA]
    assert {by.id: await access(case, by) for by in everybody} == {
        "clerk": "窗口办理",
        "neighbour": "窗口办理",
        "other-window": "forbidden",
        "police-1": "办理已签收的任务",
        "police-2": "forbidden",
        "water-1": "not-found",
        "supervisor": "forbidden",
        "auditor": "not-found",
        "changsha": "not-found",
    }


async def test_an_approved_purpose_opens_a_childs_record_for_a_day(pool: None) -> None:
    case = await rows.case(await rows.edition(clock.now(), infant=True), clock.now(), opened_by=CLERK)
    await rows.task(case.id, "police", clock.now())
    officer = await people.add_person(
        "li", PASSWORD, name="李", roles=[Role.APPROVER], department="police", region=REGION, by=SYSTEM, at=clock.now()
    )
    asker = await people.person(officer)
    head = actor("head", Role.DEPARTMENT_HEAD, department="police")
    with pytest.raises(errors.Invalid, match="用途"):
        await people.ask_access(case.id, " ", by=asker, at=clock.now())
    with pytest.raises(errors.NotFound):
        await people.ask_access(case.id, "核对户口", by=WATER, at=clock.now())
    id = await people.ask_access(case.id, "核对户口", by=asker, at=clock.now())
    assert await access(case, asker) == "forbidden"

    for stranger in (actor("h2", Role.DEPARTMENT_HEAD, department="water"), CLERK, POLICE_2, CHANGSHA):
        assert await people.asked_access(by=stranger, at=clock.now()) == []
        with pytest.raises(errors.NotFound):
            await people.approve_access(id, by=stranger, at=clock.now())
    assert [r.purpose for r in await people.asked_access(by=head, at=clock.now())] == ["核对户口"]
    assert len(await people.asked_access(by=SUPERVISOR, at=clock.now())) == 1
    await people.approve_access(id, by=head, at=clock.now())
    assert await people.asked_access(by=head, at=clock.now()) == []
    with pytest.raises(errors.Conflict):
        await people.approve_access(id, by=SUPERVISOR, at=clock.now())

    assert await access(case, asker) == "经批准查阅：核对户口"
    assert await access(case, POLICE_2) == "forbidden"
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert await access(case, asker) == "forbidden"
    assert [line.event for line in await journal.lines("people", officer)][-2:] == [
        "access asked for",
        "access approved",
    ]


async def test_nobody_approves_their_own_request(pool: None) -> None:
    case = await rows.case(await rows.edition(clock.now(), infant=True), clock.now(), opened_by=CLERK)
    id = await people.ask_access(case.id, "监督检查抽查", by=SUPERVISOR, at=clock.now())
    assert await people.asked_access(by=SUPERVISOR, at=clock.now()) == []
    with pytest.raises(errors.Forbidden, match="自己"):
        await people.approve_access(id, by=SUPERVISOR, at=clock.now())
    with pytest.raises(errors.NotFound):
        await people.approve_access(id, by=actor("s2", Role.SUPERVISOR), at=clock.now() + timedelta(days=8))


async def test_the_auditor_reads_the_access_log_and_nobody_changes_it(pool: None) -> None:
    case = await rows.case(await rows.edition(clock.now(), infant=False), clock.now(), opened_by=CLERK)
    async with database.transaction():
        await people.record_access(case.id, "表单", "窗口办理", by=CLERK, at=clock.now(), address="10.0.0.7")
        await people.record_access(None, "登录失败", "登录名不存在", by=SYSTEM, at=clock.now() + timedelta(minutes=1))
    looks = await people.access_log(by=AUDITOR)
    assert [(look.what, look.number) for look in looks] == [("登录失败", ""), ("表单", case.number)]
    assert [look.what for look in await people.access_log(by=AUDITOR, case_id=case.id)] == ["表单"]
    assert [look.what for look in await people.access_log(by=AUDITOR, before=looks[0].at)] == ["表单"]
    elsewhere = await people.access_log(by=actor("a2", Role.AUDITOR, region="430100"))
    assert [look.what for look in elsewhere] == ["登录失败"]
    for by in (CLERK, SUPERVISOR, ADMINISTRATOR, SECURITY):
        with pytest.raises(errors.Forbidden, match="审计管理员"):
            await people.access_log(by=by)
    for statement in ("UPDATE access_log SET purpose = ''", "DELETE FROM access_log", "TRUNCATE access_log"):
        with pytest.raises(asyncpg.RaiseError, match="只能追加"):
            async with database.transaction():
                await database.connection().execute(statement)
