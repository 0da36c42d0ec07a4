"""A citizen asks what a matter needs and takes the notification sheet along."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlparse

from pytest_bdd import given, parsers, then, when

from lianban.cli import main
from tests.printing import looking
from tests.steps.cast import LONGJING
from tests.steps.papers import pdf_of
from tests.steps.site import Site
from tests.steps.visitor import Page, flat

DAY = ("--date", "2026-11-02")
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(parsers.parse('市民咨询{region}的"{bundle}"'))
@when(parsers.parse('市民咨询{region}的"{bundle}"'))
def consult(site: Site, region: str, bundle: str) -> None:
    citizen = site.visitor("市民")
    start = citizen.opens("/")
    citizen.follows(bundle, start.cards(region)[0])
    citizen.page.says(bundle, region, "一次性告知单")


@given(parsers.parse('她把"{question}"回答为"{answer}"'))
@when(parsers.parse('她把"{question}"回答为"{answer}"'))
@when(parsers.parse('她把"{question}"改为"{answer}"'))
def answers(site: Site, question: str, answer: str) -> None:
    citizen = site.visitor("市民")
    if citizen.page.parts("//a[contains(., '一次看到全部问题')]"):
        citizen.follows("一次看到全部问题")
    citizen.presses("更新告知单", {citizen.page.name_of(question): citizen.page.choice(question, answer)})


@when("她下载一次性告知单")
def downloads(site: Site) -> None:
    site.said = code_of(site.page)
    site.last.follows("下载告知单")


@when("她下载申请表的填写样例")
def downloads_the_sample(site: Site) -> None:
    site.last.follows("填写样例", site.page.cards("一、")[0].getparent().xpath("./*[.//h2[starts-with(., '三、')]]")[0])


@when(parsers.parse("综合窗口{name}输入告知单编码"))
def types_the_code(site: Site, name: str) -> None:
    type_code(site, name, code_of(site.visitor("市民").page))


@when(parsers.parse("综合窗口{name}输入抄错一位的告知单编码"))
def types_a_wrong_code(site: Site, name: str) -> None:
    code = code_of(site.visitor("市民").page)
    type_code(site, name, code[:6] + LETTERS[(LETTERS.index(code[6]) + 1) % 32] + code[7:])


@when("另一个人扫描她的告知单")
def scans(site: Site) -> None:
    citizen = site.visitor("市民")
    citizen.follows("下载告知单")
    address = scanned(citizen.page)
    site.stranger().opens(address)


def type_code(site: Site, name: str, code: str) -> None:
    """The clerk types a sheet's code at the window."""
    clerk = site.signed_in(name)
    clerk.opens("/window")
    clerk.presses("带答案受理", {clerk.page.name_of("告知单编码"): code})


def code_of(page: Page) -> str:
    """The code that the sheet shows."""
    return str(page.parts("//span[contains(., '告知单编码')]/strong/text()")[0]).strip()


def scanned(page: Page) -> str:
    """Where the code on a printed sheet leads, within the site."""
    codes = looking.codes(pdf_of(page), dpi=150)
    assert len(codes) == 1, codes
    return urlparse(codes[0]).path


def materials(page: Page) -> list[str]:
    """The names of the papers to bring."""
    names = page.parts("//article//div[h2[starts-with(normalize-space(), '二、')]]/ol[1]/li//strong/text()")
    return [flat(str(n)).partition(".")[2] for n in names]


@then(parsers.parse('告知单列出部门"{department}"'))
def names_the_department(site: Site, department: str) -> None:
    assert any(department in site.page.text_of(a) for a in site.page.parts("//article"))


@then("没有回答的问题逐个写明“如……则需……”")
@then('没有回答的问题逐个写明"如……则需……"')
def open_points(site: Site) -> None:
    box = site.page.cards("还没有定下来的")[0]
    points = box.xpath("./ul/li")
    assert len(points) >= 4
    for point in points:
        said = site.page.text_of(point)
        assert said.count("如“") >= 2, said
        assert "需" in said, said


