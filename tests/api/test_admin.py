"""Keys, passwords, the access log and the check of a paper, through the pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from httpx import AsyncClient

from lianban import people
from lianban.rules.actors import SYSTEM, Role
from tests.actions.drafts import MONDAY
from tests.actions.working import REGION, accepted, one

PASSWORD = "Lianban-2026"


async def signed_in(http: AsyncClient, role: Role) -> AsyncClient:
    """The same browser, signed in as somebody who holds this post."""
    await people.add_person(role.value, PASSWORD, name=role.value, roles=[role], region=REGION, by=SYSTEM, at=MONDAY)
    await send(http, "/signin", "/signin", login=role.value, password=PASSWORD)
    return http


async def send(http: AsyncClient, page: str, to: str, **fields: str) -> Any:
    """Open a page and send its form."""
    found = re.search(r'name="_csrf_token" value="([^"]+)"', (await http.get(page)).text)
    assert found
    return await http.post(to, data={**fields, "_csrf_token": found[1]})


async def test_a_key_is_shown_once_and_taken_back(http: AsyncClient) -> None:
    await accepted()
    office = await signed_in(http, Role.ADMINISTRATOR)
    given = await send(office, "/admin/keys", "/admin/keys", name="人口系统", department="public_security")
    key = re.search(r'<code class="key">([^<]+)</code>', given.text)
    assert key
    assert key[1] not in (await office.get("/admin/keys")).text
    headers = {"Authorization": f"Bearer {key[1]}"}
    assert (await http.get("/api/v1/tasks", headers=headers)).status_code == 200
    id = await one("SELECT id::text FROM client_keys")
    assert (await send(office, "/admin/keys", f"/admin/keys/{id}/revocation")).status_code == 303
    assert (await http.get("/api/v1/tasks", headers=headers)).status_code == 401


async def test_a_key_without_a_name_is_not_given(http: AsyncClient) -> None:
    office = await signed_in(http, Role.ADMINISTRATOR)
    answer = await send(office, "/admin/keys", "/admin/keys", name=" ", department="")
    assert answer.status_code == 422
    assert "请填写接入系统的名称" in answer.text
    assert await one("SELECT count(*) FROM client_keys") == 0


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR])
async def test_others_neither_see_nor_give_keys(http: AsyncClient, role: Role) -> None:
    other = await signed_in(http, role)
    assert (await other.get("/admin/keys")).status_code == 403
    assert (await send(other, "/password", "/admin/keys", name="x", department="")).status_code == 403


async def test_a_password_is_changed_with_the_old_one_only(http: AsyncClient) -> None:
    person = await signed_in(http, Role.SUPERVISOR)
    wrong = await send(person, "/password", "/password", old="x", new="Neu-2026-xyz", again="Neu-2026-xyz")
    assert wrong.status_code == 422
    assert "原密码不正确" in wrong.text
    unequal = await send(person, "/password", "/password", old=PASSWORD, new="Neu-2026-xyz", again="Neu-2026-xyy")
    assert "两次输入的新密码不一致" in unequal.text
    done = await send(person, "/password", "/password", old=PASSWORD, new="Neu-2026-xyz", again="Neu-2026-xyz")
    assert done.status_code == 303
    assert (await person.get("/password?done=1")).status_code == 200, "the own session goes on"
    assert await people.sign_in("supervisor", "Neu-2026-xyz", terminal="", at=MONDAY)


async def test_the_auditor_reads_who_looked(http: AsyncClient) -> None:
    case = await accepted()
    auditor = await signed_in(http, Role.AUDITOR)
    page = await auditor.get("/oversight/access")
    assert case.number in page.text
    assert "窗口受理" in page.text
    assert (await auditor.get("/oversight/access?before=x")).status_code == 404


async def test_a_paper_is_checked_by_its_code(http: AsyncClient) -> None:
    await accepted()
    code = await one("SELECT code FROM papers WHERE kind = 'acceptance'")
    number = await one("SELECT number FROM papers WHERE kind = 'acceptance'")
    page = await http.get(f"/v/{code}")
    assert page.status_code == 200
    assert "现行有效" in page.text
    assert str(number) in page.text
    assert "朴美兰" not in page.text
    assert (await http.get("/v/NOTHING")).status_code == 404


async def test_the_head_of_government_watches_over_all_cases(http: AsyncClient) -> None:
    case = await accepted()
    head = await signed_in(http, Role.GOVERNMENT_HEAD)
    page = await head.get("/oversight")
    assert page.status_code == 200
    assert case.number in page.text
    assert "王𬱖" not in page.text and "朴美兰" not in page.text
    opened = await head.get(f"/window/cases/{case.case_id}")
    assert "朴美兰" not in opened.text, "a child's record needs an approved purpose here too"
    assert (await head.get("/admin/people")).status_code == 403
