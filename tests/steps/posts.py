"""Who fills whose post, who answers for a case, and what the region decides for itself."""

from __future__ import annotations

from uuid import UUID

from pytest_bdd import given, parsers, then, when

from tests.steps import applications
from tests.steps.cast import Person, approver, named
from tests.steps.departments import at_task, grant
from tests.steps.site import Site
from tests.steps.tasks import task_id
from tests.steps.visitor import Visitor, flat


def person_of(name: str) -> Person:
    """Somebody by name, or 卫健的审批员."""
    return approver("卫健") if name == "卫健的审批员" else named(name)


def enter(site: Site, head: str, away: str, substitute: str) -> Visitor:
    """A head enters that somebody is away today."""
    visitor = site.signed_in(head)
    visitor.opens("/tasks")
    visitor.follows("AB 岗")
    people = {str(o.text).partition("（")[0]: str(o.get("value")) for o in visitor.page.parts("//option") if o.text}
    sent = {"person": people[person_of(away).name], "substitute": people[person_of(substitute).name]}
    visitor.presses("登记", {**sent, "reason": "培训"})
    return visitor


@when(parsers.re(r"(?P<head>朴局长|南局长)登记(?P<away>李警官|朴警官|自己)不在岗，由(?P<substitute>\S+?)代岗"))
def enters(site: Site, head: str, away: str, substitute: str) -> None:
    enter(site, head, head if away == "自己" else away, substitute)


@when("朴警官打开任务列表")
def opens_list(site: Site) -> None:
    site.signed_in("朴警官").opens("/tasks")


@when(parsers.parse('朴警官准予"{item}"'))
def grants(site: Site, item: str) -> None:
    grant(at_task(site, named("朴警官"), item))


@when("李警官硬要登记朴警官不在岗")
def forces(site: Site) -> None:
    visitor = site.signed_in("李警官")
    visitor.opens("/posts")
    assert not visitor.page.parts("//select[@name='person']")
    ids = {name: site.actor(name).id for name in ("朴警官", "李警官")}
    sent = {"person": ids["朴警官"], "substitute": ids["李警官"], "since": "2026-11-02", "until": "2026-11-03"}
    visitor.sends("/posts", **sent)


@when(parsers.parse('李警官硬要退回"{item}"，不写理由'))
def releases_without_reason(site: Site, item: str) -> None:
    visitor = site.signed_in("李警官")
    visitor.sends(f"/tasks/{task_id(site, item)}/release", reason="")


@given('王芳新建了一件"新生儿出生一件事"')
def begun(site: Site) -> None:
    clerk = site.signed_in("王芳")
    applications.begin(clerk, "新生儿出生一件事")
    site.said = clerk.page.address.partition("/form")[0]


@when(parsers.parse('王芳把办件转交给"{to}"，理由是"{reason}"'))
@when(parsers.parse('王芳把办件转交给"{to}"，理由是""'))
def passes_on(site: Site, to: str, reason: str = "") -> None:
    clerk = site.signed_in("王芳")
    clerk.opens(f"{site.said}/handing")
    options = clerk.page.parts("//select[@name='to']/option")
    chosen = [str(o.get("value")) for o in options if str(o.text).startswith(to)]
    # Whoever has it already is not offered.
    clerk.presses("转交", {"to": chosen[0] if chosen else str(options[-1].get("value")), "reason": reason})


@when(parsers.parse('系统管理员把"{label}"改为"{value}"'))
def sets(site: Site, label: str, value: str) -> None:
    visitor = site.signed_in("系统管理员")
    visitor.opens("/admin/policy")
    visitor.presses("保存为新的一版", {visitor.page.name_of(label): value})


@then(parsers.parse('"{label}"里还是"{value}"'))
def still(site: Site, label: str, value: str) -> None:
    assert site.page.value_of(label) == value


@then(parsers.parse('列表里排在最前的是"{item}"，标明代岗'))
def first(site: Site, item: str) -> None:
    row = site.page.text_of(site.page.parts("//tbody/tr")[0])
    assert flat(item) in row and "代岗" in row, row


@then("日志写明朴警官代李警官办理")
def on_behalf(site: Site) -> None:
    window = site.signed_in("王芳")
    window.opens(f"/window/cases/{site.case.case_id}?tab=journal")
    row = window.page.text_of(window.page.row("准予", "出生登记"))
    assert "朴警官" in row and "代李警官" in row, row


@then(parsers.parse('首问负责的链条是"{first}"、"{second}"'))
def chain(site: Site, first: str, second: str) -> None:
    links = [site.page.text_of(li) for li in site.page.parts("//ol/li")]
    assert len(links) == 2 and first in links[0] and "首次接待" in links[0] and f"→{second}" in links[1], links


@then(parsers.parse('办件页面的首问负责写着"{words}"'))
def chain_says(site: Site, words: str) -> None:
    window = site.signed_in("王芳")
    window.opens(f"/window/cases/{UUID(str(site.case.case_id))}")
    assert any(flat(words) in window.page.text_of(box) for box in window.page.cards("首问负责"))
