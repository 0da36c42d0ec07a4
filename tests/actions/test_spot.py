"""On the spot: one checklist answered on two phones, photos that arrive late, twice, or not at all."""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from PIL import Image

from lianban import errors, journal
from lianban.casework import retention
from lianban.casework.attachments import folder
from lianban.casework.visits import checks, photos, surveying
from lianban.casework.visits.checks import Answered, CheckLine
from lianban.casework.visits.photos import Sent
from lianban.casework.visits.place import Part, place
from lianban.outside.database import connection, transaction
from lianban.outside.storage import store
from lianban.rules.actors import Actor
from lianban.rules.surveys import Said
from tests.actions.drafts import WANG
from tests.actions.rows import actor
from tests.actions.visiting import FIRE, MARKET, MARKET_TOO, TAX, VISIT_AT, Appointed, appointed, at, begun, shot
from tests.actions.working import one


@pytest.fixture
async def there(pool: None) -> Appointed:
    """A visit that is under way."""
    return await begun()


async def answer(
    there: Appointed, position: int, said: str, remark: str = "", *, version: int = 0, by: Actor = MARKET
) -> CheckLine:
    return await checks.answer(
        there.visit, there.food, position, answer=said, remark=remark, version=version, by=by, at=at(position)
    )


async def send(
    there: Appointed, data: bytes, *, id: UUID | None = None, position: int | None = 1, **more: object
) -> photos.Photo:
    by, age = more.get("by", MARKET), more.get("age", timedelta(minutes=2))
    when = at(int(str(more.get("minutes", 10))))
    sent = Sent("IMG_1.jpg", data, id, when - age if isinstance(age, timedelta) else None)
    return await photos.add(there.visit, there.food, position, sent, by=by, at=when)  # type: ignore[arg-type]


async def own(there: Appointed, by: Actor = MARKET) -> Part:
    (part,) = (await place(there.visit, by=by, at=at(30))).own
    return part


async def answer_all(there: Appointed) -> None:
    for line in (await own(there)).checks:
        await answer(there, line.position, "ok")


async def test_each_department_gets_the_published_lines_of_its_own_item(there: Appointed) -> None:
    food = await own(there)
    assert [line.position for line in food.checks] == list(range(1, 10)) and food.answered == 0
    assert food.checks[0].basis == "《中华人民共和国食品安全法》第三十三条（拟定）"
    assert food.range is not None and (food.range[0].amount, food.range[1].amount) == (3, 5)
    seen = await place(there.visit, by=FIRE, at=VISIT_AT)
    assert [part.item for part in seen.own] == ["fire_check"] and [part.item for part in seen.others] == ["food_permit"]
    assert not seen.others[0].checks and not seen.others[0].photos


async def test_who_has_no_part_in_the_visit_does_not_know_of_it(there: Appointed) -> None:
    kept = await send(there, shot())
    for stranger in (TAX, WANG, actor("market", region="430100")):
        with pytest.raises(errors.NotFound):
            await place(there.visit, by=stranger, at=VISIT_AT)
        with pytest.raises(errors.NotFound):
            await answer(there, 1, "ok", by=stranger)
        with pytest.raises(errors.NotFound):
            await send(there, shot(), by=stranger)
        with pytest.raises(errors.NotFound):
            await photos.open(there.visit, kept.id, small=True, by=stranger, at=VISIT_AT)
    with pytest.raises(errors.NotFound):
        await answer(there, 1, "ok", by=FIRE)


async def test_two_phones_do_not_write_over_each_other_in_silence(there: Appointed) -> None:
    first = await answer(there, 1, "problem", "墙角有积水")
    assert (first.version, first.by_name) == (1, MARKET.name)
    with pytest.raises(Answered, match=r"第 1 条已由market的姓名在 11月03日 09:31 填为“问题”（墙角有积水）") as refusal:
        await answer(there, 1, "ok", by=MARKET_TOO)
    assert refusal.value.line.version == 1
    assert (await answer(there, 1, "problem", "墙角有积水", by=MARKET_TOO)).by_name == MARKET.name, (
        "the same is no change"
    )
    assert (await answer(there, 1, "ok", version=1, by=MARKET_TOO)).version == 2
    lines = await journal.lines("case", str(there.case_id))
    told = [line.content or {} for line in lines if line.event == "check answered"]
    assert [(line["check"], line["answer"]) for line in told] == [(1, "problem"), (1, "ok")]


async def test_two_answers_at_the_same_instant_are_one_and_a_refusal(there: Appointed) -> None:
    done = await asyncio.gather(
        answer(there, 2, "ok"), answer(there, 2, "problem", "没有标识", by=MARKET_TOO), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in done) == ["Answered", "CheckLine"]


