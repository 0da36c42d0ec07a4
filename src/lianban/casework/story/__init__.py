"""A case reads like a story."""

from lianban.casework.story.telling import story
from lianban.casework.story.views import CaseStory

__all__ = ["CaseStory", "story"]
