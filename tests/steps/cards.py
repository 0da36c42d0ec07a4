"""The electronic supervision as people see it: time passes, the system looks, cards lie in the list."""

from __future__ import annotations

import re
from datetime import datetime

import lxml.html
from pytest_bdd import parsers, then, when

from lianban import timers
from lianban.outside import clock
from lianban.outside.clock import SHANGHAI
from tests.steps import departments
from tests.steps.cast import approver, named
from tests.steps.site import Site
from tests.steps.visitor import Visitor, flat


@when(parsers.parse('到"{moment}"，系统巡查了期限'))
def time_passes(site: Site, moment: str) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    clock.set_clock(lambda: at)
    site.run(timers.round, at)
    # After so long everybody signs in anew.
    site.visitors.clear()


def at_cards(site: Site, who: str, query: str = "") -> Visitor:
    """Somebody at the list: a department's approver (社保), the window or the supervisor."""
    person = named(who) if who in ("综合窗口", "监督员", "周明") else approver(who)
    visitor = site.signed_in(person)
    visitor.opens(f"/oversight/cards{query}")
    assert visitor.page.status == 200, visitor.page.text
    return visitor


def shown(visitor: Visitor, word: str) -> list[lxml.html.HtmlElement]:
    """The cards of a colour on the page."""
    articles = visitor.page.parts("//article")
    return [one for one in articles if flat(word) in visitor.page.text_of(one.xpath("./p")[0])]


@when(parsers.parse('社保准予"{item}"'))
def grants_in_time(site: Site, item: str) -> None:
    departments.grant(departments.at_task(site, approver("社保"), item))


@when(parsers.parse('社保的审批人员迟到地准予"{item}"'))
def grants_late(site: Site, item: str) -> None:
    grants_in_time(site, item)


@then(parsers.re(r'(?P<who>社保|公安|综合窗口)的牌有"(?P<word>[^"]+)"(?:，没有"(?P<other>[^"]+)")?'))
def has_card(site: Site, who: str, word: str, other: str | None) -> None:
    colour = "?colour=blue" if word == "蓝牌" else ""
    visitor = at_cards(site, who, colour)
    assert shown(visitor, word), visitor.page.text
    assert not other or not shown(at_cards(site, who), other)


@then(parsers.parse("社保没有牌"))
def has_none(site: Site) -> None:
    visitor = at_cards(site, "社保")
    assert not visitor.page.parts("//article")
    visitor.page.says("没有需要处理的牌")


@then(parsers.re(r'"(?P<word>[黄红黑]牌)"写着(?P<words>.+)'))
def says(site: Site, word: str, words: str) -> None:
    cards = shown(site.last, word)
    text = "".join(site.page.text_of(one) for one in cards)
    for each in re.findall(r'"([^"]+)"', words):
        assert flat(each) in text, f"{each!r} is not on {text}"


@then(parsers.parse('社保的"{word}"只有一张'))
def only_one(site: Site, word: str) -> None:
    assert len(shown(at_cards(site, "社保"), word)) == 1


def press(site: Site, visitor: Visitor, word: str, button: str, **given: str) -> None:
    """Press a button on the one card of a colour."""
    (card,) = shown(visitor, word)
    buttons = [b for b in card.xpath(".//button") if flat(button) == visitor.page.text_of(b)]
    assert buttons, visitor.page.text_of(card)
    form = next(buttons[0].iterancestors("form"))
    sent = {str(i.get("name")): str(i.get("value") or "") for i in form.xpath(".//input")} | given
    if buttons[0].get("name"):
        sent[str(buttons[0].get("name"))] = str(buttons[0].get("value"))
    visitor.sends(str(form.get("action")), **sent)


@when(parsers.re(r'社保的审批人员申请解除"(?P<word>[^"]+)"，理由"(?P<reason>[^"]*)"'))
def asks(site: Site, word: str, reason: str) -> None:
    press(site, at_cards(site, "社保"), word, "申请解除", reason=reason)


@then(parsers.parse('社保的审批人员不能审批"{word}"'))
def cannot_decide(site: Site, word: str) -> None:
    visitor = at_cards(site, "社保")
    (card,) = shown(visitor, word)
    assert "同意解除" not in visitor.page.text_of(card)
    visitor.sends(f"/oversight/cards/{str(card.get('id')).removeprefix('card-')}/decision", answer="approve", note="")
    assert visitor.page.status == 403, visitor.page.text


@when(parsers.parse('监督员周明同意解除"{word}"'))
def approves(site: Site, word: str) -> None:
    press(site, at_cards(site, "监督员", "?state=asked"), word, "同意解除", note="")


@when(parsers.re(r'监督员周明不同意解除"(?P<word>[^"]+)"，意见"(?P<note>[^"]*)"'))
def declines(site: Site, word: str, note: str) -> None:
    press(site, at_cards(site, "监督员", "?state=asked"), word, "不同意", note=note)


@then(parsers.parse('监督员的牌里"{state}"有"{word}"'))
def listed(site: Site, state: str, word: str) -> None:
    visitor = at_cards(site, "监督员")
    visitor.follows(state)
    assert shown(visitor, word), visitor.page.text


@then(parsers.parse('办件日志写着"{words}"'))
def journal_says(site: Site, words: str) -> None:
    supervisor = site.signed_in("王芳")
    supervisor.opens(f"/window/cases/{site.case.case_id}?tab=journal")
    supervisor.page.says(words)


@when(parsers.parse('社保的审批人员公开"{word}"的超期原因"{reason}"'))
def explains(site: Site, word: str, reason: str) -> None:
    press(site, at_cards(site, "社保"), word, "公开原因", reason=reason)
    site.page.says(reason)


@then(parsers.parse('申请人查进度看到"{words}"'))
def applicant_sees(site: Site, words: str) -> None:
    applicant = site.visitor("申请人")
    applicant.opens(f"/c/{site.case.number}?code={site.case.query_code}")
    applicant.page.says(words)


@then(parsers.re(r'监督员看到"(?P<name>[^"]+)"有 (?P<yellow>\d+) 张黄牌、(?P<red>\d+) 张红牌、(?P<black>\d+) 张黑牌'))
def standing(site: Site, name: str, yellow: str, red: str, black: str) -> None:
    supervisor = site.signed_in("周明")
    supervisor.opens("/oversight")
    cells = supervisor.page.row(name).xpath("./td")
    assert [supervisor.page.text_of(cell) for cell in cells] == [yellow, red, black]
