"""The rules of ratings and call-backs (国办发〔2019〕51号, GB/T 39734 and what cities do)."""

from __future__ import annotations

from lianban.rules.law.row import Row

ENFORCED = ("执行",)
CLAUSES = "国家标准的条款原文没有核实，按公开转述。"

RATINGS = (
    Row(
        "R-HCP-1",
        "国办发〔2019〕51号",
        "五个等次：非常满意、满意、基本满意、不满意、非常不满意；后两个是差评。",
        ENFORCED,
        ("rules.ratings.grades", "rules.ratings.options"),
        "每个等次只能选自己的选项（全国统一代码）。",
    ),
    Row(
        "R-HCP-2",
        "GB/T 39734-2020；扬州江都做法",
        "现场服务一次一评，网上服务一事一评，社会各界综合点评，政府部门监督查评。",
        ENFORCED,
        ("casework.occasions", "feedback.ratings.giving", "feedback.points"),
        f"每次服务一个令牌，只能用一次，过期失效。{CLAUSES}",
    ),
    Row(
        "R-HCP-3",
        "国办发〔2019〕51号",
        "自愿评价：可以邀请，不能代替评价，不预先选定等次。",
        ("执行", "标记"),
        ("feedback.points", "feedback.ratings.signals"),
        "工作人员的设备、会话评价自己的办件，短时间集中、重复使用令牌的，单独列出待核实，不丢弃也不计入。",
    ),
    Row(
        "R-HCP-4",
        "各地做法（山西、广东）",
        "评价以后可以补充；默认评价单独一类，不算群众评价。",
        ENFORCED,
        ("feedback.ratings", "rules.policy"),
        "默认评价本系统不开；本地开了的，单列，不计入任何比率。",
    ),
    Row(
        "R-HCP-5",
        "国办发〔2019〕51号；各地做法",
        "可以匿名；实名的对被评价单位隐去身份，由中心加密保存。",
        ENFORCED,
        ("feedback.ratings.giving", "outside.vault"),
        "是否必须实名由本地设置。",
    ),
    Row(
        "R-HCP-6",
        "国办发〔2019〕51号；烟台做法",
        "差评：核实、转办、整改、答复、回评、销号。",
        ENFORCED,
        ("feedback.rectification", "rules.lifecycles.rectification"),
    ),
    Row(
        "R-HCP-7",
        "各地做法",
        "核实一个工作日，简单五个工作日，复杂十五个工作日，只能延长一次。",
        ENFORCED,
        ("feedback.matters", "feedback.rectification", "rules.policy"),
        "期限是本地设置；逾期亮牌并逐级上报。",
    ),
    Row(
        "R-HCP-8",
        "GB/T 36113；烟台做法",
        "被评价单位可以申诉，评审小组三人以上单数、回避，结论有效或者无效；无效的照样保存、照样计数，评价人被告知。",
        ENFORCED,
        ("feedback.appeals", "rules.lifecycles.appeal"),
        "评审小组的组成是本系统的约定。",
    ),
    Row(
        "R-HCP-9",
        "国办发〔2019〕51号；烟台做法",
        "有效差评全部整改，实名差评全部回访，台账销号。",
        ENFORCED,
        ("feedback.callbacks", "feedback.rectification", "rules.lifecycles.callback"),
        "实名差评没有回访（或者按规定次数没有联系上）的不能销号。",
    ),
    Row(
        "R-HCP-10",
        "国办发〔2019〕51号；各地做法",
        "不得打击报复，不得诱导好评；被评价的人看不到评价人，不经手对自己的差评。",
        ("执行", "标记"),
        ("feedback.rectification", "feedback.callbacks.keeping", "people.access", "feedback.campaigns"),
        "查看评价人身份、打开电话号码逐次记录；回访问卷问有没有代评、诱导。",
    ),
    Row(
        "R-HCP-11",
        "扬州江都、烟台做法；各地做法",
        "指标按期通报，注明分子、分母、期间；连续落后的约谈。",
        ENFORCED,
        ("oversight.indicators", "oversight.bulletins", "rules.ratings.rates"),
        "比率截断，不四舍五入成 100%；发出的通报不再改变。",
    ),
    Row(
        "R-HCP-12",
        "国办发〔2019〕51号",
        "评价情况公开；文字经遮盖和审核，很小的数字不显示。",
        ENFORCED,
        ("feedback.publication", "feedback.campaigns"),
    ),
)

