"""Electronic supervision: cards that the clocks raise, their removal, and the reasons of overruns.

Rooms: `raising` the timer's look at one case · `cards` what is shown of them · `answers` what people do about them.
"""

from lianban.oversight.raising import look

__all__ = ["look"]
