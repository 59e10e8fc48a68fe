"""What the synthetic centre pays its people for a month's results."""

from __future__ import annotations

SCHEME = """\
# Invented: productivity at the agent's own mix of queues, quality, and the team's part, with gates before all.
currency = "CNY"
cap = 1000

[gates]
min_contacts = 60
min_evaluations = 2
most_failed = 0
fails = ["compliance"]
attendance = [{ rate = 0.90, pays = 0.5 }, { rate = 0.97, pays = 1 }]

[team]
share = 0.2

[[measure]]
name = "productivity"
weight = 50
credibility = 100
tiers = [{ score = 0.85, pay = 0 }, { score = 1.00, pay = 500 }, { score = 1.20, pay = 1000 }]

[[measure]]
name = "quality"
weight = 50
credibility = 4
tiers = [{ score = 0.75, pay = 0 }, { score = 0.85, pay = 500 }, { score = 0.95, pay = 1000 }]
"""