@then(parsers.parse('告知单列出材料"{material}"'))
def lists_material(site: Site, material: str) -> None:
    assert material in materials(site.page)
    row = site.page.row(material)
    assert "看情形" not in site.page.text_of(row)
    site.said = material


@then(parsers.parse('告知单没有材料"{material}"'))
def lacks_material(site: Site, material: str) -> None:
    assert material not in materials(site.page)


@then(parsers.parse('这份材料写明由"{item}"依据"{basis}"要求'))
def material_is_explained(site: Site, item: str, basis: str) -> None:
    said = site.page.text_of(site.page.row(site.said, "要求"))
    assert f"{item}要求（{basis}）" in said, said


@then("告知单上没有重复的材料")
def no_material_twice(site: Site) -> None:
    found = materials(site.page)
    assert found
    assert len(found) == len(set(found)), found


@then("告知单写明免提交的材料和免交的理由")
def waivers(site: Site) -> None:
    lines = site.page.parts("//details[summary[contains(., '不用您提交的材料')]]/ul/li")
    assert lines
    for line in lines:
        name, _, reason = site.page.text_of(line).partition("：")
        assert name
        assert len(reason) > 8, line


@then("告知单写明材料由多少减到多少")
def counters(site: Site) -> None:
    line = next(li for li in site.page.parts("//ul[cls(counters)]/li") if site.page.text_of(li).startswith("提交材料"))
    before, after = str(line.xpath("./s/text()")[0]), str(line.xpath("./b/text()")[0])
    assert int(before) >= int(after) == len(required(site.page)), (before, after)


@then(parsers.parse('"{counter}"旁边写着公布的"{figures}"和来源'))
def published(site: Site, counter: str, figures: str) -> None:
    line = next(li for li in site.page.parts("//ul[cls(counters)]/li") if site.page.text_of(li).startswith(counter))
    assert f"公布：{flat(figures)}" in site.page.text_of(line)
    site.page.says(f"公布数字{figures}，来源：湖南省一件事主题43PCN0009")


@then("每个数字都写明怎么来的")
def lineage(site: Site) -> None:
    box = site.page.parts("//details[summary[contains(., '这些数字怎么来的')]]")[0]
    heads = [site.page.text_of(h) for h in box.xpath("./h3")]
    assert heads == ["提交材料", "填写字段", "跑动次数", "办理时间"]
    assert all(len(ul.xpath("./li")) >= 2 for ul in box.xpath("./ul"))


@then("命令行打印的同一张告知单一个字节也不差")
def the_same_from_the_command_line(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "sheet.pdf"
    assert main(["sheet", "newborn", "--region", LONGJING, *DAY, "--out", str(out)]) == 0
    assert out.read_bytes() == pdf_of(site.page)


def required(page: Page) -> list[str]:
    """The papers that must be brought whatever is answered."""
    rows = page.parts("//article//div[h2[starts-with(normalize-space(), '二、')]]/ol[1]/li")
    return [t for t in map(page.text_of, rows) if "看情形" not in t and "必须提交" in t]


@then("PDF 上的二维码打开同一次咨询")
def the_code_leads_back(site: Site) -> None:
    pdf = site.page
    assert site.said in looking.words(pdf_of(pdf))
    other = site.stranger().opens(scanned(pdf))
    assert code_of(other) == site.said
    site.visitor("市民")


@then(parsers.parse('受理页面上"{question}"已经是"{answer}"'))
def already_answered(site: Site, question: str, answer: str) -> None:
    assert site.page.address.endswith("/form")
    boxes = site.page.parts("//fieldset[legend='情形']//*[@data-element='parents_same_ethnicity']")
    assert question.startswith("新生儿父母的民族")
    assert site.page.text_of(boxes[0].xpath(".//label[input[@checked]]")[0]) == answer


@then("页面请她对照告知单核对编码")
def check_the_code(site: Site) -> None:
    assert site.page.status == 422
    site.page.says("请对照告知单逐位核对")
    assert "核对" in site.page.problem_of("告知单编码")
