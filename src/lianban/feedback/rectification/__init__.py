"""整改: a problem is verified, transferred, put right, answered, rated again by the citizen, written off (R-HCP-6).

Rooms: `opening` where problems come from.
"""

from lianban.feedback.rectification.opening import OPENED, Problem, open_for_rating, open_problem

__all__ = ["OPENED", "Problem", "open_for_rating", "open_problem"]
