"""AB posts and first-asked responsibility: who fills a post, with what rights, and who answers for a case."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from lianban import errors, people
from lianban.casework import adjusting, firstasked, tasks
from lianban.outside.clock import SHANGHAI
from lianban.outside.database import transaction
from lianban.people import passwords
from lianban.rules.actors import SYSTEM, Actor, Role
from tests.actions.drafts import MONDAY, begin
from tests.actions.limits import REASON, lodging
from tests.actions.rows import REGION
from tests.actions.working import REASONS, accepted, one, task_of
from tests.steps.site import CHEAP

pytestmark = pytest.mark.usefixtures("pool")
PASSWORD = "Jieban-2026"
TODAY = date(2026, 11, 2)


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a password costs is no matter here."""
    monkeypatch.setattr(passwords, "_hasher", CHEAP)


async def employ(login: str, *roles: Role, department: str = "", window: str = "", region: str = REGION) -> Actor:
    """Somebody who works here."""
    id = await people.add_person(
        login, PASSWORD, name=f"{login}的姓名", roles=roles, region=region, department=department, window=window,
        by=SYSTEM, at=MONDAY,
    )  # fmt: skip
    return await people.person(id)


async def signed_in(person: Actor, at: datetime = MONDAY) -> Actor:
    """The person as somebody who has signed in at `at` acts."""
    token = await people.sign_in(person.name.removesuffix("的姓名"), PASSWORD, terminal="座席", at=at)
    found = await people.who(token, at)
    assert found is not None
    return found


class Office:
    """The health department: two officers and their head; beside it one of the police."""

    def __init__(self, a: Actor, b: Actor, head: Actor, stranger: Actor) -> None:
        self.a, self.b, self.head, self.stranger = a, b, head, stranger


@pytest.fixture
async def office(pool: None) -> Office:
    """The people."""
    return Office(
        await employ("anna", Role.APPROVER, department="health"),
        await employ("bela", Role.APPROVER, department="health"),
        await employ("head", Role.DEPARTMENT_HEAD, department="health"),
        await employ("police", Role.APPROVER, department="public_security"),
    )


async def away(
    person: Actor,
    substitute: Actor,
    by: Actor | None = None,
    *,
    days: int = 3,
    since: date = TODAY,
    at: datetime = MONDAY,
) -> UUID:
    """`person` is away for some days from today on."""
    return await people.add_absence(
        person.id,
        substitute.id,
        since=since,
        until=since + timedelta(days=days - 1),
        reason="培训",
        by=by or person,
        at=at,
    )


async def test_the_substitute_acts_with_the_rights_and_in_the_name_of_the_absent(office: Office) -> None:
    matter = await lodging(holder=office.a)
    with pytest.raises(errors.Conflict, match="只有签收人可以作出决定"):
        await tasks.refuse(matter.task, **REASONS, by=await signed_in(office.b), at=MONDAY)
    await away(office.a, office.b, office.head)
    bela = await signed_in(office.b)
    assert [s.name for s in bela.stands_for] == ["anna的姓名"]
    assert (await tasks.view(matter.task, by=bela, at=MONDAY)).mine
    await tasks.refuse(matter.task, **REASONS, by=bela, at=MONDAY)
    line = "SELECT by_id || ' ' || on_behalf_of FROM journal WHERE event = 'task refused'"
    assert await one(line) == f"{office.b.id} {office.a.id}"
    assert await one("SELECT decided_by FROM tasks WHERE id = $1", matter.task) == office.b.id


async def test_the_absents_tasks_come_first(office: Office) -> None:
    urgent, absents = await lodging(holder=office.b), await lodging(holder=office.a)
    late = MONDAY + timedelta(hours=1)
    await away(office.a, office.b)
    found = await tasks.worklist(by=await signed_in(office.b, late), at=late)
    assert [line.task_id for line in found.filling] == [absents.task]
    assert [line.task_id for line in found.lines] == [urgent.task]
    assert found.counts.mine == 2
    alone = await tasks.worklist(by=await signed_in(office.head), at=MONDAY)
    assert not alone.filling and len(alone.lines) == 2


