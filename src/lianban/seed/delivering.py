"""Stories whose results are on their way: in the post, and in a box of the self-service cabinet."""

from __future__ import annotations

from collections.abc import Mapping

from lianban.casework import delivery
from lianban.seed.telling import Ending, Tale, straight


async def posted(tale: Tale) -> None:
    """Everything is decided and went to the post; the return receipt is not there yet."""
    await straight(tale, "decided")
    page = await delivery.handing(tale.case_id, by=tale.clerk, at=tale.at)
    await delivery.send(
        tale.case_id,
        carrier="中国邮政速递（EMS）",
        tracking=f"EB{20260000 + tale.number:09d}CN",
        receiver=page.wish.receiver or tale.person,
        phone=page.wish.phone,
        address=page.wish.address,
        by=tale.clerk,
        at=tale.goes_on(40),
        key=f"seed-posted-{tale.number}",
    )


async def in_the_cabinet(tale: Tale) -> None:
    """Everything is decided and lies in a box; the applicant asks for the code on the tracking page."""
    await straight(tale, "decided")
    await delivery.place(tale.case_id, box="A03", by=tale.clerk, at=tale.goes_on(30), key=f"seed-placed-{tale.number}")


UNDER_WAY: Mapping[str, Ending] = {"posted": posted, "in the cabinet": in_the_cabinet}