REQUESTS = (
    Row("D-简单", "龙井做法", "一般简单的：即收即转即办。", ENFORCED, ("feedback.difficulties.sorting",)),
    Row(
        "D-办不了",
        "龙井做法",
        "政策办不了的：耐心解释，五个工作日内反馈。",
        ENFORCED,
        ("feedback.difficulties.handling", "rules.difficulties"),
        "到期不能反馈的，事先告知理由和新的日期（江苏试行办法）。",
    ),
    Row(
        "D-不给办",
        "龙井做法",
        "作风、能力造成不给办的：督办、追责，五个工作日内反馈。",
        ENFORCED,
        ("feedback.difficulties.converting",),
        "核实属实的建立督办记录，可以转为整改；是否追责由有权机关决定，系统只记录。",
    ),
    Row(
        "D-很难办",
        "龙井做法",
        "涉及多个部门、多次跑动的：引导、陪同、帮办代办，十个工作日内反馈。",
        ENFORCED,
        ("feedback.difficulties.handling", "rules.difficulties"),
    ),
    Row(
        "D-协调办",
        "龙井做法；江苏试行办法",
        "需要协调的：即收即转，告知原因和进展；复杂的十五个工作日形成意见。",
        ENFORCED,
        ("feedback.difficulties.handling", "feedback.difficulties.raising"),
        "暂时不能解决的答复要上报（天津某区做法）。",
    ),
    Row(
        "D-不受理",
        "江苏试行办法；天津某区做法",
        "涉法涉诉信访、民事纠纷不受理，告知应当找谁。",
        ENFORCED,
        ("feedback.difficulties.sorting", "rules.difficulties"),
    ),
    Row(
        "D-重复",
        "本系统的约定",
        "七天内同一人、同一办件、同一问题并入原诉求。",
        ENFORCED,
        ("feedback.difficulties.registering",),
    ),
    Row(
        "D-12345",
        "国办发〔2020〕53号",
        "支持 12345 线下办理：保存工单号，答复以后回复工单。",
        ENFORCED,
        ("feedback.difficulties.registering", "feedback.difficulties.returning"),
        "不代替热线和部门的职责；工单由人登记，没有和热线系统对接。",
    ),
    Row(
        "D-统计",
        "龙井做法",
        "收到、解决、解决率，按类别和原因统计。",
        ENFORCED,
        ("feedback.difficulties.figures", "feedback.difficulties.proposals"),
        "数字点开就是名单；目录造成的原因可以形成修改目录的建议。",
    ),
)

CALLBACKS = (
    Row(
        "R-HF-1",
        "安康做法",
        "每天回访办结办件的 10% 以上，按窗口随机抽取，每个窗口向上取整；种子事先备好并公布摘要，任何人可以重算。",
        ENFORCED,
        ("rules.callbacks.draw", "feedback.callbacks.drawing", "feedback.callbacks.proving"),
        "算法见 docs/callbacks.md；漏掉的日子逐日补抽。",
    ),
    Row(
        "R-HF-2",
        "安康做法",
        "在不同的时段拨打，达到规定次数没有联系上的如实登记。",
        ENFORCED,
        ("rules.callbacks.hours", "feedback.callbacks.calling"),
        "次数是本地设置（默认三次）；时段的划分是本系统的约定。",
    ),
    Row(
        "R-HF-3",
        "安康做法",
        "问是否满意、有没有乱收费、重复跑动、重复交材料；发现问题当即整改。",
        ENFORCED,
        ("rules.callbacks.questionnaire", "feedback.callbacks.calling"),
        "问卷是数据，各地可以有自己的。",
    ),
)
