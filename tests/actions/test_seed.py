"""The small town: its people in an installation that is no trial, and what stands there at first sight."""

from __future__ import annotations

from datetime import datetime

import pytest

from lianban import errors, people, seed
from lianban.casework import adjusting
from lianban.cli.keeping import made_password
from lianban.outside import clock, database
from lianban.outside.database import connection, transaction
from lianban.people import passwords
from lianban.seed.crew import crew
from lianban.web.cast import LONGJING, PASSWORD


@pytest.fixture
def no_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the people: what their cases are like is told elsewhere."""
    monkeypatch.setattr(seed, "STORIES", ())


async def signs_in(password: str) -> bool:
    async with database.pool(2):
        try:
            return bool(await people.sign_in("wangfang", password, terminal="", at=clock.now()))
        except errors.Forbidden:
            return False


async def test_outside_a_trial_the_public_password_opens_nothing(db: str, no_cases: None) -> None:
    password = made_password()
    passwords.check(password, login="wangfang")
    assert password in await seed.run(password)
    assert not await signs_in(PASSWORD)
    assert await signs_in(password)
    again = await seed.run(made_password())
    assert "第一次写入时显示" in again and await signs_in(password)


async def test_a_trial_tells_the_usual_password_each_time(db: str, no_cases: None) -> None:
    assert PASSWORD in await seed.run()
    assert PASSWORD in await seed.run()


TOLD_SINCE = seed.STORIES[-17:-4]
"""The stories of what the clock brings, one a state."""


async def standing(question: str, *given: object) -> list[tuple[object, ...]]:
    """Rows as plain tuples."""
    async with database.pool(2), transaction():
        return [tuple(row.values()) for row in await connection().fetch(question, *given)]


async def counted(question: str) -> dict[object, int]:
    """What a question of the form `SELECT x, count(*)` finds."""
    return {row[0]: int(str(row[1])) for row in await standing(question)}


async def test_every_state_is_there_at_first_sight(db: str) -> None:
    await seed.run()
    assert await standing("SELECT event FROM journal WHERE at > $1", clock.now()) == []
    cases = await counted("SELECT status, count(*) FROM cases GROUP BY 1")
    assert {"draft", "received", "correcting", "processing", "decided", "delivered", "closed"} <= set(cases)
    assert {"discarded", "turned"} <= set(cases)
    screened = await standing(
        "SELECT array_agg(DISTINCT s.status ORDER BY s.status) FROM screenings s"
        " JOIN cases c ON c.id = s.case_id AND c.status = 'received' GROUP BY case_id"
    )
    assert (["clear", "gaps", "pending"],) in screened
    deemed = await standing("SELECT accepted_at = received_at, accepted_by FROM cases WHERE deemed")
    assert deemed == [(True, "system")]
    answers = await counted("SELECT coalesce(channel, ''), count(*) FROM corrections GROUP BY 1")
    assert answers == {"": 1, "online": 1, "window": 1}
    assert await counted("SELECT ground, count(*) FROM non_acceptances GROUP BY 1") == {"not_competent": 1}
    assert (await counted("SELECT status, count(*) FROM tasks GROUP BY 1"))["withdrawn"] == 1
    assert await counted("SELECT status, count(*) FROM tolerances GROUP BY 1") == {"open": 1, "made_up": 1}
    checked = await counted("SELECT status, count(*) FROM verifications GROUP BY 1")
    assert checked["pending"] >= 1 and checked["proposed"] == 1
    adjusted = await standing("SELECT kind, cause, status, rank FROM adjustments ORDER BY 1, 2, 3")
    assert adjusted == [
        ("extension", "", "approved", "department_head"),
        ("extension", "", "asked", "department_head"),
        ("special_procedure", "hearing", "approved", "department_head"),
        ("special_procedure", "inspection", "approved", "department_head"),
    ]
    assert await counted("SELECT status, count(*) FROM hearings GROUP BY 1") == {"called": 1}
    assert {"yellow", "red", "black"} <= set(await counted("SELECT colour, count(*) FROM cards GROUP BY 1"))
    assert await counted("SELECT approved, count(*) FROM card_removals GROUP BY 1") == {True: 1, None: 1}
    proposed = await counted("SELECT kind || ' ' || status, count(*) FROM replacements GROUP BY 1")
    assert proposed == {"correct done": 1, "void proposed": 1}
    assert await standing("SELECT person_name, substitute_name FROM absences") == [("姜哲洙", "孙建国")]
    lists = "SELECT direction, status, count(*) FROM transfers GROUP BY 1, 2 ORDER BY 1, 2"
    assert await standing(lists) == [
        ("to_department", "received", 1),
        ("to_department", "under_way", 1),
        ("to_window", "under_way", 1),
    ]
    found = "SELECT count(*) FROM transfer_lines WHERE difference <> '' AND arrived"
    assert await standing(found) == [(1,)]
    assert await counted(
        "SELECT superseded_at IS NULL, count(*) FROM papers WHERE kind = 'hand_over_list' GROUP BY 1"
    ) == {True: 3, False: 1}


async def test_an_interrupted_seed_goes_on_and_nothing_is_told_twice(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(tale: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(seed, "STORIES", TOLD_SINCE)
    whole = seed.ENDINGS
    monkeypatch.setattr(seed, "ENDINGS", {**whole, "deemed": breaks})
    with pytest.raises(RuntimeError):
        await seed.run()
    assert await standing("SELECT count(*) FROM cases WHERE status <> 'draft'") == [(4,)]
    monkeypatch.setattr(seed, "ENDINGS", whole)
    await seed.run()
    assert await counted("SELECT status = 'draft', count(*) FROM cases GROUP BY 1") == {True: 1, False: 12}
    assert await standing("SELECT count(*) FROM absences") == [(1,)]
    before = await standing("SELECT position, event FROM journal ORDER BY 1")
    await seed.run()
    assert await standing("SELECT position, event FROM journal ORDER BY 1") == before


async def test_the_heads_have_something_to_decide(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed, "STORIES", [s for s in TOLD_SINCE if s.stage in ("asks extension", "paused")])
    await seed.run()
    async with database.pool(2):
        everybody = await crew()
        head = everybody.head(LONGJING, "market_regulation")
        (waiting,) = await adjusting.to_decide(by=head, at=clock.now())
        assert waiting.item_name == "食品经营许可证新办" and not waiting.against
        assert not await adjusting.to_decide(by=everybody.head(LONGJING, "fire_rescue"), at=clock.now())


async def test_on_a_weekend_too_nobody_is_sent_to_two_shops_at_once(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed, "STORIES", [s for s in seed.STORIES if s.stage.startswith("visit")])
    with clock.frozen(datetime(2026, 11, 22, 8, 15, tzinfo=clock.SHANGHAI)):
        await seed.run()
        stages = await counted("SELECT status, count(*) FROM visits GROUP BY 1")
        assert stages == {"planned": 1, "under_way": 1, "done": 1}
