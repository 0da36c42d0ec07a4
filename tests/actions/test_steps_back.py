"""The schema goes back to what it was before papers, surveys and deliveries, with rows there, and forward again."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from datetime import datetime, timedelta

import pytest
from piccolo.apps.migrations.commands.backwards import run_backwards

from lianban import oversight
from lianban.casework import hearings
from lianban.outside import database
from lianban.outside.clock import SHANGHAI
from lianban.outside.database import APP
from lianban.outside.settings import shipped
from lianban.people import passwords
from tests.actions.drafts import MONDAY
from tests.actions.limits import HYGIENE, lodging
from tests.actions.working import one
from tests.steps.site import CHEAP


async def test_a_late_hearing_with_its_card_does_not_hold_the_way_back(
    pool: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_hasher", CHEAP)
    matter = await lodging()
    await hearings.tell(matter.task, reason="涉及相邻住户的重大利益。", by=HYGIENE, at=MONDAY)
    await hearings.applied(matter.task, by=HYGIENE, at=MONDAY)
    late = datetime(2027, 1, 11, 9, tzinfo=SHANGHAI)
    assert await oversight.look(matter.case, late)
    assert await one("SELECT count(*) FROM cards WHERE clock_kind = 'hearing_held'")
    papers = await one("SELECT count(*) FROM papers WHERE kind IN ('receipt', 'acceptance', 'hearing')")
    with redirect_stdout(io.StringIO()):
        async with database.DB.transaction():
            await run_backwards(APP, "m0006_papers", auto_agree=True)
    assert await one("SELECT to_regclass('hearing_parties') IS NULL")
    assert await one("SELECT count(*) FROM papers") == papers, "what the law wants kept is kept"
    later = [file.stem for file in sorted(shipped("migrations").glob("m*.py"))][5:]
    assert [str(name) for name in await database.migrate()] == later
    assert await one("SELECT count(*) FROM hearings WHERE status = 'applied'") == 1
    assert await oversight.look(matter.case, late + timedelta(days=1))