@pytest.mark.parametrize(
    ("said", "remark", "words"), [("", "", "请选择"), ("well", "", "请选择"), ("ok", "长" * 501, "最多 500 字")]
)
async def test_what_is_no_answer_is_refused(there: Appointed, said: str, remark: str, words: str) -> None:
    with pytest.raises(errors.Invalid, match=words):
        await answer(there, 1, said, remark)
    with pytest.raises(errors.NotFound):
        await answer(there, 99, "ok")


async def test_a_photo_is_kept_upright_and_without_its_place(there: Appointed) -> None:
    kept = await send(there, shot(orientation=6))
    found = await photos.open(there.visit, kept.id, small=False, by=FIRE, at=VISIT_AT, address="10.0.0.8")
    with Image.open(io.BytesIO(found.data)) as picture:
        assert picture.size == (240, 320) and not picture.getexif()
    assert b"Telefon" not in found.data and b"owner" not in found.data
    small = await photos.open(there.visit, kept.id, small=True, by=MARKET, at=VISIT_AT)
    assert len(small.data) < 20_000
    assert (kept.taken_at, kept.received_at) == (at(8), at(10))
    looks = await one("SELECT count(*) FROM access_log WHERE what = '现场照片 food_permit' AND address = '10.0.0.8'")
    assert looks == 1


async def test_a_photo_from_a_plain_form_takes_its_time_from_the_camera(there: Appointed) -> None:
    kept = await send(there, shot(), age=None, minutes=30)
    assert kept.taken_at == VISIT_AT.replace(hour=9, minute=12)
    later = await send(there, shot(91), age=timedelta(days=400), minutes=30)
    assert later.taken_at == VISIT_AT.replace(hour=9, minute=12), "an absurd age is not believed"


async def test_the_same_photo_is_one_however_often_it_arrives(there: Appointed) -> None:
    id = uuid4()
    several = await asyncio.gather(*(send(there, shot(), id=id) for _ in range(4)))
    assert {photo.id for photo in several} == {id}
    assert (await send(there, shot(), id=uuid4())).id == id, "chosen a second time for the same line"
    assert (await send(there, shot(), id=uuid4(), position=2)).id != id
    assert len((await own(there)).photos) == 2
    other = Sent("x.jpg", shot(), id, None)
    with pytest.raises(errors.Conflict, match="已经用过"):
        await photos.add(there.visit, there.fire, 1, other, by=FIRE, at=VISIT_AT)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空文件"),
        (b"%PDF-1.7 no picture", "不是照片"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(40), "HEIC"),
        (b"\xff\xd8\xff\xe0" + bytes(60), "不是完整的照片"),
        (shot()[:900], "不是完整的照片"),
        (b"\xff\xd8\xff" + bytes(21 * 1_048_576), "超过上限 20 MB"),
    ],
)
async def test_what_is_no_whole_photo_is_refused_with_its_name(there: Appointed, data: bytes, words: str) -> None:
    with pytest.raises(errors.Invalid, match=words) as refusal:
        await send(there, data)
    assert "IMG_1.jpg" in refusal.value.sentence
    assert await one("SELECT count(*) FROM survey_photos") == 0


async def test_a_photo_taken_away_is_gone_from_the_lists_and_comes_back_by_no_repeat(there: Appointed) -> None:
    id = uuid4()
    await send(there, shot(), id=id)
    for _ in range(2):
        await photos.remove(there.visit, id, by=MARKET_TOO, at=at(12))
    assert not (await own(there)).photos
    with pytest.raises(errors.NotFound):
        await photos.open(there.visit, id, small=True, by=MARKET, at=VISIT_AT)
    await send(there, shot(), id=id)
    assert not (await own(there)).photos
    with pytest.raises(errors.NotFound):
        await photos.remove(there.visit, uuid4(), by=MARKET, at=at(13))


async def test_a_photo_taken_away_is_deleted_for_good_after_a_month(there: Appointed) -> None:
    gone, kept = await send(there, shot(1)), await send(there, shot(2))
    await photos.remove(there.visit, gone.id, by=MARKET, at=at(12))
    for days, left in ((29, 2), (31, 1)):
        await retention.clear(VISIT_AT + timedelta(days=days))
        assert await one("SELECT count(*) FROM survey_photos") == left
    with pytest.raises(errors.NotFound):
        await store().stat(f"{folder(there.case_id)}/{gone.sha256}")
    assert await store().stat(f"{folder(there.case_id)}/{kept.sha256}")


