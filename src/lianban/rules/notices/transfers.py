"""材料交接清单: what goes from the window to a department or back, handed over by whom and received by whom (F1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lianban.rules.notices.base import Content, begin, need
from lianban.rules.notices.parts import moment

WORDING = {
    "hand_over_list": {
        "opening": "{giver}将下列材料交给{taker}，共{count}项。接收人应当逐项清点，名称、形式、份数不符的，"
        "当场在系统中写明。",
        "keeping": "自签收时起，材料由接收一方保管；用完后仍以本清单退回。",
    },
}


@dataclass(frozen=True, slots=True)
class Moved:
    """One line: of which case, what, in which form, how many; `difference` as the receiver found it."""

    case_number: str
    name: str
    form: str
    copies: int
    difference: str = ""


def hand_over_list(
    *,
    authority: str,
    giver: str,
    taker: str,
    lines: Sequence[Moved],
    given_by: str,
    given_at: datetime,
    received_by: str = "",
    received_at: datetime | None = None,
    remark: str = "",
    instead: str = "",
) -> Content:
    """材料交接清单. Before it is received the receiver signs by hand; afterwards it says who received it and when.

    Raises Invalid without a side, a person or a line.
    """
    need(("移交方", giver), ("接收方", taker), ("移交人", given_by), ("材料", lines))
    return begin("hand_over_list", authority, (received_at or given_at).date(), "移交单位（盖章处）") | {
        "giver": giver,
        "taker": taker,
        "count": str(len(lines)),
        "lines": [
            {
                "case_number": one.case_number,
                "name": one.name,
                "form": one.form,
                "copies": one.copies,
                "difference": one.difference,
            }
            for one in lines
        ],
        "given_by": given_by,
        "given": moment(given_at),
        "received_by": received_by,
        "received": moment(received_at) if received_at else "",
        "remark": remark,
        "instead": instead,
    }
