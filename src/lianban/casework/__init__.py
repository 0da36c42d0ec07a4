"""The verbs of a case, from consultation to delivery: one verb, one transaction."""
