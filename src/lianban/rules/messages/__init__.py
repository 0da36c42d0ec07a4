"""What a short message to an applicant may say, when it may be sent, and to whom. Plain Python.

A message only reminds: it never takes the place of the delivery of a paper (domain A5), and it holds nothing personal
beyond a surname (个人信息保护法 6).

Rooms: `occasions` what is told · `wording` templates with places · `timing` quiet hours, reminders · `receivers` whom.
"""

from lianban.rules.messages.occasions import NOT_A_DELIVERY, OCCASIONS, Occasion
from lianban.rules.messages.receivers import Receiver, greeting, receivers
from lianban.rules.messages.timing import clock_time, not_before, reminder
from lianban.rules.messages.wording import check, fill, parts, places, signature

__all__ = [
    "NOT_A_DELIVERY",
    "OCCASIONS",
    "Occasion",
    "Receiver",
    "check",
    "clock_time",
    "fill",
    "greeting",
    "not_before",
    "parts",
    "places",
    "receivers",
    "reminder",
    "signature",
]
