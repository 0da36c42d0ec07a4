"""The features of voices (好差评, 有事您说话, 回访), told as in `test_features`."""

from __future__ import annotations

from pytest_bdd import scenarios

from tests.steps.plugins import STEPS

pytest_plugins = STEPS

scenarios(
    "ratings.feature",
    "rectification.feature",
    "appeals.feature",
    "publication.feature",
    "campaigns.feature",
    "difficulties.feature",
    "callbacks.feature",
    "indicators.feature",
    "upward.feature",
    "points.feature",
)
