"""The words of a deadline passport: which limit, by which article, from when, how it is counted, by which calendar.

R-T1 to R-T9 (民法典 201–203; 行政许可法 42, 45, 82). And the printable strip, 时限说明: it explains a date, decides
nothing and is no issued paper, so it has neither number nor seal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta

from lianban.rules.calendar import Calendar
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.clock import Due, History, shanghai
from lianban.rules.composer import limit_text
from lianban.rules.notices.parts import day, moment
from lianban.rules.policy import Policy
from lianban.rules.strip import Square, Strip

STARTS = {
    "bundle": "自受理之日起算",
    "joint": "自受理之日起算（行政许可法第四十二条第二款）",
    "committed": "自受理之日起算",
    "statutory": "自受理之日起算（行政许可法第四十二条）",
    "correction": "自收到申请材料之日起算（行政许可法第三十二条第一款第四项）",
    "answer": "自补正告知书送达之日起算",
    "claim": "自任务派发之时起算",
    "appointment": "自任务派发之时或者上一次勘查没有进行之时起算",
    "survey": "自任务派发之时起算",
    "delivery": "自作出决定之日起算（行政许可法第四十四条）",
    "tolerance": "自申请人作出补齐承诺之日起算",
    "verification": "自作出决定之日起算",
    "cabinet": "自放入自助取件柜之时起算",
    "notice": "自发出公告之日起算（参照民事诉讼法第九十五条）",
    "hearing": "自被告知听证权利之日起算（行政许可法第四十七条）",
    "hearing_held": "自收到第一份听证申请之日起算（行政许可法第四十七条）",
}
"""From when a clock of a kind runs."""

MAIL_COUNTS = {
    "arrived": "邮寄的，到邮件回执上的收件日期为止，回执上的日期就是送达日期（参照民事诉讼法第九十一条）",
    "sent": "邮寄的，到交寄之时为止（参照民事诉讼法第八十五条，本地规定）；送达日期仍是邮件回执上的收件日期",
}
CABINET_COUNTS = {
    "taken": "自助取件柜的，到凭码取走之时为止",
    "placed": "自助取件柜的，到放入并通知之时为止（本地规定）；送达日期仍是取走之时",
}
NOTICE_COUNTS = {
    "published": "公告送达的，到发出公告之时为止（本地规定）；"
    "送达日期是三十日期满之日的次日（参照民事诉讼法第九十五条）",
    "passed": "公告送达的，到三十日公告期满为止，期满之日的次日为送达日期（参照民事诉讼法第九十五条）",
}

RUN = 3
"""Days from one to the next that still read as one stretch: a weekend lies between."""

CLOSING = "最后一日到停止业务活动（下班）的时间为止（民法典第二百零三条第二款）。"
FIRST = "开始的当日不计入，自下一日开始计算（民法典第二百零一条第一款）。"
FIRST_COUNTS = "按照本地规定，开始的当日计入期限。"
ROLLS = "最后一日是法定休假日的，以休假日结束的次日为最后一日（民法典第二百零三条第一款）。"
PAUSES = "依法需要听证、检验、鉴定、专家评审等，书面告知了所需时间的，这段时间不计入（行政许可法第四十五条）。"
HOURS = "按照小时计算的，自规定的时刻开始计算（民法典第二百零一条第二款）"
COUNTING = {
    Unit.WORKING_DAYS: ("期限以工作日计算，不含法定节假日和周末，调休上班的日子计入（行政许可法第八十二条）。",),
    Unit.NATURAL_DAYS: ("期限按日历上的日子连续计算，节假日也计入。",),
    Unit.MONTHS: ("到期月的对应日为最后一日；没有对应日的，月末日为最后一日（民法典第二百零二条）。",),
    Unit.OFFICE_HOURS: (f"{HOURS}；只计办公时间，下班、周末和节假日不计。",),
    Unit.HOURS: (f"{HOURS}，昼夜连续计算。",),
    Unit.ON_THE_SPOT: ("当场办结，最迟到当日下班；已经下班的，到下一个工作日下班。",),
}
PROVISIONAL = (
    "这个日期是暂定的：它涉及的{years}，国务院办公厅还没有公布放假安排，先按周末和法定节日推算。"
    "公布以后重新计算；已经告知的日期只会提前，不会因此推迟（申请人自己的期限相反，只会推迟）。"
)


@dataclass(frozen=True, slots=True)
class Source:
    """A document the calendar of a passport rests on: the yearly notice, or a region's own order."""

    name: str
    firm: bool = True


