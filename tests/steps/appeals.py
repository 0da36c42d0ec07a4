"""Contested ratings on the pages of the rated side, the supervisor and the panel."""

from __future__ import annotations

from pytest_bdd import given, parsers, then, when

from lianban.feedback import rectification
from lianban.outside import clock
from tests.actions.appealing import SAID
from tests.steps import applications, departments
from tests.steps.applications import SCAN
from tests.steps.cast import approver
from tests.steps.site import Site
from tests.steps.visitor import Page, Visitor

CITIZEN = "评价人"
OFFICERS = ("税务", "消防", "卫健")


def problem(site: Site) -> str:
    """The rectification that the scenario is about."""
    return str(site.one("SELECT id FROM rectifications"))


def at_appeal(site: Site, visitor: Visitor) -> Visitor:
    """Somebody at the appeal, found in the list."""
    visitor.opens("/ratings/appeals?state=all")
    visitor.follows("SS2026-00001")
    return visitor


def seat(site: Site, short: str) -> str:
    return site.actor(approver(short)).id


@given("公安办理的事项得到一条差评，已经转办公安")
def contested(site: Site) -> None:
    site.case = applications.accepted(site, "newborn")
    departments.decide(site, "公安", "出生登记")
    token = site.one("SELECT token FROM occasions WHERE case_id = $1 AND step = 'review'", site.case.case_id)
    citizen = site.visitor(CITIZEN)
    citizen.opens(f"/r/{token}")
    citizen.presses("提交", {"grade": "1", "comment": "停车场太小"})
    site.run(
        rectification.verify,
        site.one("SELECT id FROM rectifications"),
        "simple",
        "调取记录，情况属实。",
        department="public_security",
        by=site.actor("周明"),
        at=clock.now(),
    )


@when(parsers.parse('朴警官附证据对差评提出申诉，理由是"{ground}"'))
def files(site: Site, ground: str) -> None:
    officer = site.signed_in("朴警官")
    officer.opens(f"/ratings/appeals/new?rectification={problem(site)}").says("停车场太小")
    chosen = officer.page.choice("申诉的理由", ground)
    officer.presses("提出申诉", {"ground": chosen, "statement": SAID}, files=[("files", SCAN)])


@when("朴警官不附证据提出申诉")
def without_proof(site: Site) -> None:
    officer = site.signed_in("朴警官")
    officer.opens(f"/ratings/appeals/new?rectification={problem(site)}")
    officer.presses("提出申诉", {"ground": officer.page.choice("申诉的理由", "误评"), "statement": SAID})


@when("朴警官打开申诉表")
def form(site: Site) -> None:
    # Days later everybody signs in anew.
    site.visitors.clear()
    site.signed_in("朴警官").opens(f"/ratings/appeals/new?rectification={problem(site)}")


@when("方正打开申诉")
def convener_opens(site: Site) -> None:
    at_appeal(site, site.signed_in("方正"))


@when("方正选税务、消防、卫健三人组成评审小组")
def convenes(site: Site) -> None:
    members = [seat(site, short) for short in OFFICERS]
    at_appeal(site, site.signed_in("方正")).presses("组成评审小组", {"member": members})


@when("方正只选税务、消防两人")
def too_few(site: Site) -> None:
    members = [seat(site, short) for short in OFFICERS[:2]]
    at_appeal(site, site.signed_in("方正")).presses("组成评审小组", {"member": members})


@when("方正硬要选公安的人参加")
def the_rated_side_sits(site: Site) -> None:
    visitor = at_appeal(site, site.signed_in("方正"))
    wanted = [seat(site, "税务"), seat(site, "消防"), site.actor("朴警官").id]
    sent = {"member": wanted, "_csrf_token": visitor.token()}
    visitor.page = Page(visitor.client.post(f"{visitor.page.address}/panel", data=sent))


@when(parsers.re(r'(?P<short>税务|消防|卫健)表决"(?P<vote>[^"]+)"(，情形是"(?P<ground>[^"]+)")?$'))
def votes(site: Site, short: str, vote: str, ground: str | None) -> None:
    member = at_appeal(site, site.signed_in(approver(short)))
    given = {"vote": member.page.choice("这条评价", vote), "reason": f"{short}查阅了办理记录。"}
    if ground:
        given["ground"] = member.page.choice("认为无效的，属于哪一种情形", ground)
    member.presses("表决", given)


@when("消防再投一次票")
def votes_again(site: Site) -> None:
    member = at_appeal(site, site.signed_in(approver("消防")))
    assert not member.page.has_button("表决")
    member.sends(f"{member.page.address}/vote", vote="invalid", ground="mistaken", reason="改主意了。")


@then("朴警官在申诉页面看到结论，看不到谁投了什么票")
def sees_reasons_only(site: Site) -> None:
    officer = at_appeal(site, site.signed_in("朴警官"))
    officer.page.says("评价无效", "卫健查阅了办理记录。", "成员 1")
    officer.page.keeps_silent(*(approver(short).name for short in OFFICERS))


@then("差评保存着，按无效单独统计，整改终止")
def set_aside(site: Site) -> None:
    assert site.one("SELECT standing FROM ratings") == "invalid"
    assert site.one("SELECT status FROM rectifications") == "void"


@then(parsers.parse('评价人被告知"{words}"'))
def citizen_reads(site: Site, words: str) -> None:
    citizen = site.visitor(CITIZEN)
    citizen.opens(citizen.page.address).says(words)


@then("可选的成员里没有公安的人、核实的人和召集人")
def nobody_involved(site: Site) -> None:
    offered = site.page.text_of(site.page.field("成员"))
    assert approver("税务").name in offered
    for name in ("李警官", "朴警官", "朴局长", "周明", "方正"):
        assert name not in offered, offered
