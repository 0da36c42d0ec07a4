"""Written grants, and papers with a mistake: corrected or made void by two persons."""

from __future__ import annotations

import re

from pytest_bdd import parsers, then, when

from tests.printing import looking
from tests.steps.cast import approver, clerk
from tests.steps.delivery import at_delivery
from tests.steps.departments import at_task
from tests.steps.papers import pdf_of
from tests.steps.site import Site
from tests.steps.visitor import Page, Visitor, flat


def paper_id(site: Site, title: str) -> str:
    """The paper with this title that stands, otherwise the last one."""
    return str(
        site.one(
            "SELECT id FROM papers WHERE case_id = $1 AND title = $2 ORDER BY superseded_by NULLS FIRST, id DESC",
            site.case.case_id,
            title,
        )
    )


def rows(page: Page, title: str) -> list[str]:
    """What is said of each paper with this title."""
    return [page.text_of(r) for r in page.parts("//tbody/tr|//li") if page.text_of(r).startswith(flat(title))]


def of_case(site: Site) -> Page:
    """The papers of the case, as the window sees them."""
    return site.signed_in(clerk(site.region)).opens(f"/window/cases/{site.case.case_id}?tab=papers")


def at_desk(site: Site, who: str) -> Visitor:
    """Somebody who has signed in today: on another day the session is over."""
    visitor = site.signed_in(who)
    if visitor.opens("/posts").address.startswith("/signin"):
        del site.visitors[who]
        visitor = site.signed_in(who)
    return visitor


@when(parsers.re('(?P<who>李警官|王芳|朴局长)打开"(?P<title>[^"]+)"的更正页'))
def opens(site: Site, who: str, title: str) -> None:
    at_desk(site, who).opens(f"/replacements/papers/{paper_id(site, title)}")


@when(parsers.parse('医保的审批人员打开"{title}"的更正页'))
def stranger_opens(site: Site, title: str) -> None:
    site.signed_in(approver("医保")).opens(f"/replacements/papers/{paper_id(site, title)}")


@when(
    parsers.re(
        '(?P<who>李警官)提请把"(?P<title>[^"]+)"的"(?P<label>[^"]+)"更正为"(?P<text>[^"]*)"，理由"(?P<reason>[^"]*)"'
    )
)
def proposes(site: Site, who: str, title: str, label: str, text: str, reason: str) -> None:
    opens(site, who, title)
    officer = site.visitor(who)
    officer.presses("提请更正", {officer.page.name_of(label): text, "reason": reason})


@when(parsers.parse('王芳提请作废"{title}"，理由"{reason}"'))
def proposes_void(site: Site, title: str, reason: str) -> None:
    opens(site, "王芳", title)
    site.visitor("王芳").presses("提请作废", {"reason": reason})


@when(parsers.re("(?P<who>朴局长|周明|方正)同意(?P<what>更正|作废)"))
def agrees(site: Site, who: str, what: str) -> None:
    head = site.signed_in(who)
    head.opens("/replacements")
    head.presses(f"同意{what}")
    head.page.says("没有等您确认的")


@when(parsers.re('周明不同意更正，理由"(?P<remark>[^"]*)"'))
def disagrees(site: Site, remark: str) -> None:
    head = site.signed_in("周明")
    head.opens("/replacements")
    head.presses("不同意", {"remark": remark})


@when("李警官硬要同意更正")
def agrees_oneself(site: Site) -> None:
    id = site.one("SELECT id FROM replacements WHERE case_id = $1", site.case.case_id)
    officer = site.visitor("李警官")
    officer.sends(f"/replacements/{id}/confirmation", key="own")
    assert officer.page.status == 403, officer.page.text


@when("申请人打开办理进度")
def follows_along(site: Site) -> None:
    site.visitor("申请人").opens(f"/c/{site.case.number}?code={site.case.query_code}")


@then(parsers.parse('公安的任务"{item}"列出文书"{title}"，状态是"{state}"'))
def task_lists(site: Site, item: str, title: str, state: str) -> None:
    page = at_task(site, approver("公安"), item).page
    assert len(rows(page, title)) == 1 and flat(state) in rows(page, title)[0]


@then(parsers.parse('办件的文书里有 {number:d} 份"{title}"，状态是"{state}"'))
def case_lists(site: Site, number: int, title: str, state: str) -> None:
    found = [row for row in rows(of_case(site), title) if flat(state) in row]
    assert len(found) == number, rows(of_case(site), title)


@then(parsers.parse('办件的文书里没有"{title}"'))
def case_lists_none(site: Site, title: str) -> None:
    assert rows(of_case(site), title) == []


@then(parsers.parse('申请人看到文书"{title}"，状态是"{state}"'))
def applicant_sees(site: Site, title: str, state: str) -> None:
    assert any(flat(state) in row for row in rows(site.page, title)), site.page.text


@then(parsers.parse('页面上没有按钮"{word}"'))
def no_button(site: Site, word: str) -> None:
    assert not site.page.has_button(word)


@then(parsers.re(r'(?:决定书|最后一份)"(?P<title>[^"]+)"写着(?P<words>"[^"]+"(?:、"[^"]+")*)'))
def paper_says(site: Site, title: str, words: str) -> None:
    window = site.signed_in(clerk(site.region))
    window.opens(f"/papers/{paper_id(site, title)}.pdf")
    pdf = pdf_of(window.page)
    for text in re.findall('"([^"]+)"', words):
        assert looking.says(pdf, flat(text)), (text, looking.words(pdf))


@then(parsers.parse('"送达回证"列出"{title}"'))
def receipt_lists(site: Site, title: str) -> None:
    paper_says(site, "送达回证", f'"{title}"')


@then(parsers.re('待送达的是"(?P<first>[^"]+)"和"(?P<second>[^"]+)"，还剩 (?P<days>[0-9]+) 个工作日'))
def to_deliver(site: Site, first: str, second: str, days: str) -> None:
    at_desk(site, "王芳")
    at_delivery(site).page.says(first, second, f"还剩{days}个工作日")


@then("没有待送达的文书")
def nothing_to_deliver(site: Site) -> None:
    page = at_delivery(site).page
    assert not page.has_button("送达并开具送达回证"), page.text
