"""The window takes in: one form, one set of materials, one acceptance."""

from __future__ import annotations

import re
from uuid import UUID

from pytest_bdd import given, parsers, then, when

from lianban.casework.intake import Accepted
from tests.printing import looking
from tests.steps import applications
from tests.steps.applications import FAMILY, FATHER, MOTHER_ID, MOTHER_PHONE, SCAN, picture
from tests.steps.cast import approver
from tests.steps.papers import pdf_of
from tests.steps.site import Site
from tests.steps.visitor import Page, Visitor, flat

PROGRAM = b"MZ\x90\x00" + bytes(200)


def window(site: Site) -> Visitor:
    """The clerk of the background."""
    return site.visitor("王芳")


@given(parsers.parse('她为"{bundle}"新建办件'))
def begins(site: Site, bundle: str) -> None:
    applications.begin(window(site), bundle)


@given(parsers.parse('她为"{bundle}"新建办件，父亲申领护理补贴'))
def begins_with_allowance(site: Site, bundle: str) -> None:
    begins(site, bundle)
    name = "wants_nursing_allowance"
    window(site).presses("保存", {name: "yes"})


@given("她填好整张表、收齐全部材料、办好告知同意")
def completes(site: Site) -> None:
    applications.complete(window(site), "newborn")


@given(parsers.parse('她填好整张表、收齐全部材料、办好告知同意，申请人叫"{name}"'))
def completes_with_name(site: Site, name: str) -> None:
    applications.complete(window(site), "newborn", {"applicant_name": name, "mother_name": name})


@given(parsers.re('她填好整张表、收齐全部材料、办好告知同意，由代理人"(?P<name>[^"]+)"办理，权限是"(?P<scope>[^"]*)"'))
def completes_with_agent(site: Site, name: str, scope: str) -> None:
    agent = {"name": name, "id_number": MOTHER_ID, "phone": MOTHER_PHONE, "mandate_kind": "assisted"}
    known = {f"party.agent.{field}": value for field, value in (agent | {"mandate_scope": scope}).items() if value}
    applications.complete(window(site), "catering", {"applies_in_person": "agent", **known})


@given(parsers.parse('她填好整张表，只差"{first}"、"{second}"、材料"{material}"和监护人同意'))
def completes_but(site: Site, first: str, second: str, material: str) -> None:
    clerk = window(site)
    applications.fill(clerk, FAMILY)
    names = {label: clerk.page.name_of(label) for label in (first, second)}
    site.said = " ".join([*names.values(), "consent.guardian", "material.birth_certificate"])
    clerk.presses("保存", {**dict.fromkeys(names.values(), ""), "consent.privacy": "yes"})
    assert clerk.page.row(material).get("id") == "f-material.birth_certificate"


@given("她填好整张表、收齐全部材料、但没有监护人同意")
def completes_without_guardian(site: Site) -> None:
    completes(site)
    window(site).presses("保存", {"consent.guardian": ""})


@given("她填好整张表、收齐全部材料、但没有告知个人信息处理规则")
def completes_without_notice(site: Site) -> None:
    completes(site)
    window(site).presses("保存", {"consent.privacy": ""})


@given("她填好整张表、办好告知同意，只核对纸质原件")
def completes_on_paper(site: Site) -> None:
    on_paper(site, missing=0)


@given("她填好整张表、办好告知同意，只核对纸质原件但少勾一条标准")
def completes_on_paper_but_one(site: Site) -> None:
    on_paper(site, missing=1)


def on_paper(site: Site, missing: int) -> None:
    """Tick what was seen in the original, with all standards but the last ones."""
    clerk = window(site)
    applications.fill(clerk, FAMILY)
    boxes = sorted({str(n) for n in clerk.page.parts("//input[@type='checkbox']/@name")})
    standards = [name for name in boxes if name.startswith("check.birth_certificate.standard")]
    assert len(standards) >= 2
    left_out = standards[len(standards) - missing :]
    clerk.presses("保存", {name: "yes" for name in boxes if name not in left_out})


@given(parsers.parse('她只填了"{label}"为"{value}"'))
def fills_one(site: Site, label: str, value: str) -> None:
    clerk = window(site)
    clerk.presses("保存", {clerk.page.name_of(label): value})


@given(parsers.parse('金哲先在同一张草稿上保存了"{label}"为"{value}"'))
def colleague_saves(site: Site, label: str, value: str) -> None:
    address = window(site).page.address
    other = site.signed_in("金哲")
    other.opens(address)
    other.presses("保存", {other.page.name_of(label): value})


@given("她在另一个页面作废了这张草稿")
def discards(site: Site) -> None:
    clerk = window(site)
    here = clerk.page
    clerk.presses("作废草稿")
    clerk.page = here


@when("她点击受理")
def accepts(site: Site) -> None:
    remember(site, window(site).presses("受理"))


