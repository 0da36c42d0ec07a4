"""The features, told over HTTP on the real application: one database and one application for each scenario.

What citizens say about the service is told in `test_voices`: each file of tests runs in one process.
"""

from __future__ import annotations

from pytest_bdd import scenarios

from tests.steps.plugins import STEPS

pytest_plugins = STEPS

scenarios(
    "consultation.feature",
    "intake.feature",
    "corrections.feature",
    "outcomes.feature",
    "tasks.feature",
    "bars.feature",
    "promises.feature",
    "surveys.feature",
    "visits.feature",
    "delivery.feature",
    "tracking.feature",
    "api.feature",
    "journey.feature",
    "people.feature",
    "journal.feature",
    "catalogue.feature",
    "deadlines.feature",
    "calendar.feature",
    "passport.feature",
    "cards.feature",
    "adjustments.feature",
    "hearings.feature",
    "joint.feature",
    "posts.feature",
    "transfers.feature",
    "books.feature",
    "online.feature",
    "genuine.feature",
    "messages.feature",
    "onsite.feature",
    "papers.feature",
    "wordings.feature",
    "bilingual.feature",
)
