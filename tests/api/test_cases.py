"""Whole applications over the API, the plan before them, the feed after them."""

from __future__ import annotations

import base64
from typing import Any

from httpx import AsyncClient

from lianban.casework import consultation
from tests.actions.drafts import ANSWERS, CONSENTS, FORM, MONDAY, begin, picture
from tests.actions.working import REGION, one, task_of
from tests.api.conftest import machine


async def application(**more: str) -> dict[str, Any]:
    """A newborn's application, whole."""
    await begin()
    consulted = await consultation.consult("newborn", REGION, ANSWERS, MONDAY)
    scan = {"name": "扫描.jpg", "content": base64.b64encode(picture()).decode()}
    asked = {f.element for f in consulted.plan.fields if not f.given}
    elements = consulted.edition.elements
    form = {
        e: FORM.get(e) or (elements[e].options[0].id if elements[e].options else elements[e].example) for e in asked
    }
    return {
        "bundle": "newborn",
        "region": REGION,
        "answers": ANSWERS,
        "form": form | more,
        "consents": [name.removeprefix("consent.") for name in CONSENTS],
        "materials": {
            m.material: {"original": True, "files": [scan]}
            for m in consulted.plan.materials
            if m.to_bring and not m.open
        },
    }


async def test_the_same_key_twice_is_one_case(http: AsyncClient) -> None:
    body, window = await application(), await machine(http)
    first = await window.ask("POST", "/cases", json=body, repeat="a-1")
    assert first.status_code == 201, first.text
    assert first.json()["number"] == "222405-2026-000001"
    assert (await window.ask("POST", "/cases", json=body, repeat="a-1")).json() == first.json()
    assert await one("SELECT count(*) FROM cases WHERE status <> 'draft'") == 1
    told = (await window.ask("GET", f"/cases/{first.json()['number']}")).json()
    assert (told["status_name"], told["bundle"]) == ("办理中", "newborn")
    assert "王𬱖" not in str(told)


async def test_the_same_key_for_something_else_is_a_conflict(http: AsyncClient) -> None:
    body, window = await application(), await machine(http)
    await window.ask("POST", "/cases", json=body, repeat="a-1")
    other = {**body, "form": {**body["form"], "newborn_name": "王小二"}}
    answer = await window.ask("POST", "/cases", json=other, repeat="a-1")
    assert answer.status_code == 409
    assert "幂等键" in answer.json()["detail"]


async def test_an_empty_form_is_told_field_by_field_and_leaves_nothing(http: AsyncClient) -> None:
    await begin()
    window = await machine(http)
    before = await one("SELECT count(*) FROM cases")
    body = {"bundle": "newborn", "region": REGION, "answers": ANSWERS}
    answer = await window.ask("POST", "/cases", json=body, repeat="a-1")
    assert answer.status_code == 422
    pointers = {e["pointer"] for e in answer.json()["errors"]}
    assert {"#/newborn_name", "#/consent/privacy", "#/consent/guardian"} <= pointers
    assert await one("SELECT count(*) FROM cases") == before
    repaired = await window.ask("POST", "/cases", json=await application(), repeat="a-1")
    assert repaired.status_code == 201


async def test_without_an_idempotency_key_nothing_is_accepted(http: AsyncClient) -> None:
    answer = await (await machine(http)).ask("POST", "/cases", json=await application())
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["detail"]


async def test_a_department_cannot_accept_and_a_window_not_elsewhere(http: AsyncClient) -> None:
    body = await application()
    police = await (await machine(http, "public_security")).ask("POST", "/cases", json=body, repeat="a")
    far = await (await machine(http, region="430100")).ask("POST", "/cases", json=body, repeat="a")
    assert (police.status_code, far.status_code) == (403, 403)
    assert await one("SELECT count(*) FROM cases WHERE number IS NOT NULL") == 0


async def test_a_file_that_is_none_names_its_place(http: AsyncClient) -> None:
    body, window = await application(), await machine(http)
    material = next(iter(body["materials"]))
    body["materials"][material]["files"] = [{"name": "坏.pdf", "content": "###"}]
    answer = await window.ask("POST", "/cases", json=body, repeat="a")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"#/materials/{material}/files/0/content"


async def test_the_plan_is_told_without_a_key(http: AsyncClient) -> None:
    await begin()
    answer = await http.post("/api/v1/plans", json={"bundle": "newborn", "region": REGION, "answers": {}})
    told = answer.json()
    assert {q["id"] for q in told["questions"]} >= {"applicant_role"}
    assert told["plan"]["items"][0]["item"] == "birth_registration"
    sex = next(f for f in told["plan"]["fields"] if f["element"] == "newborn_sex")
    assert (sex["kind"], [o["id"] for o in sex["options"]]) == ("choice", ["male", "female"])
    wrong = await http.post(
        "/api/v1/plans", json={"bundle": "newborn", "region": REGION, "answers": {"applicant_role": "x"}}
    )
    assert wrong.status_code == 422
    assert "可以选" in wrong.json()["detail"]


async def test_the_feed_goes_on_where_it_stopped(http: AsyncClient) -> None:
    window = await machine(http)
    case = (await window.ask("POST", "/cases", json=await application(), repeat="a")).json()
    police = await machine(http, "public_security")
    first = (await police.ask("GET", "/events")).json()
    assert [e["event"] for e in first["events"]] == ["task dispatched"]
    task = await task_of(case["case_id"], "birth_registration")
    await police.ask("POST", f"/tasks/{task}/claim")
    second = (await police.ask("GET", f"/events?after={first['cursor']}")).json()
    assert [e["event"] for e in second["events"]] == ["task claimed"]
    third = (await police.ask("GET", f"/events?after={second['cursor']}")).json()
    assert third["events"] == []
    assert third["cursor"] == second["cursor"]


async def test_every_date_explains_itself_to_machines_too(http: AsyncClient) -> None:
    body, window = await application(), await machine(http)
    number = (await window.ask("POST", "/cases", json=body, repeat="a-1")).json()["number"]
    told = (await window.ask("GET", f"/cases/{number}/deadlines")).json()
    whole = next(one for one in told if one["kind"] == "bundle")
    assert whole["promised"] == whole["due"] == "2026-11-02T11:30:00+08:00"
    assert [(s["from"][11:16], s["to"][11:16], s["minutes"]) for s in whole["steps"]] == [("09:30", "11:30", 120)]
    police = await machine(http, "public_security")
    own = {one["item"] for one in (await police.ask("GET", f"/cases/{number}/deadlines")).json()}
    assert "出生登记" in own and "医保登记" not in own
    stranger = await machine(http, "fire_rescue")
    assert (await stranger.ask("GET", f"/cases/{number}/deadlines")).status_code == 404
