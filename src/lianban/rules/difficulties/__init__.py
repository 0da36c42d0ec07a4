"""有事您说话 / 办不成事: what a request can be, how long it may take, what belongs elsewhere (domain D).

Rooms: `categories` the four of them with their limits · `causes` what people meet and why, exclusions with the right
channel: data of `catalog/common/difficulties.yaml`.
"""

from lianban.rules.difficulties.categories import CATEGORIES, CHANNELS, GROUPS, RESULTS, Category, category_of
from lianban.rules.difficulties.causes import Cause, Exclusion, Taxonomy, cause_of, exclusion_of, kind_of, taxonomy

__all__ = [
    "CATEGORIES",
    "CHANNELS",
    "GROUPS",
    "RESULTS",
    "Category",
    "Cause",
    "Exclusion",
    "Taxonomy",
    "category_of",
    "cause_of",
    "exclusion_of",
    "kind_of",
    "taxonomy",
]
