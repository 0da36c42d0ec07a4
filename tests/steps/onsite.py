"""On the spot: checklist and photos through the plain forms of the phone page, as without scripts."""

from __future__ import annotations

import io
from datetime import timedelta

import pikepdf
from lxml.html import HtmlElement
from PIL import Image
from pytest_bdd import given, parsers, then, when

from lianban.casework import tasks
from lianban.casework.visits import offering, planning, surveying
from lianban.outside import clock
from lianban.outside.storage import store
from lianban.rules.surveys import Surveyor
from tests.actions.visiting import shot
from tests.printing import looking
from tests.steps import applications
from tests.steps.cast import LONGJING, NOW, Person, approver, named
from tests.steps.papers import pdf_of
from tests.steps.site import Site
from tests.steps.visitor import File, Page, Visitor, flat

TODAY = NOW + timedelta(days=1)
ITEMS = {"市场监管": "food_permit", "消防": "fire_check"}
FILES: dict[str, File] = {
    "一份文本": ("说明.txt", "不是照片".encode(), "text/plain"),
    "一张苹果照片": ("IMG_1.HEIC", b"\x00\x00\x00\x18ftypheic" + bytes(80), "image/heic"),
    "半张照片": ("半张.jpg", shot()[:700], "image/jpeg"),
    "一张太大的照片": ("大.jpg", b"\xff\xd8\xff" + bytes(20 * 1_048_576), "image/jpeg"),
    "空文件": ("空.jpg", b"", "image/jpeg"),
}


def who(short: str) -> Person:
    """A surveyor by department or by name."""
    return approver(short) if short in ITEMS or short == "税务" else named(short)


def task_of(site: Site, short: str) -> str:
    """The item that a department surveys."""
    return str(site.one("SELECT id FROM tasks WHERE case_id = $1 AND item = $2", site.case.case_id, ITEMS[short]))


def visit_of(site: Site) -> str:
    """The visit of the case."""
    return str(site.one("SELECT id FROM visits WHERE case_id = $1", site.case.case_id))


def at_place(site: Site, short: str) -> Visitor:
    """Somebody's phone at the page of the visit."""
    phone = site.signed_in(who(short))
    phone.opens(f"/visits/{visit_of(site)}/place")
    return phone


def line(page: Page, position: int) -> HtmlElement:
    """One line of the checklist."""
    (found,) = page.parts(f"//li[@data-check='{position}']")
    return found


def press(
    phone: Visitor, button: HtmlElement, given: dict[str, str], files: list[tuple[str, File]] | None = None
) -> None:
    """Press one of several buttons with the same word."""
    phone.page = Page(phone.submits(button, given, files or []))


@given("市场监管和消防正在现场勘查一家龙井市餐饮店")
def a_visit(site: Site) -> None:
    site.case = applications.accepted(
        site,
        "catering",
        LONGJING,
        licence_held="yes",
        public_gathering="yes",
        fire_way="general",
        uscc="91222405MA17XK4T9N",
    )
    window, people = site.actor("王芳"), {short: site.actor(approver(short)) for short in ITEMS}
    work = {
        short: site.one("SELECT id FROM tasks WHERE case_id = $1 AND item = $2", site.case.case_id, item)
        for short, item in ITEMS.items()
    }
    for short, by in people.items():
        site.run(tasks.claim, work[short], by=by, at=NOW)
    offers = site.run(offering.offered, LONGJING, {by.department for by in people.values()}, at=NOW)
    offer = next(one for one in offers if not one.why and one.starts_at.date() == TODAY.date())
    visit = site.run(
        planning.plan,
        site.case.case_id,
        slot=offer.slot,
        day=TODAY.date(),
        place="龙井市六道河路1号",
        by=window,
        at=NOW,
    )
    clock.set_clock(lambda: TODAY)
    for n, (short, by) in enumerate(people.items()):
        team = (Surveyor(f"赵{n}", f"07-{n}1"), Surveyor(f"钱{n}", f"07-{n}2"))
        site.run(surveying.name_team, visit, work[short], team, by=by, at=TODAY)
        site.run(surveying.begin, visit, work[short], by=by, at=TODAY)


@given(parsers.re(r"(?P<short>市场监管|消防)打开现场页面"))
@when(parsers.re(r"(?P<short>市场监管|消防)打开现场页面"))
def opens_place(site: Site, short: str) -> None:
    at_place(site, short)


