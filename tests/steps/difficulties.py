"""有事您说话: citizens speak, the window sorts, units answer, everybody sees what they may."""

from __future__ import annotations

from uuid import UUID

from pytest_bdd import given, parsers, then, when

from lianban.feedback import difficulties
from lianban.outside import clock
from lianban.rules.difficulties import CATEGORIES, RESULTS, taxonomy
from tests.steps.cast import DEPARTMENTS, LONGJING, approver
from tests.steps.site import Site
from tests.steps.visitor import Page, Visitor, flat

PHONE = "13800138000"
SPOKEN = "跑了三趟，每次说的都不一样，到现在还没有办成。"
ANSWER = "已经当面核对，按规定办理，结果如下。"


def latest(site: Site) -> UUID:
    """The request of the scenario."""
    return UUID(str(site.one("SELECT id FROM difficulties ORDER BY id DESC LIMIT 1")))


def at_request(site: Site, who: str) -> Visitor:
    """Somebody in front of the request."""
    visitor = site.signed_in(who if who not in DEPARTMENTS else approver(who))
    visitor.opens(f"/difficulties/{latest(site)}")
    return visitor


def send(site: Site, who: str, step: str, **fields: str) -> Visitor:
    """One step, sent by the form that is on the page."""
    visitor = at_request(site, who)
    forms = visitor.page.parts(f"//form[contains(@action, '/{step}')]//button")
    assert forms, f"{who} has no {step}: {visitor.page.text[:1500]}"
    button = forms[-1]
    visitor.page = Page(visitor.submits(button, fields))
    return visitor


def speak(site: Site, kind: str, **more: str) -> Visitor:
    """A citizen speaks online."""
    visitor = site.stranger()
    visitor.opens(f"/speak/{LONGJING}")
    chosen = {k.name: k.id for k in taxonomy().kinds.values()}[kind]
    sent = {"kind": chosen, "problem": SPOKEN, "name": "朴美兰", "phone": PHONE, **more}
    visitor.presses("提交", sent)
    return visitor


@given(parsers.parse('市民在网上反映"{kind}"，想办"{item}"'))
def spoken(site: Site, kind: str, item: str) -> None:
    visitor = speak(site, kind, item=item)
    visitor.page.says("已经收到")
    site.said = visitor.page.link("看进展")


@given(parsers.parse('王芳把诉求定为"{category}"，派给"{lead}"'))
@given(parsers.parse('王芳把诉求定为"{category}"，派给"{lead}"，由"{other}"协办'))
def sorted_and_sent(site: Site, category: str, lead: str, other: str = "") -> None:
    sorts(site, category)
    fields = {"lead": DEPARTMENTS[lead]}
    send(site, "王芳", "dispatch", **fields, **({"others": DEPARTMENTS[other]} if other else {}))


@given(parsers.parse('王芳把诉求定为"{category}"'))
@when(parsers.parse('王芳把诉求定为"{category}"'))
def sorts(site: Site, category: str) -> None:
    id = next(c.id for c in CATEGORIES.values() if c.name == category)
    send(site, "王芳", "triage", category=id)


@given(parsers.parse('王芳当场答复，结果是"{result}"'))
@when(parsers.parse('王芳当场答复，结果是"{result}"'))
def settles(site: Site, result: str) -> None:
    send(site, "王芳", "settle", text=ANSWER, result=_result(result))


@when("李警官接收诉求")
def accepts(site: Site) -> None:
    send(site, "李警官", "accept")


@when("李警官连点两次，延期三个工作日")
def twice(site: Site) -> None:
    visitor = at_request(site, "李警官")
    button = visitor.page.parts("//form[contains(@action, '/postpone')]//button")[-1]
    fields = {"days": "3", "reason": "需要向外地核实"}
    first, second = (Page(visitor.submits(button, fields)) for _ in range(2))
    assert (first.status, second.status) == (200, 200)
    visitor.page = second


@when("李警官硬要答复诉求")
def forces(site: Site) -> None:
    at_request(site, "李警官").sends(f"/difficulties/{latest(site)}/reply", text=ANSWER, result="solved")


@when(parsers.parse('李警官答复诉求，结果是"{result}"'))
def replies(site: Site, result: str) -> None:
    send(site, "李警官", "reply", text=ANSWER, result=_result(result))


@when(parsers.parse('李警官退回诉求，理由是"{reason}"'))
def gives_back(site: Site, reason: str) -> None:
    send(site, "李警官", "give_back", reason=reason)


@when(parsers.re(r'(?P<who>王芳|监督员)再派给"(?P<lead>[^"]+)"'))
def sends_again(site: Site, who: str, lead: str) -> None:
    send(site, who, "dispatch", lead=DEPARTMENTS[lead])


@when("李警官打开诉求")
def looks(site: Site) -> None:
    at_request(site, "李警官")


@when("医保反馈协办意见")
def contributes(site: Site) -> None:
    send(site, "医保", "accept")
    send(site, "医保", "contribute", text="参保信息已经核对一致。")


