"""How a case stands, told to the applicant: in plain words, with what to do next and by when."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from lianban.casework.clocks import ClockView
from lianban.casework.progress import Held
from lianban.rules.notices.parts import day

HEADLINES = {
    "decided": {
        "granted": "全部事项已经办好，请到综合窗口领取结果。",
        "partial": "事项已经办完，其中一部分没有办成。请到综合窗口领取已办成的结果。",
        "refused": "申请的事项没有办成，请到综合窗口领取决定书，上面写明了理由和救济途径。",
    },
    "delivered": {"": "结果已经送达，窗口正在办理办结手续。"},
    "closed": {"": "已经办结。"},
    "not_accepted": {"": "申请没有受理。"},
    "turned": {"": "已转为单项办理。"},
    "withdrawn": {"": "申请已经撤回。"},
    "given_up": {"": "没有在期限内补正，视为放弃申请。"},
    "returned": {"": "申请已经退回。"},
}
NEXT = {
    "not_accepted": "理由、应当向谁申请和救济途径写在《不予受理通知书》里，可以在下面下载。",
    "turned": "每个事项到哪里办、带什么材料，写在《转单项办理告知书》里，可以在下面下载。",
    "withdrawn": "以后需要办理，可以重新申请。",
    "given_up": "备齐材料后可以重新申请，已经交过的材料可以到综合窗口取回。",
    "returned": "备齐材料后可以重新申请，已经交过的材料可以到综合窗口取回。",
}
"""What follows once a case has come to its end without a decision."""

ON_THE_WAY = "事项已经办完，结果正在送达途中，下面写着在哪里。"
OTHERWISE = "已经办完，请到综合窗口领取结果。"


def headline(state: str, outcome: str, *, supplied: bool, gaps: int, done: int, items: int, away: bool = False) -> str:
    """The one sentence at the top. `gaps` are still open, `done` of `items` are through; `away`: on their way."""
    match state:
        case "decided" if away:
            return ON_THE_WAY
        case "received":
            return f"{'补正的内容' if supplied else '申请材料'}已经收到，正在核对。"
        case "correcting":
            return f"还有 {gaps} 项内容需要补正。" if gaps else "需要补正的内容都齐了，请确认提交。"
        case "processing":
            return f"正在办理，{items} 个事项已办完 {done} 个。"
        case _:
            found = HEADLINES[state]
            return found.get(outcome) or found.get("") or OTHERWISE


def next_step(state: str, clock: ClockView | None, *, online: bool) -> str:
    """What to do now and by when; "" where nothing is to be done. `clock` is the limit that runs."""
    until = f"{moment(clock.due)} 前{'（暂定）' if clock.provisional else ''}" if clock else ""
    match state:
        case "received":
            return (
                f"我们{f'在 {until}' if until else ''}答复您是否受理，或者一次告知需要补正的全部内容；"
                "到时没有告知的，自收到材料之日起就算受理。现在不用您做什么。"
            )
        case "correcting":
            way = "可以在网上补正，也可以到综合窗口办理或者邮寄。" if online else "请到综合窗口办理或者邮寄。"
            if clock and clock.remaining and clock.remaining.tone == "red":
                return f"补正的期限 {moment(clock.due)} 已经过了；窗口还没有处理的，仍然可以补正，请尽快。{way}"
            return f"{f'请在 {until}补齐。' if until else '请尽快补齐。'}{way}"
        case _:
            return NEXT.get(state, "")


def sentence(held: Held, task_id: UUID, department: str, today: date) -> str:
    """How one item stands."""
    life, task = held.lives[task_id], held.tasks[task_id]
    match life.state:
        case "waiting":
            before = "”“".join(held.item(t.item).name for t in life.after if t.state != "granted")
            return f"等“{before}”办好后自动开始办理。"
        case "dispatched":
            return f"已送到{department}，等待签收。"
        case "reviewing" if life.gap_open:
            return f"{department}正在审查，先受理、后补交的材料补齐以后才能作出决定。"
        case "reviewing" if life.needs_survey and not life.survey:
            return f"{department}正在审查，还要到现场核查。"
        case "reviewing" if life.survey not in ("", "pass") and task["rectify_by"]:
            until = day(task["rectify_by"])
            if today > task["rectify_by"]:
                return f"现场勘查要求在 {until}前整改，期限已过。整改好了请马上告诉{department}，复查合格以后才能批准。"
            return f"现场勘查发现的问题请在 {until}前整改完毕，届时{department}复查，合格以后才能批准。"
        case "reviewing":
            return f"{department}正在审查。"
        case "granted" if task["verification"] == "revoked":
            return f"承诺不实，{department}已经撤销。理由和救济途径写在撤销决定书里。"
        case "granted" if task["verification"]:
            return f"已经办好（以告知承诺方式作出，{department}会在之后核查）。"
        case "granted":
            return "已经办好。"
        case "refused":
            return "没有批准。理由和救济途径写在决定书里。"
        case "withdrawn":
            return "已按您的申请撤回。"
        case _:
            return str(task["reason"])


def moment(at: datetime) -> str:
    """2026年11月9日 17:00."""
    return f"{day(at.date())} {at:%H:%M}"
