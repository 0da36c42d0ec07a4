"""Departments' systems with their keys, on the real application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient

from lianban import people
from lianban.rules.actors import SYSTEM, Role
from tests.actions.drafts import MONDAY
from tests.actions.working import REGION
from tests.application import application


@dataclass(slots=True)
class Machine:
    """A system with its key."""

    http: AsyncClient
    key: str

    async def ask(self, method: str, path: str, *, repeat: str = "", **more: Any) -> Any:
        """One request under /api/v1; `repeat` is the idempotency key."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        if repeat:
            headers["Idempotency-Key"] = repeat
        return await self.http.request(method, f"/api/v1{path}", headers=headers, **more)


@pytest.fixture
async def http(pool: None) -> AsyncIterator[AsyncClient]:
    """The application on a fresh database."""
    transport = ASGITransport(app=application(), raise_app_exceptions=False)  # type: ignore[arg-type]
    async with AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


async def machine(http: AsyncClient, department: str = "", region: str = REGION) -> Machine:
    """A new key: of a department's system, or of the window's."""
    role = Role.APPROVER if department else Role.CLERK
    _, key = await people.add_client_key(
        f"{department or '窗口'}业务系统", region=region, department=department, role=role, by=SYSTEM, at=MONDAY
    )
    return Machine(http, key)
