"""The lives of cases and tasks: charts say what may follow what, rows say which facts hold, the system is an actor too.

An event's guards are names of documented methods of the row. One of them is a role, the others are facts; the docstring
is the sentence that is shown when it does not hold. The machine decides and does nothing else: `fire` changes the row's
state and returns the move, everything that follows from a move is done by the verb that asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import ClassVar, NamedTuple, TypeAlias

from statemachine import Event, State, StateChart

from lianban import errors
from lianban.rules.actors import HOLDER, SYSTEM, Actor, Role


class Life(StateChart["Subject"]):
    """The base of all charts: an illegal event is an error, an exception is loud, a state is written once."""

    allow_event_without_transition = False
    catch_errors_as_events = False
    atomic_configuration_update = True


class CaseLife(Life):
    """办件"""

    draft = State("草稿", initial=True)
    received = State("已收件")
    correcting = State("待补正")
    processing = State("办理中")
    decided = State("统一出件")
    delivered = State("已送达")
    closed = State("已办结", final=True)
    discarded = State("已作废", final=True)
    not_accepted = State("不予受理", final=True)
    turned = State("转单项办理", final=True)
    withdrawn = State("已撤回", final=True)
    given_up = State("视为放弃", final=True)
    returned = State("已退件", final=True)

    receive = Event(draft.to(received, cond=["clerk", "presentable"]), name="收件")
    accept = Event(
        draft.to(processing, cond=["clerk", "complete"]) | received.to(processing, cond=["clerk", "complete"]),
        name="受理",
    )
    notify = Event(received.to(correcting, cond=["clerk", "screened", "gapped"]), name="一次告知补正")
    answer = Event(correcting.to(received, cond=["applicants_side", "supplied"]), name="补正完毕")
    deem = Event(received.to(processing, cond=["system", "silent"]), name="视为受理")
    reject = Event(received.to(not_accepted, cond=["clerk", "none_left"]), name="不予受理")
    turn = Event(
        draft.to(turned, cond=["clerk", "explained"])
        | received.to(turned, cond=["clerk", "explained"])
        | correcting.to(turned, cond=["clerk", "explained"]),
        name="转单项办理",
    )
    withdraw = Event(
        received.to(withdrawn, cond=["clerk", "wished"]) | correcting.to(withdrawn, cond=["clerk", "wished"]),
        name="撤回申请",
    )
    give_up = Event(correcting.to(given_up, cond=["system", "unanswered"]), name="视为放弃")
    give_back = Event(correcting.to(returned, cond=["clerk", "unanswered"]), name="退件")
    discard = Event(draft.to(discarded, cond=["clerk"]), name="作废")
    fold = Event(processing.to(withdrawn, cond=["system", "all_withdrawn"]), name="全部撤回")
    conclude = Event(processing.to(decided, cond=["system", "settled"]), name="汇总出件")
    deliver = Event(decided.to(delivered, cond=["clerk", "handed_over"]), name="送达")
    close = Event(delivered.to(closed, cond=["clerk"]), name="办结")


class TaskLife(Life):
    """事项任务"""

    waiting = State("待前置", initial=True)
    dispatched = State("待签收")
    reviewing = State("审查中")
    granted = State("准予", final=True)
    refused = State("不予", final=True)
    lapsed = State("终止", final=True)
    withdrawn = State("已撤回", final=True)
    terminated = State("终止办理", final=True)

    dispatch = Event(waiting.to(dispatched, cond=["system", "ready"]), name="派发")
    lapse = Event(waiting.to(lapsed, cond=["system", "lost"]), name="终止")
    claim = Event(dispatched.to(reviewing, cond=["officer"]), name="签收")
    release = Event(reviewing.to(dispatched, cond=["officer", "in_charge"]), name="退回待签收")
    hand_over = Event(reviewing.to(reviewing, cond=["officer", "in_charge", "colleague"]), name="转交")
    grant = Event(
        reviewing.to(granted, cond=["officer", "holder", "surveyed", "passed", "made_up", "heard", "evidenced"]),
        name="准予",
    )
    refuse = Event(reviewing.to(refused, cond=["officer", "holder", "heard", "reasoned"]), name="不予")
    withdraw = Event(
        waiting.to(withdrawn, cond=["clerk", "wished"])
        | dispatched.to(withdrawn, cond=["clerk", "wished"])
        | reviewing.to(withdrawn, cond=["clerk", "wished"]),
        name="撤回",
    )
    terminate = Event(
        waiting.to(terminated, cond=["system", "promise_broken"])
        | dispatched.to(terminated, cond=["system", "promise_broken"])
        | reviewing.to(terminated, cond=["system", "promise_broken"]),
        name="终止办理",
    )


class Step(NamedTuple):
    """Where an event leads from a state, and the names of the guards that must hold."""

    target: str
    guards: tuple[str, ...]


class Move(NamedTuple):
    """One change of one row."""

    subject: Subject
    event: str
    source: str
    target: str


LifeType: TypeAlias = type[Life]
ROLES = frozenset({"clerk", "officer", "system", "applicants_side"})
ENTRIES = frozenset(
    {"complete", "presentable", "supplied", "explained", "wished", "handed_over", "colleague", "evidenced", "reasoned"}
)
"""Facts that the request itself brings (what is typed in the form of the button): they never grey a button."""


@dataclass
class Subject:
    """A row that lives. Its guards are pure, total methods of the actor."""

    id: str
    state: str
    region: str
    life: ClassVar[LifeType]

    def __post_init__(self) -> None:
        """An unknown stored state fails at load."""
        table(self.life)[self.state]

    @property
    def stage(self) -> State:
        """The state with its Chinese name and whether it is final."""
        return self.life.states_map[self.state]

    def clerk(self, actor: Actor) -> bool:
        """只有本地综合窗口的人员可以操作"""
        return actor.may(Role.CLERK) and actor.region == self.region

    def system(self, actor: Actor) -> bool:
        """由系统自动执行"""
        return actor is SYSTEM


@dataclass
class TaskRow(Subject):
    """An item's task. The last four fields are what the request brings or the verb has looked up."""

    item: str = ""
    department: str = ""
    claimed_by: str = ""
    needs_survey: bool = False
    survey: str = ""
    """Conclusion of the latest survey: "", pass, pass_with_rectification or fail."""
    after: list[TaskRow] = field(default_factory=list, repr=False)
    heir: Actor | None = None
    evidence: bool = False
    reasons: bool = False
    gap_open: bool = False
    """A tolerated material of this item has not been brought yet (容缺)."""
    gap_failed: bool = False
    hearing_open: bool = False
    """The right to a hearing was told and neither used up nor given up (行政许可法 46–48)."""
    wish: bool = False
    life: ClassVar[LifeType] = TaskLife

    def officer(self, actor: Actor) -> bool:
        """只有承办部门的审批人员可以操作"""
        own = actor.region == self.region and actor.department == self.department != ""
        return own and actor.may(Role.APPROVER, Role.DEPARTMENT_HEAD)

    def holder(self, actor: Actor) -> bool:
        """只有签收人可以作出决定；请先签收，或者请签收人转交"""
        return actor.is_or_stands_for(self.claimed_by)

    def in_charge(self, actor: Actor) -> bool:
        """只有签收人或者部门负责人可以退回、转交"""
        return actor.is_or_stands_for(self.claimed_by) or actor.may(Role.DEPARTMENT_HEAD)

    def colleague(self, actor: Actor) -> bool:
        """接手人必须是本部门在岗的其他审批人员，请另选一人"""
        return self.heir is not None and self.officer(self.heir) and self.heir.id != self.claimed_by

    def surveyed(self, actor: Actor) -> bool:
        """这个事项需要现场勘查，请先登记勘查结果"""
        return bool(self.survey) or not self.needs_survey

    def passed(self, actor: Actor) -> bool:
        """现场勘查不合格，不能准予；整改后请重新勘查并登记"""
        return self.survey != "fail"

    def evidenced(self, actor: Actor) -> bool:
        """请填写办理结果（结果名称）后再准予"""
        return self.evidence

    def reasoned(self, actor: Actor) -> bool:
        """不予决定必须写明理由、法律依据和救济途径（行政许可法第三十八条）"""
        return self.reasons

    def ready(self, actor: Actor) -> bool:
        """前置事项尚未办成"""
        return all(t.state == "granted" for t in self.after)

    def lost(self, actor: Actor) -> bool:
        """前置事项仍可能办成"""
        return any(t.stage.final and t.state != "granted" for t in self.after)

    def made_up(self, actor: Actor) -> bool:
        """容缺的材料还没有补齐，补齐后才能准予"""
        return not self.gap_open

    def heard(self, actor: Actor) -> bool:
        """已经告知听证权利，申请期限届满、申请人放弃或者听证结束后才能作出决定（行政许可法第四十七条、第四十八条）"""
        return not self.hearing_open

    def wished(self, actor: Actor) -> bool:
        """请写明申请人撤回的意愿和理由"""
        return self.wish

    def promise_broken(self, actor: Actor) -> bool:
        """容缺承诺仍在期限内"""
        return self.gap_failed


