"""Dates over the API: the promised one and the law's own side by side, and whether they are provisional."""

from __future__ import annotations

from datetime import datetime

from httpx import AsyncClient

from tests.actions.limits import lodging
from tests.actions.working import NURSING, accepted, one
from tests.api.conftest import machine


async def test_each_item_tells_the_promised_date_and_the_date_of_the_law(http: AsyncClient) -> None:
    case = await accepted(NURSING)
    told = (await (await machine(http)).ask("GET", f"/cases/{case.number}")).json()
    item = next(i for i in told["items"] if i["item"] == "nursing_allowance")
    assert datetime.fromisoformat(item["statutory_due_at"]) == datetime.fromisoformat("2026-11-16T17:00:00+08:00")
    assert datetime.fromisoformat(item["due_at"]) < datetime.fromisoformat(item["statutory_due_at"])
    assert (item["provisional"], item["statutory_provisional"], told["provisional"]) == (False, False, False)


async def test_a_date_beyond_the_last_notice_says_that_it_is_provisional(http: AsyncClient) -> None:
    window = await machine(http)
    matter = await lodging()
    number = await one(
        "UPDATE clocks SET provisional = true WHERE case_id = $1 AND kind = 'statutory'"
        " RETURNING (SELECT number FROM cases c WHERE c.id = clocks.case_id)",
        matter.case,
    )
    told = (await window.ask("GET", f"/cases/{number}")).json()
    item = next(i for i in told["items"] if i["item"] == matter.item)
    assert item["statutory_provisional"]
    assert not item["provisional"]
