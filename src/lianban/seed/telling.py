"""One story after the other: opened, filled in, accepted, decided, handed over, closed, each at its hour."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from PIL import Image, ImageDraw

from lianban.casework import cases, delivery, intake, materials, tasks
from lianban.casework.intake import DraftView
from lianban.errors import Conflict
from lianban.outside import clock
from lianban.rules.actors import Actor
from lianban.rules.calendar import calendar_for
from lianban.seed.names import Family, credit_code, id_number
from lianban.seed.stories import Story

OPENING = timedelta(hours=9, minutes=5)
REASONS = {
    "birth_registration": "户口簿载明的户主与申请表填写的户主不一致，且未提供变更证明，无法确认落户地址。",
    "nursing_allowance": "申请人所在单位未参加生育保险，不符合护理补贴的发放条件。",
    "fire_check": "现场检查发现疏散通道宽度不足、一处安全出口上锁，消防设施不符合消防技术标准。",
    "sign_management": "拟设招牌遮挡相邻建筑采光窗，且超出建筑立面，不符合户外招牌设置规范。",
}


class Town:
    """The places with their people at one present."""

    def __init__(self, actors: Mapping[tuple[str, str], Actor], now: datetime) -> None:
        self.actors = actors
        self.now = now

    async def tell(self, story: Story, number: int) -> None:
        """Bring one case to its stage. A story that was begun before is left as it is."""
        clerk = self.actors[(story.region, "")]
        start = self._morning(story, number)
        key = f"seed-{number}"
        try:
            draft = await intake.open_draft(story.bundle, story.region, story.answers, by=clerk, at=start, key=key)
        except Conflict:
            return
        if draft.version:
            return
        if story.stage == "started":
            await intake.save(draft.case_id, self._first_words(story), by=clerk, at=start)
            return
        await self._fill(draft, story, number, clerk, start)
        if story.stage == "discarded":
            await intake.discard(draft.case_id, by=clerk, at=start + timedelta(minutes=20))
        elif story.stage != "filled":
            await self._process(draft.case_id, story, number, clerk, start + timedelta(minutes=9))

    def _morning(self, story: Story, number: int) -> datetime:
        """A quarter of an hour of its own on the morning of its day, never after the present."""
        calendar = calendar_for(story.region)
        day, left = self.now.date(), story.days
        while left or not calendar.day(day).working:
            day -= timedelta(days=1)
            left -= calendar.day(day).working if left else 0
        start = datetime.combine(day, datetime.min.time(), clock.SHANGHAI) + OPENING + timedelta(minutes=number * 3)
        return min(start, self.now - timedelta(minutes=100 - number))

    def _first_words(self, story: Story) -> dict[str, str]:
        if isinstance(story.about, Family):
            return {"newborn_name": story.about.newborn, "mother_name": story.about.mother}
        return {"trade_name": story.about.name}

    async def _fill(self, draft: DraftView, story: Story, number: int, clerk: Actor, at: datetime) -> None:
        given = self._given(story, number, at) | self._parties(story, number)
        for minute in range(1, 4):
            # What one round fills in can bring up further fields.
            values = _values(draft, given)
            draft = await intake.save(draft.case_id, values, by=clerk, at=at + timedelta(minutes=minute))
        about = story.about.newborn if isinstance(story.about, Family) else story.about.name
        checks: dict[str, str] = {}
        for material in draft.materials:
            if material.required:
                name, picture = f"{material.name}.jpg", scan(about, material.name)
                await materials.add(
                    draft.case_id, material.material, name, picture, by=clerk, at=at + timedelta(minutes=5)
                )
                checks[f"check.{material.material}.original"] = "yes"
                checks[f"check.{material.material}.copies"] = str(material.copies)
                checks |= {f"check.{material.material}.standard.{n}": "yes" for n in range(len(material.standards))}
        await intake.save(draft.case_id, checks, by=clerk, at=at + timedelta(minutes=6))

    def _given(self, story: Story, number: int, at: datetime) -> dict[str, str]:
        region, today = story.region, at.date()
        phone = f"1380000{number:04d}"
        if isinstance(story.about, Family):
            family = story.about
            born = datetime.combine(today - timedelta(days=6 + number % 9), datetime.min.time()) + timedelta(
                hours=3 + number % 17, minutes=7 * number % 60
            )
            mother_id = id_number(region, date(1994, 1 + number % 12, 3 + number), 2 + 2 * (number % 9))
            return {
                "newborn_name": family.newborn,
                "newborn_sex": family.sex,
                "birth_certificate_number": f"X{region[:2]}{number + 1:07d}",
                "newborn_ethnicity": family.mother_ethnicity,
                "birth_datetime": born.isoformat(timespec="minutes"),
                "applicant_name": family.mother,
                "applicant_id_number": mother_id,
                "applicant_phone": phone,
                "mother_name": family.mother,
                "mother_id_number": mother_id,
                "mother_ethnicity": family.mother_ethnicity,
                "mother_phone": phone,
                "father_name": family.father,
                "father_id_number": id_number(region, date(1992, 1 + number % 12, 4 + number), 1 + 2 * (number % 9)),
                "father_ethnicity": family.father_ethnicity,
                "father_phone": f"1390000{number:04d}",
                "householder_name": family.father,
                "householder_relation": "father",
                "hukou_follow": "father",
                "payee_name": family.mother,
                "nursing_payee_name": family.father,
                "recipient_name": family.mother,
                "maternity_leave_start": (born.date() - timedelta(days=10)).isoformat(),
                "nursing_leave_start": (born.date() + timedelta(days=1)).isoformat(),
                "insurance_start": born.date().isoformat(),
            }
        shop = story.about
        owner_id = id_number(region, date(1980 + number % 12, 1 + number % 12, 5), 1 + 2 * (number % 9))
        return {
            "trade_name": shop.name,
            "legal_rep_name": shop.owner,
            "legal_rep_id_number": owner_id,
            "legal_rep_phone": phone,
            "applicant_name": shop.owner,
            "applicant_id_number": owner_id,
            "applicant_phone": phone,
            "uscc": credit_code(region, number + 1),
            "premises_address": shop.street,
            "premises_area": str(shop.area),
            "kitchen_area": str(max(12, shop.area // 4)),
            "recipient_name": shop.owner,
            "opening_date": (today + timedelta(days=30)).isoformat(),
            "survey_date": (today + timedelta(days=3)).isoformat(),
        }

    def _parties(self, story: Story, number: int) -> dict[str, str]:
        consents = {"consent.privacy": "yes", "consent.guardian": "yes"}
        if isinstance(story.about, Family):
            return consents | {"party.applicant.id_kind": "id_card"}
        applicant = {
            "party.applicant.name": story.about.owner,
            "party.applicant.id_kind": "id_card",
            "party.applicant.id_number": id_number(story.region, date(1980 + number % 12, 1 + number % 12, 5), 1),
            "party.applicant.phone": f"1380000{number:04d}",
        }
        agent = {
            "party.agent.name": "王芳",
            "party.agent.id_kind": "id_card",
            "party.agent.id_number": id_number(story.region, date(1990, 5, 6), 4),
            "party.agent.phone": "13800138000",
            "party.agent.mandate_kind": "assisted",
            "party.agent.mandate_scope": "代为填写申请表、提交材料、领取办理结果",
        }
        return consents | applicant | (agent if story.agent else {})

    async def _process(self, case_id: UUID, story: Story, number: int, clerk: Actor, at: datetime) -> None:
        accepted = await intake.accept(case_id, by=clerk, at=at, key=f"seed-accept-{number}")
        if story.stage == "accepted":
            return
        round_, limit = 0, {"claimed": 1, "halfway": 2}.get(story.stage)
        while True:
            status = await cases.status(accepted.number, by=clerk, at=at)
            ready = [(t.item, t.department) for t in status.items if t.status == "dispatched"]
            if not ready:
                break
            for turn, (item, department) in enumerate(ready):
                at = min(at + timedelta(minutes=11), self.now)
                done = await self._work(
                    item,
                    self.actors[(story.region, department)],
                    accepted.number,
                    story,
                    number,
                    at,
                    decide=story.stage not in ("claimed",) and not (limit == 2 and turn == len(ready) - 1),
                )
                if not done:
                    return
            round_ += 1
        if story.stage in ("delivered", "closed"):
            await self._hand_out(case_id, story, clerk, at)

    async def _work(
        self, item: str, by: Actor, number: str, story: Story, nth: int, at: datetime, *, decide: bool
    ) -> bool:
        """Claim one task, and decide it. False when the story stops here."""
        page = await tasks.worklist(by=by, at=at, filters=tasks.Filters(text=number, item=item))
        task_id = page.lines[0].task_id
        await tasks.claim(task_id, by=by, at=at)
        if not decide:
            return False
        view = await tasks.view(task_id, by=by, at=at)
        at = min(at + timedelta(minutes=4), self.now)
        refused = item == story.refuse
        if view.needs_survey:
            await tasks.survey(
                task_id,
                surveyed_on=at.date(),
                surveyors=[by.name, "金明浩"],
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
        else:
            supplies = {s.element: self._supply(s.element, story, nth, at) or s.example for s in view.supplies}
            result = tasks.NewResult(
                name=view.result_name[:100], issued_on=at.date(), number=f"{at:%Y}-{item[:3].upper()}-{nth + 1:04d}"
            )
            await tasks.grant(
                task_id, opinion="材料齐全、符合法定条件。", results=[result], supplies=supplies, by=by, at=at
            )
        return True

    def _supply(self, element: str, story: Story, nth: int, at: datetime) -> str:
        if element == "newborn_id_number" and isinstance(story.about, Family):
            born = at.date() - timedelta(days=7 + nth % 9)
            return id_number(story.region, born, 21 + 2 * nth if story.about.sex == "male" else 22 + 2 * nth)
        if element == "uscc":
            return credit_code(story.region, nth + 1)
        if element == "birth_certificate_number":
            return f"V43{at:%y}{nth:06d}"
        return ""

    async def _hand_out(self, case_id: UUID, story: Story, clerk: Actor, at: datetime) -> None:
        receiver = story.about.mother if isinstance(story.about, Family) else story.about.owner
        at = min(at + timedelta(minutes=50), self.now)
        await delivery.hand_over(case_id, receiver=receiver, relation="本人", id_last_four="0024", by=clerk, at=at)
        if story.stage == "closed":
            await delivery.close(case_id, by=clerk, at=min(at + timedelta(minutes=5), self.now))


def _values(draft: DraftView, given: Mapping[str, str]) -> dict[str, str]:
    """What is typed into the fields that the draft shows: what the story says, else the first choice or the example."""
    values = {name: value for name, value in given.items() if name.startswith(("party.", "consent."))}
    fields = [*draft.questions, *(f for s in draft.sections for f in s.fields)]
    for each in fields:
        if each.source.startswith("item:") or each.source == "derived":
            continue
        if each.element in given:
            values[each.element] = given[each.element]
        elif not each.value:
            values[each.element] = each.options[0].id if each.options else each.example
    return values


def scan(subject: str, title: str) -> bytes:
    """A plain picture that stands for a scanned paper: a frame, lines, and nothing of anybody."""
    page = Image.new("RGB", (620, 877), "white")
    pen = ImageDraw.Draw(page)
    pen.rectangle((40, 40, 580, 837), outline="#888888", width=2)
    seed = sum(map(ord, subject + title))
    for line in range(22):
        length = 300 + (seed * (line + 3)) % 220
        pen.line((70, 120 + line * 30, 70 + length, 120 + line * 30), fill="#bbbbbb", width=6)
    out = io.BytesIO()
    page.save(out, "JPEG", quality=60)
    return out.getvalue()