async def test_a_post_is_filled_on_its_days_alone(office: Office) -> None:
    id = await away(office.a, office.b, days=2)
    last, after = datetime(2026, 11, 3, 23, 59, tzinfo=SHANGHAI), datetime(2026, 11, 4, tzinfo=SHANGHAI)
    assert (await signed_in(office.b, last)).stands_for
    assert not (await signed_in(office.b, after)).stands_for
    assert not (await signed_in(office.a)).stands_for
    await people.withdraw_absence(id, by=office.a, at=MONDAY)
    assert not (await signed_in(office.b)).stands_for


async def test_who_may_enter_an_absence(office: Office) -> None:
    with pytest.raises(errors.Forbidden, match="本人、本部门负责人或者系统管理员"):
        await away(office.a, office.b, office.b)
    with pytest.raises((errors.Forbidden, errors.Invalid)):
        await away(office.a, office.b, office.stranger)
    administrator = await employ("admin", Role.ADMINISTRATOR)
    await away(office.a, office.b, administrator)
    assert await one("SELECT count(*) FROM journal WHERE event = 'absence entered'") == 1


async def test_the_substitute_is_somebody_else_of_the_same_place(office: Office) -> None:
    with pytest.raises(errors.Invalid, match="不能由本人代岗"):
        await away(office.a, office.a)
    with pytest.raises(errors.Invalid, match="同一个部门"):
        await away(office.a, office.stranger)
    far = await employ("far", Role.APPROVER, department="health", region="430100")
    with pytest.raises(errors.Invalid, match="没有找到这个人员"):
        await away(office.a, far)
    clerk, mayor = await employ("clerk", Role.CLERK, window="1 号"), await employ("mayor", Role.GOVERNMENT_HEAD)
    with pytest.raises(errors.Invalid, match="岗位必须相同"):
        await away(mayor, clerk)
    await people.set_active(office.b.id, False, by=SYSTEM, at=MONDAY)
    with pytest.raises(errors.Invalid, match="已经停用"):
        await away(office.a, office.b)


async def test_there_is_no_chain_and_no_ring(office: Office) -> None:
    await away(office.a, office.b)
    with pytest.raises(errors.Invalid, match="自己也不在岗"):
        await away(office.b, office.a)
    with pytest.raises(errors.Conflict, match="已经登记了代岗"):
        await away(office.a, office.head)
    # The substitute falls ill: nobody fills the first post, and the page says so.
    await away(office.b, office.head)
    assert not (await signed_in(office.b)).stands_for
    head = await signed_in(office.head)
    assert [s.id for s in head.stands_for] == [office.b.id]
    told = {a.person: a.warning for a in await people.list_absences(by=head, at=MONDAY)}
    assert "没有人代岗" in told[office.a.id] and told[office.b.id] == ""


async def test_two_who_name_each_other_at_once_make_no_ring(office: Office) -> None:
    for n in range(3):
        since = TODAY + timedelta(days=10 * (n + 1))
        answers = await asyncio.gather(
            away(office.a, office.b, since=since), away(office.b, office.a, since=since), return_exceptions=True
        )
        assert sum(isinstance(a, UUID) for a in answers) == 1, answers


async def test_whoever_changes_the_department_fills_no_post_there(office: Office) -> None:
    await away(office.a, office.b)
    officer = await employ("safe", Role.SECURITY_OFFICER)
    await people.change_roles(office.b.id, [Role.APPROVER], department="tax", by=officer, at=MONDAY)
    bela = await signed_in(office.b)
    assert bela.department == "tax" and not bela.stands_for


async def test_no_approval_of_ones_own_request_through_a_post(office: Office) -> None:
    matter = await lodging(holder=office.a)
    id = await adjusting.ask_extension(matter.task, amount=5, reason=REASON, by=office.a, at=MONDAY)
    await away(office.head, office.a)
    anna = await signed_in(office.a)
    assert anna.may(Role.DEPARTMENT_HEAD)
    assert "由另一位负责人批准" in (await adjusting.to_decide(by=anna, at=MONDAY))[0].against
    with pytest.raises(errors.Forbidden, match="代岗期间"):
        await adjusting.approve(id, by=anna, at=MONDAY)
    # In the other direction: the head who fills the officer's post holds the officer's task.
    await people.withdraw_absence(UUID(str(await one("SELECT id FROM absences"))), by=office.head, at=MONDAY)
    await away(office.a, office.head)
    with pytest.raises(errors.Forbidden, match="代岗期间"):
        await adjusting.approve(id, by=await signed_in(office.head), at=MONDAY)


