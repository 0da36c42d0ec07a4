"""Departments' and windows' own systems, with their keys, over the API."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

import httpx
import pytest
from pytest_bdd import given, parsers, then, when

from lianban import people
from lianban.casework import consultation
from lianban.casework.intake import Accepted
from lianban.rules.actors import SYSTEM, Role
from lianban.rules.catalog.types import ValueKind
from tests.steps import departments
from tests.steps.applications import DAY, KNOWN, MINUTE, PERSONAL, SCAN
from tests.steps.cast import BUNDLES, DEPARTMENTS, LONGJING, NOW, REGIONS
from tests.steps.departments import NEWBORN_ID, REASON, SUPPLIES
from tests.steps.site import Site

REFUSAL = {
    "opinion": "经审查申请材料。",
    "reason": REASON,
    "basis": "《中华人民共和国户口登记条例》第七条",
    "remedy": "可以在六十日内向龙井市人民政府申请行政复议，或者在六个月内向龙井市人民法院提起行政诉讼。",
}
TWO_SURVEYORS = [{"name": "赵一", "certificate": "吉07-0101"}, {"name": "钱二", "certificate": "吉07-0102"}]
STEPS: dict[str, dict[str, Any]] = {
    "claim": {},
    "release": {"reason": "不属于我的职责"},
    "survey": {"surveyed_on": "2026-11-02", "surveyors": TWO_SURVEYORS, "conclusion": "pass"},
    "grant": {"results": [{"name": "结果", "issued_on": "2026-11-02"}]},
    "refusal": REFUSAL,
}


class Machines:
    """The systems of one scenario: their keys, the answer that came last, and what is remembered."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.keys: dict[tuple[str, str], str] = {}
        self.ids: dict[tuple[str, str], str] = {}
        self.answer: httpx.Response
        self.earlier: httpx.Response
        self.cursor = ""

    def key(self, department: str, region: str = LONGJING) -> str:
        """The key of a department's system, or ("") of the window's."""
        whose = (department, region)
        if whose not in self.keys:
            role = Role.APPROVER if department else Role.CLERK
            self.ids[whose], self.keys[whose] = self.site.run(
                people.add_client_key,
                f"{department or '窗口'}业务系统",
                region=region,
                department=department,
                role=role,
                by=SYSTEM,
                at=NOW,
            )
        return self.keys[whose]

    def ask(self, method: str, path: str, *, key: str | None, repeat: str = "", **more: Any) -> httpx.Response:
        """One request under /api/v1; `repeat` is the idempotency key."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        if repeat:
            headers["Idempotency-Key"] = repeat
        self.answer = self.site.client.request(method, f"/api/v1{path}", headers=headers, **more)
        return self.answer

    def told(self) -> Any:
        """The content of the last answer, which must be good."""
        assert self.answer.status_code in (200, 201), self.answer.text
        return self.answer.json()

    def task(self) -> str:
        """The police's task of the case."""
        return str(
            self.site.one(
                "SELECT id FROM tasks WHERE case_id = $1 AND item = 'birth_registration'", self.site.case.case_id
            )
        )


@pytest.fixture
def machines(site: Site) -> Machines:
    """The systems."""
    return Machines(site)


def application(site: Site, bundle: str, region: str, **more: str) -> dict[str, Any]:
    """A whole application, as the plan asks for it."""
    known = {**KNOWN[bundle], **more}
    asked = site.run(consultation.consult, bundle, region, {}, NOW).questions
    answers = {q.element: known.get(q.element) or q.options[0].id for q in asked}
    found = site.run(consultation.consult, bundle, region, answers, NOW)
    form = {}
    for line in found.plan.fields:
        element = found.edition.elements[line.element]
        moment = {ValueKind.DATE: DAY, ValueKind.DATETIME: MINUTE}.get(element.kind, "")
        offered = element.options[0].id if element.options else moment or element.example
        if not line.given and line.element not in answers:
            form[line.element] = known.get(line.element) or offered
    scan = {"name": SCAN[0], "content": base64.b64encode(SCAN[1]).decode()}
    applicant = {n.rpartition(".")[2]: v for n, v in known.items() if n.startswith("party.applicant.")}
    return {
        "bundle": bundle,
        "region": region,
        "answers": answers,
        "form": form,
        "parties": {"applicant": applicant} if applicant else {},
        "consents": ["privacy", "guardian"] if bundle == "newborn" else ["privacy"],
        "materials": {m.material: {"files": [scan]} for m in found.plan.materials if m.to_bring},
    }


def submit(machines: Machines, bundle: str, region: str, repeat: str, **more: str) -> httpx.Response:
    """Hand a whole application in; the case becomes the scenario's."""
    site = machines.site
    body = application(site, bundle, region, **more)
    answer = machines.ask("POST", "/cases", key=machines.key("", region), repeat=repeat, json=body)
    if answer.status_code == 201:
        said = answer.json()
        site.region = region
        site.case = Accepted(UUID(said["case_id"]), said["number"], said["query_code"])
    return answer