@dataclass(frozen=True, slots=True)
class Turn:
    """A moment at which the date was set or moved: what happened, by which notice, and the date from then on.

    Without `due` nobody kept what the calendar of that time gave.
    """

    at: datetime
    words: str
    paper: str
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Beside:
    """One of the two limits that stand side by side; `due` is what was told. Without a `clock` there is none."""

    clock: str
    name: str
    limit: str
    due: datetime | None
    computed: datetime | None
    provisional: bool
    here: bool


def whole_limit(history: History) -> str:
    """The limit with what was added to it: “20 个工作日，延长 10 个工作日”."""
    return "，延长 ".join([limit_text(history.limit), *(limit_text(e.limit) for e in history.extensions)])


def limit_words(amount: int, unit: str) -> str:
    """A limit as rows keep it, in words."""
    return limit_text(Limit(amount, Unit(unit)))


def span(since: datetime, until: datetime) -> str:
    """A stretch of time in words; one from midnight to midnight as its days, both included."""
    if since.time() == until.time() == time():
        last = until.date() - timedelta(days=1)
        return day(since.date()) if last == since.date() else f"{day(since.date())}至{day(last)}"
    return f"{moment(since)}至{moment(until)}"


def delivery_rule(policy: Policy) -> str:
    """Which moment ends the ten working days, way by way (行政许可法 44): what a return sets going again."""
    ways = (
        "当面签收、代收、留置的，到送达之时为止；电子送达的，到文书到达受送达人查询页面之时为止（参照民事诉讼法第九十条）",
        MAIL_COUNTS[policy.mail_counts],
        CABINET_COUNTS[policy.cabinet_counts],
        NOTICE_COUNTS[policy.notice_counts],
    )
    return f"送达时限：{'；'.join(ways)}。退回、逾期未取的，时限继续计算。"


def rules_of(history: History) -> tuple[str, ...]:
    """How this clock is counted, sentence by sentence with the articles."""
    unit = history.limit.unit
    sentences = list(COUNTING[unit])
    if unit in (Unit.WORKING_DAYS, Unit.NATURAL_DAYS, Unit.MONTHS):
        sentences.append(FIRST_COUNTS if history.first_day_counts else FIRST)
        if unit is not Unit.WORKING_DAYS:
            sentences.append(ROLLS)
        sentences.append(CLOSING)
    if history.pauses:
        sentences.append(PAUSES)
    return tuple(sentences)


def sources(due: Due, history: History, calendar: Calendar) -> tuple[Source, ...]:
    """The documents of the calendar that this date hangs on: each year it touches, and overlays inside it."""
    first, last = shanghai(history.start).date(), due.instant.date()
    found = []
    for year in range(first.year, last.year + 1):
        documents = calendar.documents(year)
        found += [Source(notice.named) for notice in documents] or [Source(f"{year}年放假安排尚未公布", False)]
    for overlay in calendar.overlays:
        if any(first <= each <= last for each in (*overlay.off, *overlay.work)):
            found.append(Source(f"{overlay.name}（{overlay.basis}）" if overlay.basis else overlay.name))
    return tuple(found)


def provisional_note(due: Due, history: History, calendar: Calendar) -> str:
    """Why a date is provisional, "" for a firm one (R-T7)."""
    if not due.provisional:
        return ""
    span = range(shanghai(history.start).year, due.instant.year + 1)
    open_years = [year for year in span if year not in calendar.notices] or [due.instant.year]
    return PROVISIONAL.format(years="、".join(f"{year}年" for year in open_years))


def summary(shown: Strip, history: History, due: Due) -> str:
    """The whole reckoning in one sentence."""
    start, end = shanghai(history.start), f"{day(due.instant.date())} {due.instant:%H:%M}"
    if not shown.budget:
        return f"{day(start.date())} {start:%H:%M} 起算，{whole_limit(history)}，到 {end}。"
    left_out = "、".join(f"{t.reason} {t.days} 天" for t in shown.left_out)
    skipped = f"，不计{left_out}" if left_out else ""
    return f"{day(start.date())}起算，数满 {shown.budget} {shown.unit}{skipped}，到 {end}。"


