"""The town of the scenarios, for tests of the pages themselves."""

from tests.steps.site import cheap_passwords, site, town

__all__ = ["cheap_passwords", "site", "town"]
