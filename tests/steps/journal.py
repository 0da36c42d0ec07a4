"""The journal: proven by the auditor, and what happens when somebody goes behind the system's back."""

from __future__ import annotations

import asyncpg
import pytest
from pytest_bdd import given, parsers, then, when

from lianban import journal
from tests.steps.applications import PERSONAL
from tests.steps.cast import NOW
from tests.steps.departments import NEWBORN_ID
from tests.steps.site import Site


async def _behind(dsn: str, statement: str, *args: object) -> str:
    """As somebody with the database's own password would, with its safeguards switched off."""
    conn = await asyncpg.connect(dsn)
    try:
        await conn.execute("SET session_replication_role = replica")
        return str(await conn.execute(statement, *args))
    finally:
        await conn.close()


async def _before(dsn: str, statement: str, *args: object) -> str:
    """The same with its safeguards on."""
    conn = await asyncpg.connect(dsn)
    try:
        return str(await conn.execute(statement, *args))
    finally:
        await conn.close()


def tamper(site: Site, statement: str, *more: object) -> None:
    """Change exactly one line of the case's journal."""
    assert site.run(_behind, site.dsn, statement, str(site.case.case_id), *more).endswith(" 1")


@given("当天的锚点已经写下")
def anchored(site: Site) -> None:
    assert site.run(journal.anchor, NOW)


@when("审计管理员核验办件日志")
def proves(site: Site) -> None:
    site.signed_in("审计管理员").opens("/oversight/journal")


@when("审计管理员按编号核验这件办件的日志")
def proves_one(site: Site) -> None:
    auditor = site.signed_in("审计管理员")
    auditor.opens("/oversight/journal")
    auditor.presses("核对", {"subject": site.case.number})


@when(parsers.parse("有人绕过系统改动这件办件的第 {seq:d} 条日志"))
def changes_a_line(site: Site, seq: int) -> None:
    tamper(site, "UPDATE journal SET by_id = 'somebody' WHERE subject = $1 AND seq = $2", seq)


@when(parsers.parse("有人绕过系统改动这件办件第 {seq:d} 条日志的内容"))
def changes_a_content(site: Site, seq: int) -> None:
    tamper(
        site,
        "UPDATE journal_contents SET content = '{\"changed\": []}' FROM journal j"
        " WHERE j.position = journal_contents.position AND j.subject = $1 AND j.seq = $2",
        seq,
    )


@when("有人绕过系统删掉这件办件的最后一条日志")
def deletes_the_last(site: Site) -> None:
    tamper(
        site,
        "DELETE FROM journal WHERE subject = $1 AND seq = (SELECT max(seq) FROM journal WHERE subject = $1)",
    )


@then("日志完整")
def whole(site: Site) -> None:
    site.page.says("日志完整。没有一条被改动、删除或截断。")
    lines = site.page.parts("//dt[.='核对的记录']/following-sibling::dd[1]")[0]
    assert int(site.page.text_of(lines).removesuffix("条")) >= 15


@then(parsers.parse("核验指出第 {seq:d} 条"))
def names_the_line(site: Site, seq: int) -> None:
    site.page.says("发现1处问题", f"case/{site.case.case_id}：第{seq}条与前面的记录不衔接")


@then(parsers.parse("核验指出第 {seq:d} 条的内容被改动过"))
def names_the_content(site: Site, seq: int) -> None:
    site.page.says("发现1处问题", f"case/{site.case.case_id}：第{seq}条的内容被改动过")


@then("核验指出日志被截断")
def truncated(site: Site) -> None:
    site.page.says("发现", str(site.case.case_id), "锚")
    assert "日志完整" not in site.page.text


@then("不绕过系统就改不动、删不掉日志")
def cannot_be_touched(site: Site) -> None:
    for statement in ("UPDATE journal SET event = 'x'", "DELETE FROM journal", "TRUNCATE journal CASCADE"):
        with pytest.raises(asyncpg.PostgresError):
            site.run(_before, site.dsn, statement)
    whole(_proved(site))


def _proved(site: Site) -> Site:
    proves(site)
    return site


@then("日志里找不到证件号码、姓名和电话")
def nothing_personal(site: Site) -> None:
    written = site.one(
        "SELECT string_agg(j::text || c::text, ' ') FROM journal j JOIN journal_contents c USING (position)"
    )
    assert str(site.case.case_id) in written
    for personal in (*PERSONAL, NEWBORN_ID):
        assert personal not in written, personal
