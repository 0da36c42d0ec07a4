"""Receipt, screening, one notice, the answer, acceptance by the window or by law; alone and all at once."""

from __future__ import annotations

from lianban.casework import corrections, intake
from tests.actions.drafts import MONDAY, WANG, picture
from tests.actions.receiving import blurred, on, received
from tests.actions.working import one, states


async def test_from_receipt_through_one_correction_to_acceptance(pool: None) -> None:
    case = await received()
    assert (case.number, case.answer_due) == ("222405-2026-000001", on(9, 17, 0))
    await blurred(case.case_id)
    notified = await corrections.notify(case.case_id, by=WANG, at=on(3))
    assert notified.number == "龙政服补字〔2026〕第000001号"
    told = await corrections.open_correction(case.case_id, at=on(4))
    assert [(g.label, g.status) for g in told.gaps] == [("出生医学证明", "notified")]
    gap = told.gaps[0].id
    assert gap is not None
    await corrections.supply_material(
        case.case_id, gap, "清晰.jpg", picture(30), channel="window", by=WANG, at=on(5, 10)
    )
    done = await corrections.finish(case.case_id, channel="window", by=WANG, at=on(5, 11))
    assert done.supplied_at == on(5, 10)
    accepted = await intake.accept(case.case_id, by=WANG, at=on(6))
    assert (accepted.number, accepted.query_code) == (case.number, case.query_code)
    assert await one("SELECT accepted_at FROM cases") == on(5, 10)
    assert await one("SELECT received_at FROM cases") == MONDAY
    assert (await states(case.case_id))["birth_registration"] == "dispatched"
    assert await one("SELECT string_agg(kind, ' ' ORDER BY issued_at) FROM papers") == "receipt correction acceptance"
