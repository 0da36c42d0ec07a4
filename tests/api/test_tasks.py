"""Tasks over the API: the same verbs, and nothing for the wrong department."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from httpx import AsyncClient

from tests.actions.drafts import picture
from tests.actions.working import NEWBORN_ID, REASONS, accepted, one, states, task_of
from tests.api.conftest import Machine, machine

GRANT = {
    "results": [{"name": "居民户口簿", "number": "222405-1", "issued_on": "2026-11-02"}],
    "supplies": {"newborn_id_number": NEWBORN_ID},
}
TWO_SURVEYORS = [{"name": "赵一", "certificate": "吉07-0101"}, {"name": "钱二", "certificate": "吉07-0102"}]
SURVEY = {"surveyed_on": "2026-11-02", "surveyors": TWO_SURVEYORS, "conclusion": "pass"}


async def test_a_department_claims_and_grants(http: AsyncClient) -> None:
    case = await accepted()
    police = await machine(http, "public_security")
    listed = (await police.ask("GET", "/tasks")).json()
    assert [t["item"] for t in listed["tasks"]] == ["birth_registration"]
    task = listed["tasks"][0]["task_id"]
    unclaimed = (await police.ask("GET", f"/tasks/{task}")).json()
    assert "签收" in unclaimed["locked"], "a child's record opens with the assigned task"
    assert "王𬱖" not in str(unclaimed)
    claimed = await police.ask("POST", f"/tasks/{task}/claim")
    assert claimed.json()["status"] == "reviewing"
    detail = (await police.ask("GET", f"/tasks/{task}")).json()
    assert "王𬱖" in {f["value"] for f in detail["fields"]}
    assert not {"nursing_payee_account", "employer_name"} & {f["element"] for f in detail["fields"]}
    file = {"name": "户口簿.jpg", "content": base64.b64encode(picture()).decode()}
    body = {**GRANT, "results": [{**GRANT["results"][0], "file": file}]}  # type: ignore[index]
    granted = await police.ask("POST", f"/tasks/{task}/grant", json=body, repeat="g1")
    assert granted.status_code == 200, granted.text
    assert sorted(granted.json()["dispatched"]) == ["medical_insurance", "social_security_card"]
    assert granted.json()["papers"] == ["龙公安准字〔2026〕第000001号"]
    again = await police.ask("POST", f"/tasks/{task}/grant", json=body, repeat="g1")
    assert again.json() == granted.json()
    insurer = await machine(http, "healthcare_security")
    theirs = (await insurer.ask("GET", "/tasks")).json()["tasks"][0]
    await insurer.ask("POST", f"/tasks/{theirs['task_id']}/claim")
    fields = (await insurer.ask("GET", f"/tasks/{theirs['task_id']}")).json()["fields"]
    assert {f["element"]: f["raw"] for f in fields}["newborn_id_number"] == NEWBORN_ID
    seen = (await police.ask("GET", f"/tasks/{task}")).json()
    results = seen["results"]
    assert "没有写审查意见，案卷评查会扣分" in seen["deficient"] and seen["decision"] == "准予办理决定书"
    scan = await police.ask("GET", f"/results/{results[0]['id']}/file")
    assert scan.content == picture()
    assert (await states(case.case_id))["birth_registration"] == "granted"
    looks = await one("SELECT count(*) FROM access_log WHERE case_id = $1 AND terminal = 'API'", case.case_id)
    known = await one("SELECT count(*) FROM access_log WHERE terminal = 'API' AND address = '127.0.0.1'")
    assert looks == known == 4, "each look is recorded with the address it came from"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("POST", "/claim", None),
        ("POST", "/release", {"reason": "不属于本系统职责"}),
        ("POST", "/survey", SURVEY),
        ("POST", "/grant", GRANT),
        ("POST", "/refusal", REASONS),
    ],
)
async def test_the_wrong_department_finds_nothing(
    http: AsyncClient, method: str, path: str, body: dict[str, Any] | None
) -> None:
    case = await accepted()
    task = await task_of(case.case_id, "birth_registration")
    for stranger in (
        await machine(http, "healthcare_security"),
        await machine(http),
        await machine(http, "public_security", "430100"),
    ):
        answer = await stranger.ask(method, f"/tasks/{task}{path}", json=body)
        assert answer.status_code == 404, answer.text
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert "没有" in answer.json()["detail"]
    assert (await states(case.case_id))["birth_registration"] == "dispatched"


async def test_another_department_sees_neither_scan_nor_result_nor_case(http: AsyncClient) -> None:
    case = await accepted()
    police, urban = await machine(http, "public_security"), await machine(http, "urban_management")
    task = await task_of(case.case_id, "birth_registration")
    await police.ask("POST", f"/tasks/{task}/claim")
    file = {"name": "户口簿.jpg", "content": base64.b64encode(picture()).decode()}
    body = {**GRANT, "results": [{**GRANT["results"][0], "file": file}]}  # type: ignore[index]
    await police.ask("POST", f"/tasks/{task}/grant", json=body)
    detail = (await police.ask("GET", f"/tasks/{task}")).json()
    scans = [f["id"] for m in detail["materials"] for f in m["files"]]
    assert scans
    assert (await police.ask("GET", f"/scans/{case.case_id}/{scans[0]}")).status_code == 200
    for path in (
        f"/scans/{case.case_id}/{scans[0]}",
        f"/results/{detail['results'][0]['id']}/file",
        f"/cases/{case.number}",
    ):
        assert (await urban.ask("GET", path)).status_code == 404


@pytest.mark.parametrize("path", ["/tasks", "/events", "/cases/222405-2026-000001"])
async def test_without_a_valid_key_nothing_is_told(http: AsyncClient, path: str) -> None:
    for key in ("", "wrong"):
        answer = await Machine(http, key).ask("GET", path)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "密钥" in answer.json()["detail"]


async def test_a_refusal_without_reason_is_refused_field_by_field(http: AsyncClient) -> None:
    case = await accepted()
    police = await machine(http, "public_security")
    task = await task_of(case.case_id, "birth_registration")
    await police.ask("POST", f"/tasks/{task}/claim")
    answer = await police.ask("POST", f"/tasks/{task}/refusal", json={**REASONS, "reason": " "})
    assert answer.status_code == 422
    assert [e["pointer"] for e in answer.json()["errors"]] == ["#/reason"]
    assert (await states(case.case_id))["birth_registration"] == "reviewing"


async def test_a_decision_before_the_claim_is_a_conflict(http: AsyncClient) -> None:
    case = await accepted()
    police = await machine(http, "public_security")
    task = await task_of(case.case_id, "birth_registration")
    answer = await police.ask("POST", f"/tasks/{task}/grant", json=GRANT)
    assert answer.status_code == 409
    assert "签收" in answer.json()["detail"]
