"""Remedies, delivery and the other statutes that make rules for the system."""

from __future__ import annotations

from lianban.rules.law.row import Row

ENFORCED, PRINTED, CATALOGUE = ("执行",), ("印明",), ("目录",)

REMEDIES = (
    Row(
        "R-FY-20",
        "行政复议法第二十条",
        "自知道之日起六十日内申请行政复议。",
        ("执行", "印明"),
        ("rules.notices", "rules.remedies"),
        "没有救济途径，或者没有写明机关和期限的，不予决定、不予受理、撤销决定都出不了文书。",
    ),
    Row(
        "R-FY-24",
        "行政复议法第二十四条、第二十七条",
        "复议机关：本级人民政府；税务、海关等垂直领导的为上一级主管部门。",
        ("印明", "目录"),
        ("rules.remedies", "rules.catalog.types"),
        "写在部门的目录里（review_body）；消防、烟草的复议机关没有核实，由目录填写。",
    ),
    Row(
        "R-FY-22",
        "行政复议法第二十二条",
        "通过互联网送达决定的，同时提供网上申请复议的渠道。",
        ("执行", "目录"),
        ("rules.remedies", "casework.delivery.handover"),
        "渠道写在部门的目录里（review_online），印在救济途径里；没有写明的不能电子送达。",
    ),
    Row(
        "R-FY-23",
        "行政复议法第二十三条",
        "复议前置的情形应当告知。",
        CATALOGUE,
        ("rules.catalog.types",),
        "是否适用有争议：救济文字按事项由法制机构在目录里填写（remedy），默认两条途径都写。",
    ),
    Row("R-SS-46", "行政诉讼法第四十六条", "六个月内提起行政诉讼。", PRINTED, ("rules.notices",)),
)

DELIVERY = (
    Row(
        "R-SD-87",
        "民事诉讼法第八十七条",
        "送达必须有送达回证，签收日期为送达日期。",
        ENFORCED,
        ("casework.delivery",),
        "每次送达一份回证，列明文书名称和文号；结果知道以后才开具，没有送到的没有回证。",
    ),
    Row(
        "R-SD-88",
        "民事诉讼法第八十八条",
        "本人、同住成年家属、收件人、代理人、指定代收人签收。",
        ENFORCED,
        ("casework.delivery.handover", "rules.notices"),
        "代领的必须写明关系；代理人要是本办件登记的代理人，或者上传授权委托书；同住和成年由窗口核对。",
    ),
    Row(
        "R-SD-89",
        "民事诉讼法第八十九条",
        "拒收的留置送达，有见证人或者拍照、录像。",
        ENFORCED,
        ("casework.delivery.handover", "casework.delivery.evidence"),
        "必须写明谁拒收、在哪里留置，有见证人或者上传的照片、录像。",
    ),
    Row(
        "R-SD-90",
        "民事诉讼法第九十条",
        "经同意可以电子送达；需要纸质的应当提供。",
        ENFORCED,
        ("casework.delivery.consents", "casework.delivery.downloads", "web.pickup"),
        "同意连同方式和时间登记，送达以前可以撤回；到达查询页面的时间为送达时间；要求纸质和提供纸质都有记录。",
    ),
    Row(
        "R-SD-91",
        "民事诉讼法第九十一条",
        "邮寄送达，以回执上的日期为准。",
        ENFORCED,
        ("casework.delivery.sending",),
        "登记回执以后才算送达，回执上的日期为送达日期；退回的结果回到窗口。",
    ),
    Row(
        "R-SD-95",
        "民事诉讼法第九十五条",
        "公告送达三十日。",
        ENFORCED,
        ("casework.delivery.announcing", "web.pickup"),
        "其他方式送不到或者下落不明才能公告，写明经过；三十日由系统计算，期满之日的次日视为送达，公告自动撤下。",
    ),
)

