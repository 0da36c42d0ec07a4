"""Visits over the API: a department's own system sees what is appointed and concludes its own item, once."""

from __future__ import annotations

from httpx import AsyncClient

from lianban.casework import tasks
from tests.actions.test_visits import answered
from tests.actions.visiting import FIRE, VISIT_AT, begun
from tests.actions.working import one
from tests.api.conftest import machine

FAIL = {"conclusion": "fail", "findings": "疏散通道堆放杂物"}


async def test_a_department_lists_its_visits_and_concludes_its_own_item(http: AsyncClient) -> None:
    there = await begun()
    fire, tax = await machine(http, "fire_rescue"), await machine(http, "tax")
    (listed,) = (await fire.ask("GET", "/visits")).json()["visits"]
    assert (listed["id"], listed["status"], listed["own"]) == (str(there.visit), "under_way", [str(there.fire)])
    assert (await tax.ask("GET", "/visits")).json()["visits"] == []
    path = f"/visits/{there.visit}/tasks/{there.fire}/conclusion"
    stranger = await tax.ask("POST", path, json=FAIL)
    assert stranger.status_code == 404
    others = await fire.ask("POST", f"/visits/{there.visit}/tasks/{there.food}/conclusion", json=FAIL)
    assert others.status_code == 403 and "另一个部门" in others.json()["detail"]
    unanswered = await fire.ask("POST", path, json=FAIL)
    assert unanswered.status_code == 422 and "核查要点" in unanswered.json()["detail"]
    await answered(there, there.fire, FIRE, VISIT_AT)
    held = await fire.ask("POST", path, json=FAIL, repeat="v1")
    assert held.status_code == 409 and "签收" in held.json()["detail"], "whoever has claimed the task concludes"
    await tasks.release(there.fire, reason="改由业务系统办理", by=FIRE, at=VISIT_AT)
    assert (await fire.ask("POST", f"/tasks/{there.fire}/claim")).status_code == 200
    unfounded = await fire.ask("POST", path, json={"conclusion": "fail"})
    assert unfounded.status_code == 422 and "findings" in str(unfounded.json()["errors"])
    done = [await fire.ask("POST", path, json=FAIL, repeat="v1") for _ in range(2)]
    assert done[0].status_code == 200 and done[0].json() == done[1].json()
    assert done[0].json() == {"visit_id": str(there.visit), "task_id": str(there.fire), "status": "under_way"}
    assert await one("SELECT count(*) FROM surveys WHERE conclusion = 'fail'") == 1
    other = await fire.ask("POST", path, json={**FAIL, "findings": "另一个说法"}, repeat="v1")
    assert other.status_code == 409
