"""On which occasions an applicant is told something, and what the message says unless a region words it otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NOT_A_DELIVERY = "不代替送达"
"""What every message about a paper has to say (民事诉讼法 87–95 by analogy: a text message is no delivery)."""

COMMON = {
    "称呼": "朴女士/先生",
    "办件编号": "222405-2026-000123",
    "链接": "https://lianban.example.cn/c/222405-2026-000123",
    "电话": "0433-0000000",
}
"""Places that every message may use, with what a made-up case would put there."""
UNTIL = {"期限": "11月20日17:00"}
PAPER = {"文书": "延长办理期限告知书"}
RATE = {"评价": "https://lianban.example.cn/r/2kg7c9m3x5p8r4t6v?via=sms"}
"""Where the service just given is rated; in the same message, so that nobody gets two (S0: 受理、审查、办结)."""
VISIT = {"时间": "11月6日09:30"}


@dataclass(frozen=True, slots=True)
class Occasion:
    """One thing that is told. `needed` are the places without which the text would not be complete.

    `mandatory`: a right, a date or a duty hangs on it, and nobody can opt out. `of_paper`: it speaks of a paper that
    still has to be delivered, and must say that it is no delivery itself.
    """

    name: str
    text: str
    own: Mapping[str, str]
    needed: tuple[str, ...] = ("办件编号",)
    mandatory: bool = True
    of_paper: bool = False

    @property
    def sample(self) -> dict[str, str]:
        """Every place this text may use, filled for a made-up case."""
        return {**COMMON, **self.own}


REMINDS = f"短信仅作提醒，{NOT_A_DELIVERY}。"
HELLO = "{称呼}您好，办件{办件编号}"

OCCASIONS: Mapping[str, Occasion] = {
    "received": Occasion(
        "已收件",
        HELLO + "的申请材料已收到，将在{期限}前答复是否受理。查进度：{链接}",
        UNTIL,
        ("办件编号", "期限"),
        mandatory=False,
    ),
    "accepted": Occasion(
        "已受理",
        HELLO + "已受理，承诺{期限}前办结。凭受理通知书上的查询码查进度：{链接} 请评价：{评价}",
        {**UNTIL, **RATE},
        ("办件编号", "期限"),
        mandatory=False,
    ),
    "correction": Occasion(
        "需要补正",
        HELLO + "有{项数}项需要补正，请在{期限}前补齐，内容见补正告知书：{链接} " + REMINDS,
        {**UNTIL, "项数": "2"},
        ("办件编号", "期限"),
        of_paper=True,
    ),
    "correction_ending": Occasion(
        "补正期限将满",
        HELLO + "的补正期限到{期限}为止，还没有补齐。请尽快补正，有困难请联系窗口{电话}。{链接}",
        UNTIL,
        ("办件编号", "期限"),
    ),
    "corrected": Occasion("补正已收齐", HELLO + "补正的内容已收齐，正在核对。查进度：{链接}", {}, mandatory=False),
    "tolerance_ending": Occasion(
        "容缺补交期限将满",
        HELLO + "承诺后补的材料请在{期限}前补齐，逾期有关事项可能终止办理。有困难请联系窗口{电话}。{链接}",
        UNTIL,
        ("办件编号", "期限"),
    ),
    "visit_set": Occasion(
        "现场勘查已约定",
        HELLO + "定于{时间}现场勘查，请安排人员在场，内容见勘查通知书：{链接} " + REMINDS,
        VISIT,
        ("办件编号", "时间"),
        of_paper=True,
    ),
    "visit_changed": Occasion(
        "现场勘查变更",
        HELLO + "的现场勘查有变化，现定于{时间}，请安排人员在场，以新的通知书为准：{链接} " + REMINDS,
        VISIT,
        ("办件编号", "时间"),
        of_paper=True,
    ),
    "visit_missed": Occasion(
        "现场勘查没有进行", HELLO + "原定{时间}的现场勘查没有进行，请联系窗口{电话}另约时间。{链接}", VISIT
    ),
    "visit_cancelled": Occasion("现场勘查取消", HELLO + "原定{时间}的现场勘查已取消，不用等候。查进度：{链接}", VISIT),
    "extended": Occasion(
        "期限依法变更",
        HELLO + "的办理期限有变化，理由和新的期限见《{文书}》：{链接} " + REMINDS,
        PAPER,
        ("办件编号", "文书"),
        of_paper=True,
    ),
    "recalculated": Occasion(
        "期限因放假安排调整",
        HELLO + "的期限按新的放假安排重新计算：{变化}。怎样算的：{链接}",
        {"变化": "整件事承诺时限改为11月20日17:00"},
        ("办件编号", "变化"),
    ),
    "hearing": Occasion(
        "听证",
        HELLO + "有听证方面的文书《{文书}》，权利、时间和地点以文书为准，请及时查看：{链接} " + REMINDS,
        {"文书": "行政许可听证权利告知书"},
        ("办件编号", "文书"),
        of_paper=True,
    ),
    "paper": Occasion(
        "有新的文书",
        HELLO + "有新的文书《{文书}》，请领取，或者凭查询码查看：{链接} " + REMINDS,
        {"文书": "责令改正通知书"},
        ("办件编号", "文书"),
        of_paper=True,
    ),
    "replaced": Occasion(
        "文书更正或者作废",
        HELLO + "的《{文书}》已更正或者作废，请勿再使用原件，详情：{链接} " + REMINDS,
        {"文书": "受理通知书"},
        ("办件编号", "文书"),
        of_paper=True,
    ),
    "ready": Occasion(
        "可以领取结果",
        HELLO
        + "已办完（{结果}），请携带身份证件到窗口领取，约定邮寄等方式的按约定送达：{链接} "
        + REMINDS
        + "请评价：{评价}",
        {"结果": "全部办成", **RATE},
        of_paper=True,
    ),
    "result_corrected": Occasion(
        "结果已更正",
        HELLO + "的办理结果有更正，请与窗口联系领取更正后的结果：{链接} " + REMINDS,
        {},
        of_paper=True,
    ),
    "parcel_sent": Occasion(
        "已寄出",
        HELLO + "的结果已由{承运}寄出（单号{单号}），请注意查收并在回执上签名。{链接}",
        {"承运": "中国邮政", "单号": "1234567890123"},
        mandatory=False,
    ),
    "cabinet_ready": Occasion(
        "自助柜可取件",
        HELLO + "的结果已放入自助取件柜{柜号}，请在{期限}前领取。取件码请凭查询码查看：{链接}",
        {**UNTIL, "柜号": "A-03"},
    ),
    "notice_published": Occasion(
        "公告送达", HELLO + "的文书已公告送达，公告期满即视为送达，请尽快与窗口联系{电话}。{链接}", {}
    ),
    "delivered": Occasion(
        "已送达",
        HELLO + "的结果已全部送达（{方式}），记录见{链接}。不是您本人或受托人领取的，请联系窗口{电话}。请评价：{评价}",
        {"方式": "窗口直接送达", **RATE},
    ),
    "ended": Occasion(
        "办件终止",
        HELLO + "{结果}，有关文书和救济途径见：{链接} " + REMINDS,
        {"结果": "已退件"},
        ("办件编号", "结果"),
        of_paper=True,
    ),
}
