"""A region's own words: editions with a day, one by one, for the administrator alone."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from lianban import errors, journal
from lianban.casework import catalogue, policies, wordings
from lianban.rules.actors import SYSTEM, Role
from lianban.rules.notices.wording import Sentence
from tests.actions.drafts import MONDAY
from tests.actions.rows import REGION, actor

pytestmark = pytest.mark.usefixtures("pool")
GAO = actor("gao", Role.ADMINISTRATOR)
TODAY = MONDAY.date()
TEXT = "依照{依据}，决定{准予、不予的说法}。"
KEPT = "依照{basis}，决定{verb}。"


async def publish(text: str = TEXT, **more: object) -> int:
    given: dict[str, object] = {"valid_from": TODAY, "by": GAO, "at": MONDAY}
    return await wordings.publish("refusal", "decision", text, **(given | more))  # type: ignore[arg-type]


async def current(item: str = "", days: int = 0) -> Sentence | None:
    return (await wordings.current(REGION, "refusal", item, TODAY + timedelta(days=days))).get("decision")


async def test_an_edition_holds_from_its_day_in_its_region() -> None:
    assert await publish() == 1
    assert await publish(TEXT + "特此告知。", valid_from=TODAY + timedelta(days=3)) == 2
    assert await current() == Sentence(KEPT, 1)
    assert await current(days=3) == Sentence(KEPT + "特此告知。", 2)
    assert await wordings.current("430100", "refusal", "", TODAY) == {}
    (line, *_) = await journal.lines("catalogue", f"{REGION}/wordings")
    assert line.event == "wording published" and line.content and line.content["edition"] == 1


async def test_an_item_has_its_own_words_until_they_are_withdrawn() -> None:
    await catalogue.ship(MONDAY)
    await publish()
    own = {"item": "birth_registration"}
    await publish(TEXT + "请注意。", **own)
    assert await current("birth_registration") == Sentence(KEPT + "请注意。", 1, "birth_registration")
    assert await current("medical_insurance") == Sentence(KEPT, 1)
    await wordings.withdraw("refusal", "decision", valid_from=TODAY, **own, seen=1, by=GAO, at=MONDAY)
    assert await current("birth_registration") == Sentence(KEPT, 1)
    with pytest.raises(errors.Invalid, match="没有这个事项"):
        await publish(item="no_such_item")


async def test_the_second_language_goes_with_its_edition() -> None:
    await publish(second="{verb}: {basis}")
    assert await current() == Sentence(KEPT, 1, "", "{verb}: {basis}")
    await publish(TEXT + "特此告知。")
    assert await current() == Sentence(KEPT + "特此告知。", 2), "a translation of the old words is none of the new"
    with pytest.raises(errors.Invalid) as refused:
        await publish(second="{verb}")
    assert list(refused.value.fields) == ["second"]
    await policies.set_policy({"second_language": ""}, by=GAO, at=MONDAY)
    with pytest.raises(errors.Invalid, match="没有设置第二种文字"):
        await publish(second="{verb}: {basis}")


async def test_two_who_publish_at_once_are_told_of_each_other() -> None:
    done = await asyncio.gather(*(publish(seen=0) for _ in range(4)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Conflict", "Conflict", "Conflict", "int"]
    with pytest.raises(errors.Conflict, match="刚刚发布了第 1 版"):
        await publish(seen=0)


async def test_nothing_is_published_for_yesterday_or_by_somebody_else() -> None:
    with pytest.raises(errors.Invalid, match="不能早于今天"):
        await publish(valid_from=TODAY - timedelta(days=1))
    for nobody in (actor("wang", Role.CLERK), actor("zhou", Role.SUPERVISOR)):
        with pytest.raises(errors.Forbidden):
            await publish(by=nobody)
        with pytest.raises(errors.Forbidden):
            await wordings.preview("refusal", "decision", TEXT, by=nobody, at=MONDAY)
    assert await wordings.editions(by=SYSTEM) == []


async def test_a_preview_is_marked_and_keeps_nothing() -> None:
    await catalogue.ship(MONDAY)
    assert (await wordings.preview("refusal", "decision", TEXT, by=GAO, at=MONDAY)).startswith(b"%PDF")
    with pytest.raises(errors.Invalid, match="少了"):
        await wordings.preview("refusal", "decision", "决定。", by=GAO, at=MONDAY)
    assert await wordings.editions(by=GAO) == []