async def test_a_photo_taken_away_stays_in_the_store_where_it_is_also_proof_of_something_else(there: Appointed) -> None:
    scan = await send(there, shot(1))
    await photos.remove(there.visit, scan.id, by=MARKET, at=at(12))
    async with transaction():
        await connection().execute(
            "UPDATE visits SET signed_sha256 = $2, signed_by = '金业主' WHERE id = $1", there.visit, scan.sha256
        )
    await retention.clear(VISIT_AT + timedelta(days=31))
    assert await one("SELECT count(*) FROM survey_photos") == 0
    assert await store().stat(f"{folder(there.case_id)}/{scan.sha256}")


async def test_the_task_shows_its_photos_to_its_own_department(there: Appointed) -> None:
    kept = await send(there, shot())
    assert [photo.id for photo in await photos.of_task(there.food, by=MARKET_TOO)] == [kept.id]
    assert kept.check.startswith("场所与申报的经营项目")
    assert await photos.of_task(there.food, by=FIRE) == [] and await photos.of_task(there.food, by=WANG) == []


async def test_a_surveyor_takes_no_more_photos_than_anybody_looks_at(
    there: Appointed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "MOST", 2)
    for shade in (1, 2):
        await send(there, shot(shade))
    with pytest.raises(errors.Invalid, match="最多 2 张"):
        await send(there, shot(3))


async def test_nothing_is_put_down_before_the_beginning(pool: None) -> None:
    there = await appointed()
    with pytest.raises(errors.Conflict, match="还没有开始"):
        await answer(there, 1, "ok")
    with pytest.raises(errors.Conflict, match="还没有开始"):
        await send(there, shot())


async def test_the_conclusion_waits_for_every_line_and_fits_them(there: Appointed) -> None:
    async def conclude(said: str, findings: str = "") -> None:
        await surveying.conclude(there.visit, there.food, Said(said, findings), by=MARKET, at=at(40))

    with pytest.raises(errors.Invalid, match="第 1、2、3、4、5、6、7、8、9 条还没有填写"):
        await conclude("pass")
    await answer_all(there)
    await answer(there, 3, "problem", version=1)
    with pytest.raises(errors.Invalid, match="第 3 条选了“问题”，请写明"):
        await conclude("fail", "没有洗消池")
    await answer(there, 3, "problem", "没有洗消池", version=2)
    with pytest.raises(errors.Invalid, match="结论不能是“合格”"):
        await conclude("pass")
    assert (await own(there)).proposal.endswith("密闭存放：没有洗消池")
    await conclude("fail", "没有洗消池")
    part = await own(there)
    assert part.conclusion == "fail" and "已经作出" in part.why


async def test_after_the_conclusion_only_what_was_photographed_before_it_arrives(there: Appointed) -> None:
    await answer_all(there)
    await surveying.conclude(there.visit, there.food, Said("pass"), by=MARKET, at=at(40))
    with pytest.raises(errors.Conflict, match="结论已经作出"):
        await answer(there, 1, "problem", "x", version=1)
    late = await send(there, shot(), minutes=50, age=timedelta(minutes=20))
    assert (late.taken_at, late.received_at) == (at(30), at(50))
    for age in (timedelta(minutes=5), None):
        with pytest.raises(errors.Conflict, match="结论已经作出"):
            await send(there, shot(7), minutes=50, age=age)
    with pytest.raises(errors.Conflict):
        await photos.remove(there.visit, late.id, by=MARKET, at=at(51))


async def test_the_joint_record_shows_the_photos_and_is_the_end_of_it(there: Appointed) -> None:
    await send(there, shot())
    await answer_all(there)
    await surveying.conclude(there.visit, there.food, Said("pass"), by=MARKET, at=at(40))
    for line in (await own(there, FIRE)).checks:
        await checks.answer(there.visit, there.fire, line.position, answer="ok", version=0, by=FIRE, at=at(41))
    await surveying.conclude(there.visit, there.fire, Said("pass"), by=FIRE, at=at(45))
    assert await one("SELECT status FROM visits") == "done"
    content = str(await one("SELECT content FROM papers WHERE kind = 'survey_record'"))
    assert "data:image/jpeg;base64," in content and "场所与申报的经营项目" in content
    with pytest.raises(errors.Conflict, match="已列入联合勘查记录"):
        await send(there, shot(8), minutes=50, age=timedelta(minutes=20))


async def test_what_the_store_holds_bears_the_digest_that_is_written_down(there: Appointed) -> None:
    kept = await send(there, shot())
    assert (await store().stat(f"{folder(there.case_id)}/{kept.sha256}")).size == kept.size
