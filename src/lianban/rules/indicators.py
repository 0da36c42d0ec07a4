"""The indicators (domain C5): what each divides by what, in words, and how departments are ranked by them.

Data, not code: an indicator is two counts with names, the rule it comes from, and which way is better. The counts are
made in `oversight.indicators`; whatever is counted can be listed. Rates are cut off, never rounded (R-HCP-11).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lianban.rules.ratings.rates import NOTHING, percent

WHOLE = "*"
"""Stands for all departments together."""

INCONSISTENT = "数据不一致"

COUNTS = {
    "points_able": "期末能够接收评价的评价点",
    "points": "期末应当能够接收评价的评价点（窗口、事项、渠道；没有登记评价点的窗口和事项也计入）",
    "rated": "其中由群众本人作出评价的（不含默认评价，以及单独列出待核实的和核实无效的）",
    "occasions": "期内产生的评价机会（现场服务、网上事项，每次服务一个）",
    "good": "其中非常满意、满意、基本满意的",
    "valid": "期内有效的群众评价（不含默认、单独列出、认定无效的和监督查评）",
    "bad": "其中不满意、非常不满意的",
    "negatives": "期内的群众差评（含后来认定无效的）",
    "invalid": "其中经评审或核实认定无效的",
    "appealed": "其中提出申诉的",
    "negatives_settled": "其中已经销号、并且已经答复评价人的",
    "negatives_due": "期内到期或者办结的差评整改（单独列出待核实的和认定无效的除外）",
    "rectified_in_time": "其中在期限内完成整改的",
    "rectify_due": "期内到期或者完成的差评整改期限",
    "named_called": "其中已经回访的（打通，或者按规定次数未打通）",
    "named": "期内提交的实名差评（认定无效的除外）",
    "sampled_called": "其中已经回访的（按规定次数没有联系上的不算）",
    "sampled": "期内抽中回访的办结办件",
    "drawn": "其中抽中回访的",
    "drawable": "期内参加每日抽样的办结办件",
    "reported_in_time": "其中在规定时间内上报并被接收、对账一致的",
    "reports": "期内评价应当上报的数据（期限已到或者已经接收的）",
    "tasks_closed": "其中已经作出决定的",
    "tasks_accepted": "期内受理并派发的事项",
    "decided_in_time": "其中在承诺时限内作出决定的",
    "decided_early": "其中比承诺期限提前一天以上的",
    "decided_on_the_spot": "其中即办件",
    "tasks_decided": "期内作出决定的事项",
    "days_saved": "承诺时限比法定时限少的工作日（合计）",
    "days_statutory": "期内受理事项的法定时限（工作日合计，只计两种时限都以工作日计的）",
    "corrected_once": "其中只告知一次的",
    "corrected": "期内第一次告知补正的办件",
    "reduced_papers": "少交的材料（份，合计）",
    "papers": "逐项单独办理需要交的材料（份，合计）",
    "reduced_fields": "少填的内容（项，合计）",
    "fields": "逐项单独办理需要填的内容（项，合计）",
    "reduced_trips": "少跑的次数（合计）",
    "trips": "逐项单独办理需要跑的次数（合计）",
    "reduced_days": "少等的工作日（合计）",
    "days": "逐项单独办理的承诺时限（工作日合计）",
    "requests_solved": "其中已经办结并且解决的（回访不满意的不算）",
    "requests": "期内登记的诉求（不含不属于受理范围的）",
}
"""What is counted, by name. "其中" is part of what the other count of the indicator counts."""

GROUPS = {
    "four": "四项通报指标",
    "ratings": "评价",
    "negatives": "差评处置",
    "callbacks": "回访",
    "cases": "办件",
    "reductions": "四减",
    "requests": "有事您说话",
}


@dataclass(frozen=True, slots=True)
class Indicator:
    """`part` of `whole`, both names of COUNTS; `better` is 1 when more is better, -1 when less, 0 when neither."""

    id: str
    name: str
    group: str
    part: str
    whole: str
    source: str
    better: int = 1


_S0 = "江都“好差评”月通报四项指标"
_ALL = (
    Indicator("coverage", "评价范围覆盖率", "four", "points_able", "points", f"{_S0}；国办发〔2019〕51号：全覆盖"),
    Indicator("active", "群众实际评价率", "four", "rated", "occasions", f"{_S0}；默认评价不计入"),
    Indicator("handled", "差评有效处置率", "four", "negatives_settled", "negatives_due", _S0),
    Indicator("upward", "数据汇集及时准确率", "four", "reported_in_time", "reports", _S0),
    Indicator("good", "好评率（满意率）", "ratings", "good", "valid", "国办发〔2019〕51号：后两个等级为差评"),
    Indicator("bad", "差评率", "ratings", "bad", "valid", "国办发〔2019〕51号：后两个等级为差评", -1),
    Indicator("appeals", "申诉率", "negatives", "appealed", "negatives", "GB/T 36113-2018", 0),
    Indicator("invalid", "无效差评率", "negatives", "invalid", "negatives", "烟台：评审小组认定", 0),
    Indicator(
        "in_time", "差评按期整改率", "negatives", "rectified_in_time", "rectify_due", "国办发〔2019〕51号：限期整改"
    ),
    Indicator(
        "named", "实名差评回访率", "callbacks", "named_called", "named", "国办发〔2019〕51号：实名差评百分之百回访"
    ),
    Indicator("callback", "回访率", "callbacks", "sampled_called", "sampled", "安康：每日抽样回访，发现问题即时整改"),
    Indicator("sample", "抽样比例", "callbacks", "drawn", "drawable", "安康：每日不低于办结件的百分之十", 0),
    Indicator("closed", "办结率", "cases", "tasks_closed", "tasks_accepted", "安康：办结率"),
    Indicator("on_time", "按期办结率", "cases", "decided_in_time", "tasks_decided", "优化营商环境条例三十六"),
    Indicator("early", "提前办结率", "cases", "decided_early", "tasks_decided", "安康：承诺件提前办结率"),
    Indicator("spot", "即办件比例", "cases", "decided_on_the_spot", "tasks_decided", "江都：九成即办件", 0),
    Indicator("compressed", "时限压缩比", "cases", "days_saved", "days_statutory", "江都：承诺比法定少两成以上"),
    Indicator("told_once", "一次性告知合规率", "cases", "corrected_once", "corrected", "行政许可法三十二：一次告知"),
    Indicator("less_papers", "减材料", "reductions", "reduced_papers", "papers", "“一件事”四减"),
    Indicator("less_fields", "减环节（填写项）", "reductions", "reduced_fields", "fields", "“一件事”四减"),
    Indicator("less_trips", "减跑动", "reductions", "reduced_trips", "trips", "“一件事”四减"),
    Indicator("less_days", "减时间", "reductions", "reduced_days", "days", "“一件事”四减"),
    Indicator("solved", "诉求解决率", "requests", "requests_solved", "requests", "龙井“有事您说话”"),
)
INDICATORS = {one.id: one for one in _ALL}


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator of a unit in a period, as a fraction and as it is printed."""

    indicator: Indicator
    numerator: int
    denominator: int

    @property
    def text(self) -> str:
        """ "99.99%", cut off; "—" for nothing out of nothing."""
        share, minus = abs(self.numerator), "-" if self.numerator < 0 else ""
        if share > self.denominator:
            # No rate that anybody could explain: the counts beside it say what is wrong.
            return INCONSISTENT
        # More days or papers than before is a finding, and still a rate.
        return minus + percent(share, self.denominator)

    @property
    def value(self) -> Fraction | None:
        """The exact share, None without a base."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None


def figure(id: str, counts: Mapping[str, int]) -> Figure:
    """An indicator from the counts of a unit; what was not counted is nought."""
    one = INDICATORS[id]
    return Figure(one, counts.get(one.part, 0), counts.get(one.whole, 0))


RANKED_BY = ("good", "in_time", "active")
"""What departments are ranked by: the first that tells them apart."""


@dataclass(frozen=True, slots=True)
class Place:
    """A unit in the ranking; equals share a place. `place` is 0 for a unit that has too few ratings to be ranked."""

    department: str
    place: int
    figures: tuple[Figure, ...]


def ranking(units: Mapping[str, Mapping[str, int]], fewest: int) -> tuple[Place, ...]:
    """Units by place, the best first, those with fewer than `fewest` valid ratings at the end without a place.

    A share without a base stands for nothing done wrong: it neither helps nor harms among equals (counted as whole).
    """
    marks = {
        unit: tuple(figure(id, counts) for id in RANKED_BY)
        for unit, counts in units.items()
        if unit != WHOLE and any(counts.get(name, 0) for name in ("valid", "rectify_due", "occasions"))
    }
    ranked = {unit: _key(figures) for unit, figures in marks.items() if figures[0].denominator >= fewest}
    order = sorted(ranked, key=lambda unit: (tuple(-part for part in ranked[unit]), unit))
    places = [Place(unit, 1 + sum(ranked[other] > ranked[unit] for other in ranked), marks[unit]) for unit in order]
    return (*places, *(Place(unit, 0, marks[unit]) for unit in sorted(marks) if unit not in ranked))


def _key(figures: Sequence[Figure]) -> tuple[Fraction, ...]:
    return tuple(one.value if one.value is not None else Fraction(1) for one in figures)


def laggards(places: Sequence[Place]) -> tuple[str, ...]:
    """The units at the last place: none where fewer than three are ranked or all are equal."""
    ranked = [one for one in places if one.place]
    last = max((one.place for one in ranked), default=0)
    return tuple(one.department for one in ranked if one.place == last) if len(ranked) >= 3 and last > 1 else ()


__all__ = [
    "COUNTS",
    "GROUPS",
    "INDICATORS",
    "NOTHING",
    "RANKED_BY",
    "WHOLE",
    "Figure",
    "Indicator",
    "Place",
    "figure",
    "laggards",
    "ranking",
]
