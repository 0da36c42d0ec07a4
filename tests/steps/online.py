"""The applicant at home: progress in plain words, corrections answered and materials made up with number and code."""

from __future__ import annotations

from pytest_bdd import given, parsers, then, when

from lianban.casework import policies
from tests.actions.drafts import picture
from tests.actions.promising import tolerated
from tests.steps import applications, corrections
from tests.steps.cast import NOW
from tests.steps.site import Site
from tests.steps.tracking import wrong
from tests.steps.visitor import File, Visitor

PHOTOS: list[File] = [("第一页.jpg", picture(40, 60), "image/jpeg"), ("第二页.jpg", picture(60, 40), "image/jpeg")]


def applicant(site: Site) -> Visitor:
    """The applicant's browser."""
    return site.visitor("申请人")


def address(site: Site, part: str = "", code: str = "") -> str:
    """An address of the applicant's side."""
    return f"/c/{site.case.number}{part}?code={code or site.case.query_code}"


@given('一件已经一次告知补正的"新生儿出生一件事"')
def told_once(site: Site) -> None:
    corrections.take_in(site, "新生儿出生一件事", without={corrections.CERTIFICATE}, blank="户主姓名")
    corrections.others_find_nothing(site)
    corrections.notifies(site)


@given(parsers.parse('公安和医保都报告"{label}"填错，窗口已告知'))
def reported_by_two(site: Site, label: str) -> None:
    for short in ("公安", "医保"):
        officer = corrections.screening(site, short)
        box = officer.page.parts(f"//label[contains(., '{label}的问题')]/following-sibling::input/@name")
        officer.presses("报告需要补正的内容", {str(box[0]): f"{label}与出生医学证明不一致"})
    corrections.others_find_nothing(site)
    corrections.notifies(site)


@given("本地没有开通网上补正")
def not_online(site: Site) -> None:
    site.run(policies.set_policy, {"online_answers": "no"}, by=site.actor("高远"), at=NOW)


@given('一件容缺受理的龙井市"开办旅馆一件事"')
def accepted_with_a_promise(site: Site) -> None:
    site.case = site.run(tolerated)


@when("申请人查看办理进度")
def looks(site: Site) -> None:
    applicant(site).opens(address(site))
    assert site.page.status == 200, site.page.text


@when("申请人打开补正页面")
def opens(site: Site) -> None:
    applicant(site).opens(address(site, "/correction"))
    assert site.page.status == 200, site.page.text


@when("有人用错误的查询码打开补正页面")
def opens_with_a_wrong_code(site: Site) -> None:
    applicant(site).opens(address(site, "/correction", wrong(site.case)))


@when("有人不带查询码打开补正页面")
def opens_without_a_code(site: Site) -> None:
    applicant(site).opens(f"/c/{site.case.number}/correction")


def names(site: Site) -> tuple[str, str]:
    """The names of the field and of the file input."""
    text = str(site.page.parts("//input[starts-with(@name, 'gap.')][not(@type='file')]/@name")[0])
    return text, str(site.page.parts("//input[@type='file']/@name")[0])


@when(parsers.parse('申请人把"{label}"补填为"{value}"并保存这一项'))
def saves_one(site: Site, label: str, value: str) -> None:
    field, _ = names(site)
    site.last.presses("保存这一项", {field: value}, within=gap(site, label))


def gap(site: Site, label: str) -> str:
    """The heading of the gap with this label."""
    return next(site.page.text_of(h) for h in site.page.parts("//section//h2") if label in site.page.text_of(h))


@when('申请人上传"出生医学证明"的两张照片，全部补齐，提交')
def uploads_and_submits(site: Site) -> None:
    file = str(site.page.parts("//input[@type='file']/@name")[0])
    site.last.presses("全部补齐，提交", files=[(file, photo) for photo in PHOTOS])


@when(parsers.parse('申请人改成"{value}"，全部补齐，提交'))
def changes_and_submits(site: Site, value: str) -> None:
    fields = site.page.parts("//input[starts-with(@name, 'gap.')]/@name")
    assert len(fields) == 1, fields
    site.last.presses("全部补齐，提交", {str(fields[0]): value})


