"""Departments decide: each sees its own, in the order the law allows and otherwise side by side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from pytest_bdd import given, parsers, then, when

from lianban.outside.clock import local
from tests.printing import looking
from tests.steps import applications, departments
from tests.steps.cast import CHANGSHA, LONGJING, NOW, approver, clerk, named
from tests.steps.departments import REASON, at_task, claim, grant, grant_all, refuse, state_of, survey
from tests.steps.papers import pdf_of
from tests.steps.site import Site
from tests.steps.visitor import File, Visitor, flat

RESULT: File = ("户口簿.jpg", applications.picture(31, 31), "image/jpeg")
EVERY_FIELD = {
    "results.0.name": "居民户口簿",
    "results.0.number": "1",
    "results.0.issued_on": f"{local(NOW).date()}",
    "element.newborn_id_number": departments.NEWBORN_ID,
    "reason": REASON,
    "basis": "《中华人民共和国户口登记条例》第七条",
    "remedy": "可以在六十日内向龙井市人民政府申请行政复议，或者在六个月内向龙井市人民法院提起行政诉讼。",
    "surveyed_on": f"{local(NOW).date()}",
    **departments.team(["赵一", "钱二"]),
    "conclusion": "pass",
    "to": "somebody",
    "opinion": "",
    "key": "stranger",
}
STEPS = {
    "签收": "claim",
    "退回": "release",
    "转交": "hand-over",
    "登记勘查": "survey",
    "准予": "grant",
    "不予许可": "refusal",
}


def task_id(site: Site, item: str) -> str:
    """The task of an item."""
    return str(
        site.one("SELECT id FROM tasks WHERE case_id = $1 AND item_name LIKE $2 || '%'", site.case.case_id, item)
    )


def force(site: Site, who: Visitor, item: str, step: str, **given: str) -> None:
    """Send a step that the page does not offer (any more), with everything filled in."""
    who.sends(f"/tasks/{task_id(site, item)}/{STEPS[step]}", **{**EVERY_FIELD, **given})


@when(parsers.parse('{short}的审批人员按"{group}"找任务'))
def filters(site: Site, short: str, group: str) -> None:
    officer = site.signed_in(approver(short))
    officer.opens("/tasks")
    officer.follows(group, officer.page.parts("//ul[cls(tabs)]")[0])


@when(parsers.parse('{short}的审批人员查找编号"{number}"'))
def searches(site: Site, short: str, number: str) -> None:
    officer = site.signed_in(approver(short))
    officer.opens("/tasks")
    officer.presses("查找", {"q": number})


@when(parsers.re(r'(?P<short>公安|医保|社保|人社)签收"(?P<item>[^"]+)"'))
def claims(site: Site, short: str, item: str) -> None:
    claim(site, short, item)


@given(parsers.parse('公安已在另一个页面准予"{item}"'))
def granted_elsewhere(site: Site, item: str) -> None:
    police = site.signed_in(approver("公安"))
    page = police.page
    grant(police)
    police.page = page


@given("各部门依次签收并准予全部任务")
@when("各部门依次签收并准予全部任务")
@when("其余部门全部准予")
def all_granted(site: Site) -> None:
    grant_all(site)


@when(parsers.parse('医保的审批人员对公安的任务"{step}"'))
def stranger_tries(site: Site, step: str) -> None:
    stranger = site.signed_in(approver("医保"))
    stranger.opens("/tasks")
    if step == "打开":
        stranger.opens(f"/tasks/{task_id(site, '出生登记')}")
    else:
        force(site, stranger, "出生登记", step)


@when("长沙市公安的审批人员打开龙井市公安的任务")
def far_stranger(site: Site) -> None:
    site.signed_in(approver("公安", CHANGSHA)).opens(f"/tasks/{task_id(site, '出生登记')}")


@when(parsers.parse('公安签收并准予"{item}"，公民身份号码为"{number}"'))
def claims_and_grants(site: Site, item: str, number: str) -> None:
    grant(claim(site, "公安", item), {"newborn_id_number": number})


@when(parsers.parse('公安准予"{item}"，不填公民身份号码'))
def grants_without_number(site: Site, item: str) -> None:
    site.visitor("李警官").presses("准予", {"element.newborn_id_number": ""})


@when(parsers.parse('公安准予"{item}"，附上"{name}"'))
def grants_with_file(site: Site, item: str, name: str) -> None:
    given = {"element.newborn_id_number": departments.NEWBORN_ID}
    site.visitor("李警官").presses("准予", given, files=[("results.0.file", RESULT)])


@when(parsers.parse('公安不签收就准予"{item}"'))
def grants_unclaimed(site: Site, item: str) -> None:
    police = at_task(site, approver("公安"), item)
    assert not police.page.has_button("准予") or police.page.button("准予").get("disabled") is not None
    force(site, police, item, "准予")


@when(parsers.parse('医保硬要签收"{item}"'))
def claims_too_early(site: Site, item: str) -> None:
    force(site, at_task(site, approver("医保"), item), item, "签收")


@when(parsers.parse('公安不写"{label}"就不予"{item}"'))
def refuses_without(site: Site, label: str, item: str) -> None:
    police = site.visitor("李警官")
    refuse(police, **{police.page.name_of(label): ""})


@when(parsers.re(r'(?P<short>公安|社保)签收并不予"(?P<item>[^"]+)"'))
def claims_and_refuses(site: Site, short: str, item: str) -> None:
    refuse(claim(site, short, item))


@when(parsers.parse('两位公安人员同时签收"{item}"'))
def two_claim(site: Site, item: str) -> None:
    both = [at_task(site, named(name), item) for name in ("李警官", "朴警官")]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda who: who.submits(who.page.button("签收"), {}), both))
    for who, answer in zip(both, answers, strict=True):
        who.page = type(who.page)(answer)


@when(parsers.parse('李警官退回"{item}"'))
def releases(site: Site, item: str) -> None:
    site.visitor("李警官").presses("退回待签收", {"reason": "不属于本科室职责。"})


@when(parsers.parse('李警官把"{item}"转交给"{name}"'))
def hands_over(site: Site, item: str, name: str) -> None:
    police = site.visitor("李警官")
    police.presses("转交", {"to": next(str(o.get("value")) for o in police.page.parts("//option") if o.text == name)})


@when(parsers.parse('李警官硬要把"{item}"转交给医保的审批人员'))
def hands_over_to_a_stranger(site: Site, item: str) -> None:
    stranger = site.actor(approver("医保"))
    police = site.visitor("李警官")
    assert stranger.name not in police.page.text
    force(site, police, item, "转交", to=stranger.id)
    assert police.page.status in (409, 422), police.page.text


@when(parsers.parse('朴警官硬要准予"{item}"'))
def grants_anothers(site: Site, item: str) -> None:
    other = at_task(site, named("朴警官"), item)
    force(site, other, item, "准予")
    assert other.page.status in (409, 422), other.page.text


@when(parsers.parse('公安在旧页面上不予"{item}"'))
def decides_twice(site: Site, item: str) -> None:
    refuse(site.visitor("李警官"))


@given(parsers.parse('一件轮到食品经营许可的{region}"{bundle}"'))
def food_permit_is_next(site: Site, region: str, bundle: str) -> None:
    site.case = applications.accepted(site, "catering", LONGJING)
    departments.decide(site, "市场监管", "营业执照设立登记")


@when(parsers.parse('市场监管硬要准予"{item}"'))
def grants_without_survey(site: Site, item: str) -> None:
    force(site, site.visitor(approver("市场监管").name), item, "准予")


@when(parsers.parse('市场监管登记勘查，勘查人员为"{names}"，结论"{conclusion}"'))
def surveys(site: Site, names: str, conclusion: str) -> None:
    survey(site.visitor(approver("市场监管").name), names.split("、"), conclusion)


@when(parsers.parse('市场监管登记不合格的勘查，发现"{findings}"'))
def fails_the_survey(site: Site, findings: str) -> None:
    officer = site.visitor(approver("市场监管").name)
    given = {"conclusion": "fail", "findings": findings}
    officer.presses("登记勘查", {**departments.team(["赵一", "钱二"]), **given})


@when(parsers.parse('市场监管准予"{item}"'))
def grants_after_survey(site: Site, item: str) -> None:
    grant(site.visitor(approver("市场监管").name))


@then(parsers.parse('列表里只有"{item}"'))
def only_this_task(site: Site, item: str) -> None:
    rows = [site.page.text_of(r) for r in site.page.parts("//tbody/tr")]
    assert len(rows) == 1 and item in rows[0], rows


@then(parsers.parse('任务里有"{label}"'))
def task_has(site: Site, label: str) -> None:
    assert flat(label) in labels(site)


@then(parsers.parse('任务里没有"{label}"'))
def task_lacks(site: Site, label: str) -> None:
    assert flat(label) not in labels(site)


@then(parsers.parse('页面上没有银行账号"{number}"'))
def no_account(site: Site, number: str) -> None:
    site.page.keeps_silent(number)


def labels(site: Site) -> list[str]:
    """The fields that a task shows."""
    return [site.page.text_of(dt) for box in site.page.cards("表单") for dt in box.xpath(".//dt")]


@then(parsers.parse('任务里"{label}"是"{value}"，来源写明"{item}"'))
def task_knows(site: Site, label: str, value: str, item: str) -> None:
    told = [site.page.text_of(d) for box in site.page.cards("表单") for d in box.xpath(".//dl/div")]
    line = next(t for t in told if t.startswith(flat(label)))
    known, _, source = line.partition("来自")
    assert value in known and item in source, line


@then(parsers.re(r'任务"(?P<item>[^"]+)"是"(?P<state>[^"]+)"'))
def task_is(site: Site, item: str, state: str) -> None:
    assert state_of(site, item).endswith(state), state_of(site, item)


@then(parsers.parse('任务"{item}"是"{state}"，经办人是"{name}"'))
def task_is_with(site: Site, item: str, state: str, name: str) -> None:
    task_is(site, item, state)
    assert name in site.page.text_of(site.page.row(item))


@then(parsers.parse('"{item}"写明因为"{before}"没有办成'))
def says_why(site: Site, item: str, before: str) -> None:
    window = site.signed_in(clerk(site.region)).opens(f"/window/cases/{site.case.case_id}")
    told = window.text_of(window.row(item).xpath(".//td[@data-label='结果']")[0])
    assert before in told and len(told) > 8, told


@then(parsers.parse('办件结论是"{outcome}"'))
@then(parsers.parse('办件状态是"{outcome}"'))
def concluded(site: Site, outcome: str) -> None:
    window = site.signed_in(clerk(site.region)).opens(f"/window/cases/{site.case.case_id}")
    head = window.text_of(window.parts("//div[cls(head)]")[0])
    assert outcome in head, head


@then(parsers.parse('"{title}"写着理由、依据和救济途径'))
def decision_says(site: Site, title: str) -> None:
    window = site.signed_in("王芳")
    window.opens(f"/window/cases/{site.case.case_id}")
    pdf = pdf_of(window.follows(f"打印{title}"))
    for words in (REASON, "《中华人民共和国户口登记条例》第七条", "六十日内", "行政复议", "六个月内", "行政诉讼"):
        assert looking.says(pdf, flat(words)), (words, looking.words(pdf))


@then("只有一位签收成功")
def one_claims(site: Site) -> None:
    holders = [n for n in ("李警官", "朴警官") if site.visitors[n].page.status == 200]
    assert len(holders) == 1
    site.said = holders[0]
    assert site.visitors[site.said].page.has_button("准予")


@then("另一位看到是谁先签收的")
def the_other_sees_who(site: Site) -> None:
    other = next(n for n in ("李警官", "朴警官") if n != site.said)
    assert site.visitors[other].page.status == 409
    site.visitors[other].page.says(f"这个任务已由{site.said}在11月02日09:30签收")


@then("综合窗口打开的结果文件和上传的一样")
def result_file(site: Site) -> None:
    window = site.signed_in("王芳")
    page = window.opens(f"/window/cases/{site.case.case_id}")
    found = window.client.get(page.link("文件", page.row("出生登记")))
    assert (found.content, found.headers["content-type"]) == (RESULT[1], "image/jpeg")


@then(parsers.parse('"{word}"按不动，写明要先登记现场勘查'))
def greyed(site: Site, word: str) -> None:
    button = site.page.button(word)
    assert button.get("disabled") is not None
    assert "勘查" in site.page.text_of(button.getparent())


@then(parsers.parse('勘查人员"{name}"还在页面上'))
def keeps_the_surveyor(site: Site, name: str) -> None:
    assert name in site.page.parts("//input[starts-with(@name, 'surveyor.')]/@value")