async def test_a_childs_record_opens_to_the_substitute(office: Office) -> None:
    holder, other = office.stranger, await employ("police-b", Role.APPROVER, department="public_security")
    birth = await task_of((await accepted()).case_id, "birth_registration")
    await tasks.claim(birth, by=holder, at=MONDAY)
    assert (await tasks.view(birth, by=await signed_in(other), at=MONDAY)).locked
    await away(holder, other)
    assert not (await tasks.view(birth, by=await signed_in(other), at=MONDAY)).locked


async def test_hand_overs_in_a_department_are_links_of_the_chain(office: Office) -> None:
    matter = await lodging(holder=office.a)
    await tasks.hand_over(matter.task, to=office.b.id, reason="对口科室办理。", by=office.a, at=MONDAY)
    await tasks.release(matter.task, reason="另有紧急任务。", by=office.b, at=MONDAY)
    await tasks.claim(matter.task, by=office.a, at=MONDAY)
    await away(office.a, office.b)
    await tasks.claim(matter.task, by=await signed_in(office.b), at=MONDAY)
    async with transaction():
        links = await firstasked.chain(matter.case)
    assert [(link.from_name, link.to_name, link.reason) for link in links[1:]] == [
        ("anna的姓名", "bela的姓名", "对口科室办理。"),
        ("bela的姓名", "本部门待签收", "另有紧急任务。"),
        ("anna的姓名", "bela的姓名", "代岗接手"),
    ]


async def test_a_case_is_passed_on_by_name_and_never_to_nobody(office: Office) -> None:
    wang, jin = await employ("wang", Role.CLERK, window="3 号"), await employ("jin", Role.CLERK, window="4 号")
    case = (await begin(wang)).case_id
    for to in ("", "nobody", office.a.id):
        with pytest.raises(errors.Invalid, match="在岗的窗口人员"):
            await firstasked.pass_on(case, to=to, reason="下班交接。", by=wang, at=MONDAY)
    with pytest.raises(errors.Invalid, match="转交的理由"):
        await firstasked.pass_on(case, to=jin.id, reason=" ", by=wang, at=MONDAY)
    with pytest.raises(errors.NotFound):
        await firstasked.pass_on(case, to=jin.id, reason="下班交接。", by=office.a, at=MONDAY)
    assert (await firstasked.pass_on(case, to=jin.id, reason="下班交接。", by=wang, at=MONDAY)).name == jin.name
    third = await employ("third", Role.CLERK)
    with pytest.raises(errors.Forbidden, match="由jin的姓名负责"):
        await firstasked.pass_on(case, to=third.id, reason="下班交接。", by=wang, at=MONDAY)
    await firstasked.pass_on(case, to=wang.id, reason="申请人再次来到本窗口。", by=wang, at=MONDAY)
    async with transaction():
        links = await firstasked.chain(case)
    assert [(link.from_name, link.to_name) for link in links] == [
        ("", "wang的姓名"),
        ("wang的姓名", "jin的姓名"),
        ("jin的姓名", "wang的姓名"),
    ]
    await people.set_active(jin.id, False, by=SYSTEM, at=MONDAY)
    with pytest.raises(errors.Invalid, match="在岗的窗口人员"):
        await firstasked.pass_on(case, to=jin.id, reason="下班交接。", by=wang, at=MONDAY)


async def test_after_acceptance_the_departments_answer(office: Office) -> None:
    wang, jin = await employ("wang", Role.CLERK), await employ("jin", Role.CLERK)
    case = (await accepted()).case_id
    with pytest.raises(errors.Conflict, match="已经受理"):
        await firstasked.pass_on(case, to=jin.id, reason="下班交接。", by=wang, at=MONDAY)
