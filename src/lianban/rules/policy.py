"""What a region decides where the law leaves it open (domain I): each with its default and where that comes from.

A policy is a plain value. Whatever is not verified stands here and nowhere else in the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from lianban import errors
from lianban.rules.catalog import reading
from lianban.rules.catalog.loading import SHIPPED
from lianban.rules.catalog.reading import Faults
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.clock import Thresholds
from lianban.rules.messages.timing import clock_time

UNITS = {
    "个工作日": Unit.WORKING_DAYS,
    "个工作小时": Unit.OFFICE_HOURS,
    "小时": Unit.HOURS,
    "个自然日": Unit.NATURAL_DAYS,
    "个月": Unit.MONTHS,
}


@dataclass(frozen=True, slots=True)
class Policy:
    """The choices of one region. Limits are written like in the catalogue: "5wd", "4wh"."""

    first_day_counts: bool = False
    answer: str = "15wd"
    answer_over: str = "return"
    correction_rounds: int = 2
    online_answers: bool = True
    claim: str = "1wd"
    appointment: str = "1wd"
    survey: str = "3wd"
    survey_changes: int = 2
    tolerance: str = "5wd"
    tolerance_over: str = "terminate"
    verification: str = "20wd"
    rectification: str = "10wd"
    extension_moves_commitment: bool = True
    published_procedures_stop_commitment: bool = True
    blue: int = 50
    yellow: int = 90
    yellow_days_left: int = 1
    short_yellow: int = 75
    four_eyes_refusal: bool = False
    opinion_needs_text: bool = False
    second_language: str = ""
    cabinet: str = "5d"
    mail_counts: str = "arrived"
    cabinet_counts: str = "taken"
    notice_counts: str = "published"
    quiet_from: str = "21:00"
    quiet_until: str = "08:00"
    rating_open: str = "30d"
    rating_supplement: str = "30d"
    rating_named: bool = False
    rating_default: bool = False
    rating_default_after: str = "7d"
    rating_flood: int = 10
    negative_verify: str = "1wd"
    negative_accept: str = "1wd"
    negative_simple: str = "5wd"
    negative_complex: str = "15wd"
    negative_extension: str = "5wd"
    negative_hops: int = 2
    negative_reply: str = "1wd"
    negative_rerate: str = "5wd"
    negative_write_off: str = "3wd"
    matter_up: str = "2wd"
    appeal: str = "3wd"
    appeal_decision: str = "5wd"
    panel_size: int = 3
    small_cell: int = 5
    cluster: int = 3
    cluster_days: str = "30d"
    offender: int = 3
    campaign: str = "20wd"
    difficulty_triage: str = "4wh"
    difficulty_simple: str = "8wh"
    difficulty_answer: str = "5wd"
    difficulty_hard: str = "10wd"
    difficulty_coordinate: str = "4wh"
    difficulty_opinion: str = "15wd"
    difficulty_twins: int = 7
    callback_share: int = 10
    callback_attempts: int = 3
    callback: str = "3wd"
    upward_within: str = "1wd"

    def limit(self, name: str) -> Limit:
        """The limit of a field that is one."""
        return parse_limit(str(getattr(self, name)))

    @property
    def thresholds(self) -> Thresholds:
        """When cards are raised."""
        return Thresholds(self.blue / 100, self.yellow / 100, self.yellow_days_left, self.short_yellow / 100)


@dataclass(frozen=True, slots=True)
class Choice:
    """One field of the policy as a person reads it: `source` says where the default comes from."""

    label: str
    help: str
    source: str
    options: tuple[tuple[str, str], ...] = ()


LANGUAGES = (("", "只用中文"), ("ko", "中文和朝鲜文"))
DEFAULTS = Policy()
UNVERIFIED = "法律没有规定，未核实，由本地确定"
CHOICES = {
    "first_day_counts": Choice(
        "起算当日是否计入", "选“是”后，期限从起算当日开始计算。", "民法典第二百零一条：开始的当日不计入（默认）"
    ),
    "answer": Choice("申请人补正的期限", "补正告知书上写明的答复期限。", UNVERIFIED),
    "answer_over": Choice(
        "逾期不补正怎样处理",
        "行政许可法没有规定逾期不补正的后果，默认由窗口人员核实后退件。",
        UNVERIFIED,
        (("return", "由窗口退件"), ("lapse", "期满自动视为放弃"), ("wait", "继续等待，不处理")),
    ),
    "correction_rounds": Choice(
        "最多告知补正几次",
        "第二次只能针对新补交的材料；对原有问题再次告知一律不行。",
        "行政许可法第三十二条；次数未核实",
    ),
    "online_answers": Choice("申请人可以在网上补正", "凭办件编号和查询码上传材料、修改指定的字段。", "本系统的建议"),
    "claim": Choice("签收的期限", "任务派发后，部门应当在这段时间内签收。", UNVERIFIED),
    "appointment": Choice("约定现场勘查的期限", "需要现场勘查的任务派发后，应当在这段时间内约好时间。", UNVERIFIED),
    "survey": Choice(
        "进行现场勘查的期限",
        "从任务派发起算；法律、法规对检查期限另有规定的，从其规定。现场勘查不停止法定时限和承诺时限。",
        UNVERIFIED,
    ),
    "survey_changes": Choice("一次现场勘查最多改期几次", "包括申请人希望改期、部门和窗口改期。", UNVERIFIED),
    "tolerance": Choice(
        "容缺材料补齐的最长期限", "不超过所涉事项的承诺时限；取两者中较短的。", "容缺受理办法（各地）：不超过承诺时限"
    ),
    "tolerance_over": Choice(
        "容缺材料逾期未补怎样处理",
        "申请人在承诺书里已经知悉后果。",
        "容缺受理办法（各地）：终止办理",
        (("terminate", "期满自动终止相关事项"), ("wait", "由窗口核实后终止")),
    ),
    "verification": Choice("告知承诺的核查期限", "作出决定后，部门应当在这段时间内核查承诺是否属实。", UNVERIFIED),
    "rectification": Choice("承诺不实时责令改正的期限", "逾期不改的撤销许可。", UNVERIFIED),
    "extension_moves_commitment": Choice(
        "依法延期时承诺时限一并顺延", "选“否”时只延长法定时限，承诺时限照旧。", "本系统的建议；顺延后仍不超过法定时限"
    ),
    "published_procedures_stop_commitment": Choice(
        "指南公布的其他特别程序可以暂停承诺时限",
        "例如现场考察。只暂停承诺时限，不暂停法定时限，并且标明。",
        "行政许可法第四十五条之外，各地指南公布",
    ),
    "blue": Choice("蓝牌提示（已用百分比）", "", "本系统的建议"),
    "yellow": Choice("黄牌（已用百分比）", "与“剩余工作日”比较，取较早的时刻。", "榆林等地：90%"),
    "yellow_days_left": Choice("黄牌（剩余工作日）", "", "各地：到期前 1 个工作日"),
    "short_yellow": Choice("一天以内的时限，黄牌（已用百分比）", "按分钟计算。", "本系统的建议"),
    "second_language": Choice(
        "文书和告知单的第二种文字",
        "一次性告知单、文书和进度页同时印中文和这种文字；译文只来自目录的对照表，没有译文的只印中文。已出具的文书不变。",
        "民族区域自治法第二十一条；由本地确定",
        LANGUAGES,
    ),
    "four_eyes_refusal": Choice(
        "不予决定须由另一人复核",
        "选“是”后，签收人要先把任务转交给另一位审批人员，由他复核后作出不予决定。",
        "双人复核；本系统的建议",
    ),
    "opinion_needs_text": Choice(
        "审查意见只写“同意”的不能决定",
        "选“是”后，准予时的审查意见必须写明审查了什么、是否符合条件；选“否”时照样可以决定，页面上标出不足。",
        "案卷评查标准（各地）：审查意见只有“同意”或者只有签名的扣分",
    ),
    "cabinet": Choice("自助取件柜的保管期限", "到期没有取的，退回窗口。", UNVERIFIED),
    "mail_counts": Choice(
        "邮寄的，哪一刻停止计算十个工作日的送达时限",
        "送达日期总是邮件回执上的收件日期（民事诉讼法第九十一条）；这里只决定送达时限算到哪一刻。",
        "行政许可法第四十四条写的是“送达”；交寄即可是否可以参照民事诉讼法第八十五条（期满前交邮的，不算过期），未核实",
        (("arrived", "收件人签收之日"), ("sent", "交寄之时")),
    ),
    "cabinet_counts": Choice(
        "放入自助取件柜的，哪一刻停止计算送达时限",
        "送达日期总是凭码取走的那一刻。",
        UNVERIFIED,
        (("taken", "凭码取走之时"), ("placed", "放入并通知之时")),
    ),
    "notice_counts": Choice(
        "公告送达的，哪一刻停止计算送达时限",
        "送达日期总是三十日公告期满之日的次日（民事诉讼法第九十五条）；公告期间长于十个工作日。",
        "公告期间是否计入行政许可法第四十四条的期限，未核实",
        (("published", "发出公告之时"), ("passed", "公告期满之时")),
    ),
    "quiet_from": Choice(
        "短信免打扰开始的时刻", "这段时间里产生的短信留到免打扰结束再发；进度页面照常立即更新。", UNVERIFIED
    ),
    "quiet_until": Choice("短信免打扰结束的时刻", "两个时刻相同，就是不设免打扰。", UNVERIFIED),
    "rating_open": Choice("可以评价的期限", "从服务完成起算；过期的二维码和链接不能再评价。", UNVERIFIED),
    "rating_supplement": Choice("可以补充评价的期限", "从评价起算：补充文字、图片，等次不变。", "山西等地：可以补评"),
    "rating_named": Choice("评价必须实名", "选“否”时可以匿名。", "广东：实名；其他地方可以匿名（R-HCP-5）"),
    "rating_default": Choice(
        "超过一定时间没有评价的，记一条默认评价",
        "默认评价单独列出，从不计入群众评价和任何比率。",
        "广东：七个自然日未评价默认“基本满意”；本系统默认不开（R-HCP-4）",
    ),
    "rating_default_after": Choice("多久没有评价记默认评价", "", "广东：七个自然日"),
    "rating_flood": Choice(
        "同一来源每小时的评价超过多少条单独列出", "超过的评价照样保存，单独列出待核实，不直接计入。", UNVERIFIED
    ),
    "negative_verify": Choice("差评核实的期限", "", "一个工作日，未核实，由本地确定（R-HCP-7）"),
    "negative_accept": Choice("接收转办的期限", "部门应当在这段时间内接收或者说明理由转出。", UNVERIFIED),
    "negative_simple": Choice("简单差评整改的期限", "", "德州：五个工作日（R-HCP-7）"),
    "negative_complex": Choice("复杂差评整改的期限", "", "四川某市：十五个工作日（R-HCP-7）"),
    "negative_extension": Choice("差评整改最多延长", "只能延长一次，须说明理由。", UNVERIFIED),
    "negative_hops": Choice("差评最多转出几次", "不超过两次；第三次要转出的，由监督员指定承办单位。", "本系统的建议"),
    "negative_reply": Choice("整改后答复评价人的期限", "", UNVERIFIED),
    "negative_rerate": Choice("等待评价人回评的期限", "期满没有回评的，由监督员核实后销号。", UNVERIFIED),
    "negative_write_off": Choice("回评后核实销号的期限", "实名差评在这段时间内完成回访。", UNVERIFIED),
    "matter_up": Choice("逾期多久以后再上报一级", "整改、诉求等逾期先报监督员，再逾期报政府负责人。", UNVERIFIED),
    "appeal": Choice("差评申诉的期限", "从收到转办起算。", "三个工作日，本系统的建议（R-HCP-8）"),
    "appeal_decision": Choice("评审小组作出结论的期限", "", UNVERIFIED),
    "panel_size": Choice(
        "评审小组的最少人数", "必须是单数，不少于三人，被评价单位的人不能参加。", "本系统的建议（R-HCP-8）"
    ),
    "small_cell": Choice("公开表中少于多少条的数字不显示", "防止从很小的数字认出评价人。", "本系统的建议"),
    "cluster": Choice("同一原因的差评达到多少条，提示专项整改", "", UNVERIFIED),
    "cluster_days": Choice("统计同一原因差评的时间范围", "", UNVERIFIED),
    "offender": Choice("同一对象的有效差评达到多少条，报上一级", "与上一项相同的时间范围内。", UNVERIFIED),
    "campaign": Choice("专项整改的期限", "", UNVERIFIED),
    "difficulty_triage": Choice("诉求分类派发的期限", "", UNVERIFIED),
    "difficulty_simple": Choice("一般简单诉求的期限", "即收即转即办；这里是亮牌提示的时间。", "龙井：即收即转即办"),
    "difficulty_answer": Choice("“办不了”“不给办”的反馈期限", "", "龙井：五个工作日"),
    "difficulty_hard": Choice("“很难办”的反馈期限", "", "龙井：十个工作日"),
    "difficulty_coordinate": Choice("“协调办”转出并告知原因和进展的期限", "", "龙井：即收即转"),
    "difficulty_opinion": Choice("“协调办”形成处理意见的期限", "", "江苏（试行）：复杂的十五个工作日"),
    "difficulty_twins": Choice("几天内同一人同一办件同一问题算重复", "重复的并入原诉求，不另立。", "本系统的建议"),
    "callback_share": Choice(
        "每天回访办结办件的比例（百分比）", "不能低于 10%；按窗口分层，向上取整。", "安康：每日不低于 10%"
    ),
    "callback_attempts": Choice("回访最多拨打几次", "应当在不同的时段。", "本系统的建议"),
    "callback": Choice("回访的期限", "", UNVERIFIED),
    "upward_within": Choice("评价数据上报的期限", "在这段时间内上报并被接收的算及时。", UNVERIFIED),
}
"""A test holds that every field of the policy has its words."""


def parse_limit(text: str) -> Limit:
    """ "5wd" as a limit. Raises Invalid."""
    digits, unit = text.strip().rstrip("wdhm"), text.strip().lstrip("0123456789")
    try:
        limit = Limit(int(digits), Unit(unit))
    except ValueError:
        limit = Limit(0, Unit.ON_THE_SPOT)
    if not 0 < limit.amount <= 400 or limit.unit is Unit.ON_THE_SPOT:
        raise errors.Invalid(f"“{text}”不是时限，请填写 1 到 400 的整数，并选择工作日、工作小时、小时、自然日或者月。")
    return limit


@cache
def shipped(region: str, root: Path = SHIPPED) -> Policy:
    """What a region has before it decides anything: `policy.yaml` of its catalogue folder, else the defaults.

    Read once in each process. Raises CatalogueFaults, or Invalid with the fields.
    """
    path = root / region / "policy.yaml"
    if not region.isdigit() or not path.is_file():
        return DEFAULTS
    faults = Faults()
    entry = reading.read(path, faults, f"{region}/policy.yaml")
    found = {name: part.text() for name, part in entry.pairs()} if entry else {}
    faults.stop()
    return read(found)


def read(content: Mapping[str, Any], base: Policy | None = None) -> Policy:
    """The policy from what was kept or typed: field → text, number or yes/no; fields left out are those of `base`, by
    default the general ones. Raises Invalid with the fields."""
    known = {f.name: f for f in fields(Policy)}
    taken: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, value in content.items():
        if name not in known:
            wrong[name] = "没有这个设置项。"
            continue
        try:
            taken[name] = _value(name, value)
        except errors.Invalid as refusal:
            wrong[name] = refusal.sentence
    if wrong:
        raise errors.Invalid("有的设置不能使用，请按提示修改。", wrong)
    return replace(base or DEFAULTS, **taken)


def content(policy: Policy, base: Policy = DEFAULTS) -> dict[str, Any]:
    """The policy as it is kept: only what differs from what the region has without deciding anything."""
    return {name: value for name, value in asdict(policy).items() if value != getattr(base, name)}


PERCENTAGES = frozenset({"blue", "yellow", "short_yellow"})
RANGES = {
    "correction_rounds": (1, 5),
    "panel_size": (3, 15),
    "small_cell": (2, 100),
    "callback_share": (10, 100),
    "callback_attempts": (1, 9),
    "rating_flood": (1, 1000),
    "negative_hops": (0, 2),
    "cluster": (2, 100),
    "offender": (2, 100),
}
"""Whole numbers that may not be just anything from 0 to 30."""
TIMES = frozenset({"quiet_from", "quiet_until"})


def _value(name: str, value: Any) -> Any:
    default, options = getattr(DEFAULTS, name), CHOICES[name].options
    if isinstance(default, bool):
        if value in (True, "yes", "on", "是"):
            return True
        if value in (False, "no", "", "否"):
            return False
        raise errors.Invalid("请选择“是”或“否”。")
    if options:
        if value not in dict(options):
            raise errors.Invalid(f"请选择：{'、'.join(label for _, label in options)}。")
        return value
    if isinstance(default, int):
        low, high = (1, 100) if name in PERCENTAGES else RANGES.get(name, (0, 30))
        if not str(value).strip().isdecimal() or not low <= int(value) <= high:
            raise errors.Invalid(f"请填写 {low} 到 {high} 之间的整数。")
        return int(value)
    if name in TIMES:
        return f"{clock_time(str(value).strip()):%H:%M}"
    parse_limit(str(value))
    return str(value).strip()
