"""Numbers that prove themselves, and every kind of typed value."""

from __future__ import annotations

from datetime import date

import pytest

from lianban.errors import Invalid
from lianban.rules import identifiers, masks, values
from lianban.rules.catalog.types import Element, Option, ValueKind

MONDAY = date(2026, 11, 2)


def element(kind: ValueKind, id: str = "x", **more: object) -> Element:
    options = (Option("father", "随父"), Option("mother", "随母")) if kind is ValueKind.CHOICE else ()
    return Element(id=id, label="某项", kind=kind, section="s", options=options, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y43",
        "11511301008778183N",
        "115113010833722043",
        "91110000802100433B",
        "91440300708461136T",
        "11440100007483172Q",
    ],
)
def test_credit_codes_that_are_right(code: str) -> None:
    assert identifiers.uscc(code) == identifiers.CreditCode(code, firm=True)


def test_an_early_credit_code_is_warned_about_and_taken() -> None:
    shop = element(ValueKind.USCC)
    assert values.clean(shop, "91350100m000100y44") == "91350100M000100Y44"
    assert "校验位" in values.warning(shop, "91350100M000100Y44")
    assert values.warning(shop, "91350100M000100Y43") == ""


@pytest.mark.parametrize("code", ["91350100M000100Y4", "91350100MO00100Y43", "9135010AM000100Y43", "某公司"])
def test_what_cannot_be_a_credit_code(code: str) -> None:
    with pytest.raises(Invalid, match="统一社会信用代码"):
        identifiers.uscc(code)


