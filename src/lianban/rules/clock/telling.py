"""A due instant and its explanation as plain data, the same for the command line and for machines."""

from __future__ import annotations

from typing import Any

from lianban.rules.clock.history import Due


def as_data(found: Due) -> dict[str, Any]:
    """JSON-able: `due`, `provisional`, `calendar`, and `days` (day units) or `steps` (hours and months)."""
    body: dict[str, Any] = {
        "due": found.instant.isoformat(),
        "provisional": found.provisional,
        "calendar": found.calendar,
    }
    if found.days:
        body["days"] = [
            {"date": d.date.isoformat(), "counted": d.counted, "reason": d.reason}
            | ({"paper": d.paper} if d.paper else {})
            for d in found.days
        ]
    if found.steps:
        body["steps"] = [
            {"from": s.since.isoformat(), "to": s.until.isoformat(), "minutes": s.minutes, "reason": s.reason}
            for s in found.steps
        ]
    return body
