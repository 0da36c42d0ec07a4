"""The description of the interface, its page, and what happens to whatever strangers send."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from litestar.testing import TestClient

from lianban import people
from lianban.app import create_app
from lianban.outside import database
from lianban.rules.actors import SYSTEM, Role
from tests.actions.drafts import MONDAY
from tests.actions.working import REGION, accepted

schema = schemathesis.openapi.from_dict(create_app().openapi_schema.to_schema())


async def _prepared() -> dict[str, str]:
    async with database.pool(2):
        await accepted()
        keys = {}
        for department in ("", "public_security"):
            role = Role.APPROVER if department else Role.CLERK
            _, keys[department] = await people.add_client_key(
                "接口检查", region=REGION, department=department, role=role, by=SYSTEM, at=MONDAY
            )
        return keys


@pytest.fixture(scope="module")
def site(module_db: str) -> Iterator[tuple[TestClient[Any], dict[str, str]]]:
    """The application with one accepted case, and a key of the window's and of the police's system."""
    keys = asyncio.run(_prepared())
    with TestClient(create_app()) as client:
        yield client, keys


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_that_is_sent_breaks_it(
    case: schemathesis.Case[Any], site: tuple[TestClient[Any], dict[str, str]]
) -> None:
    client, keys = site
    for key in keys.values():
        case.headers["Authorization"] = f"Bearer {key}"
        sent = case.as_transport_kwargs(base_url="http://testserver")
        sent.pop("cookies", None)
        answer = client.request(**{k: v for k, v in sent.items() if v is not None})
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            problem = answer.json()
            assert problem["status"] == answer.status_code
            assert re.search(r"[\u4e00-\u9fff]", problem["detail"])


def test_the_page_of_the_interface_has_no_foreign_address(site: tuple[TestClient[Any], dict[str, str]]) -> None:
    client, _ = site
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    assert not re.findall(r'(?:src|href)="(?!/)', page.text)
    for address in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert client.get(address).status_code == 200, address
    assert client.get("/api/v1/docs/secret.js").status_code == 404


def test_an_address_that_does_not_exist_is_a_problem(site: tuple[TestClient[Any], dict[str, str]]) -> None:
    client, _ = site
    answer = client.get("/api/v1/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert client.request("PATCH", "/api/v1/bundles").status_code == 405


def test_a_stranger_cannot_send_much(site: tuple[TestClient[Any], dict[str, str]]) -> None:
    client, keys = site
    large = b"x" * 2_000_000
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/signin", content=b"login=" + large, headers=form).status_code == 413
    body = {"bundle": "newborn", "region": REGION, "form": {"newborn_name": "王" * 3}, "answers": {}}
    key = {"Authorization": f"Bearer {keys['']}", "Idempotency-Key": "large"}
    files = [{"name": "扫描.jpg", "content": "A" * 2_000_000}]
    answer = client.post("/api/v1/cases", json={**body, "materials": {"x": {"files": files}}}, headers=key)
    assert answer.status_code == 422, "where scans are sent there is room for them"
