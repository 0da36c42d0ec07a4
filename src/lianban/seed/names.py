"""Made-up people and premises. Numbers are valid in form and belong to nobody: their sequence part is 00x."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
USCC_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def id_number(region: str, born: date, sequence: int) -> str:
    """A citizen ID number (GB 11643) with its check character; an odd `sequence` is male."""
    body = f"{region}{born:%Y%m%d}{sequence:03d}"
    return body + CHECKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def credit_code(region: str, number: int) -> str:
    """A unified social credit code (GB 32100) of a self-employed person, with both check characters."""
    organisation = f"MA{number:06d}"
    values = [USCC_LETTERS.index(letter) if letter.isdigit() else ord(letter) - 55 for letter in organisation]
    rest = 11 - sum(v * w for v, w in zip(values, ORGANISATION_WEIGHTS, strict=True)) % 11
    body = f"92{region}{organisation}" + {10: "X", 11: "0"}.get(rest, str(rest))
    total = sum(USCC_LETTERS.index(letter) * weight for letter, weight in zip(body, USCC_WEIGHTS, strict=True))
    return body + USCC_LETTERS[(31 - total % 31) % 31]


@dataclass(frozen=True, slots=True)
class Family:
    """Parents and their newborn; `ethnicity` codes of GB/T 3304 (01 汉, 10 朝鲜)."""

    newborn: str
    mother: str
    father: str
    sex: str
    mother_ethnicity: str = "01"
    father_ethnicity: str = "01"


@dataclass(frozen=True, slots=True)
class Shop:
    """A restaurant or guest house and the one who opens it."""

    name: str
    owner: str
    street: str
    area: int


FAMILIES = (
    Family("李沐阳", "朴顺姬", "李成浩", "male", "10", "10"),
    Family("王𬱖", "崔美善", "王建军", "female", "10", "01"),
    Family("金书妍", "金英爱", "金哲洙", "female", "10", "10"),
    Family("张子涵", "刘丽华", "张伟", "male"),
    Family("赵一诺", "孙晓梅", "赵志强", "female"),
    Family("朴俊熙", "李贞淑", "朴光日", "male", "10", "10"),
    Family("陈思远", "周婷婷", "陈刚", "male"),
    Family("崔允儿", "韩明玉", "崔东赫", "female", "10", "10"),
    Family("郭子墨", "马晓红", "郭磊", "male", "01", "01"),
    Family("全智雅", "全春花", "全永哲", "female", "10", "10"),
    Family("孙浩然", "吴静", "孙立新", "male"),
    Family("林可欣", "徐曼", "林峰", "female", "01", "10"),
    Family("许俊豪", "许金玉", "许龙国", "male", "10", "10"),
    Family("何雨桐", "梁雪", "何平", "female"),
    Family("姜䶮", "姜美兰", "姜大成", "male", "10", "10"),
    Family("郑欣怡", "郑玉兰", "郑国栋", "female"),
    Family("谭乐安", "彭佳慧", "谭明", "male"),
    Family("曾语晨", "易小娟", "曾亮", "female"),
    Family("罗嘉言", "欧阳婧", "罗文斌", "male"),
    Family("龙安可", "阿依古丽·买买提", "龙志远", "female", "05", "01"),
    Family("黄子瑜", "熊莎", "黄凯", "male"),
    Family("刘念慈", "唐倩", "刘建", "female"),
    Family("安知夏", "安贞姬", "安成哲", "female", "10", "10"),
    Family("高一航", "方晴", "高峰", "male"),
    Family("文书瑶", "文英姬", "文在植", "female", "10", "10"),
)
SHOPS = (
    Shop("海兰江冷面馆", "朴龙哲", "安民街道海兰路 16 号 1 层", 86),
    Shop("老边饺子（龙门店）", "边海涛", "龙门街道龙门街 203 号", 142),
    Shop("阿里郎烤肉店", "金成国", "安民街道六道河路 55 号", 320),
    Shop("布尔哈通咖啡", "李秀妍", "龙门街道东山路 9 号", 58),
    Shop("顺姬打糕", "朴顺子", "安民街道西市场路 21 号", 45),
    Shop("琵岩山农家菜", "宋玉田", "东盛涌镇琵岩村 3 组 12 号", 210),
    Shop("好邻居快餐", "赵海波", "龙门街道站前街 77 号", 96),
    Shop("一品豆花", "秦小雨", "安民街道建设街 140 号", 63),
    Shop("火宫殿小馆", "谭德军", "开福区蔡锷北路 88 号 1 层", 180),
    Shop("橘洲米粉", "易建国", "岳麓区新民路 15 号", 52),
    Shop("湘江渔府", "曾志华", "天心区湘江中路 301 号", 460),
    Shop("岳麓茶寮", "文静", "岳麓区登高路 6 号", 75),
    Shop("海兰江宾馆", "崔永浩", "安民街道海兰路 120 号", 1800),
    Shop("琵岩山民宿", "许英子", "东盛涌镇琵岩村 5 组 1 号", 420),
    Shop("站前旅馆", "田庆丰", "龙门街道站前街 12 号", 650),
    Shop("延吉西商务酒店", "南哲宇", "龙门街道文化路 300 号", 2600),
    Shop("天佛指山客栈", "金太吉", "智新镇明东村 8 号", 380),
    Shop("梨花包饭", "金梨花", "安民街道梨花路 31 号", 110),
    Shop("龙门酱骨", "董长海", "龙门街道龙门街 66 号", 175),
    Shop("国道边家常菜", "于德水", "老头沟镇国道路 2 号", 130),
    Shop("朝阳川面馆", "许光哲", "安民街道朝阳街 18 号", 72),
    Shop("大箸子烤串", "崔成日", "龙门街道海兰路 240 号", 95),
    Shop("苹果梨餐厅", "孙桂兰", "东盛涌镇龙河村 1 组 4 号", 360),
    Shop("梨园小筑民宿", "全美子", "东盛涌镇龙河村 2 组 7 号", 290),
    Shop("龙门旅舍", "马志远", "龙门街道站前街 51 号", 540),
    Shop("海兰湖客栈", "金海月", "安民街道海兰路 301 号", 700),
    Shop("一松宾馆", "朴一松", "安民街道一松路 3 号", 960),
    Shop("龙门河鱼馆", "申光洙", "龙门街道河西路 88 号", 410),
    Shop("三合大酱坊", "千玉顺", "三合镇三合街 15 号", 380),
    Shop("布尔哈通酒家", "李哲男", "龙门街道河东路 19 号", 450),
    Shop("老头沟客栈", "于春光", "老头沟镇站前路 6 号", 520),
)