@dataclass
class CaseRow(Subject):
    """A case with its tasks. The facts below `tasks` are looked up by the verb or come with the request."""

    tasks: list[TaskRow] = field(default_factory=list, repr=False)
    form_complete: bool = False
    all_delivered: bool = False
    identified: bool = False
    """Applicant, situation and consents are known: enough for a receipt."""
    screening_open: bool = False
    """A department has not said yet whether anything is missing, and may still take its time."""
    gaps: int = 0
    all_supplied: bool = False
    answer_overdue: bool = False
    """No decision and no correction notice when the five working days were over (32(1)(4))."""
    applicant_overdue: bool = False
    no_items_left: bool = False
    reason_given: bool = False
    wish: bool = False
    life: ClassVar[LifeType] = CaseLife

    def complete(self, actor: Actor) -> bool:
        """申请表或者材料还不齐全，请补齐标出的内容"""
        return self.form_complete

    def presentable(self, actor: Actor) -> bool:
        """收件前请先回答情形问题，填写申请人，办好告知同意"""
        return self.identified

    def screened(self, actor: Actor) -> bool:
        """还有部门没有核对收到的材料；全部核对后一次告知，不能分次告知"""
        return not self.screening_open

    def gapped(self, actor: Actor) -> bool:
        """没有发现需要补正的内容，请直接受理"""
        return self.gaps > 0

    def supplied(self, actor: Actor) -> bool:
        """告知的内容还没有全部补齐"""
        return self.all_supplied

    def applicants_side(self, actor: Actor) -> bool:
        """只有申请人或者本地综合窗口的人员可以操作"""
        return actor == HOLDER or self.clerk(actor)

    def silent(self, actor: Actor) -> bool:
        """五个工作日还没有届满"""
        return self.answer_overdue

    def none_left(self, actor: Actor) -> bool:
        """还有可以受理的事项，请逐项处理"""
        return self.no_items_left

    def explained(self, actor: Actor) -> bool:
        """请写明转单项办理的理由"""
        return self.reason_given

    def wished(self, actor: Actor) -> bool:
        """请写明申请人撤回的意愿和理由"""
        return self.wish

    def unanswered(self, actor: Actor) -> bool:
        """申请人补正的期限还没有届满"""
        return self.applicant_overdue

    def all_withdrawn(self, actor: Actor) -> bool:
        """还有没有撤回的事项"""
        # What waited for a withdrawn item has lapsed with it: nobody has decided anything.
        return bool(self.tasks) and all(t.state in ("withdrawn", "lapsed") for t in self.tasks)

    def settled(self, actor: Actor) -> bool:
        """仍有事项在办"""
        return all(t.stage.final for t in self.tasks) and not self.all_withdrawn(actor)

    def handed_over(self, actor: Actor) -> bool:
        """还有办理结果没有交给申请人"""
        return self.all_delivered

    @property
    def outcome(self) -> str:
        """`granted`, `partial` or `refused` (D-B2-8: what passed is issued, whatever became of the rest).

        What the applicant has withdrawn counts for neither side.
        """
        granted = [t.state == "granted" for t in self.tasks if t.state != "withdrawn"]
        return "granted" if all(granted) else "partial" if any(granted) else "refused"