OTHERS = (
    Row(
        "R-716-7",
        "国务院令第716号第六条、第七条",
        "能通过共享取得的不得再要求提供。",
        ENFORCED,
        ("rules.composer.merging", "rules.lint"),
    ),
    Row(
        "R-716-8",
        "国务院令第716号第八条至第十二条",
        "可靠电子签名、电子印章、电子证照、电子档案的效力。",
        ("执行",),
        ("rules.notices.seals", "outside.sealing", "casework.notices"),
        "文书按章别加盖电子印章，图片不充当印章；国密印章经印章服务接入。",
    ),
    Row(
        "R-YS-35",
        "优化营商环境条例第三十五条",
        "同一事项无差别受理，不增加条件和环节；一次告知。",
        ENFORCED,
        ("casework.corrections", "rules.composer"),
    ),
    Row(
        "R-YS-36",
        "优化营商环境条例第三十六条",
        "承诺的期限可以短于法定期限，向社会公开；超过承诺期限的公开说明理由。",
        ("标记", "印明"),
        ("oversight.answers", "oversight.cards", "rules.lint"),
        "超期的由承办单位公开理由，没有公开的查进度时写明还没有公开。",
    ),
    Row(
        "R-YS-37",
        "优化营商环境条例第三十七条、第四十条、第四十四条",
        "申请人自主选择渠道；清单之外不要证明。",
        ("执行", "目录"),
        ("rules.composer", "rules.lint"),
    ),
    Row("R-DATA", "政务数据共享条例", "可共享的数据不得重复收集。", ENFORCED, ("rules.composer.merging",)),
    Row(
        "R-SB-20",
        "社会保险经办条例",
        "登记、变更十个工作日；生育津贴十个工作日；手工报销三十个工作日。",
        CATALOGUE,
        ("rules.catalog.types",),
        "长沙的生育待遇按较短的十个工作日，手工报销没有分开。",
    ),
    Row("R-HK-7", "户口登记条例第七条", "出生后一个月以内申报：逾期提示，不拒绝。", ("标记",), ("rules.prompts",)),
    Row("R-VAC-47", "疫苗管理法第四十七条", "出生后一个月内办理预防接种证。", CATALOGUE, ("rules.catalog.types",)),
    Row("R-BC-23", "母婴保健法第二十三条", "医疗保健机构出具出生医学证明。", CATALOGUE, ("rules.catalog.types",)),
    Row(
        "R-1015",
        "民法典第一千零一十五条",
        "随父姓或者母姓；其他须有法定理由：提示，不拦截。",
        ("标记",),
        ("rules.prompts",),
    ),
    Row(
        "R-SC-19",
        "市场主体登记管理条例第十六条至第二十二条",
        "形式审查，齐全的当场登记，否则三日，复杂的经批准再延三日。",
        ("执行", "目录"),
        ("rules.catalog.types", "casework.adjusting.extensions"),
    ),
    Row(
        "R-SC-33",
        "市场主体登记管理条例第三十三条",
        "简易注销：公示二十日，公示期满后二十日内申请；个体工商户十日。",
        ("暂缺",),
        ("rules.catalog.types",),
        "随附目录没有注销的一件事；公示期不停止法定时限，期限可以写入目录。",
    ),
    Row(
        "R-FIRE-15",
        "消防法第十五条",
        "公众聚集场所：告知承诺，事后核查；不选择承诺的，受理之日起十个工作日内检查。",
        ENFORCED,
        ("casework.promises", "rules.catalog.types"),
    ),
    Row(
        "R-FOOD-35",
        "食品安全法第三十五条；总局令第78号",
        "餐饮须有食品经营许可；期限没有核对条文。",
        CATALOGUE,
        ("rules.catalog.types",),
    ),
    Row(
        "R-LODGE",
        "旅馆业治安管理办法第四条；公共场所卫生管理条例",
        "旅馆须有特种行业许可和卫生许可；餐馆的卫生许可已经取消。",
        CATALOGUE,
        ("rules.catalog.types",),
    ),
    Row("R-SIGN", "城市市容和环境卫生管理条例第十一条", "户外招牌的规范管理。", CATALOGUE, ("rules.catalog.types",)),
    Row("R-SEAL", "印章管理规定", "公章在指定单位刻制并备案。", CATALOGUE, ("rules.catalog.types",)),
    Row(
        "R-XF",
        "信访工作条例第二十二条、第三十四条",
        "信访事项转出办理。",
        ("暂缺",),
        ("rules.law",),
        "属于“有事您说话”窗口，随评价一章提供。",
    ),
    Row(
        "R-ESIG",
        "电子签名法第四条至第十一条",
        "数据电文的书面形式、原件、保存和到达时间。",
        ("执行",),
        ("journal", "casework.notices", "outside.sealing"),
        "文书写入后不改，哈希可核；签署后的改动能够发现。",
    ),
    Row(
        "R-ARCH", "档案法实施条例第三十九条、第四十条", "电子档案来源可靠、程序规范、要素合规。", ENFORCED, ("journal",)
    ),
    Row(
        "R-CERT",
        "国办函〔2016〕108号",
        "证照的信任等级和打印水印。",
        ("暂缺",),
        ("rules.notices",),
        "没有证照库接口；结果扫描件按原件登记。",
    ),
)
