"""The charts of cases and tasks: what may follow what, and the names of the guards that must hold."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple, TypeAlias

from statemachine import Event, State, StateChart


class Life(StateChart[Any]):
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
    deliver = Event(decided.to(delivered, cond=["deliverer", "handed_over"]), name="送达")
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
        reviewing.to(
            granted, cond=["officer", "holder", "surveyed", "passed", "rectified", "made_up", "heard", "evidenced"]
        ),
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


LifeType: TypeAlias = type[Life]


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
