"""Papers and results on their way between window and departments: lists and their lines."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Integer, Text, Timestamptz
from piccolo.table import Table


class Transfer(Table, tablename="transfers"):
    """A hand-over list (材料交接清单). `department` is the side that is not the window."""

    id = UUID(primary_key=True, required=True)
    region_code = Text(required=True)
    department = Text(required=True)
    department_name = Text(required=True)
    direction = Text(required=True)
    status = Text(required=True)
    paper_id = UUID(null=True, default=None)
    window_name = Text()
    given_by = Text(required=True)
    given_by_name = Text(required=True)
    given_at = Timestamptz(required=True)
    received_by = Text()
    received_by_name = Text()
    received_at = Timestamptz(null=True, default=None)
    remark = Text()
    cancelled_at = Timestamptz(null=True, default=None)
    cancelled_by_name = Text()
    cancelled_reason = Text()


class TransferLine(Table, tablename="transfer_lines"):
    """One thing on a list. `thing` names it for good; while `open` it can stand on no other list.

    The key in the database is (transfer_id, position); Piccolo knows only one column of it, so never `save()`.
    """

    transfer_id = UUID(primary_key=True, required=True)
    position = Integer(required=True)
    thing = Text(required=True)
    open = Boolean(default=True)
    case_id = UUID(required=True)
    number = Text(required=True)
    material = Text()
    result_id = UUID(null=True, default=None)
    name = Text(required=True)
    form = Text(required=True)
    copies = Integer(required=True)
    arrived = Boolean(null=True, default=None)
    difference = Text()
