"""Between receipt and acceptance: taken in, looked through by departments, told once, answered, accepted or deemed."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TypeAlias
from uuid import UUID

from pytest_bdd import given, parsers, then, when

from lianban.casework.intake import Accepted
from tests.printing import looking
from tests.steps import applications
from tests.steps.applications import KNOWN, SCAN, picture
from tests.steps.cast import BUNDLES, PASSWORD, approver, named
from tests.steps.papers import pdf_of
from tests.steps.site import Site
from tests.steps.visitor import File, Visitor, flat

NEWBORN = ("公安", "医保", "社保", "人社")
ITEM = {"公安": "出生登记", "医保": "医保登记"}
CERTIFICATE = "birth_certificate"
Files: TypeAlias = Sequence[tuple[str, File]]


def window(site: Site) -> Visitor:
    """The clerk."""
    return site.signed_in("王芳")


def at_desk(site: Site, who: str, address: str) -> Visitor:
    """Somebody opens an address; after a night the desk asks to sign in again."""
    visitor = site.signed_in(who)
    if visitor.opens(address).address.startswith("/signin"):
        visitor.presses("登录", {"login": named(who).login, "password": PASSWORD})
        visitor.opens(address)
    return visitor


def room(site: Site) -> Visitor:
    """The clerk in the room of the case, as it is now."""
    return at_desk(site, "王芳", f"/window/cases/{site.case.case_id}/room")


def take_in(site: Site, bundle: str, *, without: Collection[str] = (), blank: str = "", twice: bool = False) -> None:
    """A whole application, without some materials and one field, received at the window."""
    clerk = window(site)
    applications.begin(clerk, bundle)
    applications.fill(clerk, KNOWN[BUNDLES[bundle]])
    names = [str(n) for n in clerk.page.parts("//input[@type='file']/@name")]
    clerk.presses("上传", files=[(name, SCAN) for name in names if name.removeprefix("scan.") not in without])
    boxes = {str(n) for n in clerk.page.parts("//input[@type='checkbox']/@name")}
    clerk.presses("保存", {name: yes for name, yes in applications.CONSENTS.items() if name in boxes})
    if blank:
        clerk.presses("保存", {clerk.page.name_of(blank): ""})
    before = clerk.page
    if twice:
        clerk.presses("收件（暂不受理）")
        clerk.page = before
    remember(site, clerk)


def remember(site: Site, clerk: Visitor) -> None:
    """Press 收件 and keep number and code."""
    page = clerk.presses("收件（暂不受理）")
    found = re.search(r"/window/cases/([0-9a-f-]{36})/room$", page.address)
    assert found, (page.status, page.address, page.text[:800])
    code = str(page.parts("//dt[.='查询码']/following-sibling::dd[1]//text()[normalize-space()]")[0]).strip()
    site.case = Accepted(UUID(found[1]), str(page.parts("//h1/text()")[0]).strip(), code)


@given(parsers.parse('王芳收下一件"{bundle}"的申请，材料齐全'))
def receives(site: Site, bundle: str) -> None:
    take_in(site, bundle)


@given(parsers.parse('王芳收下一件"{bundle}"的申请，没填"{field}"，没交"出生医学证明"'))
def receives_with_gaps(site: Site, bundle: str, field: str) -> None:
    take_in(site, bundle, without={CERTIFICATE}, blank=field)


@given(parsers.parse('王芳收下一件"{bundle}"的申请，没填"{field}"，没交"出生医学证明"，连点两下'))
def receives_twice(site: Site, bundle: str, field: str) -> None:
    take_in(site, bundle, without={CERTIFICATE}, blank=field, twice=True)


def twice(clerk: Visitor, button: str, given: dict[str, str] | None = None, files: Files = ()) -> None:
    """Press a button, and again on the page as it was."""
    before = clerk.page
    first = clerk.presses(button, given, files=files).address
    clerk.page = before
    assert clerk.presses(button, given, files=files).address == first


@when("王芳连点两下一次告知补正")
def notifies_twice(site: Site) -> None:
    twice(room(site), "一次告知补正")


@when(parsers.parse('申请人补齐"{label}"为"{value}"和"出生医学证明"，王芳连点两下补正完毕'))
def finishes_twice(site: Site, label: str, value: str) -> None:
    clerk = room(site)
    name = str(clerk.page.parts("//input[@type='file']/@name")[0])
    twice(clerk, "补正完毕", {clerk.page.name_of(label): value}, [(name, SCAN)])


@then("只有一份收件凭证，只有一份补正告知书")
def one_of_each(site: Site) -> None:
    found = site.one("SELECT string_agg(kind, ' ' ORDER BY issued_at) FROM papers")
    assert found == "receipt correction"


@when(parsers.parse('医保提出其他要求"{words}"，依据"{basis}"'))
def asks_with_a_basis(site: Site, words: str, basis: str) -> None:
    screening(site, "医保").presses("报告需要补正的内容", {"other.problem": words, "other.basis": basis})


@when(parsers.parse('申请人说明"{words}"，补正完毕'))
def says_how(site: Site, words: str) -> None:
    clerk = room(site)
    box = str(clerk.page.parts("//textarea[starts-with(@name, 'gap.')]/@name")[0])
    clerk.presses("补正完毕", {box: words})


@when("她点击收件")
def presses_receive(site: Site) -> None:
    window(site).presses("收件（暂不受理）")


@then("页面说还不能收件，没有要求交材料")
def not_presentable(site: Site) -> None:
    assert site.page.status == 422
    site.page.says("还不能收件")
    wanted = {str(a).removeprefix("#f-") for a in site.page.parts("//*[@id='fault']//a/@href")}
    assert {"consent.privacy", "consent.guardian", "applicant_name", "applicant_role"} <= wanted, wanted
    assert not {name for name in wanted if name.startswith("material.")} and "householder_name" not in wanted


def screening(site: Site, short: str) -> Visitor:
    """Somebody of a department before what it was asked about the case."""
    officer = at_desk(site, approver(short, site.region).name, "/tasks/screenings")
    officer.follows(site.case.number, officer.page.row(site.case.number, ITEM.get(short, "")))
    return officer


@given(parsers.re(r"(?P<short>公安|医保)打开收件核对"))
@when(parsers.re(r"(?P<short>公安|医保)打开收件核对"))
def opens_the_screening(site: Site, short: str) -> None:
    screening(site, short)


@given(parsers.parse('公安报告"出生医学证明"看不清'))
@when(parsers.parse('公安报告"出生医学证明"看不清'))
def reports_blurred(site: Site) -> None:
    blurred(screening(site, "公安"))


def blurred(officer: Visitor) -> None:
    name = f"m.{CERTIFICATE}"
    officer.presses("报告需要补正的内容", {f"{name}.fault": "unreadable", f"{name}.problem": "编号看不清"})


@when(parsers.parse('公安在旧页面上报告"出生医学证明"看不清'))
def reports_from_an_old_page(site: Site) -> None:
    who = approver("公安", site.region).name
    kept = site.visitor(who).page
    officer = at_desk(site, who, "/tasks")
    officer.page = kept
    blurred(officer)


@given("其他部门核对无误")
@when("其他部门核对无误")
def others_find_nothing(site: Site) -> None:
    for short in NEWBORN:
        officer = at_desk(site, approver(short, site.region).name, "/tasks")
        while True:
            officer.opens("/tasks/screenings")
            links = officer.page.parts("//tbody/tr/th/a/@href")
            if not links:
                break
            officer.opens(str(links[0]))
            officer.presses("核对无误")


@given("王芳一次告知补正")
@when("王芳一次告知补正")
def notifies(site: Site) -> None:
    room(site).presses("一次告知补正")


@when(parsers.parse('王芳写明不等的理由"{reason}"并一次告知补正'))
def notifies_early(site: Site, reason: str) -> None:
    room(site).presses("一次告知补正", {"early_reason": reason})


@when("王芳受理")
def accepts(site: Site) -> None:
    room(site).presses("受理")


@when("王芳不采纳公安的报告，没有写理由，受理")
def drops_without_reason(site: Site) -> None:
    drops(site, "")


@when(parsers.parse('王芳不采纳公安的报告，理由"{reason}"，受理'))
def drops(site: Site, reason: str) -> None:
    clerk = room(site)
    box = str(clerk.page.parts("//input[@type='checkbox'][starts-with(@name, 'tell.')]/@name")[0])
    clerk.presses("受理", {box: "", box.replace("tell.", "drop."): reason})


@when(parsers.parse('申请人到窗口补交"出生医学证明"，补正完毕'))
def brings_the_certificate(site: Site, width: int = 40) -> None:
    clerk = room(site)
    name = str(clerk.page.parts("//input[@type='file']/@name")[0])
    scan: File = ("补正.jpg", picture(width), "image/jpeg")
    clerk.presses("补正完毕", files=[(name, scan)])


@when(parsers.parse('邮寄来"出生医学证明"，王芳填收到的时间"{moment}"，补正完毕'))
def comes_by_mail(site: Site, moment: str) -> None:
    clerk = room(site)
    name = str(clerk.page.parts("//input[@type='file']/@name")[0])
    given = {"channel": "mail", "arrived": moment}
    clerk.presses("补正完毕", given, files=[(name, ("邮寄.jpg", picture(55), "image/jpeg"))])


@when(parsers.parse('申请人到窗口只补填"{label}"为"{value}"'))
def fills_only_one(site: Site, label: str, value: str) -> None:
    clerk = room(site)
    clerk.presses("补正完毕", {clerk.page.name_of(label): value})


@when(parsers.parse('申请人拿来"出生医学证明"的原件，补正完毕'))
def brings_the_original(site: Site) -> None:
    clerk = room(site)
    box = str(clerk.page.parts("//input[starts-with(@name, 'original.')]/@name")[0])
    clerk.presses("补正完毕", {box: "yes"})


@given(parsers.parse('公安报告"出生医学证明"看不清，窗口已告知，申请人已补正'))
def a_whole_round(site: Site) -> None:
    reports_blurred(site)
    others_find_nothing(site)
    notifies(site)
    brings_the_certificate(site, 40 + int(site.one("SELECT count(*) FROM material_files")))
    site.page.says("已收件")


@when(parsers.parse('公安再报告"{label}"填错'))
def reports_a_field(site: Site, label: str) -> None:
    officer = screening(site, "公安")
    box = officer.page.parts(f"//label[contains(., '{label}的问题')]/following-sibling::input/@name")
    officer.presses("报告需要补正的内容", {str(box[0]): "户主姓名与户口簿不一致"})


@when(parsers.parse('医保要求补交"{material}"'))
def asks_for_more(site: Site, material: str) -> None:
    officer = screening(site, "医保")
    address = officer.page.address
    officer.sends(f"{address}/gaps", **{f"m.{material}.fault": "missing"})


@when(parsers.parse('医保提出没有法律依据的其他要求"{words}"'))
def asks_for_something_else(site: Site, words: str) -> None:
    screening(site, "医保").presses("报告需要补正的内容", {"other.problem": words, "other.basis": ""})


@when("长沙市公安打开公安的收件核对")
def stranger_opens(site: Site) -> None:
    id = site.one("SELECT id FROM screenings WHERE department = 'public_security'")
    site.signed_in(approver("公安", "430100")).opens(f"/tasks/screenings/{id}")


@when("李警官打开窗口的收件核对")
def officer_opens_the_room(site: Site) -> None:
    site.signed_in("李警官").opens(f"/window/cases/{site.case.case_id}/room")


@when(parsers.parse('公安打开"{item}"的任务'))
def opens_the_task(site: Site, item: str) -> None:
    officer = at_desk(site, approver("公安", site.region).name, "/tasks")
    officer.follows(site.case.number, officer.page.row(site.case.number, item))
    officer.presses("签收")


@when(parsers.re(r'王芳当场把"(?P<label>[^"]+)"更正为"(?P<value>[^"]*)"，理由"(?P<reason>[^"]*)"'))
def corrects_on_the_spot(site: Site, label: str, value: str, reason: str) -> None:
    clerk = room(site)
    element = clerk.page.choice("哪一项", label)
    clerk.presses("更正", {"element": element, "value": value, "reason": reason})


@when("王芳查看表单")
def looks_at_the_form(site: Site) -> None:
    at_desk(site, "王芳", f"/window/cases/{site.case.case_id}?tab=form")


@when("王芳再打开这件办件")
def opens_again(site: Site) -> None:
    at_desk(site, "王芳", f"/window/cases/{site.case.case_id}")


@then(parsers.re(r'"(?P<title>补正告知书|受理通知书|收件凭证)"写着(?P<words>"[^"]+"(?:、"[^"]+")*)'))
def the_paper_says(site: Site, title: str, words: str) -> None:
    clerk = at_desk(site, "王芳", f"/window/cases/{site.case.case_id}")
    clerk.follows(f"打印{title}")
    pdf = pdf_of(clerk.page)
    for each in re.findall(r'"([^"]+)"', words):
        assert looking.says(pdf, flat(each)), (each, looking.words(pdf))


@then("只有公安要再核对一次")
def only_the_police_again(site: Site) -> None:
    rows = site.one("SELECT string_agg(department, ' ') FROM screenings WHERE round = 2")
    assert rows == "public_security"
    at_desk(site, approver("公安").name, "/tasks/screenings").page.says("出生登记（补正后）")


@then(parsers.parse('"{short}"没有要核对的收件'))
def nothing_to_screen(site: Site, short: str) -> None:
    at_desk(site, approver(short).name, "/tasks/screenings").page.says("没有等待核对的收件")


@then(parsers.parse('页面上没有"{words}"'))
def keeps_silent(site: Site, words: str) -> None:
    site.page.keeps_silent(words)


@then(parsers.parse('查阅日志里有"{purpose}"'))
def look_is_recorded(site: Site, purpose: str) -> None:
    site.signed_in(named("审计管理员")).opens("/oversight/access").says(purpose)


@then("有两份补正告知书")
def two_notices(site: Site) -> None:
    assert site.one("SELECT count(*) FROM papers WHERE kind = 'correction'") == 2
    room(site).page.says("龙政服补字〔2026〕第000002号")


@then(parsers.parse('"收件凭证"没有作废'))
def receipt_stands(site: Site) -> None:
    assert site.one("SELECT count(*) FROM papers WHERE kind = 'receipt' AND void_at IS NULL") == 1