@when("她从草稿列表回到这张草稿")
def back_to_the_draft(site: Site) -> None:
    clerk = window(site)
    clerk.opens("/window?state=draft")
    clerk.follows("草稿", clerk.page.parts("//tbody/tr")[0])


@when("她连点两下受理")
def accepts_twice(site: Site) -> None:
    clerk = window(site)
    form = clerk.page
    first = clerk.presses("受理")
    clerk.page = form
    second = clerk.presses("受理")
    site.said = f"{first.address} {second.address}"
    remember(site, second)


@when(parsers.parse('她把"{label}"填成"{value}"'))
def types(site: Site, label: str, value: str) -> None:
    fills_one(site, label, value)


@when(parsers.parse('王芳用旧版本保存"{label}"为"{value}"'))
def saves_the_old_version(site: Site, label: str, value: str) -> None:
    fills_one(site, label, value)


@when(parsers.parse('她写明不是重复的理由"{reason}"并受理'))
def explains(site: Site, reason: str) -> None:
    remember(site, window(site).presses("受理", {"duplicate": reason}))


@when(parsers.parse('她上传一个改名为"{name}"的程序文件'))
def uploads_a_program(site: Site, name: str) -> None:
    window(site).presses("上传", files=[("scan.birth_certificate", (name, PROGRAM, "application/pdf"))])


@when(parsers.parse('她给"{material}"上传两个扫描件'))
def uploads_two(site: Site, material: str) -> None:
    clerk = window(site)
    name = str(clerk.page.row(material).xpath(".//input[@type='file']/@name")[0])
    files = [(name, (f"第{n}页.jpg", picture(20 + n), "image/jpeg")) for n in (1, 2)]
    clerk.presses("上传", files=files)


@when(parsers.parse("{name}打开这张草稿"))
def opens_the_draft(site: Site, name: str) -> None:
    address = window(site).page.address
    site.signed_in(name).opens(address)


@when(parsers.parse('她打印"{title}"'))
def prints(site: Site, title: str) -> None:
    clerk = window(site)
    clerk.opens(f"/window/cases/{site.case.case_id}")
    clerk.follows(f"打印{title}")


def remember(site: Site, page: Page) -> None:
    """The case that has just been accepted, as the page tells it."""
    found = re.search(r"/window/cases/([0-9a-f-]{36})$", page.address)
    if found is not None:
        code = str(page.parts("//dt[.='查询码']/following-sibling::dd[1]//text()[normalize-space()]")[0]).strip()
        site.case = Accepted(UUID(found[1]), str(page.parts("//h1/text()")[0]).strip(), code)


@then(parsers.parse("页面列出的正好是这 {number:d} 处"))
def lists_exactly(site: Site, number: int) -> None:
    assert site.page.status == 422
    links = [str(a).removeprefix("#f-") for a in site.page.parts("//*[@id='fault']//a/@href")]
    assert sorted(links) == sorted(site.said.split())
    assert len(links) == number
    site.page.says(f"有{number}处需要补充或改正")


@when(parsers.parse("她只补齐这 {number:d} 处并受理"))
def completes_exactly(site: Site, number: int) -> None:
    clerk = window(site)
    names = [name for name in site.said.split() if not name.startswith(("consent.", "material."))]
    clerk.presses("上传", files=[("scan.birth_certificate", SCAN)])
    given = dict(zip(names, ("龙井市人民医院", FATHER), strict=True))
    remember(site, clerk.presses("受理", {**given, "consent.guardian": "yes"}))


@then(parsers.parse('受理通知书写着"{day}"、办件编号、查询码和每个事项'))
def notice_says(site: Site, day: str) -> None:
    prints(site, "受理通知书")
    pdf = pdf_of(site.page)
    for words in (day, site.case.number, site.case.query_code, "出生登记", "医保登记", "社会保障卡申领", "专用章"):
        assert looking.says(pdf, flat(words)), (words, looking.words(pdf))


@then("受理通知书上的证件号码遮住了生日")
def notice_masks(site: Site) -> None:
    pdf = pdf_of(site.page)
    assert looking.says(pdf, MOTHER_ID[:6] + "********" + MOTHER_ID[-4:]), looking.words(pdf)
    assert not looking.says(pdf, MOTHER_ID)


@then("办件有了编号和查询码")
def has_a_number(site: Site) -> None:
    assert site.page.status == 200, site.page.text[:600]
    assert re.fullmatch(r"222405-2026-\d{6}", site.case.number)
    assert re.fullmatch(r"[2-9A-Z]{8}", site.case.query_code)
    site.page.says("办理中")


@then(parsers.parse('"{first}"和"{second}"可以打印'))
def can_be_printed(site: Site, first: str, second: str) -> None:
    for title in (first, second):
        window(site).opens(f"/window/cases/{site.case.case_id}")
        page = site.last.follows(f"打印{title}")
        assert (page.status, page.media_type) == (200, "application/pdf")
        assert page.response.content.startswith(b"%PDF-")