@given(parsers.parse("{short}的系统的密钥已经停用"))
def revoked(machines: Machines, short: str) -> None:
    machines.key(DEPARTMENTS[short])
    machines.site.run(people.revoke_client_key, machines.ids[(DEPARTMENTS[short], LONGJING)], by=SYSTEM, at=NOW)


@when(parsers.parse("{short}的系统列出任务"))
def lists(machines: Machines, short: str) -> None:
    machines.ask("GET", "/tasks", key=machines.key(DEPARTMENTS[short]))


@when("没有密钥的系统列出任务")
def lists_without_key(machines: Machines) -> None:
    machines.ask("GET", "/tasks", key=None)


@when("公安的系统签收并准予它，附上结果文件")
def claims_and_grants(machines: Machines) -> None:
    key, task = machines.key("public_security"), machines.task()
    machines.ask("POST", f"/tasks/{task}/claim", key=key)
    machines.told()
    file = {"name": "户口簿.jpg", "content": base64.b64encode(SCAN[1]).decode()}
    result = {"name": "居民户口簿", "number": "1", "issued_on": "2026-11-02", "file": file}
    body = {"results": [result], "supplies": {"newborn_id_number": NEWBORN_ID}}
    machines.ask("POST", f"/tasks/{task}/grant", key=key, repeat="grant-1", json=body)
    assert machines.told()["status"] == "granted"


@when("公安的系统签收并不予它")
def claims_and_refuses(machines: Machines) -> None:
    key, task = machines.key("public_security"), machines.task()
    machines.ask("POST", f"/tasks/{task}/claim", key=key)
    machines.ask("POST", f"/tasks/{task}/refusal", key=key, repeat="refuse-1", json=REFUSAL)
    assert machines.told()["status"] == "refused"


@when("公安的系统不写理由就不予它")
def refuses_without_reason(machines: Machines) -> None:
    key, task = machines.key("public_security"), machines.task()
    machines.ask("POST", f"/tasks/{task}/claim", key=key)
    machines.ask("POST", f"/tasks/{task}/refusal", key=key, json={**REFUSAL, "reason": " "})


@when(parsers.parse('医保的系统对公安的任务"{step}"'))
def stranger_tries(machines: Machines, step: str) -> None:
    key, task = machines.key("healthcare_security"), machines.task()
    if step == "读取":
        machines.ask("GET", f"/tasks/{task}", key=key)
    else:
        machines.ask("POST", f"/tasks/{task}/{step}", key=key, json=STEPS[step])


@when("公安的系统读取自己还没有签收的任务")
def reads_unclaimed(machines: Machines) -> None:
    machines.ask("GET", f"/tasks/{machines.task()}", key=machines.key("public_security"))


@when(parsers.parse('窗口系统用同一个幂等键提交两次"{bundle}"'))
def submits_twice(machines: Machines, bundle: str) -> None:
    machines.earlier = submit(machines, BUNDLES[bundle], LONGJING, "once")
    submit(machines, BUNDLES[bundle], LONGJING, "once")


@when("窗口系统用同一个幂等键提交两份不同的申请")
def submits_two(machines: Machines) -> None:
    machines.earlier = submit(machines, "newborn", LONGJING, "once")
    submit(machines, "newborn", LONGJING, "once", newborn_name="赵一诺")


@when("窗口系统不带幂等键提交申请")
def submits_without_repeat(machines: Machines) -> None:
    submit(machines, "newborn", LONGJING, "")


@when("窗口系统提交一份空表")
def submits_nothing(machines: Machines) -> None:
    body = {"bundle": "newborn", "region": LONGJING, "answers": {"applicant_role": "father"}}
    machines.ask("POST", "/cases", key=machines.key(""), repeat="empty", json=body)


@when("公安的系统提交申请")
def department_submits(machines: Machines) -> None:
    body = application(machines.site, "newborn", LONGJING)
    machines.ask("POST", "/cases", key=machines.key("public_security"), repeat="police", json=body)


@when(parsers.parse('窗口系统提交{region}的"{bundle}"'))
def submits(machines: Machines, region: str, bundle: str) -> None:
    answer = submit(machines, BUNDLES[bundle], REGIONS[region], "whole")
    assert answer.status_code == 201, answer.text


@when("各部门的系统依次签收并准予全部任务")
def machines_grant(machines: Machines) -> None:
    site = machines.site
    for _ in range(departments.MOST):
        ready = departments.dispatched(site)
        if not ready:
            return
        for department, _name in ready:
            decide_all(machines, department)
    raise AssertionError("the case never ends")