class Illegal(errors.Conflict):
    """A refused event: `unmet` guards with their sentences, and the events that would be open to this person."""

    def __init__(self, subject: Subject, event: str, actor: Actor) -> None:
        names = options(subject, actor).get(event, [])
        self.unmet = {name: sentence(subject.life, name) for name in names}
        self.legal = [e for e, why in buttons(subject, actor).items() if not why]
        label = labels(subject.life).get(event, event)
        super().__init__("；".join(self.unmet.values()) + "。" if names else f"“{subject.stage.name}”时不能{label}。")


@cache
def table(life: LifeType) -> dict[str, dict[str, Step]]:
    """State → event → step, read off the chart once."""
    return {
        s.id: {str(t.event): Step(t.target.id, tuple(str(g) for g in t.cond)) for t in s.transitions}
        for s in life.states
    }


@cache
def labels(life: LifeType) -> dict[str, str]:
    """The Chinese names of the events."""
    return {e.id: str(e.name) for s in life.states for t in s.transitions for e in t.events}


def stage_name(life: LifeType, state: str) -> str:
    """The Chinese name of a stored state."""
    return str(life.states_map[state].name)


def sentence(life: LifeType, guard: str) -> str:
    """What an unmet guard says."""
    row = next(r for r in (CaseRow, TaskRow) if r.life is life)
    return str(getattr(row, guard).__doc__)


