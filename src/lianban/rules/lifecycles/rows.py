"""The rows that live: which facts hold. A guard is a documented method; its docstring is said when it does not hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from statemachine import State

from lianban.rules.actors import HOLDER, SYSTEM, Actor, Role
from lianban.rules.lifecycles.charts import CaseLife, LifeType, TaskLife, table

ROLES = frozenset(
    {"clerk", "officer", "system", "applicants_side", "office", "sides", "deliverer", "taker", "arranging", "surveying"}
    | {"supervising", "unit", "rater"}
    | {"centre", "leading_unit", "handlers", "overseer", "government", "asker"}
    | {"caller"}
    | {"appellant", "convener", "seated"}
    | {"leading", "carrying"}
)
ENTRIES = frozenset(
    {
        "complete",
        "presentable",
        "supplied",
        "explained",
        "wished",
        "handed_over",
        "colleague",
        "evidenced",
        "reasoned",
        "grounded",
        "composed",
        "outside",
        "vacant",
        "categorised",
        "channelled",
        "addressed",
        "worded",
        "caused",
    }
)
"""Facts that the request itself brings (what is typed in the form of the button): they never grey a button."""


ROWS: dict[LifeType, type[Subject]] = {}
"""Each life with its row, in the order of their definition."""


@dataclass
class Subject:
    """A row that lives. Its guards are pure, total methods of the actor."""

    id: str
    state: str
    region: str
    life: ClassVar[LifeType]

    def __init_subclass__(cls) -> None:
        """The chart of a row knows whose sentences it speaks."""
        ROWS[cls.life] = cls

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

    def rectified(self, actor: Actor) -> bool:
        """现场勘查要求整改，请复查整改情况并登记，复查合格后才能准予"""
        return self.survey != "pass_with_rectification"

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

    def deliverer(self, actor: Actor) -> bool:
        """只有综合窗口、凭码取件的申请人或者系统（公告期满）可以完成送达"""
        return actor in (HOLDER, SYSTEM) or self.clerk(actor)

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
