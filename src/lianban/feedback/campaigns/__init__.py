"""专项整改: what comes again and again is put right at its root; who is complained of again and again rises a level.

Rooms: `causes` what comes in clusters · `opening` a campaign is set up, or not and why · `running` measures, proofs,
acceptance, write-off · `keeping` a campaign locked · `viewing` pages · `faults` repeated faults and talks.
"""

from lianban.feedback.campaigns.causes import Cluster, clusters
from lianban.feedback.campaigns.faults import Fault, count, faults, follow, talk
from lianban.feedback.campaigns.keeping import LINES, OPENED
from lianban.feedback.campaigns.opening import Draft, decline, open_campaign
from lianban.feedback.campaigns.running import (
    NewMeasure,
    begin,
    cancel,
    join,
    plan,
    prove,
    report,
    send_back,
    write_off,
)
from lianban.feedback.campaigns.viewing import (
    CampaignLine,
    CampaignView,
    Ledger,
    Measure,
    campaign,
    campaigns,
    of_problem,
    proof,
)

__all__ = [
    "LINES",
    "OPENED",
    "CampaignLine",
    "CampaignView",
    "Cluster",
    "Draft",
    "Fault",
    "Ledger",
    "Measure",
    "NewMeasure",
    "begin",
    "campaign",
    "campaigns",
    "cancel",
    "clusters",
    "count",
    "decline",
    "faults",
    "follow",
    "join",
    "of_problem",
    "open_campaign",
    "plan",
    "proof",
    "prove",
    "report",
    "send_back",
    "talk",
    "write_off",
]
