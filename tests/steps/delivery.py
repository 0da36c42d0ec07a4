"""Results handed over together at the window, and the case closed."""

from __future__ import annotations

from pytest_bdd import parsers, then, when

from tests.printing import looking
from tests.steps.cast import clerk
from tests.steps.papers import pdf_of
from tests.steps.site import Site
from tests.steps.visitor import Page, Visitor, flat


def at_delivery(site: Site, name: str = "") -> Visitor:
    """Somebody at the hand-over of the case."""
    visitor = site.signed_in(name or clerk(site.region).name)
    visitor.opens(f"/window/cases/{site.case.case_id}/delivery")
    return visitor


@when(parsers.re('综合窗口把全部结果交给"(?P<name>[^"]*)"'))
@when(parsers.re('综合窗口把全部结果交给"(?P<name>[^"]*)"，方式是"(?P<method>[^"]+)"，关系是"(?P<relation>[^"]+)"'))
def hands_over(site: Site, name: str, method: str = "窗口直接送达", relation: str = "本人") -> None:
    window = at_delivery(site)
    given = {"receiver": name, "relation": relation, "method": window.page.choice("送达方式", method)}
    window.presses("送达并开具送达回证", given)


@when(parsers.parse('综合窗口先把"{result}"交给"{name}"'))
def hands_over_one(site: Site, result: str, name: str) -> None:
    window = at_delivery(site)
    boxes = [b for b in window.page.parts("//label[input[@name='results']]") if result in window.page.text_of(b)]
    window.presses("送达并开具送达回证", {"receiver": name, "results": [str(boxes[0].xpath("./input/@value")[0])]})


@when("综合窗口连点两下出件")
def hands_over_twice(site: Site) -> None:
    window = at_delivery(site)
    form = window.page
    for _ in range(2):
        window.page = form
        window.presses("送达并开具送达回证", {"receiver": "张小花"})
        assert window.page.status == 200, window.page.text


@when(parsers.parse('综合窗口硬要把结果交给"{name}"'))
def hands_over_early(site: Site, name: str) -> None:
    window = at_delivery(site)
    assert not window.page.has_button("送达并开具送达回证")
    window.sends(
        f"/window/cases/{site.case.case_id}/delivery", receiver=name, relation="本人", method="window", key="early"
    )


@when("综合窗口办结")
def closes(site: Site) -> None:
    at_delivery(site).presses("办结")


@when("综合窗口硬要办结")
def closes_early(site: Site) -> None:
    window = at_delivery(site)
    assert not window.page.has_button("办结")
    window.sends(f"/window/cases/{site.case.case_id}/closure", key="early")
    assert window.page.status == 409, window.page.text


@when(parsers.parse("{name}打开出件页面"))
def opens_delivery(site: Site, name: str) -> None:
    at_delivery(site, name)


def paper(site: Site, title: str) -> Page:
    """A paper of the case, as the window opens it."""
    window = site.signed_in(clerk(site.region))
    window.opens(f"/window/cases/{site.case.case_id}?tab=papers")
    return window.follows(title)


@then(parsers.parse('"{title}"写着"{name}"和全部结果'))
def receipt_says(site: Site, title: str, name: str) -> None:
    pdf = pdf_of(paper(site, title))
    rows = site.one("SELECT array_agg(name) FROM results WHERE case_id = $1", site.case.case_id)
    assert len(rows) == 3
    for words in (name, *rows):
        assert looking.says(pdf, flat(words)), (words, looking.words(pdf))


@then(parsers.re(r'"(?P<title>[^"]+)"可以打印'))
def printable(site: Site, title: str) -> None:
    assert looking.says(pdf_of(paper(site, title)), flat(title))


@then(parsers.parse("有 {number:d} 份送达回证"))
def receipts(site: Site, number: int) -> None:
    page = at_delivery(site).page
    links = [a for a in page.parts("//a") if page.text_of(a) == "送达回证"]
    assert len(links) == number
    records = [r for r in page.parts("//*[cls(card)][.//h2='送达记录']//li") if page.text_of(r).find("回证") >= 0]
    assert len(records) == number