def decide_all(machines: Machines, department: str) -> None:
    """One department's system works off what it is offered."""
    key = machines.key(department, machines.site.region)
    machines.ask("GET", "/tasks?status=dispatched", key=key)
    for line in machines.told()["tasks"]:
        path = f"/tasks/{line['task_id']}"
        machines.ask("POST", f"{path}/claim", key=key)
        machines.told()
        machines.ask("GET", path, key=key)
        task = machines.told()
        if task["needs_survey"]:
            machines.ask("POST", f"{path}/survey", key=key, json=STEPS["survey"])
            machines.told()
        supplies = {s["element"]: SUPPLIES.get(s["element"]) or s["example"] for s in task["supplies"]}
        result = {"name": task["result_name"][:100], "number": "1", "issued_on": "2026-11-02"}
        machines.ask("POST", f"{path}/grant", key=key, json={"results": [result], "supplies": supplies})
        machines.told()


@when("公安的系统读取事件")
def reads_events(machines: Machines) -> None:
    machines.ask("GET", "/events", key=machines.key("public_security"))
    feed = machines.told()
    assert [e["event"] for e in feed["events"]] == ["task dispatched"]
    machines.cursor = feed["cursor"]


@when(parsers.parse('市民的手机应用计算{region}"{bundle}"的方案，"{question}"为"{answer}"'))
def plans(machines: Machines, region: str, bundle: str, question: str, answer: str) -> None:
    body = {"bundle": bundle, "region": REGIONS[region], "answers": {question: answer}}
    machines.ask("POST", "/plans", key=None, json=body)


@then(parsers.parse('只得到"{item}"'))
def only(machines: Machines, item: str) -> None:
    assert [line["item_name"] for line in machines.told()["tasks"]] == [item]
    for personal in PERSONAL:
        assert personal not in machines.answer.text


@then("公安的系统下载的结果文件和上传的一样")
def result_file(machines: Machines) -> None:
    key = machines.key("public_security")
    machines.ask("GET", f"/tasks/{machines.task()}", key=key)
    result = machines.told()["results"][0]["id"]
    found = machines.ask("GET", f"/results/{result}/file", key=key)
    assert (found.status_code, found.content) == (200, SCAN[1])


@then(parsers.parse("接口回答 {status:d} 和中文说明"))
def answers(machines: Machines, status: int) -> None:
    answer = machines.answer
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    said = answer.json()
    assert said["status"] == status
    assert said["detail"].endswith("。") and any("\u4e00" <= c <= "\u9fff" for c in said["detail"]), said


@then(parsers.parse('接口回答 {status:d}，逐个指出"{names}"'))
def points_out(machines: Machines, status: int, names: str) -> None:
    answers(machines, status)
    pointers = {e["pointer"]: e["detail"] for e in machines.answer.json()["errors"]}
    for name in names.split("、"):
        assert pointers.get(f"#/{name}", "").endswith("。"), pointers


@then("答复里没有申请人的任何信息")
def nothing_of_the_applicant(machines: Machines) -> None:
    assert "未满十四周岁" in machines.told()["locked"]
    for personal in PERSONAL:
        assert personal not in machines.answer.text


@then("两次得到同一个办件编号")
def same_number(machines: Machines) -> None:
    assert machines.earlier.status_code == 201
    assert machines.answer.json() == machines.earlier.json()


@then("从上次的游标续读只得到新的事件")
def only_news(machines: Machines) -> None:
    machines.ask("GET", "/events", key=machines.key("public_security"), params={"after": machines.cursor})
    feed = machines.told()
    assert [e["event"] for e in feed["events"]] == ["task claimed", "task granted", "paper issued"], feed
    machines.ask("GET", "/events", key=machines.key("public_security"), params={"after": feed["cursor"]})
    assert machines.told()["events"] == []


@then("事件里没有个人信息")
def events_without_people(machines: Machines) -> None:
    machines.ask("GET", "/events", key=machines.key("public_security"))
    assert len(machines.told()["events"]) == 4
    for personal in (*PERSONAL, NEWBORN_ID):
        assert personal not in machines.answer.text


@then(parsers.parse('方案里有材料"{material}"，没有字段两次'))
def plan_has(machines: Machines, material: str) -> None:
    plan = machines.told()["plan"]
    found = next(m for m in plan["materials"] if m["material"] == material)
    assert found["open"] is False and found["askers"]
    elements = [f["element"] for f in plan["fields"]]
    assert len(elements) == len(set(elements)) > 10


@then("窗口系统查到办件已全部办成")
def machine_sees_the_end(machines: Machines) -> None:
    site = machines.site
    machines.ask("GET", f"/cases/{site.case.number}", key=machines.key("", site.region))
    said = machines.told()
    assert (said["status"], said["outcome"]) == ("decided", "granted")
    assert {item["status"] for item in said["items"]} == {"granted"}
    for personal in PERSONAL:
        assert personal not in machines.answer.text
