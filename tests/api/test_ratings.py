"""Rating devices and portals: with a key of one point, they rate there and do nothing else."""

from __future__ import annotations

import pytest
from httpx import AsyncClient

from lianban import people
from lianban.feedback import points
from lianban.feedback.points import NewPoint
from tests.actions.drafts import MONDAY, WANG
from tests.actions.test_points import ADMIN
from tests.actions.voicing import accepted_token
from tests.actions.working import one
from tests.api.conftest import Machine, machine

pytestmark = pytest.mark.anyio


async def device(http: AsyncClient, kind: str = "window", name: str = WANG.window) -> Machine:
    """A device with the key of a new point."""
    id = await points.add(NewPoint(kind, name, window=name if kind == "window" else ""), by=ADMIN, at=MONDAY)
    return Machine(http, (await people.add_device_key(f"{name}的设备", id, by=ADMIN, at=MONDAY))[1])


async def test_a_device_rates_once_at_its_own_point_and_nowhere_else(http: AsyncClient) -> None:
    here, there = await device(http), await device(http, name="综合窗口 8 号")
    made = (await here.ask("POST", "/occasions", json={"matter": "咨询办理居住证"})).json()
    assert (made["open"], made["rated"], made["kind"]) == (True, False, "visit") and made["url"].endswith(made["token"])
    assert (await there.ask("GET", f"/occasions/{made['token']}")).status_code == 404
    said = {"token": made["token"], "grade": 2, "options": [213]}
    assert (await there.ask("POST", "/ratings", json=said)).status_code == 404
    wrong = await here.ask("POST", "/ratings", json={**said, "options": [510]})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "#/options")
    first, again, other = [
        await here.ask("POST", "/ratings", json={**said, "grade": grade, "options": []}) for grade in (5, 5, 1)
    ]
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert (first.json()["standing"], again.json()["again"]) == ("counted", True)
    assert (await here.ask("GET", f"/occasions/{made['token']}")).json()["rated"] is True
    assert await one("SELECT (channel, grade, window_name)::text FROM ratings") == f'(device,5,"{WANG.window}")'
    assert await one("SELECT sum(tries) FROM rating_tries") == 1


async def test_a_lost_answer_does_not_rate_twice_and_offline_ratings_keep_their_time(http: AsyncClient) -> None:
    kiosk = await device(http, "self_service", "自助服务区")
    said = {"grade": 4, "given_at": "2026-11-01T18:00:00+08:00"}
    assert (await kiosk.ask("POST", "/ratings", json=said)).status_code == 422
    first = await kiosk.ask("POST", "/ratings", json=said, repeat="1")
    assert (
        first.status_code == 201 and (await kiosk.ask("POST", "/ratings", json=said, repeat="1")).json() == first.json()
    )
    old = await kiosk.ask("POST", "/ratings", json={**said, "given_at": "2026-10-20T18:00:00+08:00"}, repeat="2")
    assert old.status_code == 422
    assert await one("SELECT (channel, given_at = '2026-11-01 18:00+08')::text FROM ratings") == "(self_service,t)"
    assert await one("SELECT count(*) FROM ratings") == 1


async def test_a_device_key_opens_nothing_else_and_no_other_key_rates(http: AsyncClient) -> None:
    token = await accepted_token()
    number = await one("SELECT number FROM cases")
    here, window, police = await device(http), await machine(http), await machine(http, "public_security")
    for path in ("/events", f"/cases/{number}", "/tasks"):
        assert (await here.ask("GET", path)).status_code == 403
    found = await window.ask("POST", "/occasions", json={"number": number, "step": "acceptance"})
    assert found.json()["token"] == token
    refused = await window.ask("POST", "/ratings", json={"token": token, "grade": 5})
    assert refused.status_code == 403 and "不能代替群众评价" in refused.json()["detail"]
    assert (await police.ask("GET", f"/occasions/{token}")).status_code == 403
    assert (await Machine(http, "").ask("POST", "/ratings", json={"grade": 5})).status_code == 401
    # The step of a case that was served at the device's own window.
    assert (await here.ask("POST", "/ratings", json={"token": token, "grade": 5})).status_code == 201
    options = (await Machine(http, "").ask("GET", "/rating-options")).json()
    assert [(each["grade"], len(each["options"])) for each in options] == [(g, 8) for g in (5, 4, 3, 2, 1)]


async def test_a_device_that_runs_wild_is_held_back(http: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lianban.feedback.points.devices.PER_MINUTE", 2)
    here = await device(http)
    answers = [await here.ask("GET", "/occasions/6j000000000000000") for _ in range(3)]
    assert [each.status_code for each in answers] == [404, 404, 429]
    assert answers[-1].headers["retry-after"] == "60"
