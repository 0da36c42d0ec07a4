"""The features, told over HTTP on the real application: one database and one application for each scenario."""

from __future__ import annotations

from pytest_bdd import scenarios

pytest_plugins = [
    "tests.steps.site",
    "tests.steps.common",
    "tests.steps.papers",
    "tests.steps.consultation",
    "tests.steps.machines",
    "tests.steps.journey",
    "tests.steps.people",
    "tests.steps.intake",
    "tests.steps.corrections",
    "tests.steps.outcomes",
    "tests.steps.tasks",
    "tests.steps.bars",
    "tests.steps.promises",
    "tests.steps.delivery",
    "tests.steps.tracking",
    "tests.steps.journal",
    "tests.steps.catalogue",
    "tests.steps.deadlines",
    "tests.steps.calendar",
    "tests.steps.passport",
    "tests.steps.cards",
    "tests.steps.adjustments",
    "tests.steps.joint",
    "tests.steps.posts",
    "tests.steps.online",
]

scenarios(
    "consultation.feature",
    "intake.feature",
    "corrections.feature",
    "outcomes.feature",
    "tasks.feature",
    "bars.feature",
    "promises.feature",
    "surveys.feature",
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
    "joint.feature",
    "posts.feature",
    "online.feature",
)
