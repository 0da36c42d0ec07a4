"""Whether a paper still stands, and who may have it made void or corrected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianban.outside.clock import local
from lianban.rules.actors import Actor, Role

KINDS = {"correct": "更正", "void": "作废"}
PROPOSERS = (Role.CLERK, Role.APPROVER, Role.DEPARTMENT_HEAD)
DECIDERS = (Role.DEPARTMENT_HEAD, Role.SUPERVISOR)
PAPER = """
SELECT p.*, COALESCE(NULLIF(p.department, ''), t.department, '') AS concerned, n.title AS newer_title,
  n.number AS newer_number
FROM papers p LEFT JOIN tasks t ON t.id = p.task_id LEFT JOIN papers n ON n.id = p.superseded_by WHERE p.id = $1
"""


def may_propose(paper: Mapping[str, Any], by: Actor) -> bool:
    """Whether this is the actor's paper to propose for: the department's own, or the window's own."""
    return by.may(*PROPOSERS) and by.department == paper["concerned"] and (bool(by.department) or by.may(Role.CLERK))


def may_decide(row: Mapping[str, Any], by: Actor) -> bool:
    """Whether it is for this post to decide: the head of the department that issued the paper, or a supervisor."""
    if by.department:
        return by.department == row["department"] and by.may(Role.DEPARTMENT_HEAD)
    return by.may(Role.SUPERVISOR)


def stands(paper: Mapping[str, Any]) -> str:
    """Why the paper does not stand any more; "" while it does."""
    if paper["void_at"] is not None:
        return f"这份文书已在 {local(paper['void_at']):%m月%d日 %H:%M} 作废（{paper['void_reason']}）。"
    if paper["superseded_by"] is not None:
        return f"这份文书已被《{paper['newer_title']}》（{paper['newer_number']}）替代，请处理新的文书。"
    return ""