def options(subject: Subject, actor: Actor) -> dict[str, list[str]]:
    """The events of the present state, each with the guards that still forbid it; an empty list is open."""
    steps = table(subject.life)[subject.state]
    return {e: [g for g in step.guards if not getattr(subject, g)(actor)] for e, step in steps.items()}


def buttons(subject: Subject, actor: Actor) -> dict[str, list[str]]:
    """What this person sees: an unmet role hides a button, an unmet fact greys it and says why, [] is a live one."""
    return {
        event: [sentence(subject.life, g) for g in unmet if g not in ENTRIES]
        for event, unmet in options(subject, actor).items()
        if not ROLES & set(unmet)
    }


def fire(subject: Subject, event: str, actor: Actor) -> Move:
    """One event on one row. Raises Illegal (nothing has changed) when it is not open to this actor.

    The step is taken from the chart's own table: a hundred times cheaper than an instance of the chart for each row,
    and a test plays both against each other.
    """
    if options(subject, actor).get(event) != []:
        raise Illegal(subject, event, actor)
    source = subject.state
    subject.state = table(subject.life)[source][event].target
    return Move(subject, event, source, subject.state)


def advance(case: CaseRow) -> list[Move]:
    """The system plays what is open to it until nothing is: dispatch along the plan, lapse, conclude.

    Before acceptance nothing follows by itself: a deemed acceptance opens a whole case and is a verb of its own.
    """
    if case.state != "processing":
        return []
    return [fire(subject, event, SYSTEM) for subject, event in iter(lambda: next(_owed(case), None), None)]


def _owed(case: CaseRow) -> Iterator[tuple[Subject, str]]:
    for subject in (*case.tasks, case):
        for event, unmet in options(subject, SYSTEM).items():
            if not unmet:
                yield subject, event
