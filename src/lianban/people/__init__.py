"""Who acts, and who may what: signing in, posts, access to cases, the record of every look."""

from lianban.people.access import (
    Request,
    approve_access,
    ask_access,
    asked_access,
    is_infants,
    may_see_case,
    record_access,
    require_access,
)
from lianban.people.signin import (
    add_client_key,
    by_key,
    change_password,
    revoke_client_key,
    sign_in,
    sign_out,
    who,
)
from lianban.people.staff import (
    PersonView,
    add_person,
    change_roles,
    colleagues,
    list_people,
    person,
    set_active,
    sign_out_everywhere,
    unlock,
)

__all__ = [
    "PersonView",
    "Request",
    "add_client_key",
    "add_person",
    "approve_access",
    "ask_access",
    "asked_access",
    "by_key",
    "change_password",
    "change_roles",
    "colleagues",
    "is_infants",
    "list_people",
    "may_see_case",
    "person",
    "record_access",
    "require_access",
    "revoke_client_key",
    "set_active",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "unlock",
    "who",
]
