"""One story after the other: opened, filled in, accepted, decided, handed over, closed, each at its hour."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from lianban.casework import cases, catalogue, delivery, intake, materials, tasks
from lianban.casework.intake import DraftView
from lianban.casework.intake.completeness import SIGNED
from lianban.errors import Conflict
from lianban.outside import clock
from lianban.rules.actors import Actor
from lianban.rules.calendar import Calendar
from lianban.seed import filling
from lianban.seed.crew import Crew
from lianban.seed.names import Family
from lianban.seed.stories import Story

OPENING = timedelta(hours=9, minutes=5)
ACCEPTED = timedelta(minutes=9)
"""From the first question to the acceptance."""
REASONS = {
    "birth_registration": "户口簿载明的户主与申请表填写的户主不一致，且未提供变更证明，无法确认落户地址。",
    "nursing_allowance": "申请人所在单位未参加生育保险，不符合护理补贴的发放条件。",
    "fire_check": "现场检查发现疏散通道宽度不足、一处安全出口上锁，消防设施不符合消防技术标准。",
    "sign_management": "拟设招牌遮挡相邻建筑采光窗，且超出建筑立面，不符合户外招牌设置规范。",
}


@dataclass(slots=True)
class Tale:
    """A story while it is told. `at` is how far it has come, `now` the present."""

    story: Story
    number: int
    crew: Crew
    calendar: Calendar
    now: datetime
    at: datetime = field(init=False)
    case_id: UUID = field(init=False)
    case_number: str = ""
    due: datetime = field(init=False)
    """The end of the five working days of what was received."""

    def __post_init__(self) -> None:
        """Begin on the morning of its day."""
        self.at = self._morning(self.story.days)

    @property
    def clerk(self) -> Actor:
        """Who sits at the window."""
        return self.crew.window(self.story.region)

    @property
    def person(self) -> str:
        """Who comes to the window."""
        return self.story.about.mother if isinstance(self.story.about, Family) else self.story.about.owner

    def officer(self, department: str) -> Actor:
        """Who decides for a department."""
        return self.crew.officer(self.story.region, department)

    def goes_on(self, minutes: int, days: int | None = None) -> datetime:
        """Some minutes later, with `days` on the morning so many working days ago; never after the present."""
        since = self.at if days is None else max(self.at, self._morning(days))
        self.at = min(since + timedelta(minutes=minutes), self.now)
        return self.at

    def waits_until(self, moment: datetime) -> datetime:
        """Some other moment; never before what was told, never after the present."""
        self.at = min(max(self.at, moment), self.now)
        return self.at

    async def status(self) -> cases.Status:
        """How the case stands."""
        return await cases.status(self.case_number, by=self.clerk, at=self.at)

    def working_day(self, days: int) -> date:
        """The day so many working days ago; 0 is today, and on a holiday the last working day."""
        day, left = self.now.date(), days
        while left or not self.calendar.day(day).working:
            day -= timedelta(days=1)
            left -= self.calendar.day(day).working if left else 0
        return day

    def _morning(self, days: int) -> datetime:
        """A quarter of an hour of its own on the morning of a day, never after the present."""
        start = datetime.combine(self.working_day(days), datetime.min.time(), clock.SHANGHAI) + OPENING
        return min(start + timedelta(minutes=self.number * 3), self.now - timedelta(minutes=100 - self.number))


Ending: TypeAlias = Callable[[Tale], Awaitable[None]]
"""What happens after the form has been filled in."""


async def tell(tale: Tale, endings: Mapping[str, Ending]) -> None:
    """Bring one case to its stage. A story that was begun before is left as it is."""
    story, start = tale.story, tale.at
    key = f"seed-{tale.number}"
    answers = story.answers
    if story.stage != "started":
        edition = await catalogue.edition_for(story.bundle, story.region, tale.now.date())
        answers = filling.answers(story, edition)
    try:
        draft = await intake.open_draft(story.bundle, story.region, answers, by=tale.clerk, at=start, key=key)
    except Conflict:
        return
    if draft.version:
        return
    tale.case_id = draft.case_id
    if story.stage == "started":
        await intake.save(draft.case_id, filling.first_words(story), by=tale.clerk, at=start)
        return
    await _fill(tale, draft)
    await endings[story.stage](tale)


async def _fill(tale: Tale, draft: DraftView) -> None:
    story, number, start, by = tale.story, tale.number, tale.at, tale.clerk
    given = filling.given(story, number, start) | filling.taking_part(story, number)
    typed: dict[str, str] = {}
    for minute in range(1, 4):
        # What one round fills in can bring up further fields.
        values = dict(filling.values(draft, given).items() - typed.items())
        if not values:
            break
        draft = await intake.save(draft.case_id, values, by=by, at=start + timedelta(minutes=minute))
        typed |= values
    about = story.about.newborn if isinstance(story.about, Family) else story.about.name
    checks = {f"later.{material}": "yes" for material in story.later}
    checks |= {f"later.{SIGNED}": "yes"} if story.later else {}
    for material in draft.materials:
        if material.required and material.material not in story.later:
            name, picture = f"{material.name}.jpg", filling.scan(about, material.name)
            await materials.add(draft.case_id, material.material, name, picture, by=by, at=start + timedelta(minutes=5))
            checks[f"check.{material.material}.original"] = "yes"
            checks[f"check.{material.material}.copies"] = str(material.copies)
            checks |= {f"check.{material.material}.standard.{n}": "yes" for n in range(len(material.standards))}
    await intake.save(draft.case_id, checks, by=by, at=start + timedelta(minutes=6))


async def accept(tale: Tale) -> None:
    """Accepted on the spot, a few minutes after the form was begun."""
    tale.waits_until(tale.at + ACCEPTED)
    accepted = await intake.accept(tale.case_id, by=tale.clerk, at=tale.at, key=f"seed-accept-{tale.number}")
    tale.case_number = accepted.number


async def discarded(tale: Tale) -> None:
    """The draft came to nothing."""
    await intake.discard(tale.case_id, by=tale.clerk, at=tale.goes_on(20))


async def filled(tale: Tale) -> None:
    """The draft waits for somebody to accept it."""


async def straight(tale: Tale, stage: str = "") -> None:
    """Accepted, and then as far as the stage says (the story's own), department after department."""
    await accept(tale)
    stage = stage or tale.story.stage
    if stage == "accepted":
        return
    round_, limit = 0, {"claimed": 1, "halfway": 2}.get(stage)
    while True:
        status = await tale.status()
        ready = [(t.item, t.department) for t in status.items if t.status == "dispatched"]
        if not ready:
            break
        for turn, (item, department) in enumerate(ready):
            tale.goes_on(11)
            last = stage == "claimed" or (limit == 2 and turn == len(ready) - 1)
            task_id = await claim(tale, item, department)
            if last:
                return
            await decide(tale, task_id, item, department)
        round_ += 1
    if stage in ("delivered", "closed"):
        await _hand_out(tale, close=stage == "closed")


async def claim(tale: Tale, item: str, department: str, by: Actor | None = None) -> UUID:
    """Somebody of the department takes the task in hand."""
    by = by or tale.officer(department)
    page = await tasks.worklist(by=by, at=tale.at, filters=tasks.Filters(text=tale.case_number, item=item))
    await tasks.claim(page.lines[0].task_id, by=by, at=tale.at)
    return page.lines[0].task_id


async def others(tale: Tale, *but: str) -> None:
    """Everything that can be worked on is granted on the same morning, but for these items and what waits for them."""
    while ready := [t for t in (await tale.status()).items if t.status == "dispatched" and t.item not in but]:
        for each in ready:
            tale.goes_on(9)
            await decide(tale, await claim(tale, each.item, each.department), each.item, each.department)


async def decide(tale: Tale, task_id: UUID, item: str, department: str) -> None:
    """Surveyed where that is needed, then granted or, where the story says so, refused."""
    by, number = tale.officer(department), tale.number
    view = await tasks.view(task_id, by=by, at=tale.at)
    at, refused = tale.goes_on(4), item == tale.story.refuse
    if view.needs_survey:
        await tasks.survey(
            task_id,
            surveyed_on=at.date(),
            surveyors=[tasks.Surveyor(by.name, "吉J-0420017"), tasks.Surveyor("金明浩", "吉J-0420018")],
            conclusion="fail" if refused else "pass",
            findings=REASONS.get(item, "") if refused else "场所布局、设施设备与申报材料一致。",
            by=by,
            at=at,
        )
    if refused:
        await tasks.refuse(
            task_id,
            reason=REASONS.get(item, "申请人不具备法定条件。"),
            basis=view.suggested_basis,
            remedy=view.suggested_remedy,
            opinion="经审查申请材料并核实有关情况。",
            by=by,
            at=at,
        )
        return
    supplies = {s.element: filling.supply(s.element, tale.story, number, at) or s.example for s in view.supplies}
    result = tasks.NewResult(
        name=view.result_name[:100], issued_on=at.date(), number=f"{at:%Y}-{item[:3].upper()}-{number + 1:04d}"
    )
    await tasks.grant(task_id, opinion="材料齐全、符合法定条件。", results=[result], supplies=supplies, by=by, at=at)


async def _hand_out(tale: Tale, *, close: bool) -> None:
    at = tale.goes_on(50)
    await delivery.hand_over(
        tale.case_id, receiver=tale.person, relation="本人", id_last_four="0024", by=tale.clerk, at=at
    )
    if close:
        await delivery.close(tale.case_id, by=tale.clerk, at=tale.goes_on(5))
