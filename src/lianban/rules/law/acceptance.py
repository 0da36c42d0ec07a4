"""The five outcomes of an application, and how time is counted."""

from __future__ import annotations

from lianban.rules.law.row import Row

ENFORCED = ("执行",)

ACCEPTANCE = (
    Row(
        "R-32-1",
        "第三十二条第一款第一项",
        "依法不需要取得许可的，即时告知不受理。",
        ENFORCED,
        ("casework.intake.outcomes", "rules.notices.outcomes"),
    ),
    Row(
        "R-32-2",
        "第三十二条第一款第二项",
        "不属于本机关职权的，即时不予受理，并告知向哪个机关申请。",
        ENFORCED,
        ("casework.intake.outcomes", "rules.notices.outcomes"),
    ),
    Row(
        "R-32-3",
        "第三十二条第一款第三项",
        "可以当场更正的错误，允许当场更正。",
        ENFORCED,
        ("casework.corrections.spot", "casework.intake.drafts"),
        "原值和新值都留下。",
    ),
    Row(
        "R-32-4",
        "第三十二条第一款第四项",
        "材料不齐全或者不符合法定形式的，当场或者五日内一次告知全部内容。",
        ENFORCED,
        ("casework.corrections.notifying", "rules.corrections", "casework.intake.receiving"),
        "部门在五个工作日内报告，只由窗口合并告知一次。",
    ),
    Row(
        "R-32-4d",
        "第三十二条第一款第四项",
        "逾期不告知的，自收到申请材料之日起即为受理。",
        ENFORCED,
        ("casework.intake.deeming", "casework.owed"),
        "由系统执行，受理通知书写明两个事实。",
    ),
    Row(
        "R-32-5",
        "第三十二条第一款第五项",
        "材料齐全、符合法定形式，或者按要求提交全部补正材料的，受理。",
        ENFORCED,
        ("casework.intake.acceptance", "casework.intake.completeness"),
        "补正的，受理日期是收到全部补正材料之日。",
    ),
)

COUNTING = (
    Row("R-T1", "民法典第二百零一条", "开始的当日不计入；按小时计算的，自规定的时间开始。", ENFORCED, ("rules.clock",)),
    Row(
        "R-T2",
        "民法典第二百零二条",
        "按月、年计算，到期月的对应日；没有的，月末日。",
        ENFORCED,
        ("rules.clock.months",),
    ),
    Row(
        "R-T3",
        "民法典第二百零三条",
        "最后一日是法定休假日的顺延；有业务时间的，停止业务活动的时间为截止时间。",
        ENFORCED,
        ("rules.clock", "rules.calendar"),
    ),
    Row(
        "R-T4",
        "行政复议法第八十八条",
        "复议中三日、五日、七日、十日是工作日，六十日、三十日是自然日。",
        ("印明",),
        ("rules.notices",),
        "本系统不办理行政复议；决定书上的六十日按自然日告知。",
    ),
    Row("R-T5", "D", "工作日在下班时计时仍在进行的，才算用去。", ENFORCED, ("rules.clock.days", "rules.clock.stops")),
    Row(
        "R-T6",
        "D",
        "办公时间外收到的，收件时间照实记录，第一日是下一个工作日。",
        ENFORCED,
        ("rules.clock", "casework.intake.receiving"),
    ),
    Row(
        "R-T7",
        "D",
        "没有放假通知的年份，日期标明暂定，不悄悄推算调休。",
        ENFORCED,
        ("rules.calendar", "casework.calendars"),
    ),
    Row(
        "R-T8",
        "D",
        "每个时限存起算、单位、长度、依据、暂停、延长、到期和日历版本；重新计算时两个日期都留下。",
        ENFORCED,
        ("casework.clocks", "casework.recomputing"),
    ),
    Row(
        "R-T9", "民法典第二百零一条", "小时时限自受理的那一分钟起算，默认按办公时间。", ENFORCED, ("rules.clock.hours",)
    ),
)
