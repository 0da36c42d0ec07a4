"""Why a date is that date: passports at the window, in departments, for supervisors and for the applicant."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

from pytest_bdd import given, parsers, then, when

from lianban.casework import adjusting, calendars, recomputing
from lianban.casework.intake import Accepted
from tests.actions.limits import HYGIENE_HEAD, lodging
from tests.printing import looking
from tests.steps.cast import NOW, approver, clerk
from tests.steps.papers import pdf_of
from tests.steps.site import Site

KINDS = {"承诺时限": "committed", "法定时限": "statutory", "联合办理法定时限": "joint"}
REASON = "需要检测的样品较多。"


@given(parsers.re('一件正在审查卫生许可(?P<joint>、统一办理)?的龙井市"开办旅馆一件事"'))
def in_review(site: Site, joint: str | None) -> None:
    holder = site.actor(approver("卫健", site.region))
    matter = site.run(lodging, joint=bool(joint), holder=holder)
    number = site.one("SELECT number FROM cases WHERE id = $1", matter.case)
    code = site.one("SELECT query_code FROM cases WHERE id = $1", matter.case)
    site.case = Accepted(matter.case, number, code)


@given(parsers.parse("从 {first} 起检测 {days:d} 个工作日，已书面告知"))
def paused(site: Site, first: str, days: int) -> None:
    holder = site.actor(approver("卫健", site.region))
    asked = {"cause": "testing", "since": date.fromisoformat(first), "days": days, "reason": REASON}
    id = site.run(adjusting.ask_procedure, task_of(site, "公共场所卫生许可"), **asked, by=holder, at=NOW)
    site.run(adjusting.approve, id, by=HYGIENE_HEAD, at=NOW)


@given(parsers.parse("法定时限已批准延长 {days:d} 个工作日"))
def extended(site: Site, days: int) -> None:
    holder = site.actor(approver("卫健", site.region))
    task = task_of(site, "公共场所卫生许可")
    id = site.run(adjusting.ask_extension, task, amount=days, reason=REASON, by=holder, at=NOW)
    site.run(adjusting.approve, id, by=HYGIENE_HEAD, at=NOW)


@given(parsers.parse("因暴雪 {day} 停止办公，全部时限已重新核算"))
def closed(site: Site, day: str) -> None:
    name, order = "暴雪停止办公", "龙政办明电〔2026〕1号"
    chief = site.actor("高远")
    off = [date.fromisoformat(day)]
    changed = site.run(calendars.add_overlay, site.region, name, order, off, by=chief, at=NOW)
    for _ in range(20):
        if site.run(recomputing.step, changed.recomputation, NOW) is recomputing.State.DONE:
            return
    raise AssertionError("the recomputation never ends")


def task_of(site: Site, item: str) -> UUID:
    """The task of an item of the case."""
    id: UUID = site.one("SELECT id FROM tasks WHERE case_id = $1 AND item_name LIKE $2", site.case.case_id, f"%{item}%")
    return id


def clock_of(site: Site, item: str, kind: str) -> UUID:
    """A clock of the case, or of one of its items."""
    task = task_of(site, item) if item else None
    statement = "SELECT id FROM clocks WHERE case_id = $1 AND task_id IS NOT DISTINCT FROM $2 AND kind = $3"
    id: UUID = site.one(statement, site.case.case_id, task, KINDS[kind])
    assert id is not None, (item, kind)
    return id


@when(parsers.re(r'(?P<who>窗口|监督员)打开"(?P<item>[^"]+)"的(?P<kind>法定时限|承诺时限)'))
def opens_from_the_case(site: Site, who: str, item: str, kind: str) -> None:
    wanted = clock_of(site, item, kind)
    if who == "窗口":
        visitor = site.signed_in(clerk(site.region))
        visitor.opens(f"/window/cases/{site.case.case_id}?tab=clocks")
        assert f"/window/cases/{site.case.case_id}/clocks/{wanted}" in visitor.page.parts("//main//a/@href")
    else:
        visitor = site.signed_in("周明")
    visitor.opens(f"/window/cases/{site.case.case_id}/clocks/{wanted}")
    assert visitor.page.status == 200, visitor.page.text


@when("窗口打开整件事的联合办理法定时限")
def opens_the_joint_one(site: Site) -> None:
    wanted = clock_of(site, "", "联合办理法定时限")
    site.signed_in(clerk(site.region)).opens(f"/window/cases/{site.case.case_id}/clocks/{wanted}")


@when("卫健的审批人员从任务打开法定时限")
def opens_from_the_task(site: Site) -> None:
    visitor = site.signed_in(approver("卫健", site.region))
    visitor.opens(f"/tasks/{task_of(site, '公共场所卫生许可')}")
    visitor.follows("法定时限")


@when("市场监管的审批人员打开这件办件的时限")
def opens_anothers(site: Site) -> None:
    wanted = clock_of(site, "出生登记", "承诺时限")
    site.signed_in(approver("市场监管", site.region)).opens(f"/window/cases/{site.case.case_id}/clocks/{wanted}")


@when(parsers.parse('申请人从办理进度点开"{item}"的法定期限'))
def follows_from_tracking(site: Site, item: str) -> None:
    applicant = site.visitor("申请人")
    applicant.opens(f"/c/{site.case.number}?code={site.case.query_code}")
    address = f"/c/{site.case.number}/clocks/{clock_of(site, item, '法定时限')}?code={site.case.query_code}"
    assert address in applicant.page.parts("//main//a/@href"), applicant.page.parts("//main//a/@href")
    applicant.opens(address)


@when("有人不带查询码打开法定时限")
def without_the_code(site: Site) -> None:
    wanted = clock_of(site, "公共场所卫生许可", "法定时限")
    site.visitor("申请人").opens(f"/c/{site.case.number}/clocks/{wanted}")


@when("有人用后一件的查询码打开前一件的时限")
def with_anothers_code(site: Site) -> None:
    number, _ = site.said.split()
    other: UUID = site.one(
        "SELECT k.id FROM clocks k JOIN cases c ON c.id = k.case_id WHERE c.number = $1 LIMIT 1", number
    )
    site.visitor("申请人").opens(f"/c/{site.case.number}/clocks/{other}?code={site.case.query_code}")


@when("窗口点开并排的承诺时限")
def follows_the_partner(site: Site) -> None:
    box = site.page.cards("两个时限")[0]
    site.last.follows("2026年11月11日", box)


@when("窗口打印时限说明")
def prints(site: Site) -> None:
    site.last.follows("打印时限说明")


def told_of(site: Site, day: str) -> str:
    """What the list says of a day."""
    rows = [site.page.text_of(r) for r in site.page.parts("//details//tbody/tr")]
    found = [r for r in rows if r.startswith(day)]
    assert found, (day, rows)
    return found[0]


@then(parsers.re(r'"(?P<day>[^"]+)"计入，是第 (?P<n>\d+) 天'))
def counts(site: Site, day: str, n: str) -> None:
    assert f"计入，第{n}天" in told_of(site, day)


@then(parsers.re(r'"(?P<day>[^"]+)"(?P<counted>计入|不计)，因为"(?P<why>[^"]+)"'))
def counts_because(site: Site, day: str, counted: str, why: str) -> None:
    said = told_of(site, day)
    assert why in said, said
    assert said.removeprefix(day).startswith(counted), said


@then(parsers.parse('"{day}"不计，因为告知书，点文号能打开'))
def opens_the_notice(site: Site, day: str) -> None:
    row = next(r for r in site.page.parts("//details//tbody/tr") if site.page.text_of(r).startswith(day))
    link = row.xpath(".//a")[0]
    number = site.page.text_of(link)
    assert re.search("字〔2026〕第", number), number
    here = site.page.address
    said = looking.words(pdf_of(site.last.opens(str(link.get("href")))))
    site.last.opens(here)
    assert number in said
    assert "特别程序告知书" in said


@then(parsers.parse("计入的天数加起来正好是 {n:d} 天"))
def adds_up(site: Site, n: int) -> None:
    rows = [site.page.text_of(r) for r in site.page.parts("//details//tbody/tr")]
    numbers = [int(found[1]) for r in rows if (found := re.search(r"计入，第(\d+)天", r))]
    assert numbers == list(range(1, n + 1))


@then(parsers.parse("一步一步加起来正好是 {n:d} 分钟"))
def minutes_add_up(site: Site, n: int) -> None:
    rows = [site.page.text_of(r) for r in site.page.cards("怎样算出来的")[0].xpath(".//tbody/tr")]
    assert rows
    assert f"{n}分钟" in rows[-1], rows


@then(parsers.parse('日期的变动写明先算到"{old}"，后算到"{new}"'))
def moved(site: Site, old: str, new: str) -> None:
    rows = [site.page.text_of(r) for r in site.page.cards("日期是怎样定下")[0].xpath(".//tbody/tr")]
    assert len(rows) == 2, rows
    assert old.replace(" ", "") in rows[0], rows
    assert new.replace(" ", "") in rows[1], rows


@then("日期的变动写明工作日历更新")
def recomputed(site: Site) -> None:
    rows = [site.page.text_of(r) for r in site.page.cards("日期是怎样定下")[0].xpath(".//tbody/tr")]
    assert rows[0].endswith("2026年11月30日17:00"), rows
    assert any("工作日历更新" in r and "2026-11-30" in r and "2026-12-01" in r for r in rows), rows


@then(parsers.parse('两个时限并排写着"{law}"和"{promise}"'))
def side_by_side(site: Site, law: str, promise: str) -> None:
    said = site.page.text_of(site.page.cards("两个时限")[0])
    assert law.replace(" ", "") in said, said
    assert promise.replace(" ", "") in said, said


@then("时限说明只有一页，写着截止日期和每一天")
def one_page(site: Site) -> None:
    pdf = pdf_of(site.page)
    assert len(looking.pages(pdf)) == 1
    said = looking.words(pdf)
    assert "2026年11月30日17时00分前" in said
    cells = {cell for row in looking.rows(pdf) for cell in row}
    assert {"11月2日起算", "3第1天", "7休", "27第19天", "30第20天止"} <= cells, cells


@when("卫健的审批人员打开任务列表")
def opens_the_list(site: Site) -> None:
    site.signed_in(approver("卫健", site.region)).opens(f"/tasks?q={site.case.number}")


@then(parsers.parse('列表上"{item}"还剩的天数和它的时限说明一样'))
def same_number(site: Site, item: str) -> None:
    row = site.page.row(item)
    tags = [site.page.text_of(tag) for tag in row.xpath(".//*[contains(@class, 'tag')]")]
    lamp = next(words for words in tags if "还剩" in words)
    site.last.opens(f"/tasks/{task_of(site, item)}/clocks/{clock_of(site, item, '承诺时限')}")
    site.page.says(lamp)


@then(parsers.parse('列表上"{item}"写着计时暂停'))
def stands_still(site: Site, item: str) -> None:
    assert "计时暂停，至11月11日" in site.page.text_of(site.page.row(item))