@given(parsers.re(r'(?P<short>市场监管|消防)第 (?P<position>\d) 条填"(?P<answer>[^"]+)"(?:，说明"(?P<remark>[^"]+)")?'))
@when(parsers.re(r'(?P<short>市场监管|消防)第 (?P<position>\d) 条填"(?P<answer>[^"]+)"(?:，说明"(?P<remark>[^"]+)")?'))
def answers(site: Site, short: str, position: str, answer: str, remark: str | None) -> None:
    phone = site.signed_in(who(short))
    if not hasattr(phone, "page") or not phone.page.parts("//li[@data-check]"):
        at_place(site, short)
    (button,) = [
        b
        for b in line(phone.page, int(position)).xpath(".//button[@name='answer']")
        if flat(b.text_content()) == answer
    ]
    press(phone, button, {"remark": remark or ""})


@given(parsers.parse('崔局长也打开现场页面，第 {position:d} 条填"{answer}"，说明"{remark}"'))
def answers_too(site: Site, position: int, answer: str, remark: str) -> None:
    phone = at_place(site, "崔局长")
    (button,) = [
        b for b in line(phone.page, position).xpath(".//button[@name='answer']") if flat(b.text_content()) == answer
    ]
    press(phone, button, {"remark": remark})


@given(parsers.re(r'(?P<short>市场监管|消防)把要点都填"合格"'))
def answers_all(site: Site, short: str) -> None:
    phone = at_place(site, short)
    for position in range(1, len(phone.page.parts("//li[@data-check]")) + 1):
        answers(site, short, str(position), "合格", None)


@then(parsers.parse("页面列出 {n:d} 条核查要点，每条写明依据"))
def lists(site: Site, n: int) -> None:
    lines = site.page.parts("//li[@data-check]")
    assert len(lines) == n and all("《中华人民共和国食品安全法》" in site.page.text_of(each) for each in lines)
    assert len(site.page.response.content) < 60_000


@then("页面看不到消防的核查要点")
def does_not_list(site: Site) -> None:
    site.page.keeps_silent("疏散通道")
    site.page.says("消防救援大队" if "消防救援大队" in site.page.text else "消防安全检查")


@then(parsers.parse('第 {position:d} 条显示"{answer}"，由市场监管填写'))
def shows_answer(site: Site, position: int, answer: str) -> None:
    told = site.page.text_of(line(site.page, position).xpath(".//*[@data-state]")[0])
    assert answer in told and approver("市场监管").name in told


@given(parsers.parse('{short}第 {position:d} 条上传照片"{name}"'))
@when(parsers.parse('{short}第 {position:d} 条上传照片"{name}"'))
def uploads(site: Site, short: str, position: int, name: str) -> None:
    upload(site, short, position, (name, shot(), "image/jpeg"))


@when(
    parsers.re(
        r"(?P<short>市场监管)第 (?P<position>\d) 条上传(?P<what>一份文本|一张苹果照片|半张照片|一张太大的照片|空文件)"
    )
)
def uploads_no_photo(site: Site, short: str, position: str, what: str) -> None:
    upload(site, short, int(position), FILES[what])


@when(parsers.parse('{short}第 {position:d} 条一次上传照片"{name}"和一份"{other}"'))
def uploads_both(site: Site, short: str, position: int, name: str, other: str) -> None:
    upload(site, short, position, (other, b"%PDF-1.7", "application/pdf"), (name, shot(10), "image/jpeg"))


def upload(site: Site, short: str, position: int, *files: File) -> None:
    """Choose files for a line and press 上传照片."""
    phone = at_place(site, short)
    (button,) = line(phone.page, position).xpath(".//form[contains(@class, 'shoot')]//button")
    press(phone, button, {}, [("file", file) for file in files])


@then(parsers.parse("第 {position:d} 条有 {n:d} 张已保存的照片，写明拍摄时间"))
def shows_photos(site: Site, position: int, n: int) -> None:
    page = at_place(site, "市场监管").page
    shown = line(page, position).xpath(".//li[@data-photo]")
    assert len(shown) == n, page.text
    for each in shown:
        assert "已保存" in page.text_of(each) and "拍摄11-0309:12" in page.text_of(each)


@then("保存的照片里没有拍摄地点")
def without_place(site: Site) -> None:
    digest = site.one("SELECT sha256 FROM survey_photos")
    data = site.run(store().open, f"cases/{site.case.case_id}/{digest}")
    with Image.open(io.BytesIO(data)) as picture:
        assert not picture.getexif()
    assert b"Telefon" not in data