def progress(shown: Strip, used: int) -> str:
    """How far the days have gone by today; "" for a limit that is none in days."""
    if not shown.budget:
        return ""
    today = next((s for s in shown.squares if s.today), None)
    if today and today.n:
        return f"今天是第 {today.n} 天，共 {shown.budget} 天。"
    return f"到现在用了 {used} 天，共 {shown.budget} 天。"


def paper(
    *,
    authority: str,
    on: date,
    case_number: str,
    bundle: str,
    item: str,
    kind_name: str,
    basis: str,
    start_rule: str,
    history: History,
    due: Due,
    told: datetime,
    calendar: Calendar,
    shown: Strip,
    beside: Sequence[Beside],
    turns: Sequence[Turn],
    address: str,
    earlier: str = "",
    ends: str = "",
) -> dict[str, object]:
    """时限说明: the content for `templates/notices/passport.html`; `earlier` says why what was told is earlier, `ends`
    what stops this clock."""
    return {
        "kind": "passport",
        "title": "时限说明",
        "authority": authority,
        "date": day(on),
        "iso": on.isoformat(),
        "case_number": case_number,
        "bundle": bundle,
        "item": item,
        "name": kind_name,
        "limit": whole_limit(history).replace(" ", ""),
        "basis": basis,
        "start": moment(shanghai(history.start)),
        "start_rule": start_rule,
        "told": moment(told),
        "computed": moment(due.instant),
        "earlier": earlier,
        "provisional": due.provisional,
        "provisional_note": provisional_note(due, history, calendar),
        "summary": summary(shown, history, due),
        "rules": [*rules_of(history), *([ends] if ends else [])],
        "calendar": due.calendar,
        "sources": [asdict(source) for source in sources(due, history, calendar)],
        "beside": [
            {
                "name": one.name,
                "limit": one.limit.replace(" ", ""),
                "due": moment(one.due) if one.due else "尚未起算",
                "provisional": one.provisional,
            }
            for one in beside
        ],
        "weeks": _weeks(shown),
        "legend": [{"kind": kind, "words": words} for kind, words in shown.legend],
        "notes": list(notes(shown)),
        "lines": [
            {
                "since": moment(line.since),
                "until": moment(line.until),
                "minutes": line.minutes,
                "total": line.total,
                "reason": line.reason,
            }
            for line in shown.lines
        ],
        "hours": history.limit.unit in (Unit.HOURS, Unit.OFFICE_HOURS),
        "turns": [
            {
                "at": f"{t.at:%Y-%m-%d %H:%M}",
                "words": t.words,
                "due": f"{t.due:%Y-%m-%d %H:%M}" if t.due else "—",
                "paper": t.paper,
            }
            for t in turns
        ],
        "qr": address,
    }


def notes(shown: Strip) -> Iterator[str]:
    """What is not plain from the squares, neighbours with one reason together: 10月1日至7日，国庆节."""
    told = [s for s in shown.squares if s.kind in ("holiday", "paused", "makeup", "other") or s.extended]
    runs: list[list[Square]] = []
    for one in told:
        # A rest day in between does not end what is told of the days around it.
        near = runs and (one.date - runs[-1][-1].date).days <= RUN
        if near and (runs[-1][-1].kind, runs[-1][-1].why) == (one.kind, one.why):
            runs[-1].append(one)
        else:
            runs.append([one])
    for run in runs:
        first, last = run[0].date, run[-1].date
        until = "" if first == last else f"至{'' if first.month == last.month else f'{last.month}月'}{last.day}日"
        why = f"{run[0].why}，计入" if run[0].kind == "makeup" else run[0].why
        yield f"{first.month}月{first.day}日{until}，{why}"


def _weeks(shown: Strip) -> list[list[dict[str, object] | None]]:
    """All days in one run of weeks from Monday to Sunday, which takes less paper than months; None is no day of it."""
    if not shown.squares:
        return []
    before: list[Square | None] = [None] * shown.squares[0].date.weekday()
    run = [*before, *shown.squares]
    run += [None] * (-len(run) % 7)
    return [[_cell(square) for square in run[n : n + 7]] for n in range(0, len(run), 7)]


def _cell(square: Square | None) -> dict[str, object] | None:
    if square is None:
        return None
    on = square.date
    named = square.kind == "start" or on.day == 1
    return {
        "day": f"{on.month}月{on.day}日" if named else str(on.day),
        "kind": square.kind,
        "mark": square.mark,
        "last": square.last,
    }