def test_id_cards_that_are_right() -> None:
    assert identifiers.id_card("11010519491231002X") == identifiers.IdCard(
        "11010519491231002X", date(1949, 12, 31), True
    )
    assert identifiers.id_card("440524 188001010014").birth == date(1880, 1, 1)
    assert identifiers.id_card("１１０１０５１９４９１２３１００２ｘ").number == "11010519491231002X"


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("110105194912310021", "校验位"),
        ("1101051949123100", "16 位"),
        ("11010519490230002X", "出生日期"),
        ("1101051949123A002X", "前 17 位"),
        ("", "0 位"),
        ("٠١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "前 17 位"),
    ],
)
def test_id_cards_that_are_wrong(number: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        identifiers.id_card(number)


def test_nobody_is_born_tomorrow() -> None:
    with pytest.raises(Invalid, match="不可能"):
        identifiers.id_card("222405202611030026", on=MONDAY)
    birth = element(ValueKind.DATETIME, "newborn_birth_at")
    assert values.clean(birth, "2026-11-02 08:05", MONDAY) == "2026-11-02T08:05"
    with pytest.raises(Invalid, match="不能晚于今天"):
        values.clean(birth, "2026-11-03 00:00", MONDAY)


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (ValueKind.TEXT, "  延边\u006e\u0303  ", "延边ñ"),
        (ValueKind.NAME, "阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        (ValueKind.NAME, "𬱖  Anna O'Neil-Li", "𬱖 Anna O'Neil-Li"),
        (ValueKind.PHONE, "+86 138 0013 8000", "13800138000"),
        (ValueKind.PHONE, "０４３３-3251234", "0433-3251234"),
        (ValueKind.PHONE, "0731-88886666转801", "0731-88886666转801"),
        (ValueKind.DATE, "2026年2月28日", "2026-02-28"),
        (ValueKind.DATE, "20240229", "2024-02-29"),
        (ValueKind.DATE, "2026/1/5", "2026-01-05"),
        (ValueKind.DATETIME, "2026年11月2日9时5分", "2026-11-02T09:05"),
        (ValueKind.DATETIME, "2026-11-02T09:30", "2026-11-02T09:30"),
        (ValueKind.NUMBER, "1,085.50", "1085.5"),
        (ValueKind.NUMBER, "0085", "85"),
        (ValueKind.NUMBER, "100", "100"),
        (ValueKind.BANK_ACCOUNT, "6222 0000 0000 1234", "6222000000001234"),
        (ValueKind.CHOICE, "随父", "father"),
        (ValueKind.CHOICE, "mother", "mother"),
        (ValueKind.YES_NO, "是", "yes"),
        (ValueKind.LONG_TEXT, "一\r\n二", "一\n二"),
        (ValueKind.ID_CARD, "   ", ""),
    ],
)
def test_a_value_gets_its_one_form(kind: ValueKind, typed: str, value: str) -> None:
    thing = element(kind)
    assert values.clean(thing, typed, MONDAY) == value
    assert values.clean(thing, value, MONDAY) == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (ValueKind.TEXT, "一\n二"),
        (ValueKind.TEXT, "王\u202e小"),
        (ValueKind.TEXT, "a\x00b"),
        (ValueKind.NAME, "\ue000"),
        (ValueKind.NAME, "<b>王</b>"),
        (ValueKind.TEXT, "字" * 201),
        (ValueKind.PHONE, "12345678901"),
        (ValueKind.PHONE, "1380013800"),
        (ValueKind.DATE, "2026-02-29"),
        (ValueKind.DATE, "2026-13-01"),
        (ValueKind.DATE, "昨天"),
        (ValueKind.DATE, "0001-01-01"),
        (ValueKind.DATE, "2126-01-01"),
        (ValueKind.DATETIME, "2026-11-02 24:30"),
        (ValueKind.DATETIME, "2026-11-02"),
        (ValueKind.NUMBER, "1e5"),
        (ValueKind.NUMBER, "-5"),
        (ValueKind.NUMBER, "9" * 16),
        (ValueKind.BANK_ACCOUNT, "6222-abcd"),
        (ValueKind.CHOICE, "随姑姑"),
        (ValueKind.YES_NO, "也许"),
    ],
)
def test_a_value_is_refused_with_a_sentence(kind: ValueKind, typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        values.clean(element(kind), typed, MONDAY)
    assert refusal.value.sentence.endswith("。")


def test_values_are_shown_as_people_say_them() -> None:
    assert values.display(element(ValueKind.CHOICE), "father") == "随父"
    assert values.display(element(ValueKind.DATETIME), "2026-11-02T09:05") == "2026年11月2日 09:05"
    assert values.display(element(ValueKind.NUMBER, unit="平方米"), "85.5") == "85.5 平方米"
    assert values.display(element(ValueKind.YES_NO), "no") == "否"


def test_masks() -> None:
    assert masks.mask_id_card("11010519491231002X") == "110105********002X"
    assert masks.mask_id_card("11010519491231002X", public=True) == "1****************X"
    assert masks.mask_phone("13800001234") == "138****1234"
    assert masks.mask_phone("0433-3251234") == "********1234"
    assert masks.mask_name("欧阳娜娜") == "欧*"
    assert masks.mask_infant("李安") == "***"
    assert masks.mask_account("6222000000001234") == "************1234"
    assert masks.mask_address("湖南省长沙市岳麓区麓山南路1号") == "湖南省长沙市岳麓区****"
    assert masks.mask_address("吉林省延边朝鲜族自治州龙井市安民街1号") == "吉林省延边朝鲜族自治州龙井市****"
    assert masks.mask_address("龙井市安民街幸福小区1号") == "龙井市****"
    assert masks.mask_date("1949-12-31") == "1949-**-**"


def test_short_values_are_hidden_whole() -> None:
    assert masks.mask_id_card("123") == "***"
    assert masks.mask_account("1234") == "****"
    assert [f("") for f in (masks.mask_name, masks.mask_phone, masks.mask_address)] == ["", "", ""]


def test_a_mask_follows_the_kind_of_the_element() -> None:
    assert masks.mask_value(element(ValueKind.NAME, personal=True), "王芳") == "王*"
    assert masks.mask_value(element(ValueKind.NAME), "王家饺子馆") == "王家饺子馆"
    assert (
        masks.mask_value(element(ValueKind.TEXT, "home_address", personal=True), "长沙市天心区1号")
        == "长沙市天心区****"
    )
    assert masks.mask_value(element(ValueKind.TEXT, "remark", personal=True), "某话") == "****"