@then("没有保存任何照片")
def nothing_kept(site: Site) -> None:
    assert site.one("SELECT count(*) FROM survey_photos") == 0


def photo_address(site: Site) -> str:
    """Where the photo is shown."""
    return f"/visits/{visit_of(site)}/photos/{site.one('SELECT id FROM survey_photos')}"


@then("消防能打开这张照片")
def opens_photo(site: Site) -> None:
    phone = site.signed_in(approver("消防"))
    for address in (photo_address(site), f"{photo_address(site)}/small"):
        assert phone.opens(address).media_type == "image/jpeg"


@then("税务、综合窗口和没有登录的人都打不开这张照片")
def cannot_open_photo(site: Site) -> None:
    for visitor in (site.signed_in(approver("税务")), site.signed_in("王芳"), site.stranger()):
        for address in (photo_address(site), f"{photo_address(site)}/small"):
            page = visitor.opens(address)
            assert page.status in (403, 404) or "登录" in page.text
            assert not page.media_type.startswith("image/")


@then("税务打不开现场页面")
def cannot_open_place(site: Site) -> None:
    page = at_place(site, "税务").page
    assert page.status == 404
    page.says("没有找到这次现场勘查")


@then("查阅日志里有消防查看现场照片")
def looks_are_logged(site: Site) -> None:
    names = "SELECT count(*) FROM access_log WHERE what = '现场照片 food_permit' AND by_name = $1"
    assert site.one(names, approver("消防").name) == 2


@when("消防硬要填写市场监管的第 1 条")
def forces_an_answer(site: Site) -> None:
    phone = at_place(site, "消防")
    given = {"task": task_of(site, "市场监管"), "position": "1", "version": "0", "answer": "ok", "remark": ""}
    phone.sends(f"/visits/{visit_of(site)}/place/checks", **given)


@then("市场监管的第 1 条还没有填写")
def still_empty(site: Site) -> None:
    assert (
        at_place(site, "市场监管").page.parts("//li[@data-check='1']//*[@data-state]")[0].text_content().strip() == ""
    )


@when(parsers.re(r'(?P<short>市场监管)(?:在现场页面确定 (?P<days>\d) 个工作日并)?作出结论"(?P<conclusion>\S+)"'))
def concludes(site: Site, short: str, days: str | None, conclusion: str) -> None:
    phone = at_place(site, short)
    (radio,) = [
        each for each in phone.page.parts("//form[@data-conclusion]//label") if flat(each.text_content()) == conclusion
    ]
    given = {"conclusion": str(radio.xpath(".//input/@value")[0]), "findings": "现场查看。"}
    if days:
        given |= {"limit": f"{days}wd", "limit_reason": "现场条件齐全"}
    phone.presses("作出结论", given)


@then("现场页面没有可以填写的地方")
def read_only(site: Site) -> None:
    main = site.page.parts("//main")[0]
    assert not main.xpath(".//form[contains(@action, '/place')]")


@when("市场监管从旧页面再填第 1 条")
def answers_late(site: Site) -> None:
    phone = at_place(site, "市场监管")
    given = {"task": task_of(site, "市场监管"), "position": "1", "version": "1", "answer": "problem", "remark": "晚了"}
    phone.sends(f"/visits/{visit_of(site)}/place/checks", **given)


@when("市场监管从旧页面再上传照片")
def uploads_late(site: Site) -> None:
    phone = at_place(site, "市场监管")
    fields = {"_csrf_token": phone.token(), "task": task_of(site, "市场监管"), "position": "1"}
    answer = phone.client.post(
        f"/visits/{visit_of(site)}/place/photos", data=fields, files=[("file", ("迟.jpg", shot(200), "image/jpeg"))]
    )
    phone.page = Page(answer)


@when("消防完成勘查")
def fire_concludes(site: Site) -> None:
    answers_all(site, "消防")
    phone = at_place(site, "消防")
    phone.presses("作出结论", {"conclusion": "pass", "findings": "符合要求。"})


@then("联合勘查记录里有核查要点、照片和拍摄时间")
def record_has_them(site: Site) -> None:
    id = site.one("SELECT record_id FROM visits WHERE case_id = $1", site.case.case_id)
    pdf = pdf_of(site.signed_in(approver("消防")).opens(f"/papers/{id}.pdf"))
    for words in ("设备布局和操作流程", "疏散通道、安全出口畅通", "9时12分"):
        assert looking.says(pdf, words), looking.words(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert any(image.get("/Width") == 320 for page in document.pages for image in page.images.values())
