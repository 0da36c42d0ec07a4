"""What the applicant of a received case was told to correct, in which round, and what has changed since."""

from __future__ import annotations

from lianban.casework.intake.record import Record
from lianban.casework.intake.standing import Standing
from lianban.casework.policies import policy
from lianban.outside.database import connection
from lianban.rules import corrections
from lianban.rules.corrections import Told, subject_of

_ROUNDS = "SELECT count(*) AS n, max(notified_at) AS last FROM corrections WHERE case_id = $1"
_NAMED = "SELECT subject_kind, subject FROM gaps WHERE case_id = $1 AND status IN ('notified', 'supplied')"
_CHANGED = "SELECT DISTINCT element FROM spot_corrections WHERE case_id = $1 AND at > $2"


async def told(record: Record) -> Told:
    """What has been told in this case so far, in the caller's transaction."""
    conn, chosen = connection(), await policy(record.region)
    rounds = await conn.fetchrow(_ROUNDS, record.id)
    if not rounds["n"]:
        return Told(0, chosen.correction_rounds)
    named = await conn.fetch(_NAMED, record.id)
    changed = await conn.fetch(_CHANGED, record.id, rounds["last"])
    return Told(
        rounds=rounds["n"],
        most=chosen.correction_rounds,
        notified=frozenset(subject_of(r["subject_kind"], r["subject"]) for r in named),
        asked=frozenset(record.draft.get("asked", ())),
        changed=frozenset(subject_of("field", r["element"]) for r in changed),
    )


def lacking(found: Standing) -> dict[str, str]:
    """What the system itself finds missing or wrong, by subject; not what only the window has to look into."""
    missing = found.lacking
    return corrections.subjects(missing.fields, missing.parties, materials(found))


def materials(found: Standing) -> dict[str, str]:
    """The missing papers, with those that were to follow but whose promise is not signed or does not hold."""
    missing = found.lacking
    broken = [m for m in missing.later if m not in missing.tolerated]
    return missing.materials | {m.material: f"缺“{m.name}”：没有有效的容缺承诺，请补交。" for m in broken}


def asked(found: Standing) -> list[str]:
    """Everything that is asked for as things stand."""
    plan = found.reading.plan
    fields = [subject_of("field", f.element) for f in plan.fields] + [subject_of("field", p.element) for p in plan.open]
    people = [subject_of("field", name) for name in found.lacking.parties]
    return sorted({*fields, *people, *(subject_of("material", m.material) for m in plan.materials)})
