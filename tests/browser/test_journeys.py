"""From the first question to the closed case, in real browsers: the citizen, the window and each department."""

from __future__ import annotations

import io
import secrets
from dataclasses import dataclass, field

import pytest
from PIL import Image

from lianban.rules.catalog.loading import load_edition, shipped
from lianban.web.cast import CHANGSHA, LONGJING, PEOPLE
from tests.browser.conftest import PHONE, Opens
from tests.browser.user import User
from tests.steps.applications import FAMILY, SHOP

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

AT_THE_WINDOW, AT_A_TASK = 60, 6
NEWBORN_ID = "222405202610280022"
SUPPLIES = {
    "newborn_id_number": NEWBORN_ID,
    "uscc": "92222405MA0000017K",
    "birth_certificate_number": "V430000001",
}


def picture() -> bytes:
    """A small scan."""
    out = io.BytesIO()
    Image.new("RGB", (30, 40), "white").save(out, "JPEG")
    return out.getvalue()


SCAN = {"扫描.jpg": picture()}


@dataclass
class Journey:
    """One case on its way, and everybody who has to do with it."""

    opens: Opens
    bundle: str
    name: str
    region: str
    known: dict[str, str]
    number: str = ""
    code: str = ""
    scripts: bool = True
    users: dict[str, User] = field(default_factory=dict)
    tasks: dict[str, int] = field(default_factory=dict)
    read: dict[str, str] = field(default_factory=dict)

    def user(self, name: str, **options: object) -> User:
        """Somebody with a browser of their own, signed in."""
        if name not in self.users:
            self.users[name] = self.opens(java_script_enabled=self.scripts, **options)
            self.users[name].scripts = self.scripts
            if name != "市民":
                self.users[name].signs_in(name)
        return self.users[name]

    def consult(self) -> str:
        """On a phone: every question answered, the sheet downloaded. The code on the sheet."""
        citizen = self.user("市民", **PHONE)
        citizen.goes("/")
        citizen.page.locator(f"a[href='/consult/{self.region}/{self.bundle}']").click()
        while citizen.button("下一步").count():
            asked = citizen.page.locator("form[data-live] input[type=radio]")
            name = str(asked.first.get_attribute("name"))
            before = citizen.page.url
            wanted = citizen.page.locator(f"input[name='{name}'][value='{self.known.get(name, '')}']")
            (wanted if wanted.count() else asked.first).click()
            if self.scripts:
                citizen.page.wait_for_function("(before) => location.href !== before", arg=before)
            else:
                citizen.presses("下一步")
        citizen.says("问题都答完了", "告知单编码")
        assert citizen.paper("下载告知单 PDF").startswith(b"%PDF-")
        return citizen.page.locator("strong.nowrap").first.inner_text().strip()

    def prepare(self, code: str) -> None:
        """The window opens the sheet, fills in the one form and scans."""
        window = self.user(self.clerk)
        window.clicks = 0
        window.goes("/window")
        window.page.get_by_label("告知单编码").fill(code)
        window.presses("带答案受理")
        window.says(self.name)
        window.fills(self.known)
        places = window.measures(
            "() => [...document.querySelectorAll('input[type=file]')]"
            ".filter((i) => i.closest('li').querySelector('.tag.blue')).map((i) => i.name)"
        )
        window.attaches(places, SCAN)
        if self.scripts:
            window.ticks(window.page.get_by_label("全部核对合格"))
            window.settles()
        for box in window.page.locator("[name^='consent.'][type=checkbox]").all():
            window.ticks(box)

    def accept(self, code: str) -> None:
        """Accepted on the spot; receipt and notice printed."""
        self.prepare(code)
        window = self.user(self.clerk)
        window.presses("受理")
        window.says("办理中", "查询码")
        self.number = window.page.locator("h1").inner_text().strip()
        self.code = window.page.locator("dt:text-is('查询码') + dd").inner_text().strip()
        for paper in ("打印收件凭证", "打印受理通知书"):
            assert window.paper(paper).startswith(b"%PDF-")

    @property
    def clerk(self) -> str:
        return next(p.name for p in PEOPLE if p.region == self.region and p.window)

    def decide_all(self) -> None:
        """Each department does what waits for it, until the window sees that nothing waits any more."""
        while ready := self.ready():
            for name in ready:
                officer = self.user(name)
                officer.goes(f"/tasks?state=dispatched&q={self.number}")
                self.decide(officer)

    def ready(self) -> list[str]:
        """Who has a task to claim, once for each, as the window sees it."""
        window = self.user(self.clerk)
        window.page.reload()
        rows = window.page.locator("tbody tr", has_text="待签收").locator("td[data-label='部门']")
        officers = {
            p.department: p.name for p in reversed(PEOPLE) if p.region == self.region and p.post.endswith("审批")
        }
        known = load_edition(shipped()[self.region, self.bundle]).departments
        ids = {department.name: id for id, department in known.items()}
        return [officers[ids[name.strip()]] for name in rows.all_inner_texts()]

    def decide(self, officer: User) -> None:
        """One task: opened, claimed, surveyed where needed, granted."""
        officer.clicks = 0
        officer.follows(self.number)
        officer.presses("签收")
        item = officer.page.locator("h1").inner_text().strip()
        read = officer.page.locator("main").inner_text()
        if (alone := officer.page.get_by_text("登记一次勘查")).count():
            officer.clicks += 1
            alone.click()
            officer.page.get_by_label("执法证号一").fill("吉07-0101")
            officer.page.get_by_label("勘查人员二").fill("金明浩")
            officer.page.get_by_label("执法证号二").fill("吉07-0102")
            officer.page.get_by_label("勘查情况").fill("现场与申请材料一致。")
            officer.presses("登记勘查")
        for element, value in SUPPLIES.items():
            place = officer.page.locator(f"[name='element.{element}']")
            if place.count():
                place.fill(value)
        officer.page.locator("[name='results.0.number']").fill("2026-0001")
        officer.presses("准予")
        assert officer.page.url.endswith("/tasks"), officer.page.locator("main").inner_text()
        self.tasks[item], self.read[item] = officer.clicks, read

    def follow(self) -> User:
        """The applicant looks how far it is, without an account."""
        citizen = self.user("市民")
        citizen.goes("/track")
        citizen.page.get_by_label("办件编号").fill(self.number)
        citizen.page.get_by_label("查询码").fill(self.code)
        citizen.presses("查询")
        return citizen

    def close(self) -> None:
        """All results handed over together, and the case closed."""
        window = self.user(self.clerk)
        window.goes("/window?state=decided")
        window.follows(self.number)
        window.page.get_by_label("领取人").fill(self.known["applicant_name"])
        window.presses("送达并开具送达回证")
        window.presses("办结")
        window.says("已办结")


