"""What the window is told although nothing is refused: facts of a birth that the law wants looked at.

户口登记条例 7 and 疫苗管理法 47 (one month), 民法典 1015 (surname), the ethnicity of a parent, and the six months in
which the births of a bundle are joined. A prompt never stops an acceptance.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from lianban.rules.catalog.types import Element
from lianban.rules.clock import months_on

BIRTH, NAME, ETHNICITY = "birth_datetime", "newborn_name", "newborn_ethnicity"
PARENTS = ("mother", "father")


def prompts(elements: Mapping[str, Element], facts: Mapping[str, str], on: date) -> dict[str, str]:
    """A sentence by element for canonical facts on the day `on`; elements that the edition lacks say nothing."""
    told = {BIRTH: _late(facts, on), NAME: _surname(facts), ETHNICITY: _ethnicity(facts)}
    return {id: sentence for id, sentence in told.items() if sentence and id in elements}


def _late(facts: Mapping[str, str], on: date) -> str:
    if not facts.get(BIRTH):
        return ""
    born = datetime.fromisoformat(facts[BIRTH]).date()
    if on > months_on(born, 6):
        return "出生已超过六个月，不属于一件事联办的范围。请向申请人说明，转为逐项办理；确需联办的，先请牵头部门确认。"
    if on > months_on(born, 1):
        return "出生已超过一个月（户口登记条例第七条、疫苗管理法第四十七条规定的期限）。照常受理，请向申请人问明原因。"
    return ""


def _surname(facts: Mapping[str, str]) -> str:
    name, parents = facts.get(NAME, ""), [facts.get(f"{each}_name", "") for each in PARENTS]
    # One parent's name alone proves nothing: the child may bear the other's.
    if not name or not all(parents) or name[0] in {each[0] for each in parents}:
        return ""
    return (
        "姓氏与父母双方都不相同。民法典第一千零一十五条：应当随父姓或者母姓，有该条所列情形的可以选取其他姓氏，"
        "少数民族从其习惯。请与申请人核对，不影响受理。"
    )


def _ethnicity(facts: Mapping[str, str]) -> str:
    own, parents = facts.get(ETHNICITY, ""), [facts.get(f"{each}_ethnicity", "") for each in PARENTS]
    if not own or not all(parents) or own in parents:
        return ""
    return "与父母双方的民族都不相同，一般只能从父母一方的民族中选择，请与申请人核对。"
