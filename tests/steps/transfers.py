"""Papers between window and departments, on the pages of both sides."""

from __future__ import annotations

from pytest_bdd import given, parsers, then, when

from tests.printing import looking
from tests.steps import applications, departments
from tests.steps.cast import approver, clerk
from tests.steps.papers import pdf_of
from tests.steps.site import Site
from tests.steps.visitor import Visitor, flat


def at_desk(site: Site, who: str) -> Visitor:
    """Somebody at the desk of the window or of a department, named in short."""
    visitor = site.signed_in(clerk(site.region) if who == "王芳" else approver(who, site.region))
    visitor.opens("/transfers")
    return visitor


def on_list(site: Site, who: str) -> Visitor:
    """Somebody at the list that is told about."""
    visitor = at_desk(site, who)
    visitor.opens(site.said)
    return visitor


@given(parsers.parse("窗口收下了 {copies} 份出生医学证明复印件的新生儿办件"))
def with_copies(site: Site, copies: str) -> None:
    site.case = applications.accepted(site, "newborn", **{"copies.birth_certificate": copies})


@when(parsers.re('(?P<who>王芳|公安)在材料交接页面交给"(?P<place>[^"]+)"'))
def hands_over(site: Site, who: str, place: str) -> None:
    visitor = at_desk(site, who)
    visitor.presses(f"交给{place}，开出清单")
    site.said = visitor.page.address


@when("公安在材料交接页面签收")
def receives(site: Site) -> None:
    at_desk(site, "公安").page.says("待我方签收")
    on_list(site, "公安").presses("清点完毕，签收")


@when(parsers.parse('公安签收时没有收到第 1 项，写明"{difference}"'))
def receives_less(site: Site, difference: str) -> None:
    on_list(site, "公安").presses("清点完毕，签收", {"arrived": [], "difference.1": difference})


@when("王芳硬要签收这份清单")
def signs_for_the_other_side(site: Site) -> None:
    window = on_list(site, "王芳")
    assert not window.page.has_button("清点完毕，签收")
    window.sends(f"{site.said}/receipt", arrived="1")


@when(parsers.parse('王芳收回清单，原因是"{reason}"'))
def takes_back(site: Site, reason: str) -> None:
    on_list(site, "王芳").presses("收回清单", {"reason": reason})


@when(parsers.re('公安准予"(?P<item>[^"]+)"$'))
def grants(site: Site, item: str) -> None:
    departments.decide(site, "公安", item)


@when("医保打开这份清单")
def stranger(site: Site) -> None:
    on_list(site, "医保")


@then(parsers.parse('交接清单写着"{one}"和"{other}"'))
def says(site: Site, one: str, other: str) -> None:
    site.page.says("材料交接清单", site.case.number, one, other)


@then(parsers.parse('清单上写着"{words}"'))
def shows_difference(site: Site, words: str) -> None:
    on_list(site, "王芳").page.says(words, "没有收到")


@then(parsers.parse('清单状态是"{state}"'))
def stands(site: Site, state: str) -> None:
    assert state in on_list(site, "王芳").page.text_of(site.page.parts("//*[cls(head)]")[0])


@then(parsers.parse('办件的材料页面写着"{words}"'))
def whereabouts(site: Site, words: str) -> None:
    window = site.signed_in(clerk(site.region))
    window.opens(f"/window/cases/{site.case.case_id}?tab=materials").says(words)


@then("清单可以打印，双方看到的是同一份")
def printed(site: Site) -> None:
    files = [pdf_of(on_list(site, who).follows("打印清单")) for who in ("王芳", "公安")]
    assert files[0] == files[1]
    said = looking.words(files[0])
    assert flat("材料交接清单") in said and site.case.number in said and "王芳" in said


@then("原来的清单已被新的清单代替")
def replaced(site: Site) -> None:
    papers = site.one(
        "SELECT array_agg(superseded_at IS NOT NULL ORDER BY number) FROM papers WHERE kind = 'hand_over_list'"
    )
    assert papers == [True, False]


@then(parsers.parse('材料交接页面又列出"{name}"'))
def waits_again(site: Site, name: str) -> None:
    assert at_desk(site, "王芳").page.row(site.case.number, name) is not None