def journey(opens: Opens, bundle: str, region: str, *, scripts: bool = True) -> Journey:
    """Somebody's matter."""
    # Nobody has applied for this child or these premises before.
    minute, number = divmod(secrets.randbelow(10**9), 10**5)
    family = FAMILY | {
        "newborn_name": "王晨曦",
        "birth_datetime": f"2026-10-{10 + minute % 18}T{minute % 24:02}:{minute % 60:02}",
    }
    shop = SHOP | {"trade_name": f"示例餐馆{number}号", "premises_address": f"安民街道示例路 {number} 号"}
    known = family if bundle == "newborn" else shop
    name = {"newborn": "新生儿出生一件事", "catering": "开办餐饮店一件事"}[bundle]
    return Journey(opens, bundle, name, region, known, scripts=scripts)


def told(one: Journey) -> None:
    """The whole way, with what everybody sees on it."""
    code = one.consult()
    one.accept(code)
    one.follow().says(one.number, "每个事项办到哪一步")
    one.decide_all()
    one.follow().says("全部事项已经办好")
    one.close()
    one.follow().says("已经办结")
    assert one.users[one.clerk].clicks <= AT_THE_WINDOW, one.users[one.clerk].clicks
    assert one.tasks and max(one.tasks.values()) <= AT_A_TASK, one.tasks
    if one.bundle == "newborn":
        # What the police write reaches those who wait for it by itself.
        assert NEWBORN_ID in one.read["医保登记"] and NEWBORN_ID not in one.read["出生登记"]


@pytest.mark.parametrize(
    ("bundle", "region"),
    [("newborn", LONGJING), ("catering", LONGJING), ("catering", CHANGSHA)],
    ids=["newborn", "catering-longjing", "catering-changsha"],
)
def test_from_the_first_question_to_the_closed_case(opens: Opens, bundle: str, region: str) -> None:
    """咨询、一张表、受理、各部门、送达、办结；窗口不超过 60 次点击，每个任务不超过 6 次。"""
    told(journey(opens, bundle, region))


def test_the_same_without_scripts(opens: Opens) -> None:
    """不用 JavaScript 也能走完全程。"""
    told(journey(opens, "newborn", LONGJING, scripts=False))