@when(parsers.parse('监督员认定诉求"{found}"'))
def judges(site: Site, found: str) -> None:
    send(site, "监督员", "judge", valid="yes" if found == "属实" else "no", finding="调看监控，当面了解，情况属实。")


@when("监督员把诉求转为整改")
def rectifies(site: Site) -> None:
    send(site, "监督员", "rectify", problem="窗口推诿，没有一次告知。")


@when(parsers.parse('全明哲批示由"{lead}"办理'))
def instructs(site: Site, lead: str) -> None:
    send(site, "全明哲", "instruct", lead=DEPARTMENTS[lead], reason="三日内人工办理，办完报我。")


@when(parsers.parse('王芳告知诉求属于"{exclusion}"'))
def excludes(site: Site, exclusion: str) -> None:
    visitor = at_request(site, "王芳")
    option = next(o for o in visitor.page.parts("//option") if visitor.page.text_of(o) == exclusion)
    send(site, "王芳", "exclude", exclusion=str(option.get("value")))


@when("市民查诉求的进展")
def follows(site: Site) -> None:
    site.stranger().opens(site.said)


@when(parsers.parse('王芳从办件页面登记诉求，12345 工单"{ticket}"'))
def from_case(site: Site, ticket: str) -> None:
    visitor = site.signed_in("王芳")
    visitor.opens(f"/window/cases/{site.case.case_id}")
    visitor.follows("登记诉求")
    sent = {"name": "朴美兰", "phone": PHONE, "kind": "many_trips", "problem": SPOKEN, "ticket": ticket}
    visitor.presses("登记", sent)


@when("市民用同一个电话在网上反映同一件办件")
def again_online(site: Site) -> None:
    speak(site, "多次跑仍没有办成", case=str(site.case.number))


@given("金哲回访，群众满意")
def called(site: Site) -> None:
    site.run(difficulties.called_back, latest(site), True, True, "满意", by=site.actor("金哲"), at=clock.now())


@when(parsers.parse('金哲办结诉求，原因是"{cause}"'))
def closes(site: Site, cause: str) -> None:
    visitor = at_request(site, "金哲")
    option = next(o for o in visitor.page.parts("//option") if visitor.page.text_of(o) == cause)
    send(site, "金哲", "close", cause=str(option.get("value")))


@when(parsers.parse('王芳建议修改目录"{text}"'))
def proposes(site: Site, text: str) -> None:
    visitor = site.signed_in("王芳")
    visitor.opens("/difficulties/figures?month=2026-11")
    visitor.presses("提出建议", {"cause": "unclear_guide", "text": text})


@when("系统管理员采纳建议")
def adopts(site: Site) -> None:
    site.signed_in("系统管理员").presses("答复", {"adopted": "yes", "answer": "下一版写清楚。"})


@then(parsers.parse('诉求的"{kind}"到"{moment}"'))
def due(site: Site, kind: str, moment: str) -> None:
    visitor = at_request(site, "王芳")
    row = visitor.page.text_of(visitor.page.row(kind))
    assert flat(moment[5:]) in row, row


@then(parsers.parse('诉求是"{state}"'))
def stands(site: Site, state: str) -> None:
    visitor = at_request(site, "王芳")
    assert state in visitor.page.text_of(visitor.page.parts("//*[cls(head)]")[0])


@then(parsers.parse('页面上没有电话"{phone}"'))
def silent(site: Site, phone: str) -> None:
    site.page.keeps_silent(phone)


@then("督办记录里有这个诉求，窗口人员看不到")
def supervised(site: Site) -> None:
    number = str(site.one("SELECT number FROM difficulties"))
    site.signed_in("监督员").opens("/difficulties/supervision").says(number, "待处理")
    refused = site.signed_in("王芳").opens("/difficulties/supervision")
    assert refused.status == 403
    refused.keeps_silent(number)


@then("有一件来源是诉求的整改")
def rectified(site: Site) -> None:
    assert site.one("SELECT source FROM rectifications") == "difficulty"


@then(parsers.parse('一共有"{requests}"件诉求，1 张工单'))
def how_many(site: Site, requests: str) -> None:
    assert site.one("SELECT count(*) FROM difficulties") == int(requests)
    assert site.one("SELECT count(*) FROM difficulty_tickets") == 1


@then(parsers.parse('统计表里"{group}"收到"{received}"件、办成"{solved}"件，办成率"{rate}"'))
def counted(site: Site, group: str, received: str, solved: str, rate: str) -> None:
    row = site.page.row(group)
    cells = {str(c.get("data-label")): c for c in row.xpath(".//td")}
    assert site.page.text_of(cells["收到"]) == received and site.page.text_of(cells["办成"]) == solved
    assert site.page.text_of(cells["办成率"]).startswith(rate)
    visitor = site.last
    visitor.opens(site.page.link(solved, cells["办成"]))
    assert len(visitor.page.parts("//tbody/tr")) == int(solved)


def _result(words: str) -> str:
    return next(id for id, name in RESULTS.items() if name == words)
