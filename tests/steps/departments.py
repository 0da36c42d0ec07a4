"""Departments at work, through their own pages: tasks found, claimed, surveyed, granted or refused."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tests.steps.cast import CHANGSHA, Person, approver
from tests.steps.site import Site
from tests.steps.visitor import Visitor

NEWBORN_ID = "222405202610280022"
SUPPLIES = {
    "newborn_id_number": NEWBORN_ID,
    "uscc": "92222405MA0000017K",
    "birth_certificate_number": "V430000001",
}
REASON = "经核查，不符合本事项规定的条件。"
MOST = 20
"""More tasks than any bundle has."""


def at_task(site: Site, who: Person, item: str) -> Visitor:
    """Somebody at one of the department's tasks of the case, found in the worklist (open ones first, then done)."""
    visitor = site.signed_in(who)
    for group in ("open", "done"):
        visitor.opens(f"/tasks?state={group}&q={site.case.number}")
        rows = [r for r in visitor.page.parts("//tbody/tr") if item in visitor.page.text_of(r)]
        if rows:
            visitor.follows(site.case.number, rows[0])
            return visitor
    raise AssertionError(f"{who.name} has no task {item}: {visitor.page.text}")


def claim(site: Site, department: str, item: str) -> Visitor:
    """签收."""
    visitor = at_task(site, approver(department, site.region), item)
    visitor.presses("签收")
    return visitor


def team(names: list[str]) -> dict[str, str]:
    """The surveyors of a form, each name with a certificate number of its own; a box left empty is sent too."""
    numbers = {name: f"吉07-{n:04d}" for n, name in enumerate(dict.fromkeys(names), 101)}
    people = [*names, ""][: max(2, len(names))]
    return {f"surveyor.{n}": name for n, name in enumerate(people)} | {
        f"certificate.{n}": numbers.get(name, "") for n, name in enumerate(people)
    }


def survey(visitor: Visitor, surveyors: list[str], conclusion: str = "合格") -> None:
    """登记勘查."""
    visitor.presses("登记勘查", {**team(surveyors), "conclusion": visitor.page.choice("结论", conclusion)})


def grant(visitor: Visitor, supplies: Mapping[str, str] = SUPPLIES) -> None:
    """准予, with what the result brings forth."""
    boxes = [str(b.get("data-element")) for b in visitor.page.parts("//form[@id='grant']//*[@data-element]")]
    given = {
        name: supplies[name.removeprefix("element.")] for name in boxes if name.removeprefix("element.") in supplies
    }
    visitor.presses("准予", given | {"results.0.number": "2026-0001"})


def refuse(visitor: Visitor, **given: str) -> None:
    """不予许可, or 不予办理 where the item is no permission."""
    word = "不予许可" if visitor.page.has_button("不予许可") else "不予办理"
    visitor.presses(word, {"opinion": "经审查申请材料。", "reason": REASON, **given})


def decide(site: Site, department: str, item: str) -> None:
    """Claimed, surveyed where needed, granted."""
    visitor = claim(site, department, item)
    if visitor.page.has_button("登记勘查"):
        survey(visitor, [approver(department, site.region).name, "金明浩"])
    grant(visitor)


def dispatched(site: Site) -> list[tuple[str, str]]:
    """Department and name of every item that waits to be claimed."""
    rows = site.one(
        "SELECT json_agg(json_build_array(department, item_name) ORDER BY id) FROM tasks"
        " WHERE case_id = $1 AND status = 'dispatched'",
        site.case.case_id,
    )
    return [(department, name) for department, name in json.loads(rows or "[]")]


def grant_all(site: Site, but: str = "") -> None:
    """Every department grants what is open to it, until nothing is."""
    for _ in range(MOST):
        ready = [(department, item) for department, item in dispatched(site) if item != but]
        if not ready:
            return
        for department, item in ready:
            decide(site, department, item)
    raise AssertionError("the case never ends")


def state_of(site: Site, item: str) -> str:
    """How an item stands, as the window reads it."""
    window = site.signed_in("谭丽" if site.region == CHANGSHA else "王芳")
    window.opens(f"/window/cases/{site.case.case_id}")
    cell = window.page.row(item).xpath(".//td[@data-label='状态']")[0]
    return window.page.text_of(cell)
