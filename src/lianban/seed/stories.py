"""What happened in the two places: some sixty cases, in every state that there is."""

from __future__ import annotations

from dataclasses import dataclass, field

from lianban.seed.names import FAMILIES, SHOPS, Family, Shop
from lianban.web.cast import CHANGSHA, LONGJING


@dataclass(frozen=True, slots=True)
class Story:
    """One case. `days` working days ago it was opened; `refuse` names the item that is refused on the way.

    `stage` is where it stands: a name of `seed.ENDINGS`, or "started". `later` are the materials that follow (容缺).
    """

    bundle: str
    region: str
    about: Family | Shop
    stage: str
    days: int
    answers: dict[str, str] = field(default_factory=dict)
    refuse: str = ""
    agent: bool = False
    later: tuple[str, ...] = ()


def _newborn(region: str, number: int, stage: str, days: int, refuse: str = "", /, **answers: str) -> Story:
    family = FAMILIES[number]
    same = "yes" if family.mother_ethnicity == family.father_ethnicity else "no"
    known = {"applicant_role": "mother", "parents_same_ethnicity": same} | answers
    return Story("newborn", region, family, stage, days, known, refuse)


def _shop(bundle: str, region: str, number: int, stage: str, days: int, refuse: str = "", /, **answers: str) -> Story:
    agent = answers.get("applies_in_person") == "agent"
    later = ("hygiene_system",) if stage in ("tolerated", "made up") else ()
    known = {"applies_in_person": "self"} | answers
    return Story(bundle, region, SHOPS[number], stage, days, known, refuse, agent, later)


_ALL = {"wants_maternity_allowance": "yes", "wants_nursing_allowance": "yes"}
_NONE = {"wants_maternity_allowance": "no", "wants_nursing_allowance": "no"}
_BOTH = {"birth_certificate_issued": "no", "maternity_benefit": "both"}
_ISSUED = {"birth_certificate_issued": "yes", "maternity_benefit": "allowance"}
_GENERAL = {"public_gathering": "yes", "fire_way": "general"}
_PROMISE = {"public_gathering": "yes", "fire_way": "promise"}
_SMALL = {"licence_held": "yes", "public_gathering": "no", "wants_sign": "yes", "wants_seal": "no"}
_PROMISED = {"fire_way": "promise", "security_way": "promise"}
_LODGING = _PROMISED | {"hygiene_way": "general", "licence_held": "yes", "wants_seal": "no", "wants_sign": "no"}
_LODGING |= {"offers_meals": "no"}