@then(parsers.parse('"{shorts}"的任务已经建立'))
def tasks_exist(site: Site, shorts: str) -> None:
    for short in shorts.split("、"):
        officer = site.signed_in(approver(short))
        officer.opens("/tasks")
        officer.page.says(site.case.number)


@then(parsers.parse('"{one}"和"{two}"已经派发，"{three}"和"{four}"在等待'))
def dispatched_and_waiting(site: Site, one: str, two: str, three: str, four: str) -> None:
    page = window(site).opens(f"/window/cases/{site.case.case_id}")
    for item, state in ((one, "待签收"), (two, "待签收"), (three, "待前置"), (four, "待前置")):
        assert state in page.text_of(page.row(item)), page.text_of(page.row(item))


@then(parsers.parse('日志里"{event}"只有一条'))
def once_in_the_journal(site: Site, event: str) -> None:
    page = site.signed_in("王芳").opens(f"/window/cases/{site.case.case_id}?tab=journal")
    events = [page.text_of(cell) for cell in page.parts("//tbody/tr/td[3]")]
    assert events.count(event) == 1, events


@then(parsers.parse('"{label}"写明给"{shorts}"用'))
def feeds(site: Site, label: str, shorts: str) -> None:
    told = [site.page.text_of(b) for b in site.page.field(label).xpath(".//*[@class='feeds']/b")]
    assert set(shorts.split("、")) <= {name.removesuffix("局") for name in told}, told


@then(parsers.parse('页面列出还缺的字段"{label}"和材料"{material}"'))
def lacks(site: Site, label: str, material: str) -> None:
    assert site.page.status == 422
    lacks_material(site, material)
    summary = site.page.text_of(site.page.parts("//*[@id='fault']")[0])
    assert label in summary, summary
    assert label in site.page.problem_of(label)


@then(parsers.parse('页面列出还缺的材料"{material}"'))
def lacks_material(site: Site, material: str) -> None:
    summary = site.page.text_of(site.page.parts("//*[@id='fault']")[0])
    assert f"缺“{material}”" in summary, summary


@then(parsers.parse('"{label}"仍然是"{value}"'))
def keeps_the_typing(site: Site, label: str, value: str) -> None:
    assert site.page.value_of(label) == value


@then(parsers.parse('草稿里保存的"{label}"是"{value}"'))
def stored(site: Site, label: str, value: str) -> None:
    address = window(site).page.address.removesuffix("/acceptance")
    other = site.signed_in("金哲")
    other.opens(address)
    assert other.page.value_of(label) == value


@then("没有产生办件编号")
def no_number(site: Site) -> None:
    page = site.signed_in("王芳").opens("/window?state=processing")
    assert not page.parts("//tbody/tr"), page.text
    assert site.one("SELECT count(*) FROM cases WHERE number IS NOT NULL") == 0
    assert site.one("SELECT count(*) FROM papers") == site.one("SELECT count(*) FROM tasks") == 0


@then(parsers.parse('字段"{label}"提示"{words}"'))
def field_says(site: Site, label: str, words: str) -> None:
    assert flat(words) in site.page.problem_of(label), site.page.text_of(site.page.field(label))


@then("两次看到的是同一个办件")
def the_same_twice(site: Site) -> None:
    first, second = site.said.split()
    assert first == second == f"/window/cases/{site.case.case_id}"


@then("只有一个办件，只有一份受理通知书")
def one_of_each(site: Site) -> None:
    page = site.signed_in("王芳").opens("/window?state=")
    assert len(page.parts("//tbody/tr")) == 1, page.text
    assert site.one("SELECT count(*) FROM papers WHERE kind = 'acceptance'") == 1


@then("页面提醒可能重复并写出在办件编号")
def warns(site: Site) -> None:
    site.page.says("可能重复", site.case.number, "办的是同一对象")


@then("受理被拒绝，要求先确认不是重复")
def refuses_a_duplicate(site: Site) -> None:
    assert site.page.status == 422
    assert "确认不是重复的，填写理由后再受理" in site.page.problem_of("不是重复的理由")


@then("草稿里没有扫描件")
def no_scan(site: Site) -> None:
    window(site)
    assert not site.page.parts("//ul[cls(thumbs)]/li")
    assert site.one("SELECT count(*) FROM material_files") == 0


@then(parsers.parse('"{material}"有两个扫描件，打开的和上传的一样'))
def two_scans(site: Site, material: str) -> None:
    clerk = window(site)
    links = [str(a) for a in clerk.page.row(material).xpath(".//ul[@class='thumbs']//a/@href")]
    found = [clerk.client.get(link).content for link in links]
    assert found == [picture(21), picture(22)]


@then(parsers.parse('页面说字体里没有"{character}"，文书没有打印'))
def missing_glyph(site: Site, character: str) -> None:
    assert site.page.status == 422
    site.page.says(f"字体里没有“{character}”（U+{ord(character):04X}），文书没有打印", "请核对这个字是否录错")
