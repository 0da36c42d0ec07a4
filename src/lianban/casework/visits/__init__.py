"""Joint on-site surveys (一同勘验): one appointment for all departments that need one, each its own conclusion.

Rooms: `holding` a visit in hand · `offering` slots and busy times · `planning` appointed, changed, cancelled, missed ·
`surveying` teams, beginning, conclusions · `recording` the joint record and its signature · `noticing` the papers ·
`wishes` the applicant's side · `viewing` what pages show · `spot`, `checks`, `photos`, `pictures` on the spot.
"""