@when(parsers.parse('申请人只填"{label}"为"{value}"就全部提交'))
def submits_too_early(site: Site, label: str, value: str) -> None:
    field, _ = names(site)
    site.last.presses("全部补齐，提交", {field: value})
    assert site.page.status == 422


@when(parsers.parse('申请人填"{label}"为"{value}"，上传一个不是图片的文件'))
def uploads_something_else(site: Site, label: str, value: str) -> None:
    field, file = names(site)
    site.last.presses("全部补齐，提交", {field: value}, files=[(file, ("证明.jpg", b"GIF89a", "image/jpeg"))])
    assert site.page.status == 422


@when("申请人补齐全部内容，按了两次提交")
def submits_twice(site: Site) -> None:
    field, file = names(site)
    visitor, button = site.last, site.page.button("全部补齐，提交")
    for _ in range(2):
        answer = visitor.submits(button, {field: "朴美兰"}, [(file, PHOTOS[0])])
        assert answer.status_code == 200, answer.text
    visitor.opens(address(site))


@when("申请人去补交，选了两张照片")
def makes_up(site: Site) -> None:
    site.last.follows("去补交")
    file = str(site.page.parts("//input[@type='file']/@name")[0])
    site.last.presses("补交", files=[(file, photo) for photo in PHOTOS])


@when("申请人去补交，没有选文件")
def makes_up_nothing(site: Site) -> None:
    applicant(site).opens(address(site, "/later"))
    site.last.presses("补交")
    assert site.page.status == 422


@then("页面写明每一项的问题、怎样补正和依据")
def says_everything(site: Site) -> None:
    for section in site.page.parts("//section[cls(gap)]"):
        terms = [site.page.text_of(t) for t in section.xpath(".//dt")]
        assert {"问题", "怎样补正", "依据", "提出部门"} <= set(terms), terms


@then(parsers.parse('"{label}"写着已补正，内容遮盖'))
def corrected(site: Site, label: str) -> None:
    box = next(s for s in site.page.parts("//section[cls(gap)]") if label in site.page.text_of(s))
    said = site.page.text_of(box)
    assert "已补正" in said, said
    assert "朴*" in said, said
    site.page.keeps_silent("朴美兰")


@then(parsers.parse("页面上只有告知的 {n:d} 项可以补正"))
def only_these(site: Site, n: int) -> None:
    boxes = site.page.parts("//main//form//*[self::input or self::select or self::textarea][not(@type='hidden')]")
    assert len({b.get("name") for b in boxes}) == n, [b.get("name") for b in boxes]


@then("页面上没有别的姓名、证件号码和电话")
def nothing_else(site: Site) -> None:
    # The father's name is the example that the guide prints at the field itself.
    site.page.keeps_silent(*(one for one in applications.PERSONAL if one != applications.FATHER), "王芳")


@then("页面上没有可以填写的内容")
def nothing_to_fill(site: Site) -> None:
    assert not site.page.parts("//main//input[not(@type='hidden')] | //main//textarea")
    assert not site.page.has_button("全部补齐，提交")


@then("补正只记录了一次")
def once_only(site: Site) -> None:
    answered = "SELECT count(*) FROM journal WHERE subject = $1 AND event = 'correction answered'"
    assert site.one(answered, str(site.case.case_id)) == 1
    files = "SELECT count(*) FROM material_files WHERE case_id = $1 AND material = $2 AND removed_at IS NULL"
    assert site.one(files, site.case.case_id, corrections.CERTIFICATE) == 1


@then("两张照片合成了一个两页的文件")
def one_file(site: Site) -> None:
    pages = "SELECT pages FROM material_files WHERE case_id = $1 AND media_type = 'application/pdf'"
    assert site.one(pages, site.case.case_id) == 2


@then(parsers.parse('申请办理的事项里没有"{item}"'))
def item_is_gone(site: Site, item: str) -> None:
    assert item not in site.page.text_of(site.page.cards("申请办理的事项")[0])
