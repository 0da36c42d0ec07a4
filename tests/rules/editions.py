"""A small edition for tests of the composer and the lint: a birth in a town with three departments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from lianban.rules.catalog.types import (
    Basis,
    Bundle,
    BundleItem,
    Department,
    Derivation,
    Edition,
    Element,
    Exemption,
    FieldUse,
    Item,
    JointMode,
    Limit,
    Material,
    MaterialUse,
    Necessity,
    Option,
    Question,
    Result,
    Source,
    Start,
    Unit,
    ValueKind,
)
from lianban.rules.conditions import Is

REMEDY = "可自收到决定书之日起六十日内向市人民政府申请行政复议，或者六个月内向人民法院提起行政诉讼。"


def wd(amount: int) -> Limit:
    return Limit(amount, Unit.WORKING_DAYS)


def text(id: str, label: str, section: str = "新生儿") -> Element:
    return Element(id, label, ValueKind.TEXT, section)


def yes_no(id: str, label: str, section: str = "家庭", **more: Any) -> Element:
    return Element(id, label, ValueKind.YES_NO, section, (Option("yes", "是"), Option("no", "否")), **more)


def choice(id: str, label: str, *options: tuple[str, str], section: str = "家庭", **more: Any) -> Element:
    return Element(id, label, ValueKind.CHOICE, section, tuple(Option(*each) for each in options), **more)


def item(id: str, name: str, department: str, committed: Limit, **more: Any) -> Item:
    more.setdefault("basis", (Basis("《户口登记条例》", "第七条"),))
    more.setdefault("result", Result(f"{name}结果"))
    more.setdefault("remedy", REMEDY)
    return Item(id, name, department, "确认", committed=committed, **more)


def paper(id: str, name: str, **more: Any) -> Material:
    return Material(id, name, more.pop("source", Source.APPLICANT), **more)


def by_id(things: Iterable[Any]) -> dict[str, Any]:
    return {each.id: each for each in things}


FOLKS = (("han", "汉族"), ("korean", "朝鲜族"), ("manchu", "满族"))

ELEMENTS = by_id(
    [
        text("child_name", "新生儿姓名"),
        text("child_id", "公民身份号码"),
        text("certificate_no", "出生医学证明编号"),
        text("mother_name", "母亲姓名", "父母"),
        text("bank_account", "银行账号", "待遇"),
        choice("mother_folk", "母亲民族", *FOLKS, section="父母"),
        choice("father_folk", "父亲民族", *FOLKS, section="父母"),
        yes_no("same_folk", "父母民族是否相同", derived=Derivation("same", ("mother_folk", "father_folk"))),
        choice("applicant", "谁来申请", ("mother", "母亲"), ("father", "父亲")),
        yes_no("insured", "母亲是否参加生育保险"),
        yes_no("agreed", "父亲是否已取得母亲授权"),
        yes_no("local", "是否本地户籍"),
    ]
)

MATERIALS = by_id(
    [
        paper("application", "一件事申请表", exemption=Exemption.GENERATED, exemption_note="系统生成"),
        paper("mother_card", "母亲身份证", copies=1, standards=("在有效期内",)),
        paper("certificate", "出生医学证明"),
        paper("mandate", "授权委托书"),
        paper("folk_form", "民族成份填报申请书"),
        paper("invoice", "医疗费用发票"),
        paper("photo", "新生儿照片"),
    ]
)

ITEMS = by_id(
    [
        item(
            "birth",
            "出生医学证明签发",
            "health",
            wd(3),
            statutory=wd(5),
            fields=(FieldUse("child_name"), FieldUse("mother_name"), FieldUse("mother_folk", required=False)),
            materials=(
                MaterialUse("application"),
                MaterialUse("mother_card", copies=1),
                MaterialUse(
                    "mandate",
                    when=Is("applicant", ("father",)),
                    when_text="由父亲申请的",
                    basis=Basis("《母婴保健法》", "第二十三条"),
                ),
            ),
            result=Result("出生医学证明", elements=("certificate_no",), materials=("certificate",)),
        ),
        item(
            "register",
            "出生登记",
            "police",
            wd(4),
            statutory=wd(10),
            fields=(
                FieldUse("child_name"),
                FieldUse("certificate_no"),
                FieldUse("mother_name"),
                FieldUse("mother_folk"),
                FieldUse("father_folk"),
                FieldUse("applicant"),
            ),
            materials=(
                MaterialUse("application"),
                MaterialUse("mother_card", copies=2, standards=("与本人一致",)),
                MaterialUse("certificate"),
                MaterialUse("folk_form", when=Is("same_folk", ("no",))),
            ),
            result=Result("居民户口簿", elements=("child_id",)),
        ),
        item(
            "insurance",
            "参保登记",
            "medical",
            wd(1),
            statutory=wd(2),
            fields=(FieldUse("child_name"), FieldUse("child_id")),
            materials=(MaterialUse("photo", Necessity.OPTIONAL),),
        ),
        item(
            "allowance",
            "生育津贴申领",
            "medical",
            wd(5),
            statutory=wd(10),
            fields=(FieldUse("mother_name"), FieldUse("bank_account")),
            materials=(MaterialUse("invoice"), MaterialUse("mother_card"), MaterialUse("certificate")),
        ),
    ]
)

DEPARTMENTS = by_id(
    [
        Department("health", "卫生健康局", "卫健"),
        Department("police", "公安局", "公安"),
        Department("medical", "医疗保障局", "医保"),
    ]
)

BUNDLE = Bundle(
    id="birth",
    name="新生儿出生一件事",
    region="222405",
    region_name="龙井市",
    centre="龙井市政务服务中心",
    version="1",
    valid_from=date(2026, 1, 1),
    lead="health",
    joint_mode=JointMode.NONE,
    commitment=wd(8),
    items=(
        BundleItem("birth"),
        BundleItem("register", after=("birth",), start=Start.PREDECESSOR, start_basis="《户口登记条例》第七条"),
        BundleItem("insurance", when=Is("local", ("yes",)), after=("register",), start=Start.PREDECESSOR),
        BundleItem("allowance", when=Is("insured", ("yes",)), when_text="母亲参加生育保险", after=("birth",)),
    ),
    questions=(
        Question("local", "孩子随本地户籍登记吗？"),
        Question("applicant", "由谁来申请？"),
        Question("same_folk", "父母的民族相同吗？"),
        Question("insured", "母亲参加了生育保险吗？", when=Is("local", ("yes",))),
    ),
    duplicate_keys=(("child_name", "mother_name"),),
    subject="child_name",
)

EDITION = Edition(BUNDLE, ITEMS, {k: v for k, v in ELEMENTS.items() if k != "agreed"}, MATERIALS, DEPARTMENTS, "0" * 64)
ANSWERS = {"local": "yes", "applicant": "father", "same_folk": "no", "insured": "yes"}


def changed(edition: Edition = EDITION, **bundle: Any) -> Edition:
    """The edition with other bundle fields."""
    return replace(edition, bundle=replace(edition.bundle, **bundle))


def with_item(id: str, edition: Edition = EDITION, **fields: Any) -> Edition:
    """The edition with one item changed."""
    return replace(edition, items={**edition.items, id: replace(edition.items[id], **fields)})
