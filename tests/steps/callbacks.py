"""Call-backs: who is drawn, who calls, what is written down, and what becomes of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from pytest_bdd import given, parsers, then, when

from lianban import errors, timers
from lianban.casework import occasions
from lianban.feedback import callbacks, matters, ratings, rectification
from lianban.feedback.callbacks import Proof
from lianban.feedback.ratings import Given, Rater
from lianban.outside import clock
from lianban.outside.database import connection, transaction
from lianban.rules.actors import SYSTEM
from tests.actions import callbacking
from tests.actions.messaging import work
from tests.steps import applications
from tests.steps.cast import LONGJING, NOW
from tests.steps.site import Site

DOCUMENT = Path(__file__).parents[2] / "docs" / "callbacks.md"
MIDNIGHT = datetime(2026, 11, 3, 0, 5, tzinfo=clock.SHANGHAI)


@given("龙井市已经开始抽取回访")
def begins(site: Site) -> None:
    assert site.run(callbacks.draw, LONGJING, by=SYSTEM, at=NOW - timedelta(hours=1)) == []


@given(parsers.parse('前一天"{one}"办结 {many:d} 件，"{other}"办结 {few:d} 件'))
def closed(site: Site, one: str, many: int, other: str, few: int) -> None:
    site.run(callbacking.closed, NOW, one, count=many)
    site.run(callbacking.closed, NOW, other, count=few)


@given(parsers.parse('抽中一件"{window}"办结的办件'))
def drawn(site: Site, window: str) -> None:
    begins(site)
    site.run(callbacking.closed, NOW, window)
    overnight(site)
    clock.set_clock(lambda: MIDNIGHT.replace(hour=9, minute=0))


@when("第二天零点以后系统做每日的工作")
def overnight(site: Site) -> None:
    clock.set_clock(lambda: MIDNIGHT)
    site.run(timers.round, MIDNIGHT)


@then(parsers.parse("抽取记录写着办结 {population:d} 件，抽取 {sample:d} 件"))
def told(site: Site, population: int, sample: int) -> None:
    cells = [site.page.text_of(cell) for cell in site.page.row("2026年11月2日").xpath("./*")]
    assert cells[1:3] == [str(population), str(sample)], cells


@then("说明文档里的几行代码重新算出同样的样本")
def derived(site: Site, tmp_path: Path) -> None:
    site.last.follows("下载")
    record = json.loads(site.page.response.text)
    assert sum(len(w["sample"]) for w in record["windows"]) == 3
    (tmp_path / "record.json").write_text(site.page.response.text, "utf-8")
    lines = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    (tmp_path / "derive.py").write_text(lines[0], "utf-8")
    command = [sys.executable, "-I", str(tmp_path / "derive.py"), str(tmp_path / "record.json")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "ok\n"


def _verified(site: Site) -> list[Proof]:
    return site.run(callbacks.verify, NOW.date(), region=LONGJING, at=clock.now())


@then("命令行核对通过")
def verified(site: Site) -> None:
    (proof,) = _verified(site)
    assert (proof.population, proof.sample, proof.faults) == (12, 3, ())


@when("有人在数据库里换掉一件抽中的办件")
def tampers(site: Site) -> None:
    async def swap() -> None:
        one = "SELECT case_id FROM callback_members WHERE {} ORDER BY case_id LIMIT 1"
        async with transaction():
            out = await connection().fetchval(one.format("chosen"))
            into = await connection().fetchval(one.format("NOT chosen"))
            swap = "UPDATE callback_members SET chosen = NOT chosen WHERE case_id = ANY($1)"
            await connection().execute(swap, [out, into])

    site.run(swap)


@then(parsers.parse('命令行说"{words}"'))
def found(site: Site, words: str) -> None:
    (proof,) = _verified(site)
    assert words in "".join(proof.faults), proof.faults


@when("周明打开回访清单")
def opens_list(site: Site) -> None:
    # Hours later the session is over.
    site.visitors.pop("周明", None)
    site.signed_in("周明").opens("/ratings/callbacks")


@when(parsers.parse('周明打开"{day}"到期的回访'))
def opens_day(site: Site, day: str) -> None:
    site.signed_in("周明").opens(f"/ratings/callbacks?since={day}&until={day}")


@when("周明打开这件回访")
def opens(site: Site) -> None:
    opens_list(site)
    site.last.follows("新生儿出生一件事")


@when("周明打开号码")
def opens_number(site: Site) -> None:
    site.signed_in("周明").presses("打开号码，开始回访")


@then(parsers.parse('查阅日志里有周明"{what}"'))
def on_record(site: Site, what: str) -> None:
    assert site.one("SELECT count(*) FROM access_log WHERE by_name = '周明' AND what = $1", what) == 1


@when(parsers.re(r'周明登记打通了，被收了规定以外的费用，(?:没有写具体情况|群众说"(?P<words>[^"]+)")'))
def paid(site: Site, words: str | None) -> None:
    said = {f"answer.{name}": value for name, value in callbacking.answers(paid="yes").items()}
    site.signed_in("周明").presses("保存回访结果", {**said, "outcome": "reached", "note": words or ""})


@then(parsers.parse('整改里有一件待核实，写着"{words}"'))
def opened(site: Site, words: str) -> None:
    row = "SELECT problem FROM rectifications WHERE source = 'callback' AND status = 'pending'"
    assert words in site.one(row)


@when(parsers.parse('周明在"{moment}"打开号码，登记"{outcome}"'))
def in_vain(site: Site, moment: str, outcome: str) -> None:
    at = clock.local(datetime.fromisoformat(moment))
    clock.set_clock(lambda: at)
    opens(site)
    opens_number(site)
    codes = {words: code for code, words in callbacks.IN_VAIN.items()}
    site.signed_in("周明").presses("登记没有打通", {"outcome": codes[outcome]})


@then(parsers.parse("回访率写着应回访 {due} 件，已回访 {done} 件，联系不上 {missed} 件，回访率 {rate}"))
def figures(site: Site, due: str, done: str, missed: str, rate: str) -> None:
    cells = [site.page.text_of(cell) for cell in site.page.row("随机抽取").xpath("./*")]
    assert [*cells[1:4], cells[5]] == [due, done, missed, rate], cells


@pytest.fixture
def problem() -> dict[str, UUID]:
    """The rectification that a scenario is about."""
    return {}


@given("一条实名差评已经核实并向评价人说明")
def explained(site: Site, problem: dict[str, UUID]) -> None:
    case = applications.accepted(site, "newborn", LONGJING)

    async def negative() -> UUID:
        async with transaction():
            (occasion,) = await occasions.of_case(case.case_id)
        said = Given("2", comment="等了很久", rater=Rater("朴女士", "13800001234"))
        rated = await ratings.rate(occasion.token, said, at=clock.now())
        async with transaction():
            id: UUID = await connection().fetchval("SELECT id FROM rectifications WHERE rating_id = $1", rated.id)
        return id

    problem["id"] = site.run(negative)
    told = "经核实，等候时间在公示的范围内。"
    site.run(rectification.verify, problem["id"], "unfounded", told, by=site.actor("方正"), at=clock.now())


@when("系统做完后台的工作")
def works(site: Site) -> None:
    site.run(work, clock.now())


@when("回评期限过了")
def unrated(site: Site) -> None:
    later = NOW + timedelta(days=14)
    clock.set_clock(lambda: later)
    site.run(matters.look, later)


@then(parsers.parse('还不能销号，因为"{words}"'))
def not_yet(site: Site, problem: dict[str, UUID], words: str) -> None:
    with pytest.raises(errors.Conflict, match=words):
        _write_off(site, problem)


@when("周明打开号码，登记评价人满意")
def content(site: Site) -> None:
    opens_list(site)
    zhou = site.signed_in("周明")
    zhou.follows("整改 ZG")
    opens_number(site)
    said = {f"answer.{name}": value for name, value in callbacking.answers("rectification").items()}
    zhou.presses("保存回访结果", {**said, "outcome": "reached"})
    zhou.page.says("回访结果", "已回访")


@then("可以销号了")
def written_off(site: Site, problem: dict[str, UUID]) -> None:
    _write_off(site, problem)
    assert site.one("SELECT status FROM rectifications WHERE id = $1", problem["id"]) == "written_off"


def _write_off(site: Site, problem: dict[str, UUID]) -> None:
    note = "已说明并回访。"
    site.run(rectification.write_off, problem["id"], note, by=site.actor("方正"), at=clock.now())
