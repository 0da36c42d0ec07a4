"""Promises: materials that follow after acceptance (容缺受理), and items granted on a promise (告知承诺)."""
