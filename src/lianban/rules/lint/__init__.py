"""Whether an edition is sound in every situation, and which published figures break a rule.

An error means that somebody would stand at the window with a plan that cannot be carried out: the
edition cannot be published. A finding is a published figure that breaks a rule; it is shown with its
source and does not hinder publication. A hint is worth knowing and neither of the two.
"""

from __future__ import annotations

from dataclasses import dataclass

from lianban.rules.catalog import references
from lianban.rules.catalog.reading import Fault, Faults
from lianban.rules.catalog.types import Edition
from lianban.rules.composer import LIMIT, count_situations
from lianban.rules.lint import figures, proof, structure
from lianban.rules.lint.figures import Finding

__all__ = ["Finding", "Report", "check"]


@dataclass(frozen=True, slots=True)
class Report:
    """What the check of an edition found; `situations` is how many were gone through (0: not reached)."""

    situations: int
    errors: tuple[Fault, ...]
    findings: tuple[Finding, ...]
    hints: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether the edition may be published."""
        return not self.errors


def check(edition: Edition) -> Report:
    """Check an edition: what it speaks of, every situation, and its figures against the rules.

    Later steps need what earlier ones prove, so a broken edition is checked only as far as it makes
    sense; more than LIMIT situations are an error before any of them is walked through.
    """
    faults = Faults()
    references.check(edition, faults)
    if not faults.found:
        structure.check(edition, faults)
    if faults.found:
        return Report(0, tuple(faults.found), ())
    count = count_situations(edition)
    if count > LIMIT:
        faults.add(
            edition.place("bundle.questions"),
            "questions",
            f"情形多于 {LIMIT} 种（至少 {count} 种），无法逐一验证；请减少情形问题或选项，或者给问题加上出现条件。",
        )
        return Report(count, tuple(faults.found), ())
    plans = proof.check(edition, faults)
    findings, hints = figures.check(edition, plans)
    return Report(count, tuple(faults.found), tuple(findings), tuple(hints))