STORIES = (
    _newborn(LONGJING, 0, "closed", 14, **_ALL),
    _newborn(LONGJING, 1, "closed", 12, **_NONE),
    _newborn(LONGJING, 2, "closed", 10, **_ALL),
    _newborn(LONGJING, 3, "delivered", 5, **_ALL),
    _newborn(LONGJING, 4, "decided", 2, **_NONE),
    _newborn(LONGJING, 5, "decided", 1, "birth_registration", **_NONE),
    _newborn(LONGJING, 6, "corrected", 9, "nursing_allowance", **_ALL),
    _newborn(LONGJING, 7, "halfway", 1, **_ALL),
    _newborn(LONGJING, 8, "halfway", 0, **_ALL),
    _newborn(LONGJING, 9, "claimed", 0, **_ALL),
    _newborn(LONGJING, 10, "accepted", 0, **_ALL),
    _newborn(LONGJING, 11, "accepted", 0, **_NONE),
    _newborn(LONGJING, 12, "started", 0),
    _newborn(LONGJING, 13, "filled", 0, **_ALL),
    _newborn(LONGJING, 14, "started", 1, **_NONE),
    _newborn(LONGJING, 15, "discarded", 6, **_NONE),
    _newborn(CHANGSHA, 16, "closed", 15, **_BOTH),
    _newborn(CHANGSHA, 17, "delivered", 8, **_ISSUED),
    _newborn(CHANGSHA, 18, "halfway", 3, **_BOTH),
    _newborn(CHANGSHA, 19, "claimed", 1, **_BOTH),
    _newborn(CHANGSHA, 20, "accepted", 0, **_ISSUED),
    _newborn(CHANGSHA, 21, "filled", 0, **_ISSUED),
    _shop("catering", LONGJING, 0, "closed", 13, licence_held="no", wants_sign="yes", public_gathering="no"),
    _shop("catering", LONGJING, 1, "closed", 11, licence_held="yes", wants_sign="yes", **_PROMISE),
    _shop("catering", LONGJING, 2, "in the cabinet", 3, "fire_check", licence_held="yes", wants_sign="yes", **_GENERAL),
    _shop("catering", LONGJING, 3, "halfway", 2, licence_held="no", wants_sign="no", public_gathering="no"),
    _shop("catering", LONGJING, 4, "overdue", 4, licence_held="no", wants_sign="yes", public_gathering="no"),
    _shop("catering", LONGJING, 5, "accepted", 0, licence_held="yes", wants_sign="yes", **_GENERAL),
    _shop("catering", LONGJING, 6, "filled", 0, licence_held="no", applies_in_person="agent", public_gathering="no"),
    _shop("catering", LONGJING, 7, "started", 0, licence_held="no"),
    _shop("catering", CHANGSHA, 8, "closed", 12, premises_size="medium", catering_type="restaurant", **_PROMISE),
    _shop("catering", CHANGSHA, 9, "halfway", 2, premises_size="small", public_gathering="no", wants_sign="yes"),
    _shop("catering", CHANGSHA, 10, "claimed", 1, premises_size="large", wants_sign="yes", **_GENERAL),
    _shop("catering", CHANGSHA, 11, "accepted", 0, premises_size="medium", public_gathering="no", wants_sign="no"),
    _shop("lodging", LONGJING, 12, "revoking", 15, licence_held="yes", wants_sign="yes", fire_way="promise"),
    _shop("lodging", LONGJING, 13, "posted", 4, "sign_management", licence_held="yes", wants_sign="yes"),
    _shop("lodging", LONGJING, 14, "halfway", 3, licence_held="no", fire_way="general", offers_meals="no"),
    _shop("lodging", LONGJING, 15, "accepted", 1, licence_held="yes", offers_meals="yes"),
    _shop("lodging", LONGJING, 16, "filled", 0, licence_held="no", residential_building="yes"),
    _shop("catering", LONGJING, 17, "received", 1, **_SMALL),
    _newborn(LONGJING, 22, "correcting", 3, **_NONE),
    _shop("catering", LONGJING, 18, "answered online", 4, **_SMALL),
    _newborn(LONGJING, 23, "answered at the counter", 4, **_NONE),
    _shop("catering", LONGJING, 20, "deemed", 8, **_SMALL),
    _shop("catering", LONGJING, 19, "not accepted", 1, **_SMALL),
    _newborn(LONGJING, 24, "turned", 1, **_NONE),
    _shop("catering", LONGJING, 21, "withdrawn", 2, **_SMALL),
    _shop("lodging", LONGJING, 23, "tolerated", 1, **_LODGING),
    _shop("lodging", LONGJING, 24, "made up", 4, **_LODGING),
    _shop("catering", LONGJING, 22, "asks extension", 3, **_SMALL),
    _shop("lodging", LONGJING, 25, "extended", 6, **(_LODGING | {"security_way": "general"})),
    _shop("lodging", LONGJING, 26, "paused", 5, **_LODGING),
    _shop("catering", LONGJING, 27, "visit planned", 0, licence_held="yes", wants_sign="no", **_GENERAL),
    _shop("catering", LONGJING, 29, "visit under way", 2, licence_held="yes", wants_sign="no", **_GENERAL),
    _shop("catering", LONGJING, 28, "visit done", 3, licence_held="yes", wants_sign="no", **_GENERAL),
    _shop("lodging", LONGJING, 30, "hearing called", 4, **_LODGING),
)
