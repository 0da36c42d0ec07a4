"""Indicators equal a recount from the rows, today and for any past day as it was then known."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest

from lianban import errors
from lianban.casework import catalogue
from lianban.casework.attachments import Attachment
from lianban.feedback import rectification
from lianban.feedback.ratings import change_standing
from lianban.outside.clock import SHANGHAI
from lianban.outside.database import connection, transaction
from lianban.oversight import bulletins, indicators
from lianban.oversight.indicators import partitions, reading, rollups, seals
from lianban.oversight.indicators.populations import POPULATIONS
from lianban.rules.actors import Actor, Role
from lianban.rules.indicators import COUNTS, INDICATORS, WHOLE, figure
from lianban.tables.ids import new_id
from tests.actions.drafts import MONDAY, WANG, picture
from tests.actions.voicing import SUPERVISOR, accepted_token, problem_of, rated, reviewed_token, tokens
from tests.actions.working import POLICE_TOO, REGION, one

pytestmark = pytest.mark.anyio
ADMINISTRATOR = Actor("admin", "高远", REGION, frozenset({Role.ADMINISTRATOR}))
NOVEMBER = indicators.month_of(date(2026, 11, 2))


async def sheet(known: date, at: datetime) -> indicators.Sheet:
    return await indicators.sheet(REGION, NOVEMBER, known=known, at=at)


async def mark(rating: object, standing: str, at: datetime) -> None:
    async with transaction():
        await change_standing(rating, standing, "误评", by=SUPERVISOR, at=at)  # type: ignore[arg-type]


def test_every_count_has_its_words_and_every_indicator_its_counts() -> None:
    assert set(POPULATIONS) == set(COUNTS)
    assert {name for i in INDICATORS.values() for name in (i.part, i.whole)} == set(COUNTS)


async def test_figures_equal_a_recount_and_a_past_day_stays_as_it_was_known(pool: None) -> None:
    bad = await rated(await reviewed_token(), 1)
    case_id = await one("SELECT id FROM cases")
    good = await rated((await tokens(case_id))["acceptance"], 5)  # type: ignore[arg-type]
    first = await sheet(date(2026, 11, 2), MONDAY)
    assert (figure("good", first.of(WHOLE)).text, figure("bad", first.of("public_security")).text) == ("50.00%", "100%")
    assert first.of(WHOLE)["rated"] == 2

    later = MONDAY + timedelta(days=3)
    await mark(bad.id, "invalid", later)
    await mark(good.id, "apart", later)
    now = await sheet(date(2026, 11, 5), later)
    assert (now.of(WHOLE)["valid"], now.of(WHOLE)["invalid"], now.of(WHOLE)["rated"]) == (0, 1, 1)
    assert figure("good", now.of(WHOLE)).text == "—"

    then = await sheet(date(2026, 11, 2), later + timedelta(days=1))
    assert {u: {k: v for k, v in c.items() if v} for u, c in then.units.items()} == {
        u: {k: v for k, v in c.items() if v} for u, c in first.units.items()
    }
    for known in (date(2026, 11, 2), date(2026, 11, 4), date(2026, 11, 5)):
        async with transaction():
            assert await reading.counted(REGION, NOVEMBER, known) == await reading.recounted(REGION, NOVEMBER, known)


async def test_a_count_made_twice_or_late_changes_nothing(pool: None) -> None:
    await rated(await accepted_token(), 5)
    await rollups.refresh(MONDAY)
    await rollups.refresh(MONDAY + timedelta(days=9))
    assert await one("SELECT sum(n) FROM rating_rollups") == 1
    assert await one("SELECT count(*) FROM rollup_days") == 11


async def test_months_are_made_ahead_and_the_default_partition_is_emptied(pool: None) -> None:
    await rated(await accepted_token(), 5)
    assert await one("SELECT count(*) FROM ratings_default") == 1
    assert await partitions.prepare(MONDAY) == 6
    assert await one("SELECT count(*) FROM ratings_default") == 0
    assert await one("SELECT count(*) FROM ratings_2026_11") == 1
    # Nobody made this month: the next chore does.
    async with transaction():
        await connection().execute("UPDATE ratings SET day = '2026-03-09'")
    assert await partitions.prepare(datetime(2026, 11, 3, tzinfo=SHANGHAI)) == 1
    assert await one("SELECT count(*) FROM ratings_2026_03") == 1


async def test_a_sealed_day_tells_of_every_change_behind_the_system(pool: None) -> None:
    bad = await rated(await reviewed_token(), 1)
    tuesday = datetime(2026, 11, 3, 0, 30, tzinfo=SHANGHAI)
    await indicators.look(tuesday)
    assert (await one("SELECT count(*) FROM rating_seals"), await seals.due(tuesday)) == (1, 0)
    # What is lawful leaves a mark and changes no seal.
    await mark(bad.id, "invalid", tuesday)
    assert (await seals.verify()).faults == ()
    for change, told in (
        ("UPDATE ratings SET grade = 5", "被改动过"),
        ("UPDATE ratings SET standing = 'counted'", "最后一次认定不一致"),
        ("DELETE FROM rating_marks", "被改动过"),
        ("DELETE FROM ratings", "现在有 0 条"),
        ("DELETE FROM rating_seals", "封存却不见了"),
    ):
        with suppress(Undone):
            async with transaction():
                await connection().execute(change)
                assert any(told in one for one in (await seals.verify()).faults), change
                raise Undone


class Undone(Exception):
    """Takes back what an intruder did."""


async def test_a_bulletin_is_frozen_as_issued_and_twice_last_is_proposed_for_a_talk(pool: None) -> None:
    await catalogue.ship(MONDAY)
    for day in (date(2026, 10, 19), date(2026, 10, 26), date(2026, 11, 2)):
        for department, grades in {"public_security": (5,) * 6, "health": (5,) * 6, "tax": (5, 5, 5, 5, 1)}.items():
            await past_ratings(day, department, grades)
    with pytest.raises(errors.Conflict, match="才结束"):
        await bulletins.issue("week", date(2026, 11, 2), "", by=SUPERVISOR, at=MONDAY)
    first = await bulletins.issue("week", date(2026, 10, 26), "", by=SUPERVISOR, at=MONDAY)
    later = MONDAY + timedelta(days=7)
    second = await bulletins.issue("week", date(2026, 11, 2), "请税务局查明原因。", by=SUPERVISOR, at=later)
    assert await bulletins.issue("week", date(2026, 11, 2), "请税务局查明原因。", by=SUPERVISOR, at=later) == second
    with pytest.raises(errors.Conflict, match="已经发出"):
        await bulletins.issue("week", date(2026, 11, 2), "改一改", by=SUPERVISOR, at=later)
    whole = await bulletins.bulletin(first, by=SUPERVISOR)
    assert (whole.number, whole.content["rest"][0]["text"]) == ("好差评周通报〔2026〕第1期", "94.11%")
    assert [p["place"] for p in whole.content["places"]] == ["1", "1", "3"]
    # What is found out later changes the figures, not the bulletin.
    await mark(await one("SELECT id FROM ratings WHERE grade = 1 ORDER BY day DESC LIMIT 1"), "invalid", later)
    assert (await bulletins.bulletin(first, by=SUPERVISOR)).content == whole.content
    found = await bulletins.listing(by=SUPERVISOR, at=later)
    assert [(t.unit, t.outcome_name) for t in found.talks] == [("国家税务总局龙井市税务局", "待约谈")]
    await bulletins.settle(found.talks[0].id, held=True, note="已约谈局长，十日内整改。", by=SUPERVISOR, at=later)
    assert (await bulletins.listing(by=SUPERVISOR, at=later)).talks[0].outcome == "held"
    # To tell of the earlier week last of all spares nobody the talk.
    await bulletins.issue("week", date(2026, 10, 19), "", by=SUPERVISOR, at=later)
    talk = (await bulletins.listing(by=SUPERVISOR, at=later)).talks[0]
    assert (talk.number_before, talk.number) == ("好差评周通报〔2026〕第3期", "好差评周通报〔2026〕第1期")
    data, name = await bulletins.paper(second, by=SUPERVISOR)
    assert data.startswith(b"%PDF") and name == "好差评周通报〔2026〕第2期.pdf"
    assert (await bulletins.paper(second, by=SUPERVISOR))[0] == data


async def past_ratings(day: date, department: str, grades: tuple[int, ...]) -> None:
    """Ratings of a past day, laid out by statement."""
    at = datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(hours=10)
    async with transaction():
        for grade in grades:
            await connection().execute(
                "INSERT INTO ratings (day, id, region_code, at, given_at, kind, step, channel, source, grade, standing,"
                " occasion_id, department)"
                " VALUES ($1, $2, $3, $4, $4, 'general', 'service', 'static_qr', 'citizen', $5, 'counted', $6, $7)",
                day, new_id(at), REGION, at, grade, new_id(at), department,
            )  # fmt: skip


async def test_a_report_counts_when_it_is_due_and_is_accurate_until_a_reconciliation_differs(pool: None) -> None:
    good = await rated(await accepted_token(), 5)
    async with transaction():
        for due, accepted in ((2, 1), (2, 3), (2, None), (90, None)):
            await connection().execute(
                "INSERT INTO upward_reports (id, region_code, rating_id, day, cause, cause_id, occurred_at, due_by,"
                " schema, edition, digest, status, created_at, accepted_at) VALUES ($1, $2, $3, $4, 'standing', $8, $5,"
                " $6, 'anhui', 1, '', 'taken', $5, $7)",
                new_id(MONDAY), REGION, good.id, MONDAY.date(), MONDAY, MONDAY + timedelta(hours=due),
                accepted and MONDAY + timedelta(hours=accepted), f"{due} {accepted}",
            )  # fmt: skip
        for day, differing in ((1, True), (2, False)):
            await connection().execute(
                "INSERT INTO upward_reconciliations (id, region_code, day, at, ours, theirs, differing, by_id)"
                " SELECT $1, $2, $3, $4, 4, 4, CASE WHEN $5 THEN array_agg(id) ELSE '{}' END, 'system'"
                " FROM upward_reports WHERE accepted_at IS NOT NULL",
                new_id(MONDAY), REGION, MONDAY.date(), MONDAY + timedelta(days=day), differing,
            )  # fmt: skip
    await rollups.refresh(MONDAY + timedelta(days=5))
    for day, expected in ((2, (1, 3)), (3, (0, 3)), (4, (1, 3)), (6, (1, 4))):
        async with transaction():
            found = (await reading.counted(REGION, NOVEMBER, date(2026, 11, day)))[WHOLE]
            again = (await reading.recounted(REGION, NOVEMBER, date(2026, 11, day)))[WHOLE]
        assert (found["reported_in_time"], found["reports"]) == expected, day
        assert found == again


async def test_a_negative_rating_is_due_once_and_settled_when_it_is_written_off(pool: None) -> None:
    first = await problem_of((await rated(await reviewed_token(), 1, named=True)).id)
    case_id = await one("SELECT id FROM cases")
    await rated((await tokens(case_id))["acceptance"], 2)  # type: ignore[arg-type]
    await rectification.verify(first, "simple", "属实。", department="public_security", by=SUPERVISOR, at=MONDAY)
    await rectification.accept(first, by=POLICE_TOO, at=MONDAY)
    proof = Attachment("整改.jpg", picture())
    await rectification.finish(first, "已经改正。", files=[proof], by=POLICE_TOO, at=MONDAY)
    await rectification.reply(first, "已经改正，向您致歉。", by=POLICE_TOO, at=MONDAY)
    tuesday = MONDAY + timedelta(days=1)
    rating = await one("SELECT rating_id FROM rectifications WHERE id = $1", first)
    await rectification.rerate(rating, "satisfied", at=tuesday)  # type: ignore[arg-type]
    await rectification.called_back(first, True, True, "满意。", by=WANG, at=tuesday)
    await rectification.write_off(first, "整改到位。", by=SUPERVISOR, at=tuesday)
    friday = MONDAY + timedelta(days=4)
    names = ("handled", "in_time", "named")
    for known, expected in (
        (2, ("—", "100%", "0.00%")),
        # The other one was not verified until its limit on Tuesday.
        (3, ("50.00%", "100%", "100%")),
        (6, ("50.00%", "100%", "100%")),
    ):
        counts = (await sheet(date(2026, 11, known), friday)).of(WHOLE)
        assert tuple(figure(name, counts).text for name in names) == expected, known
    then = date(2026, 11, 6)
    rows = await indicators.rows(
        "negatives_due",
        period=NOVEMBER,
        known=then,
        department="public_security",
        by=POLICE_TOO,
        at=friday,
    )
    assert [(row.title, row.to) for row in rows.rows] == [("ZG2026-00001", f"/ratings/rectifications/{first}")]
    with pytest.raises(errors.Forbidden):
        await indicators.rows("valid", period=NOVEMBER, known=then, department=WHOLE, by=ADMINISTRATOR, at=friday)


async def test_a_limit_that_was_taken_away_is_not_kept_and_a_past_day_names_the_unit_of_then(pool: None) -> None:
    first = await problem_of((await rated(await reviewed_token(), 1, named=True)).id)
    case_id = await one("SELECT id FROM cases")
    fake = await rated((await tokens(case_id))["acceptance"], 2)  # type: ignore[arg-type]
    await mark(fake.id, "apart", MONDAY)
    await rectification.verify(first, "simple", "属实。", department="public_security", by=SUPERVISOR, at=MONDAY)
    await rectification.accept(first, by=POLICE_TOO, at=MONDAY)
    await rectification.called_back(first, True, None, "说没有办好。", by=WANG, at=MONDAY)
    tuesday, friday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=11)
    # Nobody has put anything right yet; somebody else is to do it.
    await rectification.assign(first, "tax", "由税务办理。", by=SUPERVISOR, at=tuesday)
    await rectification.called_back(first, True, False, "还是没有办好。", by=WANG, at=tuesday)
    await mark(fake.id, "invalid", tuesday)
    then, now = await sheet(date(2026, 11, 2), friday), await sheet(date(2026, 11, 13), friday)
    assert [then.of(unit).get("named_called", 0) for unit in ("public_security", "tax")] == [1, 0]
    assert [now.of(unit).get("named_called", 0) for unit in ("public_security", "tax")] == [0, 1]
    assert (now.of(WHOLE)["rectify_due"], now.of(WHOLE)["rectified_in_time"]) == (0, 0)
    # Set apart, then found to be nobody's: neither a citizen's rating nor a negative one to be dealt with.
    assert (now.of(WHOLE)["rated"], now.of(WHOLE)["invalid"], now.of(WHOLE)["negatives_due"]) == (1, 1, 1)
    await rectification.void(first, "误评。", by=SUPERVISOR, at=friday)
    assert (await sheet(date(2026, 11, 13), friday)).of(WHOLE)["named"] == 0
    for known in (date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 13)):
        async with transaction():
            assert await reading.counted(REGION, NOVEMBER, known) == await reading.recounted(REGION, NOVEMBER, known)
